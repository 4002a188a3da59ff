/** Owns what a row of the table of plan and fabric says of a cable, and in which order rows stand. */
import type { CableLive, FabricState } from "../../electron/contract/fabric.ts";
import { byNumber } from "../../electron/contract/order.ts";
import { cableWords } from "../../electron/contract/words.ts";
import { gbpsText, linkText, pathGbps, slotFault } from "./words.ts";

export interface Row {
  readonly cable: CableLive;
  /** The end that is a switch's, where one is. */
  readonly near: CableLive["a"];
  readonly far: CableLive["a"];
  readonly link: string;
  /** What the whole path carries, of data. */
  readonly gbps: number | null;
  readonly state: string;
}

export type Column = "switch" | "port" | "device" | "link" | "gbps" | "state" | "age";

export interface Order {
  readonly by: Column;
  readonly down: boolean;
}

/** Worst first, as an admin reads a list. */
const severity: Readonly<Record<CableLive["state"], number>> = {
  down: 0,
  absent: 1,
  unexpected: 2,
  degraded: 3,
  unknown: 4,
  healthy: 5,
};

export function rowsOf(fabric: FabricState, switches: ReadonlySet<string>): readonly Row[] {
  return fabric.cables.map((cable) => {
    const flip = switches.has(cable.b.device) && !switches.has(cable.a.device);
    const [near, far] = flip ? [cable.b, cable.a] : [cable.a, cable.b];
    const slot = cable.state === "degraded" && cable.logical === "Active" ? slotFault(cable, fabric) : null;
    return {
      cable,
      near,
      far,
      link: linkText(cable),
      gbps: pathGbps(cable, fabric),
      state: slot ? `slot ${gbpsText(slot.gbps)} Gb/s` : cableWords(cable),
    };
  });
}

const sortText = ({ device, port }: CableLive["a"]): string => `${device} ${port}`;

export function sorted(rows: readonly Row[], { by, down }: Order): readonly Row[] {
  const compare: Record<Column, (a: Row, b: Row) => number> = {
    switch: (a, b) => byNumber(sortText(a.near), sortText(b.near)),
    port: (a, b) => byNumber(a.near.port, b.near.port),
    device: (a, b) => byNumber(sortText(a.far), sortText(b.far)),
    link: (a, b) => byNumber(a.link, b.link),
    gbps: (a, b) => (a.gbps ?? -1) - (b.gbps ?? -1),
    state: (a, b) => severity[a.cable.state] - severity[b.cable.state],
    age: (a, b) => (b.cable.observedAt ?? 0) - (a.cable.observedAt ?? 0),
  };
  const order = rows.toSorted((a, b) => compare[by](a, b) || byNumber(a.cable.id, b.cable.id));
  return down ? order.toReversed() : order;
}

export function summaryOf(cables: readonly CableLive[]): string {
  const planned = cables.filter((cable) => cable.planned !== null);
  if (planned.length === 0) return "no planned cables";
  if (planned.every((cable) => cable.state === "unknown")) return `${planned.length} planned, none observed yet`;
  const there = planned.filter((cable) => cable.state === "healthy" || cable.state === "degraded").length;
  return `${there} of ${planned.length} cables as planned`;
}
