/** Owns which rows a filter lets through: found window by window, so that the first are there long before the last. */
import { isLogSource } from "../../contract/logs/log-source.ts";
import type { LogFilter } from "../../contract/logs/reading.ts";
import { type Block, blocks, type Source } from "./blocks.ts";
import { type Order, sourceOf } from "./merge.ts";
import { severities } from "./severity.ts";

/** All lines in order, as they were at one moment. */
export interface Scene {
  readonly order: Order;
  readonly sources: readonly Source[];
}

type Matcher = (block: Block, lines: ArrayLike<number>, hits: Uint8Array) => void;
type Passes = (source: number, line: number) => boolean;

/** Rows looked at between two turns: some milliseconds. */
export const windowRows = 32_768;

export class View {
  readonly #scene: Scene;
  readonly #base: View | null;
  readonly #passes: Passes | null;
  readonly #matcher: Matcher | null;
  #rows = new Uint32Array(0);
  #length = 0;
  /** The next of the base's rows to look at. */
  #next = 0;

  /** All rows; of `base`, where given, those that pass and match. */
  constructor(scene: Scene, base: View | null = null, passes: Passes | null = null, matcher: Matcher | null = null) {
    this.#scene = scene;
    this.#base = base;
    this.#passes = passes;
    this.#matcher = matcher;
    if (base === null) this.#length = scene.order.lines.length;
  }

  get length(): number {
    return this.#length;
  }

  get done(): boolean {
    return this.#base === null || (this.#base.done && this.#next === this.#base.length);
  }

  /** Rows of the whole that are decided. */
  get looked(): number {
    if (this.done) return this.#scene.order.lines.length;
    return this.#next < (this.#base?.length ?? 0) ? (this.#base?.row(this.#next) ?? 0) : (this.#base?.looked ?? 0);
  }

  get memoryBytes(): number {
    return this.#rows.byteLength;
  }

  /** A row of the whole. */
  row(index: number): number {
    return this.#base === null ? index : (this.#rows[index] ?? 0);
  }

  slice(from: number, to: number): Uint32Array {
    const end = Math.max(from, Math.min(to, this.#length));
    return this.#base === null
      ? Uint32Array.from({ length: end - from }, (_, i) => from + i)
      : this.#rows.subarray(from, end);
  }

  /** The first of its rows that is `row` or later. */
  indexOf(row: number): number {
    if (this.#base === null) return Math.min(row, this.#length);
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.row(middle) < row) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Looks at some more rows. */
  step(): void {
    const base = this.#base;
    if (base === null) return;
    if (this.#next + windowRows > base.length && !base.done) {
      base.step();
      return;
    }
    const end = Math.min(this.#next + windowRows, base.length);
    let rows = base.slice(this.#next, end);
    if (this.#passes !== null) rows = this.#passing(rows, this.#passes);
    if (this.#matcher !== null) rows = matchingRows(this.#scene, rows, this.#matcher);
    this.#append(rows);
    this.#next = end;
  }

  #passing(rows: Uint32Array, passes: Passes): Uint32Array {
    const { order } = this.#scene;
    let source = 0;
    return rows.filter((row) => {
      const number = order.lines[row] ?? 0;
      source = sourceOf(order, number, source);
      return passes(source, number - (order.bases[source] ?? 0));
    });
  }

  #append(rows: Uint32Array): void {
    if (this.#length + rows.length > this.#rows.length) {
      const larger = new Uint32Array(Math.max(1024, this.#rows.length * 2, this.#length + rows.length));
      larger.set(this.#rows.subarray(0, this.#length));
      this.#rows = larger;
    }
    this.#rows.set(rows, this.#length);
    this.#length += rows.length;
  }
}

/** Lines of one source among some rows, in the order in which they stand in it. */
export interface SourceRows {
  readonly source: Source;
  readonly lines: Uint32Array;
  /** Which of the rows each is. */
  readonly places: Uint32Array;
}

export function bySource({ order, sources }: Scene, rows: Uint32Array): SourceRows[] {
  const found = new Map<number, number[]>();
  let source = 0;
  for (const [place, row] of rows.entries()) {
    source = sourceOf(order, order.lines[row] ?? 0, source);
    const places = found.get(source);
    if (places) places.push(place);
    else found.set(source, [place]);
  }
  return [...found].flatMap(([index, list]) => {
    const of = sources[index];
    if (!of) return [];
    const lineOf = (place: number) => (order.lines[rows[place] ?? 0] ?? 0) - (order.bases[index] ?? 0);
    const places = Uint32Array.from(list);
    let lines = places.map(lineOf);
    if (lines.some((line, i) => i > 0 && line < (lines[i - 1] ?? 0))) {
      places.sort((a, b) => lineOf(a) - lineOf(b));
      lines = places.map(lineOf);
    }
    return [{ source: of, lines, places }];
  });
}

export function matchingRows(scene: Scene, rows: Uint32Array, matcher: Matcher): Uint32Array {
  const matched = new Uint8Array(rows.length);
  for (const { source, lines, places } of bySource(scene, rows)) {
    const hits = new Uint8Array(lines.length);
    for (const block of blocks(source, lines)) matcher(block, lines, hits);
    for (const [i, place] of places.entries()) matched[place] = hits[i] ?? 0;
  }
  return rows.filter((_, place) => matched[place] === 1);
}

/** What a filter asks of a line without looking at its words; null where it asks nothing. */
export function passing({ sources }: Scene, filter: LogFilter): Passes | null {
  const { targets, paths, logs, severity, fromMs, toMs } = filter;
  if (!targets && !paths && !logs && !severity && fromMs === undefined && toMs === undefined) return null;
  const wanted = sources.map(
    ({ target, path, format, table: { lines } }) =>
      (!targets || targets.includes(target)) &&
      (!paths || paths.includes(path)) &&
      (!logs || isLogSource({ format, path, lines })),
  );
  const gravest = severity === undefined ? 7 : severities.indexOf(severity);
  return (index, line) => {
    const source = sources[index];
    if (!wanted[index] || !source || source.table.severity(line) > gravest) return false;
    if (fromMs === undefined && toMs === undefined) return true;
    const at = source.table.at(line);
    return !(at < (fromMs ?? Number.NEGATIVE_INFINITY) || at > (toMs ?? Number.POSITIVE_INFINITY)) && !Number.isNaN(at);
  };
}
