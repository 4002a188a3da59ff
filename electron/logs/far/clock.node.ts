/** Measures a host's clock against this machine's, by several round trips. */
import type { Clock } from "../../contract/logs/entry.ts";
import { type ClockReading, clockScript, offsetBy, readClock, type TimeHeard } from "./clock.ts";
import type { Reach } from "./reach.node.ts";

const rounds = 5;
const timeoutMs = 20_000;
const now = () => performance.timeOrigin + performance.now();

/** Null where the host tells no time. Throws FaultError where it was lost. */
export async function measureClock(
  reach: Reach,
  target: string,
  signal: AbortSignal | undefined,
): Promise<Clock | null> {
  const heard: TimeHeard[] = [];
  let last: ClockReading | null = null;
  for (let round = 0; round < rounds; round++) {
    const sentAt = now();
    let gotAt = 0;
    const { stdout } = await reach.run(["sh", "-c", clockScript], {
      timeoutMs,
      signal,
      // its first line is the time; the rest comes later
      onStdout: () => {
        gotAt ||= now();
      },
    });
    last = readClock(stdout);
    if (!last) return null;
    heard.push({ nowMs: last.nowMs, stepMs: last.stepMs, sentAt, gotAt });
  }
  const offset = offsetBy(heard);
  if (!last || !offset) return null;
  const { zone, zoneMinutes, bootedAt } = last;
  return { target, ...offset, measuredAt: Date.now(), zone, zoneMinutes, bootedAt };
}
