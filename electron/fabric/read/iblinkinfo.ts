/** Reads `iblinkinfo` (infiniband-diags, iblinkinfo.c), `--line` and plain, with or without `-p`: one record per port line. */
import type { LogicalState, PhysicalState, Speed, Width } from "../../contract/fabric.ts";
import { readGuid } from "../../contract/guid.ts";
import { speedOfLane } from "../../contract/rates.ts";
import { Bounds, type FabricLimit, fabricBounds } from "../bounds.ts";
import {
  type Beyond,
  boundedLines,
  maxDiscoveryLine,
  mostUnread,
  readCount,
  readLogicalState,
  readPhysicalState,
  readWidth,
  type Unread,
  UnreadLines,
} from "../reading.ts";

export interface LinkinfoPeer {
  /** A switch's GUID or an HCA's port GUID; the plain form does not tell it. */
  readonly guid: string | null;
  readonly lid: number;
  readonly port: number;
  readonly description: string;
}

export interface LinkinfoRecord {
  readonly line: number;
  /** A switch's GUID or an HCA's port GUID. */
  readonly guid: string;
  /** Told by the header of the plain form only. */
  readonly type: "switch" | "hca" | "router" | null;
  readonly description: string;
  readonly lid: number;
  readonly port: number;
  readonly state: LogicalState;
  readonly physState: PhysicalState;
  readonly width: Width | null;
  readonly speed: Speed | null;
  /** `silent`: the link is up and its far end answers no queries. Null where nothing is connected. */
  readonly peer: LinkinfoPeer | "silent" | null;
  /** What both ends support beyond what the link runs at, as the tool hints; a simulator hints too much. */
  readonly couldBe: { readonly width: Width | null; readonly speed: Speed | null };
}

export interface LinkinfoReading {
  readonly records: readonly LinkinfoRecord[];
  readonly unread: readonly Unread[];
  /** The first line beyond what one output may name; from there on nothing was read. */
  readonly beyond?: Beyond;
}

interface Header {
  readonly type: "switch" | "hca" | "router" | null;
  readonly guid: string | null;
  readonly description: string;
}

type LinkWords = Pick<LinkinfoRecord, "state" | "physState" | "width" | "speed">;
interface Phrases {
  readonly guids: { read(text: string): string | null };
  readonly links: { read(text: string): LinkWords | null };
  readonly hints: { read(text: string): LinkinfoRecord["couldBe"] };
}

const switchHeader = /^Switch: (0x[0-9a-f]{1,16}) (.*):$/i;
const otherHeader = /^(CA|Router): (.*):$/;
/** GUID and quoted name in front (--line), GUID alone (plain, HCA) or nothing (plain, switch); then LID, port, link, rest.
 *  Names longer than their column push everything after them, so nothing here counts columns. */
const portLine =
  /^\s*(?:(0x[0-9a-f]{1,16})\s+)?(?:"(.*)"\s+)?(\d{1,5})\s+(\d{1,3})\[[ \d]*\]\s+==\((.*?)\)\s*(?:\(HOQ:\d+ VL_Stall:\d+\))?==>(.*)$/i;
const linkText = /^\s*(?:(\S+)\s+(\S+) Gbps(?: (\(FDR10\)))?\s+)?(\w+)\/\s*(\w+(?: \w+)*)\s*$/;
const peerText = /^\s*(?:(0x[0-9a-f]{1,16})\s+)?(\d{1,5})\s+(\d{1,3})\[[ \d]*\]\s+"(.*)"\s*\((.*)\)\s*$/i;
const noPeer = /^\s*\[[ \d]*\]\s+""\s*\(.*\)\s*$/;
const silentPeer = /^\s*"Port not available"\s*$/;

/** Reads `iblinkinfo` or `iblinkinfo --line`. Total: never throws, whatever the text. */
export function readIblinkinfo(text: string, limit: FabricLimit = fabricBounds): LinkinfoReading {
  const records: LinkinfoRecord[] = [];
  const unread = new UnreadLines();
  const bounds = new Bounds(limit);
  const phrases: Phrases = {
    guids: new Phrasebook(readGuid, limit.nodes),
    links: new Phrasebook(readLink),
    hints: new Phrasebook(readHint),
  };
  let header: Header | null = null;
  let inVain = 0;
  for (const { line, text: content } of boundedLines(text, unread, maxDiscoveryLine)) {
    const next = readHeader(content);
    if (next !== null) {
      header = next;
      continue;
    }
    const looksLikePort = content.includes("==(");
    const record = looksLikePort ? readPortLine(content, line, header, phrases) : null;
    if (record === null) {
      unread.add(line, content);
      if (looksLikePort && ++inVain > mostUnread)
        return { records, unread: unread.get(), beyond: { line, text: content.slice(0, 200), damaged: true } };
    } else if (bounds.admitsPort(record.guid, peerGuid(record))) records.push(record);
    else return { records, unread: unread.get(), beyond: { line, text: content.slice(0, 200) } };
  }
  return { records, unread: unread.get() };
}

