/**
 * Reads what mlx4, mlx5 and the PCI core say in the kernel's log (dmesg, journalctl -k, /var/log/messages), whatever
 * stands in front of a message. Sources: linux drivers/pci/pci.c, drivers/net/ethernet/mellanox/mlx4/main.c and
 * mlx5/core/events.c, drivers/infiniband/hw/mlx4/main.c.
 */
import { boundedLines, type Unread, UnreadLines } from "../reading.ts";

/** One PCIe link as the kernel writes it, e.g. `8.0 GT/s` and 8 lanes. */
export interface KernelPcieLink {
  readonly gts: number;
  readonly lanes: number;
}

export type KernelEvent = {
  readonly line: number;
  /** Seconds since boot, where the log tells them. */
  readonly atSeconds: number | null;
  readonly driver: string;
  /** PCI address with its domain. */
  readonly address: string;
} & (
  | {
      readonly kind: "pcie-bandwidth";
      readonly gbps: number;
      readonly link: KernelPcieLink;
      /** Address of the device below the narrowest link; null where that is the card's own full link. */
      readonly limitedAt: string | null;
      readonly capable: KernelPcieLink | null;
    }
  /** Older kernels and MLNX_OFED: speed and width each on a line of their own. */
  | { readonly kind: "pcie-speed"; readonly gts: number; readonly capableGts: number }
  | { readonly kind: "pcie-width"; readonly lanes: number; readonly capableLanes: number }
  | { readonly kind: "link"; readonly hca: string; readonly port: number; readonly up: boolean }
  | { readonly kind: "module"; readonly module: number; readonly text: string; readonly error: boolean }
);

export interface KernelReading {
  readonly events: readonly KernelEvent[];
  /** Lines of these drivers that say something else; lines of others are nobody's business here. */
  readonly unread: readonly Unread[];
  /** True when there were more events than are kept. */
  readonly cut: boolean;
}

/** A log may hold a link that flaps for weeks; the newest are kept. */
const maxEvents = 2000;

const message =
  /\b(mlx4_core|mlx5_core|mlx4_en|mlx4_ib|mlx5_ib|pci) (?:(?:0000|[0-9a-f]{4}):)?([0-9a-f]{2}:[0-9a-f]{2}\.[0-7])(?: ([\w.-]{1,32}))?:\s?(.*)$/i;
const domain = /\b([0-9a-f]{4}):[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]/i;
const secondsText = /^(?:<\d{1,3}>)?\[\s*(\d{1,9}\.\d{1,9})\]/;
const bandwidth =
  /^([\d.]{1,10}) Gb\/s available PCIe bandwidth(?:, limited by ([\d.]{1,6}) GT\/s(?: PCIe)? x(\d{1,2}) link at ([0-9a-f:.]{7,12}))?(?: \((?:capable of [\d.]{1,10} Gb\/s with )?([\d.]{1,6}) GT\/s(?: PCIe)? x(\d{1,2}) link\))?/i;
const oldSpeed = /^PCIe link speed is ([\d.]{1,6}) ?GT\/s, device supports ([\d.]{1,6}) ?GT\/s/;
const oldWidth = /^PCIe link width is x(\d{1,2}), device supports x(\d{1,2})/;
const portLink = /^Port: (\d{1,3}) Link (ACTIVE|INIT|DOWN)\b/i;
const moduleEvent = /^Port module event(\[error\])?: module (\d{1,3}), (.{1,120})$/;
/** The line before speed and width, which says only that they follow. */
const announcement = /^PCIe BW is different than device's capability/;

/** Reads a kernel log. Total: never throws, whatever the text. */
export function readKernelLog(text: string): KernelReading {
  const unread = new UnreadLines();
  const foreign = new UnreadLines();
  const events: KernelEvent[] = [];
  let cut = false;
  for (const { line, text: content } of boundedLines(text, foreign)) {
    const [found, driver = "", short = "", hca = "", words = ""] = message.exec(content) ?? [];
    if (found === undefined || announcement.test(words)) continue;
    const seconds = secondsText.exec(content)?.[1];
    const event = readEvent(words, hca);
    if (event) {
      events.push({
        line,
        atSeconds: seconds === undefined ? null : Number(seconds),
        driver: driver.toLowerCase(),
        address: `${domain.exec(found)?.[1] ?? "0000"}:${short}`.toLowerCase(),
        ...event,
      } as KernelEvent);
    } else if (driver.toLowerCase() !== "pci") unread.add(line, content);
    if (events.length > maxEvents) {
      events.shift();
      cut = true;
    }
  }
  return { events, unread: unread.get(), cut };
}

function readEvent(words: string, hca: string): object | null {
  const pcie = bandwidth.exec(words);
  if (pcie) {
    const [, gbps, gts, lanes, limitedAt, fullGts, fullLanes] = pcie;
    const full = fullGts === undefined ? null : { gts: Number(fullGts), lanes: Number(fullLanes) };
    const link = gts === undefined ? full : { gts: Number(gts), lanes: Number(lanes) };
    if (link === null) return null;
    return {
      kind: "pcie-bandwidth",
      gbps: Number(gbps),
      link,
      limitedAt: limitedAt ?? null,
      capable: gts === undefined ? null : full,
    };
  }
  const [speed, width, link, module] = [oldSpeed, oldWidth, portLink, moduleEvent].map((form) => form.exec(words));
  if (speed) return { kind: "pcie-speed", gts: Number(speed[1]), capableGts: Number(speed[2]) };
  if (width) return { kind: "pcie-width", lanes: Number(width[1]), capableLanes: Number(width[2]) };
  if (link && hca !== "") return { kind: "link", hca, port: Number(link[1]), up: /^active$/i.test(link[2] ?? "") };
  if (module) {
    return { kind: "module", module: Number(module[2]), text: module[3] ?? "", error: module[1] !== undefined };
  }
  return null;
}
