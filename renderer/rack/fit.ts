/** Owns how large the picture is shown at first and by the fit button, and how much room that leaves for its labels. */
import type { Rect } from "./geometry.ts";
import type { Room } from "./labels.ts";

export type Frame = "whole" | "held";
export type Frames = Readonly<Record<Frame, Rect>>;

export interface Size {
  readonly w: number;
  readonly h: number;
}

const marginPx = 12;
const greatestFit = 2;
/** Below this scale two-line labels of neighbouring 1U devices meet and unit numbers become small. */
const comfortableScale = 0.75;
/** Leaving empty units out must pay: at least this much larger. */
const worthIt = 1.1;

/** Pixels kept free beside the picture, of which a narrow window gets less than wished. */
function marginsOf(area: Size, wish: Room): Room {
  const share = Math.min(1, (area.w * 0.5) / Math.max(1, wish.left + wish.right));
  return { left: wish.left * share, right: wish.right * share };
}

/** Pixels per millimetre at which the frame and the labels beside it fit into the area. */
export function fitScale(area: Size, frame: Rect, wish: Room): number {
  const { left, right } = marginsOf(area, wish);
  return Math.min((area.w - left - right) / frame.w, (area.h - 2 * marginPx) / frame.h, greatestFit);
}

/** The whole picture where it is large enough, else the part that holds something if that helps. */
export function firstFrame(area: Size, frames: Frames, wish: Room): Frame {
  const whole = fitScale(area, frames.whole, wish);
  return whole < comfortableScale && fitScale(area, frames.held, wish) > whole * worthIt ? "held" : "whole";
}

/** Where the frame's upper left corner lies in the area when it is fitted: in the middle, as far as labels let it. */
export function fitCorner(
  area: Size,
  frame: Rect,
  scale: number,
  wish: Room,
): { readonly x: number; readonly y: number } {
  return { x: roomAt(area, frame, scale, wish).left, y: (area.h - frame.h * scale) / 2 };
}

/** Free pixels left and right at a scale. Once the picture is wider than the area, panning shows what labels need. */
export function roomAt(area: Size, frame: Rect, scale: number, wish: Room): Room {
  const margins = marginsOf(area, wish);
  const spare = area.w - frame.w * scale;
  if (spare < margins.left + margins.right - 1) return wish;
  const left = Math.min(Math.max(spare / 2, margins.left), spare - margins.right);
  return { left, right: spare - left };
}
