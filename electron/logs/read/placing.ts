/**
 * Owns at which moment of this machine's clock a line was written: puts the year to stamps that have none, the zone to
 * wall clocks, the boot to seconds since it, and takes the host's offset off.
 *
 * A year is concluded by order: each stamp is of the year that brings it nearest to the line before, and the last line is
 * no later than the file's last change. So a file may run over New Year, or over several, and a rotated one has its own.
 */
import { type Stamp, wallClock } from "./stamp.ts";
import type { Zone } from "./zone.ts";

const dayMs = 86_400_000;
/** Seconds since the boot that fall by this much began anew at another boot. */
const rebootMs = 60_000;

/** What is known of a source before it is read. Times are the host's, where not said otherwise. */
export interface Circumstances {
  readonly zone: Zone;
  /** The host's time less this machine's. */
  readonly offsetMs: number;
  /** When it last changed or was printed: no line is later. */
  readonly lastMs: number;
  readonly bootedMs: number | null;
}

export interface Placed {
  /** On this machine's clock; NaN where the stamp tells none. */
  readonly at: number;
  /** Its year, or the boot it counts from, was concluded. */
  readonly guessed: boolean;
}

/** How lines that were placed already have to be moved, once the last one is known. */
export interface Correction {
  readonly years: number;
  readonly addMs: number;
  /** Lines before this one count from a boot that nothing tells of; null where there are none. */
  readonly unplacedBefore: number | null;
  readonly notes: readonly string[];
}

export class Placing {
  readonly #known: Circumstances;
  /** Of the line before, on the host's clock. */
  #beforeMs: number | null = null;
  #uptimeMs = -1;
  #yearless = false;
  #unset = 0;
  #rebootedAt: number | null = null;
  /** The file was last written before the boot that is known: it counts from an earlier one. */
  readonly #olderBoot: boolean;

  constructor(known: Circumstances) {
    this.#known = known;
    this.#olderBoot = known.bootedMs !== null && known.lastMs < known.bootedMs - rebootMs;
  }

  /** Stamps in the order of their lines; `line` is its number from 0. */
  place(stamp: Stamp, line: number): Placed {
    const hostMs = this.#hostMs(stamp, line);
    if (hostMs !== null) this.#beforeMs = hostMs;
    return {
      at: hostMs === null ? Number.NaN : hostMs - this.#known.offsetMs,
      guessed: stamp.kind === "yearless" || stamp.kind === "uptime",
    };
  }

  #hostMs(stamp: Stamp, line: number): number | null {
    const before = this.#beforeMs ?? Number.NEGATIVE_INFINITY;
    switch (stamp.kind) {
      case "utc":
        return stamp.ms;
      case "wall":
        return this.#known.zone.toUtc(stamp.ms, before);
      case "yearless":
        this.#yearless = true;
        return this.#inYear(stamp.month, stamp.day, stamp.msOfDay, before);
      case "uptime":
        return this.#sinceBoot(stamp.ms, line);
      case "unset":
        this.#unset++;
        return null;
    }
  }

  #inYear(month: number, day: number, msOfDay: number, before: number): number | null {
    const { zone, lastMs } = this.#known;
    const nearMs = this.#beforeMs ?? lastMs;
    const year = new Date(nearMs + zone.offsetAt(nearMs)).getUTCFullYear();
    let best: number | null = null;
    // Eight years reach over a century without its leap year.
    for (let away = 0; away <= 8 && (best === null || away <= 1); away++)
      for (const candidate of away === 0 ? [year] : [year - away, year + away]) {
        const midnight = wallClock(candidate, month, day, 0, 0, 0);
        if (midnight === null) continue;
        const hostMs = zone.toUtc(midnight + msOfDay, before);
        if (this.#beforeMs === null && hostMs > lastMs + dayMs) continue;
        if (best === null || Math.abs(hostMs - nearMs) < Math.abs(best - nearMs)) best = hostMs;
      }
    return best;
  }

  #sinceBoot(ms: number, line: number): number | null {
    if (ms < this.#uptimeMs - rebootMs) this.#rebootedAt = line;
    this.#uptimeMs = ms;
    const { bootedMs, lastMs } = this.#known;
    return this.#olderBoot ? lastMs + ms : bootedMs === null ? null : bootedMs + ms;
  }

  /** After the last line. */
  finish(): Correction {
    const notes: string[] = [];
    const { lastMs, bootedMs, zone } = this.#known;
    let years = 0;
    if (this.#yearless) {
      notes.push("Its stamps have no year: concluded from their order and from when it last changed.");
      for (let ms = this.#beforeMs ?? 0; ms > lastMs + dayMs && years > -200; ms = yearsLater(ms, -1, zone)) years--;
    }
    let addMs = 0;
    if (this.#uptimeMs >= 0) {
      if (this.#olderBoot) {
        addMs = -this.#uptimeMs;
        notes.push("It counts seconds since an earlier boot: its last line is put where the file last changed.");
      } else if (bootedMs === null) notes.push("It counts seconds since the boot, and when that was is not known.");
      else notes.push("It counts seconds since the boot: where the host slept, its lines stand too early.");
      if (this.#rebootedAt !== null)
        notes.push("Its seconds begin anew: only what follows its last boot has a place in time.");
    }
    if (this.#unset > 0) notes.push("Lines from before its clock was set have no time.");
    return { years, addMs, unplacedBefore: this.#rebootedAt, notes };
  }
}

/** The same day and time of a host's wall clock in another year; 29 February is 1 March where there is none. */
export function yearsLater(hostMs: number, years: number, zone: Zone): number {
  const wall = new Date(hostMs + zone.offsetAt(hostMs));
  wall.setUTCFullYear(wall.getUTCFullYear() + years);
  return zone.toUtc(wall.getTime(), Number.NEGATIVE_INFINITY);
}
