/** Finds nodes by what an admin has at hand: a name, a GUID of node or port, a LID. */
import type { FabricNode } from "../../electron/contract/fabric.ts";
import { byNumber } from "../../electron/contract/order.ts";
import type { Topology } from "./topology.ts";

export interface Found {
  /** Indices of nodes, the best first. */
  readonly nodes: readonly number[];
  /** How many there are in all. */
  readonly total: number;
}

const shownAtMost = 60;

/**
 * `node12`, `0x2c90300a1`, `2c90300a1`, `lid 37`, `37`. A number is a LID first. GUIDs match from their first digits, with
 * or without leading zeros.
 */
export function search({ nodes, names }: Pick<Topology, "nodes" | "names">, query: string): Found {
  const text = query.trim().toLowerCase();
  if (text === "") return { nodes: [], total: 0 };
  const lid = /^(?:lid\s*)?(\d{1,5})$/.exec(text)?.[1];
  const onlyLid = text.startsWith("lid");
  const digits = /^(?:0x)?([0-9a-f]{3,16})$/.exec(text)?.[1]?.replace(/^0+/, "");
  const ranked: { readonly node: number; readonly rank: number }[] = [];
  for (const [node, each] of nodes.entries()) {
    const rank = rankOf(each, names[node] ?? "", text, lid === undefined ? null : Number(lid), onlyLid, digits ?? null);
    if (rank !== null) ranked.push({ node, rank });
  }
  const name = (index: number): string => names[index] ?? "";
  ranked.sort((x, y) => x.rank - y.rank || byNumber(name(x.node), name(y.node)) || x.node - y.node);
  return { nodes: ranked.slice(0, shownAtMost).map(({ node }) => node), total: ranked.length };
}

/** The smaller, the better; null for no match. */
function rankOf(
  node: FabricNode,
  name: string,
  text: string,
  lid: number | null,
  onlyLid: boolean,
  digits: string | null,
): number | null {
  if (lid !== null && node.ports.some((port) => port.lid === lid)) return 0;
  if (onlyLid && lid !== null) return null;
  const [full, short] = [node.description.toLowerCase(), name.toLowerCase()];
  if (full === text || short === text) return 1;
  if (short.startsWith(text)) return 2;
  if (full.includes(text) || short.includes(text)) return 3;
  if (digits === null) return null;
  const starts = (guid: string | undefined) => guid?.slice(2).replace(/^0+/, "").startsWith(digits) ?? false;
  return starts(node.guid) || node.ports.some(({ guid }) => starts(guid)) ? 4 : null;
}
