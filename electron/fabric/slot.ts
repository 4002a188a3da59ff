/** Reads the PCIe paths of HCAs from sysfs files, and fills what those lack from what lspci tells. */
import type { PcieLink, PciePace, Slot } from "../contract/fabric.ts";
import { maxPathPorts } from "./commands.ts";
import type { LspciDevice, LspciReading, PcieLinkState } from "./read/lspci.ts";

/** A device on the way to the processor, as its files tell it. */
export interface PathPort {
  /** Empty where it was not told. */
  readonly address: string;
  readonly runs: PciePace | null;
  readonly can: PciePace | null;
}

export interface PathReading {
  /** By HCA: the card, then every port above it, up to the root port. */
  readonly paths: ReadonlyMap<string, readonly PathPort[]>;
  /** The text without the lines of these files. */
  readonly rest: string;
}

const root = "/sys/class/infiniband/";
const fileLine = /^\/sys\/class\/infiniband\/([\w-]{1,32})\/device\/((?:\.\.\/){0,9})(\w{1,32}):(.{0,200})$/;
const addressWord = "PCI_SLOT_NAME=";
/** HCAs whose paths are kept: a host may claim any number. */
const maxPaths = 32;

/**
 * Reads lines of `grep -H '' /sys/class/infiniband/<hca>/device/<file> ...`, where each `../` leads to the bridge above;
 * missing files are not there. They come before all other text, which is handed back. Total.
 */
export function readPaths(text: string): PathReading {
  const files = new Map<string, Map<string, string>[]>();
  let start = 0;
  while (text.startsWith(root, start)) {
    const newline = text.indexOf("\n", start);
    const end = newline === -1 ? text.length : newline;
    const [, hca, up = "", file = "", value = ""] = fileLine.exec(text.slice(start, Math.min(end, start + 512))) ?? [];
    start = end + 1;
    if (hca === undefined || (!files.has(hca) && files.size >= maxPaths)) continue;
    const levels = files.get(hca) ?? Array.from({ length: maxPathPorts }, () => new Map<string, string>());
    files.set(hca, levels);
    const level = levels[up.length / 3];
    if (file !== "uevent") level?.set(file, value.trim());
    else if (value.startsWith(addressWord)) level?.set(file, value.slice(addressWord.length).trim());
  }
  const paths = new Map<string, readonly PathPort[]>();
  for (const [hca, levels] of files) {
    const ports = levels.map(portOf);
    // Above the root port stands no PCI device.
    const end = ports.indexOf(null);
    const path = ports.slice(0, end === -1 ? undefined : end).flatMap((port) => port ?? []);
    if (path.length > 0) paths.set(hca, path);
  }
  return { paths, rest: text.slice(start) };
}

function portOf(files: ReadonlyMap<string, string>): PathPort | null {
  const pace = (kind: string): PciePace | null => {
    const speed = files.get(`${kind}_link_speed`);
    const width = readLanes(files.get(`${kind}_link_width`));
    return speed === undefined || width === null ? null : { speed, width };
  };
  const port = { address: files.get("uevent") ?? "", runs: pace("current"), can: pace("max") };
  return port.address === "" && port.runs === null && port.can === null ? null : port;
}

/** What lspci told of a path's devices, and when; `why` says why it told nothing of their payload. */
export interface LspciAnswer {
  readonly reading: LspciReading;
  readonly observedAt: number;
  readonly why: string;
}

const notAsked = "it is in no file of the kernel and was not asked of lspci";

/** The path of one card, by its files and by lspci where they say nothing; null where the card's own link is not told. */
export function slotOf(path: readonly PathPort[], lspci: LspciAnswer | null): Slot | null {
  const told = new Map(lspci?.reading.devices.map((device) => [device.address, device]));
  const ports = path.map((port) => filled(port, told.get(port.address.toLowerCase())));
  const [card] = ports;
  if (card === undefined || card.runs === null) return null;
  const links = ports.flatMap(({ address, runs, can }, level): PcieLink[] => {
    const above = ports[level + 1];
    if (level % 2 === 1) return [];
    return [{ address, runs, can, above: above ? { address: above.address, can: above.can } : null }];
  });
  const source = path[0]?.runs ? "sysfs" : "lspci";
  return { address: card.address, path: links, source, maxPayload: payloadOf(ports, told, lspci) };
}

function filled(port: PathPort, told: LspciDevice | undefined): PathPort {
  if (told === undefined) return port;
  const { runs, can } = portOfLspci(told);
  return { ...port, runs: port.runs ?? runs, can: port.can ?? can };
}

export function portOfLspci({ address, now, able }: LspciDevice): PathPort {
  return { address, runs: now && paceOf(now), can: able && paceOf(able) };
}

export function paceOf({ gts, lanes }: PcieLinkState): PciePace {
  return { speed: `${gts} GT/s`, width: lanes };
}

/** The card's must be known; ports above it may allow less for what they pass on. */
function payloadOf(
  ports: readonly PathPort[],
  told: ReadonlyMap<string, LspciDevice>,
  lspci: LspciAnswer | null,
): Slot["maxPayload"] {
  if (lspci === null) return { bytes: null, why: notAsked, observedAt: null };
  const { observedAt } = lspci;
  const sizes = ports.map(({ address }) => told.get(address.toLowerCase())?.maxPayload ?? null);
  const [own] = sizes;
  if (own == null) return { bytes: null, why: lspci.why || "lspci shows none for the card", observedAt };
  return { bytes: sizes.reduce<number>((least, bytes) => Math.min(least, bytes ?? least), own), why: "", observedAt };
}

/** The addresses to ask lspci for, each once. */
export function addressesOf(paths: ReadonlyMap<string, readonly PathPort[]>): readonly string[] {
  return [...new Set([...paths.values()].flatMap((path) => path.map(({ address }) => address)))].filter(Boolean);
}

function readLanes(text: string | undefined): number | null {
  const lanes = Number(text);
  return text !== undefined && /^\d{1,2}$/.test(text) && lanes >= 1 && lanes <= 32 ? lanes : null;
}
