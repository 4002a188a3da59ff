/** Joins what is known of the lab to the fabric's nodes and links: a plan, and findings, say more than a link's own state. */
import type { CableLive, Fabric, FabricState, PortAt } from "../../electron/contract/fabric.ts";
import type { Topology } from "./topology.ts";
import { type Look, lookIndex, type Verdicts } from "./verdict.ts";

type Live = Pick<FabricState, "cables" | "findings" | "owners">;

const lookOfCable: Partial<Readonly<Record<CableLive["state"], Look>>> = {
  degraded: "slow",
  down: "down",
  unexpected: "unexpected",
};
const lookOfSeverity = { error: "down", warning: "slow" } as const;

/** Verdicts with those of cables and findings over them; the worse one counts. */
export function withLive(verdicts: Verdicts, topology: Topology, live: Live): Verdicts {
  const links = Uint8Array.from(verdicts.links);
  const reasons = new Map(verdicts.reasons);
  const nodes = Uint8Array.from(verdicts.nodes);
  const nodeReasons = new Map(verdicts.nodeReasons);
  const linkOf = linksByCable(topology.fabric, live);
  const nodesOf = Map.groupBy(Object.keys(live.owners), (guid) => live.owners[guid]?.device);
  for (const cable of live.cables) {
    const link = linkOf.get(cable.id);
    const look = lookOfCable[cable.state];
    if (link === undefined || look === undefined || lookIndex(look) < (links[link] ?? 0)) continue;
    links[link] = lookIndex(look);
    reasons.set(link, cable.reason);
  }
  for (const { severity, subject, title } of live.findings) {
    if (severity === "info") continue;
    const look = lookIndex(lookOfSeverity[severity]);
    const link = subject.cable === undefined ? undefined : linkOf.get(subject.cable);
    if (link !== undefined) {
      links[link] = Math.max(links[link] ?? 0, look);
      reasons.set(link, title);
      continue;
    }
    for (const guid of subject.node === undefined ? (nodesOf.get(subject.device) ?? []) : [subject.node]) {
      const node = topology.indexOf.get(guid);
      if (node === undefined) continue;
      nodes[node] = Math.max(nodes[node] ?? 0, look);
      nodeReasons.set(node, [...(nodeReasons.get(node) ?? []), title]);
    }
  }
  return { links, reasons, nodes, nodeReasons };
}

/** The link that joins both ends of a cable. */
function linksByCable({ links }: Fabric, { cables }: Live): ReadonlyMap<string, number> {
  const key = ({ node, port }: PortAt) => `${node}/${port}`;
  const linkAt = new Map(links.flatMap(({ a, b }, index) => [a, b].map((end) => [key(end), index] as const)));
  return new Map(
    cables.flatMap(({ id, a, b }) => {
      const link = a.at === null || b.at === null ? undefined : linkAt.get(key(a.at));
      return link === undefined || b.at === null || linkAt.get(key(b.at)) !== link ? [] : [[id, link] as const];
    }),
  );
}
