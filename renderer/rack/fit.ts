/** Owns how large the picture is shown at first and by the fit button, and how much room that leaves for its labels. */
import type { Rect } from "./geometry.ts";
import { gapPx, pillGlyphPx, type Room } from "./labels.ts";

export type Frame = "whole" | "held";
export type Frames = Readonly<Record<Frame, Rect>>;
/** What the picture is fitted to: a frame, or a size at which every name can be read, the rest being a pan away. */
export type Fit = Frame | "readable";

export interface Size {
  readonly w: number;
  readonly h: number;
}

const marginPx = 12;
const greatestFit = 2;
/** Below this scale two-line labels of neighbouring 1U devices meet and unit numbers become small. */
const comfortableScale = 0.75;
/** Names of neighbouring 1U devices just do not meet: 44.45 mm times it is the 16 pixels of a line. */
const readableScale = 0.36;
/** Down to it the last rack is brought into sight too: devices are told apart, though not every name has room. */
const leastScale = 0.24;
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

/** What is shown before anybody zoomed: the first frame, unless that makes it too small to read. */
export function firstFit(area: Size, frames: Frames, wish: Room): Fit {
  const frame = firstFrame(area, frames, wish);
  return fitScale(area, frames[frame], wish) < readableScale ? "readable" : frame;
}

export interface View {
  readonly scale: number;
  /** Where the picture's origin (0, 0 millimetres) lies in the area, in pixels. */
  readonly x: number;
  readonly y: number;
}

/** A frame stands in the middle, as far as labels let it; at a readable size the picture begins at its upper left. */
export function viewOf(fit: Fit, area: Size, frames: Frames, wish: Room): View {
  if (fit === "readable") return readableView(area, frames.held, wish);
  const frame = frames[fit];
  const scale = fitScale(area, frame, wish);
  const { left } = roomAt(area, frame, scale, wish);
  return { scale, x: left - frame.x * scale, y: (area.h - frame.h * scale) / 2 - frame.y * scale };
}

/** The mark of a cable's state beside the last rack, where its words have no room. */
const markPx = pillGlyphPx + 2 * gapPx;

/** What names left of the first rack get of a narrow window. */
const namesPx = (area: Size, wish: Room) => Math.min(wish.left, area.w * 0.4);

/** Names are readable and the last rack is in sight too with the marks beside it, where both can be had. */
function readableView(area: Size, frame: Rect, wish: Room): View {
  const left = namesPx(area, wish);
  const across = (area.w - left - Math.min(wish.right, markPx)) / frame.w;
  const wanted = Math.max(readableScale, Math.min(comfortableScale, (area.h - 2 * marginPx) / frame.h));
  const scale = across < leastScale ? wanted : Math.min(wanted, across);
  const top = Math.max(marginPx, (area.h - frame.h * scale) / 2);
  return { scale, x: left - frame.x * scale, y: top - frame.y * scale };
}

/** Free pixels left and right of what is shown; `shown` is null once it was panned or zoomed by hand. */
export function roomOf(shown: Fit | null, area: Size, frames: Frames, scale: number, wish: Room): Room {
  if (shown !== "readable") return roomAt(area, frames.whole, scale, wish);
  const left = namesPx(area, wish);
  const right = area.w - left - frames.held.w * scale;
  // A last rack that is out of sight has what is a pan away.
  return right < 0 ? wish : { left: wish.left, right };
}

/** Free pixels left and right at a scale. Once the picture is wider than the area, panning shows what labels need. */
function roomAt(area: Size, frame: Rect, scale: number, wish: Room): Room {
  const margins = marginsOf(area, wish);
  const spare = area.w - frame.w * scale;
  if (spare < margins.left + margins.right - 1) return wish;
  const left = Math.min(Math.max(spare / 2, margins.left), spare - margins.right);
  return { left, right: spare - left };
}
