/** What every part of a drawing shares: the canvas, what is seen of the world, and small things drawn on top. */
import type { Area, Box, Camera } from "./camera.ts";
import { lookAt, marks, type Paint } from "./paint.ts";
import type { Scene } from "./scene.ts";

export interface Shown {
  readonly camera: Camera;
  readonly view: Area;
  /** Device pixels for each CSS pixel. */
  readonly ratio: number;
  readonly selected: { readonly nodes: readonly number[]; readonly bundles: readonly number[] };
  readonly found: ReadonlySet<number>;
  readonly hovered: number | null;
}

export class Brush {
  readonly c: CanvasRenderingContext2D;
  readonly scene: Scene;
  readonly shown: Shown;
  readonly paint: Paint;
  readonly camera: Camera;
  /** The world that is seen. */
  readonly left: number;
  readonly right: number;

  constructor(context: CanvasRenderingContext2D, scene: Scene, shown: Shown, paint: Paint) {
    this.c = context;
    this.scene = scene;
    this.shown = shown;
    this.paint = paint;
    this.camera = shown.camera;
    this.left = shown.camera.x;
    this.right = shown.camera.x + shown.view.w / shown.camera.scale;
  }

  /** Whether any of it is in the view, or within so many pixels of it. */
  sees({ x, y, w, h }: Box, slack = 0): boolean {
    const { view } = this.shown;
    return x + w > -slack && x < view.w + slack && y + h > -slack && y < view.h + slack;
  }

  /** Words on lines. */
  pill(text: string, x: number, y: number): void {
    const c = this.c;
    c.font = `12px ${this.paint.sans}`;
    const w = c.measureText(text).width + 12;
    c.fillStyle = this.paint.bg;
    c.beginPath();
    c.roundRect(x - w / 2, y - 9, w, 18, 9);
    c.fill();
    c.fillStyle = this.paint.dim;
    c.textAlign = "center";
    c.fillText(text, x, y + 0.5);
  }

  /** A look as its shape, by default on ground of its own. */
  mark(look: number, x: number, y: number, px: number, halo = true): void {
    const c = this.c;
    const { d, stroke, dash } = marks[lookAt(look)];
    const path = markPath(d);
    c.save();
    c.translate(x - px / 2, y - px / 2);
    c.scale(px / 10, px / 10);
    c.setLineDash([]);
    if (halo) {
      c.fillStyle = this.paint.bg;
      c.beginPath();
      c.arc(5, 5, 7.5, 0, 7);
      c.fill();
    }
    if (dash !== undefined) c.setLineDash(dash.split(" ").map(Number));
    c.lineWidth = 2;
    c.strokeStyle = c.fillStyle = this.paint.look[lookAt(look)];
    if (stroke) c.stroke(path);
    else c.fill(path);
    c.restore();
  }
}

export const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value));

const paths = new Map<string, Path2D>();
function markPath(d: string): Path2D {
  const known = paths.get(d);
  if (known) return known;
  const path = new Path2D(d);
  paths.set(d, path);
  return path;
}