/** One port's line behind other words, as `ibqueryerrors --report-port` has it: without GUID and name of its own. */
export function readLinkOfPort(text: string, line: number, guid: string, description: string): LinkinfoRecord | null {
  const phrases = { guids: { read: readGuid }, links: { read: readLink }, hints: { read: readHint } };
  return readPortLine(text, line, { type: null, guid, description }, phrases);
}

/**
 * A large fabric writes the same few phrases thousands of times: each is read once. So is each GUID, and the one text that
 * stands for it from then on is found in every map without being looked at letter by letter again.
 */
class Phrasebook<T> {
  readonly #known = new Map<string, T>();
  readonly #read: (text: string) => T;
  readonly #most: number;

  constructor(read: (text: string) => T, most: number = maxPhrases) {
    this.#read = read;
    this.#most = most;
  }

  read(text: string): T {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const value = this.#read(text);
    if (this.#known.size < this.#most) this.#known.set(text, value);
    return value;
  }
}

/** Far more than there are widths, speeds and states; hostile output must not fill memory. */
const maxPhrases = 1000;

function peerGuid({ peer }: LinkinfoRecord): string | null {
  return peer === null || peer === "silent" ? null : peer.guid;
}

function readHeader(content: string): Header | null {
  if (!content.endsWith(":")) return null;
  const ofSwitch = switchHeader.exec(content);
  if (ofSwitch) return { type: "switch", guid: readGuid(ofSwitch[1] ?? ""), description: (ofSwitch[2] ?? "").trim() };
  const other = otherHeader.exec(content);
  if (!other) return null;
  return { type: other[1] === "CA" ? "hca" : "router", guid: null, description: (other[2] ?? "").trim() };
}

function readPortLine(
  content: string,
  line: number,
  header: Header | null,
  { guids, links, hints }: Phrases,
): LinkinfoRecord | null {
  const match = portLine.exec(content);
  if (!match) return null;
  const [, ownGuid, name, lidText, portText, link = "", rest = ""] = match;
  const plain = name === undefined;
  const guid = ownGuid !== undefined ? guids.read(ownGuid) : plain ? (header?.guid ?? null) : null;
  const [lid, port, state] = [readCount(lidText), readCount(portText), links.read(link)];
  const peer = readPeer(rest, guids);
  if (guid === null || lid === null || port === null || state === null || peer === undefined) return null;
  return {
    line,
    guid,
    type: plain ? (header?.type ?? null) : null,
    description: plain ? (header?.description ?? "") : name.trim(),
    lid,
    port,
    ...state,
    peer: peer.peer,
    couldBe: hints.read(peer.hint),
  };
}

function readLink(text: string): LinkWords | null {
  const match = linkText.exec(text);
  if (!match) return null;
  const [, width, lane, fdr10, state = "", physState = ""] = match;
  return {
    state: readLogicalState(state),
    physState: readPhysicalState(physState),
    width: readWidth(width),
    speed: lane === undefined ? null : speedOfLane(Number(lane), fdr10 !== undefined),
  };
}

function readPeer(text: string, guids: Phrases["guids"]): { peer: LinkinfoRecord["peer"]; hint: string } | undefined {
  const first = text.trimStart().charAt(0);
  if (first === "[") return noPeer.test(text) ? { peer: null, hint: "" } : undefined;
  if (first === '"') return silentPeer.test(text) ? { peer: "silent", hint: "" } : undefined;
  // Looked at first: a pattern that hopes for the bracket at every quote takes as long as there are quotes.
  const match = text.trimEnd().endsWith(")") ? peerText.exec(text) : null;
  if (!match) return undefined;
  const [lid, port] = [readCount(match[2]), readCount(match[3])];
  if (lid === null || port === null) return undefined;
  const guid = match[1] === undefined ? null : guids.read(match[1]);
  return { peer: { guid, lid, port, description: (match[4] ?? "").trim() }, hint: match[5] ?? "" };
}

/** The hint has brackets of its own on some links: `Could be FDR10 (Found link at QDR but expected speed is FDR10)`. */
function readHint(text: string): LinkinfoRecord["couldBe"] {
  if (!text.includes("Could be")) return { width: null, speed: null };
  const width = readWidth(/Could be (\d{1,2}X)/.exec(text)?.[1]);
  if (/Could be FDR10/.test(text)) return { width, speed: "FDR10" };
  const lane = /Could be (\d{1,3}(?:\.\d{1,5})?) Gbps/.exec(text)?.[1];
  return { width, speed: lane === undefined ? null : speedOfLane(Number(lane), false) };
}
