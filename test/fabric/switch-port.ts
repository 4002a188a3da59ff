/** A port of a switch as its command line tells it, for tests of what is concluded from one. */
import type { SwitchPort } from "../../electron/contract/switch.ts";

/** Port `1/<number>`, Active at 4X FDR, with nothing remarkable. */
export const switchPort = (
  number: number,
  changes: Partial<SwitchPort> & Pick<SwitchPort, "observedAt" | "since">,
): SwitchPort => ({
  name: `1/${number}`,
  number,
  type: "infiniband",
  logical: "Active",
  physical: "LinkUp",
  rateGbps: 56,
  width: "4X",
  speed: "FDR",
  supportedSpeeds: [],
  description: "",
  warning: null,
  transceiver: null,
  ...changes,
});
