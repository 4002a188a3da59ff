/** Finds a free name for a new device. */
import type { DeviceType } from "../../electron/contract/device-type.ts";
import type { Lab } from "../../electron/contract/lab.ts";

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
