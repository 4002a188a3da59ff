/**
 * Decides whether a PCIe slot is at fault. It is when it runs below what both the card and the slot can: then it was
 * trained badly (seating, dirt, riser, BIOS setting) and can be mended. A card in an older or narrower slot is not a
 * fault, however little that slot carries: this is what the server has.
 *
 * Where the slot's own ability is not known (old kernel, no bridge above, lspci without root) the card's stands in, and
 * the words say so. Fewer lanes than the card has, or generation 1, count as a fault then: generation 1 is older than
 * the hosts these cards go into, and missing lanes are the usual sign of a badly seated card. A middle generation does
 * not count: a generation 3 card in a generation 2 server is the ordinary case.
 */
import type { PcieLink, PciePace, Slot } from "../contract/fabric.ts";
import { narrowestLink, paceGbps, paceText, readPcieSpeed } from "../contract/rates.ts";

export interface SlotVerdict {
  readonly atFault: boolean;
  /** Gb/s it carries now, after encoding. */
  readonly gbps: number;
  /** A sentence without its subject's server when at fault; what it carries otherwise. */
  readonly words: string;
}

const generation1Gts = 2.5;

/** Null where the words for the card's own link are not understood. Gb/s are rounded to whole ones in the words. */
export function judgeSlot({ path }: Pick<Slot, "path">): SlotVerdict | null {
  const [first] = path;
  const own = first ? judgePcieLink(first, "Slot", "the card", "the slot") : null;
  const narrowest = narrowestLink(path)?.link;
  if (own === null || narrowest === undefined || narrowest === first) return own;
  const above = judgePcieLink(narrowest, "A link above the slot", "its lower end", "its upper end");
  if (above === null || above.gbps >= own.gbps) return own;
  if (own.atFault && !above.atFault) return { ...own, gbps: above.gbps };
  const words = above.atFault ? above.words : `${above.words}, by a link above it`;
  return { atFault: above.atFault, gbps: above.gbps, words };
}

/** What both ends of a PCIe link can together; null where one of them did not tell. */
export function bestOf({ can, above }: PcieLink): PciePace | null {
  const [lower, upper] = [can, above?.can ?? null].map((pace) => (pace && gtsOf(pace) > 0 ? pace : null));
  if (!lower || !upper) return null;
  const speed = gtsOf(lower) < gtsOf(upper) ? lower.speed : upper.speed;
  return { speed, width: Math.min(lower.width, upper.width) };
}

/** `lower` and `upper` are what stands at the link's ends. */
function judgePcieLink(link: PcieLink, what: string, lower: string, upper: string): SlotVerdict | null {
  const { runs, can } = link;
  const gbps = paceGbps(runs);
  if (!runs || !can || gbps === null || paceGbps(can) === null) return null;
  const best = bestOf(link);
  if (!best) {
    const atFault = runs.width < can.width || (gtsOf(runs) === generation1Gts && gtsOf(can) > generation1Gts);
    const words = atFault
      ? `${what} runs ${paceText(runs)}, ${lower} can ${paceText(can)}: ${share(gbps, can)}; what ${upper} can is not known`
      : `runs ${paceText(runs)} and carries ${Math.round(gbps)} Gb/s, what it can is not known`;
    return { atFault, gbps, words };
  }
  const atFault = gtsOf(runs) < gtsOf(best) || runs.width < best.width;
  const words = atFault
    ? `${what} runs ${paceText(runs)}, it can ${paceText(best)}: ${share(gbps, best)}`
    : `carries at most ${Math.round(gbps)} Gb/s`;
  return { atFault, gbps, words };
}

/** 0 for a speed that is not PCIe's. */
function gtsOf({ speed }: PciePace): number {
  return readPcieSpeed(speed) ?? 0;
}

/** `16 of 32 Gb/s` */
function share(gbps: number, able: PciePace): string {
  return `${Math.round(gbps)} of ${Math.round(paceGbps(able) ?? gbps)} Gb/s`;
}
