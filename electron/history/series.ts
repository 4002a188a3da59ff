/** Decides what a series shows: rates between neighbouring samples, put into stretches of equal length; nothing across a gap. */
import type { Point, Span } from "../contract/history.ts";
import { between, type CounterSample, totalErrorsPerMin } from "./rates.ts";

export interface StoredSample extends CounterSample {
  /** Time of the reading before it, where nothing was missed between them; null after a gap. */
  readonly follows: number | null;
}

export interface Range {
  readonly fromMs: number;
  readonly toMs: number;
  readonly points: number;
}

export interface Series {
  readonly bucketMs: number;
  readonly points: readonly Point[];
  readonly resets: readonly number[];
}

interface Sum {
  min: number;
  max: number;
  weighted: number;
  weight: number;
  last: number;
}
type Bucket = Record<"xmit" | "rcv" | "errors", Sum | null>;

/** `samples` in the order they were taken. */
export function seriesOf(samples: readonly StoredSample[], { fromMs, toMs, points }: Range): Series {
  const bucketMs = Math.max(1, Math.ceil((toMs - fromMs) / points));
  const buckets = new Map<number, Bucket>();
  const resets: number[] = [];
  for (const [index, after] of samples.entries()) {
    const before = samples[index - 1];
    if (before === undefined) continue;
    const { rates, fell } = between(before, after);
    if (fell.length > 0 && after.at >= fromMs && after.at <= toMs) resets.push(after.at);
    if (rates === null || after.follows !== before.at) continue;
    const told = { xmit: rates.xmitBytesPerSec, rcv: rates.rcvBytesPerSec, errors: totalErrorsPerMin(rates) };
    // A time that is not in the range is not told, though its reading began before.
    const [start, end] = [Math.max(before.at, fromMs), Math.min(after.at, toMs)];
    for (let at = start; at < end; ) {
      const number = Math.floor((at - fromMs) / bucketMs);
      const next = Math.min(end, fromMs + (number + 1) * bucketMs);
      const bucket: Bucket = buckets.get(number) ?? { xmit: null, rcv: null, errors: null };
      buckets.set(number, bucket);
      for (const key of ["xmit", "rcv", "errors"] as const) bucket[key] = add(bucket[key], told[key], next - at);
      at = next;
    }
  }
  const found = [...buckets]
    .sort(([a], [b]) => a - b)
    .map(([number, { xmit, rcv, errors }]) => ({
      at: fromMs + number * bucketMs,
      xmit: spanOf(xmit),
      rcv: spanOf(rcv),
      errors: spanOf(errors),
    }));
  return {
    bucketMs,
    points: found.filter(({ xmit, rcv, errors }) => xmit !== null || rcv !== null || errors !== null),
    resets,
  };
}

function add(sum: Sum | null, value: number | null, weight: number): Sum | null {
  if (value === null) return sum;
  if (sum === null) return { min: value, max: value, weighted: value * weight, weight, last: value };
  return {
    min: Math.min(sum.min, value),
    max: Math.max(sum.max, value),
    weighted: sum.weighted + value * weight,
    weight: sum.weight + weight,
    last: value,
  };
}

/** Rounding must not put the mean outside of what it is the mean of. */
function spanOf(sum: Sum | null): Span | null {
  if (sum === null) return null;
  const mean = Math.min(sum.max, Math.max(sum.min, sum.weighted / sum.weight));
  return { min: sum.min, max: sum.max, mean, last: sum.last };
}
