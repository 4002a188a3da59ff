/**
 * Decides what the lab file adds to the picture of the live fabric: the names of its devices, and as ghosts its cables that
 * no link joins, with the devices at their ends that no host sees.
 */
import type {
  CableEnd,
  CableLive,
  Fabric,
  FabricLink,
  FabricNode,
  FabricState,
} from "../../electron/contract/fabric.ts";
import { facePort } from "../../electron/contract/face-port.ts";

/** A fabric as it is drawn: what was seen, then what is only planned. */
export interface Drawn {
  readonly fabric: Fabric;
  /** What the lab file calls nodes, by GUID. */
  readonly names: ReadonlyMap<string, string>;
  /** Links that are planned and not there, by index: their cables. */
  readonly ghosts: ReadonlyMap<number, CableLive>;
}

/** In place of a GUID, of a node that nobody sees: no GUID begins so. */
const ghostMark = "planned: ";
export const isGhost = (guid: string): boolean => guid.startsWith(ghostMark);

/** These cables are drawn as the links that stand in their place. */
const standElsewhere: ReadonlySet<CableLive["difference"]> = new Set(["swapped", "moved", "wrong-hca-port"]);

/** Nothing that was seen, nothing to add to: a plan alone is the rack's to draw. */
export function drawnOf(fabric: Fabric, { cables, owners }: Pick<FabricState, "cables" | "owners">): Drawn {
  const names = new Map(
    Object.entries(owners).map(([guid, { device, hca }]) => [guid, hca === null ? device : `${device} ${hca}`]),
  );
  const ghosts = new Map<number, CableLive>();
  if (fabric.nodes.length === 0) return { fabric, names, ghosts };
  const joined = new Map<string, string>();
  for (const { a, b } of fabric.links) joined.set(keyOf(a), keyOf(b)).set(keyOf(b), keyOf(a));
  const added = new Map<string, FabricNode>();
  const links: FabricLink[] = [];
  for (const cable of cables) {
    if (cable.planned === null || standElsewhere.has(cable.difference)) continue;
    const [a, b] = [placeOf(cable.a), placeOf(cable.b)];
    if (a === null || b === null || (a.kind === "switch" && b.kind === "switch" && !a.seen && !b.seen)) continue;
    if (joined.get(keyOf(a)) === keyOf(b)) continue;
    for (const { node, name, kind, seen } of [a, b])
      if (!seen) added.set(node, { guid: node, guidKind: "node", type: kind, description: name, ports: [] });
    ghosts.set(fabric.links.length + links.length, cable);
    const [width, speed] = [cable.width ?? "4X", cable.speed ?? "SDR"] as const;
    const ends = { a: { node: a.node, port: a.port }, b: { node: b.node, port: b.port } };
    links.push({ ...ends, width, speed, signallingGbps: 0, dataGbps: 0, state: "Down", physState: "Unknown" });
  }
  if (links.length === 0) return { fabric, names, ghosts };
  return {
    fabric: { ...fabric, nodes: [...fabric.nodes, ...added.values()], links: [...fabric.links, ...links] },
    names,
    ghosts,
  };
}

interface Place {
  readonly node: string;
  readonly port: number;
  readonly kind: "switch" | "hca";
  readonly name: string;
  readonly seen: boolean;
}

/** Null where the port's name is neither a switch's nor an HCA's: `eth0`, `mgmt0`. */
function placeOf({ device, port, at }: CableEnd): Place | null {
  const onFace = facePort(port);
  const [, hca, number] = /^(.+)\/(\d{1,3})$/.exec(port) ?? [];
  const kind = onFace === null ? "hca" : "switch";
  if (at) return { ...at, kind, name: device, seen: true };
  if (onFace) return { node: `${ghostMark}${device}`, port: onFace.number, kind, name: device, seen: false };
  if (hca === undefined) return null;
  const name = `${device} ${hca}`;
  return { node: `${ghostMark}${name}`, port: Number(number), kind, name, seen: false };
}

const keyOf = ({ node, port }: { readonly node: string; readonly port: number }): string => `${node} ${port}`;
