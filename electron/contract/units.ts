/** Owns which rack units a device takes, and which are free: for the check of the lab file and for the window alike. */
import type { DeviceType } from "./device-type.ts";
import type { Device, Lab } from "./lab.ts";

type Types = Readonly<Record<string, DeviceType>>;
type Placed = Pick<Lab, "racks" | "devices">;

/** What is known of its type; undefined where neither the app nor the lab file has one of that name. */
export const typeOf = ({ type }: Pick<Device, "type">, types: Types): DeviceType | undefined =>
  Object.hasOwn(types, type) ? types[type] : undefined;

/** Height in units; 1 for a type that is not known, 0 for what stands beside the rack. */
export const heightOf = (device: Pick<Device, "type">, types: Types): number => typeOf(device, types)?.heightU ?? 1;

/** Rack units a device takes, lowest first; none when it is not placed or stands beside the rack (height 0). */
export function unitsOf({ rack, unit }: Pick<Device, "rack" | "unit">, heightU: number): number[] {
  if (rack === undefined || unit === undefined) return [];
  return Array.from({ length: Math.ceil(heightU) }, (_, index) => unit + index);
}

/** Who takes one of `heightU` units from `unit` up, but for `except`; null when they are free. */
export function occupantOf(
  lab: Placed,
  types: Types,
  place: { readonly rack: string; readonly unit: number; readonly heightU: number },
  except: string | null,
): string | null {
  const { rack, unit } = place;
  const top = unit + Math.ceil(place.heightU) - 1;
  const other = lab.devices.find(
    (device) =>
      device.name !== except &&
      device.rack === rack &&
      unitsOf(device, heightOf(device, types)).some((used) => used >= unit && used <= top),
  );
  return other?.name ?? null;
}

/** The lowest unit with `heightU` free units from it up, at least one; null when the rack has no such gap. */
export function lowestFreeUnit(lab: Placed, types: Types, rackName: string, heightU: number): number | null {
  const rack = lab.racks.find(({ name }) => name === rackName);
  if (!rack) return null;
  const height = Math.max(1, Math.ceil(heightU));
  for (let unit = 1; unit + height - 1 <= rack.units; unit += 1) {
    if (occupantOf(lab, types, { rack: rackName, unit, heightU: height }, null) === null) return unit;
  }
  return null;
}
