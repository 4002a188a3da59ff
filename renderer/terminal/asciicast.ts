/** Reads asciicast v2 (https://docs.asciinema.org/manual/asciicast/v2/) line by line; total on any input. */

export interface CastHeader {
  readonly cols: number;
  readonly rows: number;
  readonly title: string;
  /** Seconds since the epoch, null when not told. */
  readonly startedAtS: number | null;
}
export type CastEvent =
  | { readonly kind: "output"; readonly atMs: number; readonly data: string }
  | { readonly kind: "resize"; readonly atMs: number; readonly cols: number; readonly rows: number };

export interface Cast {
  readonly header: CastHeader;
  /** In order of time; a time that goes backwards is raised to the one before it. */
  readonly events: readonly CastEvent[];
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
  #header: CastHeader | null = null;
  readonly #events: CastEvent[] = [];
  #lastMs = 0;
  #held = 0;
  #skipped = 0;
  #truncated = false;

  /** Returns false when nothing more will be kept. */
  push(line: string): boolean {
    if (this.#truncated) return false;
    if (line.trim() === "") return true;
    const value = parseJson(line);
    if (this.#header === null) {
      this.#header = readHeader(value);
      if (this.#header !== null) return true;
    }
    const event = readEvent(value, this.#lastMs);
    if (event === null) this.#skipped += 1;
    else if (event !== "other") this.#keep(event);
    return !this.#truncated;
  }

  result(): Cast {
    return {
      header: this.#header ?? { cols: 80, rows: 24, title: "", startedAtS: null },
      events: this.#events,
      durationMs: this.#lastMs,
      skipped: this.#skipped,
      truncated: this.#truncated,
    };
  }

  #keep(event: CastEvent): void {
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
export function schedule(events: readonly CastEvent[], idleLimitMs: number): readonly number[] {
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

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function readHeader(value: unknown): CastHeader | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const { version, width, height, title, timestamp } = value as Record<string, unknown>;
  if (version !== 2) return null;
  return {
    cols: clampSize(width, 80, maxCols),
    rows: clampSize(height, 24, maxRows),
    title: typeof title === "string" ? title.replace(/\p{Cc}/gu, "").slice(0, 200) : "",
    startedAtS: typeof timestamp === "number" && Number.isFinite(timestamp) ? timestamp : null,
  };
}

/** Null for what is no event; "other" for a well-formed event that is not drawn (input, marker). */
function readEvent(value: unknown, notBeforeMs: number): CastEvent | "other" | null {
  if (!Array.isArray(value) || value.length < 3) return null;
  const [time, code, data] = value as readonly unknown[];
  if (typeof time !== "number" || !Number.isFinite(time) || typeof code !== "string" || typeof data !== "string") {
    return null;
  }
  const atMs = Math.max(Math.round(time * 1000), notBeforeMs);
  if (!Number.isFinite(atMs)) return null;
  if (code === "o") return { kind: "output", atMs, data };
  if (code !== "r") return "other";
  const size = /^(\d{1,4})x(\d{1,4})$/.exec(data);
  if (size === null) return null;
  return {
    kind: "resize",
    atMs,
    cols: clampSize(Number(size[1]), 80, maxCols),
    rows: clampSize(Number(size[2]), 24, maxRows),
  };
}

function clampSize(value: unknown, otherwise: number, most: number): number {
  if (typeof value !== "number" || !Number.isFinite(value)) return otherwise;
  return Math.min(most, Math.max(2, Math.trunc(value)));
}
