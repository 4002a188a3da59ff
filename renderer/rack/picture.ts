/** The whole picture from a lab and its cables: layout, routes and label places; pure, so that it can be cached. */
import type { DeviceType } from "../../electron/contract/device-type.ts";
import type { CableLive, Width } from "../../electron/contract/fabric.ts";
import type { Lab } from "../../electron/contract/lab.ts";
import { byNumber } from "../../electron/contract/order.ts";
import { endKey } from "../../electron/contract/words.ts";
import type { Point, Rect } from "./geometry.ts";
import { grow, unionOf } from "./geometry.ts";
import { type ChannelWidths, type ExtraPorts, type Layout, layoutLab, unitMm } from "./layout.ts";
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
  readonly bay: number;
  /** Where on the cable its leader begins. */
  readonly from: Point;
}

export interface Picture {
  readonly layout: Layout;
  readonly routes: ReadonlyMap<string, Route>;
  readonly pills: readonly PillSpot[];
  readonly bounds: Rect;
  /** What "fit" shows: all cabinets, or their mounted part. Without the labels beside them. */
  readonly frames: { readonly whole: Rect; readonly held: Rect };
}

const thicknessMm: Readonly<Record<Width, number>> = { "1X": 3, "2X": 4.5, "4X": 7, "8X": 8, "12X": 9 };
const ghostMm = 2.4;
/** Feet below a cabinet. */
const footMm = 16;

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
    a: endKey(cable.a),
    b: endKey(cable.b),
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
    frames: framesOf(layout, routes),
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

/** Every cable is labelled beside the bay of its machine, at the height where it meets it. */
const pillSpots = (layout: Layout, routes: readonly Route[]): readonly PillSpot[] =>
  routes.map((route) => {
    const end = machineEnd(layout, route);
    return { cable: route.id, bay: layout.bayOfPort.get(route.ends[end]) ?? 0, from: cornerAt(route, end) };
  });

/** All that has to be seen, and the part of it that holds something: the empty upper units of tall racks left out. */
function framesOf(layout: Layout, routes: readonly Route[]): Picture["frames"] {
  const paths = routes.flatMap((route) => route.points.map((point) => ({ ...point, w: 0, h: 0 })));
  const cabinets = layout.bays.map(({ cabinet }) => ({ ...cabinet, h: cabinet.h + footMm }));
  const whole = unionOf([...cabinets, ...paths]) ?? { x: 0, y: 0, w: 1000, h: 700 };
  const held = unionOf([...layout.devices.map((box) => box.face), ...paths]);
  if (!held) return { whole, held: whole };
  // A glimpse of empty rack says that it goes on; what would cut off little only is shown to its end.
  const top = held.y - 0.8 * unitMm;
  const foot = held.y + held.h + 0.8 * unitMm;
  const from = top - whole.y < 2.4 * unitMm ? whole.y : top;
  const to = whole.y + whole.h - foot < 3 * unitMm ? whole.y + whole.h : foot;
  return { whole, held: { x: whole.x, y: from, w: whole.w, h: to - from } };
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
