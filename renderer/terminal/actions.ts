/** Everything the dock can do, as data: for the palette, the list of keys, the menus and the keyboard itself. */
import { defaultSettings } from "../../electron/contract/app.ts";
import { client } from "../client.ts";
import { attempt } from "../kit/attempt.ts";
import { isMac } from "../kit/platform.ts";
import { useSettings, useTerminals } from "../stores.ts";
import {
  activeTerminal,
  closeTerminal,
  deviceForNew,
  focusBeside,
  focusDock,
  openTerminal,
  splitActive,
  stepTab,
  toggleMaximised,
} from "./groups.ts";
import { showDialog, useDock } from "./ui.ts";
import { copySelection, pasteFromClipboard, viewOf } from "./views.ts";

export interface TerminalAction {
  readonly id: string;
  /** What will happen, as the palette and menus show it. */
  readonly label: string;
  /** Keys, `Mod` is Ctrl, or Cmd on a Mac. The first is the one shown. */
  readonly keys: readonly string[];
  /** Where the keys work: anywhere in the window, or only in the dock. */
  readonly scope: "window" | "dock";
  readonly available: () => boolean;
  readonly run: () => void;
}

const someTerminal = () => activeTerminal() !== null;
const onActive = (run: (id: string) => void) => () => {
  const { active } = useDock.getState();
  if (active !== null) run(active);
};
const action = (
  id: string,
  label: string,
  keys: readonly string[],
  run: () => void,
  available: () => boolean = someTerminal,
  scope: TerminalAction["scope"] = "dock",
): TerminalAction => ({ id, label, keys, scope, available, run });

function changeFontSize(change: (sizePx: number) => number): void {
  const sizePx = (useSettings.getState().value ?? defaultSettings).terminalFontSizePx;
  const terminalFontSizePx = Math.min(32, Math.max(8, change(sizePx)));
  if (terminalFontSizePx !== sizePx) void attempt(client.app.changeSettings({ terminalFontSizePx }));
}

/** Starts or stops recording a terminal. */
export function toggleRecording(id: string): void {
  const terminal = useTerminals.getState().value?.terminals[id];
  if (terminal) void attempt(client.terminal.record({ terminal: id, on: terminal.recording === null }));
}

export function stopBroadcast(): void {
  useDock.setState({ broadcast: { on: false, targets: [], results: {} } });
}

export function openSearch(id: string): void {
  useDock.setState({ searching: id });
}

export function reconnect(id: string): void {
  void attempt(client.terminal.reconnect({ terminal: id }));
}

/** Terminals whose connection is not there any more: reconnects them all. */
function reconnectTerminals(): void {
  for (const { id, status } of Object.values(useTerminals.getState().value?.terminals ?? {})) {
    if (status === "closed") reconnect(id);
  }
}

const anyClosed = () =>
  Object.values(useTerminals.getState().value?.terminals ?? {}).some(({ status }) => status === "closed");

