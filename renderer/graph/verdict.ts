/** Decides how a link looks: by its own state, and by what the other links between the same tiers run at. */
import type { Fabric, FabricLink } from "../../electron/contract/fabric.ts";
import type { Topology } from "./topology.ts";
import { unlinkedOf } from "./unlinked.ts";

/**
 * From best to worst. `unexpected`: elsewhere than planned, or not planned; `waiting`: up, and not Active; `slow`: Active,
 * and slower than its peers or its plan; `absent`: planned, and not there.
 */
export const looks = ["fine", "unknown", "unexpected", "waiting", "slow", "absent", "down"] as const;
export type Look = (typeof looks)[number];

/** Indices into {@link looks}: the larger, the worse. */
export type LookIndex = number;
export const lookIndex = (look: Look): LookIndex => looks.indexOf(look);

export interface Verdicts {
  /** Of each link of the fabric. */
  readonly links: Uint8Array;
  /** Why a link is not fine, by link. */
  readonly reasons: ReadonlyMap<number, string>;
  /** Of each node: what is wrong with the node itself, not with its links. */
  readonly nodes: Uint8Array;
  readonly nodeReasons: ReadonlyMap<number, readonly string[]>;
  /** With what links were compared: with the lab file's plan, with others between the same tiers. */
  readonly compared: { readonly plan: boolean; readonly peers: boolean };
}

/** Judges from the fabric alone. */
export function verdictsOf(topology: Topology, tier: Uint8Array): Verdicts {
  const { fabric, indexOf } = topology;
  const pairOf = ({ a, b }: FabricLink): number => {
    const tiers = [tier[indexOf.get(a.node) ?? 0] ?? 0, tier[indexOf.get(b.node) ?? 0] ?? 0];
    return Math.min(...tiers) * 256 + Math.max(...tiers);
  };
  const usual = usualRates(fabric, pairOf);
  const links = new Uint8Array(fabric.links.length);
  const reasons = new Map<number, string>();
  for (const [index, link] of fabric.links.entries()) {
    const peers = usual.get(pairOf(link));
    const [look, reason] = judge(link, peers);
    links[index] = lookIndex(look);
    if (reason !== null) reasons.set(index, reason);
  }
  const found = problemsAt(topology);
  for (const { node, look, reason } of unlinkedOf(topology, tier)) {
    found.nodes[node] = Math.max(found.nodes[node] ?? 0, lookIndex(look));
    found.nodeReasons.set(node, [...(found.nodeReasons.get(node) ?? []), reason]);
  }
  return { links, reasons, ...found, compared: { plan: false, peers: true } };
}

interface Rate {
  readonly gbps: number;
  readonly words: string;
}

function judge(link: FabricLink, peers: Rate | undefined): readonly [Look, string | null] {
  switch (link.state) {
    case "Down":
      return ["down", `The link is down (${link.physState}).`];
    case "Initialize":
    case "Armed":
      return ["waiting", `The link is up but ${link.state}: no subnet manager has made it Active.`];
    case "Unknown":
      return ["unknown", "Nothing tells the state of this link."];
    case "Active":
      return peers !== undefined && link.dataGbps < peers.gbps
        ? ["slow", `${link.width} ${link.speed}, where most links between these tiers run ${peers.words}.`]
        : ["fine", null];
  }
}

/** What most Active links between two tiers run at; of two that are equally frequent, the faster. */
function usualRates(fabric: Fabric, pairOf: (link: FabricLink) => number): ReadonlyMap<number, Rate> {
  const counts = new Map<number, Map<string, Rate & { readonly count: number }>>();
  for (const link of fabric.links) {
    if (link.state !== "Active") continue;
    const pair = pairOf(link);
    const rates = counts.get(pair) ?? new Map<string, Rate & { readonly count: number }>();
    counts.set(pair, rates);
    const words = `${link.width} ${link.speed}`;
    rates.set(words, { words, gbps: link.dataGbps, count: (rates.get(words)?.count ?? 0) + 1 });
  }
  return new Map(
    [...counts].flatMap(([pair, rates]) => {
      const [best] = [...rates.values()].sort((x, y) => y.count - x.count || y.gbps - x.gbps);
      return best ? [[pair, best] as const] : [];
    }),
  );
}

function problemsAt({ fabric, nodes, indexOf }: Topology): {
  readonly nodes: Uint8Array;
  readonly nodeReasons: Map<number, readonly string[]>;
} {
  const found = new Uint8Array(nodes.length);
  const nodeReasons = new Map<number, readonly string[]>();
  for (const { severity, node: guid, evidence } of fabric.problems) {
    const node = guid === undefined ? undefined : indexOf.get(guid);
    if (node === undefined || severity === "info") continue;
    found[node] = Math.max(found[node] ?? 0, lookIndex(severity === "error" ? "down" : "slow"));
    nodeReasons.set(node, [...(nodeReasons.get(node) ?? []), evidence.text]);
  }
  return { nodes: found, nodeReasons };
}

/** The worst of some links. */
export function worstOf(links: readonly number[], of: Uint8Array): LookIndex {
  let worst = 0;
  for (const link of links) worst = Math.max(worst, of[link] ?? 0);
  return worst;
}
