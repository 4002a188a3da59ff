/** Joins what is known of the lab to the fabric's nodes and links: a plan, and findings, say more than a link's own state. */
import type { CableLive, FabricState, PortAt } from "../../electron/contract/fabric.ts";
import { portKey } from "../../electron/contract/fabric-words.ts";
import { reachWords } from "../rack/words.ts";
import { isGhost } from "./planned.ts";
import type { Topology } from "./topology.ts";
import { type Look, lookIndex, type Verdicts, worstOf } from "./verdict.ts";

type Live = Pick<FabricState, "cables" | "findings" | "owners"> & {
  /** Devices that do not answer at their addresses. */
  readonly unreachable: readonly string[];
};

const lookOfCable: Partial<Readonly<Record<CableLive["state"], Look>>> = {
  degraded: "slow",
  down: "down",
  absent: "absent",
  unexpected: "unexpected",
  unknown: "unknown",
};
const lookOfSeverity = { error: "down", warning: "slow" } as const;

/** Verdicts with those of cables and findings over them; the worse one counts. */
export function withLive(verdicts: Verdicts, topology: Topology, live: Live): Verdicts {
  const links = Uint8Array.from(verdicts.links);
  const reasons = new Map(verdicts.reasons);
  const nodes = Uint8Array.from(verdicts.nodes);
  const nodeReasons = new Map(verdicts.nodeReasons);
  const linkOf = linksByCable(topology, live);
  // What is planned and not there looks as its cable does, and no other way.
  for (const link of topology.ghosts.keys()) links[link] = 0;
  const nodesOf = Map.groupBy(Object.keys(live.owners), (guid) => live.owners[guid]?.device);
  for (const cable of live.cables) {
    const link = linkOf.get(cable.id);
    const look = lookOfCable[cable.state];
    if (link === undefined || look === undefined || lookIndex(look) < (links[link] ?? 0)) continue;
    links[link] = lookIndex(look);
    reasons.set(link, cable.reason);
  }
  for (const [node, { guid }] of topology.nodes.entries()) {
    if (!isGhost(guid)) continue;
    nodes[node] = worstOf(
      (topology.at[node] ?? []).flatMap((at) => topology.bundles[at]?.links ?? []),
      links,
    );
    nodeReasons.set(node, [`${topology.names[node]} is planned, and no host sees it.`]);
  }
  for (const device of live.unreachable)
    for (const guid of nodesOf.get(device) ?? []) {
      const node = topology.indexOf.get(guid);
      if (node === undefined) continue;
      nodes[node] = lookIndex("down");
      nodeReasons.set(node, [...(nodeReasons.get(node) ?? []), `${device} is ${reachWords.unreachable}.`]);
    }
  for (const { rule, severity, subject, title } of live.findings) {
    // What these say of a cable, its state says in the same words everywhere.
    if (severity === "info" || (subject.cable !== undefined && /^(?:plan|link)\./.test(rule))) continue;
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
  const planned = new Set(linkOf.values());
  return {
    links,
    reasons,
    nodes,
    nodeReasons,
    compared: { plan: true, peers: links.some((_, at) => !planned.has(at)) },
  };
}

/** The link that joins both ends of a cable, or that is drawn in its place. */
function linksByCable({ fabric: { links }, ghosts }: Topology, { cables }: Live): ReadonlyMap<string, number> {
  const key = ({ node, port }: PortAt) => portKey(node, port);
  const linkAt = new Map<string, number>();
  for (const [index, { a, b }] of links.entries()) if (!ghosts.has(index)) linkAt.set(key(a), index).set(key(b), index);
  const found = new Map<string, number>();
  for (const [index, { id }] of ghosts) found.set(id, index);
  for (const { id, a, b } of cables) {
    const link = a.at === null || b.at === null ? undefined : linkAt.get(key(a.at));
    if (link !== undefined && b.at !== null && linkAt.get(key(b.at)) === link) found.set(id, link);
  }
  return found;
}
