/**
 * Owns how content becomes lines with times: finds line ends, reads stamps, gives a line without one the time of the line
 * before, so that messages of several lines stay together, and judges how severe each is. What it is given is one
 * character a byte (latin1): offsets are bytes, and stamps and the words that count are ASCII.
 */
import { fieldSeverity, headReader } from "./heads.ts";
import type { JournalRecord } from "./journal.ts";
import { type Circumstances, Placing, yearsLater } from "./placing.ts";
import { saidIn, saidNumber } from "./said.ts";
import { type DayOrder, dayOrderOf, readSelRow, selSeverity } from "./sel.ts";
import { infoNumber, severityOfWord, severityWords } from "./severity.ts";
import type { Head } from "./stamp.ts";
import { LineTable } from "./table.ts";

const own = 0;
const lineBefore = 1;
const guessed = 2;
const collected = 3;

/** Of a line that is longer, no more than this is looked at for its stamp. */
const longChars = 64 * 1024;
const headChars = 4096;
/** Lines that stand this much before the line above them tell that the clock was set. */
export const setBackMs = 600_000;

export interface SourceKind {
  readonly circumstances: Circumstances;
  /** When it was collected or last changed, on this machine's clock: the time of a source without stamps. */
  readonly collectedMs: number;
  readonly kind: "sel" | "switch" | "log";
  /** Whether words judge its lines where it has no stamps: what a command prints is no log. */
  readonly judged: boolean;
}

export class LineFinder {
  readonly table = new LineTable();
  readonly #kind: SourceKind;
  readonly #placing: Placing;
  readonly #readHead = headReader();
  readonly #words = severityWords();
  readonly #formats = new Map<string, number>();
  #dayOrder: DayOrder | null = null;
  /** The beginning of a line whose end has not come yet, and where it stands. */
  #carry = "";
  #carryAt = 0;
  /** It is longer than what is kept of it. */
  #skipping = false;
  #end = 0;
  /** Of what is scanned. */
  #bytes: Buffer | null = null;
  /** Of the last line with a stamp. */
  #stampText = "";
  #at = Number.NaN;
  #stampKind = own;
  #headSeverity: number | null = null;
  #format = "text";
  #severity = infoNumber;
  #setBack = 0;

  constructor(kind: SourceKind) {
    this.#kind = kind;
    this.#placing = new Placing(kind.circumstances);
  }

