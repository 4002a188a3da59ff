/** Answers what is asked of a reading, in turns: while one answer takes long, lines are still read and others answered. */
import { setImmediate as turn } from "node:timers/promises";
import type {
  ErrorIndex,
  Histogram,
  KnownFound,
  LinePage,
  LineSearchMessage,
  LogFilter,
  LogLine,
} from "../../contract/logs/reading.ts";
import { type Block, blocks, lineIn, type Source } from "./blocks.ts";
import { Events, isFirst } from "./events.ts";
import { type CompiledPattern, compiled, patternsIn } from "./known.ts";
import type { Library } from "./library.node.ts";
import { matcherOf, patternMatcher } from "./matchers.node.ts";
import { keyedRows } from "./merge.ts";
import { messageIn, normalOf } from "./normal.ts";
import { LineParts } from "./parts.ts";
import { severities, warningNumber } from "./severity.ts";
import { shown, shownBytes } from "./show.ts";
import { stampKinds } from "./table.ts";
import { bySource, matchingRows, type Scene, sourceAndLine, type View, windowRows } from "./view.ts";

/** An answer that is not whole is given after this time. */
const patienceMs = 200;
const maxGroups = 20_000;
const givenGroups = 1000;
/** Kept of words in which lines of a group differ. */
const maxPartValues = 100_000;
/** Looked at of a line that is counted among errors. */
const normalBytes = 2048;

export class Answers {
  readonly #library: Library;
  readonly #compiled: readonly CompiledPattern[];

  constructor(library: Library) {
    this.#library = library;
    this.#compiled = compiled(library.patterns);
  }

