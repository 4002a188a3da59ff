/** What is under a point of the screen; the same boxes as drawing uses. */
import type { Box, Camera } from "./camera.ts";
import { size } from "./pods.ts";
import type { Scene } from "./scene.ts";
import { blockBox, groupBox, hostBox, isApart, membersBetween, screenX, showsHosts, switchBox } from "./shape.ts";

export type Hit =
  | { readonly kind: "node"; readonly node: number }
  | { readonly kind: "group"; readonly group: number }
  | { readonly kind: "block"; readonly block: number };

const holds = ({ x, y, w, h }: Box, px: number, py: number): boolean =>
  px >= x - 2 && px <= x + w + 2 && py >= y - 2 && py <= y + h + 2;

export function hitAt(scene: Scene, camera: Camera, px: number, py: number): Hit | null {
  const { layout } = scene;
  const worldX = camera.x + px / camera.scale;
  const reach = size.hostW + 8 / camera.scale;
  for (const [index, block] of layout.blocks.entries()) {
    if (!holds(blockBox(scene, block, camera), px, py) && !near(block.tier, index)) continue;
    if (!isApart(block, camera.scale)) return { kind: "block", block: index };
    const xOf = (member: number) => (block.tier === 0 ? groupRight(member) : (layout.x[member] ?? 0));
    const [from, to] = membersBetween(block.members, xOf, worldX - reach, Number.POSITIVE_INFINITY);
    for (let n = from; n < to; n += 1) {
      const member = block.members[n] ?? 0;
      if (block.tier > 0) {
        if ((layout.x[member] ?? 0) > worldX + reach) break;
        if (holds(switchBox(scene, member, camera), px, py)) return { kind: "node", node: member };
        continue;
      }
      if (screenX(camera, layout.groups[member]?.x ?? 0) > px + 8) break;
      const found = inGroup(member);
      if (found) return found;
    }
  }
  return null;

  function groupRight(group: number): number {
    const { x = 0, w = 0 } = layout.groups[group] ?? {};
    return x + w;
  }

  /** Boxes that are larger on the screen than their block's: a switch seen from far. */
  function near(tier: number, index: number): boolean {
    const block = layout.blocks[index];
    if (!block || tier === 0) return false;
    const box = blockBox(scene, block, camera);
    return holds({ x: box.x - 8, y: box.y - 4, w: box.w + 16, h: box.h + 8 }, px, py);
  }

  function inGroup(index: number): Hit | null {
    const group = layout.groups[index];
    if (!group || !holds(groupBox(scene, index, camera), px, py)) return null;
    if (!showsHosts(group.hosts.length, camera.scale)) return { kind: "group", group: index };
    for (const [n, host] of group.hosts.entries())
      if (holds(hostBox(scene, index, n, camera), px, py)) return { kind: "node", node: host };
    return { kind: "group", group: index };
  }
}
