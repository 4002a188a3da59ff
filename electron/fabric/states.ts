/**
 * Decides what of an observation the history keeps: the states of the ports whose counters it keeps too, the lab file's
 * devices first, and of every cable.
 */
import type { CableLive, DeviceLive } from "../contract/fabric.ts";
import type { Lab } from "../contract/lab.ts";
import type { PortState, StateReading } from "../history/types.ts";
import { maxCountedPorts, Nodes, nameOf } from "./counting.ts";
import { type DeviceTypes, identifyNodes } from "./identify.ts";
import type { JoinedFabric } from "./join.ts";

export function statesOf(inputs: {
  readonly lab: Lab;
  readonly types: DeviceTypes;
  readonly devices: Readonly<Record<string, Pick<DeviceLive, "hcas">>>;
  readonly joined: JoinedFabric;
  readonly cables: readonly CableLive[];
  /** When the newest of it was observed. */
  readonly at: number;
}): StateReading {
  const { fabric } = inputs.joined;
  const owners = identifyNodes(inputs.lab, inputs.types, fabric, inputs.devices);
  const nodes = new Nodes(fabric);
  const rank = ({ guid }: { readonly guid: string }) => (owners.has(guid) ? 0 : 1);
  const told = fabric.nodes.toSorted((a, b) => rank(a) - rank(b));
  const ports = told.flatMap(({ guid, ports }) =>
    ports.flatMap(({ number, state, physState, width, speed }): PortState[] => {
      if (state === "Unknown") return [];
      const link = state === "Down" ? { width: null, speed: null } : { width: width ?? null, speed: speed ?? null };
      return [{ ...nameOf(nodes, owners, guid, number), state, physState, ...link }];
    }),
  );
  const kept = ports.slice(0, maxCountedPorts);
  return { at: inputs.at, ports: kept, portsLeft: ports.length - kept.length, cables: inputs.cables };
}
