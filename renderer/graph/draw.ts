/** Draws one frame of the graph. What is outside the view costs nothing; what would be too small is one plate. */
import { numberText } from "../kit/time.ts";
import { Brush, clamp, type Shown } from "./brush.ts";
import type { Box } from "./camera.ts";
import { LinkDrawing } from "./draw-links.ts";
import type { Block } from "./layout.ts";
import { lookAt, type Paint } from "./paint.ts";
import { isGhost } from "./planned.ts";
import { size } from "./pods.ts";
import { neighboursIn, type Scene } from "./scene.ts";
import { anchorBox, blockBox, groupBox, hostBox, isApart, membersBetween, showsHosts, switchBox } from "./shape.ts";

/** Labels are written from this width on. */
const labelPx = 44;
export function drawScene(context: CanvasRenderingContext2D, scene: Scene, shown: Shown, paint: Paint): void {
  new Frame(new Brush(context, scene, shown, paint)).draw();
}

class Frame {
  readonly #brush: Brush;

  constructor(brush: Brush) {
    this.#brush = brush;
  }

  draw(): void {
    const { ratio, view, selected } = this.#brush.shown;
    const c = this.#brush.c;
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.clearRect(0, 0, view.w, view.h);
    c.lineCap = "butt";
    c.textBaseline = "middle";
    const dims = selected.nodes.length + selected.bundles.length > 0;
    const { layout } = this.#brush.scene;
    const blocks = layout.blocks.filter((block) =>
      this.#brush.sees(blockBox(this.#brush.scene, block, this.#brush.camera), 120),
    );
    const links = new LinkDrawing(this.#brush);
    c.globalAlpha = dims ? 0.45 : 1;
    for (const relation of this.#brush.scene.relations) links.relation(relation);
    for (const block of blocks) if (block.tier === 0) links.stems(block);
    c.globalAlpha = 1;
    links.oddLinks();
    links.selectedLinks();
    for (const block of blocks) this.#block(block);
    this.#selectedBoxes();
    c.globalAlpha = 1;
  }

  #block(block: Block): void {
    const { scale } = this.#brush.camera;
    const index = this.#brush.scene.layout.blocks.indexOf(block);
    if (!isApart(block, scale)) {
      const count = this.#brush.scene.sizes[index] ?? 0;
      const noun = block.tier === 0 ? "host" : block.tier === 1 ? "leaf switch" : "switch";
      const box = blockBox(this.#brush.scene, block, this.#brush.camera);
      this.#plate(box, count, noun, block.tier > 0, this.#brush.scene.blockOdd[index], this.#ends(block));
      return;
    }
    const { layout } = this.#brush.scene;
    if (block.tier === 0) {
      const right = (group: number): number => (layout.groups[group]?.x ?? 0) + (layout.groups[group]?.w ?? 0);
      const [from, to] = membersBetween(block.members, right, this.#brush.left, Number.POSITIVE_INFINITY);
      for (let n = from; n < to; n += 1) {
        const group = block.members[n] ?? 0;
        if ((layout.groups[group]?.x ?? 0) > this.#brush.right) break;
        this.#group(group);
      }
      return;
    }
    const xOf = (node: number): number => layout.x[node] ?? 0;
    const slack = size.switchW + 20 / scale;
    const [from, to] = membersBetween(block.members, xOf, this.#brush.left - slack, this.#brush.right + slack);
    for (let n = from; n < to; n += 1) this.#switch(block.members[n] ?? 0);
  }

  /** The first and the last of a block by name. */
  #ends({ tier, members }: Block): string {
    const { layout, topology } = this.#brush.scene;
    const first = tier === 0 ? layout.groups[members[0] ?? 0]?.hosts[0] : members[0];
    const last = tier === 0 ? layout.groups[members.at(-1) ?? 0]?.hosts.at(-1) : members.at(-1);
    const names = [first, last].flatMap((node) => topology.names[node ?? -1] ?? []).map(firstWord);
    return `${names.join(" to ")}: `;
  }

  /** Many as one, with their number, and between which names they stand where there is room. */
  #plate(
    box: Box,
    count: number,
    noun: string,
    isSwitch: boolean,
    odd?: { readonly count: number; readonly worst: number },
    names = "",
  ): void {
    const c = this.#brush.c;
    const { plate, border, text, dim, sans } = this.#brush.paint;
    c.fillStyle = isSwitch ? plate : this.#brush.paint.surface;
    c.strokeStyle = border;
    c.lineWidth = 1;
    c.beginPath();
    c.roundRect(box.x, box.y, box.w, box.h, isSwitch ? 5 : 8);
    c.fill();
    c.stroke();
    const bad = odd && odd.count > 0 ? odd : null;
    const middle = box.y + Math.min(box.h / 2, 26);
    c.font = `600 12px ${sans}`;
    c.textAlign = "center";
    const plural = noun.endsWith("ch") ? `${noun}es` : `${noun}s`;
    const many = `${numberText(count)} ${count === 1 ? noun : plural}`;
    const forms = [`${names}${many}`, many, numberText(count)];
    // A narrow plate has its mark below the number.
    const narrow = box.w < 44 && box.h > 34;
    const roomPx = box.w - (bad && !narrow ? 34 : 5);
    const words = forms.find((each) => c.measureText(each).width <= roomPx);
    if (words) {
      c.fillStyle = isSwitch ? text : dim;
      c.fillText(words, box.x + box.w / 2 - (bad && !narrow ? 12 : 0), middle);
    }
    if (!bad) return;
    if (narrow || !words) {
      this.#brush.mark(bad.worst, box.x + box.w / 2, middle + (words ? 15 : 0), 9);
      return;
    }
    const at = box.x + box.w / 2 + c.measureText(words).width / 2;
    this.#brush.mark(bad.worst, at, middle, 10);
    c.fillStyle = this.#brush.paint.look[lookAt(bad.worst)];
    c.textAlign = "left";
    c.fillText(numberText(bad.count), at + 9, middle + 0.5);
  }

  #group(index: number): void {
    const group = this.#brush.scene.layout.groups[index];
    if (!group) return;
    const box = groupBox(this.#brush.scene, index, this.#brush.camera);
    if (!showsHosts(group.hosts.length, this.#brush.camera.scale)) {
      this.#plate(box, group.hosts.length, "host", false, this.#brush.scene.groupOdd[index]);
      return;
    }
    const c = this.#brush.c;
    if (group.hosts.length === 1) {
      const [host = 0] = group.hosts;
      this.#host(host, box, true);
      return;
    }
    c.fillStyle = this.#brush.paint.surface;
    c.strokeStyle = this.#brush.paint.border;
    c.lineWidth = 1;
    c.beginPath();
    c.roundRect(box.x, box.y, box.w, box.h, 6);
    c.fill();
    c.stroke();
    for (const [n, host] of group.hosts.entries()) {
      const row = hostBox(this.#brush.scene, index, n, this.#brush.camera);
      if (row.y > this.#brush.shown.view.h || row.y + row.h < 0) continue;
      this.#host(host, row, false);
    }
  }

  #host(host: number, box: Box, alone: boolean): void {
    const c = this.#brush.c;
    const look = this.#brush.scene.nodeLook[host] ?? 0;
    if (alone) {
      c.fillStyle = this.#brush.paint.surface;
      c.strokeStyle = look > 0 ? this.#brush.paint.look[lookAt(look)] : this.#brush.paint.border;
      c.lineWidth = look > 0 ? 1.5 : 1;
      c.beginPath();
      c.roundRect(box.x, box.y, box.w, box.h, 6);
      c.fill();
      this.#outline(host);
    } else if (this.#brush.shown.hovered === host) {
      c.fillStyle = this.#brush.paint.plate;
      c.fillRect(box.x + 1, box.y, box.w - 2, box.h);
    }
    const markPx = clamp(box.h * 0.42, 4, 9);
    this.#brush.mark(look, box.x + 6 + markPx / 2, box.y + box.h / 2, markPx, false);
    if (box.h < 12 || box.w < labelPx) return;
    this.#label(host, box.x + 12 + markPx, box.y + box.h / 2, box.w - 18 - markPx, clamp(box.h * 0.52, 9, 13), 400);
  }

  #switch(node: number): void {
    const c = this.#brush.c;
    const box = switchBox(this.#brush.scene, node, this.#brush.camera);
    if (!this.#brush.sees(box)) return;
    const look = this.#brush.scene.nodeLook[node] ?? 0;
    const hovered = this.#brush.shown.hovered === node;
    c.fillStyle = hovered ? this.#brush.paint.accentSoft : this.#brush.paint.plate;
    c.strokeStyle =
      look > 0 ? this.#brush.paint.look[lookAt(look)] : hovered ? this.#brush.paint.accent : this.#brush.paint.border;
    c.lineWidth = look > 0 ? 1.5 : 1;
    c.beginPath();
    c.roundRect(box.x, box.y, box.w, box.h, Math.min(6, box.h / 3));
    c.fill();
    this.#outline(node);
    const fontPx = clamp(box.h * 0.32, 10, 14);
    if (box.w >= labelPx)
      this.#label(node, box.x + 6, box.y + box.h / 2, box.w - (look > 0 ? 24 : 12), fontPx, 600, true);
    if (look > 0) this.#brush.mark(look, box.x + box.w - 9, box.y + box.h / 2, 10);
  }

  #label(node: number, x: number, y: number, w: number, px: number, weight: number, middle = false): void {
    const c = this.#brush.c;
    const name = this.#brush.scene.topology.names[node];
    if (name === undefined) return;
    c.font = `${weight} ${px}px ${this.#brush.paint.sans}`;
    c.fillStyle = this.#isGhost(node) ? this.#brush.paint.dim : this.#brush.paint.text;
    const text = clipped(name, w, px);
    c.textAlign = middle ? "center" : "left";
    c.fillText(text, middle ? x + w / 2 : x, y + 0.5, w);
  }

  /** Of the path: broken around what is only planned. */
  #outline(node: number): void {
    const c = this.#brush.c;
    c.setLineDash(this.#isGhost(node) ? [5, 4] : []);
    c.stroke();
    c.setLineDash([]);
  }

  /** Planned, and seen by nobody. */
  #isGhost(node: number): boolean {
    return isGhost(this.#brush.scene.topology.nodes[node]?.guid ?? "");
  }

  #selectedBoxes(): void {
    const c = this.#brush.c;
    const { selected, found } = this.#brush.shown;
    const around = (node: number, width: number, grow: number): void => {
      const box = anchorBox(this.#brush.scene, node, this.#brush.camera);
      if (!this.#brush.sees(box)) return;
      c.lineWidth = width;
      c.beginPath();
      c.roundRect(box.x - grow, box.y - grow, box.w + 2 * grow, box.h + 2 * grow, 7);
      c.stroke();
    };
    c.setLineDash([]);
    c.strokeStyle = this.#brush.paint.accent;
    if (found.size <= 400) for (const node of found) around(node, 1.5, 1.5);
    for (const node of selected.nodes) {
      for (const next of neighboursIn(this.#brush.scene, node)) around(next.node, 1.2, 1);
      around(node, 2.5, 3);
    }
    for (const index of selected.bundles) {
      const bundle = this.#brush.scene.topology.bundles[index];
      if (!bundle) continue;
      around(bundle.a, 1.5, 2);
      around(bundle.b, 1.5, 2);
    }
  }
}

const firstWord = (text: string): string => text.split(" ", 1)[0] ?? text;

/** By an average width of letters: measuring each name in each frame costs more than the drawing. */
function clipped(text: string, roomPx: number, fontPx: number): string {
  const most = Math.max(2, Math.floor(roomPx / (fontPx * 0.53)));
  return text.length <= most ? text : `${text.slice(0, most - 1)}\u2026`;
}
