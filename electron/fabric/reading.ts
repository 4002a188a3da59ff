/** What every reader of a tool's output shares: lines with numbers, what was not understood, the words for port states. */
import {
  type LogicalState,
  logicalStates,
  type PhysicalState,
  physicalStates,
  type Width,
  widths,
} from "../contract/fabric-words.ts";

/** A line a reader could make nothing of. `line` is 1-based. */
export interface Unread {
  readonly line: number;
  readonly text: string;
  /** So many lines before it were not understood either, and are not kept. */
  readonly before?: number;
}

/** The line from which on a reader read no more. */
export interface Beyond extends Unread {
  /** Too many lines that look like the tool's could not be read; otherwise the output names too much. */
  readonly damaged?: true;
}

/** Longer lines are no tool's: a description has at most 64 bytes. They are not matched against anything. */
const maxLineLength = 2048;
/** Lines of the discovery tools: two descriptions of 64 bytes and some fields. */
export const maxDiscoveryLine = 512;
/**
 * A discovery of which so many lines look like the tool's and make no sense is none: matching them all would only take a
 * host's word for time. Other lines cost little and do not count.
 */
export const mostUnread = 2000;
/** Unread lines kept per reading, before the last: a reading of garbage stays small, and what is told of it short. */
const maxUnread = 10;

/** Collects the first unread lines and the last, each cut to 200 characters. */
export class UnreadLines {
  readonly #lines: Unread[] = [];
  #last: Unread | null = null;
  #before = -1;

  add(line: number, text: string): void {
    if (this.#lines.length < maxUnread) this.#lines.push({ line, text: text.slice(0, 200) });
    else {
      this.#last = { line, text: text.slice(0, 200) };
      this.#before += 1;
    }
  }

  get(): readonly Unread[] {
    if (this.#last === null) return this.#lines;
    return [...this.#lines, this.#before > 0 ? { ...this.#last, before: this.#before } : this.#last];
  }
}

/** The lines of `text` with their numbers, one at a time; blank lines are left out. Overlong ones go to `unread`. */
export function* boundedLines(
  text: string,
  unread: UnreadLines,
  maxLength: number = maxLineLength,
): Generator<{ readonly line: number; readonly text: string }> {
  let start = 0;
  for (let line = 1; start < text.length; line++) {
    const newline = text.indexOf("\n", start);
    const end = newline === -1 ? text.length : newline;
    const content = text.slice(start, text[end - 1] === "\r" && end > start ? end - 1 : end);
    start = end + 1;
    if (content.length > maxLength) unread.add(line, content);
    else if (/\S/.test(content)) yield { line, text: content };
  }
}

const logicalByWord = new Map(logicalStates.map((state) => [state.toLowerCase(), state]));
const physicalByWord = new Map(physicalStates.map((state) => [state.toLowerCase(), state]));
const widthByWord = new Map<string, Width>(widths.map((width) => [width, width]));

/** ibstat says Initializing where iblinkinfo says Initialize and sysfs INIT. */
export function readLogicalState(word: string): LogicalState {
  const lower = word.toLowerCase();
  return lower.startsWith("init") ? "Initialize" : (logicalByWord.get(lower) ?? "Unknown");
}

/** Tools write the words apart, joined or with underscores. */
export function readPhysicalState(word: string): PhysicalState {
  return physicalByWord.get(word.replace(/[\s_]/g, "").toLowerCase()) ?? "Unknown";
}

/** `4X`; null for any other word. */
export function readWidth(word: string | undefined): Width | null {
  return (word !== undefined && widthByWord.get(word)) || null;
}

/** A whole number of at most nine digits, or null. */
export function readCount(text: string | undefined): number | null {
  if (text === undefined || text === "" || text.length > 9) return null;
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return null;
    count = count * 10 + digit;
  }
  return count;
}

/** A LID of at most four hex digits behind `0x`, or as {@link readCount} reads it. */
export function readHex(text: string | undefined): number | null {
  const digits = /^0x([0-9a-f]{1,4})$/i.exec(text ?? "")?.[1];
  return digits === undefined ? readCount(text) : Number.parseInt(digits, 16);
}
