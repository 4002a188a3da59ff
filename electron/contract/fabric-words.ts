/** The words of a port and a link: without schemas, for readers that take them apart by the ten thousand in a thread. */

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

export type Width = (typeof widths)[number];
export type Speed = (typeof speeds)[number];
export type LogicalState = (typeof logicalStates)[number];
export type PhysicalState = (typeof physicalStates)[number];
