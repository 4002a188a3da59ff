/**
 * Owns the open lab: its file, its text, whether it is saved, and what to do when the file changes underneath.
 * Calls run one after another; a failed save keeps the change in memory.
 */
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { stringify } from "yaml";
import type * as z from "zod";
import { FaultError } from "../contract/error.ts";
import type { ImportResult, LabEdit, LabProblem, LabState, labContract } from "../contract/lab.ts";
import { Published } from "../published.ts";
import { builtInTypesDir, type DeviceTypeLibrary, loadDeviceTypes } from "./device-types.node.ts";
import { editLabText } from "./edit-text.ts";
import { conflicting, noneOpen, nothingTo, readOnly, unsaved } from "./faults.ts";
import { createLabFile, type ReadFile, readLabFile, saveLabFile } from "./file.node.ts";
import { importAnsibleFile, importDeviceTypeFile, importSshConfigFile } from "./import.node.ts";
import { type ParsedLab, parseLab } from "./parse.ts";
import { decodeLabText } from "./text.ts";
import { watchFile } from "./watch.node.ts";

/** Steps that can be undone; each holds the file's text. */
const maxUndo = 100;
/** A file may be gone for this long while an editor replaces it. */
const goneAfterMs = 300;

type Input<M extends keyof typeof labContract> = z.input<NonNullable<(typeof labContract)[M]["~orpc"]["inputSchema"]>>;
type Output<M extends keyof typeof labContract> = z.output<
  NonNullable<(typeof labContract)[M]["~orpc"]["outputSchema"]>
>;

export interface LabService {
  readonly state: Published<LabState>;
  check(input: Input<"check">): Promise<Output<"check">>;
  open(input: Input<"open">): Promise<LabState>;
  create(input: Input<"create">): Promise<LabState>;
  close(): Promise<LabState>;
  edit(input: { readonly edits: readonly LabEdit[] }): Promise<LabState>;
  undo(): Promise<LabState>;
  redo(): Promise<LabState>;
  resolveConflict(input: Input<"resolveConflict">): Promise<LabState>;
  importSshConfig(input: Input<"importSshConfig">): Promise<ImportResult>;
  importAnsible(input: Input<"importAnsible">): Promise<ImportResult>;
  importDeviceType(input: Input<"importDeviceType">): Promise<Output<"importDeviceType">>;
  /** Opens the practice lab's file: the state says that it is practice. */
  openPractice(path: string): Promise<LabState>;
  [Symbol.asyncDispose](): Promise<void>;
}

export type LabDependencies = {
  readonly homeDir: string;
  /** Called with the full path whenever a lab was opened or created. */
  readonly onOpened?: (path: string) => void;
  /** Folder of the built-in device types. */
  readonly deviceTypesDir?: string;
};

const nothingOpen: Omit<LabState, "deviceTypes"> = {
  path: null,
  lab: null,
  problems: [],
  readOnly: false,
  practice: false,
  conflict: "none",
  dirty: false,
  loadedAt: null,
  canUndo: false,
  canRedo: false,
};

/** The lab of one application; dispose of it to stop watching the file. */
export function createLabService(deps: LabDependencies = { homeDir: homedir() }): LabService {
  return new OpenLab(deps);
}

/** The open file. `text` is null where it could not be decoded. `diskHash` is of the file as last read or written. */
type Open = {
  readonly path: string;
  readonly practice: boolean;
  text: string | null;
  parsed: ParsedLab;
  diskHash: string;
  dirty: boolean;
  conflict: LabState["conflict"];
  loadedAt: number;
  undo: string[];
  redo: string[];
  goneSince: number | null;
};

class OpenLab implements LabService {
  readonly state = new Published<LabState>({ ...nothingOpen, deviceTypes: {} });
  readonly #deps: LabDependencies;
  readonly #library: Promise<DeviceTypeLibrary>;
  #builtIn: DeviceTypeLibrary["types"] = {};
  #open: Open | null = null;
  #watcher: Disposable | null = null;
  #queue: Promise<unknown> = Promise.resolve();
  #lookAgain: NodeJS.Timeout | null = null;

