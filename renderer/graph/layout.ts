/**
 * Decides where everything of a fabric stands. What only a higher tier joins stays together (a pod), so that the same
 * order reads at every zoom; within that, barycentres keep the crossings low and names decide between equals.
 */
import { arrange, shiftX } from "./place-x.ts";
import { type Draft, type LayoutInput, makeGroups, neighboursOf, type Pod, podsOf, size } from "./pods.ts";
import { type Graph, tiersOf } from "./tiers.ts";

/** Hosts that hang from the same switches, in columns under them. */
export interface HostGroup {
  readonly hosts: Int32Array;
  /** The switches they hang from; none for hosts that are cabled to no switch. */
  readonly parents: Int32Array;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  /** Hosts in one column. */
  readonly rows: number;
}

/** What is drawn as one plate when it is far: switches of one tier, or host groups, of one pod. */
export interface Block {
  readonly tier: number;
  /** Switches from left to right; of tier 0, host groups. */
  readonly members: Int32Array;
  readonly x0: number;
  readonly x1: number;
  readonly y: number;
  readonly h: number;
  /** Between neighbours. */
  readonly pitch: number;
}

export interface Layout {
  readonly tier: Uint8Array;
  /** Middle of each node. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Of a switch: its block. Of a host: its group. */
  readonly home: Int32Array;
  readonly groups: readonly HostGroup[];
  readonly blockOfGroup: Int32Array;
  readonly blocks: readonly Block[];
  readonly width: number;
  readonly height: number;
}

/** Lays the fabric out. Deterministic: equal inputs give equal pictures. */
export function layOut(input: LayoutInput): Layout {
  const graph: Graph = { isSwitch: input.isSwitch, neighbours: neighboursOf(input) };
  const tier = tiersOf(graph);
  const count = input.names.length;
  const draft: Draft = {
    input,
    graph,
    tier,
    x: new Float32Array(count),
    y: new Float32Array(count),
    groups: [],
    groupsOf: new Map(),
  };
  makeGroups(draft);
  const top = tier.reduce((most, each) => Math.max(most, each), 0);
  const roots = podsOf(draft, top);
  const home = new Int32Array(count);
  const blocks: Block[] = [];
  const blockOfGroup = new Int32Array(draft.groups.length);
  const { width, height } = packIslands(draft, roots);
  for (const root of roots) makeBlocks(draft, root, blocks, home, blockOfGroup);
  for (const [index, group] of draft.groups.entries())
    for (const [n, host] of group.hosts.entries()) {
      home[host] = index;
      const column = Math.floor(n / group.rows);
      draft.x[host] = group.x + column * (size.hostW + size.gapX) + size.hostW / 2;
      draft.y[host] = group.y + ((n % group.rows) + 0.5) * (group.h / group.rows);
    }
  return {
    tier,
    x: draft.x,
    y: draft.y,
    home,
    groups: draft.groups.map((group) => ({
      ...group,
      hosts: Int32Array.from(group.hosts),
      parents: Int32Array.from(group.parents),
    })),
    blockOfGroup,
    blocks,
    width,
    height,
  };
}

/** Islands side by side in shelves, the largest first; each stands on the ground of its shelf. */
function packIslands(draft: Draft, roots: Pod[]): { readonly width: number; readonly height: number } {
  const boxes = roots.map((root) => {
    const width = arrange(draft, root);
    return { root, width, height: placeY(draft, root, width) };
  });
  boxes.sort((p, q) => q.width * q.height - p.width * p.height);
  const area = boxes.reduce((sum, { width, height }) => sum + (width + 80) * (height + 80), 0);
  const room = Math.max(boxes[0]?.width ?? 0, Math.sqrt(area * 1.9));
  const margin = 80;
  let [at, top, shelf, widest] = [0, 0, 0, 0];
  let row: typeof boxes = [];
  const settle = (): void => {
    let left = 0;
    for (const { root, width, height } of row) {
      shiftX(draft, [root], left);
      shiftY(draft, [root], top + shelf - height);
      left += width + margin;
    }
    widest = Math.max(widest, left - margin);
    top += shelf + margin;
    [at, shelf, row] = [0, 0, []];
  };
  for (const box of boxes) {
    if (at > 0 && at + box.width > room) settle();
    row.push(box);
    at += box.width + margin;
    shelf = Math.max(shelf, box.height);
  }
  settle();
  return { width: Math.max(0, widest), height: Math.max(0, top - margin) };
}

