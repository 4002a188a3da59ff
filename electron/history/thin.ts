/** Decides which old readings are kept: one in each stretch of time, both sides of a gap, and both sides of a reset. */

export interface OldReading {
  readonly id: number;
  readonly at: number;
  readonly follows: number | null;
  readonly edge: boolean;
}

export interface Thinned {
  readonly doomed: readonly number[];
  /** What the readings that stay follow now. */
  readonly follows: readonly { readonly id: number; readonly follows: number }[];
}

/** `readings` in the order they were taken; the first and the last stay. */
export function thin(readings: readonly OldReading[], everyMs: number): Thinned {
  const doomed: number[] = [];
  const follows: { id: number; follows: number }[] = [];
  let kept = readings[0];
  let skipped = false;
  for (const [index, reading] of readings.entries()) {
    if (kept === undefined || index === 0) continue;
    const next = readings[index + 1];
    const chained = reading.follows !== null && next?.follows === reading.at;
    const sameStretch = next !== undefined && Math.floor(next.at / everyMs) === Math.floor(reading.at / everyMs);
    if (chained && sameStretch && !reading.edge) {
      doomed.push(reading.id);
      skipped = true;
      continue;
    }
    // Nothing was missed between the one kept before and this one: what was dropped led from one to the other.
    if (skipped && reading.follows !== null) follows.push({ id: reading.id, follows: kept.at });
    kept = reading;
    skipped = false;
  }
  return { doomed, follows };
}