  /** Bytes as text, one character each; more of them follow those that came before. */
  feed(piece: string): void {
    this.#end += piece.length;
    if (this.#kind.kind === "sel") this.#dayOrder ??= dayOrderOf(piece);
    let rest = piece;
    if (this.#skipping) {
      const end = rest.indexOf("\n");
      if (end === -1) return;
      this.#scan(`${this.#carry}\n`, this.#carryAt);
      this.#skipping = false;
      this.#carry = "";
      this.#carryAt = this.#end - rest.length + end + 1;
      rest = rest.slice(end + 1);
    }
    const begin = this.#end - rest.length - this.#carry.length;
    const text = this.#carry + rest;
    const done = this.#scan(text, begin);
    this.#carry = text.slice(done);
    this.#carryAt = begin + done;
    if (this.#carry.length > longChars) {
      this.#carry = this.#carry.slice(0, headChars);
      this.#skipping = true;
    }
  }

  /** A line that was read elsewhere: what a record says, with its time on the host's clock. */
  add(record: Omit<JournalRecord, "text"> & { readonly line: Buffer }, format: string): void {
    const placed = record.hostMs === null ? null : this.#placing.place({ kind: "utc", ms: record.hostMs }, 0);
    if (placed) this.#noteTime(placed.at);
    this.#count(format);
    const said = placed && saidIn(record.line.toString("latin1", 0, headChars), 0, record.line.length, format);
    const number = said ? saidNumber(record.line, said, record.line.length) : 0;
    const { severity, ofKernel } = record;
    const stamp = placed ? own : lineBefore;
    this.table.add(this.#at, this.#end, severity ?? infoNumber, stamp, number, ofKernel && severity !== null);
    this.#end += record.line.length;
  }

  /** What most stamps so far are of; `text` where none was understood. */
  get format(): string {
    return [...this.#formats].sort((a, b) => b[1] - a[1])[0]?.[0] ?? "text";
  }

  /** After the last piece. Gives the source's format and what is odd about it. */
  finish(): { readonly format: string; readonly notes: readonly string[] } {
    if (this.#carry !== "" || this.#skipping) this.#scan(`${this.#carry}\n`, this.#carryAt);
    this.table.endBytes = this.#end;
    this.table.trim();
    const { format } = this;
    if (format === "text") {
      this.#collected();
      return { format: "text", notes: this.table.lines === 0 ? [] : ["No stamps: it stands where it was collected."] };
    }
    const notes = [...this.#correct()];
    if (this.#setBack > 0)
      notes.push(`Its clock was set back ${this.#setBack === 1 ? "once" : `${this.#setBack} times`}.`);
    return { format, notes };
  }

  /** Lines that end in `text`, whose first character is byte `begin`. Returns where the rest begins. */
  #scan(text: string, begin: number): number {
    this.#bytes = null;
    this.#words.lastIndex = 0;
    let word = this.#words.exec(text);
    let start = 0;
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", start)) {
      let severity: number | null = null;
      while (word !== null && word.index < end) {
        severity = Math.min(severity ?? infoNumber, severityOfWord(word));
        word = this.#words.exec(text);
      }
      this.#line(text, start, end, begin + start, severity);
      start = end + 1;
    }
    return start;
  }

  #line(text: string, start: number, end: number, offset: number, word: number | null): void {
    const same = this.#stampText !== "" && text.startsWith(this.#stampText, start);
    const head = same ? null : this.#head(text, start, end);
    if (!same && head === null) {
      const severity = Math.min(word ?? infoNumber, this.#stampText === "" ? infoNumber : this.#severity);
      this.table.add(this.#at, offset, severity, lineBefore);
      return;
    }
    if (head !== null) {
      const placed = this.#placing.place(head.stamp, this.table.lines);
      this.#stampText = text.slice(start, head.end);
      this.#stampKind = placed.guessed ? guessed : own;
      this.#headSeverity = head.severity;
      this.#format = head.format === "syslog" && this.#kind.kind === "switch" ? "switch" : head.format;
      this.#noteTime(placed.at);
    }
    this.#count(this.#format);
    const from = start + this.#stampText.length;
    const told = this.#judge(text, from, end);
    this.#severity = told ?? word ?? infoNumber;
    const said = saidIn(text, from, end, this.#format);
    const number = said === null ? 0 : saidNumber(this.#bytesOf(text), said, end);
    const ofKernel = told !== null && this.#format === "dmesg" && said?.kernel === true;
    this.table.add(this.#at, offset, this.#severity, this.#stampKind, number, ofKernel);
  }

  /** Of what is scanned, made once, and only where a line of it says something. */
  #bytesOf(text: string): Buffer {
    this.#bytes ??= Buffer.from(text, "latin1");
    return this.#bytes;
  }

  #head(text: string, start: number, end: number): Head | null {
    const head =
      this.#kind.kind === "sel"
        ? readSelRow(text, start, this.#dayOrder ?? "month-first")
        : this.#readHead(text, start);
    return head !== null && head.end <= end ? head : null;
  }

  #judge(text: string, from: number, end: number): number | null {
    if (this.#headSeverity !== null) return this.#headSeverity;
    if (this.#format === "sel") return selSeverity(text.slice(from, Math.min(end, from + headChars)));
    return fieldSeverity(this.#format, text, from);
  }

  #noteTime(at: number): void {
    if (at < this.#at - setBackMs) this.#setBack++;
    this.#at = at;
  }

  #count(format: string): void {
    this.#formats.set(format, (this.#formats.get(format) ?? 0) + 1);
  }

  #collected(): void {
    for (let line = 0; line < this.table.lines; line++) {
      this.table.setAt(line, this.#kind.collectedMs);
      this.table.mark(line, this.#kind.judged ? this.table.severity(line) : infoNumber, collected);
    }
  }

  #correct(): readonly string[] {
    const { years, addMs, unplacedBefore, notes } = this.#placing.finish();
    const { zone, offsetMs } = this.#kind.circumstances;
    if (years !== 0 || addMs !== 0 || unplacedBefore !== null)
      for (let line = 0; line < this.table.lines; line++) {
        const at = this.table.placedAt(line);
        if (Number.isNaN(at)) continue;
        const moved = years === 0 ? at : yearsLater(at + offsetMs, years, zone) - offsetMs;
        this.table.setAt(line, line < (unplacedBefore ?? 0) ? Number.NaN : moved + addMs);
      }
    return notes;
  }
}
