/** The forms in which lines of logs tell their time. */

export type Stamp =
  /** A moment, on the clock of its host: ms since the epoch. */
  | { readonly kind: "utc"; readonly ms: number }
  /** A reading of the host's wall clock, as if it were UTC. */
  | { readonly kind: "wall"; readonly ms: number }
  /** The same without a year: `month` from 0. */
  | { readonly kind: "yearless"; readonly month: number; readonly day: number; readonly msOfDay: number }
  /** Since the host's boot. */
  | { readonly kind: "uptime"; readonly ms: number }
  /** It has one that tells no time: a BMC that had not been told the time yet. */
  | { readonly kind: "unset" };

/** What stands at the head of a line. */
export interface Head {
  /** `syslog`, `dmesg`, ... */
  readonly format: string;
  readonly stamp: Stamp;
  /** Where the stamp ends in the text. */
  readonly end: number;
  /** By a field before or in the stamp; null where the format has none. */
  readonly severity: number | null;
}

export const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;
export const monthNames = months.join("|");

/** As if it were UTC; null for a date or time that does not exist. A leap second is the next one. */
export function wallClock(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  ms = 0,
): number | null {
  const msOfDay = timeOfDay(hour, minute, second, ms);
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  if (msOfDay === null || date.getUTCMonth() !== month || date.getUTCDate() !== day) return null;
  return date.getTime() + msOfDay;
}

export function timeOfDay(hour: number, minute: number, second: number, ms = 0): number | null {
  if (hour > 23 || minute > 59 || second > 60) return null;
  return ((hour * 60 + minute) * 60 + second) * 1000 + ms;
}

/** Digits after a point, as milliseconds. */
export const fractionMs = (digits: string | undefined) =>
  digits ? Math.floor(Number(`0.${digits}`) * 1000 + 1e-6) : 0;
