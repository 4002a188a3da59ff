/** Owns where each port of a device sits on its face: as its type says, else where room is found; and what its host tells of it. */
import type { DeviceType } from "../../electron/contract/device-type.ts";
import type { DeviceLive, FabricState } from "../../electron/contract/fabric.ts";
import type { Device } from "../../electron/contract/lab.ts";
import { endKey } from "../../electron/contract/words.ts";
import type { Point, Rect } from "./geometry.ts";

export interface PortSpot {
  readonly device: string;
  readonly port: string;
  /** What `endKey` gives: unique in a lab. */
  readonly key: string;
  readonly kind: DeviceType["ports"][number]["kind"];
  readonly connector: string;
  /** The connector's opening, and where its name stands; no cable but its own crosses either. */
  readonly cage: Rect;
  readonly label: Rect;
  /** Where the label is anchored within its box. */
  readonly labelAlign: "start" | "middle" | "end";
  /** The link light. */
  readonly led: Point;
  /** Upper row of a pair of rows: the connector is mounted upside down. */
  readonly flipped: boolean;
}

/** Openings in millimetres by connector, rounded from their standards' drawings. */
const openings: ReadonlyMap<string, readonly [number, number]> = new Map([
  ["QSFP", [18.4, 9]],
  ["SFP", [13.8, 9]],
  ["RJ45", [12, 10.5]],
  ["C13", [26, 19]],
  ["C19", [30, 21]],
  ["USB", [13, 6]],
]);

function openingOf(kind: PortSpot["kind"], connector: string): readonly [number, number] {
  const known = [...openings].find(([name]) => connector.toUpperCase().startsWith(name));
  if (known) return known[1];
  return kind === "infiniband" ? [18.4, 9] : kind === "power" ? [26, 19] : [12, 10.5];
}

interface Wanted {
  readonly name: string;
  readonly kind: PortSpot["kind"];
  readonly connector: string;
  readonly at?: Point | undefined;
}

/** Port names of a device in order: the type's, its HCAs' (`mlx4_0/1`), then names only cables or hosts know. */
export function portsOf(device: Device | null, type: DeviceType | null, extra: readonly string[]): readonly Wanted[] {
  const wanted: Wanted[] = [];
  const seen = new Set<string>();
  const add = (port: Wanted) => {
    if (seen.has(port.name)) return;
    seen.add(port.name);
    wanted.push(port);
  };
  for (const port of type?.ports ?? []) add(port);
  for (const hca of device?.hcas ?? []) {
    for (let number = 1; number <= hca.ports; number++) {
      add({ name: `${hca.name}/${number}`, kind: "infiniband", connector: "QSFP" });
    }
  }
  for (const name of extra) add({ name, kind: "infiniband", connector: "QSFP" });
  return wanted;
}

/** Places every port on the face whose box is `face` (world millimetres). */
export function placePorts(
  name: string,
  wanted: readonly Wanted[],
  type: DeviceType | null,
  face: Rect,
): readonly PortSpot[] {
  const fixed = wanted.filter((port) => port.at);
  const loose = wanted.filter((port) => !port.at);
  const spots = fixed.map((port) => fixedSpot(name, port, fixed, face));
  if (loose.length === 0) return spots;
  const inWindow = type?.kind !== "switch" && type?.kind !== "pdu";
  const window = windowOf(type, face, fixed);
  return [...spots, ...(inWindow || fixed.length > 0 ? column(name, loose, window) : grid(name, loose, face))];
}

function windowOf(type: DeviceType | null, face: Rect, fixed: readonly Wanted[]): Rect {
  const own = type?.hcaWindow;
  if (own) return { x: face.x + own.x, y: face.y + own.y, w: own.w, h: own.h };
  const right = Math.max(0, ...fixed.map((port) => (port.at?.x ?? 0) + 14));
  const w = Math.max(30, Math.min(56, face.w - 22 - right));
  return { x: face.x + face.w - 22 - w, y: face.y + 4, w, h: face.h - 8 };
}

