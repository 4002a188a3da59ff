/** Decides where things stand from left to right: pods and switches by where their links lead, names between equals. */
import { type Draft, type Pod, size } from "./pods.ts";

const pitch = size.switchW + size.gapX;
const sweeps = 4;

/** Gives everything of a pod its x from `left` on; returns the width it takes. */
function placeX(draft: Draft, pod: Pod, left: number): number {
  if (pod.level === 1) return placeLeaves(draft, pod, left);
  let at = left;
  for (const child of pod.children) at += placeX(draft, child, at) + size.gapX * (child.level === 1 ? 1 : 4);
  const children = Math.max(0, at - left - size.gapX);
  const width = Math.max(children, pod.own.length * pitch - size.gapX);
  // Children that are narrower than what joins them stand in its middle.
  if (children < width && children > 0) shiftX(draft, pod.children, (width - children) / 2);
  spread(draft, pod.own, left, width);
  return width;
}

function placeLeaves(draft: Draft, pod: Pod, left: number): number {
  const { groups, graph, x } = draft;
  const order = new Map(pod.own.map((leaf, index) => [leaf, index]));
  const wish = (group: number): number => {
    const { parents = [], hosts = [] } = groups[group] ?? {};
    const ranks = parents.flatMap((parent) => order.get(parent) ?? []);
    return ranks.length > 0 ? mean(ranks) : (hosts[0] ?? 0);
  };
  const wishes = new Map(pod.groups.map((group) => [group, wish(group)]));
  pod.groups.sort((g, h) => (wishes.get(g) ?? 0) - (wishes.get(h) ?? 0) || g - h);
  let at = left;
  for (const index of pod.groups) {
    const group = groups[index];
    if (!group) continue;
    group.x = at;
    at += Math.max(group.w, size.hostW) + size.gapX;
  }
  const held = Math.max(0, at - left - size.gapX);
  const width = Math.max(held, pod.own.length * pitch - size.gapX);
  if (held < width) for (const index of pod.groups) shiftGroup(draft, index, (width - held) / 2);
  // Each leaf above its hosts, as far as its neighbours leave room.
  let edge = Number.NEGATIVE_INFINITY;
  for (const leaf of pod.own) {
    const own = (draft.groupsOf.get(leaf) ?? []).flatMap((index) => {
      const group = groups[index];
      return group ? [group.x + group.w / 2] : [];
    });
    const wished = own.length > 0 ? mean(own) : left + ((order.get(leaf) ?? 0) + 0.5) * (width / pod.own.length);
    x[leaf] = Math.max(wished, edge + pitch);
    edge = x[leaf] ?? edge;
  }
  const over = edge + size.switchW / 2 - (left + width);
  if (over > 0) spread(draft, pod.own, left, width);
  void graph;
  return width;
}

function spread({ x }: Draft, nodes: readonly number[], left: number, width: number): void {
  for (const [index, node] of nodes.entries()) x[node] = left + ((index + 0.5) * width) / nodes.length;
}

/** Moves pods with all that is in them. */
export function shiftX(draft: Draft, pods: readonly Pod[], by: number): void {
  for (const pod of pods) {
    for (const node of pod.own) draft.x[node] = (draft.x[node] ?? 0) + by;
    for (const group of pod.groups) shiftGroup(draft, group, by);
    shiftX(draft, pod.children, by);
  }
}

function shiftGroup({ groups }: Draft, index: number, by: number): void {
  const group = groups[index];
  if (group) group.x += by;
}

/** Sorts pods and switches by where their links lead, and keeps the best of what that gave. */
export function arrange(draft: Draft, root: Pod): number {
  let width = placeX(draft, root, 0);
  let best = { cost: cost(draft, root), order: orderOf(root) };
  for (let sweep = 0; sweep < sweeps && best.cost > 0; sweep += 1) {
    sortPod(draft, root);
    placeX(draft, root, 0);
    const now = cost(draft, root);
    if (now >= best.cost) continue;
    best = { cost: now, order: orderOf(root) };
  }
  restore(root, best.order);
  width = placeX(draft, root, 0);
  return width;
}

type Order = { readonly own: number[]; readonly children: { readonly pod: Pod; readonly order: Order }[] };

const orderOf = (pod: Pod): Order => ({
  own: [...pod.own],
  children: pod.children.map((child) => ({ pod: child, order: orderOf(child) })),
});

function restore(pod: Pod, { own, children }: Order): void {
  pod.own = [...own];
  pod.children.splice(0, pod.children.length, ...children.map((child) => child.pod));
  for (const child of children) restore(child.pod, child.order);
}

function switchesOf(pod: Pod): number[] {
  return [...pod.own, ...pod.children.flatMap(switchesOf)];
}

/** How far links between switches run sideways, in all. */
function cost({ graph, x, input }: Draft, root: Pod): number {
  let sum = 0;
  for (const node of switchesOf(root))
    for (const far of graph.neighbours[node] ?? [])
      if (far > node && input.isSwitch[far]) sum += Math.abs((x[node] ?? 0) - (x[far] ?? 0));
  return sum;
}

function sortPod(draft: Draft, pod: Pod): void {
  const { graph, tier, x, input } = draft;
  const barycentre = (nodes: readonly number[], wanted: (far: number) => boolean): number => {
    const at = nodes.flatMap((node) => (graph.neighbours[node] ?? []).filter(wanted).map((far) => x[far] ?? 0));
    // Rounded, so that what is equal but for the last bit is decided by name.
    return at.length === 0 ? Number.NaN : Math.round(mean(at));
  };
  const sort = <T>(items: T[], keyOf: (item: T) => number): void => {
    const keys = new Map(items.map((item) => [item, keyOf(item)]));
    // The sort is stable: equals, and what leads nowhere, keep the order of their names.
    items.sort((p, q) => {
      const by = (keys.get(p) ?? 0) - (keys.get(q) ?? 0);
      return Number.isNaN(by) ? 0 : by;
    });
  };
  for (const child of pod.children) sortPod(draft, child);
  sort(pod.children, (child) => barycentre(switchesOf(child), (far) => (tier[far] ?? 0) > child.level));
  const level = pod.level;
  sort(pod.own, (node) =>
    barycentre([node], (far) => (input.isSwitch[far] ?? false) && (level === 1 || (tier[far] ?? 0) < level)),
  );
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
