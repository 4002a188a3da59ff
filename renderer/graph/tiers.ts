/** Decides which tier of the picture a node stands in: hosts below, then the switches that hold them, then by distance. */

export interface Graph {
  /** True for switches and routers; all else stands at the bottom. */
  readonly isSwitch: readonly boolean[];
  /** Neighbours of each node, each once. */
  readonly neighbours: readonly (readonly number[])[];
}

/** A switch with fewer hosts than this share of the usual is no leaf for them: a manager's host may sit at a core. */
const leafShare = 0.25;

/** Tier of each node: 0 hosts, 1 leaf switches, 2 and more by the distance from them. Total: every node gets one. */
export function tiersOf({ isSwitch, neighbours }: Graph): Uint8Array {
  const tiers = new Uint8Array(isSwitch.length);
  const placed = new Uint8Array(isSwitch.length);
  let edge = leavesOf({ isSwitch, neighbours });
  for (const component of islandsWithout(edge, { isSwitch, neighbours })) edge = edge.concat(component);
  for (const leaf of edge) placed[leaf] = 1;
  for (let tier = 1; edge.length > 0; tier += 1) {
    const next: number[] = [];
    for (const node of edge) {
      tiers[node] = Math.min(tier, 255);
      for (const far of neighbours[node] ?? []) {
        if (!isSwitch[far] || placed[far]) continue;
        placed[far] = 1;
        next.push(far);
      }
    }
    edge = next;
  }
  return tiers;
}

function leavesOf({ isSwitch, neighbours }: Graph): number[] {
  const hosts = neighbours.map((at, node) => (isSwitch[node] ? at.filter((far) => !isSwitch[far]).length : 0));
  const usual = hosts.filter((count) => count > 0).sort((a, b) => a - b);
  const least = (usual[Math.floor(usual.length / 2)] ?? 0) * leafShare;
  return hosts.flatMap((count, node) => (count > 0 && count >= least ? [node] : []));
}

/** Of each island of switches that no leaf is in: the switches with the fewest neighbours, which hosts would hang from. */
function islandsWithout(leaves: readonly number[], { isSwitch, neighbours }: Graph): number[][] {
  const seen = new Uint8Array(isSwitch.length);
  const reach = (from: readonly number[]): number[] => {
    const found = [...from];
    for (const node of found) seen[node] = 1;
    for (const node of found)
      for (const far of neighbours[node] ?? []) {
        if (seen[far] || !isSwitch[far]) continue;
        seen[far] = 1;
        found.push(far);
      }
    return found;
  };
  reach(leaves);
  const outermost: number[][] = [];
  for (const [node, is] of isSwitch.entries()) {
    if (!is || seen[node]) continue;
    const island = reach([node]);
    const degree = (each: number) => neighbours[each]?.length ?? 0;
    const least = Math.min(...island.map(degree));
    outermost.push(island.filter((each) => degree(each) <= least));
  }
  return outermost;
}
