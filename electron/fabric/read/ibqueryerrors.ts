/**
 * Reads `ibqueryerrors` (infiniband-diags, ibqueryerrors.c), also with --report-port, --data, --details, -c: counters
 * above their thresholds, by port; and with --counters: the data counters of every port.
 */

import { readGuid } from "../../contract/guid.ts";
import { Bounds, type FabricLimit } from "../bounds.ts";
import { boundedLines, readCount, type Unread, UnreadLines } from "../reading.ts";
import { type Counters, counterValue } from "./counters.ts";
import { type LinkinfoRecord, readLinkOfPort } from "./iblinkinfo.ts";

export interface QueryErrorsPort {
  readonly line: number;
  /** A switch's GUID or an HCA's port GUID; with --counters the node's. */
  readonly guid: string;
  /** Told for switches, and with --counters for all. */
  readonly nodeGuid: string | null;
  readonly description: string;
  /** `ALL` is what a switch says of its ports together: never to be added to them. */
  readonly port: number | "ALL";
  readonly counters: Counters;
  /** With --report-port. */
  readonly link: LinkinfoRecord | null;
}

export interface QueryErrorsReading {
  readonly ports: readonly QueryErrorsPort[];
  /** Null where the tool did not get to its end: then ports that are not here were not looked at. */
  readonly summary: {
    readonly nodes: number;
    readonly badNodes: number;
    readonly ports: number | null;
    readonly badPorts: number | null;
  } | null;
  /** Queries that were not answered, where there were any: what such a port would have told is not among `ports`. */
  readonly unanswered?: number;
  /** Counters the tool was told to leave out. */
  readonly suppressed: readonly string[];
  readonly unread: readonly Unread[];
  readonly beyond?: Unread;
}

const nodeLine = /^(?:Errors|Data Counters) for (?:(0x[0-9a-f]{1,16}) )?"(.*)"\s*$/i;
const portLine = /^\s+GUID (0x[0-9a-f]{1,16}) port (ALL|\d{1,3}):(.*)$/i;
const counterText = /\[(\w{1,64}) == (\d{1,20})(?: \([\d.]{1,24}[A-Z]{0,2}\))?\]/g;
const linkLine = /^\s+Link info:(.*)$/;
const nodesSummary = /^## Summary: (\d{1,9}) nodes checked, (\d{1,9}) bad nodes found/;
const portsSummary = /^##\s+(\d{1,9}) ports checked, (\d{1,9}) ports have errors beyond threshold/;
const unansweredLine = /^##\s+(\d{1,9}) PMA query failures/;
const suppressedLine = /^## Suppressed:(.*)$/;

/** Reads `ibqueryerrors`. Total: never throws, whatever the text. */
export function readIbqueryerrors(text: string, limit?: FabricLimit): QueryErrorsReading {
  const ports: QueryErrorsPort[] = [];
  const unread = new UnreadLines();
  const bounds = new Bounds(limit);
  let node: { readonly guid: string | null; readonly description: string } | null = null;
  const checked: RegExpExecArray[] = [];
  let suppressed: readonly string[] = [];
  let unanswered = 0;
  for (const { line, text: content } of boundedLines(text, unread)) {
    const [named, nodeGuid, description = ""] = nodeLine.exec(content) ?? [];
    if (named !== undefined) {
      node = { guid: readGuid(nodeGuid ?? ""), description: description.trim() };
      continue;
    }
    const port = readPort(content, line, node);
    if (port !== null) {
      if (!bounds.admitsPort(port.guid)) {
        return {
          ports,
          summary: null,
          suppressed,
          unread: unread.get(),
          beyond: { line, text: content.slice(0, 200) },
        };
      }
      ports.push(port.port);
      if (port.rest) unread.add(line, content);
      continue;
    }
    const link = linkLine.exec(content)?.[1];
    const last = ports.at(-1);
    if (link !== undefined && last !== undefined && last.port !== "ALL" && last.link === null) {
      const record = readLinkOfPort(link, line, last.guid, last.description);
      if (record === null) unread.add(line, content);
      else ports[ports.length - 1] = { ...last, link: record };
      continue;
    }
    const summary = nodesSummary.exec(content) ?? portsSummary.exec(content);
    if (summary) checked.push(summary);
    else if (unansweredLine.test(content)) unanswered = readCount(unansweredLine.exec(content)?.[1]) ?? 0;
    else if (suppressedLine.test(content))
      suppressed = (suppressedLine.exec(content)?.[1] ?? "").match(/\w{1,64}/g) ?? [];
    else if (!content.startsWith("## Thresholds:")) unread.add(line, content);
  }
  const silent = unanswered === 0 ? {} : { unanswered };
  return { ports, summary: summaryOf(checked), ...silent, suppressed, unread: unread.get() };
}

/** The lines of the summary: of the nodes first, of their ports after it. */
function summaryOf([nodes, ports]: readonly RegExpExecArray[]): QueryErrorsReading["summary"] {
  const [all, bad] = [readCount(nodes?.[1]), readCount(nodes?.[2])];
  if (all === null || bad === null) return null;
  return { nodes: all, badNodes: bad, ports: readCount(ports?.[1]), badPorts: readCount(ports?.[2]) };
}

function readPort(
  content: string,
  line: number,
  node: { readonly guid: string | null; readonly description: string } | null,
): { readonly guid: string; readonly port: QueryErrorsPort; readonly rest: boolean } | null {
  const [found, guidText = "", portText = "", rest = ""] = portLine.exec(content) ?? [];
  const guid = readGuid(guidText);
  if (found === undefined || guid === null) return null;
  const counters = new Map<string, number>();
  for (const [, name = "", value = ""] of rest.matchAll(counterText)) counters.set(name, counterValue(value));
  const port = {
    line,
    guid,
    nodeGuid: node?.guid ?? null,
    description: node?.description ?? "",
    port: /^all$/i.test(portText) ? ("ALL" as const) : Number(portText),
    counters: Object.fromEntries(counters),
    link: null,
  };
  return { guid, port, rest: rest.replaceAll(counterText, "").trim() !== "" };
}
