/** Reads `ibnetdiscover -p` (infiniband-diags, ibnetdiscover.c, dump_ports_report): a line per port, down ones too. */
import { type Speed, speeds, type Width, widths } from "../../contract/fabric-words.ts";
import { readGuid } from "../../contract/guid.ts";
import { Bounds, type FabricLimit } from "../bounds.ts";
import { boundedLines, readCount, type Unread, UnreadLines } from "../reading.ts";

export interface PortReportEnd {
  readonly type: "switch" | "hca" | "router";
  readonly lid: number;
  readonly port: number;
  /** A switch's GUID or an HCA's port GUID. */
  readonly guid: string;
  readonly description: string;
}

export interface PortReportLine extends PortReportEnd {
  readonly line: number;
  /** Of a port that is not connected they say nothing: switches print 4x SDR then. */
  readonly width: Width | null;
  readonly speed: Speed | null;
  /** Null where nothing is connected, or what is does not answer. */
  readonly peer: PortReportEnd | null;
}

export interface PortReportReading {
  readonly ports: readonly PortReportLine[];
  readonly unread: readonly Unread[];
  readonly beyond?: Unread;
}

const ownEnd = /^(CA|SW|RT)\s+(\d{1,5})\s+(\d{1,3}) (0x[0-9a-f]{1,16}) (\d{1,2})x (\S{1,8})\s+(.*)$/i;
const farEnd = /^- (CA|SW|RT)\s+(\d{1,5})\s+(\d{1,3}) (0x[0-9a-f]{1,16}) \( '(.*)' - '(.*)' \)\s*$/i;
const loneName = /^'(.*)'\s*$/;
const types = { CA: "hca", SW: "switch", RT: "router" } as const;

/** Reads `ibnetdiscover -p`. Total: never throws, whatever the text. */
export function readPortReport(text: string, limit?: FabricLimit): PortReportReading {
  const ports: PortReportLine[] = [];
  const unread = new UnreadLines();
  const bounds = new Bounds(limit);
  for (const { line, text: content } of boundedLines(text, unread)) {
    const port = readPort(content, line);
    if (port === null) unread.add(line, content);
    else if (bounds.admitsPort(port.guid, port.peer?.guid ?? port.guid)) ports.push(port);
    else return { ports, unread: unread.get(), beyond: { line, text: content.slice(0, 200) } };
  }
  return { ports, unread: unread.get() };
}

function readPort(content: string, line: number): PortReportLine | null {
  const [, word, lid, port, guid, width, speed, rest = ""] = ownEnd.exec(content) ?? [];
  const alone = loneName.exec(rest)?.[1];
  const far = alone === undefined ? farEnd.exec(rest) : null;
  const own = readEnd(word, lid, port, guid, alone ?? far?.[5]);
  const peer = far ? readEnd(far[1], far[2], far[3], far[4], far[6]) : null;
  if (own === null || (far === null) !== (peer === null)) return null;
  return {
    line,
    ...own,
    width: widths.find((option) => option === `${width}X`) ?? null,
    speed: speeds.find((option) => option === speed) ?? null,
    peer,
  };
}

function readEnd(
  word: string | undefined,
  lidText: string | undefined,
  portText: string | undefined,
  guidText: string | undefined,
  description: string | undefined,
): PortReportEnd | null {
  const type = Object.entries(types).find(([name]) => name === word?.toUpperCase())?.[1];
  const [lid, port, guid] = [readCount(lidText), readCount(portText), readGuid(guidText ?? "")];
  if (type === undefined || lid === null || port === null || guid === null || description === undefined) return null;
  return { type, lid, port, guid, description: description.trim() };
}
