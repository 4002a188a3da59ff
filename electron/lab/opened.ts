/** Owns what is held of the open lab file: its text, its steps to undo, and whether it is saved. */
import type { Fault } from "../contract/error.ts";
import type { LabState } from "../contract/lab.ts";
import { nothingTo, readOnly } from "./faults.ts";
import type { ParsedLab } from "./parse.ts";
import type { LabReading } from "./read.ts";

/** Steps that can be undone; each holds the file's text. */
const maxUndo = 100;

/** `text` is null where it could not be decoded. `diskHash` is of the file as last read or written. */
export type OpenedLab = {
  readonly path: string;
  readonly practice: boolean;
  text: string | null;
  parsed: ParsedLab;
  diskHash: string;
  dirty: boolean;
  saveFault: Fault | null;
  conflict: LabState["conflict"];
  loadedAt: number;
  undo: readonly string[];
  redo: readonly string[];
  goneSince: number | null;
};

/** The file as just read: nothing to save, nothing to undo. */
export function asRead(reading: LabReading, diskHash: string) {
  const { text, ...parsed } = reading;
  return {
    text,
    parsed,
    diskHash,
    dirty: false,
    saveFault: null,
    conflict: "none",
    loadedAt: Date.now(),
    undo: [],
    redo: [],
    goneSince: null,
  } as const satisfies Partial<OpenedLab>;
}

/** The text to edit; throws FaultError `lab.read-only` where the file cannot be edited without losing some of it. */
export function editableText(open: OpenedLab): string {
  if (!open.parsed.valid || open.text === null) throw readOnly(open.path);
  return open.text;
}

/** Takes an edit in. */
export function takeEdit(open: OpenedLab, edited: { readonly text: string; readonly parsed: ParsedLab }): void {
  open.undo = [...open.undo, editableText(open)].slice(-maxUndo);
  open.redo = [];
  take(open, edited);
}

/** Goes one step back or forth; throws a FaultError where there is none. */
export function takeStep(open: OpenedLab, from: "undo" | "redo", parse: (text: string) => ParsedLab): void {
  const now = editableText(open);
  const text = open[from].at(-1);
  if (text === undefined) throw nothingTo(from);
  const to = from === "undo" ? "redo" : "undo";
  open[to] = [...open[to], now].slice(-maxUndo);
  open[from] = open[from].slice(0, -1);
  take(open, { text, parsed: parse(text) });
}

function take(open: OpenedLab, { text, parsed }: { readonly text: string; readonly parsed: ParsedLab }): void {
  open.text = text;
  open.parsed = parsed;
  open.dirty = true;
}

/** What everybody sees of it. */
export function stateOf(open: OpenedLab | null, builtIn: LabState["deviceTypes"]): LabState {
  return {
    path: open?.path ?? null,
    lab: open?.parsed.lab ?? null,
    problems: [...(open?.parsed.problems ?? [])],
    readOnly: open ? !open.parsed.valid : false,
    practice: open?.practice ?? false,
    conflict: open?.conflict ?? "none",
    dirty: open?.dirty ?? false,
    saveFault: open?.conflict === "none" ? open.saveFault : null,
    deviceTypes: { ...(open?.parsed.deviceTypes ?? builtIn) },
    loadedAt: open?.loadedAt ?? null,
    canUndo: (open?.undo.length ?? 0) > 0,
    canRedo: (open?.redo.length ?? 0) > 0,
  };
}