  async lines(filter: LogFilter, from: number, count: number, signal: AbortSignal): Promise<LinePage> {
    const view = this.#library.view(filter);
    const scene = this.#library.scene();
    const until = performance.now() + patienceMs;
    while (!view.done && (view.length < from + count || count === 0) && performance.now() < until) {
      view.step();
      await turn();
      signal.throwIfAborted();
    }
    const rows = view.slice(from, from + count);
    const all = scene.order.lines.length;
    return {
      lines: [...rows].map((row, i) => this.#line(scene, row, from + i)),
      total: view.length,
      complete: view.done,
      looked: all === 0 ? 1 : view.looked / all,
    };
  }

  #line(scene: Scene, row: number, shownRow: number): LogLine {
    const [source, line] = lineOf(scene, row);
    const { table } = source;
    const offset = table.offset(line);
    const length = table.offset(line + 1) - offset;
    const { text, cut } = shown(source.read(offset, Math.min(length, shownBytes + 2)));
    const at = table.at(line);
    return {
      row: shownRow,
      target: source.target,
      path: source.path,
      line: line + 1,
      at: Number.isNaN(at) ? null : Math.round(at),
      stamp: stampKinds[table.stamp(line)] ?? "own",
      severity: severities[table.severity(line)] ?? "info",
      text,
      cut: cut || length > shownBytes + 2,
      patterns: patternsIn(text, source.format, this.#compiled),
    };
  }

  /** The first row at that time or later; the number of rows where there is none. */
  async rowAt(filter: LogFilter, atMs: number, signal: AbortSignal): Promise<number> {
    const view = this.#library.view(filter);
    const scene = this.#library.scene();
    const row = firstAt(scene, atMs);
    while (!view.done && view.looked <= row) await this.#look(view, signal);
    return view.indexOf(row);
  }

  /** Rows of the filtered reading that `find` lets through, from one row on in one direction. */
  async *search(
    filter: LogFilter,
    find: LogFilter,
    from: number,
    direction: "forward" | "backward",
    signal: AbortSignal,
  ): AsyncGenerator<LineSearchMessage> {
    const view = this.#library.view(filter);
    const scene = this.#library.scene();
    const matcher = matcherOf(find, this.#library.patterns);
    let looked = 0;
    let next = from;
    while (direction === "forward" && !view.done && view.length <= from) await this.#look(view, signal);
    if (direction === "backward") next = Math.min(from, view.length - 1);
    while (direction === "forward" ? next < view.length || !view.done : next >= 0) {
      const [start, end] =
        direction === "forward"
          ? [next, Math.min(next + windowRows, view.length)]
          : [Math.max(0, next - windowRows + 1), next + 1];
      if (start >= end) {
        await this.#look(view, signal);
        continue;
      }
      const rows = view.slice(start, end);
      const matching = matcher === null ? rows : matchingRows(scene, rows, matcher);
      const hits = [...matching].map((row) => view.indexOf(row));
      if (direction === "backward") hits.reverse();
      if (hits.length > 0) yield { kind: "hits", rows: hits };
      looked += end - start;
      yield { kind: "progress", looked, rows: view.length };
      next = direction === "forward" ? end : start - 1;
      await turn();
      signal.throwIfAborted();
    }
    yield { kind: "ended", complete: true };
  }

  async histogram(filter: LogFilter, buckets: number, signal: AbortSignal): Promise<Histogram> {
    const view = this.#library.view(filter);
    const scene = this.#library.scene();
    let from = filter.fromMs ?? Number.POSITIVE_INFINITY;
    let to = filter.toMs ?? Number.NEGATIVE_INFINITY;
    for await (const rows of this.#windows(view, signal))
      for (const row of rows) {
        const [source, line] = lineOf(scene, row);
        const at = source.table.at(line);
        if (at < from) from = at;
        if (at > to) to = at;
      }
    if (!(from <= to)) return { fromMs: 0, bucketMs: 1, buckets: [] };
    const bucketMs = Math.max(1, (to - from + 1) / buckets);
    const counts = Array.from({ length: buckets }, () => ({ lines: 0, warnings: 0, errors: 0 }));
    const events = new Events(scene.sources);
    for await (const rows of this.#windows(view, signal))
      for (const row of rows) {
        const [index, line] = sourceAndLine(scene, row);
        const source = scene.sources[index] as Source;
        const count = counts[Math.floor((source.table.at(line) - from) / bucketMs)];
        if (!count) continue;
        const severity = source.table.severity(line);
        count.lines++;
        if (severity > warningNumber || !isFirst(events.of(index, line))) continue;
        if (severity < warningNumber) count.errors++;
        else count.warnings++;
      }
    return { fromMs: Math.floor(from), bucketMs, buckets: counts };
  }

  /**
   * What was said at least as warnings, the gravest and most frequent first; lines that go on from another do not count,
   * and of those that tell of one event the first alone.
   */
  async errors(filter: LogFilter, signal: AbortSignal): Promise<ErrorIndex> {
    const view = this.#library.view({ severity: "warning", ...filter });
    const scene = this.#library.scene();
    const groups = new Map<string, ErrorGroup>();
    const events = new Events(scene.sources);
    const room = { values: maxPartValues };
    for await (const rows of this.#windows(view, signal)) {
      const grouped = new Map<number, { readonly group: ErrorGroup; readonly message: string }>();
      for (const { block, line, row } of linesOf(scene, rows)) {
        const { table, format } = block.source;
        const severity = table.severity(line);
        if (block.later || severity > warningNumber || stampKinds[table.stamp(line)] === "line-before") continue;
        const { text } = shown(lineIn(block, line, normalBytes));
        const message = messageIn(text, format);
        const key = `${severity} ${normalOf(message)}`;
        let group = groups.get(key);
        if (!group) {
          if (groups.size >= maxGroups) continue;
          const pattern = patternsIn(text, format, this.#compiled)[0] ?? null;
          group = { severity, pattern, counter: new Counter(groups.size), parts: null, newestRow: row };
          groups.set(key, group);
        }
        grouped.set(row, { group, message });
      }
      // events go by the order of time
      for (const row of rows) {
        const { group, message } = grouped.get(row) ?? {};
        if (!group || message === undefined) continue;
        group.newestRow = row;
        if (!group.counter.add(scene, row, events)) continue;
        if (group.parts) group.parts.add(message);
        else group.parts = new LineParts(message, room);
      }
    }
    const whole = await this.#whole(filter, signal);
    return [...groups]
      .sort(([, a], [, b]) => a.severity - b.severity || b.counter.times - a.counter.times)
      .slice(0, givenGroups)
      .map(([key, { severity, pattern, counter, parts, newestRow }]) => ({
        severity: severities[severity] ?? "info",
        text: key.slice(2),
        ...counter.counted(whole),
        example: this.#line(scene, newestRow, 0).text,
        parts: parts?.list() ?? [],
        pattern,
      }));
  }

  /** Which known patterns occur. */
  async known(filter: LogFilter, signal: AbortSignal): Promise<KnownFound> {
    const view = this.#library.view(filter);
    const scene = this.#library.scene();
    const groups = new Map<string, { readonly counter: Counter; readonly rows: number[] }>();
    const events = new Events(scene.sources);
    const matchers = this.#library.patterns.map((pattern) => ({ pattern, matcher: patternMatcher(pattern) }));
    for await (const rows of this.#windows(view, signal)) {
      for (const { source, lines, places } of bySource(scene, rows)) {
        const hits = new Uint8Array(lines.length);
        for (const block of blocks(source, lines)) {
          for (const { pattern, matcher } of matchers) {
            hits.fill(0, block.from, block.to);
            matcher(block, lines, hits);
            for (let i = block.from; i < block.to; i++) {
              if (hits[i] !== 1) continue;
              const known = groups.get(pattern.id) ?? { counter: new Counter(groups.size), rows: [] };
              groups.set(pattern.id, known);
              known.rows.push(rows[places[i] ?? 0] ?? 0);
            }
          }
          await turn();
          signal.throwIfAborted();
        }
      }
      for (const known of groups.values()) {
        for (const row of Uint32Array.from(known.rows.splice(0)).sort()) known.counter.add(scene, row, events);
      }
    }
    return [...groups].map(([pattern, { counter }]) => ({ pattern, ...counter.counted(view) }));
  }

  /** All that a filter lets through. */
  async #whole(filter: LogFilter, signal: AbortSignal): Promise<View> {
    const view = this.#library.view(filter);
    while (!view.done) await this.#look(view, signal);
    return view;
  }

  async #look(view: View, signal: AbortSignal): Promise<void> {
    view.step();
    await turn();
    signal.throwIfAborted();
  }

  async *#windows(view: View, signal: AbortSignal): AsyncGenerator<Uint32Array> {
    for (let next = 0; next < view.length || !view.done; ) {
      const rows = view.slice(next, next + windowRows);
      if (rows.length === 0) view.step();
      else yield rows;
      next += rows.length;
      await turn();
      signal.throwIfAborted();
    }
  }
}

/** Of errors that say the same. */
interface ErrorGroup {
  readonly severity: number;
  readonly pattern: string | null;
  readonly counter: Counter;
  parts: LineParts | null;
  /** Of the line that was written last. */
  newestRow: number;
}

/** Counts lines that belong together, and the events they tell of. */
class Counter {
  readonly #group: number;
  times = 0;
  #lines = 0;
  readonly #sources = new Set<Source>();
  #firstAt = Number.POSITIVE_INFINITY;
  #lastAt = Number.NEGATIVE_INFINITY;
  #row = Number.POSITIVE_INFINITY;

  constructor(group: number) {
    this.#group = group;
  }

  /** A row of the whole, in order; whether it is the first of the group that tells of its event. */
  add(scene: Scene, row: number, events: Events): boolean {
    const [index, line] = sourceAndLine(scene, row);
    const source = scene.sources[index] as Source;
    const at = source.table.at(line);
    const first = isFirst(events.of(index, line, this.#group));
    if (first) this.times++;
    this.#lines++;
    this.#sources.add(source);
    if (at < this.#firstAt) this.#firstAt = at;
    if (row < this.#row) this.#row = row;
    if (at > this.#lastAt) this.#lastAt = at;
    return first;
  }

  /** Its row is one of `view`, which holds it. */
  counted(view: View) {
    const timed = this.#firstAt <= this.#lastAt;
    return {
      times: this.times,
      lines: this.#lines,
      sources: this.#sources.size,
      targets: [...new Set([...this.#sources].map(({ target }) => target))].sort(),
      firstAt: timed ? Math.round(this.#firstAt) : null,
      lastAt: timed ? Math.round(this.#lastAt) : null,
      row: view.indexOf(this.#row),
    };
  }
}

/** Each line of some rows with the bytes it stands in, source by source. */
function* linesOf(scene: Scene, rows: Uint32Array): Generator<{ block: Block; line: number; row: number }> {
  for (const { source, lines, places } of bySource(scene, rows))
    for (const block of blocks(source, lines))
      for (let i = block.from; i < block.to; i++) yield { block, line: lines[i] ?? 0, row: rows[places[i] ?? 0] ?? 0 };
}

function lineOf(scene: Scene, row: number): [Source, number] {
  const [source, line] = sourceAndLine(scene, row);
  return [scene.sources[source] as Source, line];
}

/** The first row of the whole that stands at `atMs` or later. */
function firstAt(scene: Scene, atMs: number): number {
  const { keys, lines } = scene.order;
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? 0) < atMs) low = middle + 1;
    else high = middle;
  }
  for (let row = Math.max(0, (low - 1) * keyedRows); row < lines.length; row++) {
    const [source, line] = lineOf(scene, row);
    if (source.table.at(line) >= atMs) return row;
    if (row > low * keyedRows) return row;
  }
  return lines.length;
}
