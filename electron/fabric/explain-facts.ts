/** What the explainer's parts share: a ceiling with the PCIe link behind it, and how figures are written. */
import type { Ceiling, ExplainedHost, ExplainedLink, ExplainedSwitchPort } from "../contract/explain.ts";
import type { PciePace, Slot } from "../contract/fabric.ts";
import { pcieGeneration, readPcieSpeed } from "../contract/rates.ts";

/** A ceiling, and for a PCIe path its narrowest link. */
export interface KnownCeiling extends Ceiling {
  readonly pcie: Slot["path"][number] | null;
  /** True where that is the card's own link. */
  readonly own: boolean;
}

export interface Facts {
  readonly link: ExplainedLink;
  readonly hosts: readonly ExplainedHost[];
  /** The lowest first. */
  readonly known: readonly KnownCeiling[];
  readonly settled: boolean;
  readonly switchPorts: readonly ExplainedSwitchPort[];
}

/** What a ceiling leaves for data, as far as that is known. */
export function usable({ gbps, payloadGbps }: Pick<Ceiling, "gbps" | "payloadGbps">): number {
  return payloadGbps ?? gbps;
}

/** Only an Active link carries data; where nobody told its state, its width and speed stand for it. */
export function carries({ state }: Pick<ExplainedLink, "state">): boolean {
  return state === "Active" || state === "Unknown";
}

/** What both ends of a PCIe link can together; null where one of them did not tell. */
export function bestOf({ can, above }: Slot["path"][number]): PciePace | null {
  const [below, upper] = [can, above?.can ?? null].map((pace) => {
    const gts = pace && readPcieSpeed(pace.speed);
    return pace === null || gts === null ? null : { gts, width: pace.width };
  });
  if (!below || !upper) return null;
  return { speed: `${Math.min(below.gts, upper.gts)} GT/s`, width: Math.min(below.width, upper.width) };
}

/** `PCIe gen2 x4`; words that are not understood stand as they are. Null for nothing. */
export function pcieFigure(pace: PciePace | null): string | null {
  if (pace === null) return null;
  const gts = readPcieSpeed(pace.speed);
  const generation = gts === null ? null : pcieGeneration(gts);
  return generation === null ? `PCIe ${pace.speed} x${pace.width}` : `PCIe gen${generation} x${pace.width}`;
}

/** Gb/s with as many digits as help: 54.5, 16. */
export function shown(gbps: number): string {
  return String(Math.round(gbps * 10) / 10);
}
