/**
 * Owns the order of the time line. Each file keeps its own order, as far as its clock only shook: a line is placed no
 * earlier than those before it. Where a clock was set back, what follows is placed by its own stamps. Of lines of the
 * same time those of one file stay together.
 */
import { setBackMs } from "./line-finder.ts";
import type { LineTable } from "./table.ts";

/** Lines of all sources in order: the number of each is its line, counted through all sources one after the other. */
export interface Order {
  readonly lines: Uint32Array;
  /** The first number of each source, and the count of all. */
  readonly bases: readonly number[];
  /** When every {@link keyedRows}-th row stands, never falling: for finding a time. */
  readonly keys: Float64Array;
}

export const keyedRows = 256;
/** A file whose clock goes back more often keeps its order from there on. */
const maxRuns = 64;

/** Lines of one source that follow one another, none much earlier than the one before. */
interface Run {
  readonly table: LineTable;
  readonly base: number;
  readonly end: number;
  next: number;
  /** Where its next line stands. */
  key: number;
}

export function mergeLines(tables: readonly LineTable[]): Order {
  const bases = [0];
  for (const table of tables) bases.push((bases.at(-1) ?? 0) + table.lines);
  const total = bases.at(-1) ?? 0;
  const lines = new Uint32Array(total);
  const keys = new Float64Array(Math.ceil(total / keyedRows));
  const heap = tables.flatMap((table, source) => runs(table, bases[source] ?? 0));
  heap.sort(before);
  let row = 0;
  while (heap.length > 0) {
    const first = heap[0] as Run;
    const bound = Math.min(heap[1]?.key ?? Number.POSITIVE_INFINITY, heap[2]?.key ?? Number.POSITIVE_INFINITY);
    do {
      if (row % keyedRows === 0) keys[row / keyedRows] = first.key;
      lines[row++] = first.base + first.next++;
      const at = first.next < first.end ? first.table.at(first.next) : Number.NaN;
      if (at > first.key) first.key = at;
    } while (first.next < first.end && first.key < bound);
    if (first.next >= first.end) {
      const last = heap.pop() as Run;
      if (heap.length === 0) break;
      heap[0] = last;
    }
    sink(heap);
  }
  return { lines, bases, keys };
}

function before(a: Run, b: Run): number {
  return a.key === b.key ? a.base + a.next - b.base - b.next : a.key < b.key ? -1 : 1;
}

/** Puts the first of a heap where it belongs. */
function sink(heap: Run[]): void {
  const moved = heap[0] as Run;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    const left = heap[child];
    if (!left) break;
    const right = heap[child + 1];
    if (right && before(right, left) < 0) child++;
    const least = heap[child] as Run;
    if (before(moved, least) <= 0) break;
    heap[at] = least;
    at = child;
  }
  heap[at] = moved;
}

function runs(table: LineTable, base: number): Run[] {
  const found: Run[] = [];
  let start = 0;
  let firstAt = Number.NaN;
  let highest = Number.NEGATIVE_INFINITY;
  for (let line = 0; line <= table.lines; line++) {
    const at = table.at(line);
    const ends = line === table.lines || (at < highest - setBackMs && found.length < maxRuns);
    if (ends && line > start) {
      // Lines before the first stamp stand with it, those of a file without any at the very beginning.
      const key = Number.isNaN(firstAt) ? Number.NEGATIVE_INFINITY : firstAt;
      found.push({ table, base, end: line, next: start, key });
    }
    if (ends) {
      start = line;
      firstAt = Number.NaN;
      highest = Number.NEGATIVE_INFINITY;
    }
    if (Number.isNaN(firstAt)) firstAt = at;
    if (at > highest) highest = at;
  }
  return found;
}

/** The source of a line by its number. */
export function sourceOf(order: Order, number: number, guess = 0): number {
  const { bases } = order;
  if (number >= (bases[guess] ?? 0) && number < (bases[guess + 1] ?? 0)) return guess;
  let low = 0;
  let high = bases.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((bases[middle] ?? 0) <= number) low = middle;
    else high = middle - 1;
  }
  return low;
}
