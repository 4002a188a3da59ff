/** Reads `lspci -vv` (pciutils, ls-caps.c): every device's PCIe link, its payload sizes, and which bridge it is behind. */
import { boundedLines, type Unread, UnreadLines } from "../reading.ts";

export interface PcieLinkState {
  /** GT/s per lane. */
  readonly gts: number;
  readonly lanes: number;
}

export interface LspciDevice {
  readonly line: number;
  /** With its domain, which lspci leaves out where there is only one. */
  readonly address: string;
  readonly description: string;
  /** What the device can (LnkCap); null where it was not shown, which takes root. */
  readonly able: PcieLinkState | null;
  /** What its link runs at (LnkSta). */
  readonly now: PcieLinkState | null;
  /** Bytes: what it can take (DevCap) and what was set (DevCtl). */
  readonly maxPayloadAble: number | null;
  readonly maxPayload: number | null;
  readonly maxReadRequest: number | null;
  /** Of a bridge: the bus below it, and the last of those behind it. */
  readonly secondaryBus: number | null;
  readonly subordinateBus: number | null;
}

export interface LspciReading {
  readonly devices: readonly LspciDevice[];
  /** True when the tool said that it may not read capabilities: only root may. */
  readonly denied: boolean;
  readonly unread: readonly Unread[];
  readonly beyond?: Unread;
}

/** A server has some hundred. */
const maxDevices = 4096;

const header = /^((?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]) (\S.{0,300})$/i;
const linkText = /^\s*(LnkCap|LnkSta):.{0,120}?Speed ([\d.]{1,6}|unknown) ?(?:GT\/s)?.{0,40}?Width x(\d{1,2})/;
const buses = /^\s*Bus: primary=[0-9a-f]{2}, secondary=([0-9a-f]{2}), subordinate=([0-9a-f]{2})/i;
const payload = /\bMaxPayload (\d{1,5}) bytes/;
const readRequest = /\bMaxReadReq (\d{1,5}) bytes/;

/** Reads `lspci -vv`. Total: never throws, whatever the text; lines of no interest here are not kept. */
export function readLspci(text: string): LspciReading {
  const unread = new UnreadLines();
  const devices: { -readonly [Key in keyof LspciDevice]: LspciDevice[Key] }[] = [];
  let denied = false;
  let inControl = false;
  for (const { line, text: content } of boundedLines(text, unread)) {
    const [, address, description = ""] = header.exec(content) ?? [];
    if (address !== undefined) {
      if (devices.length >= maxDevices) {
        return { devices, denied, unread: unread.get(), beyond: { line, text: content.slice(0, 200) } };
      }
      devices.push(newDevice(line, address, description));
      inControl = false;
      continue;
    }
    const device = devices.at(-1);
    if (!device) {
      unread.add(line, content);
      continue;
    }
    if (/<access denied>/.test(content)) denied = true;
    const [, word, gts = "", lanes] = linkText.exec(content) ?? [];
    if (word !== undefined && /^[\d.]+$/.test(gts) && Number(lanes) > 0) {
      const link = { gts: Number(gts), lanes: Number(lanes) };
      if (word === "LnkCap") device.able ??= link;
      else device.now ??= link;
    }
    const bus = buses.exec(content);
    if (bus) {
      device.secondaryBus = Number.parseInt(bus[1] ?? "", 16);
      device.subordinateBus = Number.parseInt(bus[2] ?? "", 16);
    }
    const bytes = payload.exec(content)?.[1];
    if (/^\s*DevCap:/.test(content)) {
      inControl = false;
      if (bytes !== undefined) device.maxPayloadAble ??= Number(bytes);
    } else if (/^\s*DevCtl:/.test(content)) inControl = true;
    else if (/^\s*\w+:/.test(content) && !bytes) inControl = false;
    if (inControl && bytes !== undefined && !/^\s*DevCap:/.test(content)) {
      device.maxPayload ??= Number(bytes);
      device.maxReadRequest ??= Number(readRequest.exec(content)?.[1] ?? Number.NaN) || null;
    }
  }
  return { devices, denied, unread: unread.get() };
}

function newDevice(line: number, address: string, description: string): LspciDevice {
  return {
    line,
    address: (address.length < 10 ? `0000:${address}` : address).toLowerCase(),
    description,
    able: null,
    now: null,
    maxPayloadAble: null,
    maxPayload: null,
    maxReadRequest: null,
    secondaryBus: null,
    subordinateBus: null,
  };
}

/** The bridges above a device, the nearest first, up to the root port. Empty where they are not in the text. */
export function bridgesAbove(devices: readonly LspciDevice[], address: string): readonly LspciDevice[] {
  const above: LspciDevice[] = [];
  let at = address.toLowerCase();
  // A chain longer than the bus numbers goes in a circle.
  while (above.length < 256) {
    const [domain = "", bus = ""] = [at.slice(0, at.indexOf(":")), at.slice(at.indexOf(":") + 1)];
    const number = Number.parseInt(bus, 16);
    const bridge = devices.find((device) => device.secondaryBus === number && device.address.startsWith(`${domain}:`));
    if (!bridge || above.includes(bridge)) break;
    above.push(bridge);
    at = bridge.address;
  }
  return above;
}
