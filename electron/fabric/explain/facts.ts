/** What the explainer's parts share: a ceiling with the PCIe link behind it, and how figures are written. */
import type { Ceiling, ExplainedHost, ExplainedLink, ExplainedSwitchPort } from "../../contract/explain.ts";
import type { Slot } from "../../contract/fabric.ts";

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

/** Gb/s with as many digits as help: 54.5, 16. */
export function shown(gbps: number): string {
  return String(Math.round(gbps * 10) / 10);
}
