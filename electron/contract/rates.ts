/** Link arithmetic, one home for services and window: InfiniBand width x speed and PCIe generation x width, in Gb/s of one direction. */
import type { PcieLink, PciePace, Slot, Speed, Width } from "./fabric.ts";

/** Lane signalling, and lane data after encoding: 8b/10b up to QDR, 64b/66b from FDR10; HDR and NDR by their nominal data. */
const lanes: Readonly<Record<Speed, { readonly signalling: number; readonly data: number }>> = {
  SDR: { signalling: 2.5, data: 2 },
  DDR: { signalling: 5, data: 4 },
  QDR: { signalling: 10, data: 8 },
  FDR10: { signalling: 10.3125, data: 10 },
  FDR: { signalling: 14.0625, data: (14.0625 * 64) / 66 },
  EDR: { signalling: 25.78125, data: 25 },
  HDR: { signalling: 53.125, data: 50 },
  NDR: { signalling: 106.25, data: 100 },
};

export const laneCount: Readonly<Record<Width, number>> = { "1X": 1, "2X": 2, "4X": 4, "8X": 8, "12X": 12 };

/** What turns lane signalling into lane data; HDR and NDR carry two levels a symbol and a forward error correction. */
export function encodingOf(speed: Speed): string {
  if (["SDR", "DDR", "QDR"].includes(speed)) return "8b/10b";
  return speed === "HDR" || speed === "NDR" ? "256b/257b, RS(544,514)" : "64b/66b";
}

/** Slow to fast; FDR10 carries more than QDR because of its leaner encoding. */
const order: readonly Speed[] = ["SDR", "DDR", "QDR", "FDR10", "FDR", "EDR", "HDR", "NDR"];

export function speedRank(speed: Speed): number {
  return order.indexOf(speed);
}

/** Gb/s on the wire, before encoding. */
export function signallingGbps(width: Width, speed: Speed): number {
  return laneCount[width] * lanes[speed].signalling;
}

/** Gb/s the link can carry after encoding, to three decimals (4X FDR: 54.545), so that one more rounding stays right. */
export function dataGbps(width: Width, speed: Speed): number {
  return Math.round(laneCount[width] * lanes[speed].data * 1000) / 1000;
}

const speeds: ReadonlyMap<number, Speed> = new Map(
  order.filter((speed) => speed !== "FDR10").map((speed) => [lanes[speed].signalling, speed]),
);

/** The per-lane figure iblinkinfo prints: `14.0625`, `10.0 (FDR10)`. */
export function speedOfLane(gbps: number, fdr10: boolean): Speed | null {
  if (fdr10) return "FDR10";
  return speeds.get(gbps) ?? null;
}

/**
 * Width and speed behind ibstat's `Rate`, where only one pair gives that figure on hardware that exists. 10 is 4X SDR
 * or 1X QDR, 100 is 4X EDR or 2X HDR, 200 is 4X HDR or 2X NDR: those stay unknown.
 */
const rates: ReadonlyMap<string, { readonly width: Width; readonly speed: Speed }> = new Map([
  ["2.5", { width: "1X", speed: "SDR" }],
  ["14", { width: "1X", speed: "FDR" }],
  ["20", { width: "4X", speed: "DDR" }],
  ["25", { width: "1X", speed: "EDR" }],
  ["40", { width: "4X", speed: "QDR" }],
  ["40 (FDR10)", { width: "4X", speed: "FDR10" }],
  ["56", { width: "4X", speed: "FDR" }],
  ["400", { width: "4X", speed: "NDR" }],
]);

export function linkOfRate(rate: string): { readonly width: Width; readonly speed: Speed } | null {
  return rates.get(rate) ?? null;
}

/** PCIe data Gb/s per lane by GT/s, as the kernel counts (drivers/pci/pci.h): 8b/10b up to 5 GT/s, then 128b/130b. */
const pcieLaneGbps: ReadonlyMap<number, number> = new Map([
  [2.5, 2],
  [5, 4],
  [8, 7.876],
  [16, 15.753],
  [32, 31.506],
  [64, 63.015],
]);

const pcieGenerations: readonly number[] = [...pcieLaneGbps.keys()];

/** 2.5 GT/s is generation 1; null for a speed that is not PCIe's. */
function pcieGeneration(gigatransfers: number): number | null {
  return pcieGenerations.indexOf(gigatransfers) + 1 || null;
}

export function pcieEncoding(gigatransfers: number): string {
  return gigatransfers <= 5 ? "8b/10b" : gigatransfers < 64 ? "128b/130b" : "242B/256B flits";
}

/** Framing 2, sequence number 2, header 16, LCRC 4 (Intel AN 829, AN 855); ACKs and flow control cost a few per cent more. */
const packetOverheadBytes = 24;

/** Gb/s left for data of a PCIe link that carries `gbps`, in packets of `payloadBytes`; to three decimals. */
export function payloadGbps(gbps: number, payloadBytes: number): number {
  return Math.round((1000 * gbps * payloadBytes) / (payloadBytes + packetOverheadBytes)) / 1000;
}

/** Reads `5.0 GT/s PCIe`, `5 GT/s` or `5GT/s`; null for `Unknown`. */
export function readPcieSpeed(text: string): number | null {
  const speed = Number(/^\s*(\d+(?:\.\d+)?)\s*GT\/s/.exec(text)?.[1] ?? Number.NaN);
  return pcieLaneGbps.has(speed) ? speed : null;
}

/** `PCIe gen2 x4`; a speed that is not PCIe's stands as it was told. */
export function paceText({ speed, width }: PciePace): string {
  const gigatransfers = readPcieSpeed(speed);
  const generation = gigatransfers === null ? null : pcieGeneration(gigatransfers);
  return `PCIe ${generation === null ? speed : `gen${generation}`} x${width}`;
}

/** Gb/s of a PCIe link after encoding, before packet overhead; null for a speed that is not PCIe's. */
export function pcieGbps(gigatransfers: number, width: number): number | null {
  const lane = pcieLaneGbps.get(gigatransfers);
  return lane === undefined ? null : Math.round(lane * width * 1000) / 1000;
}

/** Gb/s of a PCIe link in the words it was told in; null where they are not understood. */
export function paceGbps(pace: PciePace | null): number | null {
  const gigatransfers = pace && readPcieSpeed(pace.speed);
  return pace === null || gigatransfers === null ? null : pcieGbps(gigatransfers, pace.width);
}

/** The link of a path that carries least, the card's own where several do; null where none is understood. */
export function narrowestLink(path: Slot["path"]): { readonly link: PcieLink; readonly gbps: number } | null {
  let narrowest: { link: PcieLink; gbps: number } | null = null;
  for (const link of path) {
    const gbps = paceGbps(link.runs);
    if (gbps !== null && (narrowest === null || gbps < narrowest.gbps)) narrowest = { link, gbps };
  }
  return narrowest;
}
