import type { CableLive } from "../../contract/fabric.ts";

/** The cables that end at each device, in their order. */
export function cablesByDevice(cables: readonly CableLive[]): ReadonlyMap<string, readonly CableLive[]> {
  const ofDevice = new Map<string, CableLive[]>();
  for (const cable of cables) {
    for (const device of new Set([cable.a.device, cable.b.device])) {
      const known = ofDevice.get(device);
      if (known) known.push(cable);
      else ofDevice.set(device, [cable]);
    }
  }
  return ofDevice;
}
