/** Decides which GUIDs are of one card: its node's, by which the lab file names an HCA, and those of its ports. */
import type { FabricNode } from "./fabric.ts";
import { plus } from "./guid.ts";

/**
 * The node GUID of an HCA. Where it is known by a port's alone it is less by the port's number, as ConnectX cards up to
 * the third count them; from the fourth on each port is an HCA of its own (mlx5), and the GUIDs are one.
 */
export function nodeGuidOf({ guid, guidKind, description, ports: [port] }: FabricNode): string {
  const isCounted = guidKind === "port" && port !== undefined && !/\bmlx5_/.test(description);
  return isCounted ? plus(guid, -port.number) : guid;
}

/** Why what was seen says that this is no HCA's node GUID, in words; null where it does not. `guid` in the one spelling. */
export function notNodeGuid(guid: string, nodes: readonly FabricNode[]): string | null {
  const hcas = nodes.filter(({ type }) => type !== "switch");
  if (hcas.some((node) => node.guid === guid && nodeGuidOf(node) === guid)) return null;
  for (const node of hcas) {
    const port = node.ports.find((each) => each.guid === guid);
    if (port === undefined) continue;
    const known = node.guidKind === "node" ? `It is ${node.guid} here: on` : "On";
    return `This is the GUID of a port, ${node.description || node.guid} port ${port.number}. A node GUID is that of the whole adapter. ${known} the host, ibstat prints it as "Node GUID".`;
  }
  return null;
}
