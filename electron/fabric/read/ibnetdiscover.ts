/** Reads `ibnetdiscover` in its plain form (infiniband-diags, ibnetdiscover.c): a block per node, a line per port that is up. */
import { type Speed, speeds, type Width, widths } from "../../contract/fabric-words.ts";
import { readGuid } from "../../contract/guid.ts";
import { Bounds, type FabricLimit } from "../bounds.ts";
import {
  type Beyond,
  boundedLines,
  maxDiscoveryLine,
  mostUnread,
  readCount,
  type Unread,
  UnreadLines,
} from "../reading.ts";

/** The far end, by what the port's own line says of it. */
export interface DiscoverPeer {
  readonly type: DiscoverNode["type"];
  /** Of the node. */
  readonly guid: string;
  readonly port: number;
  /** Told where the peer is no switch. */
  readonly portGuid: string | null;
  readonly lid: number | null;
  readonly description: string;
}

export interface DiscoverPort {
  readonly line: number;
  readonly number: number;
  /** Told for HCAs and routers; a switch's ports have the switch's GUID. */
  readonly guid: string | null;
  readonly lid: number | null;
  readonly peer: DiscoverPeer;
  readonly width: Width | null;
  readonly speed: Speed | null;
}

export interface DiscoverNode {
  readonly line: number;
  readonly type: "switch" | "hca" | "router";
  readonly guid: string;
  readonly systemGuid: string | null;
  readonly portCount: number;
  readonly description: string;
  /** Of a switch's port 0. */
  readonly lid: number | null;
  readonly ports: readonly DiscoverPort[];
}

export interface DiscoverReading {
  /** Port GUID the discovery started from; directed routes in error lines start there. */
  readonly origin: string | null;
  readonly nodes: readonly DiscoverNode[];
  readonly unread: readonly Unread[];
  /** The first line beyond what one output may name; from there on nothing was read. */
  readonly beyond?: Beyond;
}

const originLine = /^# Initiated from node (?:0x)?[0-9a-f]{1,16} port (?:0x)?([0-9a-f]{1,16})/i;
/** How lines of nodes and ports begin. */
const ownLine = /^(?:\[\d{1,3}\]|(?:Switch|Ca|Rt)\s)/i;
const systemLine = /^sysimgguid=(\S+)$/;
/** Headers of no use here; `-g` groups what follows and ends a switch's header in a comment. */
const headerLine = /^(?:(?:vendid|devid|switchguid|caguid|rtguid)=\S+(?:\s*#.*)?|Non-Chassis Nodes|Chassis \d.*)$/;
const nodeLine = /^(Switch|Ca|Rt)\s+(\d{1,3})\s+"[SHR]-([0-9a-f]{1,16})"\s*(?:#\s*"([^\n]*)"([^\n]*))?$/i;
/** `[1]`, `[1][ext 1]`, `[1](guid)`; then the peer's id, port and, for HCAs and routers, port GUID; then the comment. */
const portLine =
  /^\[(\d{1,3})\](?:\[ext \d+\])?(?:\(([0-9a-f]{1,16})\))?\s+"([SHR])-([0-9a-f]{1,16})"\[(\d{1,3})\](?:\[ext \d+\])?(?:\s*\(([0-9a-f]{1,16})\))?\s*(?:#([^\n]*))?$/i;
/** Width and speed stand last; `-f` appends its own fields to them. */
const rateText = /\slid (\d+) (\d{1,2})x(\w+)(?: s=\d+ w=\d+(?: v=\d+)?(?: e=\d+)?)?\s*$/;
const typeOf = { switch: "switch", ca: "hca", rt: "router" } as const;

/** Reads plain `ibnetdiscover`. Total: never throws, whatever the text. */
export function readIbnetdiscover(text: string, limit?: FabricLimit): DiscoverReading {
  const nodes: (Omit<DiscoverNode, "ports"> & { ports: DiscoverPort[] })[] = [];
  const unread = new UnreadLines();
  const bounds = new Bounds(limit);
  let origin: string | null = null;
  let systemGuid: string | null = null;
  let inVain = 0;
  const end = (): DiscoverReading => ({ origin, nodes, unread: unread.get() });
  for (const { line, text: content } of boundedLines(text, unread, maxDiscoveryLine)) {
    if (content.startsWith("#")) {
      origin ??= readGuid(originLine.exec(content)?.[1] ?? "");
      continue;
    }
    const system = systemLine.exec(content)?.[1];
    if (system !== undefined) {
      systemGuid = readGuid(system);
      continue;
    }
    if (headerLine.test(content)) continue;
    if (!ownLine.test(content)) {
      unread.add(line, content);
      continue;
    }
    const node = readNode(content, line, systemGuid);
    if (node !== null) {
      if (!bounds.admitsNode(node.guid)) return { ...end(), beyond: { line, text: content.slice(0, 200) } };
      nodes.push({ ...node, ports: [] });
      systemGuid = null;
      continue;
    }
    const port = readPort(content, line);
    const owner = nodes.at(-1);
    if (port === null || owner === undefined) {
      unread.add(line, content);
      if (++inVain > mostUnread) return { ...end(), beyond: { line, text: content.slice(0, 200), damaged: true } };
    } else if (!bounds.admitsPort(null, port.peer.guid))
      return { ...end(), beyond: { line, text: content.slice(0, 200) } };
    else owner.ports.push(owner.type === "switch" ? { ...port, guid: null, lid: null } : port);
  }
  return end();
}

function readNode(content: string, line: number, systemGuid: string | null): Omit<DiscoverNode, "ports"> | null {
  const match = nodeLine.exec(content);
  if (!match) return null;
  const guid = readGuid(match[3] ?? "");
  const word = (match[1] ?? "").toLowerCase();
  if (guid === null || (word !== "switch" && word !== "ca" && word !== "rt")) return null;
  return {
    line,
    type: typeOf[word],
    guid,
    systemGuid,
    portCount: readCount(match[2]) ?? 0,
    description: (match[4] ?? "").trim(),
    lid: readCount(/\blid (\d+)/.exec(match[5] ?? "")?.[1]),
  };
}

function readPort(content: string, line: number): DiscoverPort | null {
  const match = portLine.exec(content);
  if (!match) return null;
  const [, numberText, ownGuid, letter, peerId = "", peerPort, peerPortGuid, comment = ""] = match;
  const [number, peerNumber, peerGuid] = [readCount(numberText), readCount(peerPort), readGuid(peerId)];
  if (number === null || peerNumber === null || peerGuid === null) return null;
  const rate = rateText.exec(` ${comment}`);
  return {
    line,
    number,
    guid: ownGuid === undefined ? null : readGuid(ownGuid),
    lid: readCount(/^\s*lid (\d+) lmc/.exec(comment)?.[1]),
    peer: {
      type: letter === "S" ? "switch" : letter === "R" ? "router" : "hca",
      guid: peerGuid,
      port: peerNumber,
      portGuid: peerPortGuid === undefined ? null : readGuid(peerPortGuid),
      lid: readCount(rate?.[1]),
      // Between the first quote and the last: a description may hold quotes of its own.
      description: comment.slice(comment.indexOf('"') + 1, Math.max(0, comment.lastIndexOf('"'))).trim(),
    },
    width: widths.find((width) => width === `${rate?.[2]}X`) ?? null,
    speed: speeds.find((speed) => speed === rate?.[3]) ?? null,
  };
}
