/** Owns where racks and devices stand in the picture, in millimetres; ports.ts places ports, routing.ts cables. */
import type { DeviceType } from "../../electron/contract/device-type.ts";
import type { Device, Lab } from "../../electron/contract/lab.ts";
import { typeOf } from "../../electron/contract/units.ts";
import type { Rect } from "./geometry.ts";
import { type PortSpot, placePorts, portsOf } from "./ports.ts";

/** EIA-310: one unit, and the width of a face with its ears. */
export const unitMm = 44.45;
export const faceWidthMm = 482.6;

/** Posts left and right of the opening; the left one carries the unit numbers. */
export const postMm = 30;
/** Space for cables over the topmost unit and under the lowest, inside the cabinet. */
export const headroomMm = 66;
export const plinthMm = 40;
export const wallMm = 9;
/** Room beside the cabinet for device names (left) and cable labels (right). */
export const nameGutterMm = 230;
export const pillGutterMm = 250;
const bayGapMm = 40;

export interface Bay {
  readonly kind: "rack" | "bench";
  readonly name: string;
  readonly index: number;
  /** Units of a rack; 0 for a bench. */
  readonly units: number;
  /** The part between the posts, from the top of the highest unit to the floor of the lowest. */
  readonly opening: Rect;
  /** The whole cabinet with channels, headroom and plinth. */
  readonly cabinet: Rect;
  /** Vertical cable managers: x of their inner edge, and width. */
  readonly left: { readonly inner: number; readonly width: number };
  readonly right: { readonly inner: number; readonly width: number };
  /** Where the bay with its gutters begins and ends. */
  readonly extent: { readonly from: number; readonly to: number };
  /** Boxes of the printed unit numbers. */
  readonly unitLabels: readonly Rect[];
}

export interface DeviceBox {
  readonly name: string;
  /** Null for something the fabric names and the lab file does not. */
  readonly device: Device | null;
  readonly type: DeviceType | null;
  readonly bay: number;
  readonly face: Rect;
  /** Where the gutter with its name ends. */
  readonly nameX: number;
  readonly unit: number | null;
  readonly heightU: number;
  /** Another device claims some of the same units. */
  readonly overlaps: boolean;
  readonly ports: readonly PortSpot[];
}

export interface Layout {
  readonly bays: readonly Bay[];
  readonly devices: readonly DeviceBox[];
  readonly ports: ReadonlyMap<string, PortSpot>;
  readonly bayOfPort: ReadonlyMap<string, number>;
}

/** Ports that no type or HCA declares but a cable or a host names, by device; names not in the lab are strangers. */
export type ExtraPorts = Readonly<Record<string, readonly string[]>>;
/** Width of each bay's channels, left and right; what is missing gets the least width. */
export type ChannelWidths = readonly { readonly left: number; readonly right: number }[];

export const leastChannelMm = 34;

interface Item {
  readonly name: string;
  readonly device: Device | null;
  readonly type: DeviceType | null;
  readonly w: number;
  readonly h: number;
}

export function layoutLab(
  lab: Pick<Lab, "racks" | "devices">,
  types: Readonly<Record<string, DeviceType>>,
  extra: ExtraPorts,
  channels: ChannelWidths = [],
): Layout {
  const floor = Math.max(14, ...lab.racks.map((rack) => rack.units)) * unitMm;
  const bays: Bay[] = [];
  const devices: DeviceBox[] = [];
  const known = new Set(lab.devices.map((device) => device.name));
  const loose: Item[] = Object.keys(extra)
    .filter((name) => !known.has(name))
    .map((name) => ({ name, device: null, type: null, w: faceWidthMm, h: unitMm }));
  let cursor = 0;
  const addBay = (kind: Bay["kind"], name: string, units: number, height: number): Bay => {
    const bay = bayAt(kind, name, bays.length, units, cursor, floor - height, height, channels[bays.length]);
    bays.push(bay);
    cursor = bay.extent.to + bayGapMm;
    return bay;
  };
  const put = (item: Item, bay: Bay, face: Rect, unit: number | null, overlaps: boolean) => {
    const wanted = portsOf(item.device, item.type, extra[item.name] ?? []);
    const ports = placePorts(item.name, wanted, item.type, face);
    const heightU = item.type?.heightU ?? 1;
    devices.push({
      name: item.name,
      device: item.device,
      type: item.type,
      bay: bay.index,
      face,
      nameX: bay.cabinet.x,
      unit,
      heightU,
      overlaps,
      ports,
    });
  };

  const racked = new Map(
    lab.racks.map((rack) => [rack.name, { rack, mounted: [] as { item: Item; unit: number; top: number }[] }]),
  );
  for (const device of lab.devices) {
    const type = typeOf(device, types) ?? null;
    const heightU = type?.heightU ?? 1;
    const home = device.rack === undefined ? undefined : racked.get(device.rack);
    const size = heightU === 0 ? standing(type) : { w: faceWidthMm, h: heightU * unitMm };
    const item = { name: device.name, device, type, ...size };
    const top = (device.unit ?? 0) + heightU - 1;
    if (home && device.unit !== undefined && heightU > 0 && top <= home.rack.units) {
      home.mounted.push({ item, unit: device.unit, top });
    } else loose.push(item);
  }
  for (const { rack, mounted } of racked.values()) {
    const bay = addBay("rack", rack.name, rack.units, rack.units * unitMm);
    for (const { item, unit, top } of mounted) {
      const face = { x: bay.opening.x, y: bay.opening.y + (rack.units - top) * unitMm, w: item.w, h: item.h };
      const overlaps = mounted.some((other) => other.item !== item && other.unit <= top && unit <= other.top);
      put(item, bay, face, unit, overlaps);
    }
  }
  for (const shelf of shelves(loose, Math.max(floor, 30 * unitMm))) {
    const bay = addBay("bench", "Beside the racks", 0, shelf.height);
    for (const { item, x, y } of shelf.items) {
      put(
        item,
        bay,
        { x: bay.opening.x + x, y: bay.opening.y + shelf.height - y - item.h, w: item.w, h: item.h },
        null,
        false,
      );
    }
  }
  const ports = new Map<string, PortSpot>();
  const bayOfPort = new Map<string, number>();
  for (const device of devices) {
    for (const spot of device.ports) {
      ports.set(spot.key, spot);
      bayOfPort.set(spot.key, device.bay);
    }
  }
  return { bays, devices, ports, bayOfPort };
}

