/**
 * Owns how a host's clock is compared with ours. A time that a host printed after `sentAt` and that was here at `gotAt`
 * bounds the difference from both sides, whatever the way there took; several such times bound it more tightly.
 */
import type { Clock } from "../../contract/logs/entry.ts";

/** `date` first, in one process: what comes after it costs the measurement nothing. Not every `date` knows `%N`. */
export const clockScript = `LC_ALL=C; export LC_ALL
date '+%s %N %z %Z'
while read -r name value; do [ "$name" = btime ] && echo "btime $value" && break; done </proc/stat 2>/dev/null
:`;

/** What a host says of its clock: time, zone, and when it started. */
export interface ClockReading {
  readonly nowMs: number;
  /** The time is told in steps of so much, cut off, not rounded. */
  readonly stepMs: number;
  readonly zone: string;
  /** East of Greenwich positive. */
  readonly zoneMinutes: number;
  readonly bootedAt: number | null;
}

/** Reads what {@link clockScript} printed; total. */
export function readClock(printed: string): ClockReading | null {
  const [, seconds = "", rest = ""] = /^(\d{1,11}) (.*)$/m.exec(printed) ?? [];
  if (seconds === "") return null;
  const nanos = /^(\d{9}) /.exec(rest)?.[1];
  const [, sign, hours, minutes] = /([+-])(\d\d)(\d\d)(?: |$)/.exec(rest) ?? [];
  const zone = / ([A-Za-z0-9+-]{1,12})$/.exec(rest)?.[1] ?? "";
  const away = sign === undefined ? 0 : Number(hours) * 60 + Number(minutes);
  const boot = /^btime (\d{1,11})$/m.exec(printed)?.[1];
  return {
    nowMs: Number(seconds) * 1000 + (nanos === undefined ? 0 : Number(nanos) / 1e6),
    stepMs: nanos === undefined ? 1000 : 0,
    zone,
    zoneMinutes: sign === "-" ? 0 - away : away,
    bootedAt: boot === undefined ? null : Number(boot) * 1000,
  };
}

/** One time of a host, and between which of our times it was taken. */
export interface TimeHeard extends Pick<ClockReading, "nowMs" | "stepMs"> {
  readonly sentAt: number;
  readonly gotAt: number;
}

/** Its time less ours, in milliseconds, and within what it is right; null where no time was heard. */
export function offsetBy(heard: readonly TimeHeard[]): Pick<Clock, "offsetMs" | "uncertaintyMs"> | null {
  if (heard.length === 0) return null;
  const ranges = heard.map(({ nowMs, stepMs, sentAt, gotAt }) => ({
    least: nowMs - gotAt,
    most: nowMs + stepMs - sentAt,
  }));
  const least = Math.max(...ranges.map((range) => range.least));
  const most = Math.min(...ranges.map((range) => range.most));
  // they contradict one another where a clock was set meanwhile: then the last one counts
  const last = ranges.at(-1);
  const [from, to] =
    least <= most || last === undefined ? [least, most] : [last.least, Math.max(last.least, last.most)];
  return { offsetMs: (from + to) / 2, uncertaintyMs: (to - from) / 2 };
}
