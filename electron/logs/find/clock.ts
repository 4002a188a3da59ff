/**
 * Owns how a host's clock is compared with ours. A time that a host printed after `sentAt` and that was here at `gotAt`
 * bounds the difference from both sides, whatever the way there took; several such times bound it more tightly.
 */
import type { Clock } from "../../contract/logs/entry.ts";
import type { HostTime } from "./host.ts";

/** One time of a host, and between which of our times it was taken. */
export interface TimeHeard {
  readonly time: HostTime;
  readonly sentAt: number;
  readonly gotAt: number;
}

/** Its time less ours, in milliseconds, and within what it is right; null where no time was heard. */
export function measureClock(heard: readonly TimeHeard[]): Pick<Clock, "offsetMs" | "uncertaintyMs"> | null {
  if (heard.length === 0) return null;
  const ranges = heard.map(({ time, sentAt, gotAt }) => ({
    least: time.ms - gotAt,
    most: time.ms + time.within - sentAt,
  }));
  const least = Math.max(...ranges.map((range) => range.least));
  const most = Math.min(...ranges.map((range) => range.most));
  // they contradict one another where a clock was set meanwhile: then the last one counts
  const last = ranges.at(-1);
  const [from, to] =
    least <= most || last === undefined ? [least, most] : [last.least, Math.max(last.least, last.most)];
  return { offsetMs: (from + to) / 2, uncertaintyMs: (to - from) / 2 };
}
