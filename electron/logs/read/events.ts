/**
 * Owns when lines of several sources tell of one event: of the same target, saying the same, at the same moment as far as
 * their stamps tell, each in another source. Two lines of one source are always two events.
 */
import type { Source } from "./blocks.ts";
import { type Scene, sourceAndLine } from "./view.ts";

export interface Event {
  readonly at: number;
  /** Lines so far from `at` may tell of it. */
  readonly reachMs: number;
  /** Source and line, by turns, of all that tell of it so far. */
  readonly lines: number[];
}

/** Events that said the same; each source's next line belongs to one behind that of its line before. */
interface Told {
  events: Event[];
  /** By source. */
  readonly next: Map<number, number>;
}

/** Stamps of whole seconds, and the way from one daemon to another. */
const reachMs = 2000;
/** Seconds since the boot go by a clock that nothing sets right: it may be off by so much of them, and not beyond the last. */
const drift = 50e-6;
const bootMs = 1000;
const maxReachMs = 60_000;
/** Events kept in mind; of a burst of more, the earlier ones are forgotten, and lines count that tell of them once more. */
const maxEvents = 100_000;
/** Of those that say the same; of more, the earlier half goes. */
const maxAlike = 10_000;

/** Lines have to come in the order of the time line. */
export class Events {
  readonly #sources: readonly Source[];
  readonly #targets: readonly number[];
  /** What was said lately, and before. */
  #young = new Map<number, Told>();
  #old = new Map<number, Told>();
  #since = Number.NEGATIVE_INFINITY;
  #count = 0;

  constructor(sources: readonly Source[]) {
    this.#sources = sources;
    const numbers = new Map<string, number>();
    this.#targets = sources.map(({ target }) => {
      const number = numbers.get(target) ?? numbers.size;
      numbers.set(target, number);
      return number;
    });
  }

  /** The event that a line tells of: as its first, or with others of other sources. */
  of(source: number, line: number): Event {
    const { table, format, bootedAt } = this.#sources[source] as Source;
    const at = table.at(line);
    const said = table.said(line);
    const lines = [source, line];
    if (said === 0 || Number.isNaN(at)) return { at, reachMs: 0, lines };
    const sinceBootMs = format === "dmesg" && bootedAt !== null ? Math.max(0, at - bootedAt) : null;
    const reach = sinceBootMs === null ? reachMs : Math.min(maxReachMs, reachMs + bootMs + sinceBootMs * drift);
    const told = this.#told((this.#targets[source] ?? 0) * 2 ** 32 + said, at);
    const { events, next } = told;
    let i = next.get(source) ?? 0;
    let known = events[i];
    for (; known && known.at + Math.max(reach, known.reachMs) < at; known = events[i]) i++;
    if (known && known.at - Math.max(reach, known.reachMs) <= at) {
      known.lines.push(source, line);
      next.set(source, i + 1);
      return known;
    }
    const event = { at, reachMs: reach, lines };
    next.set(source, events.push(event));
    this.#count++;
    if (events.length > maxAlike) shorten(told, maxAlike / 2);
    return event;
  }

  #told(key: number, at: number): Told {
    if (at > this.#since + maxReachMs || this.#count >= maxEvents) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#since = at;
      this.#count = 0;
    }
    let told = this.#young.get(key);
    if (told) return told;
    told = this.#old.get(key) ?? { events: [], next: new Map() };
    const past = told.events.findIndex((event) => event.at >= at - maxReachMs);
    shorten(told, past === -1 ? told.events.length : past);
    this.#count += told.events.length;
    this.#young.set(key, told);
    return told;
  }
}

function shorten(told: Told, by: number): void {
  if (by === 0) return;
  told.events = told.events.slice(by);
  for (const [source, next] of told.next) told.next.set(source, Math.max(0, next - by));
}

/** Of some rows, in order: 1 for each that is the first to tell of its event. */
export function firstTellers(scene: Scene, rows: Uint32Array, events: Events): Uint8Array {
  return Uint8Array.from(rows, (row) => (isFirst(events.of(...sourceAndLine(scene, row))) ? 1 : 0));
}

export const isFirst = ({ lines }: Event) => lines.length === 2;

/**
 * Gives all lines of an event one severity: the gravest that was told by the kernel's level, the journal's priority or
 * another field, else the gravest by words. Looks at `rows` of the whole.
 */
export function settle({ order, sources }: Scene, from: number, to: number, events: Events, several: Several): void {
  for (let row = from; row < Math.min(to, order.lines.length); row++) {
    const [source, line] = sourceAndLine({ order, sources }, row);
    if (!several[source]) continue;
    const event = events.of(source, line);
    if (!isFirst(event)) agree(sources, event);
  }
}

type Several = readonly boolean[];

/** Sources whose lines may stand in others, where one of those tells severities by a field. */
export function toldTwice(sources: readonly Source[]): Several {
  return sources.map(({ target, table }) => {
    const others = sources.filter((other) => other.target === target && other.table.says);
    return table.says && others.length > 1 && others.some((other) => other.table.tells);
  });
}

function agree(sources: readonly Source[], { lines }: Event): void {
  let told = 8;
  let judged = 8;
  for (let i = 0; i < lines.length; i += 2) {
    const table = sources[lines[i] ?? 0]?.table;
    const line = lines[i + 1] ?? 0;
    if (table?.told(line)) told = Math.min(told, table.severity(line));
    else judged = Math.min(judged, table?.severity(line) ?? judged);
  }
  for (let i = 0; i < lines.length; i += 2)
    sources[lines[i] ?? 0]?.table.setSeverity(lines[i + 1] ?? 0, told < 8 ? told : judged);
}
