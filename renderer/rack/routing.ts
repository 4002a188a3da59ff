/**
 * Owns where cables run: out of the port, along a free height to the cable channel beside the opening, in a lane of
 * that channel (and over the cabinets when the ends are in different bays), back along a free height into the other
 * port. Never over a port's name or another port's opening, never on top of another cable; crossings cost, so lanes
 * order themselves. Deterministic: the same lab gives the same picture.
 */
import { bendRadii, type Point, pathData, simplify } from "./geometry.ts";
import { type Bay, type Layout, unitMm } from "./layout.ts";
import { airMm, type Obstacle, Occupancy } from "./occupancy.ts";
import type { PortSpot } from "./ports.ts";
import { slackOf } from "./slack.ts";

export interface RouteRequest {
  readonly id: string;
  readonly a: string;
  readonly b: string;
  /** Weight of the cable in the picture before the picture's scale, e.g. 5.5 for 4X. */
  readonly thicknessMm: number;
  /** Ghosts are laid last and may not push real cables aside. */
  readonly ghost: boolean;
}

export interface Route {
  readonly id: string;
  readonly points: readonly Point[];
  readonly radii: readonly number[];
  /** How far each stretch between two points hangs in its middle, millimetres. */
  readonly sags: readonly number[];
  readonly path: string;
  readonly thicknessMm: number;
  /** No clear way was found: the cable runs behind the faces and shows only between them. */
  readonly tucked: boolean;
  /** Ports it joins, in the order of `points`. */
  readonly ends: readonly [string, string];
}

export type Side = "left" | "right";

interface Escape {
  readonly side: Side;
  readonly bay: number;
  /** From the port's centre to the height at which the cable meets the channel. */
  readonly points: readonly Point[];
  readonly y: number;
  readonly cost: number;
}

/** Costs in millimetres of detour that the drawing accepts to avoid them. */
const crossingCost = 60;
const bendCost = 30;
const leftCost = 420;
const overFaceCost = 0.9;
/** How far from its port a cable may look for a free height. */
const reachMm = 7 * unitMm;
const maxEscapes = 5;
const keptEscapes = 10;
const maxLanes = 8;

/** Lays every cable. Thinner tubes are tried until all fit; what still does not is tucked behind the faces. */
export function routeCables(
  layout: Layout,
  requests: readonly RouteRequest[],
  most = 1,
): { readonly routes: readonly Route[]; readonly scale: number } {
  const usable = requests.filter((request) => layout.ports.has(request.a) && layout.ports.has(request.b));
  const scales = usable.length > 60 ? [0.7, 0.42, 0.28] : [1, 0.8, 0.62, 0.45, 0.3];
  let routes: readonly Route[] = [];
  let scale = most;
  for (scale of scales.filter((each) => each <= most)) {
    const router = new Router(layout, usable, scale);
    const last = scale === scales.at(-1);
    if (!router.solve(last)) continue;
    routes = router.routes();
    break;
  }
  return { routes, scale };
}

class Router {
  readonly #layout: Layout;
  readonly #requests: readonly RouteRequest[];
  readonly #scale: number;
  readonly #space: Occupancy;
  readonly #laid = new Map<string, readonly Point[] | null>();

  constructor(layout: Layout, requests: readonly RouteRequest[], scale: number) {
    this.#layout = layout;
    this.#requests = requests;
    this.#scale = scale;
    this.#space = new Occupancy(obstaclesOf(layout));
  }

