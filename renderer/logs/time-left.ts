/** Owns what is told of the rest of a run: how long it takes, or whom it waits for. Pure. */
import type { Fault } from "../../electron/contract/error.ts";

/** Before that a rate is that of a few small outputs. */
const settledMs = 10_000;
/** Of the estimate, which knows files alone. */
const tellingShare = 0.05;

/** Milliseconds until the rest of the estimate came at this rate; null while the rate says nothing of it. */
export function leftMs(run: {
  readonly elapsedMs: number;
  readonly bytes: number;
  readonly estimateBytes: number;
  readonly bytesPerSecond: number;
}): number | null {
  const { elapsedMs, bytes, estimateBytes, bytesPerSecond } = run;
  if (elapsedMs < settledMs || bytes < estimateBytes * tellingShare || bytes >= estimateBytes) return null;
  const leftAt = (perSecond: number) => ((estimateBytes - bytes) / perSecond) * 1000;
  const wholeRun = (bytes * 1000) / elapsedMs;
  // A lull of some seconds is no rate: what came in the whole run says more then.
  return leftAt(Math.max(bytesPerSecond, wholeRun));
}

interface Begun {
  readonly target: string;
  readonly done: number;
  readonly entries: number;
  readonly fault: Fault | null;
}

/** Targets that are not done, where none of them answers; none where something still comes. */
export function waitedFor(targets: readonly Begun[]): readonly string[] {
  const rest = targets.filter(({ done, entries }) => done < entries);
  return rest.every(({ fault }) => fault !== null) ? rest.map(({ target }) => target) : [];
}