  constructor(deps: LabDependencies) {
    this.#deps = deps;
    this.#library = loadDeviceTypes(deps.deviceTypesDir ?? builtInTypesDir);
    this.#library.then(
      ({ types }) => {
        this.#builtIn = types;
        this.#publish();
      },
      // Told by the first call that needs the types.
      () => undefined,
    );
  }

  async check(input: Input<"check">): Promise<Output<"check">> {
    if (input?.path === undefined) {
      if (!this.#open) throw noneOpen();
      return summary(this.#open.path, this.#open.parsed);
    }
    const path = this.#path(input.path);
    return summary(path, await this.#parse(await readLabFile(path)));
  }

  open(input: Input<"open">): Promise<LabState> {
    return this.#inTurn(() => this.#openFile(this.#path(input.path), false));
  }

  openPractice(path: string): Promise<LabState> {
    return this.#inTurn(() => this.#openFile(this.#path(path), true));
  }

  create(input: Input<"create">): Promise<LabState> {
    return this.#inTurn(async () => {
      const path = this.#path(input.path);
      if (this.#open?.dirty) throw unsaved(this.#open.path);
      await createLabFile(path, newLabText(input.name, input.units ?? 24));
      return this.#openFile(path, false);
    });
  }

  close(): Promise<LabState> {
    return this.#inTurn(async () => {
      if (this.#open?.dirty) throw unsaved(this.#open.path);
      return this.#closeFile();
    });
  }

  edit(input: { readonly edits: readonly LabEdit[] }): Promise<LabState> {
    return this.#inTurn(async () => {
      const { open, text } = this.#editable();
      const { types } = await this.#types();
      const edited = editLabText(text, input.edits, types);
      if (edited.text !== text) {
        open.undo = [...open.undo, text].slice(-maxUndo);
        open.redo = [];
        open.text = edited.text;
        open.parsed = edited.parsed;
        open.dirty = true;
      }
      return this.#persist(open);
    });
  }

  undo(): Promise<LabState> {
    return this.#inTurn(() => this.#step("undo", "redo"));
  }

  redo(): Promise<LabState> {
    return this.#inTurn(() => this.#step("redo", "undo"));
  }

  resolveConflict(input: Input<"resolveConflict">): Promise<LabState> {
    return this.#inTurn(async () => {
      const open = this.#open;
      if (!open) throw noneOpen();
      if (input.keep === "disk") {
        if (open.conflict === "vanished") return this.#closeFile();
        await this.#load(open, await readLabFile(open.path));
        return this.#publish();
      }
      if (open.text === null) throw readOnly(open.path);
      open.diskHash = await saveLabFile(open.path, open.text);
      open.dirty = false;
      open.conflict = "none";
      return this.#publish();
    });
  }

  importSshConfig(input: Input<"importSshConfig">): Promise<ImportResult> {
    const { homeDir } = this.#deps;
    const path = input?.path === undefined ? join(homeDir, ".ssh", "config") : this.#path(input.path);
    return importSshConfigFile(path, homeDir);
  }

  importAnsible(input: Input<"importAnsible">): Promise<ImportResult> {
    return importAnsibleFile(this.#path(input.path));
  }

  importDeviceType(input: Input<"importDeviceType">): Promise<Output<"importDeviceType">> {
    return importDeviceTypeFile(this.#path(input.path));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#unwatch();
    await this.#queue;
  }

  /** Runs calls one after another, whether the one before failed or not. */
  #inTurn<T>(call: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(call);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  #path(path: string): string {
    return resolve(path === "~" || path.startsWith("~/") ? this.#deps.homeDir + path.slice(1) : path);
  }

  async #types(): Promise<DeviceTypeLibrary> {
    try {
      return await this.#library;
    } catch (error) {
      throw new FaultError(
        {
          code: "lab.no-device-types",
          title: "The built-in device types cannot be read",
          detail: error instanceof Error ? error.message : String(error),
          next: "Install Halfrack again: files of it are missing.",
        },
        { cause: error },
      );
    }
  }

  async #parse(file: ReadFile): Promise<ParsedLab & { readonly text: string | null }> {
    const { types, broken } = await this.#types();
    const decoded = decodeLabText(file.bytes, file.sizeBytes);
    if (decoded.text === null) {
      const problem: LabProblem = { ...decoded.problem, severity: "error", path: "" };
      return { lab: null, problems: [problem], valid: false, deviceTypes: types, asText: [], text: null };
    }
    const parsed = parseLab(decoded.text, types);
    const about = broken.map(({ file: name, message }): LabProblem => {
      const text = `The built-in device type ${name} is left out: ${message}`;
      return { code: "lab.broken-device-type", severity: "warning", message: text, line: 0, column: 0, path: "" };
    });
    return { ...parsed, problems: [...parsed.problems, ...about], text: decoded.text };
  }

  async #openFile(path: string, practice: boolean): Promise<LabState> {
    if (this.#open?.dirty) throw unsaved(this.#open.path);
    const file = await readLabFile(path);
    const { text, ...parsed } = await this.#parse(file);
    this.#unwatch();
    this.#open = {
      path,
      practice,
      text,
      parsed,
      diskHash: file.hash,
      dirty: false,
      conflict: "none",
      loadedAt: Date.now(),
      undo: [],
      redo: [],
      goneSince: null,
    };
    this.#watcher = watchFile(path, () => this.#inTurn(() => this.#look()));
    const state = this.#publish();
    this.#deps.onOpened?.(path);
    return state;
  }

  #closeFile(): LabState {
    this.#unwatch();
    this.#open = null;
    return this.#publish();
  }

  #unwatch(): void {
    this.#watcher?.[Symbol.dispose]();
    this.#watcher = null;
    if (this.#lookAgain) clearTimeout(this.#lookAgain);
    this.#lookAgain = null;
  }

  async #load(open: Open, file: ReadFile): Promise<void> {
    const { text, ...parsed } = await this.#parse(file);
    open.text = text;
    open.parsed = parsed;
    open.diskHash = file.hash;
    open.dirty = false;
    open.conflict = "none";
    open.loadedAt = Date.now();
    open.undo = [];
    open.redo = [];
  }

  /** Looks at the file after something may have happened to it. */
  async #look(): Promise<void> {
    const open = this.#open;
    if (!open) return;
    const file = await readLabFile(open.path).catch(() => null);
    if (file === null) {
      open.goneSince ??= Date.now();
      const waitMs = open.goneSince + goneAfterMs - Date.now();
      if (waitMs <= 0) open.conflict = "vanished";
      else this.#lookAgain = setTimeout(() => void this.#inTurn(() => this.#look()), waitMs);
    } else {
      open.goneSince = null;
      if (file.hash === open.diskHash) open.conflict = "none";
      else if (open.dirty) open.conflict = "changed-on-disk";
      else await this.#load(open, file);
    }
    this.#publish();
  }

  #editable(): { open: Open; text: string } {
    const open = this.#open;
    if (!open) throw noneOpen();
    if (open.conflict !== "none") throw conflicting(open.path, open.conflict);
    if (!open.parsed.valid || open.text === null) throw readOnly(open.path);
    return { open, text: open.text };
  }

  async #step(from: "undo" | "redo", to: "undo" | "redo"): Promise<LabState> {
    const { open, text } = this.#editable();
    const wanted = open[from].at(-1);
    if (wanted === undefined) throw nothingTo(from);
    const { types } = await this.#types();
    open[from] = open[from].slice(0, -1);
    open[to] = [...open[to], text].slice(-maxUndo);
    open.text = wanted;
    open.parsed = parseLab(wanted, types);
    open.dirty = true;
    return this.#persist(open);
  }

  /** Saves what is not saved, unless the file is no longer what was loaded. The change stays here either way. */
  async #persist(open: Open): Promise<LabState> {
    if (!open.dirty || open.text === null) return this.#publish();
    try {
      const hash = await this.#diskHash(open.path);
      if (hash !== open.diskHash) {
        open.conflict = hash === null ? "vanished" : "changed-on-disk";
        throw conflicting(open.path, open.conflict);
      }
      open.diskHash = await saveLabFile(open.path, open.text);
      open.dirty = false;
    } finally {
      this.#publish();
    }
    return this.state.get();
  }

  async #diskHash(path: string): Promise<string | null> {
    try {
      return (await readLabFile(path)).hash;
    } catch (error) {
      if (error instanceof FaultError && error.fault.code === "lab.not-found") return null;
      throw error;
    }
  }

  #publish(): LabState {
    const open = this.#open;
    const next: LabState = open
      ? {
          path: open.path,
          lab: open.parsed.lab,
          problems: [...open.parsed.problems],
          readOnly: !open.parsed.valid,
          practice: open.practice,
          conflict: open.conflict,
          dirty: open.dirty,
          deviceTypes: { ...open.parsed.deviceTypes },
          loadedAt: open.loadedAt,
          canUndo: open.undo.length > 0,
          canRedo: open.redo.length > 0,
        }
      : { ...nothingOpen, deviceTypes: { ...this.#builtIn } };
    const before: Readonly<Record<string, unknown>> = this.state.get();
    // What did not change is not sent again: the device types alone are larger than most labs.
    const changes = Object.entries(next).filter(([key, value]) => !isDeepStrictEqual(before[key], value));
    this.state.update((draft) => {
      Object.assign(draft, Object.fromEntries(changes));
    });
    return this.state.get();
  }
}

function summary(path: string, parsed: ParsedLab): Output<"check"> {
  const { lab, problems, valid } = parsed;
  const counts = {
    racks: lab?.racks.length ?? 0,
    devices: lab?.devices.length ?? 0,
    cables: lab?.cables.length ?? 0,
  };
  return { path, valid, problems: [...problems], counts };
}

/** Text of a new lab file: one rack, nothing in it. */
function newLabText(name: string, units: number): string {
  const lab = { halfrack: 1, name, racks: [{ name: "Rack 1", units }], devices: [], cables: [] };
  return `# A lab as Halfrack reads it: racks, devices and planned cables.\n${stringify(lab)}`;
}
