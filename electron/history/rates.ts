/**
 * Owns what two readings of a port's counters say about the time between them. Counters only rise: one that fell was
 * cleared, wrapped or belongs to a rebooted card, and then nothing of that time is known. One that stands at its end
 * went on counting unseen.
 */
import { type Counters, counterKind, dataBytes, harmlessErrors, isSaturated } from "../fabric/read/counters.ts";

/** Counters of a port at a time; null where they were not told. */
export interface CounterSample {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly traffic: Counters | null;
  /** Those above zero, PortXmitWait among them; a counter that is not here stood at zero. */
  readonly errors: Counters | null;
}

/** What became of one counter: it rose by so much; it fell; it stands at its end, so its rise is not known. */
type Rise = { readonly kind: "rose"; readonly by: number } | { readonly kind: "fell" } | { readonly kind: "full" };

function riseOf(name: string, before: number, after: number): Rise {
  if (after < before) return { kind: "fell" };
  return isSaturated(name, after) || isNarrowEnd(name, after) ? { kind: "full" } : { kind: "rose", by: after - before };
}

/** Traffic has 64 bits, and on ports without extended counters 32, which stop there: nothing tells which it was. */
function isNarrowEnd(name: string, value: number): boolean {
  return value === 2 ** 32 - 1 && counterKind(name) === "traffic";
}

export interface Rates {
  /** Time that the rates are the mean of, always above zero. */
  readonly durationMs: number;
  /** Bytes per second out of and into the port; null where not known. */
  readonly xmitBytesPerSec: number | null;
  readonly rcvBytesPerSec: number | null;
  /** Error counters per minute, by name: those that rose. Null where not known at all. */
  readonly errorsPerMin: Counters | null;
  /** Ticks per second that data waited for credits (congestion); null where not known. */
  readonly waitPerSec: number | null;
  /** Counters that stand at their end: they may have risen by any number. */
  readonly full: readonly string[];
}

export interface Between {
  /** Null where nothing can be said: a counter fell, or no time passed. */
  readonly rates: Rates | null;
  /** How far error counters rose, those that did; null where one fell or nothing is known. */
  readonly rises: Counters | null;
  /** Counters that went backwards. */
  readonly fell: readonly string[];
}

/** Judges two samples of one port, the earlier first. Never gives a negative rate, nor one that was not counted. */
export function between(before: CounterSample, after: CounterSample): Between {
  const durationMs = after.at - before.at;
  const traffic = compare(before.traffic, after.traffic);
  const errors = compare(before.errors, after.errors);
  const fell = [...(traffic?.fell ?? []), ...(errors?.fell ?? [])];
  const rises = errors === null || fell.length > 0 ? null : risesOf(errors);
  if (fell.length > 0 || durationMs <= 0) return { rates: null, rises, fell };
  const perSec = (rise: number | undefined) => (rise === undefined ? null : (rise * 1000) / durationMs);
  const bytes = (name: string) => {
    const words = traffic?.rises.get(name);
    return perSec(words === undefined ? undefined : dataBytes(words));
  };
  const wait = errors?.full.includes("PortXmitWait") ? undefined : (errors?.rises.get("PortXmitWait") ?? 0);
  const perMin = (rise: number) => (rise * 60_000) / durationMs;
  return {
    fell,
    rises,
    rates: {
      durationMs,
      xmitBytesPerSec: bytes("PortXmitData"),
      rcvBytesPerSec: bytes("PortRcvData"),
      errorsPerMin: rises && Object.fromEntries(Object.entries(rises).map(([name, rise]) => [name, perMin(rise)])),
      waitPerSec: errors === null ? null : perSec(wait),
      full: [...(traffic?.full ?? []), ...(errors?.full ?? [])],
    },
  };
}

/** All errors together, per minute, without those that a healthy fabric shows too; null where not known. */
export function totalErrorsPerMin({ errorsPerMin }: Pick<Rates, "errorsPerMin">): number | null {
  if (errorsPerMin === null) return null;
  let total = 0;
  for (const [name, rate] of Object.entries(errorsPerMin)) if (!harmlessErrors.has(name)) total += rate;
  return total;
}

interface Comparison {
  readonly rises: ReadonlyMap<string, number>;
  readonly fell: readonly string[];
  readonly full: readonly string[];
}

function compare(before: Counters | null, after: Counters | null): Comparison | null {
  if (before === null || after === null) return null;
  const rises = new Map<string, number>();
  const fell: string[] = [];
  const full: string[] = [];
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    // Traffic that one side does not tell is not known; of errors the tools leave out those at zero.
    const isTraffic = counterKind(name) === "traffic";
    if (isTraffic && (before[name] === undefined || after[name] === undefined)) continue;
    const rise = riseOf(name, before[name] ?? 0, after[name] ?? 0);
    if (rise.kind === "fell") fell.push(name);
    else if (rise.kind === "full") full.push(name);
    else rises.set(name, rise.by);
  }
  return { rises, fell, full };
}

/** Errors that rose. */
function risesOf({ rises }: Comparison): Counters {
  return Object.fromEntries([...rises].filter(([name, rise]) => rise > 0 && counterKind(name) === "error"));
}
