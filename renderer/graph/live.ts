/** Joins what is known of the lab to the fabric's nodes and links: a plan, and findings, say more than a link's own state. */
import type { CableLive, Fabric, FabricState } from "../../electron/contract/fabric.ts";
import type { Topology } from "./topology.ts";
import { type Look, lookIndex, type Verdicts } from "./verdict.ts";

type Live = Pick<FabricState, "cables" | "findings" | "devices">;

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
    for (const { nodeGuid } of live.devices[subject.device]?.hcas ?? []) {
      const node = nodeGuid === null ? undefined : topology.indexOf.get(nodeGuid);
      if (node === undefined) continue;
      nodes[node] = Math.max(nodes[node] ?? 0, look);
      nodeReasons.set(node, [...(nodeReasons.get(node) ?? []), title]);
    }
  }
  return { links, reasons, nodes, nodeReasons };
}

/** The link of each cable, found by its end at a host whose HCAs are known. */
function linksByCable(fabric: Fabric, { cables, devices }: Live): ReadonlyMap<string, number> {
  const names = new Map<string, string>();
  for (const [device, { hcas }] of Object.entries(devices))
    for (const { name, nodeGuid } of hcas) if (nodeGuid !== null) names.set(nodeGuid, `${device} ${name}`);
  const linkAt = new Map<string, number>();
  for (const [index, { a, b }] of fabric.links.entries())
    for (const end of [a, b]) {
      const name = names.get(end.node);
      if (name !== undefined) linkAt.set(`${name}/${end.port}`, index);
    }
  return new Map(
    cables.flatMap(({ id, state, a, b }) => {
      if (state === "absent") return [];
      const link = linkAt.get(`${a.device} ${a.port}`) ?? linkAt.get(`${b.device} ${b.port}`);
      return link === undefined ? [] : [[id, link] as const];
    }),
  );
}
