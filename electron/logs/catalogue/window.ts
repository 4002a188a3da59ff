/** Owns from when to when each host is asked, by its own clock, and how that stands in a command. */
import type { TargetFindings } from "../../contract/logs/find.ts";
import type { Window } from "../../contract/logs/window.ts";

/** Milliseconds since 1970 by the host's clock; null where that end is open. */
export interface HostWindow {
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

type Known = Pick<TargetFindings, "clock" | "boots">;

/**
 * The window on one host. Where the boot it begins at is not known, it has no beginning: too much is better than not
 * enough. A host whose clock was not measured is taken to have ours.
 */
export function windowOn(window: Window, { clock, boots }: Known, nowMs: number): HostWindow {
  const offset = clock?.offsetMs ?? 0;
  const there = (ms: number | null) => (ms === null ? null : ms + offset);
  if ("lastMs" in window) return { fromMs: there(nowMs - window.lastMs), toMs: null };
  if ("fromMs" in window) return { fromMs: there(window.fromMs), toMs: there(window.toMs) };
  const newest = [...boots].sort((a, b) => b.startedAt - a.startedAt);
  const boot =
    window.last === "boot"
      ? (clock?.bootedAt ?? newest[0]?.startedAt ?? null)
      : (newest.find(({ good }) => good === true)?.startedAt ?? null);
  return { fromMs: boot, toMs: null };
}

/** The same on this machine's clock. */
export function windowHere({ fromMs, toMs }: HostWindow, { clock }: Pick<Known, "clock">): HostWindow {
  const here = (ms: number | null) => (ms === null ? null : Math.max(0, Math.round(ms - (clock?.offsetMs ?? 0))));
  return { fromMs: here(fromMs), toMs: here(toMs) };
}

/**
 * What takes the place of `{since}` and its like. The stamp is written with the offset from UTC that the host has now:
 * across a change of daylight saving time it is an hour off, the seconds never are.
 */
export function windowWords(window: HostWindow, { clock }: Pick<Known, "clock">): Readonly<Record<string, string>> {
  const zoneMs = (clock?.zoneMinutes ?? 0) * 60_000;
  const of = (ms: number | null, word: string, round: (value: number) => number) =>
    ms === null ? {} : { [word]: stamp(ms + zoneMs), [`${word}Seconds`]: String(round(inRange(ms) / 1000)) };
  return { ...of(window.fromMs, "since", Math.floor), ...of(window.toMs, "until", Math.ceil) };
}

/** The end of year 9999: beyond it a stamp has other digits. */
const lastMs = 253_402_300_799_000;
const inRange = (ms: number) => Math.min(Math.max(ms, 0), lastMs);
const stamp = (ms: number) => new Date(inRange(ms)).toISOString().slice(0, 19).replace("T", " ");
