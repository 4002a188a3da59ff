/**
 * Reads rows of `ipmitool sel list` and `sel elist` (lib/ipmi_sel.c): `id | date | time | sensor | event | direction`. The
 * id is hexadecimal; from 1.8.19 on, date and time are of the locale (`%x`, `%X %Z`, lib/ipmi_time.c) and in the zone of
 * the machine that ran ipmitool; an event's text may hold `|`; a BMC that was not told the time writes `Pre-Init`.
 */
import { type Head, timeOfDay, wallClock } from "./stamp.ts";

const row =
  /[ \t]*([0-9a-fA-F]{1,4}) \| {0,2}(?:Pre-Init[^|]{0,20}\|(?: *\d{10} *\|)?|OEM record [0-9a-f]{2} *\||([^|]{6,24}?) *\| *([^|]{5,24}?) *\|)/y;
const clock = /^(\d{1,2}):(\d\d):(\d\d)(?: ([AP]M))?(?: ([A-Z][A-Za-z0-9+-]{1,7}))?$/;
const date = /^(\d{1,4})([/.-])(\d{1,2})\2(\d{1,4})$/;
/** How a time zone may be told that needs no looking up. */
const utcNames = new Set(["UTC", "GMT"]);

/** Which of two numbers before a year is the day. */
export type DayOrder = "month-first" | "day-first";

/** By a date in the text that can be read in one way only; the C locale's way, month first, where there is none. */
export function dayOrderOf(text: string): DayOrder {
  for (const [, first, sign] of text.matchAll(/\| {0,2}(\d{1,2})([/.-])\d{1,2}\2\d{2,4} *\|/g))
    if (sign === "." || Number(first) > 12) return "day-first";
  return "month-first";
}

export function readSelRow(text: string, at: number, order: DayOrder): Head | null {
  row.lastIndex = at;
  const found = row.exec(text);
  if (!found) return null;
  const end = row.lastIndex;
  const unset: Head = { format: "sel", stamp: { kind: "unset" }, end, severity: null };
  if (found[2] === undefined || found[3] === undefined) return unset;
  const day = dateOf(found[2], order);
  const time = clock.exec(found[3]);
  if (day === null || !time) return null;
  const hour = time[4] === undefined ? Number(time[1]) : (Number(time[1]) % 12) + (time[4] === "PM" ? 12 : 0);
  const msOfDay = timeOfDay(hour, Number(time[2]), Number(time[3]));
  if (msOfDay === null) return null;
  return { ...unset, stamp: { kind: utcNames.has(time[5] ?? "") ? "utc" : "wall", ms: day + msOfDay } };
}

function dateOf(text: string, order: DayOrder): number | null {
  const found = date.exec(text);
  if (!found) return null;
  const [first, second, third] = [Number(found[1]), Number(found[3]), Number(found[4])];
  if ((found[1] ?? "").length === 4) return wallClock(first, second - 1, third, 0, 0, 0);
  const year = third < 100 ? 2000 + third : third;
  const [month, day] = order === "day-first" ? [second, first] : [first, second];
  return wallClock(year, month - 1, day, 0, 0, 0);
}

/** Words of events that mean harm: of ipmitool's own tables (include/ipmitool/ipmi_sel.h). Asserted only. */
const critical =
  /uncorrectable|non-recoverable|fatal|power supply ac lost|critical (?:going|interrupt)|thermal trip|ierr/i;
const warning = /correctable|fail|fault|degraded|redundancy lost|non-critical|lost|error|predictive/i;

export function selSeverity(event: string): number | null {
  if (/\| *Deasserted/.test(event)) return 6;
  return critical.test(event) && !/(?<!un)correctable ecc|non-critical/i.test(event) ? 2 : warning.test(event) ? 4 : 6;
}
