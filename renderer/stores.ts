/** The mirrors of the main process's state, and the state that is the window's own. */

import { create } from "zustand";
import type { CablePort, LabState } from "../electron/contract/lab.ts";
import type { Opened } from "../electron/contract/logs/opened.ts";
import { client } from "./client.ts";
import { createMirror } from "./mirror.ts";
import type { Concern } from "./plan/health.ts";
import { followed, type Selection } from "./rack/selection.ts";

export const useSettings = createMirror((signal) => client.app.settings(undefined, { signal }));
export const useLab = createMirror((signal) => client.lab.watch(undefined, { signal }));
export const useSsh = createMirror((signal) => client.ssh.watch(undefined, { signal }));
export const useTerminals = createMirror((signal) => client.terminal.watch(undefined, { signal }));
export const useFabric = createMirror((signal) => client.fabric.watch(undefined, { signal }), { whileVisible: true });
export const useSwitches = createMirror((signal) => client.switch.watch(undefined, { signal }), { whileVisible: true });
export const useLogs = createMirror((signal) => client.logs.watch(undefined, { signal }));
export const usePractice = createMirror((signal) => client.practice.watch(undefined, { signal }));

export type Place = "rack" | "terminals" | "logs" | "settings";

export type Dialog =
  | { readonly kind: "open-lab" }
  | { readonly kind: "open-saved" }
  /** With what was opened already, where it is odd. */
  | { readonly kind: "open-bundle"; readonly opened?: Opened }
  | { readonly kind: "log-catalogue" }
  | { readonly kind: "new-lab" }
  /** Of a node of the fabric, by its GUID: then what was seen of it is filled in, and its cables come with it. */
  | { readonly kind: "add-device"; readonly node?: string }
  | { readonly kind: "edit-device"; readonly device: string }
  | { readonly kind: "remove-device"; readonly device: string }
  | { readonly kind: "import-hosts" }
  | { readonly kind: "import-device-type" }
  | { readonly kind: "edit-lab" }
  | { readonly kind: "cabling-sheet" }
  | { readonly kind: "import-cables" }
  | { readonly kind: "changed-key"; readonly device: string }
  | {
      readonly kind: "switch-port";
      readonly device: string;
      readonly port: string;
      readonly change: "describe" | "shut" | "enable";
    }
  | { readonly kind: "switch-save"; readonly device: string }
  | { readonly kind: "plan" }
  | { readonly kind: "shortcuts" };

interface Ui {
  readonly place: Place;
  readonly selection: Selection | null;
  readonly dialog: Dialog | null;
  /** Where the window is too narrow for it beside the rack: plan and fabric lie over the rack. */
  readonly panel: boolean;
  /** What alone plan and fabric show; null for all. */
  readonly only: Concern | null;
  /** The port a cable is to be planned from; the rack begins it, and sets this back to null. */
  readonly planFrom: CablePort | null;
  /** The terminal the dock should bring to the front, with the keyboard in it; the dock sets it back to null. */
  readonly revealTerminal: string | null;
  readonly dockOpen: boolean;
  readonly dockHeightPx: number;
}

const shapeKey = "halfrack.dock";

/** The dock's shape as this browser or window left it; closed until the first terminal opens. */
function rememberedDock(): Pick<Ui, "dockOpen" | "dockHeightPx"> {
  const closed = { dockOpen: false, dockHeightPx: 300 };
  try {
    const { dockOpen, dockHeightPx } = JSON.parse(localStorage.getItem(shapeKey) ?? "{}") as Partial<Ui>;
    return typeof dockOpen === "boolean" && Number.isFinite(dockHeightPx)
      ? { dockOpen, dockHeightPx: dockHeightPx ?? closed.dockHeightPx }
      : closed;
  } catch {
    return closed;
  }
}

/** What only this window knows: selection, place, open dialogs, sizes. */
export const useUi = create<Ui>(() => ({
  place: "rack",
  selection: null,
  dialog: null,
  panel: false,
  only: null,
  planFrom: null,
  revealTerminal: null,
  ...rememberedDock(),
}));

useUi.subscribe(({ dockOpen, dockHeightPx }, before) => {
  if (dockOpen === before.dockOpen && dockHeightPx === before.dockHeightPx) return;
  localStorage.setItem(shapeKey, JSON.stringify({ dockOpen, dockHeightPx }));
});

export const go = (place: Place) => useUi.setState(place === "terminals" ? { place, dockOpen: true } : { place });
export const select = (selection: Selection | null) => useUi.setState({ selection, panel: false });
/** Shows plan and fabric in place of the inspector, or of the rack where that is narrow. */
export const showPanel = (only: Concern | null) => useUi.setState({ selection: null, panel: true, only });
export const openDialog = (dialog: Dialog | null) => useUi.setState({ dialog });

let known: LabState | null = null;

// The file is edited outside too. One with errors says nothing of what it leaves out, so the selection waits.
useLab.subscribe(({ value }) => {
  if (!value || value.problems.some(({ severity }) => severity === "error")) return;
  const before = known;
  known = value;
  if (!before) return;
  // Its terminals ended with it.
  if (before.path !== value.path) useUi.setState({ dockOpen: false, only: null });
  const { selection } = useUi.getState();
  const next = before.path === value.path ? followed(selection, before.lab, value.lab) : null;
  if (next !== selection) select(next);
});
