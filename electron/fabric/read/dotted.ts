/** Reads the form that perfquery and smpquery share (libibmad, dump.c): a `#` line, then `Name:......value` lines. */
import type { Bounds } from "../bounds.ts";
import { boundedLines, type Unread, type UnreadLines } from "../reading.ts";

export interface DottedBlock {
  readonly line: number;
  /** What the `#` line says, without `# `. */
  readonly title: string;
  readonly fields: readonly DottedField[];
}
export interface DottedField {
  readonly line: number;
  readonly name: string;
  readonly value: string;
}

const fieldLine = /^([A-Za-z][\w ]{0,63}):\.*(.*)$/;
/** Names of set bits stand under their mask, behind tabs; ibportstate heads its answers with whose they are. */
const knownLine = /^(?:\t+\w+|(?:Switch|CA\/RT|CA|RT|Peer) PortInfo:)\s*$/;

/** Blocks in the order they came; `bounds` counts each as one port. Fields before any `#` line are a block of their own. */
export function readDotted(
  text: string,
  unread: UnreadLines,
  bounds: Bounds,
): { readonly blocks: readonly DottedBlock[]; readonly beyond?: Unread } {
  const blocks: { line: number; title: string; fields: DottedField[] }[] = [];
  for (const { line, text: content } of boundedLines(text, unread)) {
    if (knownLine.test(content)) continue;
    const field = content.startsWith("#") ? null : fieldLine.exec(content);
    if (content.startsWith("# ") || (field && blocks.length === 0)) {
      if (!bounds.admitsPort()) return { blocks, beyond: { line, text: content.slice(0, 200) } };
      blocks.push({ line, title: field ? "" : content.slice(2).trim(), fields: [] });
    }
    if (field) blocks.at(-1)?.fields.push({ line, name: field[1] ?? "", value: (field[2] ?? "").trim() });
    else if (!content.startsWith("# ")) unread.add(line, content);
  }
  return { blocks };
}

/** Where a query went: `Lid 6`, or `DR path slid 0; dlid 0; 0,1`. */
export function readTarget(title: string): { readonly lid: number | null; readonly route: readonly number[] | null } {
  const lid = /\bLid (\d{1,5})\b/.exec(title)?.[1];
  const route = /\bDR path slid \d{1,5}; dlid \d{1,5}; (\d{1,3}(?:,\d{1,3}){0,63})\b/.exec(title)?.[1];
  return {
    lid: lid === undefined ? null : Number(lid),
    route: route === undefined ? null : route.split(",").map(Number),
  };
}

/** The port of a title that ends in `port 3`. */
export function readPortOf(title: string): number | null {
  const port = /\bport (\d{1,3})\b/.exec(title)?.[1];
  return port === undefined ? null : Number(port);
}
