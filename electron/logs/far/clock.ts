/** What a host says of its clock: time, zone, and when it started. */

/** `date` first, in one process: what comes after it costs the measurement nothing. Not every `date` knows `%N`. */
export const clockScript = `LC_ALL=C; export LC_ALL
date '+%s %N %z %Z'
while read -r name value; do [ "$name" = btime ] && echo "btime $value" && break; done </proc/stat 2>/dev/null
:`;

export interface ClockReading {
  readonly nowMs: number;
  /** The time is told in steps of so much, cut off, not rounded. */
  readonly stepMs: number;
  readonly zone: string;
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
