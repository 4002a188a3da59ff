/**
 * Decides whether a saved output seems cut off: every tool ends its last line, none ends before what a block is about, and
 * the discovery tools tell each link from both its ends.
 */
import type { Problem } from "../../contract/fabric.ts";
import { portKey } from "../../contract/fabric-words.ts";
import { problem } from "../problems.ts";
import type { LinkinfoReading } from "./iblinkinfo.ts";
import type { DiscoverReading } from "./ibnetdiscover.ts";
import type { SavedKind } from "./recognise.ts";

/** A last line after which the tool always writes more. `ibstat -s` ends with a system image GUID. */
const neverLast: Partial<Readonly<Record<SavedKind, RegExp>>> = {
  iblinkinfo: /^(?:Switch: 0x[0-9a-f]{1,16} |(?:CA|Router): ).*:$/i,
  ibnetdiscover: /^(?:vendid|devid|sysimgguid|switchguid|caguid|rtguid)=/,
  ibstat:
    /^(?:CA '|\s+(?:CA type|Number of ports|Firmware version|Hardware version|Node GUID|Port \d{1,3}|State|Physical state|Rate|Base lid|LMC|SM lid|Capability mask):)/,
};

/** A port of `ibnetdiscover` whose line ends before what its link runs at. */
const noRate = /^\[\d{1,3}\](?!.* \d{1,2}x\w{3})/;

/** What is told of an output that ends inside a block: at a line behind which the tool always writes more. */
export function endInBlock(kind: SavedKind, source: string, text: string): Problem | null {
  const written = text.trimEnd();
  const last = written.slice(written.lastIndexOf("\n") + 1);
  if (last.length > 512) return null;
  if (neverLast[kind]?.test(last) === true)
    return cutOff(source, lineAt(written), last, "The file ends inside a block: it seems cut off.");
  const isHalf = kind === "ibnetdiscover" && !text.endsWith("\n") && noRate.test(last);
  return isHalf ? cutOff(source, lineAt(written), last, inLine) : null;
}

/** A port's line, and where it says that the port's link leads. */
interface ToldEnd {
  readonly line: number;
  readonly node: string;
  readonly port: number;
  readonly far: { readonly node: string; readonly port: number; readonly description: string } | null;
}

/** What is told of an `ibnetdiscover` some of whose links lead to ports that it does not tell of. */
export function endBeforeFarEnds({ nodes, beyond }: DiscoverReading, source: string): Problem | null {
  if (beyond) return null;
  const ends = nodes.flatMap(({ guid, ports }) =>
    ports.map(({ line, number, peer }): ToldEnd => {
      return { line, node: guid, port: number, far: { ...peer, node: peer.guid } };
    }),
  );
  return tellMissing(ends, source);
}

/**
 * The same of an `iblinkinfo`, by LIDs, which each of its forms tells. It can be asked for hosts or switches alone: only
 * where a node's other ports are told is one of them missing.
 */
export function endBeforeFarPorts({ records, beyond }: LinkinfoReading, source: string): Problem | null {
  if (beyond) return null;
  const lids = new Set(records.map(({ lid }) => lid));
  const ends = records.map(({ line, lid, port, peer }): ToldEnd => {
    const isTold = peer !== null && peer !== "silent" && peer.lid !== 0 && lids.has(peer.lid);
    return { line, node: `${lid}`, port, far: isTold ? { ...peer, node: `${peer.lid}` } : null };
  });
  return tellMissing(ends, source);
}

function tellMissing(ends: readonly ToldEnd[], source: string): Problem | null {
  const told = new Set(ends.map(({ node, port }) => portKey(node, port)));
  const missing = ends.flatMap(({ line, far }) =>
    far === null || told.has(portKey(far.node, far.port)) ? [] : [{ line, far }],
  );
  const [first] = missing;
  if (first === undefined) return null;
  const name = `${first.far.description || first.far.node} port ${first.far.port}`;
  const others = missing.length - 1;
  const what =
    others === 0
      ? `${name}, where a link leads`
      : `${name} and ${others === 1 ? "1 other port" : `${others} other ports`}, where links lead`;
  const words = `No line tells of ${what}: it seems cut off, or tells of a part of the fabric only.`;
  return cutOff(source, first.line, name, words);
}

/** The problems, those of a last line that has no end and was not understood as what they are. */
export function tellCutOff(
  texts: readonly { readonly source: string; readonly text: string }[],
  problems: Problem[],
): Problem[] {
  const unended = new Map(texts.flatMap(({ source, text }) => (text.endsWith("\n") ? [] : [[source, text] as const])));
  if (unended.size === 0) return problems;
  const inBlock = new Set(problems.flatMap(({ code, evidence }) => (code === cutCode ? [evidence.source] : [])));
  return problems.flatMap((each) => {
    const { source, line, text } = each.evidence;
    const whole = each.code === "fabric.unread-line" ? unended.get(source) : undefined;
    if (whole === undefined || line !== lineAt(whole)) return [each];
    return inBlock.has(source)
      ? []
      : [cutOff(source, line, text, each.detail === undefined ? inLine : `${inLine} ${each.detail}`)];
  });
}

const cutCode = "fabric.cut-off";
const inLine = "The file ends in the middle of a line: it seems cut off.";

function cutOff(source: string, line: number, text: string, detail: string): Problem {
  return problem(cutCode, "warning", source, source, line, text, detail);
}

/** The number of the last line. */
function lineAt(text: string): number {
  let lines = 1;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines += 1;
  return lines;
}
