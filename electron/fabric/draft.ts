/** Owns a fabric while outputs are put into it: each node and port once, each physical link once, the first word on a state counts. */
import type {
  Fabric,
  FabricLink,
  FabricNode,
  FabricPort,
  LinkEnd,
  LogicalState,
  Problem,
  Speed,
  Width,
} from "../contract/fabric.ts";
import { portKey } from "../contract/fabric-words.ts";
import { dataGbps, signallingGbps } from "../contract/rates.ts";
import { each, mapped, type Steps } from "../steps.ts";
import { portSubject, problem } from "./problems.ts";

interface DraftPort extends Omit<FabricPort, "width" | "speed"> {
  width?: Width;
  speed?: Speed;
}
export interface DraftNode extends Omit<FabricNode, "ports" | "type"> {
  type: FabricNode["type"];
  ports: Map<number, DraftPort>;
}
interface End {
  readonly node: string;
  readonly port: number;
}
interface DraftLink {
  readonly ends: readonly [End, End];
  /** What told it first. */
  readonly told: Told;
  width: Width | null;
  speed: Speed | null;
  couldBe: CouldBe | null;
}

/** A line of an output; 1-based. */
export interface Told {
  readonly source: string;
  readonly line: number;
}

export interface LinkByLid {
  readonly own: End;
  readonly far: { readonly lid: number; readonly port: number; readonly description: string };
  readonly rate: Rate;
  readonly told: Told;
  readonly couldBe: CouldBe;
}

/** What a link runs at; null where it was not told, or in words that are not known. */
interface Rate {
  readonly width: Width | null;
  readonly speed: Speed | null;
}

/** What both ends of a link support beyond what it runs at, as a tool hints. */
export type CouldBe = Rate;

export function linkKey(link: Pick<FabricLink, "a" | "b">): string {
  return `${portKey(link.a.node, link.a.port)}-${portKey(link.b.node, link.b.port)}`;
}

/** Told of two outputs that do not agree: the others are of the same kind. */
const contradictionsTold = 100;

export class Draft {
  readonly silent = new Set<string>();
  readonly #nodes = new Map<string, DraftNode>();
  /** By the port of its first end; two outputs may disagree on where its cable leads. */
  readonly #links = new Map<string, Map<number, DraftLink[]>>();
  readonly #linksByLid: LinkByLid[] = [];
  /** Ports with more far ends than are kept: told once. */
  readonly #tooManyEnds = new Set<readonly DraftLink[]>();
  readonly #problems: Problem[] = [];
  /** The first link of each port, while links are finished: a port holds one cable. */
  readonly #linked = new Map<DraftPort, DraftLink>();
  #contradictions = 0;
  /** What ibstat's rates stand for, by {@link portKey}: deduced, so it counts only where no other tool told. */
  readonly #rates = new Map<string, { readonly width: Width; readonly speed: Speed }>();
  readonly #nodeOfPortGuid: ReadonlyMap<string, string>;
  /** Made when first asked for; null for a LID that several nodes claim. */
  #byLid: Map<number, DraftNode | null> | null = null;

  constructor(nodeOfPortGuid: ReadonlyMap<string, string>) {
    this.#nodeOfPortGuid = nodeOfPortGuid;
  }

  /** What a rate stands for that no tool told as width and speed. */
  deduce(node: string, port: number, link: { readonly width: Width; readonly speed: Speed }): void {
    const key = portKey(node, port);
    if (!this.#rates.has(key)) this.#rates.set(key, link);
  }

  /** The node one of whose ports has this LID; null where none or several have. Answers for what was put in by then. */
  nodeOfLid(lid: number): DraftNode | null {
    if (this.#byLid === null) {
      this.#byLid = new Map();
      for (const node of this.#nodes.values()) {
        for (const port of node.ports.values()) {
          if (port.lid === undefined) continue;
          const known = this.#byLid.get(port.lid);
          this.#byLid.set(port.lid, known === undefined || known === node ? node : null);
        }
      }
    }
    return this.#byLid.get(lid) ?? null;
  }

  /** A link whose far end is told by LID alone: another output, before or after, may tell whose that is. */
  linkByLid(link: LinkByLid): void {
    this.#linksByLid.push(link);
  }

  #placeLinksByLid(): void {
    for (const { own, far, rate, told, couldBe } of this.#linksByLid) {
      const [node, peer] = [this.#nodes.get(own.node), this.nodeOfLid(far.lid)];
      if (peer) {
        this.port(peer, far.port, null, far.lid, null);
        this.link(own, { node: peer.guid, port: far.port }, rate, told, couldBe);
      } else if (node) {
        const words = `LID ${far.lid} port ${far.port} "${far.description}"`;
        const subject = portSubject(node, own.port);
        this.#problems.push(
          problem("fabric.unplaced", "warning", subject, told.source, told.line, words, farByLidAlone),
        );
      }
    }
  }

