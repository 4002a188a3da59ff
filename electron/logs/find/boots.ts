/**
 * Owns which of a host's boots is called good: one that ended by an orderly shutdown, or the one that runs where systemd
 * reached its default target. A boot that nothing tells of is neither good nor bad.
 *
 * - `last -x -F reboot shutdown` (util-linux, sysvinit), newest first, in UTC: an orderly shutdown writes its own record;
 *   two starts with none between them are a crash or a power cut.
 * - `journalctl --list-boots` (systemd; one line a boot up to 251, a table from 252 on): first and last message of each,
 *   by a boot ID.
 * - Message ID d93fb3c9c24d451a97cea615ce59c00b, "Journal stopped" (SD_MESSAGE_JOURNAL_STOP): orderly where it is the
 *   boot's end; the initial RAM disk's own journal stops at the boot's beginning. It is missing after an orderly shutdown
 *   where /var was unmounted first, so its absence alone means nothing.
 */
import type { Boot } from "../../contract/logs/find.ts";

interface Told {
  /** When the running one started, by the host's clock. */
  readonly bootedAt: number | null;
  readonly reached: string;
  readonly state: string;
  readonly last: string;
  readonly boots: string;
  readonly stops: string;
}

/** Older ones are not told. */
const maxBoots = 100;
/** What is asked for has fewer lines; each is held against the others. */
const maxLines = 400;
const linesOf = (text: string) => text.split("\n", maxLines);
/** Records of one moment: a clock that is set at boot moves what was written before it. */
const sameMs = 5 * 60_000;

/** The newest first. */
export function readBoots(told: Told): Boot[] {
  const { bootedAt } = told;
  const records = readLast(told.last);
  const listed = readListed(told.boots);
  const stops = readStops(told.stops);
  const running = (startedAt: number): Boot => ({ startedAt, endedAt: null, good: runsWell(told) });
  const runs = (startedAt: number) => bootedAt !== null && startedAt >= bootedAt - sameMs;

  const boots: Boot[] = [];
  for (const [n, one] of listed.entries()) {
    // the newest that is listed need not run: the journal of the running one may be kept in memory only
    if (n === 0 && (bootedAt === null || runs(one.startedAt))) {
      boots.push(running(bootedAt ?? one.startedAt));
      continue;
    }
    const stopped = stops.some((stop) => stop.id === one.id && Math.abs(stop.at - one.endedAt) < sameMs);
    boots.push({ startedAt: one.startedAt, endedAt: one.endedAt, good: stopped ? true : endOf(one, records) });
  }
  for (const [n, record] of records.entries()) {
    if (record.what !== "reboot" || boots.some((boot) => covers(boot, record.at))) continue;
    const next = records[n - 1];
    if (next === undefined && (bootedAt === null || runs(record.at))) boots.push(running(bootedAt ?? record.at));
    else if (next?.what === "shutdown") boots.push({ startedAt: record.at, endedAt: next.at, good: true });
    // it ended at some time before the next start, and nobody wrote when
    else boots.push({ startedAt: record.at, endedAt: next?.at ?? bootedAt, good: next === undefined ? null : false });
  }
  if (bootedAt !== null && !boots.some((boot) => boot.endedAt === null)) boots.push(running(bootedAt));
  boots.sort((a, b) => b.startedAt - a.startedAt);
  return boots.slice(0, maxBoots);
}

/** The newest boot that is good; null where none is known to be. */
export const lastGoodBoot = (boots: readonly Boot[]): Boot | null => boots.find((boot) => boot.good === true) ?? null;

const covers = (boot: Boot, at: number) =>
  at >= boot.startedAt - sameMs && (boot.endedAt === null || at < Math.max(boot.endedAt, boot.startedAt + sameMs));

/** Whether the running one reached its target: without systemd nothing tells. */
function runsWell(told: Told): boolean | null {
  if (told.state === "maintenance") return false;
  return told.reached === "active" ? true : null;
}

/** By the records of shutdowns: good with one near its end, bad where the next record is another start. */
function endOf(boot: { readonly startedAt: number; readonly endedAt: number }, records: readonly LastRecord[]) {
  if (records.some((one) => one.what === "shutdown" && Math.abs(one.at - boot.endedAt) < sameMs)) return true;
  const started = records.findIndex((one) => one.what === "reboot" && Math.abs(one.at - boot.startedAt) < sameMs);
  return started > 0 && records[started - 1]?.what === "reboot" ? false : null;
}

interface LastRecord {
  readonly what: "reboot" | "shutdown";
  readonly at: number;
}

/** `reboot   system boot  5.10.0-8-amd64   Tue Nov 14 22:13:20 2023 - Tue Nov 14 23:36:40 2023  (01:23)` */
export function readLast(text: string): LastRecord[] {
  return linesOf(text).flatMap((line): LastRecord[] => {
    const [, what, month, day, time, year] =
      /^(reboot|shutdown) .*? [A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d\d:\d\d:\d\d) (\d{4})\b/.exec(line) ?? [];
    if (what !== "reboot" && what !== "shutdown") return [];
    const at = Date.parse(`${month} ${day} ${year} ${time} UTC`);
    return Number.isNaN(at) ? [] : [{ what, at }];
  });
}

interface ListedBoot {
  readonly id: string;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** `-1 0123456789abcdef0123456789abcdef Tue 2023-11-14 22:13:20 UTC—Tue 2023-11-14 23:36:40 UTC`; newest first. */
export function readListed(text: string): ListedBoot[] {
  const boots = linesOf(text).flatMap((line): ListedBoot[] => {
    const [, id] = /^\s*-?\d+\s+([0-9a-f]{32})\s/.exec(line) ?? [];
    const [startedAt, endedAt] = [...line.matchAll(/(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC/g)].map(([, day, time]) =>
      Date.parse(`${day}T${time}Z`),
    );
    if (id === undefined || startedAt === undefined || endedAt === undefined) return [];
    return Number.isNaN(startedAt) || Number.isNaN(endedAt) ? [] : [{ id, startedAt, endedAt }];
  });
  return boots.sort((a, b) => b.startedAt - a.startedAt);
}

/** JSON lines of messages: whose boot, and when (microseconds since 1970, as text). */
function readStops(text: string): { readonly id: string; readonly at: number }[] {
  return linesOf(text).flatMap((line) => {
    const id = /"_BOOT_ID"\s*:\s*"([0-9a-f]{32})"/.exec(line)?.[1];
    const at = /"__REALTIME_TIMESTAMP"\s*:\s*"(\d{1,17})"/.exec(line)?.[1];
    return id === undefined || at === undefined ? [] : [{ id, at: Math.floor(Number(at) / 1000) }];
  });
}