  /** Lays all cables; false when some found no way, unless that is `accepted`. */
  solve(accepted: boolean): boolean {
    const order = this.#order();
    for (const request of order) this.#lay(request);
    // With many left out, thinner tubes are the answer, not another round.
    const missing = order.filter((request) => !this.#laid.get(request.id)).length;
    if (!accepted && missing > 2) return false;
    const rounds = order.length <= 40 ? 2 : order.length <= 80 || missing > 0 ? 1 : 0;
    for (let round = 0; round < rounds; round++) {
      for (const request of order) {
        this.#space.lift(request.id);
        this.#lay(request);
      }
    }
    return accepted || order.every((request) => this.#laid.get(request.id));
  }

  routes(): readonly Route[] {
    const bent = this.#requests.map((request) => this.#finish(request));
    const hung = bent.filter((route) => !route.tucked);
    const slack = new Map(slackOf(hung, this.#space).map((sags, index) => [hung[index]?.id, sags]));
    return bent.map((route) => {
      const sags = slack.get(route.id) ?? [];
      return { ...route, sags, path: pathData(route.points, route.radii, sags) };
    });
  }

  /** Real cables first; from a switch, the one nearest its channel first, so that the others arch over it. */
  #order(): readonly RouteRequest[] {
    const rank = (request: RouteRequest) => {
      const a = this.#port(request.a);
      const b = this.#port(request.b);
      return {
        ghost: request.ghost ? 1 : 0,
        x: -Math.min(a.cage.x, b.cage.x),
        y: Math.min(a.cage.y, b.cage.y),
        id: request.id,
      };
    };
    return this.#requests
      .map((request) => ({ request, key: rank(request) }))
      .sort(
        (one, two) =>
          one.key.ghost - two.key.ghost ||
          one.key.x - two.key.x ||
          one.key.y - two.key.y ||
          (one.key.id < two.key.id ? -1 : 1),
      )
      .map(({ request }) => request);
  }

  #thickness(request: RouteRequest): number {
    return request.thicknessMm * this.#scale;
  }

  #lay(request: RouteRequest): void {
    const points = this.#best(request);
    this.#laid.set(request.id, points);
    if (points) this.#space.lay(request.id, points, this.#thickness(request));
  }

  #best(request: RouteRequest): readonly Point[] | null {
    const thickness = this.#thickness(request);
    const own = [request.a, request.b];
    const from = this.#escapes(this.#port(request.a), thickness, own);
    const to = this.#escapes(this.#port(request.b), thickness, own);
    let best: readonly Point[] | null = null;
    let bestCost = Number.POSITIVE_INFINITY;
    const pairs = from.flatMap((a) => to.map((b) => ({ a, b, least: a.cost + b.cost + Math.abs(a.y - b.y) })));
    pairs.sort((one, two) => one.least - two.least);
    for (const { a, b, least } of pairs) {
      if (least >= bestCost) break;
      for (const points of this.#joins(a, b, thickness)) {
        const whole = simplify(points);
        // Crossings are dear to count, so only for what would be better without any.
        const bare = a.cost + b.cost + length(whole) + (whole.length - 2) * bendCost;
        if (bare >= bestCost - 1e-6) continue;
        const cost = bare + crossingCost * this.#crossings(whole);
        if (cost >= bestCost - 1e-6) continue;
        best = whole;
        bestCost = cost;
      }
    }
    return best;
  }

