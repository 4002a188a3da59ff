/** Owns the dock's tabs and splits: which panel each terminal has, and how the layout is kept. */
import type { DockviewApi, IDockviewPanel, SerializedDockview } from "dockview-react";
import type { Terminal } from "../../electron/contract/terminal.ts";
import { client } from "../client.ts";
import { attempt } from "../kit/attempt.ts";
import { focusWhenFree, modalOpen } from "../kit/focus.ts";
import { useLab, useTerminals, useUi } from "../stores.ts";
import { inOrder, reachableDevices } from "./labels.ts";
import { loadLayout, saveLayout } from "./layout.ts";
import { useDock } from "./ui.ts";
import { viewOf } from "./views.ts";

export type Placement = "tab" | "right" | "below";

let api: DockviewApi | null = null;
/** Lab whose layout is on the screen; undefined until the first restore. */
let shownLab: string | null | undefined;
/** Terminals opened here that the mirror has not shown yet, and calls of `open` under way. */
const fresh = new Set<string>();
let opening = 0;

const storages = () => [window.sessionStorage, window.localStorage];

/** Connects the dock's component; returns how to disconnect it. */
export function connectDock(ready: DockviewApi): () => void {
  api = ready;
  shownLab = undefined;
  const disposables = [
    ready.onDidLayoutChange(() => {
      if (shownLab !== undefined && api === ready) saveLayout(storages(), shownLab, ready.toJSON());
      useDock.setState({ maximised: ready.hasMaximizedGroup() });
    }),
    ready.onDidActivePanelChange(() => noteActive()),
    ready.onDidMaximizedGroupChange(() => useDock.setState({ maximised: ready.hasMaximizedGroup() })),
  ];
  const stop = [useTerminals.subscribe(syncPanels), useLab.subscribe(syncPanels), useUi.subscribe(reveal)];
  syncPanels();
  return () => {
    for (const disposable of disposables) disposable.dispose();
    for (const unsubscribe of stop) unsubscribe();
    if (api === ready) api = null;
  };
}

/** Gives every terminal a panel and drops panels whose terminal is gone. */
export function syncPanels(): void {
  const terminals = useTerminals.getState().value?.terminals;
  const lab = useLab.getState().value;
  if (!api || !terminals || !lab || useTerminals.getState().stale) return;
  for (const id of Object.keys(terminals)) fresh.delete(id);
  if (shownLab !== lab.path) restore(api, lab.path, new Set(Object.keys(terminals)));
  for (const panel of [...api.panels]) if (!terminals[panel.id] && !fresh.has(panel.id)) api.removePanel(panel);
  if (opening === 0) {
    for (const terminal of inOrder(terminals)) if (!api.getPanel(terminal.id)) addPanel(terminal, "tab", false);
  }
  forgetGone(terminals);
  reveal();
}

/** Brings the terminal another place asked for to the front, as soon as it has a panel. */
function reveal(): void {
  const { revealTerminal } = useUi.getState();
  if (revealTerminal === null || !api?.getPanel(revealTerminal)) return;
  useUi.setState({ revealTerminal: null });
  focusTerminal(revealTerminal);
}

function restore(dock: DockviewApi, labPath: string | null, terminals: ReadonlySet<string>): void {
  shownLab = undefined;
  const layout = loadLayout(storages(), labPath, terminals);
  if (layout) {
    try {
      dock.fromJSON(layout as unknown as SerializedDockview);
    } catch {
      // A layout of another version: every terminal gets a tab instead.
      dock.clear();
    }
  }
  shownLab = labPath;
  noteActive();
}

/** Broadcast targets and marks of terminals that are gone go with them. */
function forgetGone(terminals: Readonly<Record<string, Terminal>>): void {
  const { broadcast, searching } = useDock.getState();
  const targets = broadcast.targets.filter((id) => terminals[id]);
  if (targets.length !== broadcast.targets.length) {
    useDock.setState({ broadcast: { ...broadcast, targets, on: broadcast.on && targets.length > 0 } });
  }
  if (searching !== null && !terminals[searching]) useDock.setState({ searching: null });
}

function addPanel(terminal: Pick<Terminal, "id" | "device">, where: Placement, focus: boolean): void {
  if (!api) return;
  const reference = api.activePanel;
  const split = where !== "tab" && reference;
  if (api.hasMaximizedGroup() && split) api.exitMaximizedGroup();
  api.addPanel({
    id: terminal.id,
    component: "terminal",
    title: terminal.device,
    inactive: !focus && api.totalPanels > 0,
    ...(split
      ? {
          position: {
            referencePanel: reference,
            direction: where === "right" ? ("right" as const) : ("below" as const),
          },
        }
      : {}),
  });
  if (focus) focusTerminal(terminal.id);
}