  problem(problem: Problem): void {
    this.#problems.push(problem);
  }

  nodeOf = (guid: string): string => this.#nodeOfPortGuid.get(guid) ?? guid;

  *finish(): Steps<{ readonly fabric: Fabric; readonly hints: ReadonlyMap<string, CouldBe> }> {
    this.#placeLinksByLid();
    const links: FabricLink[] = [];
    const hints = new Map<string, CouldBe>();
    yield* each(this.#sortedLinks(), (draft) => {
      const link = this.#finishLink(draft);
      if (link === null) return;
      links.push(link);
      const { couldBe } = draft;
      if (couldBe !== null && (couldBe.width !== null || couldBe.speed !== null)) hints.set(linkKey(link), couldBe);
    });
    for (const [key, { width, speed }] of this.#rates) {
      const [guid = "", number] = key.split("/");
      const port = this.#portAt({ node: guid, port: Number(number) });
      if (port === null || port.state === "Down" || port.width !== undefined || port.speed !== undefined) continue;
      Object.assign(port, { width, speed });
    }
    const nodes = [...this.#nodes.values()].sort((x, y) => compare(x.guid, y.guid));
    const fabric = {
      nodes: yield* mapped(nodes, (node) => ({
        ...node,
        ports: [...node.ports.values()].sort((x, y) => x.number - y.number),
      })),
      links,
      problems: this.#problems,
    };
    return { fabric, hints };
  }

  /** By their first end, then by the second: sorted node by node, which is less to compare than all links are. */
  *#sortedLinks(): Generator<DraftLink> {
    for (const [, ofNode] of [...this.#links].sort(([x], [y]) => compare(x, y))) {
      for (const [, ofPort] of [...ofNode].sort(([x], [y]) => x - y)) {
        yield* ofPort.length > 1 ? ofPort.sort((x, y) => compareEnds(x.ends[1], y.ends[1])) : ofPort;
      }
    }
  }

  /** Null for a link whose end no output told; one of which none told what it runs at is told as a problem. */
  #finishLink(draft: DraftLink): FabricLink | null {
    const { ends, told, width, speed } = draft;
    const [a, b] = [this.#portAt(ends[0]), this.#portAt(ends[1])];
    if (a === null || b === null) return null;
    if (width === null || speed === null) {
      const node = this.#nodes.get(ends[0].node);
      if (node && a.state !== "Down" && b.state !== "Down") {
        const subject = portSubject(node, ends[0].port);
        this.#problems.push(problem("fabric.unknown-rate", "warning", subject, told.source, told.line, ""));
      }
      return null;
    }
    this.#tellSecond(draft, ends[0], a);
    this.#tellSecond(draft, ends[1], b);
    for (const port of [a, b]) {
      if (port.state === "Down") continue;
      port.width ??= width;
      port.speed ??= speed;
    }
    return {
      a: this.#linkEnd(ends[0], a),
      b: this.#linkEnd(ends[1], b),
      width,
      speed,
      signallingGbps: signallingGbps(width, speed),
      dataGbps: dataGbps(width, speed),
      state: lowest(a.state, b.state),
      physState: a.physState === "Unknown" || a.physState === "LinkUp" ? pick(b.physState, a.physState) : a.physState,
    };
  }

  /** Outputs of different times were read together, or two devices have one GUID. Both links stay: nothing tells which is. */
  #tellSecond(draft: DraftLink, end: End, port: DraftPort): void {
    const first = this.#linked.get(port);
    if (first === undefined) this.#linked.set(port, draft);
    const node = this.#nodes.get(end.node);
    if (first === undefined || first === draft || node === undefined) return;
    this.#contradictions += 1;
    if (this.#contradictions > contradictionsTold) return;
    const [before, { source, line }] = [first.told, draft.told];
    const why =
      before.source === source
        ? `Line ${before.line} has it connected elsewhere: two devices may have one GUID.`
        : `${before.source}, line ${before.line}, has it connected elsewhere: the two are of different times, or of different fabrics.`;
    this.#problems.push(problem("fabric.contradiction", "warning", portSubject(node, end.port), source, line, "", why));
  }

