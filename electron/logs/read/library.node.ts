/** Owns what a reading holds: its sources, their lines in order, and the rows that filters let through. Runs in a thread. */
import { setImmediate as turn } from "node:timers/promises";
import type { LogFilter, ReadingState } from "../../contract/logs/reading.ts";
import type { Source } from "./blocks.ts";
import { Events, settle, toldTwice } from "./events.ts";
import { RecordReader, recordFormatOf } from "./journal.ts";
import type { Pattern } from "./known.ts";
import { LineFinder } from "./line-finder.ts";
import { matcherOf } from "./matchers.node.ts";
import { mergeLines } from "./merge.ts";
import { Spool } from "./spool.node.ts";
import { type Room, unpacked, usualRoom } from "./unpack.node.ts";
import { passing, type Scene, View, windowRows } from "./view.ts";
import { zoneOf } from "./zone.ts";

/** What the main process knows of a source: values only, for it goes to a thread. */
export interface SourceFacts {
  /** Its entry's number: lines of the same time are in this order. */
  readonly n: number;
  readonly target: string;
  readonly path: string;
  readonly kind: "sel" | "switch" | "log";
  /** Its lines are judged by their words even where nothing in it has a stamp. */
  readonly judged: boolean;
  readonly zone: string;
  readonly zoneMinutes: number;
  readonly zoneAskedMs: number;
  readonly offsetMs: number;
  /** How well that is known; null where it was not measured. */
  readonly uncertaintyMs: number | null;
  readonly bootedMs: number | null;
  /** When it last changed or was printed, by its host's clock. */
  readonly lastMs: number;
  readonly notes: readonly string[];
}

export type SourceState = ReadingState["sources"][number];

interface Held extends Source {
  readonly n: number;
  state: SourceState;
}

/** Pieces are looked at in this size: some milliseconds each, and what is made of them is let go at once. */
const pieceBytes = 128 * 1024;
const sniffedBytes = 4096;
/** Of what is no text, so many of a hundred bytes are control characters. */
const binaryPercent = 10;
/** Rows of views that are kept, in bytes. */
const maxViewBytes = 96 << 20;
/** While lines come, they are put in order anew when there are this many times as many. */
const growth = 1.5;

export class Library {
  readonly patterns: readonly Pattern[];
  readonly #spool: Spool;
  readonly #room: Room = usualRoom();
  readonly #sources: Held[] = [];
  readonly #views = new Map<string, View>();
  #scene: Scene = { order: mergeLines([]), sources: [] };
  #complete = false;
  #ordered = false;

  constructor(options: { cacheDir: string; maxCacheBytes: number; patterns: readonly Pattern[] }) {
    this.patterns = options.patterns;
    this.#spool = new Spool(options.cacheDir, options.maxCacheBytes);
  }

  get lines(): number {
    return this.#sources.reduce((sum, { table }) => sum + table.lines, 0);
  }

  sourceOf(path: string): SourceState | null {
    return this.#sources.find((source) => source.path === path)?.state ?? null;
  }

