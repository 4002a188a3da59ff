/** Owns which rows a filter lets through: found window by window, so that the first are there long before the last. */
import { isLogSource } from "../../contract/logs/log-source.ts";
import type { LogFilter } from "../../contract/logs/reading.ts";
import { blocks, type Matcher, type Source } from "./blocks.ts";
import { type Order, sourceOf } from "./merge.ts";
import { severities } from "./severity.ts";

/** All lines in order, as they were at one moment. */
export interface Scene {
  readonly order: Order;
  readonly sources: readonly Source[];
}

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
    if (this.#base !== null) return this.#rows.subarray(from, end);
    const rows = new Uint32Array(end - from);
    for (let i = 0; i < rows.length; i++) rows[i] = from + i;
    return rows;
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

/** Which source a row of the whole is of, and which of its lines. */
export function sourceAndLine({ order }: Scene, row: number): [source: number, line: number] {
  const number = order.lines[row] ?? 0;
  const source = sourceOf(order, number);
  return [source, number - (order.bases[source] ?? 0)];
}

/** Lines of one source among some rows, in the order in which they stand in it. */
export interface SourceRows {
  readonly source: Source;
  readonly lines: Uint32Array;
  /** Which of the rows each is. */
  readonly places: Uint32Array;
}

export function bySource({ order, sources }: Scene, rows: Uint32Array): SourceRows[] {
  // of gigabytes every line comes by here: plain loops, and nothing made for a line
  const ofRow = new Uint32Array(rows.length);
  const counts = new Uint32Array(sources.length);
  let index = 0;
  for (let place = 0; place < rows.length; place++) {
    index = sourceOf(order, order.lines[rows[place] ?? 0] ?? 0, index);
    ofRow[place] = index;
    counts[index] = (counts[index] ?? 0) + 1;
  }
  const found: (SourceRows | undefined)[] = [];
  const filled = new Uint32Array(sources.length);
  const rising = new Uint8Array(sources.length).fill(1);
  for (let place = 0; place < rows.length; place++) {
    const of = ofRow[place] ?? 0;
    const source = sources[of];
    if (!source) continue;
    const count = counts[of] ?? 0;
    found[of] ??= { source, lines: new Uint32Array(count), places: new Uint32Array(count) };
    const { lines, places } = found[of];
    const at = filled[of] ?? 0;
    filled[of] = at + 1;
    const line = (order.lines[rows[place] ?? 0] ?? 0) - (order.bases[of] ?? 0);
    if (at > 0 && line < (lines[at - 1] ?? 0)) rising[of] = 0;
    lines[at] = line;
    places[at] = place;
  }
  return found.flatMap((each, of) => (each ? [rising[of] === 1 ? each : inOrder(each)] : []));
}

function inOrder({ source, lines, places }: SourceRows): SourceRows {
  const sorted = Uint32Array.from(lines.keys()).sort((a, b) => (lines[a] ?? 0) - (lines[b] ?? 0));
  return { source, lines: sorted.map((at) => lines[at] ?? 0), places: sorted.map((at) => places[at] ?? 0) };
}

export function matchingRows(scene: Scene, rows: Uint32Array, matcher: Matcher): Uint32Array {
  const matched = new Uint8Array(rows.length);
  const match = () => {
    for (const { source, lines, places } of bySource(scene, rows)) {
      const hits = new Uint8Array(lines.length);
      for (const block of blocks(source, lines)) matcher(block, lines, hits);
      for (let i = hits.indexOf(1); i !== -1; i = hits.indexOf(1, i + 1)) matched[places[i] ?? 0] = 1;
    }
  };
  if (matcher.watch) matcher.watch(match);
  else match();
  const count = matched.reduce((sum, hit) => sum + hit, 0);
  const matching = new Uint32Array(count);
  for (let at = matched.indexOf(1), i = 0; at !== -1; at = matched.indexOf(1, at + 1), i++) matching[i] = rows[at] ?? 0;
  return matching;
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