function bayAt(
  kind: Bay["kind"],
  name: string,
  index: number,
  units: number,
  from: number,
  top: number,
  height: number,
  channel: ChannelWidths[number] | undefined,
): Bay {
  const leftWidth = Math.max(leastChannelMm, channel?.left ?? 0);
  const rightWidth = Math.max(leastChannelMm, channel?.right ?? 0);
  const cabinetX = from + nameGutterMm;
  const openingX = cabinetX + wallMm + leftWidth + postMm;
  const rightInner = openingX + faceWidthMm + postMm;
  const cabinetRight = rightInner + rightWidth + wallMm;
  const opening = { x: openingX, y: top, w: faceWidthMm, h: height };
  return {
    kind,
    name,
    index,
    units,
    opening,
    cabinet: { x: cabinetX, y: top - headroomMm, w: cabinetRight - cabinetX, h: height + headroomMm + plinthMm },
    left: { inner: openingX - postMm, width: leftWidth },
    right: { inner: rightInner, width: rightWidth },
    extent: { from, to: cabinetRight + pillGutterMm },
    unitLabels: Array.from({ length: units }, (_, at) => ({
      x: openingX - postMm + 3,
      y: top + (units - at - 0.5) * unitMm - 8,
      w: postMm - 6,
      h: 16,
    })),
  };
}

/** Size of what stands beside a rack, from what its type draws. */
function standing(type: DeviceType | null): { readonly w: number; readonly h: number } {
  let w = 0;
  let h = 0;
  for (const element of type?.face ?? []) {
    if ("w" in element) {
      w = Math.max(w, element.x + element.w);
      h = Math.max(h, element.y + element.h);
    }
  }
  return { w: Math.min(faceWidthMm, Math.max(w, 120)), h: Math.min(2000, Math.max(h, unitMm)) };
}

interface Shelf {
  height: number;
  readonly items: { readonly item: Item; readonly x: number; readonly y: number }[];
}

/** Piles things from the floor up: what stands side by side first, then what lies; a new pile when one is full. */
function shelves(items: readonly Item[], limitMm: number): readonly Shelf[] {
  const piles: Shelf[] = [];
  let pile: Shelf | null = null;
  let row: { x: number; y: number; h: number } | null = null;
  const ordered = [...items].sort((a, b) => Number(a.w >= faceWidthMm) - Number(b.w >= faceWidthMm));
  for (const item of ordered) {
    if (pile && row && row.x + item.w <= faceWidthMm && item.w < faceWidthMm) {
      pile.items.push({ item, x: row.x, y: row.y });
      row.x += item.w + 60;
      row.h = Math.max(row.h, item.h);
      pile.height = Math.max(pile.height, row.y + row.h);
      continue;
    }
    const y: number = pile ? pile.height + (pile.items.length > 0 ? 22 : 0) : 0;
    if (!pile || (pile.items.length > 0 && y + item.h > limitMm)) {
      pile = { height: item.h, items: [{ item, x: 0, y: 0 }] };
      piles.push(pile);
      row = { x: item.w + 60, y: 0, h: item.h };
      continue;
    }
    pile.items.push({ item, x: 0, y });
    row = { x: item.w + 60, y, h: item.h };
    pile.height = y + item.h;
  }
  return piles;
}
