import { portKey } from "../contract/fabric-words.ts";
import { each, type Steps } from "../steps.ts";
import type { Draft } from "./draft.ts";
import { portSubject, problem } from "./problems.ts";
import type { LinkinfoRecord } from "./read/iblinkinfo.ts";
import type { DiscoverReading } from "./read/ibnetdiscover.ts";
import type { PortReportEnd, PortReportLine } from "./read/ibnetdiscover-ports.ts";
import type { ListedNode } from "./read/ibnodes.ts";
import type { IbstatReading } from "./read/ibstat.ts";
import type { IbstatusPort } from "./read/ibstatus.ts";
import type { SmpqueryReading } from "./read/smpquery.ts";

export function addIbstat(draft: Draft, reading: IbstatReading): void {
  for (const hca of reading.hcas) {
    if (hca.nodeGuid === null) continue;
    const node = draft.node(hca.nodeGuid, "node", "hca");
    node.guidKind = "node";
    if (hca.systemGuid !== null) node.systemGuid ??= hca.systemGuid;
    node.description ||= hca.description ?? "";
    for (const port of hca.ports) {
      if (port.linkLayer === "Ethernet") continue;
      draft.port(node, port.number, port.guid, port.lid, { ...port, width: null, speed: null });
      if (port.width !== null && port.speed !== null) {
        draft.deduce(node.guid, port.number, { width: port.width, speed: port.speed });
      }
    }
  }
}

export function* addLinkinfo(draft: Draft, records: readonly LinkinfoRecord[], source: string): Steps<void> {
  const switches = switchGuids(records);
  const named = records.some(({ peer }) => peer !== null && peer !== "silent" && peer.guid === null) ? records : [];
  const byLidAndPort = new Map(named.map((record) => [`${record.lid}/${record.port}`, record]));
  const guessType = (guid: string) => (switches.has(guid) ? "switch" : "hca");
  yield* each(records, (record) => {
    const type = record.type ?? guessType(record.guid);
    const node = draft.hear(record.guid, type, record.description);
    const own = { node: node.guid, port: record.port };
    const portGuid = type === "switch" ? null : record.guid;
    draft.port(node, record.port, portGuid, record.lid, record);
    if (record.peer === "silent") {
      draft.silent.add(portKey(own.node, own.port));
      const subject = portSubject(node, own.port);
      draft.problem(problem("fabric.silent-peer", "warning", subject, source, record.line, '"Port not available"'));
    } else if (record.peer !== null) {
      const { peer } = record;
      // The plain form names the peer by LID only; LID 0 is every unconfigured port's.
      const other = peer.guid === null && peer.lid !== 0 ? byLidAndPort.get(`${peer.lid}/${peer.port}`) : undefined;
      const peerGuid = peer.guid ?? other?.guid;
      const told = { source, line: record.line };
      if (peerGuid === undefined) {
        draft.linkByLid({ own, far: peer, rate: record, told, couldBe: record.couldBe });
        return;
      }
      const peerType = other?.type ?? guessType(peerGuid);
      const peerNode = draft.hear(peerGuid, peerType, peer.description);
      draft.port(peerNode, peer.port, peerType === "switch" ? null : peerGuid, peer.lid, null);
      draft.link(own, { node: peerNode.guid, port: peer.port }, record, told, record.couldBe);
    }
  });
}

