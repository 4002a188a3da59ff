/**
 * Owns the form of recordings: asciicast v2, one JSON line each for the header and every event, as the main process
 * writes and lists them and a window replays them.
 * Source: https://docs.asciinema.org/manual/asciicast/v2/
 */

export interface CastHeader {
  readonly device: string;
  readonly title: string;
  /** Milliseconds since the Unix epoch; the file keeps whole seconds. */
  readonly startedAt: number;
  readonly cols: number;
  readonly rows: number;
}

/** `o` output, `r` resize (`COLSxROWS`), `m` marker; `i` input is read but never written. */
export type CastEventKind = "o" | "i" | "r" | "m";

export interface CastEvent {
  readonly timeS: number;
  readonly kind: CastEventKind;
  readonly data: string;
}

/** A hundred years: JSON writes numbers as large as it likes, and `1e999` is read as infinite. */
const maxTimeS = 100 * 366 * 86_400;

/** The first line of a recording. The device stands among the environment, where the format has room for it. */
export function castHeaderLine(header: CastHeader): string {
  return `${JSON.stringify({
    version: 2,
    width: header.cols,
    height: header.rows,
    timestamp: Math.floor(header.startedAt / 1000),
    title: header.title,
    env: { TERM: "xterm-256color", HALFRACK_DEVICE: header.device },
  })}\n`;
}

/** One event's line. */
export function castEventLine(event: CastEvent): string {
  return `[${event.timeS.toFixed(6)}, "${event.kind}", ${JSON.stringify(event.data)}]\n`;
}

/** Reads the data of a resize event; null when it is no size. Total. */
export function parseCastSize(data: string): { readonly cols: number; readonly rows: number } | null {
  const [, cols, rows] = /^(\d{1,4})x(\d{1,4})$/.exec(data) ?? [];
  return cols === undefined || rows === undefined ? null : { cols: Number(cols), rows: Number(rows) };
}

/** Reads a header line; null when it is none. Total. */
export function parseCastHeader(line: string): CastHeader | null {
  const value = parseJson(line);
  if (!isRecord(value) || value.version !== 2) return null;
  const { width, height, timestamp, title, env } = value;
  if (!isSize(width) || !isSize(height)) return null;
  const device = isRecord(env) ? env.HALFRACK_DEVICE : undefined;
  return {
    device: typeof device === "string" ? device : "",
    title: typeof title === "string" ? title : "",
    startedAt: typeof timestamp === "number" && timestamp >= 0 && timestamp < 1e11 ? Math.floor(timestamp) * 1000 : 0,
    cols: width,
    rows: height,
  };
}

/** Reads an event line; null when it is none, such as the last line of a recorder that was killed. Total. */
export function parseCastEvent(line: string): CastEvent | null {
  const value = parseJson(line);
  if (!Array.isArray(value) || value.length !== 3) return null;
  const [timeS, kind, data]: unknown[] = value;
  if (typeof timeS !== "number" || !(timeS >= 0 && timeS <= maxTimeS) || typeof data !== "string") return null;
  if (kind !== "o" && kind !== "i" && kind !== "r" && kind !== "m") return null;
  return { timeS, kind, data };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSize(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0 && value <= 10_000;
}
