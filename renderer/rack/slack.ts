/**
 * Owns how far cables hang. A level stretch hangs by a share of its length, as far as what lies under it allows: no
 * printed name, no opening of another port, no other cable. The lowest hang first, so that a bundle hangs as one.
 */
import { hang, type Point, sampleStretch, segmentBox, stretchesOf } from "./geometry.ts";
import { airMm, type Occupancy } from "./occupancy.ts";

export interface Hung {
  readonly ends: readonly [string, string];
  readonly points: readonly Point[];
  readonly radii: readonly number[];
  readonly thicknessMm: number;
}

interface Stretch {
  readonly cable: number;
  readonly index: number;
  readonly from: Point;
  readonly to: Point;
  readonly left: number;
  readonly right: number;
}

const shareOfLength = 0.034;
const mostMm = 11;
const leastLengthMm = 40;
const stepMm = 3;

/** Sag of each stretch of each cable, in the order given. */
export function slackOf(cables: readonly Hung[], space: Occupancy): readonly (readonly number[])[] {
  const sags = cables.map((cable) => cable.points.slice(1).map(() => 0));
  const level = cables
    .flatMap((cable, at) =>
      stretchesOf(cable.points, cable.radii).map(({ from, to }, index): Stretch => {
        return { cable: at, index, from, to, left: Math.min(from.x, to.x), right: Math.max(from.x, to.x) };
      }),
    )
    .filter(({ from, to }) => from.y === to.y)
    .sort((one, two) => two.from.y - one.from.y || one.left - two.left);
  const sagOf = (stretch: Stretch) => sags[stretch.cable]?.[stretch.index] ?? 0;
  for (const [at, stretch] of level.entries()) {
    const { from, to, left, right } = stretch;
    const cable = cables[stretch.cable];
    if (!cable || right - left < leastLengthMm) continue;
    const wish = Math.min(mostMm, (right - left) * shareOfLength);
    const under = level.slice(0, at).filter((other) => {
      const reach = cable.thicknessMm + mostMm + airMm + (cables[other.cable]?.thicknessMm ?? 0);
      const near = other.right > left - reach && other.left < right + reach;
      return near && other.from.y - from.y < reach && other.cable !== stretch.cable;
    });
    const free = (sag: number) =>
      clear(sampleStretch(from, to, sag, stepMm), cable, space) &&
      under.every((other) => apart(stretch, sag, other, sagOf(other), cable, cables[other.cable]));
    const sag = [1, 0.75, 0.5, 0.3, 0.15].map((share) => wish * share).find(free);
    const own = sags[stretch.cable];
    if (sag !== undefined && own) own[stretch.index] = sag;
  }
  return sags;
}

/** Whether the tube along the samples covers nothing. */
function clear(samples: readonly Point[], cable: Hung, space: Occupancy): boolean {
  return samples.every((point, index) => {
    const before = samples[index - 1] ?? point;
    return space.boxClear(segmentBox(before, point, cable.thicknessMm), cable.ends);
  });
}

/** Whether the upper stretch stays above the lower one, air between them; around the lower one's bends too. */
function apart(
  upper: Stretch,
  sag: number,
  lower: Stretch,
  lowerSag: number,
  one: Hung,
  two: Hung | undefined,
): boolean {
  const need = (one.thicknessMm + (two?.thicknessMm ?? 0)) / 2 + airMm * 0.8;
  const from = Math.max(upper.left, lower.left - need);
  const to = Math.min(upper.right, lower.right + need);
  for (let x = from; x <= to; x += stepMm) {
    if (depthAt(lower, lowerSag, x) - depthAt(upper, sag, x) < need) return false;
  }
  return true;
}

function depthAt(stretch: Stretch, sag: number, x: number): number {
  const share = (x - stretch.left) / Math.max(1e-6, stretch.right - stretch.left);
  return stretch.from.y + (share > 0 && share < 1 ? hang(sag, share) : 0);
}
