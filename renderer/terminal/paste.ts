/** Decides what a paste may send to a shell and when the admin is asked first. */

/** Pastes longer than this (UTF-16 code units) are shown first even when the program takes them as one block. */
export const largePasteLength = 100_000;

/** C0 without tab, line feed and carriage return; DEL; C1 (which holds CSI, U+009B, a one-character escape). */
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;
/** Invisible characters that can make a command read other than it runs: bidirectional controls, zero width. */
const hidden = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

export interface PasteAnalysis {
  /** What may be sent: line ends are `\n`, control characters but tab are gone. */
  readonly text: string;
  /** Lines as a reader counts them; a trailing line break starts no further line. */
  readonly lines: number;
  readonly endsWithNewline: boolean;
  /** Control characters left out of `text`. */
  readonly removed: number;
  /** Bidirectional and zero-width characters still in `text`. */
  readonly hidden: number;
  readonly reasons: readonly PasteReason[];
}
export type PasteReason = "lines" | "controls" | "hidden" | "large";

/**
 * Looks at clipboard text before it reaches a shell. With `bracketed`, line breaks alone are no reason to ask: the
 * program told that it takes a paste as text, not as typed lines.
 */
export function analysePaste(raw: string, bracketed: boolean): PasteAnalysis {
  const unified = raw.replace(/\r\n?/g, "\n");
  const text = unified.replace(forbidden, "");
  const removed = unified.length - text.length;
  const hiddenCount = text.match(hidden)?.length ?? 0;
  const endsWithNewline = text.endsWith("\n");
  const reasons: PasteReason[] = [];
  if (!bracketed && text.includes("\n")) reasons.push("lines");
  if (removed > 0) reasons.push("controls");
  if (hiddenCount > 0) reasons.push("hidden");
  if (text.length > largePasteLength) reasons.push("large");
  return {
    text,
    lines: text === "" ? 0 : text.split("\n").length - (endsWithNewline ? 1 : 0),
    endsWithNewline,
    removed,
    hidden: hiddenCount,
    reasons,
  };
}

/** Joins the lines by single blanks, so that nothing runs before Enter is pressed. */
export function asOneLine(text: string): string {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join(" ");
}

/** Removes line breaks at the end, so that the last line waits for Enter. */
export function withoutTrailingNewline(text: string): string {
  return text.replace(/\n+$/, "");
}

/**
 * The keystrokes of a paste: Enter for each line break, and the bracketed-paste frame when asked for. Control
 * characters are removed here again, so no text can close the frame early.
 */
export function pastePayload(text: string, bracketed: boolean): string {
  const keys = text.replace(/\r\n?/g, "\n").replace(forbidden, "").replace(/\n/g, "\r");
  return bracketed ? `\u001b[200~${keys}\u001b[201~` : keys;
}

/** One piece of text for display: plain, or a character that would not show by itself, by name. */
export interface VisiblePiece {
  readonly text: string;
  readonly named: boolean;
}

const controlNames = new Map([
  ["\t", "→"],
  ["\u001b", "ESC"],
  ["\u0003", "^C"],
  ["\u0004", "^D"],
  ["\u007f", "DEL"],
]);

/** Splits text into pieces in which every control or hidden character is named; line feeds stay line feeds. */
export function makeVisible(raw: string): readonly VisiblePiece[] {
  const pieces: VisiblePiece[] = [];
  let plain = "";
  for (const character of raw.replace(/\r\n?/g, "\n")) {
    const shown = controlName(character);
    if (shown === null) {
      plain += character;
      continue;
    }
    if (plain !== "") pieces.push({ text: plain, named: false });
    plain = "";
    pieces.push({ text: shown, named: true });
  }
  if (plain !== "") pieces.push({ text: plain, named: false });
  return pieces;
}

function controlName(character: string): string | null {
  const known = controlNames.get(character);
  if (known !== undefined) return known;
  if (character === "\n") return null;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return `^${String.fromCharCode(code + 0x40)}`;
  if ((code >= 0x7f && code <= 0x9f) || character.search(hidden) === 0) {
    return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  }
  return null;
}
