/** Decides what a PCIe path that was not read could be, and says how to read it. */
import type { ExplainedLink } from "../../contract/explain.ts";
import { paceText, payloadGbps, pcieGbps, speedRank } from "../../contract/rates.ts";

const lanes = [2, 4, 8] as const;
/** The least that PCIe allows, in bytes: what a measurement may be down to when the packets' size is not known. */
const leastPayload = 128;
/** ACKs, flow control and the tool itself take a tenth at most. */
const measuredShare = 0.9;
/** A figure that was rounded, or counted by another clock, may be above a rate by this much. */
export const roundingShare = 1.01;
const maxCases = 6;

/**
 * PCIe links that carry less than the InfiniBand link; with a measurement those that would give just that. Only
 * generations that cards of the link's speed have: up to EDR generation 3 (ConnectX-2 to -4).
 */
export function couldExplain(
  link: Pick<ExplainedLink, "gbps" | "speed">,
  measuredGbps: number | null,
): readonly { readonly figure: string; readonly gbps: number }[] {
  if (link.gbps === null || link.speed === null) return [];
  const least = link.gbps;
  const speeds = [2.5, 5, 8, ...(speedRank(link.speed) > speedRank("EDR") ? [16, 32] : [])];
  const cases = speeds.flatMap((gts) =>
    [...lanes, ...(link.speed === "NDR" || link.speed === "HDR" ? [16] : [])].flatMap((width) => {
      const gbps = pcieGbps(gts, width);
      if (gbps === null || gbps >= least) return [];
      const fits =
        measuredGbps === null ||
        (measuredGbps <= gbps * roundingShare && measuredGbps > measuredShare * payloadGbps(gbps, leastPayload));
      return fits ? [{ figure: paceText({ speed: `${gts} GT/s`, width }), gbps }] : [];
    }),
  );
  return cases.sort((a, b) => b.gbps - a.gbps).slice(0, maxCases);
}

/** Text that may be copied into a shell: of a host's words only a plain name gets into it. */
export function howToRead({ device, hca }: { readonly device: string; readonly hca: string }): string {
  const card = /^[\w-]{1,32}$/.test(hca) ? hca : "mlx4_0";
  return `On ${device}, as root: lspci -vv -s "$(basename "$(readlink -f /sys/class/infiniband/${card}/device)")" and read LnkSta against LnkCap; the same for every bridge above it (lspci -tv shows them).`;
}
