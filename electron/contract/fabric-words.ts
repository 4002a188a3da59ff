/** The words of ports and links, their keys, and what is odd in an output: without schemas, for readers that take them apart by the ten thousand in a thread. */

export const widths = ["1X", "2X", "4X", "8X", "12X"] as const;
export const speeds = ["SDR", "DDR", "QDR", "FDR10", "FDR", "EDR", "HDR", "NDR"] as const;
export const logicalStates = ["Down", "Initialize", "Armed", "Active", "Unknown"] as const;
export const physicalStates = [
  "Sleep",
  "Polling",
  "Disabled",
  "PortConfigurationTraining",
  "LinkUp",
  "LinkErrorRecovery",
  "PhyTest",
  "Unknown",
] as const;

/** What can be odd in the output of a tool; the window has words for each (`renderer/rack/FabricProblems.tsx`). */
export const problemCodes = [
  "counters.congestion",
  "counters.counted",
  "counters.driver",
  "counters.full",
  "fabric.contradiction",
  "fabric.cut-off",
  "fabric.empty-file",
  "fabric.incomplete",
  "fabric.module-error",
  "fabric.no-answer",
  "fabric.no-device",
  "fabric.no-subnet-manager",
  "fabric.other-output",
  "fabric.port-warning",
  "fabric.refused-command",
  "fabric.silent-peer",
  "fabric.switch-part",
  "fabric.too-large",
  "fabric.tool-complaint",
  "fabric.unknown-rate",
  "fabric.unplaced",
  "fabric.unread-file",
  "fabric.unread-line",
  "fabric.unrecognised-file",
  "slot.limits",
  "slot.slow",
  "slot.unknown",
] as const;

export type Width = (typeof widths)[number];
export type Speed = (typeof speeds)[number];
export type LogicalState = (typeof logicalStates)[number];
export type PhysicalState = (typeof physicalStates)[number];
export type ProblemCode = (typeof problemCodes)[number];

/** The same text for the same port of the fabric: its node's GUID and its number. */
export const portKey = (node: string, port: number): string => `${node}/${port}`;
