/** Owns what is replayed of a recording: its drawn events in order of time, bounded; total on any lines. */
import { parseCastEvent, parseCastHeader, parseCastSize } from "../../electron/contract/asciicast.ts";

export interface ScreenSize {
  readonly cols: number;
  readonly rows: number;
}
export type ReplayEvent =
  | { readonly kind: "output"; readonly atMs: number; readonly data: string }
  | ({ readonly kind: "resize"; readonly atMs: number } & ScreenSize);

export interface Cast {
  /** At the start. */
  readonly size: ScreenSize;
  /** In order of time; a time that goes backwards is raised to the one before it. */
  readonly events: readonly ReplayEvent[];
  readonly durationMs: number;
  /** Lines that could not be read. */
  readonly skipped: number;
  /** True when the recording is longer than what is kept in memory. */
  readonly truncated: boolean;
}

/** Output kept of one recording, in code units: enough for hours, harmless for memory. */
const maxHeldLength = 64 * 1024 * 1024;
const maxCols = 500;
const maxRows = 300;

/** Takes lines one at a time, for a recording that arrives as a stream. */
export class CastReader {
  #size: ScreenSize | null = null;
  readonly #events: ReplayEvent[] = [];
  #lastMs = 0;
  #held = 0;
  #skipped = 0;
  #truncated = false;

  /** Returns false when nothing more will be kept. */
  push(line: string): boolean {
    if (this.#truncated) return false;
    if (line.trim() === "") return true;
    if (this.#size === null) {
      const header = parseCastHeader(line);
      this.#size = header && drawable(header);
      if (this.#size !== null) return true;
    }
    const event = readEvent(line, this.#lastMs);
    if (event === null) this.#skipped += 1;
    else if (event !== "other") this.#keep(event);
    return !this.#truncated;
  }

  result(): Cast {
    return {
      size: this.#size ?? { cols: 80, rows: 24 },
      events: this.#events,
      durationMs: this.#lastMs,
      skipped: this.#skipped,
      truncated: this.#truncated,
    };
  }

  #keep(event: ReplayEvent): void {
    this.#held += event.kind === "output" ? event.data.length : 8;
    if (this.#held > maxHeldLength) {
      this.#truncated = true;
      return;
    }
    this.#lastMs = event.atMs;
    this.#events.push(event);
  }
}

/** Reads a whole recording. */
export function parseCast(lines: Iterable<string>): Cast {
  const reader = new CastReader();
  for (const line of lines) if (!reader.push(line)) break;
  return reader.result();
}

/**
 * When each event is shown, in ms from the start, once pauses longer than `idleLimitMs` are shortened to it. One
 * number per event, never decreasing.
 */
export function schedule(events: readonly ReplayEvent[], idleLimitMs: number): readonly number[] {
  let shown = 0;
  let before = 0;
  return events.map((event) => {
    shown += Math.min(event.atMs - before, idleLimitMs);
    before = event.atMs;
    return shown;
  });
}

/** How many of the times in `at` (never decreasing) are at or before `timeMs`. */
export function countUntil(at: readonly number[], timeMs: number): number {
  let low = 0;
  let high = at.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((at[middle] ?? Number.POSITIVE_INFINITY) <= timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Null for what is no event; "other" for a well-formed event that is not drawn (input, marker). */
function readEvent(line: string, notBeforeMs: number): ReplayEvent | "other" | null {
  const event = parseCastEvent(line);
  if (event === null) return null;
  const atMs = Math.max(Math.round(event.timeS * 1000), notBeforeMs);
  if (event.kind === "o") return { kind: "output", atMs, data: event.data };
  if (event.kind !== "r") return "other";
  const size = parseCastSize(event.data);
  return size && { kind: "resize", atMs, ...drawable(size) };
}

/** A file may ask for any size; a screen is made of no more cells than these. */
function drawable({ cols, rows }: ScreenSize): ScreenSize {
  return { cols: Math.min(maxCols, Math.max(2, cols)), rows: Math.min(maxRows, Math.max(2, rows)) };
}
