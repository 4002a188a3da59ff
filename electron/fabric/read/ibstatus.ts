/** Reads `ibstatus` (infiniband-diags, a shell script over sysfs): a block per port of the host's own HCAs. */
import type { LogicalState, PhysicalState, Speed, Width } from "../../contract/fabric.ts";
import { readGuid } from "../../contract/guid.ts";
import { Bounds } from "../bounds.ts";
import { boundedLines, readHex, readLogicalState, readPhysicalState, type Unread, UnreadLines } from "../reading.ts";
import { readSysfsRate, stateWord } from "./sysfs-words.ts";

export interface IbstatusPort {
  readonly line: number;
  readonly device: string;
  readonly port: number;
  /** From the default GID, InfiniBand only; null where it is not given yet. */
  readonly guid: string | null;
  readonly lid: number;
  readonly smLid: number;
  readonly state: LogicalState;
  readonly physState: PhysicalState;
  readonly rateGbps: number | null;
  /** Null where the port is not up. */
  readonly width: Width | null;
  readonly speed: Speed | null;
  readonly linkLayer: string;
}

export interface IbstatusReading {
  readonly ports: readonly IbstatusPort[];
  /** The line that says there is no device: exit code 255. */
  readonly noDevice: Unread | null;
  readonly unread: readonly Unread[];
  readonly beyond?: Unread;
}

const portHeader = /^Infiniband device '([\w.-]{1,64})' port (\d{1,3}) status:\s*$/i;
const fieldLine = /^\s+([a-z_ ]{1,32}):\s*(.*)$/;

/** Reads `ibstatus`. Total: never throws, whatever the text. */
export function readIbstatus(text: string): IbstatusReading {
  const unread = new UnreadLines();
  const bounds = new Bounds();
  const blocks: { line: number; device: string; port: number; fields: Map<string, string> }[] = [];
  let noDevice: Unread | null = null;
  let beyond: Unread | undefined;
  for (const { line, text: content } of boundedLines(text, unread)) {
    const [, device, port] = portHeader.exec(content) ?? [];
    const [, name, value = ""] = fieldLine.exec(content) ?? [];
    if (device !== undefined) {
      if (!bounds.admitsPort()) {
        beyond = { line, text: content.slice(0, 200) };
        break;
      }
      blocks.push({ line, device, port: Number(port), fields: new Map() });
    } else if (name !== undefined && blocks.length > 0) blocks.at(-1)?.fields.set(name, value.trim());
    else if (/^Fatal error:\s+No devices/i.test(content)) noDevice ??= { line, text: content };
    else unread.add(line, content);
  }
  const ports = blocks.map(({ line, device, port, fields }) => portOf({ line, device, port }, fields));
  return { ports, noDevice, unread: unread.get(), ...(beyond ? { beyond } : {}) };
}

function portOf(at: Pick<IbstatusPort, "line" | "device" | "port">, fields: ReadonlyMap<string, string>): IbstatusPort {
  const linkLayer = fields.get("link_layer") ?? "";
  const physState = readPhysicalState(stateWord(fields.get("phys state") ?? ""));
  const rate = readSysfsRate(fields.get("rate") ?? "");
  const up = physState === "LinkUp" || physState === "LinkErrorRecovery";
  return {
    ...at,
    guid: linkLayer === "Ethernet" ? null : guidOfGid(fields.get("default gid") ?? ""),
    lid: readHex(fields.get("base lid")) ?? 0,
    smLid: readHex(fields.get("sm lid")) ?? 0,
    state: readLogicalState(stateWord(fields.get("state") ?? "")),
    physState,
    rateGbps: rate?.gbps ?? null,
    width: up ? (rate?.width ?? null) : null,
    speed: up ? (rate?.speed ?? null) : null,
    linkLayer,
  };
}

/** A GID's second half is the port's GUID. */
export function guidOfGid(gid: string): string | null {
  const groups = gid.split(":");
  if (groups.length !== 8 || groups.some((group) => !/^[0-9a-f]{4}$/i.test(group))) return null;
  return readGuid(groups.slice(4).join(""));
}
