/** Decides what belongs together: hosts under the same switches, and what only a higher tier joins to the rest (a pod). */
import { byNumber } from "../../electron/contract/order.ts";
import type { Graph } from "./tiers.ts";

export interface LayoutInput {
  readonly names: readonly string[];
  readonly isSwitch: readonly boolean[];
  /** Ends of each bundle. */
  readonly a: Int32Array;
  readonly b: Int32Array;
}

/** World units are CSS pixels at scale 1. */
export const size = { hostW: 168, hostH: 24, switchW: 148, switchH: 44, gapX: 20, head: 34, aloneH: 36 } as const;

const columnRows = 24;
/** Up to here every host stands for itself beside the others: the whole fits a window. */
const fewHosts = 24;
/** A layout in the making. */
export interface Pod {
  readonly level: number;
  readonly children: Pod[];
  /** Switches of the pod's own level. */
  own: number[];
  groups: number[];
}

export interface Draft {
  readonly input: LayoutInput;
  readonly graph: Graph;
  readonly tier: Uint8Array;
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly groups: { hosts: number[]; parents: number[]; x: number; y: number; w: number; h: number; rows: number }[];
  readonly groupsOf: Map<number, number[]>;
}

/** Each neighbour once for each bundle. */
export function neighboursOf({ names, a, b }: LayoutInput): number[][] {
  const neighbours: number[][] = names.map(() => []);
  for (let index = 0; index < a.length; index += 1) {
    const [one, other] = [a[index] ?? 0, b[index] ?? 0];
    if (one === other) continue;
    neighbours[one]?.push(other);
    neighbours[other]?.push(one);
  }
  return neighbours;
}

/** Puts hosts that hang from the same switches into one group, by name. */
export function makeGroups(draft: Draft): void {
  const { input, graph, groups, groupsOf } = draft;
  const byParents = new Map<string, number[]>();
  const hosts = input.names.flatMap((_, node) => (input.isSwitch[node] ? [] : [node]));
  for (const host of hosts) {
    const parents = (graph.neighbours[host] ?? []).filter((far) => input.isSwitch[far]).sort((x, y) => x - y);
    const alone = hosts.length <= fewHosts || (parents.length === 0 && (graph.neighbours[host] ?? []).length > 0);
    const key = alone ? `${host}` : `under ${parents.join(" ")}`;
    const group = byParents.get(key);
    if (group) group.push(host);
    else byParents.set(key, [host]);
  }
  for (const members of byParents.values()) {
    members.sort((x, y) => byName(input, x, y));
    const [first = 0] = members;
    const parents = (graph.neighbours[first] ?? []).filter((far) => input.isSwitch[far]);
    const columns = Math.ceil(members.length / columnRows);
    const rows = Math.ceil(members.length / columns);
    const w = columns * (size.hostW + size.gapX) - size.gapX;
    const h = members.length === 1 ? size.aloneH : rows * size.hostH;
    const index = groups.push({ hosts: members, parents, x: 0, y: 0, w, h, rows }) - 1;
    for (const parent of parents) groupsOf.set(parent, [...(groupsOf.get(parent) ?? []), index]);
  }
}

const byName = ({ names }: LayoutInput, x: number, y: number): number =>
  byNumber(names[x] ?? "", names[y] ?? "") || x - y;

/**
 * The islands, each as a tree: a pod of level n holds its own switches of tier n and the pods of level n-1 that fall
 * apart without them.
 */
export function podsOf(draft: Draft, top: number): Pod[] {
  const { graph, tier, input, groups } = draft;
  const parent = Int32Array.from(input.names, (_, node) => node);
  const find = (node: number): number => {
    let at = node;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at] ?? at] ?? at;
      at = parent[at] ?? at;
    }
    return at;
  };
  const join = (x: number, y: number): void => {
    parent[find(x)] = find(y);
  };
  const groupOfHost = new Map<number, number>();
  for (const [index, { hosts }] of groups.entries()) for (const host of hosts) groupOfHost.set(host, index);
  for (const { hosts } of groups) for (const host of hosts) join(host, hosts[0] ?? host);
  let below = new Map<number, Pod>();
  for (let level = 1; level <= Math.max(1, top); level += 1) {
    const joins = (node: number) => (tier[node] ?? 0) <= level;
    for (const [node, at] of graph.neighbours.entries())
      if (joins(node)) for (const far of at) if (joins(far)) join(node, far);
    const pods = new Map<number, Pod>();
    const podAt = (root: number): Pod => {
      const pod = pods.get(root) ?? { level, children: [], own: [], groups: [] };
      pods.set(root, pod);
      return pod;
    };
    for (const [root, child] of below) podAt(find(root)).children.push(child);
    for (const [node, at] of tier.entries()) if (at === level) podAt(find(node)).own.push(node);
    if (level === 1) for (const [index, { hosts }] of groups.entries()) podAt(find(hosts[0] ?? 0)).groups.push(index);
    // What this level adds nothing to is no pod of its own.
    below = new Map(
      [...pods].map(([root, pod]) => {
        const [child] = pod.children;
        return [root, pod.own.length === 0 && pod.children.length === 1 && child ? child : pod];
      }),
    );
  }
  const firstName = (pod: Pod): number =>
    Math.min(...pod.own, ...pod.groups.map((group) => groups[group]?.hosts[0] ?? 0), ...pod.children.map(firstName));
  const sort = (pods: Pod[]): Pod[] => {
    for (const pod of pods) {
      pod.own.sort((x, y) => byName(input, x, y));
      sort(pod.children);
    }
    const keyed = new Map(pods.map((pod) => [pod, firstName(pod)]));
    return pods.sort((x, y) => byName(input, keyed.get(x) ?? 0, keyed.get(y) ?? 0));
  };
  return sort([...below.values()]);
}
