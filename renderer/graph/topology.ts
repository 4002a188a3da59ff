/** A fabric as nodes and bundles: what is laid out, drawn and searched. Links between the same two nodes are one bundle. */
import type { CableLive, Fabric, FabricNode } from "../../electron/contract/fabric.ts";
import type { Drawn } from "./planned.ts";

export interface Bundle {
  /** Indices into {@link Topology.nodes}; equal for a cable from a switch to itself. */
  readonly a: number;
  readonly b: number;
  /** Indices into the fabric's links. */
  readonly links: readonly number[];
}

export interface Topology {
  readonly fabric: Fabric;
  readonly nodes: readonly FabricNode[];
  /** What each node is called. */
  readonly names: readonly string[];
  /** Links of the fabric that are planned and not there: their cables. */
  readonly ghosts: ReadonlyMap<number, CableLive>;
  readonly indexOf: ReadonlyMap<string, number>;
  readonly bundles: readonly Bundle[];
  /** Bundles at each node. */
  readonly at: readonly (readonly number[])[];
}

/** A link whose ends are not both among the nodes is left out: there is nothing to draw it between. */
export function topologyOf(
  fabric: Fabric,
  { names, ghosts = new Map() }: Partial<Pick<Drawn, "names" | "ghosts">> = {},
): Topology {
  const indexOf = new Map(fabric.nodes.map((node, index) => [node.guid, index]));
  const byEnds = new Map<number, { a: number; b: number; links: number[] }>();
  for (const [link, { a, b }] of fabric.links.entries()) {
    const [one, other] = [indexOf.get(a.node), indexOf.get(b.node)];
    if (one === undefined || other === undefined) continue;
    const [low, high] = one < other ? [one, other] : [other, one];
    const key = low * fabric.nodes.length + high;
    const bundle = byEnds.get(key);
    if (bundle) bundle.links.push(link);
    else byEnds.set(key, { a: low, b: high, links: [link] });
  }
  const bundles = [...byEnds.values()];
  const at: number[][] = fabric.nodes.map(() => []);
  for (const [index, { a, b }] of bundles.entries()) {
    at[a]?.push(index);
    if (a !== b) at[b]?.push(index);
  }
  const named = fabric.nodes.map((node) => names?.get(node.guid) ?? shortName(node));
  return { fabric, nodes: fabric.nodes, names: named, ghosts, indexOf, bundles, at };
}

/** The node at the other end of a bundle. */
export const farEnd = (bundle: Bundle, node: number): number => (bundle.a === node ? bundle.b : bundle.a);

/** `MF0;leaf01:SX6036/U1` is leaf01 to its admin; a node without a description stands with its GUID. */
export function shortName({ description, guid }: Pick<FabricNode, "description" | "guid">): string {
  const managed = /^MF0;([^:]+):/.exec(description)?.[1];
  return managed ?? (description === "" ? guid : description);
}