  /** Reads one source; one after the other. `onPiece` is told after each piece. Gives what is known of it then. */
  async take(facts: SourceFacts, content: AsyncIterable<Uint8Array>, onPiece: () => void): Promise<SourceState> {
    const zone = zoneOf(facts.zone, facts.zoneMinutes, facts.zoneAskedMs);
    const { offsetMs, uncertaintyMs, bootedMs, lastMs, kind, judged, target, path } = facts;
    const clock = uncertaintyMs === null ? null : { offsetMs, uncertaintyMs };
    const collectedMs = lastMs - offsetMs;
    const finder = new LineFinder({ circumstances: { zone, offsetMs, lastMs, bootedMs }, collectedMs, kind, judged });
    const base = this.#spool.size;
    const { table } = finder;
    const held: Held = {
      n: facts.n,
      target,
      path,
      bootedAt: bootedMs === null ? null : bootedMs - offsetMs,
      table,
      read: (offset, length, into) =>
        this.#spool.read(base + offset, Math.min(length, this.#spool.size - base - offset), into),
      // While it is read, what it seems to be so far.
      get format() {
        return this.state.lines === 0 ? finder.format : this.state.format;
      },
      state: { target, path, lines: 0, format: "text", fromMs: null, toMs: null, clock, notes: [...facts.notes] },
    };
    this.#sources.push(held);
    const { pieces, notes } = await unpacked(content, this.#room);
    const binary = await this.#fill(finder, gathered(pieces), onPiece);
    const finished = finder.finish();
    const [fromMs, toMs] = span(held);
    held.state = {
      ...held.state,
      lines: table.lines,
      format: binary ? "binary" : finished.format,
      fromMs,
      toMs,
      notes: [
        ...facts.notes,
        ...notes,
        ...(binary ? ["It is no text: none of it is shown."] : finished.notes),
        ...(this.#spool.full === null ? [] : [`Not all of it is here: ${this.#spool.full}.`]),
      ],
    };
    return held.state;
  }

  /** True where it is no text, and nothing was taken. */
  async #fill(finder: LineFinder, pieces: AsyncIterable<Buffer>, onPiece: () => void): Promise<boolean> {
    let records: RecordReader | null | undefined;
    for await (const piece of pieces) {
      if (records === undefined) {
        if (isBinary(piece.subarray(0, sniffedBytes))) return true;
        const format = recordFormatOf(piece.toString("latin1", 0, 64 * 1024));
        records = format === null ? null : new RecordReader(format);
      }
      if (records === null) finder.feed(piece.toString("latin1", 0, this.#spool.append(piece)));
      else this.#records(finder, records, piece, false);
      onPiece();
      if (this.#spool.full !== null) return false;
      await turn();
    }
    if (records) this.#records(finder, records, Buffer.alloc(0), true);
    return false;
  }

  #records(finder: LineFinder, reader: RecordReader, piece: Buffer, last: boolean): void {
    for (const { text, ...record } of reader.read(piece, last)) {
      const line = Buffer.from(`${text}\n`);
      if (this.#spool.append(line) < line.length) return;
      finder.add({ ...record, line }, reader.format);
    }
  }

  /** No more sources come. Lines that tell of one event become as severe as each other. */
  async complete(): Promise<void> {
    this.#complete = true;
    const scene = this.scene();
    const several = toldTwice(scene.sources);
    if (!several.includes(true)) return;
    const events = new Events(scene.sources);
    for (let row = 0; row < scene.order.lines.length; row += windowRows) {
      settle(scene, row, row + windowRows, events, several);
      await turn();
    }
    this.#views.clear();
  }

  /** Lines in order, as many as there are or nearly. */
  scene(): Scene {
    const ordered = this.#scene.order.lines.length;
    const due = this.#complete ? !this.#ordered : this.lines > ordered * growth;
    if (due) {
      const sources = this.#sources.toSorted((a, b) => a.n - b.n);
      this.#scene = { order: mergeLines(sources.map(({ table }) => table)), sources };
      this.#ordered = this.#complete;
      this.#views.clear();
    }
    return this.#scene;
  }

  /** The rows that a filter lets through; the caller has it look (`step`) until it knows enough. */
  view(filter: LogFilter): View {
    const scene = this.scene();
    const { text, regex, pattern, ...plain } = filter;
    const all = this.#kept("{}", () => new View(scene));
    const passes = passing(scene, plain);
    const base = passes === null ? all : this.#kept(keyOf(plain), () => new View(scene, all, passes));
    if (!text && !regex && !pattern) return base;
    return this.#kept(
      keyOf(filter),
      () => new View(scene, this.#narrower(filter) ?? base, null, matcherOf(filter, this.patterns)),
    );
  }

  /** While somebody types, each text is found among the lines of the text before. */
  #narrower(filter: LogFilter): View | null {
    const { text } = filter;
    if (!text) return null;
    for (let length = text.length - 1; length >= Math.max(1, text.length - 8); length--) {
      const known = this.#views.get(keyOf({ ...filter, text: text.slice(0, length) }));
      if (known?.done) return known;
    }
    return null;
  }

  #kept(key: string, make: () => View): View {
    const view = this.#views.get(key) ?? make();
    this.#views.delete(key);
    this.#views.set(key, view);
    let bytes = [...this.#views.values()].reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
    for (const [old, { memoryBytes }] of this.#views) {
      if (bytes <= maxViewBytes || old === key) break;
      this.#views.delete(old);
      bytes -= memoryBytes;
    }
    return view;
  }

  close(): void {
    this.#spool.close();
  }
}

const keyOf = (filter: LogFilter) =>
  JSON.stringify(
    Object.entries(filter)
      .filter(([, value]) => value !== undefined)
      .sort(),
  );

/** Earliest and latest time; its lines need not be in order. */
function span({ table }: Source): [number | null, number | null] {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (let line = 0; line < table.lines; line++) {
    const at = table.at(line);
    if (at < from) from = at;
    if (at > to) to = at;
  }
  return from > to ? [null, null] : [from, to];
}

/** Small pieces together, large ones in parts. */
async function* gathered(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let held: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    held.push(piece);
    bytes += piece.length;
    if (bytes < pieceBytes / 4) continue;
    const whole = Buffer.concat(held);
    for (let at = 0; at < whole.length; at += pieceBytes) yield whole.subarray(at, at + pieceBytes);
    held = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(held);
}

/** NULs do not count: file systems leave them in logs when a host dies. */
function isBinary(head: Uint8Array): boolean {
  let text = 0;
  let control = 0;
  for (const byte of head) {
    if (byte === 0) continue;
    if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27) || byte === 127) control++;
    else text++;
  }
  return control * 100 > binaryPercent * (text + control);
}
