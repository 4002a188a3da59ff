/** Owns where a device may be put by hand, and which unit a point of the picture means. */
import type { DeviceType } from "../../electron/contract/device-type.ts";
import type { Device, Lab } from "../../electron/contract/lab.ts";
import { heightOf, occupantOf } from "../../electron/contract/units.ts";
import type { Point, Rect } from "./geometry.ts";
import { faceWidthMm, type Layout, unitMm } from "./layout.ts";

export interface Target {
  /** Null: beside the racks. */
  readonly rack: string | null;
  readonly unit: number | null;
  readonly free: boolean;
  /** What stands in the way, by name, or why else it does not fit. */
  readonly why: string | null;
}

type Types = Readonly<Record<string, DeviceType>>;
type Placed = Pick<Lab, "racks" | "devices">;

/** Whether `device` could stand with its lowest unit at `unit` of `rack`. */
export function judgePlace(
  lab: Placed,
  types: Types,
  device: Device,
  rack: string | null,
  unit: number | null,
): Target {
  if (rack === null || unit === null) return { rack: null, unit: null, free: true, why: null };
  const heightU = heightOf(device, types);
  const home = lab.racks.find((each) => each.name === rack);
  const refuse = (why: string): Target => ({ rack, unit, free: false, why });
  if (heightU === 0) return refuse("stands beside a rack, not in it");
  if (!home || unit < 1 || unit + heightU - 1 > home.units) return refuse(`needs ${heightU} units inside the rack`);
  const blocker = occupantOf(lab, types, { rack, unit, heightU }, device.name);
  return blocker ? refuse(`occupied by ${blocker}`) : { rack, unit, free: true, why: null };
}

/** The place a device held at `at` (its face's upper left corner) would drop to; null outside every rack. */
export function placeAt(
  layout: Layout,
  at: Point,
  heightU: number,
): { readonly rack: string; readonly unit: number } | null {
  const middle = at.x + faceWidthMm / 2;
  const bay = layout.bays.find(
    (each) => each.kind === "rack" && middle > each.cabinet.x && middle < each.cabinet.x + each.cabinet.w,
  );
  if (!bay) return null;
  const top = Math.round((at.y - bay.opening.y) / unitMm);
  const unit = Math.round(bay.units - top - heightU + 1);
  return { rack: bay.name, unit: Math.min(Math.max(1, unit), Math.max(1, bay.units - Math.ceil(heightU) + 1)) };
}

/** Where the face would be drawn at a target in a rack. */
export function targetRect(layout: Layout, target: Pick<Target, "rack" | "unit">, heightU: number): Rect | null {
  const bay = layout.bays.find((each) => each.kind === "rack" && each.name === target.rack);
  if (!bay || target.unit === null) return null;
  const top = target.unit + heightU - 1;
  return { x: bay.opening.x, y: bay.opening.y + (bay.units - top) * unitMm, w: faceWidthMm, h: heightU * unitMm };
}

/** The next place in the given direction for a device moved by keyboard; occupied ones are shown, not skipped. */
export function stepPlace(
  lab: Placed,
  types: Types,
  device: Device,
  from: Pick<Target, "rack" | "unit">,
  key: "up" | "down" | "left" | "right",
): Target {
  const heightU = Math.ceil(heightOf(device, types));
  const index = lab.racks.findIndex((rack) => rack.name === from.rack);
  const rack = lab.racks[index];
  const clamp = (units: number, unit: number) => Math.min(Math.max(1, unit), Math.max(1, units - heightU + 1));
  if (!rack || from.unit === null) {
    const entry = key === "left" ? lab.racks.at(-1) : lab.racks[0];
    return entry
      ? judgePlace(lab, types, device, entry.name, clamp(entry.units, entry.units))
      : judgePlace(lab, types, device, null, null);
  }
  if (key === "up" || key === "down") {
    return judgePlace(lab, types, device, rack.name, clamp(rack.units, from.unit + (key === "up" ? 1 : -1)));
  }
  const next = lab.racks[index + (key === "right" ? 1 : -1)];
  if (!next)
    return key === "right"
      ? judgePlace(lab, types, device, null, null)
      : judgePlace(lab, types, device, rack.name, from.unit);
  return judgePlace(lab, types, device, next.name, clamp(next.units, from.unit));
}
