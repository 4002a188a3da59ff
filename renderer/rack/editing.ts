/** What the rack may change: the edits behind a drop, a drawn cable and a removed one, and why one is refused. */
import type { CableLive } from "../../electron/contract/fabric.ts";
import type { Cable, CablePort, Lab, LabEdit } from "../../electron/contract/lab.ts";
import { plannedAmong } from "../../electron/contract/planned-cable.ts";
import { endText } from "../../electron/contract/words.ts";
import type { Target } from "./place.ts";

export const moveEdit = (device: string, target: Target): LabEdit => ({
  op: "place-device",
  device,
  rack: target.rack,
  unit: target.unit,
});

export type CableCheck = { readonly edit: LabEdit; readonly why: null } | { readonly edit: null; readonly why: string };

/** The edit that plans a cable between two ports, or why there can be none. */
export function planCable(lab: Pick<Lab, "cables" | "devices">, from: CablePort, to: CablePort): CableCheck {
  const refuse = (why: string): CableCheck => ({ edit: null, why });
  if (samePort(from, to)) return refuse("A cable needs two different ports");
  for (const end of [from, to]) {
    if (!lab.devices.some((device) => device.name === end.device))
      return refuse(`${end.device} is not in the lab file`);
    const taken = cableOf(lab, end);
    if (taken) {
      const far = samePort(taken.from, end) ? taken.to : taken.from;
      return refuse(`${endText(end)} already has a planned cable, to ${endText(far)}`);
    }
  }
  // Only what the lab file knows of a port: what was selected carries more.
  const end = ({ device, port }: CablePort): CablePort => ({ device, port });
  return { edit: { op: "add-cable", cable: { from: end(from), to: end(to) } }, why: null };
}

/** The cable that is planned at a port, if any. */
export const cableOf = (lab: Pick<Lab, "cables">, end: CablePort): Cable | undefined =>
  lab.cables.find((cable) => samePort(cable.from, end) || samePort(cable.to, end));

const samePort = (a: CablePort, b: CablePort) => a.device === b.device && a.port === b.port;

/** The planned cable behind a drawn one, if it is planned. */
export const plannedCable = (lab: Pick<Lab, "cables"> | null, cable: CableLive): Cable | null =>
  plannedAmong(lab?.cables ?? [])(cable);
