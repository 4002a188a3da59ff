/** Reads the PCIe state of HCA slots, from sysfs files or from `lspci -vv`, and judges it. */
import type { DeviceLive } from "../contract/fabric.ts";
import { pcieGbps, readPcieSpeed } from "./rates.ts";

export type Slot = NonNullable<DeviceLive["hcas"][number]["slot"]>;

export interface SlotReading {
  readonly slots: ReadonlyMap<string, Slot>;
  /** HCAs whose address is known while the kernel has no link files: ask lspci. */
  readonly unanswered: ReadonlyMap<string, string>;
}

const fileLine = /^\/sys\/class\/infiniband\/([\w-]{1,32})\/device\/(\w{1,32}):(.{0,200})$/;

/** Reads lines of `grep -H '' /sys/class/infiniband/<hca>/device/<file> ...`; missing files are simply not there. */
export function readSlots(text: string): SlotReading {
  const files = new Map<string, Map<string, string>>();
  for (const line of text.slice(0, 256 * 1024).split("\n")) {
    const [, hca, file, value = ""] = fileLine.exec(line) ?? [];
    if (hca === undefined || file === undefined) continue;
    const ofHca = files.get(hca) ?? new Map<string, string>();
    files.set(hca, ofHca);
    if (file !== "uevent") ofHca.set(file, value.trim());
    else if (value.startsWith("PCI_SLOT_NAME=")) ofHca.set("address", value.slice("PCI_SLOT_NAME=".length).trim());
  }
  const slots = new Map<string, Slot>();
  const unanswered = new Map<string, string>();
  for (const [hca, values] of files) {
    const address = values.get("address") ?? "";
    const slot = slotOf(address, values);
    if (slot !== null) slots.set(hca, slot);
    else if (address !== "") unanswered.set(hca, address);
  }
  return { slots, unanswered };
}

function slotOf(address: string, values: ReadonlyMap<string, string>): Slot | null {
  const [currentSpeed, maxSpeed] = [values.get("current_link_speed"), values.get("max_link_speed")];
  const [currentWidth, maxWidth] = [
    readLanes(values.get("current_link_width")),
    readLanes(values.get("max_link_width")),
  ];
  if (currentSpeed === undefined || maxSpeed === undefined || currentWidth === null || maxWidth === null) return null;
  return { address, currentSpeed, maxSpeed, currentWidth, maxWidth };
}

/** LnkCap is what the card can, LnkSta what it runs at; null where either is not shown (lspci needs root for them). */
export function readLspciSlot(text: string, address: string): Slot | null {
  const link = (word: string) => new RegExp(`\\b${word}:[^\\n]{0,200}?Speed ([\\d.]+ ?GT/s)[^\\n]{0,80}?Width x(\\d+)`);
  const [, maxSpeed, maxLanes] = link("LnkCap").exec(text) ?? [];
  const [, currentSpeed, currentLanes] = link("LnkSta").exec(text) ?? [];
  const [maxWidth, currentWidth] = [readLanes(maxLanes), readLanes(currentLanes)];
  if (maxSpeed === undefined || currentSpeed === undefined || maxWidth === null || currentWidth === null) return null;
  return { address, currentSpeed, maxSpeed, currentWidth, maxWidth };
}

function readLanes(text: string | undefined): number | null {
  const lanes = Number(text);
  return text !== undefined && /^\d{1,2}$/.test(text) && lanes >= 1 && lanes <= 32 ? lanes : null;
}

/** One clause when the slot gives less than the HCA can take, null when it does not or cannot be judged. Gb/s rounded. */
export function slowSlot(slot: Slot): string | null {
  const [current, max] = [readPcieSpeed(slot.currentSpeed), readPcieSpeed(slot.maxSpeed)];
  if (current === null || max === null) return null;
  const [now, able] = [pcieGbps(current, slot.currentWidth), pcieGbps(max, slot.maxWidth)];
  if (now === null || able === null || now >= able) return null;
  const figure = (gbps: number) => String(Math.round(gbps));
  return `Slot runs ${current} GT/s x${slot.currentWidth} of ${max} GT/s x${slot.maxWidth}: ${figure(now)} of ${figure(able)} Gb/s`;
}
