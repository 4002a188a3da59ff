/** Draws the links: as bands between plates, as lines between what stands apart, and those that are not fine at every zoom. */

import { numberText } from "../kit/time.ts";
import { type Brush, clamp } from "./brush.ts";
import type { Box } from "./camera.ts";
import type { Block } from "./layout.ts";
import { dashes, lookAt } from "./paint.ts";
import { size } from "./pods.ts";
import type { Relation } from "./scene.ts";
import { anchorBox, blockBox, groupBox, isApart, membersBetween, screenX } from "./shape.ts";

/** More lines than these between two rows fade between their ends. */
const weaveOf = 100;
/** More odd links than these are drawn only where their ends stand apart. */
const oddAtMost = 600;

/** The room on the screen between two rows. */
interface Across {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

export class LinkDrawing {
  readonly #brush: Brush;

  constructor(brush: Brush) {
    this.#brush = brush;
  }

  /** All links between two blocks. */
  relation(relation: Relation): void {
    const { layout } = this.#brush.scene;
    const [lower, upper] = [layout.blocks[relation.lower], layout.blocks[relation.upper]];
    if (!lower || !upper) return;
    const [low, high] = [
      blockBox(this.#brush.scene, lower, this.#brush.camera),
      blockBox(this.#brush.scene, upper, this.#brush.camera),
    ];
    const from = Math.min(low.x, high.x);
    const top = Math.min(low.y, high.y) - (lower === upper ? 200 : 0);
    const around = { x: from, y: top, w: Math.max(low.x + low.w, high.x + high.w) - from, h: low.y + low.h - top };
    if (!this.#brush.sees(around)) return;
    const { scale } = this.#brush.camera;
    const [apartLow, apartHigh] = [isApart(lower, scale), isApart(upper, scale)];
    if (lower === upper) {
      if (apartLow) this.#lines(relation.bundles, null);
      return;
    }
    if (!apartLow && !apartHigh) this.#ribbon(low, high, relation.links);
    else if (apartLow && apartHigh)
      this.#lines(relation.bundles, {
        top: high.y + high.h,
        bottom: low.y,
        left: Math.max(low.x, high.x),
        right: Math.min(low.x + low.w, high.x + high.w),
      });
    else this.#fan(apartLow ? lower : upper, apartLow ? low : high, apartLow ? high : low, apartLow, relation);
  }

  /** All links between two plates as one band. */
  #ribbon(low: Box, high: Box, links: number): void {
    const c = this.#brush.c;
    const width = Math.min(low.w * 0.5, 4 + Math.sqrt(links) * 0.9);
    const x1 = low.x + low.w / 2;
    const x2 = clamp(x1, high.x + width / 2 + 6, high.x + high.w - width / 2 - 6);
    const [y1, y2] = [low.y, high.y + high.h];
    const half = width / 2;
    c.fillStyle = this.#brush.paint.look.fine;
    const alpha = c.globalAlpha;
    c.globalAlpha = alpha * 0.26;
    c.beginPath();
    c.moveTo(x1 - half, y1);
    c.bezierCurveTo(x1 - half, (y1 + y2) / 2, x2 - half, (y1 + y2) / 2, x2 - half, y2);
    c.lineTo(x2 + half, y2);
    c.bezierCurveTo(x2 + half, (y1 + y2) / 2, x1 + half, (y1 + y2) / 2, x1 + half, y1);
    c.fill();
    c.globalAlpha = alpha;
    if (Math.abs(y1 - y2) < 60 || low.w < 54) return;
    this.#brush.pill(`${numberText(links)} links`, (x1 + x2) / 2, (y1 + y2) / 2);
  }

