/**
 * Finds the first time stamp in the beginning of a text log: how far back it reaches. Only the forms that system logs
 * begin with; the reader of logs knows more. Total.
 *
 * ISO 8601 and RFC 3339, RFC 3164 (no year, no zone), `ctime` as in `last` and IML, Common Log Format, the audit log's
 * and other seconds since 1970, the kernel's seconds since boot.
 */

export interface Around {
  /** Of the host, for stamps without a zone. */
  readonly zoneMinutes: number;
  readonly bootedAt: number | null;
  /** When the file was last changed: a stamp without a year is of the year before it. */
  readonly modifiedAt: number | null;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const dayMs = 86_400_000;
/** Years that a log of this kind of machine can be of; others are numbers that look like a stamp, or clocks never set. */
const earliest = Date.UTC(1990, 0);
const latest = Date.UTC(2100, 0);

/** Milliseconds since 1970 by the host's clock; null where no line has a stamp near its beginning. */
export function firstStamp(text: string, around: Around): number | null {
  for (const line of text.split("\n")) {
    const at = stampOf(line.slice(0, 200), around);
    if (at !== null && at >= earliest && at < latest) return at;
  }
  return null;
}

function stampOf(line: string, around: Around): number | null {
  const iso =
    /^\W{0,4}(?:<\d{1,3}>\d? ?)?(?:[\w./-]{1,40}:? )?(\d{4})[-/.](\d\d)[-/.](\d\d)(?:T| {1,2})(\d\d):(\d\d):(\d\d)(?:[.,]\d+)?\s?(Z|[+-]\d\d:?\d\d)?/.exec(
      line,
    );
  if (iso) {
    const [, year, month, day, hour, minute, second, zone] = iso;
    return time([Number(year), Number(month), day, hour, minute, second], zone, around);
  }
  const old = /^(?:<\d{1,3}>)?([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d)(?: (\d{4})\b)?/.exec(
    line.replace(/^(?:Sun|Mon|Tue|Wed|Thu|Fri|Sat) /, ""),
  );
  if (old) {
    const [, name = "", day, hour, minute, second, year] = old;
    const month = months.indexOf(name) + 1;
    if (month === 0) return null;
    if (year !== undefined) return time([Number(year), month, day, hour, minute, second], undefined, around);
    return yearless(month, [day, hour, minute, second], around);
  }
  const web = /\[(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-]\d{4})\]/.exec(line);
  if (web) {
    const [, day, name = "", year, hour, minute, second, zone] = web;
    return time([Number(year), months.indexOf(name) + 1, day, hour, minute, second], zone, around);
  }
  const [, seconds] = /^(?:type=\S+ msg=audit\(|\[)?(\d{10})(?:\.\d+)?(?:[:)\] ]|$)/.exec(line) ?? [];
  if (seconds !== undefined) return Number(seconds) * 1000;
  const [, up] = /^(?:<\d{1,3}>)?\[ *(\d{1,8}\.\d{6})\]/.exec(line) ?? [];
  return up === undefined || around.bootedAt === null ? null : Math.round(around.bootedAt + Number(up) * 1000);
}

type Digits = string | undefined;
type Fields = readonly [year: number, month: number, day: Digits, hour: Digits, minute: Digits, second: Digits];

function time([year, month, ...rest]: Fields, zone: string | undefined, around: Around): number | null {
  const [day = 0, hour = 0, minute = 0, second = 0] = rest.map(Number);
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return null;
  return Date.UTC(year, month - 1, day, hour, minute, second) - minutesEast(zone, around) * 60_000;
}

function minutesEast(zone: string | undefined, around: Around): number {
  if (zone === undefined) return around.zoneMinutes;
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0));
}

/** The last such day that is not after the file's change, but for a day: clocks are set, zones concluded. */
function yearless(month: number, rest: readonly [Digits, Digits, Digits, Digits], around: Around): number | null {
  if (around.modifiedAt === null) return null;
  const year = new Date(around.modifiedAt).getUTCFullYear() + 1;
  for (let back = 0; back < 6; back += 1) {
    const at = time([year - back, month, ...rest], undefined, around);
    if (at === null) return null;
    const real = new Date(at + around.zoneMinutes * 60_000).getUTCDate() === Number(rest[0]);
    if (real && at <= around.modifiedAt + dayMs) return at;
  }
  return null;
}
