/** Which ports a device has: those of its type, and those of its HCAs. */

import type { DeviceType } from "../contract/device-type.ts";
import type { Device, Lab } from "../contract/lab.ts";

export type PortKind = DeviceType["ports"][number]["kind"];
export type DevicePort = {
  /** As a cable of the lab file names it: `3` on a switch, `mlx4_0/1` for port 1 of HCA mlx4_0. */
  readonly name: string;
  readonly kind: PortKind;
  /** The HCA it belongs to; null for a port of the device's type. */
  readonly hca: string | null;
};

/** The ports of `device`, those of its type first; HCA ports alone when the type is not known. */
export function devicePorts(device: Device, type: DeviceType | undefined): DevicePort[] {
  const own = (type?.ports ?? []).map((port) => ({ name: port.name, kind: port.kind, hca: null }));
  const adapters = (device.hcas ?? []).flatMap((hca) =>
    Array.from({ length: hca.ports }, (_, index) => ({
      name: `${hca.name}/${index + 1}`,
      kind: "infiniband" as const,
      hca: hca.name,
    })),
  );
  return [...own, ...adapters];
}

/** Built-in types overlaid by those of the lab itself, by slug. */
export function typesOf(lab: Lab | null, builtIn: Readonly<Record<string, DeviceType>>): Record<string, DeviceType> {
  const types: Record<string, DeviceType> = { ...builtIn };
  for (const type of lab?.deviceTypes ?? []) types[type.slug] = type;
  return types;
}
