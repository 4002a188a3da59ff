/** Decides how several outputs become one fabric: whose word counts for what, and that each physical link stands once. */
import type {
  Fabric,
  FabricLink,
  FabricNode,
  FabricPort,
  LogicalState,
  Problem,
  Speed,
  Width,
} from "../contract/fabric.ts";
import { dataGbps, signallingGbps } from "../contract/rates.ts";
import type { LinkinfoReading } from "./iblinkinfo.ts";
import type { DiscoverReading } from "./ibnetdiscover.ts";
import type { IbstatReading } from "./ibstat.ts";
import type { Unread } from "./reading.ts";
import { nameRoute } from "./route.ts";
import type { DiscoveryComplaint } from "./stderr.ts";

/** One output, read. `source` names it in problems; where two disagree on a port's state, the earlier in the list counts. */
export type FabricInput =
  | { readonly kind: "ibstat"; readonly source: string; readonly reading: IbstatReading }
  | { readonly kind: "iblinkinfo"; readonly source: string; readonly reading: LinkinfoReading }
  | { readonly kind: "ibnetdiscover"; readonly source: string; readonly reading: DiscoverReading }
  | {
      readonly kind: "complaints";
      readonly source: string;
      /** A port GUID of the HCA the tool ran from, where known: directed routes start there. */
      readonly origin: string | null;
      readonly complaints: readonly DiscoveryComplaint[];
    };

/** What two ends support beyond what their link runs at, by {@link linkKey}. */
export type Hints = ReadonlyMap<string, { readonly width: Width | null; readonly speed: Speed | null }>;

/** Ports that are up with a far end that does not answer, as `guid/port`. */
export interface JoinedFabric {
  readonly fabric: Fabric;
  readonly hints: Hints;
  readonly silent: ReadonlySet<string>;
}

interface DraftPort extends Omit<FabricPort, "width" | "speed"> {
  width?: Width;
  speed?: Speed;
}
interface DraftNode extends Omit<FabricNode, "ports" | "type"> {
  type: FabricNode["type"];
  ports: Map<number, DraftPort>;
}
interface End {
  readonly node: string;
  readonly port: number;
}
interface DraftLink {
  readonly ends: readonly [End, End];
  width: Width | null;
  speed: Speed | null;
}

export function portKey(node: string, port: number): string {
  return `${node}/${port}`;
}

export function linkKey(link: Pick<FabricLink, "a" | "b">): string {
  return `${portKey(link.a.node, link.a.port)}-${portKey(link.b.node, link.b.port)}`;
}

/** Joins readings into one fabric, sorted by GUID and port, so that equal observations give equal values. */
export function joinFabric(inputs: readonly FabricInput[]): JoinedFabric {
  const draft = new Draft(nodeOfPortGuid(inputs));
  for (const input of inputs) {
    if (input.kind === "ibstat") draft.addIbstat(input.reading);
    else if (input.kind === "iblinkinfo") draft.addLinkinfo(input.reading, input.source);
    else if (input.kind === "ibnetdiscover") draft.addDiscover(input.reading);
    if (input.kind !== "complaints") draft.addUnread(input.reading, input.source);
  }
  const fabric = draft.finish();
  for (const input of inputs) {
    if (input.kind !== "complaints") continue;
    for (const complaint of input.complaints) fabric.problems.push(problemOf(complaint, input, fabric, draft.nodeOf));
  }
  return { fabric, hints: draft.hints, silent: draft.silent };
}

function problemOf(
  complaint: DiscoveryComplaint,
  input: Extract<FabricInput, { kind: "complaints" }>,
  fabric: Fabric,
  nodeOf: (guid: string) => string,
): Problem {
  const evidence = { source: input.source, line: complaint.line, text: complaint.text };
  if (complaint.kind === "route") {
    const at = input.origin === null ? null : nameRoute(fabric, nodeOf(input.origin), input.origin, complaint.route);
    const subject = at ?? `directed route ${complaint.route.join(",")}`;
    return { code: "fabric.no-answer", severity: "warning", subject, evidence };
  }
  return complaint.kind === "device"
    ? { code: "fabric.no-device", severity: "error", subject: input.source, evidence }
    : { code: "fabric.tool-complaint", severity: "info", subject: input.source, evidence };
}

/** HCAs by the GUIDs of their ports, from the outputs that name both. */
function nodeOfPortGuid(inputs: readonly FabricInput[]): ReadonlyMap<string, string> {
  const nodes = new Map<string, string>();
  for (const input of inputs) {
    if (input.kind === "ibstat") {
      for (const hca of input.reading.hcas) {
        if (hca.nodeGuid === null) continue;
        for (const port of hca.ports) if (port.guid !== null) nodes.set(port.guid, hca.nodeGuid);
      }
    } else if (input.kind === "ibnetdiscover") {
      for (const node of input.reading.nodes) {
        for (const port of node.ports) {
          if (port.guid !== null) nodes.set(port.guid, node.guid);
          if (port.peer.portGuid !== null) nodes.set(port.peer.portGuid, port.peer.guid);
        }
      }
    }
  }
  return nodes;
}

