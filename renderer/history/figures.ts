/** Owns how rates are written: bits for throughput, as links are named, and errors a minute. */
import { numberText } from "../kit/time.ts";

/** `54.2 Gb/s`, `820 Mb/s`, `0 b/s`: from bytes per second; three figures at most. */
export function throughputText(bytesPerSec: number | null): string {
  if (bytesPerSec === null) return "not known";
  let value = bytesPerSec * 8;
  for (const unit of ["b/s", "kb/s", "Mb/s"]) {
    if (value < 999.5) return `${figure(value)} ${unit}`;
    value /= 1000;
  }
  return `${figure(value)} Gb/s`;
}

/** `12/min`, `0.4/min`, `none`. */
export function errorsText(perMin: number | null): string {
  if (perMin === null) return "not known";
  return perMin === 0 ? "none" : `${figure(perMin)}/min`;
}

function figure(value: number): string {
  const digits = value === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return numberText(value, { maximumFractionDigits: digits });
}

/** From where to where the axis of values goes, the largest of which is `most`, null where there are none: never over nothing. */
export function valueRange(most: number | null): [number, number] {
  return [0, most === null || most <= 0 ? 1 : most * 1.08];
}

/** Nothing shorter is drawn: the first readings would fill the whole width. */
const leastMs = 5 * 60_000;

/** What a curve without an axis shows of a range: from where readings begin, so that a young history is not a dot at the edge. */
export function shownRange(history: {
  readonly fromMs: number;
  readonly toMs: number;
  readonly bucketMs: number;
  readonly series: { readonly points: readonly { readonly at: number }[] } | null;
}): { readonly fromMs: number; readonly toMs: number; readonly bucketMs: number } {
  const { fromMs, toMs, bucketMs, series } = history;
  const first = series?.points[0]?.at ?? fromMs;
  return { fromMs: Math.max(fromMs, Math.min(first, toMs - leastMs)), toMs, bucketMs };
}

/** Shorter ones are the time since the last reading, or a reading that came late. */
const leastUnread = 3;

/** Stretches of a range in which nothing was read, from the buckets in which something was. */
export function unreadIn(
  known: readonly number[],
  { fromMs, toMs, bucketMs }: { readonly fromMs: number; readonly toMs: number; readonly bucketMs: number },
): readonly { readonly fromMs: number; readonly toMs: number }[] {
  const starts = known.toSorted((a, b) => a - b);
  return [...starts, toMs].flatMap((end, index) => {
    const before = starts[index - 1];
    const start = before === undefined ? fromMs : before + bucketMs;
    return end - start < leastUnread * bucketMs ? [] : [{ fromMs: start, toMs: end }];
  });
}

/** `1 h`, `7 days`: a range as its button says it. */
export const ranges = [
  { label: "1 h", words: "the last hour", ms: 3_600_000 },
  { label: "6 h", words: "the last 6 hours", ms: 6 * 3_600_000 },
  { label: "24 h", words: "the last 24 hours", ms: 86_400_000 },
  { label: "7 d", words: "the last 7 days", ms: 7 * 86_400_000 },
  { label: "30 d", words: "the last 30 days", ms: 30 * 86_400_000 },
] as const;