/** All actions, in the order the list of keys shows them. */
export const terminalActions: readonly TerminalAction[] = [
  action(
    "terminal.new",
    "Open a terminal on the selected device",
    ["Mod+Shift+T", "Mod+Shift+Enter"],
    () => {
      const device = deviceForNew();
      if (device !== null) void openTerminal(device);
    },
    () => deviceForNew() !== null,
    "window",
  ),
  action("terminal.split-right", "Split the terminal to the right", ["Mod+Shift+D"], () => void splitActive("right")),
  action("terminal.split-down", "Split the terminal downwards", ["Mod+Shift+E"], () => void splitActive("below")),
  action("terminal.next", "Next terminal", ["Mod+Shift+]"], () => stepTab(1)),
  action("terminal.previous", "Previous terminal", ["Mod+Shift+["], () => stepTab(-1)),
  action("terminal.left", "Terminal to the left", ["Mod+Shift+ArrowLeft"], () => focusBeside("left")),
  action("terminal.right", "Terminal to the right", ["Mod+Shift+ArrowRight"], () => focusBeside("right")),
  action("terminal.up", "Terminal above", ["Mod+Shift+ArrowUp"], () => focusBeside("up")),
  action("terminal.down", "Terminal below", ["Mod+Shift+ArrowDown"], () => focusBeside("down")),
  action("terminal.maximise", "Maximise or restore the terminal", ["Mod+Shift+M"], toggleMaximised),
  action(
    "terminal.close",
    "Close the terminal and end its session",
    ["Mod+Shift+X"],
    onActive((id) => void closeTerminal(id)),
  ),
  action("terminal.focus", "Put the keyboard into the terminal", [], focusDock),
  action(
    "terminal.search",
    "Search in the terminal",
    isMac ? ["Mod+F", "Mod+Shift+F"] : ["Mod+Shift+F"],
    onActive(openSearch),
  ),
  action(
    "terminal.copy",
    "Copy the selection",
    isMac ? ["Mod+C"] : ["Mod+Shift+C"],
    onActive((id) => void copySelection(id)),
  ),
  action(
    "terminal.paste",
    "Paste",
    [],
    onActive((id) => void pasteFromClipboard(id)),
  ),
  action(
    "terminal.select-all",
    "Select all of the terminal",
    ["Mod+Shift+A"],
    onActive((id) => viewOf(id)?.screen.term.selectAll()),
  ),
  action("terminal.larger", "Larger terminal text", ["Mod+=", "Mod++"], () => changeFontSize((size) => size + 1)),
  action("terminal.smaller", "Smaller terminal text", ["Mod+-"], () => changeFontSize((size) => size - 1)),
  action("terminal.usual", "Usual size of terminal text", ["Mod+0"], () =>
    changeFontSize(() => defaultSettings.terminalFontSizePx),
  ),
  action("terminal.broadcast", "Choose terminals to broadcast to", ["Mod+Shift+B"], () =>
    showDialog({ kind: "broadcast" }),
  ),
  action("terminal.broadcast-stop", "Stop broadcasting", [], stopBroadcast, () => useDock.getState().broadcast.on),
  action("terminal.record", "Start or stop recording the terminal", [], onActive(toggleRecording)),
  action(
    "terminal.recordings",
    "Show terminal recordings",
    [],
    () => showDialog({ kind: "recordings" }),
    () => true,
  ),
  action(
    "terminal.reconnect",
    "Reconnect the terminal",
    [],
    onActive(reconnect),
    () => activeTerminal()?.status === "closed",
  ),
  action("terminal.reconnect-all", "Reconnect all closed terminals", [], reconnectTerminals, anyClosed),
];

/** The action a key press stands for, or null. Letters go by what the key writes, other keys by their place. */
export function actionFor(event: KeyboardEvent, scope: TerminalAction["scope"]): TerminalAction | null {
  const pressed = pressedKeys(event);
  if (pressed === null) return null;
  return terminalActions.find((each) => each.scope === scope && each.keys.includes(pressed)) ?? null;
}

function pressedKeys(event: KeyboardEvent): string | null {
  const mod = isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  if (!mod || event.altKey || event.isComposing) return null;
  const letter = /^[a-z]$/i.test(event.key) ? event.key : /^Key([A-Z])$/.exec(event.code)?.[1];
  const byPlace: Readonly<Record<string, string>> = {
    BracketLeft: "[",
    BracketRight: "]",
    Equal: "=",
    Minus: "-",
    Digit0: "0",
    NumpadAdd: "+",
    NumpadSubtract: "-",
    Numpad0: "0",
  };
  const key = letter?.toUpperCase() ?? byPlace[event.code] ?? event.key;
  const larger = key === "=" || key === "+";
  return `Mod+${event.shiftKey && !larger ? "Shift+" : ""}${key}`;
}

/** `Mod+Shift+T` as it is printed on this machine's keys. */
export function keysText(keys: string): string {
  return isMac
    ? keys.replace("Mod+", "⌘").replace("Shift+", "⇧")
    : keys.replace("Mod+", "Ctrl+").replace(/Arrow(\w+)/, "$1");
}
