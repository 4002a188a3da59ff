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

/** Spatial index in horizontal strips: all long-range questions here are about one height or one column. */
const stripMm = 60;

export class Occupancy {
  readonly #obstacles = new Map<number, Obstacle[]>();
  readonly #runs = new Map<string, readonly Run[]>();
  #flat: Run[] | null = null;

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
    for (const strip of stripsOf(wide)) {
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
    for (const run of this.runs()) {
      if (alongside(run, a, b, thickness)) return false;
    }
    return true;
  }

  /** How many cables laid before this straight stretch crosses. */
  crossings(a: Point, b: Point): number {
    const horizontal = a.y === b.y;
    let count = 0;
    for (const run of this.runs()) {
      if ((run.a.y === run.b.y) === horizontal) continue;
      const [level, upright] = horizontal ? [{ a, b }, run] : [run, { a, b }];
      const x = upright.a.x;
      const y = level.a.y;
      if (
        x > Math.min(level.a.x, level.b.x) &&
        x < Math.max(level.a.x, level.b.x) &&
        y > Math.min(upright.a.y, upright.b.y) &&
        y < Math.max(upright.a.y, upright.b.y)
      ) {
        count++;
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
    this.#runs.set(cable, runs);
    this.#flat = null;
  }

  lift(cable: string): void {
    if (this.#runs.delete(cable)) this.#flat = null;
  }

  runs(): readonly Run[] {
    this.#flat ??= [...this.#runs.values()].flat();
    return this.#flat;
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
  const horizontal = a.y === b.y;
  if (horizontal !== (run.a.y === run.b.y)) return false;
  const apart = horizontal ? Math.abs(run.a.y - a.y) : Math.abs(run.a.x - a.x);
  if (apart >= need) return false;
  const [from, to] = horizontal ? ordered(a.x, b.x) : ordered(a.y, b.y);
  const [otherFrom, otherTo] = horizontal ? ordered(run.a.x, run.b.x) : ordered(run.a.y, run.b.y);
  return from < otherTo + need && otherFrom < to + need;
}

const ordered = (a: number, b: number): readonly [number, number] => (a < b ? [a, b] : [b, a]);
