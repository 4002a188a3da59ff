/** Follows a directed route (`0,1,4`: out of the local port 1, then port 4 of the next node) to name where it ends. */
import type { Fabric, FabricLink } from "../contract/fabric.ts";
import { portSubject, type Subject } from "./problems.ts";

/**
 * Names the last port of a route, e.g. `MF0;SX6018:SX6018/U1 port 4`: the far end of its cable is what did not answer.
 * Null when the known links do not lead there. `start` is a node's GUID, `startPortGuid` a port of it.
 */
export function nameRoute(
  fabric: Pick<Fabric, "nodes" | "links">,
  start: string,
  startPortGuid: string,
  route: readonly number[],
): Subject | null {
  const hops = route.slice(1);
  const last = hops.pop();
  if (last === undefined) return null;
  let at = start;
  for (const [index, port] of hops.entries()) {
    const peer = peerOf(fabric.links, at, index === 0 ? localPort(fabric, at, startPortGuid, port) : port);
    if (peer === null) return null;
    at = peer;
  }
  const node = fabric.nodes.find(({ guid }) => guid === at);
  return node === undefined ? null : portSubject(node, last);
}

/** An HCA keyed by a port GUID has that one port, whatever number the route gives. */
function localPort(fabric: Pick<Fabric, "nodes">, at: string, portGuid: string, port: number): number {
  const node = fabric.nodes.find(({ guid }) => guid === at);
  if (node?.ports.some(({ number }) => number === port)) return port;
  return node?.ports.find(({ guid }) => guid === portGuid)?.number ?? port;
}

function peerOf(links: readonly FabricLink[], node: string, port: number): string | null {
  for (const { a, b } of links) {
    if (a.node === node && a.port === port) return b.node;
    if (b.node === node && b.port === port) return a.node;
  }
  return null;
}
