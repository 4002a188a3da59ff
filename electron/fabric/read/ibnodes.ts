/** Reads `ibhosts`, `ibswitches`, `ibnodes` and `ibnetdiscover -l` (infiniband-diags): a line per node, no links. */

import { readGuid } from "../../contract/guid.ts";
import { Bounds, type FabricLimit } from "../bounds.ts";
import { boundedLines, readCount, type Unread, UnreadLines } from "../reading.ts";

export interface ListedNode {
  readonly line: number;
  readonly type: "switch" | "hca" | "router";
  readonly guid: string;
  readonly portCount: number;
  readonly description: string;
  /** Of a switch's port 0. */
  readonly lid: number | null;
}

export interface NodeListReading {
  readonly nodes: readonly ListedNode[];
  readonly unread: readonly Unread[];
  readonly beyond?: Unread;
}

const nodeLine =
  /^(Ca|Switch|Rt)\s*: (0x[0-9a-f]{1,16}) ports (\d{1,3})(?: devid 0x[0-9a-f]{1,8} vendid 0x[0-9a-f]{1,8})? "(.*)"(.*)$/i;
const types = { ca: "hca", switch: "switch", rt: "router" } as const;

/** Reads a list of nodes. Total: never throws, whatever the text. */
export function readNodeList(text: string, limit?: FabricLimit): NodeListReading {
  const nodes: ListedNode[] = [];
  const unread = new UnreadLines();
  const bounds = new Bounds(limit);
  for (const { line, text: content } of boundedLines(text, unread)) {
    const node = readNode(content, line);
    if (node === null) unread.add(line, content);
    else if (bounds.admitsNode(node.guid)) nodes.push(node);
    else return { nodes, unread: unread.get(), beyond: { line, text: content.slice(0, 200) } };
  }
  return { nodes, unread: unread.get() };
}

function readNode(content: string, line: number): ListedNode | null {
  const [, word = "", guidText = "", count, description = "", rest = ""] = nodeLine.exec(content) ?? [];
  const type = Object.entries(types).find(([name]) => name === word.toLowerCase())?.[1];
  const [guid, portCount] = [readGuid(guidText), readCount(count)];
  if (type === undefined || guid === null || portCount === null) return null;
  const lid = readCount(/\blid (\d{1,5})\b/.exec(rest)?.[1]);
  return { line, type, guid, portCount, description: description.trim(), lid };
}