class Draft {
  readonly hints = new Map<string, { width: Width | null; speed: Speed | null }>();
  readonly silent = new Set<string>();
  readonly #nodes = new Map<string, DraftNode>();
  readonly #links = new Map<string, DraftLink>();
  readonly #problems: Problem[] = [];
  /** What ibstat's rates stand for, by {@link portKey}: deduced, so it counts only where no other tool told. */
  readonly #rates = new Map<string, { readonly width: Width; readonly speed: Speed }>();
  readonly #nodeOfPortGuid: ReadonlyMap<string, string>;

  constructor(nodeOfPortGuid: ReadonlyMap<string, string>) {
    this.#nodeOfPortGuid = nodeOfPortGuid;
  }

  nodeOf = (guid: string): string => this.#nodeOfPortGuid.get(guid) ?? guid;

  addIbstat(reading: IbstatReading): void {
    for (const hca of reading.hcas) {
      if (hca.nodeGuid === null) continue;
      const node = this.#node(hca.nodeGuid, "node", "hca");
      node.guidKind = "node";
      if (hca.systemGuid !== null) node.systemGuid ??= hca.systemGuid;
      for (const port of hca.ports) {
        if (port.linkLayer === "Ethernet") continue;
        this.#port(node, port.number, port.guid, port.lid, { ...port, width: null, speed: null });
        if (port.width !== null && port.speed !== null) {
          const key = portKey(node.guid, port.number);
          if (!this.#rates.has(key)) this.#rates.set(key, { width: port.width, speed: port.speed });
        }
      }
    }
  }

  addLinkinfo({ records }: LinkinfoReading, source: string): void {
    const switches = switchGuids(records);
    const byLidAndPort = new Map(records.map((record) => [`${record.lid}/${record.port}`, record]));
    const guessType = (guid: string) => (switches.has(guid) ? "switch" : "hca");
    for (const record of records) {
      const type = record.type ?? guessType(record.guid);
      const node = this.#hear(record.guid, type, record.description);
      const own = { node: node.guid, port: record.port };
      const portGuid = type === "switch" ? null : record.guid;
      this.#port(node, record.port, portGuid, record.lid, record);
      if (record.peer === "silent") {
        this.silent.add(portKey(own.node, own.port));
        const subject = `${node.description || node.guid} port ${own.port}`;
        const evidence = { source, line: record.line, text: '"Port not available"' };
        this.#problems.push({ code: "fabric.silent-peer", severity: "warning", subject, evidence });
      } else if (record.peer !== null) {
        const { peer } = record;
        // The plain form names the peer by LID only; LID 0 is every unconfigured port's.
        const other = peer.guid === null && peer.lid !== 0 ? byLidAndPort.get(`${peer.lid}/${peer.port}`) : undefined;
        const peerGuid = peer.guid ?? other?.guid;
        if (peerGuid === undefined) continue;
        const peerType = other?.type ?? guessType(peerGuid);
        const peerNode = this.#hear(peerGuid, peerType, peer.description);
        this.#port(peerNode, peer.port, peerType === "switch" ? null : peerGuid, peer.lid, null);
        const key = this.#link(own, { node: peerNode.guid, port: peer.port }, record.width, record.speed);
        this.hints.set(key, record.couldBe);
      }
    }
  }

  addDiscover(reading: DiscoverReading): void {
    for (const seen of reading.nodes) {
      const node = this.#node(seen.guid, "node", seen.type);
      node.type = seen.type;
      node.guidKind = "node";
      node.description ||= seen.description;
      if (seen.systemGuid !== null) node.systemGuid ??= seen.systemGuid;
      for (const port of seen.ports) {
        // Discovery follows a port only when it is physically up; its logical state is not printed.
        const state = { state: "Unknown", physState: "LinkUp", width: port.width, speed: port.speed } as const;
        this.#port(node, port.number, port.guid, port.lid ?? seen.lid, state);
        this.#link(
          { node: node.guid, port: port.number },
          { node: port.peer.guid, port: port.peer.port },
          port.width,
          port.speed,
        );
      }
    }
  }

  addUnread({ unread, beyond }: { unread: readonly Unread[]; beyond?: Unread }, source: string): void {
    if (beyond !== undefined) {
      const text = `More than one output may name; nothing was read from here on: ${beyond.text}`;
      const evidence = { source, line: beyond.line, text };
      this.#problems.push({ code: "fabric.too-large", severity: "error", subject: source, evidence });
    }
    for (const { line, text } of unread) {
      const evidence = { source, line, text };
      this.#problems.push({ code: "fabric.unread-line", severity: "info", subject: source, evidence });
    }
  }

