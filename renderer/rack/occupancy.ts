/** What is in the way of a cable: port openings and printed names, and the cables laid before. Millimetres. */
import { grow, intersects, type Point, type Rect, segmentBox } from "./geometry.ts";

/** Air between a cable and anything it must not cover. */
const clearanceMm = 0.6;
/** Least air between two cables that run side by side. */
export const airMm = 0.7;

export interface Obstacle {
  readonly rect: Rect;
  /** The port it belongs to; its own cable may cover its opening, not its name. */
  readonly port: string;
  readonly part: "cage" | "label" | "unit";
}

export interface Run {
  readonly cable: string;
  readonly a: Point;
  readonly b: Point;
  readonly thickness: number;
}

/** Obstacles are indexed in horizontal strips, runs in strips along their own axis: every question is about one line. */
const stripMm = 60;
const runStripMm = 16;

export class Occupancy {
  readonly #obstacles = new Map<number, Obstacle[]>();
  readonly #byCable = new Map<string, readonly Run[]>();
  readonly #level = new Map<number, Set<Run>>();
  readonly #upright = new Map<number, Set<Run>>();

  constructor(obstacles: Iterable<Obstacle>) {
    for (const obstacle of obstacles) {
      for (const strip of stripsOf(obstacle.rect)) {
        const list = this.#obstacles.get(strip);
        if (list) list.push(obstacle);
        else this.#obstacles.set(strip, [obstacle]);
      }
    }
  }

  /** True when the box keeps clear of every name and opening, except the openings of `own` ports. */
  boxClear(box: Rect, own: readonly string[]): boolean {
    const wide = grow(box, clearanceMm);
    const last = Math.floor((wide.y + wide.h) / stripMm);
    for (let strip = Math.floor(wide.y / stripMm); strip <= last; strip++) {
      for (const obstacle of this.#obstacles.get(strip) ?? []) {
        if (intersects(wide, obstacle.rect) && !(obstacle.part === "cage" && own.includes(obstacle.port))) return false;
      }
    }
    return true;
  }

  segmentClear(a: Point, b: Point, thickness: number, own: readonly string[]): boolean {
    return this.boxClear(segmentBox(a, b, thickness), own);
  }

  /** True when no cable laid before runs alongside within its own thickness and air. */
  laneFree(a: Point, b: Point, thickness: number): boolean {
    const level = a.y === b.y;
    const runs = level ? this.#level : this.#upright;
    const at = level ? a.y : a.x;
    const strip = Math.floor(at / runStripMm);
    // Thicknesses stay below a strip, so whatever is too near lies in the strip itself or in a neighbour.
    for (let index = strip - 1; index <= strip + 1; index++) {
      for (const run of runs.get(index) ?? []) if (alongside(run, a, b, thickness)) return false;
    }
    return true;
  }

  /** How many cables laid before this straight stretch crosses. */
  crossings(a: Point, b: Point): number {
    const level = a.y === b.y;
    const runs = level ? this.#upright : this.#level;
    const from = level ? Math.min(a.x, b.x) : Math.min(a.y, b.y);
    const to = level ? Math.max(a.x, b.x) : Math.max(a.y, b.y);
    const at = level ? a.y : a.x;
    const last = Math.floor(to / runStripMm);
    let count = 0;
    for (let strip = Math.floor(from / runStripMm); strip <= last; strip++) {
      const list = runs.get(strip);
      if (!list) continue;
      for (const run of list) {
        const place = level ? run.a.x : run.a.y;
        if (place <= from || place >= to) continue;
        const one = level ? run.a.y : run.a.x;
        const two = level ? run.b.y : run.b.x;
        if (at > Math.min(one, two) && at < Math.max(one, two)) count++;
      }
    }
    return count;
  }

  lay(cable: string, points: readonly Point[], thickness: number): void {
    const runs: Run[] = [];
    for (let index = 1; index < points.length; index++) {
      const a = points[index - 1];
      const b = points[index];
      if (a && b) runs.push({ cable, a, b, thickness });
    }
    this.#byCable.set(cable, runs);
    for (const run of runs) {
      const { map, strip } = this.#home(run);
      const list = map.get(strip);
      if (list) list.add(run);
      else map.set(strip, new Set([run]));
    }
  }

  lift(cable: string): void {
    for (const run of this.#byCable.get(cable) ?? []) {
      const { map, strip } = this.#home(run);
      map.get(strip)?.delete(run);
    }
    this.#byCable.delete(cable);
  }

  #home(run: Run) {
    const level = run.a.y === run.b.y;
    return { map: level ? this.#level : this.#upright, strip: Math.floor((level ? run.a.y : run.a.x) / runStripMm) };
  }
}

function stripsOf(rect: Rect): readonly number[] {
  const first = Math.floor(rect.y / stripMm);
  const last = Math.floor((rect.y + rect.h) / stripMm);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Two parallel runs whose sides would touch somewhere along their common length. */
export function alongside(run: Run, a: Point, b: Point, thickness: number): boolean {
  const need = (run.thickness + thickness) / 2 + airMm;
  const level = a.y === b.y;
  if (level !== (run.a.y === run.b.y)) return false;
  const apart = level ? Math.abs(run.a.y - a.y) : Math.abs(run.a.x - a.x);
  if (apart >= need) return false;
  return level ? near(a.x, b.x, run.a.x, run.b.x, need) : near(a.y, b.y, run.a.y, run.b.y, need);
}

/** Whether two stretches of one line come closer than `need`. */
const near = (a: number, b: number, c: number, d: number, need: number): boolean =>
  Math.min(a, b) < Math.max(c, d) + need && Math.min(c, d) < Math.max(a, b) + need;