/** Tiers from the top down, far enough apart that the links between them lean gently; returns the height. */
function placeY(draft: Draft, root: Pod, width: number): number {
  const levels = new Map<number, number>();
  const measure = (pod: Pod, span: number): void => {
    levels.set(pod.level, Math.max(levels.get(pod.level) ?? 0, span));
    for (const child of pod.children) measure(child, podWidth(draft, child));
  };
  measure(root, width);
  let y = 0;
  const tops = new Map<number, number>();
  for (let level = root.level; level >= 1; level -= 1) {
    if (pods(root, level).some(({ own }) => own.length > 0)) {
      tops.set(level, y + size.switchH / 2);
      const span = Math.max(levels.get(level) ?? 0, width * 0.3);
      const gap = level === 1 ? 0 : Math.max(150, span * 0.36);
      y += size.switchH + (level === 1 ? size.head : gap);
    }
  }
  const few = draft.groups.every(({ hosts }) => hosts.length === 1);
  const ground = y + (few && tops.size > 0 ? Math.min(260, Math.max(70, width * 0.22)) : 0);
  let height = Math.max(0, y - size.head);
  const walk = (pod: Pod): void => {
    for (const node of pod.own) draft.y[node] = tops.get(pod.level) ?? 0;
    for (const index of pod.groups) {
      const group = draft.groups[index];
      if (!group) continue;
      group.y = ground;
      height = Math.max(height, ground + group.h);
    }
    pod.children.forEach(walk);
  };
  walk(root);
  return height;
}

function pods(root: Pod, level: number): Pod[] {
  return [...(root.level === level ? [root] : []), ...root.children.flatMap((child) => pods(child, level))];
}

function extent({ x, groups }: Draft, pod: Pod): readonly [number, number] {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const take = (left: number, right: number): void => {
    from = Math.min(from, left);
    to = Math.max(to, right);
  };
  for (const node of pod.own) take((x[node] ?? 0) - size.switchW / 2, (x[node] ?? 0) + size.switchW / 2);
  for (const index of pod.groups) {
    const group = groups[index];
    if (group) take(group.x, group.x + group.w);
  }
  for (const child of pod.children) take(...extent({ x, groups } as Draft, child));
  return [from, to];
}

function podWidth(draft: Draft, pod: Pod): number {
  const [from, to] = extent(draft, pod);
  return to - from;
}

function shiftY(draft: Draft, all: readonly Pod[], by: number): void {
  for (const pod of all) {
    for (const node of pod.own) draft.y[node] = (draft.y[node] ?? 0) + by;
    for (const index of pod.groups) {
      const group = draft.groups[index];
      if (group) group.y += by;
    }
    shiftY(draft, pod.children, by);
  }
}

/** The leaves of a pod and its hosts are one block each, as are the switches of every tier above. */
function makeBlocks(draft: Draft, pod: Pod, blocks: Block[], home: Int32Array, blockOfGroup: Int32Array): void {
  const { x, y, groups } = draft;
  const switchBlock = (tier: number, nodes: readonly number[]): void => {
    if (nodes.length === 0) return;
    const members = [...nodes].sort((p, q) => (x[p] ?? 0) - (x[q] ?? 0));
    const [first = 0, last = 0] = [members[0], members.at(-1)];
    const [x0, x1] = [(x[first] ?? 0) - size.switchW / 2, (x[last] ?? 0) + size.switchW / 2];
    const step = members.length < 2 ? size.switchW : ((x[last] ?? 0) - (x[first] ?? 0)) / (members.length - 1);
    for (const node of members) home[node] = blocks.length;
    const at = { tier, x0, x1, y: y[first] ?? 0, h: size.switchH, pitch: step };
    blocks.push({ ...at, members: Int32Array.from(members) });
  };
  const leaves = (of: readonly Pod[]): void => {
    switchBlock(
      1,
      of.flatMap(({ own }) => own),
    );
    const indices = of.flatMap((each) => each.groups).sort((g, h) => (groups[g]?.x ?? 0) - (groups[h]?.x ?? 0));
    const boxes = indices.flatMap((index) => groups[index] ?? []);
    const [first, last] = [boxes[0], boxes.at(-1)];
    if (!first || !last) return;
    for (const index of indices) blockOfGroup[index] = blocks.length;
    blocks.push({
      tier: 0,
      members: Int32Array.from(indices),
      x0: first.x,
      x1: last.x + last.w,
      y: first.y,
      h: Math.max(...boxes.map(({ h }) => h)),
      pitch: boxes.length < 2 ? first.w : (last.x - first.x) / (boxes.length - 1),
    });
  };
  if (pod.level === 1) {
    leaves([pod]);
    return;
  }
  switchBlock(pod.level, pod.own);
  leaves(pod.children.filter(({ level }) => level === 1));
  for (const child of pod.children) if (child.level > 1) makeBlocks(draft, child, blocks, home, blockOfGroup);
}
