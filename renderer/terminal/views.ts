/** Owns where keystrokes and pastes go: one terminal, or all that are broadcast to, and when is asked before. */
import { faultOf } from "../../electron/contract/fault-of.ts";
import { client } from "../client.ts";
import { useSettings } from "../stores.ts";
import { firstDestructive, looksDestructive } from "./caution.ts";
import { InputQueue } from "./input-queue.ts";
import { judgeLink } from "./links.ts";
import { analysePaste, pastePayload } from "./paste.ts";
import type { LinkEvent } from "./screen.ts";
import type { SessionView } from "./session-view.ts";
import { typedLine } from "./typed-line.ts";
import { type BroadcastResult, notice, showDialog, useDock } from "./ui.ts";

const views = new Map<string, SessionView>();

export function registerView(view: SessionView): () => void {
  views.set(view.terminal, view);
  return () => {
    if (views.get(view.terminal) === view) views.delete(view.terminal);
  };
}

export const viewOf = (terminal: string | null): SessionView | undefined =>
  terminal === null ? undefined : views.get(terminal);

/** What was typed since the last Enter while broadcasting; the echo may be slower than the fingers. */
let typed = "";

const broadcastQueue = new InputQueue(
  async (data) => {
    const targets = [...useDock.getState().broadcast.targets];
    if (targets.length === 0) return;
    const { sent, refused } = await client.terminal.broadcast({ terminals: targets, data });
    const results: Record<string, BroadcastResult> = {};
    for (const id of sent) results[id] = "sent";
    for (const id of refused) results[id] = "refused";
    useDock.setState(({ broadcast }) => ({ broadcast: { ...broadcast, results } }));
  },
  (error) => {
    const { targets } = useDock.getState().broadcast;
    const results = Object.fromEntries(targets.map((id) => [id, "refused" as const]));
    useDock.setState(({ broadcast }) => ({ broadcast: { ...broadcast, results } }));
    for (const id of targets) notice(id, faultOf(error).title);
  },
);

/** The terminals that get what is typed into `terminal`. */
export function targetsOf(terminal: string): readonly string[] {
  const { on, targets } = useDock.getState().broadcast;
  return on && targets.includes(terminal) ? targets : [terminal];
}

/** Takes what was typed into `terminal`; a destructive-looking line is shown first when it goes to several. */
export function typeInto(terminal: string, keys: string): void {
  const targets = targetsOf(terminal);
  if (targets.length === 1 && targets[0] === terminal) {
    views.get(terminal)?.push(keys);
    return;
  }
  if (keys.includes("\r")) {
    const line = views.get(terminal)?.screen.cursorLine() ?? "";
    const written = typed;
    typed = "";
    const what = looksDestructive(written) ?? looksDestructive(line);
    if (what !== null) {
      showDialog({ kind: "enter", terminal, targets, keys, line: looksDestructive(written) ? written : line, what });
      return;
    }
  } else typed = typedLine(typed, keys);
  broadcastQueue.push(keys);
}

/** Sends keystrokes to all that `terminal` stands for, without asking again. */
export function sendKeys(terminal: string, keys: string): void {
  const targets = targetsOf(terminal);
  if (targets.length === 1 && targets[0] === terminal) views.get(terminal)?.push(keys);
  else broadcastQueue.push(keys);
}

/** Pastes text; asks first where it would run lines, hides characters, or reaches several terminals. */
export function pasteInto(terminal: string, raw: string): void {
  const targets = targetsOf(terminal);
  const bracketed = targets.every((id) => views.get(id)?.bracketedPaste ?? false);
  const analysis = analysePaste(raw, bracketed);
  if (analysis.text === "") {
    notice(terminal, "The clipboard holds no text");
    return;
  }
  const destructive = targets.length > 1 ? firstDestructive(analysis.text) : null;
  const many = targets.length > 1 && (analysis.lines > 1 || analysis.endsWithNewline || destructive !== null);
  if (analysis.reasons.length > 0 || many) {
    showDialog({ kind: "paste", terminal, targets, raw, analysis, bracketed, destructive });
    return;
  }
  sendKeys(terminal, pastePayload(analysis.text, bracketed));
}

export async function copySelection(terminal: string): Promise<void> {
  const text = views.get(terminal)?.screen.term.getSelection() ?? "";
  if (text === "") {
    notice(terminal, "Nothing is selected");
    return;
  }
  try {
    await navigator.clipboard.writeText(text);
    notice(terminal, "Copied");
  } catch {
    notice(terminal, "The clipboard could not be written");
  }
}

/** Paste from a menu: reading the clipboard may be refused where the paste keys are not. */
export async function pasteFromClipboard(terminal: string): Promise<void> {
  try {
    pasteInto(terminal, await navigator.clipboard.readText());
  } catch {
    notice(terminal, "Reading the clipboard is not allowed here: paste with Ctrl+Shift+V (Cmd+V on a Mac)");
  }
}

/** A program asked for the clipboard: only with the setting, and it is said where it happened. */
export function clipboardRequest(terminal: string, text: string): void {
  if (useSettings.getState().value?.terminalClipboardWrite !== true) return;
  navigator.clipboard.writeText(text).then(
    () => notice(terminal, `A program copied ${text.length} characters to the clipboard`),
    () => notice(terminal, "A program's copy to the clipboard was refused"),
  );
}

/** A link was clicked: without the modifier it is only shown. */
export function linkClicked(terminal: string, { event, uri, shown }: LinkEvent): void {
  if (!event.ctrlKey && !event.metaKey) return;
  const verdict = judgeLink(uri, shown);
  if (!verdict.open) notice(terminal, verdict.why);
  else if (verdict.confirm) showDialog({ kind: "link", terminal, verdict });
  else openAddress(verdict.address);
}

export function linkHovered(link: LinkEvent | null): void {
  useDock.setState({
    linkTip:
      link === null ? null : { x: link.event.clientX, y: link.event.clientY, verdict: judgeLink(link.uri, link.shown) },
  });
}

/** Opens a judged http or https address outside this window, which it can neither see nor steer. */
export function openAddress(address: string): void {
  window.open(address, "_blank", "noopener,noreferrer");
}
