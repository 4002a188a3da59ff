/** The whole picture from a lab and its cables: layout, routes and label places; pure, so that it can be cached. */
import type { DeviceType } from "../../electron/contract/device-type.ts";
import type { CableLive, Width } from "../../electron/contract/fabric.ts";
import type { Lab } from "../../electron/contract/lab.ts";
import type { Point, Rect } from "./geometry.ts";
import { grow, unionOf } from "./geometry.ts";
import { type ChannelWidths, type ExtraPorts, type Layout, layoutLab } from "./layout.ts";
import { portKey } from "./ports.ts";
import { type Route, type RouteRequest, routeCables } from "./routing.ts";

/** What of a cable decides where it runs; states and figures change without moving anything. */
export interface CableShape {
  readonly id: string;
  readonly a: { readonly device: string; readonly port: string };
  readonly b: { readonly device: string; readonly port: string };
  readonly width: Width | null;
  readonly ghost: boolean;
}

export interface PillSpot {
  readonly cable: string;
  /** Left middle of the label. */
  readonly at: Point;
  /** Where on the cable its leader begins. */
  readonly from: Point;
}

export interface Picture {
  readonly layout: Layout;
  readonly routes: ReadonlyMap<string, Route>;
  readonly pills: readonly PillSpot[];
  readonly bounds: Rect;
}

const thicknessMm: Readonly<Record<Width, number>> = { "1X": 3, "2X": 4.5, "4X": 7, "8X": 8, "12X": 9 };
const ghostMm = 2.4;
/** Least distance between two labels in one gutter. */
const pillPitchMm = 27;

export const shapeOf = (cable: CableLive): CableShape => ({
  id: cable.id,
  a: { device: cable.a.device, port: cable.a.port },
  b: { device: cable.b.device, port: cable.b.port },
  width: cable.width,
  ghost: cable.state === "absent",
});

export function drawPicture(
  lab: Pick<Lab, "racks" | "devices">,
  types: Readonly<Record<string, DeviceType>>,
  cables: readonly CableShape[],
  seen: ExtraPorts = {},
): Picture {
  const extra = extraPorts(cables, seen);
  const requests: readonly RouteRequest[] = cables.map((cable) => ({
    id: cable.id,
    a: portKey(cable.a.device, cable.a.port),
    b: portKey(cable.b.device, cable.b.port),
    thicknessMm: cable.ghost ? ghostMm : thicknessMm[cable.width ?? "4X"],
    ghost: cable.ghost,
  }));
  // The first pass finds how many lanes each channel needs, the second draws with channels that wide.
  const rough = layoutLab(lab, types, extra);
  const first = routeCables(rough, requests);
  const layout = layoutLab(lab, types, extra, channelWidths(rough, first.routes));
  const { routes } = routeCables(layout, requests, first.scale);
  const bounds = unionOf([
    ...layout.bays.map((bay) => ({ ...bay.cabinet, x: bay.extent.from, w: bay.extent.to - bay.extent.from })),
    ...routes.flatMap((route) => route.points.map((point) => ({ x: point.x, y: point.y, w: 0, h: 0 }))),
  ]);
  return {
    layout,
    routes: new Map(routes.map((route) => [route.id, route])),
    pills: pillSpots(layout, routes),
    bounds: grow(bounds ?? { x: 0, y: 0, w: 1000, h: 700 }, 30),
  };
}

/** Ports only cables or hosts know of. Declared ones among them are dropped later, when ports are listed. */
function extraPorts(cables: readonly CableShape[], seen: ExtraPorts): ExtraPorts {
  const extra = new Map<string, Set<string>>();
  const add = (device: string, port: string) => {
    const ports = extra.get(device);
    if (ports) ports.add(port);
    else extra.set(device, new Set([port]));
  };
  for (const [device, ports] of Object.entries(seen)) for (const port of ports) add(device, port);
  for (const cable of cables) {
    add(cable.a.device, cable.a.port);
    add(cable.b.device, cable.b.port);
  }
  return Object.fromEntries([...extra].map(([device, ports]) => [device, [...ports].sort(byNumber)]));
}

const collator = new Intl.Collator("en", { numeric: true });
export const byNumber = (a: string, b: string) => collator.compare(a, b);

function channelWidths(layout: Layout, routes: readonly Route[]): ChannelWidths {
  return layout.bays.map((bay) => {
    let left = 0;
    let right = 0;
    for (const route of routes) {
      if (route.tucked) continue;
      for (const point of route.points) {
        const half = route.thicknessMm / 2;
        const mine = point.x > bay.extent.from && point.x < bay.extent.to;
        if (!mine) continue;
        right = Math.max(right, point.x + half - bay.right.inner);
        left = Math.max(left, bay.left.inner - point.x + half);
      }
    }
    return { left: left > 0 ? left + 8 : 0, right: right > 0 ? right + 8 : 0 };
  });
}

/** Labels stand in the right gutter at the height where the cable meets its machine, pushed apart where crowded. */
function pillSpots(layout: Layout, routes: readonly Route[]): readonly PillSpot[] {
  const byBay = new Map<number, { cable: string; from: Point; want: number }[]>();
  for (const route of routes) {
    const end = machineEnd(layout, route);
    const bay = layout.bayOfPort.get(route.ends[end]) ?? 0;
    const from = cornerAt(route, end);
    const list = byBay.get(bay) ?? [];
    list.push({ cable: route.id, from, want: from.y });
    byBay.set(bay, list);
  }
  const spots: PillSpot[] = [];
  for (const [index, list] of byBay) {
    const bay = layout.bays[index];
    if (!bay) continue;
    const x = bay.cabinet.x + bay.cabinet.w + 16;
    list.sort((one, two) => one.want - two.want || (one.cable < two.cable ? -1 : 1));
    const heights = spread(
      list.map((entry) => entry.want),
      pillPitchMm,
    );
    for (const [at, entry] of list.entries()) {
      spots.push({ cable: entry.cable, from: entry.from, at: { x, y: heights[at] ?? entry.want } });
    }
  }
  return spots;
}

/** Moves sorted heights as little as possible so that neighbours are `pitch` apart (pool adjacent violators). */
export function spread(wants: readonly number[], pitch: number): readonly number[] {
  const blocks: { sum: number; count: number }[] = [];
  for (const [index, want] of wants.entries()) {
    let block = { sum: want - index * pitch, count: 1 };
    for (let last = blocks.at(-1); last && last.sum / last.count > block.sum / block.count; last = blocks.at(-1)) {
      blocks.pop();
      block = { sum: block.sum + last.sum, count: block.count + last.count };
    }
    blocks.push(block);
  }
  return blocks
    .flatMap((block) => Array.from({ length: block.count }, () => block.sum / block.count))
    .map((base, index) => base + index * pitch);
}

/** The end that is not a switch; of two equals, the second. */
function machineEnd(layout: Layout, route: Route): 0 | 1 {
  const kindAt = (key: string) => layout.devices.find((box) => box.name === layout.ports.get(key)?.device)?.type?.kind;
  return kindAt(route.ends[0]) !== "switch" && kindAt(route.ends[1]) === "switch" ? 0 : 1;
}

/** Where the cable turns from the port into the channel, seen from the given end. */
function cornerAt(route: Route, end: 0 | 1): Point {
  const points = end === 0 ? route.points : [...route.points].reverse();
  const level = points.find((point, index) => index > 0 && points[index - 1]?.y === point.y);
  return level ?? points[0] ?? { x: 0, y: 0 };
}
