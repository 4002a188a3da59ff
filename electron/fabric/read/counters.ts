/** Owns what is known of a port's counters: their widths, what they count, and when a value means "at least". */

/** By the tools' names (IBA 1.3, 16.1.3.5; rdma-core ibdiags). Values of 64-bit counters above 2^53 are rounded. */
export type Counters = Readonly<Record<string, number>>;

/** The value of a counter as printed: decimal digits, at most 20. */
export function counterValue(digits: string): number {
  return Number(digits);
}

/** Bits of the counters of PortCounters; a counter stops at its greatest value (IBA 1.3, table 246). */
const bits: Readonly<Record<string, number>> = {
  SymbolErrorCounter: 16,
  LinkErrorRecoveryCounter: 8,
  LinkDownedCounter: 8,
  PortRcvErrors: 16,
  PortRcvRemotePhysicalErrors: 16,
  PortRcvSwitchRelayErrors: 16,
  PortXmitDiscards: 16,
  PortXmitConstraintErrors: 8,
  PortRcvConstraintErrors: 8,
  LocalLinkIntegrityErrors: 4,
  ExcessiveBufferOverrunErrors: 4,
  QP1Dropped: 16,
  VL15Dropped: 16,
  PortXmitWait: 32,
  PortLocalPhysicalErrors: 16,
  PortMalformedPktErrors: 16,
  PortBufferOverrunErrors: 16,
  PortDLIDMappingErrors: 16,
  PortVLMappingErrors: 16,
  PortLoopingErrors: 16,
  PortInactiveDiscards: 16,
  PortNeighborMTUDiscards: 16,
  PortSwLifetimeLimitDiscards: 16,
  PortSwHOQLifetimeLimitDiscards: 16,
};

/**
 * True when the counter stands at its end, so that its value means "at least". Newer HCAs tell the same counters with 64
 * bits: a value beyond the end of the narrow one is theirs, and exact.
 */
export function isSaturated(name: string, value: number): boolean {
  const width = bits[name];
  return width !== undefined && value === 2 ** width - 1;
}

/** Traffic, counted in words of four bytes and in packets. */
const traffic = /^Port(?:Unicast|Multicast)?(?:Xmit|Rcv)(?:Data|Pkts)$/;

/** What a counter speaks of: packets and bytes, waiting for credits (congestion, no fault), or an error. */
export function counterKind(name: string): "traffic" | "congestion" | "error" {
  if (traffic.test(name)) return "traffic";
  return name === "PortXmitWait" ? "congestion" : "error";
}

/** Errors that a healthy fabric shows too (a switch dropping a multicast packet at its source port): counted, not judged. */
export const harmlessErrors: ReadonlySet<string> = new Set(["PortRcvSwitchRelayErrors"]);

/** What one value of a counter tells by itself, without a second look; null for traffic and for what stands at zero. */
export function toldByValue(
  name: string,
  value: number,
): "counters.congestion" | "counters.full" | "counters.counted" | null {
  const kind = counterKind(name);
  if (kind === "traffic" || value === 0) return null;
  if (kind === "congestion") return "counters.congestion";
  return isSaturated(name, value) ? "counters.full" : "counters.counted";
}

/** PortXmitData and PortRcvData count words of four bytes. */
export function dataBytes(words: number): number {
  return 4 * words;
}
