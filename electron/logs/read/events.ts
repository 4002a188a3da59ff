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
  /** Of all of them, as far as they were settled; the kernel's own level stands against what others say. */
  severity: number;
  ofKernel: boolean;
}

/** Events that said the same; each source's next line belongs to one behind that of its line before. */
interface Alike {
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
/** Milder than every severity. */
const mildest = 8;

/** Lines have to come in the order of the time line. */
export class Events {
  readonly #sources: readonly Source[];
  readonly #targets: readonly number[];
  /** What was said lately, and before. */
  #young = new Map<string, Alike>();
  #old = new Map<string, Alike>();
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

  /**
   * The event that a line tells of: as its first, or with others of other sources. What lines say is compared as a number
   * that whoever writes logs can aim at, so lines that are counted apart have different `group`s and share no event.
   */
  of(source: number, line: number, group = 0): Event {
    const { table, format, bootedAt } = this.#sources[source] as Source;
    const at = table.at(line);
    const said = table.said(line);
    const lines = [source, line];
    if (said === 0 || Number.isNaN(at)) return { at, reachMs: 0, lines, severity: mildest, ofKernel: false };
    const sinceBootMs = format === "dmesg" && bootedAt !== null ? Math.max(0, at - bootedAt) : null;
    const reach = sinceBootMs === null ? reachMs : Math.min(maxReachMs, reachMs + bootMs + sinceBootMs * drift);
    const alike = this.#alike(`${this.#targets[source]} ${said} ${group}`, at);
    const { events, next } = alike;
    let i = next.get(source) ?? 0;
    let known = events[i];
    for (; known && known.at + Math.max(reach, known.reachMs) < at; known = events[i]) i++;
    if (known && known.at - Math.max(reach, known.reachMs) <= at) {
      known.lines.push(source, line);
      next.set(source, i + 1);
      return known;
    }
    const event = { at, reachMs: reach, lines, severity: mildest, ofKernel: false };
    next.set(source, events.push(event));
    this.#count++;
    if (events.length > maxAlike) shorten(alike, maxAlike / 2);
    return event;
  }

  #alike(key: string, at: number): Alike {
    if (at > this.#since + maxReachMs || this.#count >= maxEvents) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#since = at;
      this.#count = 0;
    }
    let alike = this.#young.get(key);
    if (alike) return alike;
    alike = this.#old.get(key) ?? { events: [], next: new Map() };
    const past = alike.events.findIndex((event) => event.at >= at - maxReachMs);
    shorten(alike, past === -1 ? alike.events.length : past);
    this.#count += alike.events.length;
    this.#young.set(key, alike);
    return alike;
  }
}

function shorten(alike: Alike, by: number): void {
  if (by === 0) return;
  alike.events = alike.events.slice(by);
  for (const [source, next] of alike.next) alike.next.set(source, Math.max(0, next - by));
}

export const isFirst = ({ lines }: Event) => lines.length === 2;

/**
 * Gives all lines of an event one severity: the kernel's own level where one of them has it, else the gravest. A level that
 * a program gave makes nothing milder: anybody may log what another one says. Looks at `rows` of the whole.
 */
export function settle(scene: Scene, from: number, to: number, events: Events, several: readonly boolean[]): void {
  const { order, sources } = scene;
  for (let row = from; row < Math.min(to, order.lines.length); row++) {
    const [source, line] = sourceAndLine(scene, row);
    if (several[source]) agree(sources, events.of(source, line));
  }
}

/** Sources whose lines may stand in others of their target. */
export function toldTwice(sources: readonly Source[]): readonly boolean[] {
  const counts = new Map<string, number>();
  for (const { target, table } of sources) if (table.comparable) counts.set(target, (counts.get(target) ?? 0) + 1);
  return sources.map(({ target, table }) => table.comparable && (counts.get(target) ?? 0) > 1);
}

/** Of an event whose last line is new: the others change a few times at most. */
function agree(sources: readonly Source[], event: Event): void {
  const { lines } = event;
  const [source = 0, line = 0] = lines.slice(-2);
  const table = sources[source]?.table;
  if (!table) return;
  const ofKernel = table.ofKernel(line);
  const severity = table.severity(line);
  const counts = ofKernel === event.ofKernel ? severity < event.severity : ofKernel;
  if (!counts) {
    table.setSeverity(line, event.severity);
    return;
  }
  Object.assign(event, { severity, ofKernel });
  for (let i = 0; i < lines.length; i += 2) sources[lines[i] ?? 0]?.table.setSeverity(lines[i + 1] ?? 0, severity);
}
