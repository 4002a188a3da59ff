/**
 * Decides what ports without a link tell. A port without a cable polls as one whose far end is off does: a switch's port
 * is at fault only where its physical state says that something is plugged in, or where the same port of its peers is up.
 */
import type { FabricPort } from "../../electron/contract/fabric.ts";
import type { Topology } from "./topology.ts";
import type { Look } from "./verdict.ts";

export interface Unlinked {
  readonly node: number;
  readonly look: Look;
  readonly reason: string;
}

/** Fewer switches of one tier tell nothing of each other. */
const peersAtLeast = 3;
/** A port that this share of the tier's other switches use is one that all should. */
const usualShare = 0.75;

/** Every node whose ports without a link want a look, with the reason. */
export function unlinkedOf(topology: Topology, tier: Uint8Array): readonly Unlinked[] {
  const { nodes, at } = topology;
  const linked = linkedPorts(topology);
  const usual = usualPorts(topology, tier, linked);
  return nodes.flatMap((each, node): readonly Unlinked[] => {
    if (each.type === "hca") return at[node]?.length === 0 ? [ofHost(node, each.ports)] : [];
    return each.ports.flatMap((port) => {
      if (port.number === 0 || port.state !== "Down" || linked[node]?.has(port.number)) return [];
      const reason = reasonOf(port, usual.get(tier[node] ?? 0)?.has(port.number) ?? false);
      return reason === null ? [] : [{ node, look: "down" as const, reason }];
    });
  });
}

function ofHost(node: number, ports: readonly FabricPort[]): Unlinked {
  const down = ports.find(({ state, physState }) => state === "Down" && physState !== "Disabled");
  return down
    ? { node, look: "down", reason: `Port ${down.number} is Down (${down.physState}).` }
    : { node, look: "unknown", reason: "No link of it is known." };
}

function reasonOf({ number, physState }: FabricPort, isUsual: boolean): string | null {
  switch (physState) {
    case "PortConfigurationTraining":
    case "LinkErrorRecovery":
      return `Port ${number} is Down (${physState}): a cable is plugged in, and no link comes up.`;
    case "Disabled":
    case "Sleep":
      return null;
    default:
      return isUsual ? `Port ${number} is Down (${physState}); most switches of its tier have a link there.` : null;
  }
}

/** Numbers of the ports of each node that have a link. */
function linkedPorts({ fabric, nodes, indexOf }: Topology): readonly ReadonlySet<number>[] {
  const linked = nodes.map(() => new Set<number>());
  for (const { a, b } of fabric.links) for (const { node, port } of [a, b]) linked[indexOf.get(node) ?? -1]?.add(port);
  return linked;
}

/** By tier: ports that have a link at most of its switches. */
function usualPorts(
  { nodes }: Topology,
  tier: Uint8Array,
  linked: readonly ReadonlySet<number>[],
): ReadonlyMap<number, ReadonlySet<number>> {
  const tiers = new Map<number, { switches: number; readonly counts: Map<number, number> }>();
  for (const [node, { type }] of nodes.entries()) {
    if (type !== "switch") continue;
    const known = tiers.get(tier[node] ?? 0) ?? { switches: 0, counts: new Map<number, number>() };
    tiers.set(tier[node] ?? 0, known);
    known.switches += 1;
    for (const port of linked[node] ?? []) known.counts.set(port, (known.counts.get(port) ?? 0) + 1);
  }
  return new Map(
    [...tiers].map(([of, { switches, counts }]) => {
      // The switch that is looked at has no link there: all that have one are others.
      const others = switches - 1;
      const usual = [...counts].flatMap(([port, count]) => (count >= others * usualShare ? [port] : []));
      return [of, new Set(others < peersAtLeast ? [] : usual)];
    }),
  );
}
