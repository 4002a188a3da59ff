/** Finds what a new device needs: a free place and a free name. */
import type { DeviceType } from "../../electron/contract/device-type.ts";
import type { Lab } from "../../electron/contract/lab.ts";

/** The lowest unit with `heightU` free units above it, null when the rack has no such gap. */
export function lowestFreeUnit(
  lab: Lab,
  types: Readonly<Record<string, DeviceType>>,
  rackName: string,
  heightU: number,
): number | null {
  const rack = lab.racks.find(({ name }) => name === rackName);
  if (!rack) return null;
  const taken = new Set<number>();
  for (const { rack: where, unit, type } of lab.devices) {
    if (where !== rackName || unit === undefined) continue;
    for (let used = unit; used < unit + Math.ceil(types[type]?.heightU ?? 1); used += 1) taken.add(used);
  }
  const height = Math.max(1, Math.ceil(heightU));
  for (let unit = 1; unit + height - 1 <= rack.units; unit += 1) {
    if (Array.from({ length: height }, (_, above) => unit + above).every((used) => !taken.has(used))) return unit;
  }
  return null;
}

const stems: Readonly<Record<DeviceType["kind"], string>> = {
  server: "node",
  switch: "sw",
  pdu: "pdu",
  desktop: "desktop",
  other: "device",
};

/** `node1`, `node2`, ...: the first that no device has. */
export function nextName(lab: Lab, kind: DeviceType["kind"]): string {
  const names = new Set(lab.devices.map(({ name }) => name));
  let number = 1;
  while (names.has(`${stems[kind]}${number}`)) number += 1;
  return `${stems[kind]}${number}`;
}