  #portAt(end: End): DraftPort | null {
    return this.#nodes.get(end.node)?.ports.get(end.port) ?? null;
  }

  /** A switch's port GUID is the switch's own. */
  #linkEnd({ node, port }: End, { guid }: DraftPort): LinkEnd {
    const portGuid = this.#nodes.get(node)?.type === "switch" ? node : guid;
    return portGuid === undefined ? { node, port } : { node, port, portGuid };
  }

  /** A node by what iblinkinfo calls it: a switch by its GUID, an HCA by a port's, unless another output knows better. */
  hear(guid: string, type: FabricNode["type"], description: string): DraftNode {
    const known = this.#nodeOfPortGuid.get(guid);
    const node = this.node(known ?? guid, known === undefined && type !== "switch" ? "port" : "node", type);
    node.description ||= description;
    return node;
  }

  node(guid: string, guidKind: FabricNode["guidKind"], type: FabricNode["type"]): DraftNode {
    const known = this.#nodes.get(guid);
    if (known) return known;
    const node: DraftNode = { guid, guidKind, type, description: "", ports: new Map() };
    this.#nodes.set(guid, node);
    return node;
  }

  port(
    node: DraftNode,
    number: number,
    guid: string | null,
    lid: number | null,
    seen: (Pick<DraftPort, "state" | "physState"> & { width: Width | null; speed: Speed | null }) | null,
  ): void {
    const port = node.ports.get(number) ?? addPort(node, number);
    if (guid !== null) port.guid ??= guid;
    if (lid !== null && lid !== 0) port.lid ??= lid;
    if (seen === null) return;
    if (port.state === "Unknown") port.state = seen.state;
    if (port.physState === "Unknown") port.physState = seen.physState;
    if (seen.width !== null) port.width ??= seen.width;
    if (seen.speed !== null) port.speed ??= seen.speed;
  }

  link(one: End, other: End, { width, speed }: Rate, told: Told, couldBe: CouldBe | null = null): void {
    const ends: [End, End] = compareEnds(one, other) <= 0 ? [one, other] : [other, one];
    const [first, second] = ends;
    const ofNode = this.#links.get(first.node) ?? new Map<number, DraftLink[]>();
    if (ofNode.size === 0) this.#links.set(first.node, ofNode);
    const ofPort = ofNode.get(first.port) ?? [];
    if (ofPort.length === 0) ofNode.set(first.port, ofPort);
    const known = ofPort.find((link) => link.ends[1].node === second.node && link.ends[1].port === second.port);
    if (known === undefined) {
      if (ofPort.length < mostFarEnds) ofPort.push({ ends, told, width, speed, couldBe });
      else if (!this.#tooManyEnds.has(ofPort)) {
        this.#tooManyEnds.add(ofPort);
        const subject = `${first.node} port ${first.port}`;
        this.#problems.push(problem("fabric.too-large", "error", subject, told.source, told.line, "", tooManyEnds));
      }
      return;
    }
    known.width ??= width;
    known.speed ??= speed;
    known.couldBe = couldBe ?? known.couldBe;
  }
}

const farByLidAlone = "The far end is told by LID alone, and no output tells which node has it.";

/** A port has one cable; several outputs that disagree on where it leads are few. */
const mostFarEnds = 16;
const tooManyEnds = `More than ${mostFarEnds} far ends are told of one port; it has one cable.`;

function addPort(node: DraftNode, number: number): DraftPort {
  const port: DraftPort = { number, state: "Unknown", physState: "Unknown" };
  node.ports.set(number, port);
  return port;
}

const stateOrder: readonly LogicalState[] = ["Down", "Initialize", "Armed", "Active", "Unknown"];

/** A link is as far as its slower end; an end of unknown state says nothing. */
function lowest(a: LogicalState, b: LogicalState): LogicalState {
  return stateOrder.indexOf(a) <= stateOrder.indexOf(b) ? a : b;
}

function pick(preferred: FabricPort["physState"], otherwise: FabricPort["physState"]): FabricPort["physState"] {
  return preferred === "Unknown" ? otherwise : preferred;
}

function compareEnds(a: End, b: End): number {
  return compare(a.node, b.node) || a.port - b.port;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
