/** Decides at what size in pixels a thing stands at a zoom, and when many are drawn as one; drawing and pointing share it. */
import type { Box, Camera } from "./camera.ts";
import type { Block } from "./layout.ts";
import { size } from "./pods.ts";
import type { Scene } from "./scene.ts";

/** Below this many pixels from one to the next, the members of a block are one plate. */
const apartPx = 15;
/** A host's row below this is a line that nobody reads. */
const rowPx = 9;
const least = { switchH: 12, plateH: 18, gap: 7 };

export const screenX = (camera: Camera, x: number): number => (x - camera.x) * camera.scale;
export const screenY = (camera: Camera, y: number): number => (y - camera.y) * camera.scale;

export function isApart(block: Block, scale: number): boolean {
  return block.members.length === 1 || block.pitch * scale >= apartPx;
}

/** Whether hosts show one by one. */
export function showsHosts(hosts: number, scale: number): boolean {
  return hosts === 1 || size.hostH * scale >= rowPx;
}

export function switchBox({ layout }: Scene, node: number, camera: Camera): Box {
  const w = Math.max(8, size.switchW * camera.scale);
  const h = Math.max(least.switchH, size.switchH * camera.scale);
  return {
    x: screenX(camera, layout.x[node] ?? 0) - w / 2,
    y: screenY(camera, layout.y[node] ?? 0) - h / 2,
    w,
    h,
  };
}

/** Hosts begin below their switches, whose boxes do not shrink with the zoom for ever. */
function groundY(scene: Scene, group: number, camera: Camera): number {
  const y = screenY(camera, scene.layout.groups[group]?.y ?? 0);
  const leafY = scene.groupLeafY[group] ?? Number.NaN;
  if (Number.isNaN(leafY)) return y;
  return Math.max(y, screenY(camera, leafY) + Math.max(least.plateH, size.switchH * camera.scale) / 2 + least.gap);
}

export function groupBox(scene: Scene, group: number, camera: Camera): Box {
  const { x = 0, w = 0, h = 0, hosts } = scene.layout.groups[group] ?? {};
  const alone = hosts?.length === 1;
  return {
    x: screenX(camera, x),
    y: groundY(scene, group, camera),
    w: Math.max(6, w * camera.scale),
    h: Math.max(alone ? 10 : least.plateH, h * camera.scale),
  };
}

/** Row of host `n` in its group. */
export function hostBox(scene: Scene, group: number, n: number, camera: Camera): Box {
  const box = groupBox(scene, group, camera);
  const rows = scene.layout.groups[group]?.rows ?? 1;
  const { scale } = camera;
  const column = Math.floor(n / rows);
  const h = box.h / rows;
  return { x: box.x + column * (size.hostW + size.gapX) * scale, y: box.y + (n % rows) * h, w: size.hostW * scale, h };
}

export function blockBox(scene: Scene, block: Block, camera: Camera): Box {
  const [x, right] = [screenX(camera, block.x0), screenX(camera, block.x1)];
  if (block.tier === 0) {
    const y = groundY(scene, block.members[0] ?? 0, camera);
    return { x, y, w: right - x, h: Math.max(least.plateH, block.h * camera.scale) };
  }
  const h = Math.max(least.plateH, block.h * camera.scale);
  return { x, y: screenY(camera, block.y) - h / 2, w: right - x, h };
}

/** Members of a block whose x lies between two world coordinates: first and one after the last. */
export function membersBetween(
  members: Int32Array,
  x: (member: number) => number,
  from: number,
  to: number,
): readonly [number, number] {
  const first = (least: number): number => {
    let [low, high] = [0, members.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (x(members[middle] ?? 0) < least) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return [first(from), first(to)];
}

/** Where a node's links end on the screen: its own box, or its place in the plate that stands for it. */
export function anchorBox(scene: Scene, node: number, camera: Camera): Box {
  const { layout } = scene;
  const home = layout.home[node] ?? 0;
  if (layout.tier[node] === 0) {
    const group = layout.groups[home];
    const block = layout.blocks[layout.blockOfGroup[home] ?? 0];
    if (group && block && isApart(block, camera.scale)) {
      if (showsHosts(group.hosts.length, camera.scale)) return hostBox(scene, home, group.hosts.indexOf(node), camera);
      return groupBox(scene, home, camera);
    }
    if (block) return within(blockBox(scene, block, camera), screenX(camera, layout.x[node] ?? 0));
  }
  const block = layout.blocks[home];
  if (block && !isApart(block, camera.scale))
    return within(blockBox(scene, block, camera), screenX(camera, layout.x[node] ?? 0));
  return switchBox(scene, node, camera);
}

function within(plate: Box, x: number): Box {
  return { x: x - 4, y: plate.y, w: 8, h: plate.h };
}
