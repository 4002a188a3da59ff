/** Owns a fabric while outputs are put into it: each node and port once, each physical link once, the first word on a state counts. */
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
  width: Width | null;
  speed: Speed | null;
}

export function portKey(node: string, port: number): string {
  return `${node}/${port}`;
}

export function linkKey(link: Pick<FabricLink, "a" | "b">): string {
  return `${portKey(link.a.node, link.a.port)}-${portKey(link.b.node, link.b.port)}`;
}

export class Draft {
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

  /** What a rate stands for that no tool told as width and speed. */
  deduce(node: string, port: number, link: { readonly width: Width; readonly speed: Speed }): void {
    const key = portKey(node, port);
    if (!this.#rates.has(key)) this.#rates.set(key, link);
  }

  /** The node one of whose ports has this LID; null where none or several have. */
  nodeOfLid(lid: number): DraftNode | null {
    const found = [...this.#nodes.values()].filter((node) => [...node.ports.values()].some((port) => port.lid === lid));
    return found.length === 1 ? (found[0] ?? null) : null;
  }

  problem(problem: Problem): void {
    this.#problems.push(problem);
  }

  nodeOf = (guid: string): string => this.#nodeOfPortGuid.get(guid) ?? guid;

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

  link(one: End, other: End, width: Width | null, speed: Speed | null): string {
    const ends = [one, other].sort((x, y) => compare(x.node, y.node) || x.port - y.port) as [End, End];
    const key = linkKey({ a: ends[0], b: ends[1] });
    const link = this.#links.get(key) ?? { ends, width: null, speed: null };
    link.width ??= width;
    link.speed ??= speed;
    this.#links.set(key, link);
    return key;
  }
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