  /** Members that stand apart, each with one line to the plate at the other side. */
  #fan(block: Block, box: Box, plate: Box, blockIsLower: boolean, relation: Relation): void {
    const c = this.#brush.c;
    const { layout, topology } = this.#brush.scene;
    const counts = new Map<number, number>();
    for (const index of relation.bundles) {
      const bundle = topology.bundles[index];
      if (!bundle) continue;
      const node = layout.blocks[layout.home[bundle.a] ?? 0] === block ? bundle.a : bundle.b;
      counts.set(node, (counts.get(node) ?? 0) + bundle.links.length);
    }
    const y1 = blockIsLower ? box.y : box.y + box.h;
    const y2 = blockIsLower ? plate.y + plate.h : plate.y;
    const alpha = c.globalAlpha;
    c.strokeStyle = this.#brush.paint.look.fine;
    c.globalAlpha = alpha * 0.5;
    c.setLineDash([]);
    for (const [node, count] of counts) {
      const x1 = screenX(this.#brush.camera, layout.x[node] ?? 0);
      if (x1 < -60 || x1 > this.#brush.shown.view.w + 60) continue;
      const x2 = clamp(x1, plate.x + 6, plate.x + plate.w - 6);
      c.lineWidth = Math.min(5, 0.8 + Math.sqrt(count) * 0.5);
      c.beginPath();
      curve(c, x1, y1, x2, y2);
      c.stroke();
    }
    c.globalAlpha = alpha;
  }

  /** Bundles one by one, all that look fine in one path; the odd ones are drawn later, above them. */
  #lines(bundles: readonly number[], across: Across | null): void {
    const c = this.#brush.c;
    const { topology, bundleLook } = this.#brush.scene;
    const alpha = c.globalAlpha;
    const weave = bundles.length > weaveOf && across !== null;
    c.globalAlpha = alpha * (weave ? clamp(this.#brush.camera.scale * 2, 0.45, 0.8) : 0.7);
    c.strokeStyle = weave ? this.#fading(across) : this.#brush.paint.look.fine;
    c.setLineDash([]);
    c.lineWidth = clamp(this.#brush.camera.scale * 2.2, 0.8, 2);
    const many: number[] = [];
    let drawn = 0;
    c.beginPath();
    for (const index of bundles) {
      const bundle = topology.bundles[index];
      if (!bundle || (bundleLook[index] ?? 0) > 0) continue;
      if (bundle.links.length > 1 && this.#brush.camera.scale > 0.25) many.push(index);
      else {
        this.#link(bundle.a, bundle.b);
        // One endless path is slower than some shorter ones.
        drawn += 1;
        if (drawn % 200 === 0) {
          c.stroke();
          c.beginPath();
        }
      }
    }
    c.stroke();
    for (const index of many) {
      const bundle = topology.bundles[index];
      if (!bundle) continue;
      c.lineWidth = Math.min(6, 1 + bundle.links.length) * clamp(this.#brush.camera.scale * 1.2, 0.6, 1.2);
      c.beginPath();
      this.#link(bundle.a, bundle.b);
      c.stroke();
    }
    c.globalAlpha = alpha;
    if (!weave) return;
    const { view } = this.#brush.shown;
    const [left, right] = [Math.max(0, across.left), Math.min(view.w, across.right)];
    const links = bundles.reduce((sum, index) => sum + (topology.bundles[index]?.links.length ?? 0), 0);
    if (right - left > 60 && across.bottom - across.top > 70)
      this.#brush.pill(`${numberText(links)} links`, (left + right) / 2, (across.top + across.bottom) / 2);
  }

  /** Where each of many lines leads is told by its ends; all of their middles on top of each other tell nothing. */
  #fading({ top, bottom }: Across): CanvasGradient {
    const gradient = this.#brush.c.createLinearGradient(0, top, 0, bottom);
    const strong = this.#brush.paint.look.fine;
    const reach = Math.min(0.3, 90 / Math.max(1, bottom - top));
    gradient.addColorStop(0, strong);
    gradient.addColorStop(reach, `${strong}1a`);
    gradient.addColorStop(1 - reach, `${strong}1a`);
    gradient.addColorStop(1, strong);
    return gradient;
  }

  /** Adds a bundle to the path; false where it is out of sight. */
  #link(a: number, b: number): boolean {
    const { layout } = this.#brush.scene;
    const [ya, yb] = [layout.y[a] ?? 0, layout.y[b] ?? 0];
    const [xa, xb] = [layout.x[a] ?? 0, layout.x[b] ?? 0];
    const slack = size.switchW;
    if (Math.max(xa, xb) < this.#brush.left - slack || Math.min(xa, xb) > this.#brush.right + slack) return false;
    const [low, high] = ya >= yb ? [a, b] : [b, a];
    const lowBox = anchorBox(this.#brush.scene, low, this.#brush.camera);
    const highBox = anchorBox(this.#brush.scene, high, this.#brush.camera);
    const x1 = lowBox.x + lowBox.w / 2;
    const x2 = ya === yb ? highBox.x + highBox.w / 2 : outlet(highBox, x1);
    if (ya === yb) {
      // Neighbours of one tier: an arc above them, higher the farther it leads.
      const rise = Math.min(160, 18 + Math.abs(x2 - x1) * 0.22);
      const y = lowBox.y;
      this.#brush.c.moveTo(x1, y);
      this.#brush.c.bezierCurveTo(x1, y - rise, x2, y - rise, x2, y);
    } else if (layout.tier[low] === 0) {
      const hangs = (layout.groups[layout.home[low] ?? 0]?.hosts.length ?? 1) > 1;
      const to = hangs ? { x: lowBox.x + 4, y: lowBox.y + lowBox.h / 2 } : { x: x1, y: lowBox.y };
      curve(this.#brush.c, to.x, to.y, x2, highBox.y + highBox.h);
    } else curve(this.#brush.c, x1, lowBox.y, x2, highBox.y + highBox.h);
    return true;
  }

  /** What joins a switch to the hosts under it. */
  stems(block: Block): void {
    const c = this.#brush.c;
    const { layout, bundleLook, topology } = this.#brush.scene;
    const { scale } = this.#brush.camera;
    const alpha = c.globalAlpha;
    c.setLineDash([]);
    c.strokeStyle = this.#brush.paint.look.fine;
    if (!isApart(block, scale)) return;
    const right = (group: number): number => (layout.groups[group]?.x ?? 0) + (layout.groups[group]?.w ?? 0);
    const [from, to] = membersBetween(block.members, right, this.#brush.left - 400, this.#brush.right + 4000 / scale);
    c.globalAlpha = alpha * 0.6;
    for (let n = from; n < to; n += 1) {
      const index = block.members[n] ?? 0;
      const group = layout.groups[index];
      if (!group) continue;
      const box = groupBox(this.#brush.scene, index, this.#brush.camera);
      if (box.x > this.#brush.shown.view.w + 400) break;
      for (const parent of group.parents) {
        const above = anchorBox(this.#brush.scene, parent, this.#brush.camera);
        const bundle = topology.at[group.hosts[0] ?? 0]?.find((at) => {
          const ends = topology.bundles[at];
          return ends?.a === parent || ends?.b === parent;
        });
        const odd = group.hosts.length === 1 && bundle !== undefined && (bundleLook[bundle] ?? 0) > 0;
        const links = bundle === undefined ? 1 : (topology.bundles[bundle]?.links.length ?? 1);
        c.lineWidth = group.hosts.length > 1 ? clamp(scale * 4, 1, 3) : Math.min(6, 1 + links * clamp(scale, 0.4, 1));
        c.strokeStyle = this.#brush.paint.look[lookAt(odd ? (bundleLook[bundle] ?? 0) : 0)];
        c.setLineDash(odd ? [...dashes[lookAt(bundleLook[bundle] ?? 0)]] : []);
        c.globalAlpha = odd ? 1 : alpha * 0.6;
        c.beginPath();
        const x1 = box.x + box.w / 2;
        const x2 = outlet(above, x1);
        curve(c, x1, box.y, x2, above.y + above.h);
        c.stroke();
        if (odd) {
          this.#brush.mark(bundleLook[bundle] ?? 0, (x1 + x2) / 2, (box.y + above.y + above.h) / 2, 12);
        }
      }
    }
    c.globalAlpha = alpha;
  }

  /** Links that are not fine, above all others, at every zoom. */
  oddLinks(): void {
    const c = this.#brush.c;
    const { odd, topology, bundleLook } = this.#brush.scene;
    if (odd.length > oddAtMost && this.#brush.camera.scale < 0.12) return;
    const placed: { look: number; x: number; y: number }[] = [];
    for (const index of odd) {
      const bundle = topology.bundles[index];
      if (!bundle) continue;
      const look = bundleLook[index] ?? 0;
      c.strokeStyle = this.#brush.paint.look[lookAt(look)];
      c.setLineDash([...dashes[lookAt(look)]]);
      c.lineWidth = 2;
      c.beginPath();
      if (!this.#link(bundle.a, bundle.b)) continue;
      c.stroke();
      const [a, b] = [
        anchorBox(this.#brush.scene, bundle.a, this.#brush.camera),
        anchorBox(this.#brush.scene, bundle.b, this.#brush.camera),
      ];
      placed.push({ look, x: (a.x + a.w / 2 + b.x + b.w / 2) / 2, y: (a.y + a.h / 2 + b.y + b.h / 2) / 2 });
    }
    c.setLineDash([]);
    for (const { look, x, y } of placed) this.#brush.mark(look, x, y, 12);
  }

  /** Those of what is selected, one by one. */
  selectedLinks(): void {
    const c = this.#brush.c;
    const { nodes, bundles } = this.#brush.shown.selected;
    const { topology } = this.#brush.scene;
    c.setLineDash([]);
    c.strokeStyle = this.#brush.paint.accent;
    c.lineWidth = 1.8;
    const all = new Set([...bundles, ...nodes.flatMap((node) => topology.at[node] ?? [])]);
    c.beginPath();
    for (const index of all) {
      const bundle = topology.bundles[index];
      if (bundle) this.#link(bundle.a, bundle.b);
    }
    c.stroke();
  }
}

/** Where on a box's edge a link to `x` leaves: to its side, so that many do not leave from one point. */
const outlet = (box: Box, x: number): number => {
  const middle = box.x + box.w / 2;
  return middle + clamp((x - middle) * 0.14, -box.w * 0.42, box.w * 0.42);
};

/** Leaves and arrives upright. */
function curve(c: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  c.moveTo(x1, y1);
  if (Math.abs(x1 - x2) < 2) c.lineTo(x2, y2);
  else c.bezierCurveTo(x1, (y1 + y2) / 2, x2, (y1 + y2) / 2, x2, y2);
}
