/**
 * Reads `smpquery` nodeinfo, portinfo and nodedesc, and `ibportstate` query, which prints the same (infiniband-diags,
 * smpquery.c, ibportstate.c): one node or port asked directly.
 */
import { type LogicalState, type PhysicalState, type Speed, type Width, widths } from "../../contract/fabric-words.ts";
import { readGuid } from "../../contract/guid.ts";
import { speedOfLane } from "../../contract/rates.ts";
import { Bounds, type FabricLimit } from "../bounds.ts";
import { readCount, readLogicalState, readPhysicalState, type Unread, UnreadLines } from "../reading.ts";
import { type DottedBlock, readDotted, readPortOf, readTarget } from "./dotted.ts";

interface Asked {
  readonly line: number;
  readonly lid: number | null;
  /** Directed route from the querying port, in place of a LID. */
  readonly route: readonly number[] | null;
}

export interface NodeInfo extends Asked {
  readonly type: "switch" | "hca" | "router";
  readonly guid: string;
  readonly systemGuid: string | null;
  /** Of the port that answered; a switch's GUID for a switch. */
  readonly portGuid: string | null;
  readonly portCount: number;
  readonly localPort: number | null;
}

export interface PortInfo extends Asked {
  readonly port: number | null;
  /** The port's own LID and its subnet manager's; 0 where none was given, as for a switch's outer ports. */
  readonly ownLid: number;
  readonly smLid: number;
  readonly state: LogicalState;
  readonly physState: PhysicalState;
  /** Null where the port is not up. */
  readonly width: Width | null;
  readonly speed: Speed | null;
  readonly widthsSupported: readonly Width[];
  readonly widthsEnabled: readonly Width[];
  readonly speedsSupported: readonly Speed[];
  readonly speedsEnabled: readonly Speed[];
}

export interface SmpqueryReading {
  readonly nodes: readonly NodeInfo[];
  readonly ports: readonly PortInfo[];
  readonly descriptions: readonly string[];
  readonly unread: readonly Unread[];
  readonly beyond?: Unread;
}

const types: Readonly<Record<string, NodeInfo["type"]>> = {
  Switch: "switch",
  "Channel Adapter": "hca",
  Router: "router",
};

/** Reads `smpquery`, one answer or several after each other. Total: never throws, whatever the text. */
export function readSmpquery(text: string, limit?: FabricLimit): SmpqueryReading {
  const unread = new UnreadLines();
  const { blocks, beyond } = readDotted(text, unread, new Bounds(limit));
  const nodes: NodeInfo[] = [];
  const ports: PortInfo[] = [];
  const descriptions: string[] = [];
  for (const block of blocks) {
    // ibportstate adds what Mellanox ports tell beyond the standard.
    if (/^MLNX ext Port info: /.test(block.title)) continue;
    const fields = new Map(block.fields.map(({ name, value }) => [name, value]));
    const node = /^Node info: /.test(block.title) ? nodeInfo(block, fields) : null;
    const port = /^Port info: /.test(block.title) ? portInfo(block, fields) : null;
    const description = fields.get("Node Description");
    if (node) nodes.push(node);
    else if (port) ports.push(port);
    if (description !== undefined) descriptions.push(description);
    if (!node && !port && description === undefined) unread.add(block.line, block.title);
  }
  return { nodes, ports, descriptions, unread: unread.get(), ...(beyond ? { beyond } : {}) };
}

function nodeInfo(block: DottedBlock, fields: ReadonlyMap<string, string>): NodeInfo | null {
  const type = types[fields.get("NodeType") ?? ""];
  const guid = readGuid(fields.get("Guid") ?? "");
  const portCount = readCount(fields.get("NumPorts"));
  if (type === undefined || guid === null || portCount === null) return null;
  return {
    line: block.line,
    ...readTarget(block.title),
    type,
    guid,
    systemGuid: readGuid(fields.get("SystemGuid") ?? ""),
    portGuid: readGuid(fields.get("PortGuid") ?? ""),
    portCount,
    localPort: readCount(fields.get("LocalPort")),
  };
}

function portInfo(block: DottedBlock, fields: ReadonlyMap<string, string>): PortInfo | null {
  const [state, physState] = [fields.get("LinkState"), fields.get("PhysLinkState")];
  if (state === undefined || physState === undefined) return null;
  const physical = readPhysicalState(physState);
  const up = physical === "LinkUp" || physical === "LinkErrorRecovery";
  const extended = readSpeeds(fields.get("LinkSpeedExtActive"));
  const active = extended.length > 0 ? extended : readSpeeds(fields.get("LinkSpeedActive"));
  return {
    line: block.line,
    ...readTarget(block.title),
    port: readPortOf(block.title) ?? readCount(fields.get("LocalPort")),
    ownLid: readCount(fields.get("Lid")) ?? 0,
    smLid: readCount(fields.get("SMLid")) ?? 0,
    state: readLogicalState(state),
    physState: physical,
    width: (up && readWidths(fields.get("LinkWidthActive"))[0]) || null,
    speed: (up && active[0]) || null,
    widthsSupported: readWidths(fields.get("LinkWidthSupported")),
    widthsEnabled: readWidths(fields.get("LinkWidthEnabled")),
    speedsSupported: [
      ...readSpeeds(fields.get("LinkSpeedSupported")),
      ...readSpeeds(fields.get("LinkSpeedExtSupported")),
    ],
    speedsEnabled: [...readSpeeds(fields.get("LinkSpeedEnabled")), ...readSpeeds(fields.get("LinkSpeedExtEnabled"))],
  };
}

/** `1X or 4X`. */
function readWidths(text = ""): readonly Width[] {
  const words = text.split(" or ");
  return widths.filter((width) => words.includes(width));
}

/** `2.5 Gbps or 5.0 Gbps`, per lane; words for none are none. FDR10 is not told here. */
function readSpeeds(text = ""): readonly Speed[] {
  return text.split(" or ").flatMap((word) => {
    const lane = /^(\d{1,3}(?:\.\d{1,6})?) Gbps$/.exec(word.trim())?.[1];
    return lane === undefined ? [] : (speedOfLane(Number(lane), false) ?? []);
  });
}
