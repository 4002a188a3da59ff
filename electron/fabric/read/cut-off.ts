/** Decides whether a saved output seems cut off: every tool ends its last line, and none ends before what a block is about. */
import type { Problem } from "../../contract/fabric.ts";
import { problem } from "../problems.ts";
import type { SavedKind } from "./recognise.ts";

/** A last line after which the tool always writes more. `ibstat -s` ends with a system image GUID. */
const neverLast: Partial<Readonly<Record<SavedKind, RegExp>>> = {
  iblinkinfo: /^(?:Switch: 0x[0-9a-f]{1,16} |(?:CA|Router): ).*:$/i,
  ibnetdiscover: /^(?:vendid|devid|sysimgguid|switchguid|caguid|rtguid)=/,
  ibstat:
    /^(?:CA '|\s+(?:CA type|Number of ports|Firmware version|Hardware version|Node GUID|Port \d{1,3}|State|Physical state|Rate|Base lid|LMC|SM lid|Capability mask):)/,
};

/** What is told of an output that ends inside a block: at a line behind which the tool always writes more. */
export function endInBlock(kind: SavedKind, source: string, text: string): Problem | null {
  const written = text.trimEnd();
  const last = written.slice(written.lastIndexOf("\n") + 1);
  if (last.length > 512 || neverLast[kind]?.test(last) !== true) return null;
  return cutOff(source, lineAt(written), last, "The file ends inside a block: it seems cut off.");
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
      : [cutOff(source, line, text, "The file ends in the middle of a line: it seems cut off.")];
  });
}

const cutCode = "fabric.cut-off";

function cutOff(source: string, line: number, text: string, detail: string): Problem {
  return problem(cutCode, "warning", source, source, line, text, detail);
}

/** The number of the last line. */
function lineAt(text: string): number {
  let lines = 1;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines += 1;
  return lines;
}
