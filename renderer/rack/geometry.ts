/** Points, boxes and rounded paths in millimetres; y grows downwards. */

export interface Point {
  readonly x: number;
  readonly y: number;
}
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** True when the inner areas of the two boxes meet; touching edges do not count. */
export function intersects(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

export function grow(rect: Rect, by: number): Rect {
  return { x: rect.x - by, y: rect.y - by, w: rect.w + 2 * by, h: rect.h + 2 * by };
}

/** The box a straight segment of the given thickness covers. */
export function segmentBox(a: Point, b: Point, thickness: number): Rect {
  const half = thickness / 2;
  return {
    x: Math.min(a.x, b.x) - half,
    y: Math.min(a.y, b.y) - half,
    w: Math.abs(a.x - b.x) + thickness,
    h: Math.abs(a.y - b.y) + thickness,
  };
}

export function unionOf(rects: Iterable<Rect>): Rect | null {
  let left = Number.POSITIVE_INFINITY;
  let top = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  for (const rect of rects) {
    left = Math.min(left, rect.x);
    top = Math.min(top, rect.y);
    right = Math.max(right, rect.x + rect.w);
    bottom = Math.max(bottom, rect.y + rect.h);
  }
  return left > right ? null : { x: left, y: top, w: right - left, h: bottom - top };
}

export const centre = (rect: Rect): Point => ({ x: rect.x + rect.w / 2, y: rect.y + rect.h / 2 });

/** Drops points that repeat, or lie on the straight line between their neighbours. */
export function simplify(points: readonly Point[]): readonly Point[] {
  const kept: Point[] = [];
  for (const point of points) {
    const last = kept.at(-1);
    if (last && same(last.x, point.x) && same(last.y, point.y)) continue;
    const before = kept.at(-2);
    if (
      last &&
      before &&
      ((same(before.x, last.x) && same(last.x, point.x)) || (same(before.y, last.y) && same(last.y, point.y)))
    ) {
      kept.pop();
    }
    kept.push(point);
  }
  return kept;
}

const same = (a: number, b: number) => Math.abs(a - b) < 1e-6;

/** Radius of the bend at each inner point: as wished, at most half of either neighbour, smaller where `blocked`. */
export function bendRadii(
  points: readonly Point[],
  wishMm: number,
  blocked: (corner: Rect) => boolean,
): readonly number[] {
  return points.slice(1, -1).map((corner, index) => {
    const before = points[index] ?? corner;
    const after = points[index + 2] ?? corner;
    const room = Math.min(distance(before, corner), distance(corner, after)) / 2;
    for (const share of [1, 0.7, 0.45, 0.25, 0.1]) {
      const radius = Math.min(wishMm * share, room);
      const from = toward(corner, before, radius);
      const to = toward(corner, after, radius);
      if (!blocked(segmentBox(from, to, 0))) return radius;
    }
    return 0;
  });
}

const distance = (a: Point, b: Point) => Math.hypot(a.x - b.x, a.y - b.y);

function toward(from: Point, to: Point, by: number): Point {
  const length = distance(from, to);
  if (length === 0) return from;
  return { x: from.x + ((to.x - from.x) * by) / length, y: from.y + ((to.y - from.y) * by) / length };
}

/** One drawn piece of a cable: straight, or hanging by `sag` at its middle, then the bend into the next piece. */
interface Piece {
  readonly from: Point;
  readonly to: Point;
  readonly sag: number;
  /** The corner bent around after it, and where the bend ends; null at the end of the path. */
  readonly bend: { readonly corner: Point; readonly to: Point } | null;
}

function piecesOf(points: readonly Point[], radii: readonly number[], sags: readonly number[]): readonly Piece[] {
  const pieces: Piece[] = [];
  let pen = points[0];
  for (let index = 1; index < points.length; index++) {
    const point = points[index];
    const after = points[index + 1];
    if (!point || !pen) continue;
    const radius = after ? (radii[index - 1] ?? 0) : 0;
    const to = toward(point, pen, radius);
    const bend = after ? { corner: point, to: toward(point, after, radius) } : null;
    pieces.push({ from: pen, to, sag: sags[index - 1] ?? 0, bend });
    pen = bend?.to ?? to;
  }
  return pieces;
}

/** Height of a hanging stretch below its ends, `share` of the way along: flat at both ends, deepest in the middle. */
export const hang = (sag: number, share: number): number => (sag * (1 - Math.cos(2 * Math.PI * share))) / 2;

/** Where a cubic's handles stand, as share of its width, to follow half a wave of a cosine. */
const cosineHandle = 0.3642;

/** SVG path data through the points with quadratic bends; level stretches hang by their sag. */
export function pathData(points: readonly Point[], radii: readonly number[], sags: readonly number[] = []): string {
  const first = points[0];
  if (!first) return "";
  const parts = [`M${mm(first.x)} ${mm(first.y)}`];
  for (const { from, to, sag, bend } of piecesOf(points, radii, sags)) {
    if (sag > 0) {
      const half = (to.x - from.x) / 2;
      const low = from.y + sag;
      const handle = half * cosineHandle;
      const middle = from.x + half;
      parts.push(
        `C${mm(from.x + handle)} ${mm(from.y)} ${mm(middle - handle)} ${mm(low)} ${mm(middle)} ${mm(low)}`,
        `C${mm(middle + handle)} ${mm(low)} ${mm(to.x - handle)} ${mm(to.y)} ${mm(to.x)} ${mm(to.y)}`,
      );
    } else parts.push(`L${mm(to.x)} ${mm(to.y)}`);
    if (bend) parts.push(`Q${mm(bend.corner.x)} ${mm(bend.corner.y)} ${mm(bend.to.x)} ${mm(bend.to.y)}`);
  }
  return parts.join("");
}

const mm = (value: number) => Math.round(value * 100) / 100;

/** Points along the same path that {@link pathData} draws, at most `stepMm` apart on its straight parts. */
export function samplePath(
  points: readonly Point[],
  radii: readonly number[],
  stepMm: number,
  sags: readonly number[] = [],
): readonly Point[] {
  const samples: Point[] = [];
  for (const { from, to, sag, bend } of piecesOf(points, radii, sags)) {
    samples.push(...sampleStretch(from, to, sag, stepMm));
    if (!bend) continue;
    for (let step = 1; step <= 8; step++) {
      const t = step / 8;
      samples.push({
        x: (1 - t) ** 2 * to.x + 2 * (1 - t) * t * bend.corner.x + t * t * bend.to.x,
        y: (1 - t) ** 2 * to.y + 2 * (1 - t) * t * bend.corner.y + t * t * bend.to.y,
      });
    }
  }
  return samples;
}

/** Points along one stretch, at most `stepMm` apart. */
export function sampleStretch(from: Point, to: Point, sag: number, stepMm: number): readonly Point[] {
  const count = Math.max(1, Math.ceil(distance(from, to) / stepMm));
  return Array.from({ length: count + 1 }, (_, step) => {
    const share = step / count;
    return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share + hang(sag, share) };
  });
}

/** Both ends of each stretch between the bends, in the order of the path. */
export const stretchesOf = (
  points: readonly Point[],
  radii: readonly number[],
): readonly { readonly from: Point; readonly to: Point }[] => piecesOf(points, radii, []);