  finish(): Fabric {
    const links: FabricLink[] = [];
    for (const { ends, width, speed } of this.#links.values()) {
      const [a, b] = [this.#portAt(ends[0]), this.#portAt(ends[1])];
      if (a === null || b === null || width === null || speed === null) continue;
      for (const port of [a, b]) {
        if (port.state === "Down") continue;
        port.width ??= width;
        port.speed ??= speed;
      }
      links.push({
        a: { ...ends[0], ...this.#portGuid(ends[0], a) },
        b: { ...ends[1], ...this.#portGuid(ends[1], b) },
        width,
        speed,
        signallingGbps: signallingGbps(width, speed),
        dataGbps: dataGbps(width, speed),
        state: lowest(a.state, b.state),
        physState: a.physState === "Unknown" || a.physState === "LinkUp" ? pick(b.physState, a.physState) : a.physState,
      });
    }
    for (const [key, { width, speed }] of this.#rates) {
      const [guid = "", number] = key.split("/");
      const port = this.#portAt({ node: guid, port: Number(number) });
      if (port === null || port.state === "Down" || port.width !== undefined || port.speed !== undefined) continue;
      Object.assign(port, { width, speed });
    }
    const nodes = [...this.#nodes.values()].sort((x, y) => compare(x.guid, y.guid));
    return {
      nodes: nodes.map((node) => ({ ...node, ports: [...node.ports.values()].sort((x, y) => x.number - y.number) })),
      links: links.sort((x, y) => compare(linkKey(x), linkKey(y))),
      problems: this.#problems,
    };
  }

  #portAt(end: End): DraftPort | null {
    return this.#nodes.get(end.node)?.ports.get(end.port) ?? null;
  }

  /** A switch's port GUID is the switch's own. */
  #portGuid(end: End, port: DraftPort): { portGuid?: string } {
    if (this.#nodes.get(end.node)?.type === "switch") return { portGuid: end.node };
    return port.guid === undefined ? {} : { portGuid: port.guid };
  }

  /** A node by what iblinkinfo calls it: a switch by its GUID, an HCA by a port's, unless another output knows better. */
  #hear(guid: string, type: FabricNode["type"], description: string): DraftNode {
    const known = this.#nodeOfPortGuid.get(guid);
    const node = this.#node(known ?? guid, known === undefined && type !== "switch" ? "port" : "node", type);
    node.description ||= description;
    return node;
  }

  #node(guid: string, guidKind: FabricNode["guidKind"], type: FabricNode["type"]): DraftNode {
    const known = this.#nodes.get(guid);
    if (known) return known;
    const node: DraftNode = { guid, guidKind, type, description: "", ports: new Map() };
    this.#nodes.set(guid, node);
    return node;
  }

  #port(
    node: DraftNode,
    number: number,
    guid: string | null,
    lid: number | null,
    seen: (Pick<DraftPort, "state" | "physState"> & { width: Width | null; speed: Speed | null }) | null,
  ): void {
    const port: DraftPort = node.ports.get(number) ?? { number, state: "Unknown", physState: "Unknown" };
    node.ports.set(number, port);
    if (guid !== null) port.guid ??= guid;
    if (lid !== null && lid !== 0) port.lid ??= lid;
    if (seen === null) return;
    if (port.state === "Unknown") port.state = seen.state;
    if (port.physState === "Unknown") port.physState = seen.physState;
    if (seen.width !== null) port.width ??= seen.width;
    if (seen.speed !== null) port.speed ??= seen.speed;
  }

  #link(one: End, other: End, width: Width | null, speed: Speed | null): string {
    const ends = [one, other].sort((x, y) => compare(x.node, y.node) || x.port - y.port) as [End, End];
    const key = linkKey({ a: ends[0], b: ends[1] });
    const link = this.#links.get(key) ?? { ends, width: null, speed: null };
    link.width ??= width;
    link.speed ??= speed;
    this.#links.set(key, link);
    return key;
  }
}

/** `--line` does not say what a node is: a GUID that has several ports is a switch's, as HCA ports have one each. */
function switchGuids(records: LinkinfoReading["records"]): ReadonlySet<string> {
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

const stateOrder: readonly LogicalState[] = ["Down", "Initialize", "Armed", "Active", "Unknown"];

/** A link is as far as its slower end; an end of unknown state says nothing. */
function lowest(a: LogicalState, b: LogicalState): LogicalState {
  return stateOrder.indexOf(a) <= stateOrder.indexOf(b) ? a : b;
}

function pick(preferred: FabricPort["physState"], otherwise: FabricPort["physState"]): FabricPort["physState"] {
  return preferred === "Unknown" ? otherwise : preferred;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
