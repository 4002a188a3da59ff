/** Measures a host's clock against this machine's: several round trips, of which the tightest says most. */
import type { Clock } from "../../contract/logs/entry.ts";
import { type ClockReading, clockScript, readClock } from "./clock.ts";
import type { Reach } from "./reach.node.ts";

const rounds = 5;
const timeoutMs = 20_000;

/** Null where the host tells no time. Throws FaultError where it was lost. */
export async function measureClock(reach: Reach, target: string, signal: AbortSignal): Promise<Clock | null> {
  let best: { readonly reading: ClockReading; readonly sentMs: number; readonly backMs: number } | null = null;
  for (let round = 0; round < rounds; round++) {
    const sentMs = performance.timeOrigin + performance.now();
    let backMs = 0;
    const { stdout } = await reach.run(["sh", "-c", clockScript], {
      timeoutMs,
      signal,
      // its first line is the time; the rest comes later
      onStdout: () => {
        backMs ||= performance.timeOrigin + performance.now();
      },
    });
    const reading = readClock(stdout);
    if (reading && backMs > 0 && (best === null || backMs - sentMs < best.backMs - best.sentMs))
      best = { reading, sentMs, backMs };
  }
  if (!best) return null;
  const { reading, sentMs, backMs } = best;
  const { nowMs, stepMs, zone, zoneMinutes, bootedAt } = reading;
  return {
    target,
    offsetMs: nowMs + stepMs / 2 - (sentMs + backMs) / 2,
    uncertaintyMs: (backMs - sentMs) / 2 + stepMs / 2,
    measuredAt: Date.now(),
    zone,
    zoneMinutes,
    bootedAt,
  };
}
