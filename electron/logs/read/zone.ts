/** Owns how a host's wall clock becomes a moment: its zone with summer time, where the host named one that is known. */

export interface Zone {
  /** Offset from UTC at a moment, in milliseconds, east of Greenwich positive. */
  offsetAt(utcMs: number): number;
  /**
   * The moment of a wall clock's reading, written as if it were UTC. In the hour that comes twice it is the first, unless
   * `afterMs`, the line before, is later than that. In the hour that does not exist the clock had not been put forward.
   */
  toUtc(wallMs: number, afterMs: number): number;
}

const dayMs = 86_400_000;
/** Zones change at full quarters of an hour. */
const quarterMs = 900_000;
/** Lines of one file that stand so little out of order tell nothing of the hour that comes twice. */
const jitterMs = 60_000;
const rememberedQuarters = 20_000;

/**
 * `name` as the host says it (`Europe/Berlin`, `CET`), `minutes` its offset when it was asked, at `askedMs`. A name that
 * is unknown, or that would give another offset at that moment, is not believed: the offset then holds all the year.
 */
export function zoneOf(name: string, minutes: number, askedMs: number): Zone {
  const named = offsets(name);
  const fixedMs = minutes * 60_000;
  if (named === null || named(askedMs) !== fixedMs)
    return { offsetAt: () => fixedMs, toUtc: (wallMs) => wallMs - fixedMs };
  return {
    offsetAt: named,
    toUtc(wallMs, afterMs) {
      const before = named(wallMs - dayMs);
      const after = named(wallMs + dayMs);
      if (before === after) return wallMs - before;
      const first = wallMs - Math.max(before, after);
      const second = wallMs - Math.min(before, after);
      const fits = [first, second].filter((utcMs) => utcMs + named(utcMs) === wallMs);
      if (fits.length === 2) return first < afterMs - jitterMs ? second : first;
      return fits[0] ?? wallMs - before;
    },
  };
}

/** Offsets of a zone that this machine knows, looked up once for each quarter of an hour. */
function offsets(name: string): ((utcMs: number) => number) | null {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone: name,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
    });
  } catch {
    return null;
  }
  const known = new Map<number, number>();
  return (utcMs) => {
    const quarter = Math.floor(utcMs / quarterMs);
    const remembered = known.get(quarter);
    if (remembered !== undefined) return remembered;
    const start = quarter * quarterMs;
    if (!(Math.abs(start) < 8e15)) return 0;
    const parts = Object.fromEntries(format.formatToParts(start).map(({ type, value }) => [type, Number(value)]));
    const wallMs = Date.UTC(
      parts.year ?? 0,
      (parts.month ?? 1) - 1,
      parts.day ?? 1,
      parts.hour ?? 0,
      parts.minute ?? 0,
    );
    if (known.size >= rememberedQuarters) known.clear();
    known.set(quarter, wallMs - start);
    return wallMs - start;
  };
}