function fixedSpot(device: string, port: Wanted, all: readonly Wanted[], face: Rect): PortSpot {
  const at = port.at ?? { x: 0, y: 0 };
  const [w, h] = openingOf(port.kind, port.connector);
  const x = face.x + at.x;
  const y = face.y + at.y;
  const cage = { x: x - w / 2, y: y - h / 2, w, h };
  const column = all.filter((other) => other !== port && other.at && Math.abs(other.at.x - at.x) < w / 2);
  const below = column.some((other) => other.at && other.at.y > at.y && other.at.y - at.y < h + 16);
  const above = column.some((other) => other.at && other.at.y < at.y && at.y - other.at.y < h + 16);
  const base = {
    device,
    port: port.name,
    key: endKey({ device, port: port.name }),
    kind: port.kind,
    connector: port.connector,
    cage,
  };
  // A pair of rows shares the strip between them: the upper row's number stands left, the lower row's right.
  if (below) {
    const label = { x: cage.x + 2.6, y: cage.y + h + 0.6, w: w / 2 - 3, h: 5.2 };
    return { ...base, label, labelAlign: "start", led: { x: cage.x + 1.2, y: label.y + 2.6 }, flipped: true };
  }
  if (above) {
    const label = { x: x + 0.4, y: cage.y - 5.8, w: w / 2 - 3, h: 5.2 };
    return { ...base, label, labelAlign: "end", led: { x: cage.x + w - 1.2, y: label.y + 2.6 }, flipped: false };
  }
  const label = { x: cage.x, y: cage.y - 5, w, h: 4.2 };
  return { ...base, label, labelAlign: "middle", led: { x: cage.x + w - 1.5, y: cage.y + h + 2 }, flipped: false };
}

/** One under the other at the window's right, so that every cable can leave to the right; names to their left. */
function column(device: string, ports: readonly Wanted[], window: Rect): readonly PortSpot[] {
  const pitch = Math.min(16, window.h / ports.length);
  const top = window.y + (window.h - pitch * ports.length) / 2;
  return ports.map((port, index) => {
    const [fullW, fullH] = openingOf(port.kind, port.connector);
    const h = Math.min(fullH, pitch * 0.72);
    const w = Math.min(fullW, (fullW * h) / fullH + 4);
    const y = top + pitch * (index + 0.5);
    const cage = { x: window.x + window.w - 2.5 - w, y: y - h / 2, w, h };
    const label = {
      x: window.x + 1,
      y: y - Math.min(2.6, h / 2),
      w: Math.max(6, cage.x - window.x - 5.5),
      h: Math.min(5.2, h),
    };
    return {
      device,
      port: port.name,
      key: endKey({ device, port: port.name }),
      kind: port.kind,
      connector: port.connector,
      cage,
      label,
      labelAlign: "end",
      led: { x: cage.x - 2.2, y },
      flipped: false,
    };
  });
}

/** Rows in pairs over the whole face, odd numbers above even ones, as switches print them. */
function grid(device: string, ports: readonly Wanted[], face: Rect): readonly PortSpot[] {
  const pairs = Math.max(1, Math.floor(face.h / 44));
  const rows = ports.length > 8 ? pairs * 2 : 1;
  const columns = Math.ceil(ports.length / rows);
  const span = face.w - 100;
  const pitch = Math.min(23, span / columns);
  const placed = ports.map((port, index) => {
    const pair = Math.floor(index / (columns * 2));
    const inPair = rows === 1 ? index : index - pair * columns * 2;
    const row = rows === 1 ? 0 : inPair % 2;
    const x = 50 + ((rows === 1 ? inPair : Math.floor(inPair / 2)) + 0.5) * pitch;
    const y = rows === 1 ? face.h / 2 : (face.h / pairs) * pair + (row === 0 ? 14.4 : 30);
    return { ...port, at: { x, y } };
  });
  return placed.map((port) => {
    const spot = fixedSpot(device, port, placed, face);
    const w = Math.min(spot.cage.w, pitch - 2.4);
    const x = spot.cage.x + (spot.cage.w - w) / 2;
    const squeeze = w / spot.cage.w;
    const label = {
      ...spot.label,
      x: x + (spot.label.x - spot.cage.x) * squeeze,
      w: spot.label.w * squeeze,
    };
    return {
      ...spot,
      cage: { ...spot.cage, x, w },
      label,
      led: { ...spot.led, x: x + (spot.led.x - spot.cage.x) * squeeze },
    };
  });
}

type Hca = DeviceLive["hcas"][number];

/** What its host tells of a port, whatever that calls the HCA; null where it was not told of. */
export function livePort(
  { devices, owners }: Pick<FabricState, "devices" | "owners">,
  device: string,
  port: string,
): { readonly port: Hca["ports"][number]; readonly slot: Hca["slot"] } | null {
  for (const { name, nodeGuid, ports, slot } of devices[device]?.hcas ?? []) {
    const planned = owners[nodeGuid ?? ""]?.hca ?? name;
    const found = ports.find(({ number }) => port === `${planned}/${number}`);
    if (found) return { port: found, slot };
  }
  return null;
}
