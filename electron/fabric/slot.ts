/** Reads the PCIe state of HCA slots, from sysfs files or from `lspci -vv`. */
import type * as z from "zod";
import type { slotSchema } from "../contract/fabric.ts";
import { pcieGbps, readPcieSpeed } from "../contract/rates.ts";

export type Slot = z.infer<typeof slotSchema>;

/** Addresses for lspci: the card's, and the bridge's above it where there is one. */
export interface SlotAddresses {
  readonly card: string;
  readonly bridge: string | null;
}

export interface SlotReading {
  readonly slots: ReadonlyMap<string, Slot>;
  /** HCAs whose address is known while the kernel has no link files: ask lspci. */
  readonly unanswered: ReadonlyMap<string, SlotAddresses>;
  /** The text without the lines of these files. */
  readonly rest: string;
}

const root = "/sys/class/infiniband/";
const fileLine = /^\/sys\/class\/infiniband\/([\w-]{1,32})\/device\/((?:\.\.\/){0,5}\w{1,32}):(.{0,200})$/;
const addressWord = "PCI_SLOT_NAME=";

/**
 * Reads lines of `grep -H '' /sys/class/infiniband/<hca>/device/<file> ...`, where `device/../<file>` is of the bridge
 * above, and further `../` lead to the root port; missing files are not there. They come before all other text, which is handed back.
 */
export function readSlots(text: string): SlotReading {
  const files = new Map<string, Map<string, string>>();
  let start = 0;
  while (text.startsWith(root, start)) {
    const newline = text.indexOf("\n", start);
    const end = newline === -1 ? text.length : newline;
    const [, hca, file, value = ""] = fileLine.exec(text.slice(start, Math.min(end, start + 512))) ?? [];
    start = end + 1;
    if (hca === undefined || file === undefined) continue;
    const ofHca = files.get(hca) ?? new Map<string, string>();
    files.set(hca, ofHca);
    if (!file.endsWith("uevent")) ofHca.set(file, value.trim());
    else if (value.startsWith(addressWord)) ofHca.set(file, value.slice(addressWord.length).trim());
  }
  const slots = new Map<string, Slot>();
  const unanswered = new Map<string, SlotAddresses>();
  for (const [hca, values] of files) {
    const slot = slotOf(values);
    const card = values.get("uevent");
    if (slot !== null) slots.set(hca, slot);
    else if (card !== undefined) unanswered.set(hca, { card, bridge: values.get("../uevent") ?? null });
  }
  return { slots, unanswered, rest: text.slice(start) };
}

function slotOf(values: ReadonlyMap<string, string>): Slot | null {
  const own = linkOf(values, "");
  if (own === null) return null;
  const links = ["../../", "../../../../"].flatMap((port) => linkOf(values, port) ?? []);
  const above = links.reduce((least, link) => (gbpsOf(link) < gbpsOf(least) ? link : least), own);
  return { address: values.get("uevent") ?? "", ...own, ...(above === own ? {} : { above }) };
}

/** One PCIe link: what it runs at, what the device at its lower end can, and the port at its upper end. */
export type PcieLink = Omit<Slot, "address" | "above">;

/** The link up from the device whose files begin with `at`. */
function linkOf(values: ReadonlyMap<string, string>, at: string): PcieLink | null {
  const [currentSpeed, maxSpeed] = [values.get(`${at}current_link_speed`), values.get(`${at}max_link_speed`)];
  const currentWidth = readLanes(values.get(`${at}current_link_width`));
  const maxWidth = readLanes(values.get(`${at}max_link_width`));
  if (currentSpeed === undefined || maxSpeed === undefined || currentWidth === null || maxWidth === null) return null;
  const slotMaxSpeed = values.get(`${at}../max_link_speed`) ?? null;
  const slotMaxWidth = readLanes(values.get(`${at}../max_link_width`));
  return { currentSpeed, maxSpeed, currentWidth, maxWidth, slotMaxSpeed, slotMaxWidth };
}

/** A link whose words are not understood limits nothing. */
function gbpsOf({ currentSpeed, currentWidth }: PcieLink): number {
  const speed = readPcieSpeed(currentSpeed);
  return (speed === null ? null : pcieGbps(speed, currentWidth)) ?? Number.POSITIVE_INFINITY;
}

/**
 * LnkCap is what a device can, LnkSta what it runs at; `bridge` is the text of the bridge above. Null where the card's
 * are not shown (lspci needs root for them).
 */
export function readLspciSlot(card: string, bridge: string, address: string): Slot | null {
  const [able, now, slot] = [lspciLink(card, "LnkCap"), lspciLink(card, "LnkSta"), lspciLink(bridge, "LnkCap")];
  if (able === null || now === null) return null;
  return {
    address,
    currentSpeed: now.speed,
    maxSpeed: able.speed,
    currentWidth: now.width,
    maxWidth: able.width,
    slotMaxSpeed: slot?.speed ?? null,
    slotMaxWidth: slot?.width ?? null,
  };
}

function lspciLink(text: string, word: string): { readonly speed: string; readonly width: number } | null {
  const link = new RegExp(`\\b${word}:[^\\n]{0,200}?Speed ([\\d.]{1,8} ?GT/s)[^\\n]{0,80}?Width x(\\d+)`);
  const [, speed, lanes] = link.exec(text) ?? [];
  const width = readLanes(lanes);
  return speed === undefined || width === null ? null : { speed, width };
}

function readLanes(text: string | undefined): number | null {
  const lanes = Number(text);
  return text !== undefined && /^\d{1,2}$/.test(text) && lanes >= 1 && lanes <= 32 ? lanes : null;
}
