/** Look-ups in a fabric, made once for each: an observation without news is the same object as the one before. */
import type { Fabric, FabricLink, FabricNode, FabricPort } from "../contract/fabric.ts";
import { portKey } from "../contract/fabric-words.ts";
import { atOnce, each, type Steps } from "../steps.ts";

export interface FabricIndex {
  /** By node GUID. */
  readonly nodes: ReadonlyMap<string, FabricNode>;
  /** By node GUID and by every port's. */
  readonly byGuid: ReadonlyMap<string, FabricNode>;
  /** By the LID of any of its ports; without a LID that several nodes claim. */
  readonly byLid: ReadonlyMap<number, FabricNode>;
  /** By {@link portKey}. */
  readonly ports: ReadonlyMap<string, FabricPort>;
  /** By {@link portKey} of either end; of a port that is told twice, the first. */
  readonly linkAt: ReadonlyMap<string, FabricLink>;
}

const known = new WeakMap<Fabric, FabricIndex>();

export function indexOf(fabric: Fabric): FabricIndex {
  return atOnce(indexInSteps(fabric));
}

export function* indexInSteps(fabric: Fabric): Steps<FabricIndex> {
  const before = known.get(fabric);
  if (before) return before;
  const nodes = new Map<string, FabricNode>();
  const byGuid = new Map<string, FabricNode>();
  const byLid = new Map<number, FabricNode>();
  const claimed = new Set<number>();
  const ports = new Map<string, FabricPort>();
  const linkAt = new Map<string, FabricLink>();
  yield* each(fabric.nodes, (node) => {
    nodes.set(node.guid, node);
    byGuid.set(node.guid, node);
    for (const port of node.ports) {
      ports.set(portKey(node.guid, port.number), port);
      if (port.guid !== undefined) byGuid.set(port.guid, node);
      if (port.lid === undefined) continue;
      if ((byLid.get(port.lid) ?? node) !== node) claimed.add(port.lid);
      byLid.set(port.lid, node);
    }
  });
  yield* each(fabric.links, (link) => {
    for (const { node, port } of [link.a, link.b]) {
      const key = portKey(node, port);
      if (!linkAt.has(key)) linkAt.set(key, link);
    }
  });
  for (const lid of claimed) byLid.delete(lid);
  const index = { nodes, byGuid, byLid, ports, linkAt };
  known.set(fabric, index);
  return index;
}
