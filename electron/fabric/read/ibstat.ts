/** Reads `ibstat` (infiniband-diags, ibstat.c): one block per HCA, one block per port. No output means no device. */
import type { LogicalState, PhysicalState, Speed, Width } from "../../contract/fabric.ts";
import { readGuid } from "../../contract/guid.ts";
import { linkOfRate } from "../../contract/rates.ts";
import { Bounds } from "../bounds.ts";
import { boundedLines, readCount, readLogicalState, readPhysicalState, type Unread, UnreadLines } from "../reading.ts";

export interface IbstatPort {
  readonly number: number;
  readonly guid: string | null;
  readonly lid: number | null;
  readonly smLid: number | null;
  readonly state: LogicalState;
  readonly physState: PhysicalState;
  /** As printed. Of no meaning unless the port is up: a polling port says 10, a simulated one keeps its last rate. */
  readonly rateGbps: number | null;
  /** Only where the rate allows one answer and the port is up. */
  readonly width: Width | null;
  readonly speed: Speed | null;
  /** `InfiniBand`, `Ethernet` (a VPI port set so), `IB` over the simulator. */
  readonly linkLayer: string;
}

export interface IbstatHca {
  readonly name: string;
  readonly model: string;
  readonly firmware: string;
  readonly nodeGuid: string | null;
  readonly systemGuid: string | null;
  /** The kernel's files tell it, ibstat does not. */
  readonly description?: string;
  readonly ports: readonly IbstatPort[];
}

export interface IbstatReading {
  readonly hcas: readonly IbstatHca[];
  readonly unread: readonly Unread[];
  /** The first line beyond what one output may name; from there on nothing was read. */
  readonly beyond?: Unread;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type DraftPort = Mutable<IbstatPort> & { rate: string };
type DraftHca = Omit<Mutable<IbstatHca>, "ports"> & { ports: DraftPort[] };

/** HCAs and ports of one host: more than any machine has slots for. */
const hostBounds = { nodes: 32, ports: 128 } as const;

/** Keys that are understood and not needed. */
const ignored = new Set(["Number of ports", "Hardware version", "LMC", "Capability mask"]);

/** Reads the full output of `ibstat`. Total: never throws, whatever the text. */
export function readIbstat(text: string): IbstatReading {
  const hcas: DraftHca[] = [];
  const unread = new UnreadLines();
  const bounds = new Bounds(hostBounds);
  let beyond: Unread | undefined;
  let port: DraftPort | null = null;
  for (const { line, text: content } of boundedLines(text, unread)) {
    const trimmed = content.trim();
    const name = /^CA '([^']{1,64})'$/.exec(trimmed)?.[1];
    if (name !== undefined) {
      if (!bounds.admitsNode(line)) {
        beyond = { line, text: content.slice(0, 200) };
        break;
      }
      hcas.push({ name, model: "", firmware: "", nodeGuid: null, systemGuid: null, ports: [] });
      port = null;
      continue;
    }
    const hca = hcas.at(-1);
    if (hca === undefined) {
      unread.add(line, content);
      continue;
    }
    const number = readCount(/^Port (\d+):$/.exec(trimmed)?.[1]);
    if (number !== null) {
      if (!bounds.admitsPort()) {
        beyond = { line, text: content.slice(0, 200) };
        break;
      }
      port = newPort(number);
      hca.ports.push(port);
      continue;
    }
    const colon = trimmed.indexOf(": ");
    const key = colon === -1 ? trimmed.replace(/:$/, "") : trimmed.slice(0, colon);
    const value = colon === -1 ? "" : trimmed.slice(colon + 2).trim();
    const understood = port === null ? setOfHca(hca, key, value) : setOfPort(port, key, value);
    if (!understood) unread.add(line, content);
  }
  const read = hcas.map((hca) => ({ ...hca, ports: hca.ports.map(finishPort) }));
  return { hcas: read, unread: unread.get(), ...(beyond ? { beyond } : {}) };
}

function newPort(number: number): DraftPort {
  return {
    number,
    guid: null,
    lid: null,
    smLid: null,
    state: "Unknown",
    physState: "Unknown",
    rateGbps: null,
    rate: "",
    width: null,
    speed: null,
    linkLayer: "",
  };
}

function setOfHca(hca: DraftHca, key: string, value: string): boolean {
  if (key === "CA type") hca.model = value;
  else if (key === "Firmware version") hca.firmware = value;
  else if (key === "Node GUID") hca.nodeGuid = readGuid(value);
  else if (key === "System image GUID") hca.systemGuid = readGuid(value);
  else return ignored.has(key);
  return true;
}

function setOfPort(port: DraftPort, key: string, value: string): boolean {
  if (key === "State") port.state = readLogicalState(value);
  else if (key === "Physical state") port.physState = readPhysicalState(value);
  else if (key === "Base lid") port.lid = readCount(value);
  else if (key === "SM lid") port.smLid = readCount(value);
  else if (key === "Port GUID") port.guid = readGuid(value);
  else if (key === "Link layer") port.linkLayer = value;
  else if (key === "Rate") {
    const rate = Number(/^(\d{1,4}(?:\.\d{1,4})?)(?: \(\w+\))?$/.exec(value)?.[1] ?? Number.NaN);
    if (Number.isNaN(rate)) return false;
    port.rateGbps = rate;
    port.rate = value;
  } else return ignored.has(key);
  return true;
}

function finishPort({ rate, ...port }: DraftPort): IbstatPort {
  if (port.state === "Down" || port.linkLayer === "Ethernet") return port;
  return { ...port, ...(linkOfRate(rate) ?? {}) };
}
