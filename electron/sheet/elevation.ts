/** Owns the small picture of the racks: each device at its units, each port where its type has it, cabled ones filled. */
import type { DeviceType } from "../contract/device-type.ts";
import type { Device } from "../contract/lab.ts";
import { typeOf } from "../contract/units.ts";
import { endKey } from "../contract/words.ts";
import { devicePorts } from "../lab/ports.ts";
import type { LabParts } from "./find-end.ts";
import { type Canvas, grey, type Measure, wrap } from "./page.ts";
import { shown } from "./words.ts";

/** A 19-inch face. */
const faceMm = 482.6;
const unitMm = 44.45;
const scaleMost = 0.15;
const scaleLeast = 0.085;
const numbersMm = 6;
const headMm = 6;
const gapMm = 8;

interface Elevation {
  readonly widthMm: number;
  readonly heightMm: number;
  draw(canvas: Canvas, x: number, y: number): void;
}

/** Height that the tallest rack takes when it is drawn as small as its port positions can still be told. */
export const smallestElevationMm = ({ lab }: LabParts): number =>
  headMm + Math.max(0, ...lab.racks.map(({ units }) => units)) * unitMm * scaleLeast;

/** Each rack of the lab as it fits into `maxHeightMm`. */
export function elevationsOf(lab: LabParts, maxHeightMm: number, measure: Measure): Elevation[] {
  const cabled = new Set(lab.lab.cables.flatMap(({ from, to }) => [endKey(from), endKey(to)]));
  return lab.lab.racks.map((rack) => {
    const scale = Math.min(scaleMost, (maxHeightMm - headMm) / (rack.units * unitMm));
    const devices = lab.lab.devices.filter((device) => device.rack === rack.name && device.unit !== undefined);
    const heightMm = headMm + rack.units * unitMm * scale;
    return {
      widthMm: numbersMm + faceMm * scale,
      heightMm,
      draw(canvas, x, y) {
        const name = wrap(shown(rack.name), (text) => measure(text, "bold", 8), faceMm * scale, 1).lines[0] ?? "";
        canvas.text(x + numbersMm, y + 3.5, name, { style: "bold", sizePt: 8 });
        drawUnits(canvas, x, y + headMm, rack.units, scale);
        for (const device of devices) {
          const type = typeOf(device, lab.deviceTypes);
          drawDevice(canvas, {
            device,
            type,
            scale,
            cabled,
            measure,
            left: x + numbersMm,
            top: y + headMm,
            units: rack.units,
          });
        }
      },
    };
  });
}

function drawUnits(canvas: Canvas, x: number, y: number, units: number, scale: number): void {
  const sizePt = Math.min(6, unitMm * scale * 2);
  for (let unit = 1; unit <= units; unit++) {
    const bottom = y + (units - unit + 1) * unitMm * scale;
    canvas.text(x + numbersMm - 1.2, bottom - unitMm * scale * 0.3, String(unit), {
      sizePt,
      anchor: "end",
      grey: true,
    });
    canvas.line(x + numbersMm, bottom, x + numbersMm + faceMm * scale, bottom, { stroke: "#bbbbbb", lineMm: 0.1 });
  }
  canvas.box(x + numbersMm, y, faceMm * scale, units * unitMm * scale, { lineMm: 0.4 });
}

function drawDevice(
  canvas: Canvas,
  at: {
    readonly device: Device;
    readonly type: DeviceType | undefined;
    readonly scale: number;
    readonly cabled: ReadonlySet<string>;
    readonly measure: Measure;
    readonly left: number;
    readonly top: number;
    readonly units: number;
  },
): void {
  const { device, type, scale, measure, left } = at;
  const heightU = Math.max(1, Math.ceil(type?.heightU ?? 1));
  const bottom = at.top + (at.units - (device.unit ?? 1) + 1) * unitMm * scale;
  const h = heightU * unitMm * scale;
  const top = bottom - h;
  canvas.box(left + 0.4, top + 0.2, faceMm * scale - 0.8, h - 0.4, {
    fill: "#ffffff",
    stroke: "#000000",
    lineMm: 0.25,
  });
  const spots = portSpots(device, type, heightU * unitMm);
  const free = Math.min(faceMm, ...spots.map(({ x }) => x - 12)) * scale;
  const sizePt = Math.min(7, unitMm * scale * 1.9);
  const name =
    wrap(shown(device.name), (text) => measure(text, "sans", sizePt), Math.max(free, 18) - 2.5, 1).lines[0] ?? "";
  canvas.text(left + 1.8, top + h / 2 + sizePt * 0.12, name, { sizePt });
  const [w, tall] = [17 * scale, 8.5 * scale];
  for (const { port, x, y } of spots) {
    const fill = at.cabled.has(endKey({ device: device.name, port })) ? "#000000" : "#ffffff";
    canvas.box(left + x * scale - w / 2, top + y * scale - tall / 2, w, tall, { fill, stroke: grey, lineMm: 0.12 });
  }
}

/** InfiniBand ports on the face: where the type has them, HCA ports in a column at the window's right. */
function portSpots(
  device: Device,
  type: DeviceType | undefined,
  faceHeightMm: number,
): { port: string; x: number; y: number }[] {
  const placed = new Map((type?.ports ?? []).map(({ name, at }) => [name, at]));
  const ports = devicePorts(device, type).filter(({ kind }) => kind === "infiniband");
  const loose = ports.filter(({ name }) => placed.get(name) === undefined);
  const window = type?.hcaWindow ?? { x: faceMm - 70, y: 0, w: 50, h: faceHeightMm };
  const pitch = Math.min(14, window.h / Math.max(1, loose.length));
  const first = window.y + (window.h - pitch * (loose.length - 1)) / 2;
  return ports.map(({ name }) => {
    const at = placed.get(name);
    if (at) return { port: name, ...at };
    const index = loose.findIndex((port) => port.name === name);
    return { port: name, x: window.x + window.w - 12, y: first + index * pitch };
  });
}

/** Elevations side by side in rows no wider than `widthMm`, as many as there are. */
export function inRows(elevations: readonly Elevation[], widthMm: number): Elevation[][] {
  const rows: Elevation[][] = [];
  let used = 0;
  for (const each of elevations) {
    const last = rows.at(-1);
    if (last && used + gapMm + each.widthMm <= widthMm) {
      last.push(each);
      used += gapMm + each.widthMm;
    } else {
      rows.push([each]);
      used = each.widthMm;
    }
  }
  return rows;
}

/** Draws one of {@link inRows} from the left; returns its height. */
export function drawElevations(canvas: Canvas, row: readonly Elevation[], x: number, y: number): number {
  let left = x;
  for (const each of row) {
    each.draw(canvas, left, y);
    left += each.widthMm + gapMm;
  }
  return Math.max(0, ...row.map(({ heightMm }) => heightMm));
}
