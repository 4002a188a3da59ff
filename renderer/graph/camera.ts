/** Arithmetic of the view: which part of the world is seen, and how large. */

export interface Camera {
  /** World coordinates of the view's upper left corner. */
  readonly x: number;
  readonly y: number;
  /** Pixels for each world unit. */
  readonly scale: number;
}

export interface Area {
  readonly w: number;
  readonly h: number;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

const greatestScale = 2.5;
/** Above and below stand the choice of views and the legend. */
const marginPx = { x: 40, y: 60 } as const;

/** The whole of `world` in the middle of the view, no larger than life. */
export function fitted(world: Area, view: Area, most = 1.15): Camera {
  const room = { w: Math.max(50, view.w - 2 * marginPx.x), h: Math.max(50, view.h - 2 * marginPx.y) };
  const scale = Math.min(room.w / Math.max(1, world.w), room.h / Math.max(1, world.h), most);
  return centred({ x: world.w / 2, y: world.h / 2 }, scale, view);
}

export function centred(at: { readonly x: number; readonly y: number }, scale: number, view: Area): Camera {
  return { scale, x: at.x - view.w / 2 / scale, y: at.y - view.h / 2 / scale };
}

/** Zooms by `factor` with the point under (px, py) held still. */
export function zoomed(camera: Camera, factor: number, px: number, py: number, least: number): Camera {
  const scale = Math.min(greatestScale, Math.max(least, camera.scale * factor));
  return { scale, x: camera.x + px / camera.scale - px / scale, y: camera.y + py / camera.scale - py / scale };
}

export function panned(camera: Camera, dxPx: number, dyPx: number): Camera {
  return { ...camera, x: camera.x - dxPx / camera.scale, y: camera.y - dyPx / camera.scale };
}

/** Keeps some of the world in view, so that nobody gets lost beside it. */
export function held(camera: Camera, world: Area, view: Area): Camera {
  const [seenW, seenH] = [view.w / camera.scale, view.h / camera.scale];
  const x = Math.min(Math.max(camera.x, -seenW * 0.75), world.w - seenW * 0.25);
  const y = Math.min(Math.max(camera.y, -seenH * 0.75), world.h - seenH * 0.25);
  return { ...camera, x, y };
}

/** Between two views, `t` from 0 to 1: the scale changes evenly to the eye, the middle travels along with it. */
export function between(from: Camera, to: Camera, t: number, view: Area): Camera {
  const ease = t * t * (3 - 2 * t);
  const scale = from.scale * (to.scale / from.scale) ** ease;
  const middle = (camera: Camera) => ({
    x: camera.x + view.w / 2 / camera.scale,
    y: camera.y + view.h / 2 / camera.scale,
  });
  const [start, end] = [middle(from), middle(to)];
  // As far as the zoom has come, so that the target stays in view while it grows.
  const way = from.scale === to.scale ? ease : (1 / scale - 1 / from.scale) / (1 / to.scale - 1 / from.scale);
  return centred({ x: start.x + (end.x - start.x) * way, y: start.y + (end.y - start.y) * way }, scale, view);
}
