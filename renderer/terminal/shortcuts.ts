/** The dock's keys as data, for the list of all keys. */
import { isMac } from "../kit/platform.ts";
import { keysText, terminalActions } from "./actions.ts";

const pasteKeys = isMac ? "Mod+V" : "Mod+Shift+V";

/** What each key does. Pasting is the browser's own key, so it is no action. */
export const shortcuts: readonly { readonly keys: string; readonly does: string }[] = [
  ...terminalActions.flatMap(({ keys, label }) => (keys[0] ? [{ keys: keysText(keys[0]), does: label }] : [])),
  { keys: keysText(pasteKeys), does: "Paste into the terminal" },
  { keys: isMac ? "⌘click" : "Ctrl+click", does: "Open a web address shown in the terminal" },
];
