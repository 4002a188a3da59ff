/** What the window alone knows of logs: which collection is shown and how, and a choice that is not collected yet. */
import { create } from "zustand";
import type { Fault } from "../../electron/contract/error.ts";
import { faultOf } from "../../electron/contract/fault-of.ts";
import type { LogSelection } from "../../electron/contract/logs/collect.ts";
import type { TargetFindings } from "../../electron/contract/logs/find.ts";
import type { Window } from "../../electron/contract/logs/window.ts";
import { client } from "../client.ts";
import { useLab } from "../stores.ts";

export const views = ["progress", "completeness", "read", "compare", "bundle"] as const;
export type View = (typeof views)[number];

export const steps = ["look", "choose", "review"] as const;
export type Step = (typeof steps)[number];

export interface TypedRange {
  readonly from: string;
  readonly to: string;
}

/** What the wizard was told so far. */
export interface Draft {
  readonly preset: string;
  /** Targets that are not wanted, by id: what is found later is wanted. */
  readonly without: ReadonlySet<string>;
  /** Items that differ from the preset, by id: true where they were added. */
  readonly items: ReadonlyMap<string, boolean>;
  readonly files: LogSelection["files"];
  readonly window: Window;
  /** The range as it stands in its fields; null where a time is chosen by name. `window` is what it last meant. */
  readonly range: TypedRange | null;
  /** Megabytes as typed; empty for no limit. */
  readonly budget: string;
  readonly sudo: LogSelection["sudo"];
  readonly oneBmcPassword: boolean;
  /** Items that change something on a target and were agreed to, by id. */
  readonly consented: ReadonlySet<string>;
  readonly name: string;
  readonly notes: string;
}

export const newDraft: Draft = {
  preset: "vsmp",
  without: new Set(),
  items: new Map(),
  files: [],
  window: { last: "boot" },
  range: null,
  budget: "",
  sudo: "without-password",
  oneBmcPassword: false,
  consented: new Set(),
  name: "",
  notes: "",
};

interface LogsUi {
  /** The collection that is shown; null while a new one is chosen, or none. */
  readonly shown: string | null;
  readonly view: View;
  readonly step: Step;
  readonly draft: Draft;
  /** What targets told, in the order they answered. */
  readonly findings: readonly TargetFindings[];
  readonly looking: boolean;
  readonly lookedAt: number | null;
  readonly fault: Fault | null;
}

export const useLogsUi = create<LogsUi>(() => ({
  shown: null,
  view: "completeness",
  step: "look",
  draft: newDraft,
  findings: [],
  looking: false,
  lookedAt: null,
  fault: null,
}));

export const showCollection = (id: string, view: View = "completeness") => useLogsUi.setState({ shown: id, view });
export const showView = (view: View) => useLogsUi.setState({ view });
export const showStep = (step: Step) => useLogsUi.setState({ step });
export const changeDraft = (changes: Partial<Draft>) =>
  useLogsUi.setState(({ draft }) => ({ draft: { ...draft, ...changes } }));

let letGo = new AbortController();

/** Asks all devices what they hold, and takes what they say as it comes; a look that runs is given up. */
export async function look(): Promise<void> {
  letGo.abort();
  letGo = new AbortController();
  const { signal } = letGo;
  useLogsUi.setState({ looking: true, findings: [], fault: null });
  try {
    for await (const findings of await client.logs.find({}, { signal })) {
      if (signal.aborted) return;
      useLogsUi.setState((ui) => ({ findings: [...ui.findings, findings] }));
    }
    if (!signal.aborted) useLogsUi.setState({ lookedAt: Date.now() });
  } catch (error) {
    if (!signal.aborted) useLogsUi.setState({ fault: faultOf(error) });
  } finally {
    if (!signal.aborted) useLogsUi.setState({ looking: false });
  }
}

/** Begins a choice anew, and looks. */
export function beginNew(): void {
  useLogsUi.setState({ shown: null, step: "look", draft: newDraft });
  void look();
}

// What was found is of the lab that was open.
useLab.subscribe(({ value }, before) => {
  if (value?.path === before.value?.path) return;
  letGo.abort();
  useLogsUi.setState({ step: "look", draft: newDraft, findings: [], looking: false, lookedAt: null });
});
