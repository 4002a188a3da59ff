/** What is drawn: the layout with what each thing looks like, and links by the blocks they join, for drawing without search. */
import type { Layout } from "./layout.ts";
import { farEnd, type Topology } from "./topology.ts";
import { type Verdicts, worstOf } from "./verdict.ts";

/** All bundles between two blocks of switches. */
export interface Relation {
  /** The one that stands lower; the same as `upper` for links within a block. */
  readonly lower: number;
  readonly upper: number;
  readonly bundles: readonly number[];
  readonly links: number;
}

export interface Scene {
  readonly topology: Topology;
  readonly layout: Layout;
  readonly verdicts: Verdicts;
  /** Worst look of each bundle. */
  readonly bundleLook: Uint8Array;
  /** Worst look of each host with its links, of each switch by itself. */
  readonly nodeLook: Uint8Array;
  readonly relations: readonly Relation[];
  /** Bundles between switches, or between hosts, that do not look fine: drawn one by one at every zoom. */
  readonly odd: readonly number[];
  /** How many bundles to hosts of a group do not look fine, and the worst of them. */
  readonly groupOdd: readonly { readonly count: number; readonly worst: number }[];
  /** Hosts in each block of host groups; members of any other. */
  readonly sizes: readonly number[];
  readonly blockOdd: readonly { readonly count: number; readonly worst: number }[];
  /** Where the switches above a group stand; NaN where there are none. */
  readonly groupLeafY: Float32Array;
}

export function sceneOf(topology: Topology, layout: Layout, verdicts: Verdicts): Scene {
  const { bundles, at, nodes } = topology;
  const bundleLook = Uint8Array.from(bundles, ({ links }) => worstOf(links, verdicts.links));
  const isHost = (node: number) => layout.tier[node] === 0;
  const nodeLook = Uint8Array.from(nodes, (_, node) =>
    Math.max(verdicts.nodes[node] ?? 0, isHost(node) ? Math.max(0, ...(at[node] ?? []).map(lookOf)) : 0),
  );
  function lookOf(bundle: number): number {
    return bundleLook[bundle] ?? 0;
  }
  const byBlocks = new Map<number, { lower: number; upper: number; bundles: number[]; links: number }>();
  const odd: number[] = [];
  for (const [index, { a, b, links }] of bundles.entries()) {
    const hosts = Number(isHost(a)) + Number(isHost(b));
    if (lookOf(index) > 0 && hosts !== 1) odd.push(index);
    if (hosts > 0) continue;
    const [one, other] = [layout.home[a] ?? 0, layout.home[b] ?? 0];
    const [upper, lower] = (layout.blocks[one]?.y ?? 0) < (layout.blocks[other]?.y ?? 0) ? [one, other] : [other, one];
    const key = lower * layout.blocks.length + upper;
    const relation = byBlocks.get(key) ?? { lower, upper, bundles: [], links: 0 };
    relation.bundles.push(index);
    relation.links += links.length;
    byBlocks.set(key, relation);
  }
  const count = (of: Iterable<number>, looks: Uint8Array) => {
    const sum = { count: 0, worst: 0 };
    for (const each of of) {
      const look = looks[each] ?? 0;
      if (look === 0) continue;
      sum.count += 1;
      sum.worst = Math.max(sum.worst, look);
    }
    return sum;
  };
  const groupOdd = layout.groups.map(({ hosts }) => count(hosts, nodeLook));
  const blockOdd = layout.blocks.map(({ tier, members }) => {
    if (tier > 0) return count(members, nodeLook);
    const sum = { count: 0, worst: 0 };
    for (const group of members) {
      sum.count += groupOdd[group]?.count ?? 0;
      sum.worst = Math.max(sum.worst, groupOdd[group]?.worst ?? 0);
    }
    return sum;
  });
  const sizes = layout.blocks.map(({ tier, members }) =>
    tier > 0 ? members.length : members.reduce((sum, group) => sum + (layout.groups[group]?.hosts.length ?? 0), 0),
  );
  const groupLeafY = Float32Array.from(layout.groups, ({ parents }) =>
    parents.length === 0 ? Number.NaN : Math.max(...[...parents].map((parent) => layout.y[parent] ?? 0)),
  );
  return {
    topology,
    layout,
    verdicts,
    bundleLook,
    nodeLook,
    relations: [...byBlocks.values()],
    odd,
    groupOdd,
    sizes,
    blockOdd,
    groupLeafY,
  };
}

/** Nodes one bundle away, with the bundle. */
export function neighboursIn(
  { topology }: Scene,
  node: number,
): readonly { readonly node: number; readonly bundle: number }[] {
  return (topology.at[node] ?? []).flatMap((index) => {
    const bundle = topology.bundles[index];
    return bundle ? [{ node: farEnd(bundle, node), bundle: index }] : [];
  });
}