  #crossings(points: readonly Point[]): number {
    let count = 0;
    for (let index = 1; index < points.length; index++) {
      const a = points[index - 1];
      const b = points[index];
      if (a && b) count += this.#space.crossings(a, b);
    }
    return count;
  }

  #port(key: string): PortSpot {
    const spot = this.#layout.ports.get(key);
    if (!spot) throw new Error(`invariant: port ${key} has no place`);
    return spot;
  }

  #bay(index: number): Bay {
    const bay = this.#layout.bays[index];
    if (!bay) throw new Error(`invariant: bay ${index} does not exist`);
    return bay;
  }

  /** Ways from a port to the channels of its bay: straight out, or up or down to a free height first. */
  #escapes(spot: PortSpot, thickness: number, own: readonly string[]): readonly Escape[] {
    const bayIndex = this.#layout.bayOfPort.get(spot.key) ?? 0;
    const bay = this.#bay(bayIndex);
    const cx = spot.cage.x + spot.cage.w / 2;
    const cy = spot.cage.y + spot.cage.h / 2;
    const found: Escape[] = [];
    for (const side of ["right", "left"] as const) {
      const edgeX = side === "right" ? bay.right.inner : bay.left.inner;
      const clear = (y: number, fromX: number) =>
        this.#space.segmentClear({ x: fromX, y }, { x: edgeX, y }, thickness, own) &&
        this.#space.laneFree({ x: fromX, y }, { x: edgeX, y }, thickness);
      const price = (y: number, fromX: number) =>
        (side === "left" ? leftCost : 0) + this.#overFaces(bayIndex, y, fromX, edgeX, spot);
      for (const shift of [0, 2.4, -2.4, 4.6, -4.6]) {
        const y = cy + shift;
        if (Math.abs(shift) > spot.cage.h / 2 + 0.4 || !clear(y, cx)) continue;
        found.push({ side, bay: bayIndex, points: [{ x: cx, y }], y, cost: price(y, cx) + Math.abs(shift) });
        break;
      }
      if (found.at(-1)?.side === side) continue;
      for (const direction of spot.flipped ? [-1, 1] : [1, -1]) {
        for (const shift of [0, 5, -5]) {
          const x = cx + shift;
          if (Math.abs(shift) > spot.cage.w / 2) continue;
          const count = found.length;
          const first = spot.cage.h / 2 + thickness / 2 + 0.8;
          for (let reach = first; reach <= reachMm && found.length - count < maxEscapes; reach += 1.5) {
            const y = cy + direction * reach;
            if (y < bay.opening.y - 60 || y > bay.opening.y + bay.opening.h + 34) break;
            if (!this.#space.segmentClear({ x, y: cy }, { x, y }, thickness, own)) break;
            if (!clear(y, x) || !this.#space.laneFree({ x, y: cy }, { x, y }, thickness)) continue;
            found.push({
              side,
              bay: bayIndex,
              points: [
                { x, y: cy },
                { x, y },
              ],
              y,
              cost: price(y, x) + Math.abs(shift),
            });
            reach += thickness + airMm - 1.5;
          }
          if (found.length > count) break;
        }
      }
    }
    return found.sort((one, two) => one.cost - two.cost).slice(0, keptEscapes);
  }

  /** What running over other devices' faces costs; blank units and the headroom are free. */
  #overFaces(bay: number, y: number, fromX: number, toX: number, spot: PortSpot): number {
    const device = this.#layout.devices.find(
      (box) => box.bay === bay && y >= box.face.y && y <= box.face.y + box.face.h,
    );
    if (!device) return 0;
    return Math.abs(fromX - toX) * (device.name === spot.device ? overFaceCost / 2 : overFaceCost);
  }

  #lanes(bay: Bay, side: Side, fromY: number, toY: number, thickness: number): readonly number[] {
    const channel = side === "right" ? bay.right : bay.left;
    const sign = side === "right" ? 1 : -1;
    const step = thickness + airMm + 1.6 * this.#scale;
    const lanes: number[] = [];
    for (let index = 0; index < 400 && lanes.length < maxLanes; index++) {
      const x = channel.inner + sign * (6 + thickness / 2 + index * step);
      if (fromY === toY || this.#space.laneFree({ x, y: fromY }, { x, y: toY }, thickness)) lanes.push(x);
    }
    return lanes;
  }

  *#joins(a: Escape, b: Escape, thickness: number): Generator<readonly Point[]> {
    const back = [...b.points].reverse();
    const bayA = this.#bay(a.bay);
    const bayB = this.#bay(b.bay);
    const meets = (x: number, way: Escape, edge: number) =>
      this.#space.laneFree({ x: edge, y: way.y }, { x, y: way.y }, thickness);
    const edge = (bay: Bay, side: Side) => (side === "right" ? bay.right.inner : bay.left.inner);
    if (a.bay === b.bay) {
      if (a.side !== b.side || Math.abs(a.y - b.y) < thickness + airMm) return;
      for (const x of this.#lanes(bayA, a.side, a.y, b.y, thickness)) {
        if (!meets(x, a, edge(bayA, a.side)) || !meets(x, b, edge(bayB, b.side))) continue;
        yield [...a.points, { x, y: a.y }, { x, y: b.y }, ...back];
      }
      return;
    }
    const step = thickness + airMm + 1.6 * this.#scale;
    const roof = Math.min(...this.#layout.bays.map((bay) => bay.cabinet.y)) - 22;
    let trays = 0;
    for (let index = 0; index < 400 && trays < 2; index++) {
      const y = roof - index * step;
      const xa = this.#lanes(bayA, a.side, a.y, y, thickness).find((x) => meets(x, a, edge(bayA, a.side)));
      const xb = this.#lanes(bayB, b.side, b.y, y, thickness).find((x) => meets(x, b, edge(bayB, b.side)));
      if (xa === undefined || xb === undefined || !this.#space.laneFree({ x: xa, y }, { x: xb, y }, thickness))
        continue;
      trays++;
      yield [...a.points, { x: xa, y: a.y }, { x: xa, y }, { x: xb, y }, { x: xb, y: b.y }, ...back];
    }
  }

  #finish(request: RouteRequest): Omit<Route, "sags" | "path"> {
    const thicknessMm = this.#thickness(request);
    const laid = this.#laid.get(request.id);
    const ends = [request.a, request.b] as const;
    if (!laid) {
      const points = behind(this.#port(request.a), this.#port(request.b));
      const radii = bendRadii(points, 14, () => false);
      return { id: request.id, points, radii, thicknessMm, tucked: true, ends };
    }
    const radii = bendRadii(
      laid,
      30,
      (corner) =>
        !this.#space.boxClear(
          {
            ...corner,
            x: corner.x - thicknessMm / 2,
            y: corner.y - thicknessMm / 2,
            w: corner.w + thicknessMm,
            h: corner.h + thicknessMm,
          },
          ends,
        ),
    );
    return { id: request.id, points: laid, radii, thicknessMm, tucked: false, ends };
  }
}

/** Length of a path of level and upright stretches. */
function length(points: readonly Point[]): number {
  let sum = 0;
  for (let index = 1; index < points.length; index++) {
    const a = points[index - 1];
    const b = points[index];
    if (a && b) sum += Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
  }
  return sum;
}

function behind(a: PortSpot, b: PortSpot): readonly Point[] {
  const from = { x: a.cage.x + a.cage.w / 2, y: a.cage.y + a.cage.h / 2 };
  const to = { x: b.cage.x + b.cage.w / 2, y: b.cage.y + b.cage.h / 2 };
  return simplify([from, { x: from.x, y: to.y }, to]);
}

/** Everything a cable must keep clear of. */
export function obstaclesOf(layout: Layout): readonly Obstacle[] {
  const obstacles: Obstacle[] = [];
  for (const spot of layout.ports.values()) {
    obstacles.push({ rect: spot.cage, port: spot.key, part: "cage" });
    obstacles.push({ rect: spot.label, port: spot.key, part: "label" });
  }
  for (const bay of layout.bays) {
    for (const rect of bay.unitLabels) obstacles.push({ rect, port: "", part: "unit" });
  }
  return obstacles;
}
