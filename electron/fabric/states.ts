/**
 * Decides what of an observation the history keeps: the states of the ports whose counters it keeps too, the lab file's
 * devices first, and of every cable.
 */
import type { CableLive } from "../contract/fabric.ts";
import { historyLimits } from "../contract/history.ts";
import type { PortState, StateReading } from "../history/types.ts";
import type { Places } from "./places.ts";

/** `at` is when the newest of it was observed. */
export function statesOf(places: Places, cables: readonly CableLive[], at: number): StateReading {
  const rank = ({ guid }: { readonly guid: string }) => (places.isInLab(guid) ? 0 : 1);
  const nodes = places.nodes.toSorted((a, b) => rank(a) - rank(b));
  const told = nodes.flatMap(({ guid, ports }) =>
    ports.flatMap((port) => (port.state === "Unknown" ? [] : [{ guid, port }])),
  );
  const ports = told.slice(0, historyLimits.ports).map(({ guid, port: seen }): PortState => {
    const { number, state, physState, width, speed } = seen;
    const link = state === "Down" ? { width: null, speed: null } : { width: width ?? null, speed: speed ?? null };
    const { device, port } = places.nameOf({ node: guid, port: number });
    return { node: guid, number, device, port, state, physState, ...link };
  });
  return { at, ports, portsLeft: told.length - ports.length, cables };
}