/** Opens a shell on a device and shows it: in the active group, or beside it. Faults are shown as a notification. */
export async function openTerminal(device: string, where: Placement = "tab"): Promise<Terminal | null> {
  useUi.setState({ dockOpen: true });
  const term = viewOf(useDock.getState().active)?.screen.term;
  opening += 1;
  const opened = await attempt(client.terminal.open({ device, cols: term?.cols ?? 80, rows: term?.rows ?? 24 }));
  opening -= 1;
  if (opened) {
    if (!useTerminals.getState().value?.terminals[opened.id]) fresh.add(opened.id);
    if (!api?.getPanel(opened.id)) addPanel(opened, where, true);
  }
  syncPanels();
  return opened;
}

/** The device a new terminal belongs to: the selected one, else the active terminal's, else the only one there is. */
export function deviceForNew(): string | null {
  const { selection } = useUi.getState();
  const devices = reachableDevices(useLab.getState().value?.lab ?? null);
  if (selection && selection.kind !== "cable" && devices.includes(selection.device)) return selection.device;
  return activeTerminal()?.device ?? (devices.length === 1 ? (devices[0] ?? null) : null);
}

export async function splitActive(where: "right" | "below"): Promise<void> {
  const device = activeTerminal()?.device ?? deviceForNew();
  if (device !== null) await openTerminal(device, where);
}

/** Ends the session; its panel goes when the main process says it is gone. */
export async function closeTerminal(id: string): Promise<void> {
  await attempt(client.terminal.close({ terminal: id }));
}

export function activeTerminal(): Terminal | null {
  const { active } = useDock.getState();
  return active === null ? null : (useTerminals.getState().value?.terminals[active] ?? null);
}

/** Frames a terminal gets to be drawn before it is no longer worth waiting for: one second. */
const focusFrames = 60;

export function focusTerminal(id: string): void {
  const panel = api?.getPanel(id);
  panel?.api.setActive();
  takeFocus(id, focusFrames);
}

/** A panel that was just added, or a dock that just opened, cannot have the focus before it is drawn. */
function takeFocus(id: string, framesLeft: number): void {
  requestAnimationFrame(() => {
    const { active } = useDock.getState();
    if ((active !== null && active !== id) || !api?.getPanel(id)) return;
    const keyboard = viewOf(id)?.screen.term.textarea;
    if (keyboard) focusWhenFree(keyboard);
    const given = keyboard && (modalOpen() || document.activeElement === keyboard);
    if (!given && framesLeft > 0) takeFocus(id, framesLeft - 1);
  });
}

/** Puts the keyboard into the active terminal. */
export function focusDock(): void {
  const { active } = useDock.getState();
  if (active !== null) focusTerminal(active);
}

/** Goes to the next or previous tab, group by group, round and round. */
export function stepTab(by: 1 | -1): void {
  if (!api) return;
  const order = api.groups.flatMap((group) => group.panels);
  const at = order.findIndex((panel) => panel.id === api?.activePanel?.id);
  const next = order[(at + by + order.length) % order.length];
  if (next) focusTerminal(next.id);
}

export function focusBeside(direction: "left" | "right" | "up" | "down"): void {
  const group = api?.activeGroup;
  if (!api || !group) return;
  const beside = api.adjacentGroupInDirection(group, direction);
  const panel: IDockviewPanel | undefined = beside?.activePanel;
  if (panel) focusTerminal(panel.id);
}

export function toggleMaximised(): void {
  const panel = api?.activePanel;
  if (!api || !panel) return;
  if (api.hasMaximizedGroup()) api.exitMaximizedGroup();
  else api.maximizeGroup(panel);
  focusTerminal(panel.id);
}

function noteActive(): void {
  const active = api?.activePanel?.id ?? null;
  useDock.setState({ active });
  markBellsSeen(active);
}

/** Looking at a terminal takes its bell mark away. */
export function markBellsSeen(id: string | null): void {
  const bells = id === null ? undefined : useTerminals.getState().value?.terminals[id]?.bells;
  if (id === null || bells === undefined || useDock.getState().seenBells[id] === bells) return;
  useDock.setState(({ seenBells }) => ({ seenBells: { ...seenBells, [id]: bells } }));
}
