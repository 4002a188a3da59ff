/** Decides what of an observation the history keeps: the state of every port that said one, and of every cable. */
import type { CableLive, DeviceLive } from "../contract/fabric.ts";
import type { Lab } from "../contract/lab.ts";
import type { PortState, StateReading } from "../history/types.ts";
import { Nodes, nameOf } from "./counting.ts";
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
  const ports = fabric.nodes.flatMap(({ guid, ports }) =>
    ports.flatMap(({ number, state, physState, width, speed }): PortState[] => {
      if (state === "Unknown") return [];
      const link = state === "Down" ? { width: null, speed: null } : { width: width ?? null, speed: speed ?? null };
      return [{ ...nameOf(nodes, owners, guid, number), state, physState, ...link }];
    }),
  );
  return { at: inputs.at, ports, cables: inputs.cables };
}