export function* addDiscover(draft: Draft, reading: DiscoverReading, source: string): Steps<void> {
  const blocks = new Set(reading.nodes.map(({ guid }) => guid));
  yield* each(reading.nodes, (seen) => {
    const node = draft.node(seen.guid, "node", seen.type);
    node.type = seen.type;
    node.guidKind = "node";
    node.description ||= seen.description;
    if (seen.systemGuid !== null) node.systemGuid ??= seen.systemGuid;
    for (const port of seen.ports) {
      // Discovery follows a port only when it is physically up; its logical state is not printed.
      const state = { state: "Unknown", physState: "LinkUp", width: port.width, speed: port.speed } as const;
      draft.port(node, port.number, port.guid, port.lid ?? seen.lid, state);
      const { peer } = port;
      draft.link({ node: node.guid, port: port.number }, { node: peer.guid, port: peer.port }, port, {
        source,
        line: port.line,
      });
      // A comparison, or an output that ends early, has no block for it: its name stands here alone.
      if (!blocks.has(peer.guid)) {
        const far = draft.node(peer.guid, "node", peer.type);
        far.description ||= peer.description;
        draft.port(far, peer.port, peer.portGuid, peer.lid, state);
      }
    }
  });
}

/** A port's line tells of its link where it has a far end; what it prints of an empty port says nothing of it. */
export function addPortReport(draft: Draft, ports: readonly PortReportLine[], source: string): void {
  for (const own of ports) {
    const node = draft.hear(own.guid, own.type, own.description);
    const seen = { state: "Unknown", physState: "LinkUp", width: own.width, speed: own.speed } as const;
    draft.port(node, own.port, portGuidOf(own), own.lid, own.peer ? seen : null);
    if (!own.peer) continue;
    const peer = draft.hear(own.peer.guid, own.peer.type, own.peer.description);
    draft.port(peer, own.peer.port, portGuidOf(own.peer), own.peer.lid, seen);
    draft.link({ node: node.guid, port: own.port }, { node: peer.guid, port: own.peer.port }, own, {
      source,
      line: own.line,
    });
  }
}

function portGuidOf({ type, guid }: PortReportEnd): string | null {
  return type === "switch" ? null : guid;
}

export function addNodeList(draft: Draft, nodes: readonly ListedNode[]): void {
  for (const listed of nodes) {
    const node = draft.node(listed.guid, "node", listed.type);
    node.description ||= listed.description;
  }
}

/** Ports of the host that was asked; one without a GUID is of no use to a fabric. */
export function addIbstatus(draft: Draft, ports: readonly IbstatusPort[]): void {
  for (const port of ports) {
    if (port.guid === null || port.linkLayer === "Ethernet") continue;
    draft.port(draft.hear(port.guid, "hca", ""), port.port, port.guid, port.lid, port);
  }
}

export function addSmpquery(
  draft: Draft,
  { nodes, ports }: Pick<SmpqueryReading, "nodes" | "ports">,
  source: string,
): void {
  for (const { guid, type, systemGuid, portGuid, localPort } of nodes) {
    const node = draft.node(guid, "node", type);
    if (systemGuid !== null) node.systemGuid ??= systemGuid;
    if (type !== "switch" && portGuid !== null && localPort) draft.port(node, localPort, portGuid, null, null);
  }
  for (const port of ports) {
    // A directed route leads from a port that the answer does not name.
    if (port.lid === null || !port.port) continue;
    const node = draft.nodeOfLid(port.lid);
    if (node) draft.port(node, port.port, null, null, port);
    else {
      const subject = `LID ${port.lid} port ${port.port}`;
      draft.problem(
        problem("fabric.unplaced", "info", subject, source, port.line, "", "No output tells which node has this LID."),
      );
    }
  }
}

/** `--line` does not say what a node is: a GUID that has several ports is a switch's, as HCA ports have one each. */
function switchGuids(records: readonly LinkinfoRecord[]): ReadonlySet<string> {
  const firstPort = new Map<string, number>();
  const switches = new Set<string>();
  const hear = (guid: string, port: number, description: string) => {
    const before = firstPort.get(guid);
    if (before === undefined) firstPort.set(guid, port);
    else if (before !== port) switches.add(guid);
    if (description.startsWith("MF0;")) switches.add(guid);
  };
  for (const { guid, port, description, type, peer } of records) {
    if (type === "switch") switches.add(guid);
    hear(guid, port, description);
    if (peer !== null && peer !== "silent" && peer.guid !== null) hear(peer.guid, peer.port, peer.description);
  }
  return switches;
}
