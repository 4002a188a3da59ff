/** Decides which ceiling a measured throughput matches, and what it means when it matches none. */
import type { Explanation } from "../../contract/explain.ts";
import { type Facts, type KnownCeiling, shown, usable } from "./facts.ts";
import { roundingShare } from "./unread.ts";

/**
 * Less than this share of what a ceiling leaves for data is bounded by something else. Measured PCIe gen2 x4 tops out
 * near 13.9 of 14.6 Gb/s; InfiniBand's own packets leave some 98 % of a link, small messages and old tools less.
 */
const matchShare = 0.85;
/** The least payload of PCIe, in bytes, stands where the negotiated one is not known: its share of a rate. */
const leastPayloadShare = 128 / (128 + 24);

export function matchMeasurement(facts: Facts, gbps: number): NonNullable<Explanation["measured"]> {
  const { known } = facts;
  const index = known.findIndex(
    (ceiling) => gbps <= ceiling.gbps * roundingShare && gbps >= matchShare * floorOf(ceiling),
  );
  const matches = index === -1 ? null : index;
  return { gbps, matches, words: wordsOf(facts, gbps, matches) };
}

function floorOf(ceiling: KnownCeiling): number {
  return ceiling.payloadGbps ?? ceiling.gbps * leastPayloadShare;
}

function wordsOf(facts: Facts, gbps: number, matches: number | null): string {
  const [lowest] = facts.known;
  const figure = `${shown(gbps)} Gb/s`;
  const match = matches === null ? undefined : facts.known[matches];
  if (match !== undefined && match === lowest) return `${figure} matches ${nameOf(match)}${detailOf(match, gbps)}.`;
  if (lowest !== undefined && gbps > lowest.gbps * roundingShare) {
    const near = match ? `matches ${nameOf(match)}, but` : "matches no ceiling and";
    return `${figure} ${near} is more than ${nameOf(lowest)} carries: the two were not taken of the same path at the same time, or both directions were added.`;
  }
  const cases = unreadCases(facts);
  if (cases.length > 0) {
    return `${figure} is below what was read. A PCIe path that was not read would explain it with ${listed(cases)}.`;
  }
  if (lowest === undefined) return `Nothing was read that ${figure} could be compared with.`;
  const rest = facts.settled ? "" : " and of what was not read no usual PCIe link gives just this";
  return `${figure} is well below ${nameOf(lowest)}${rest}: something else bounds it. Usual causes are IPoIB in place of RDMA, small messages, one busy core, memory of a distant socket, or congestion (XmitWait).`;
}

function unreadCases({ hosts }: Facts): readonly string[] {
  return [...new Set(hosts.flatMap(({ unread }) => unread?.could.map(({ figure }) => figure) ?? []))];
}

/** `the slot of node3 (PCIe gen1 x8, 16 Gb/s)` */
function nameOf({ kind, device, own, figure, gbps, far }: KnownCeiling): string {
  const what =
    kind === "link"
      ? `the ${far ? `link of ${device}` : "InfiniBand link"}`
      : `the ${own ? "slot" : "PCIe path"} of ${device}`;
  return `${what} (${figure}, ${shown(gbps)} Gb/s)`;
}

/** A figure between what packets leave for data and the rate itself was hardly moved as data. */
function detailOf(ceiling: KnownCeiling, gbps: number): string {
  if (ceiling.kind === "link" || ceiling.payloadGbps === null || gbps <= ceiling.payloadGbps * roundingShare) return "";
  return `: it is more than the ${shown(usable(ceiling))} Gb/s that its packets leave for data, so rather a rate that was reported than data that was moved`;
}

function listed(words: readonly string[]): string {
  const [last = ""] = words.slice(-1);
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} or ${last}`;
}
