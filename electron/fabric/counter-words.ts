/**
 * Owns what each error counter means, in words (IBA 1.3, 16.1.3.5: PortCounters), and what to do about it. Errors are
 * counted by the port that receives: a bad signal comes from the other end, through the cable.
 */

/** What a rise of a counter usually comes from. */
export const counterMeanings: Readonly<Record<string, string>> = {
  SymbolErrorCounter:
    "symbols arrived damaged: the signal from the other end is poor (cable, connector or transceiver)",
  LinkErrorRecoveryCounter: "the link had to be recovered, and was, without going down",
  LinkDownedCounter: "recovery failed and the link went down; pulling a cable or restarting a host does that too",
  PortRcvErrors: "packets arrived damaged or malformed, or found no buffer",
  PortRcvRemotePhysicalErrors:
    "packets arrived that a switch on their way had marked as bad: the fault is on a link before this one",
  PortRcvSwitchRelayErrors:
    "the switch could not relay packets; multicast that comes back to its source counts here on healthy fabrics",
  PortXmitDiscards: "packets for this port were thrown away because it was down or congested for too long",
  PortXmitConstraintErrors: "packets were not sent because of their partition key or type",
  PortRcvConstraintErrors: "packets were refused because of their partition key or type",
  LocalLinkIntegrityErrors: "errors on the link came faster than its threshold allows",
  ExcessiveBufferOverrunErrors: "the other end sent more than it had credits for",
  VL15Dropped: "management packets were dropped for lack of buffers",
  QP1Dropped: "management packets of the general service were dropped for lack of buffers",
};

/** What a counter at its end says, before what it counts. */
export const fullWords =
  "A counter stops at its greatest value: how many errors there were, since when, and whether more come now cannot be seen.";

/** What PortXmitWait says. */
export const congestionWords =
  "That is congestion, no error. What receives at the other end, or what is behind it, takes less than comes in.";

/** Counters that speak of the signal between the two ends of a cable. */
export const signalCounters: ReadonlySet<string> = new Set([
  "SymbolErrorCounter",
  "LinkErrorRecoveryCounter",
  "LinkDownedCounter",
  "PortRcvErrors",
  "LocalLinkIntegrityErrors",
]);
