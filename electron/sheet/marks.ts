/** Small marks that are told apart in black and white: states of cables, and boxes to tick. */
import type { SheetRow } from "../contract/sheet.ts";
import { type Canvas, mm } from "./page.ts";

const circle = (x: number, y: number, r: number) =>
  `M${mm(x - r)} ${mm(y)}A${r} ${r} 0 1 0 ${mm(x + r)} ${mm(y)}A${r} ${r} 0 1 0 ${mm(x - r)} ${mm(y)}Z`;

/** The shape of a state, centred; 2.4 mm across, the shapes that the window uses. */
export function drawState(canvas: Canvas, x: number, y: number, state: NonNullable<SheetRow["seen"]>["state"]): void {
  const r = 1.2;
  const at = (dx: number, dy: number) => `${mm(x + dx)} ${mm(y + dy)}`;
  if (state === "healthy") canvas.path(circle(x, y, r), { fill: "#000000" });
  else if (state === "degraded") canvas.path(`M${at(0, -r)}L${at(r, r)}L${at(-r, r)}Z`, { fill: "#000000" });
  else if (state === "down") canvas.path(`M${at(-r, -r)}L${at(r, r)}M${at(r, -r)}L${at(-r, r)}`, { lineMm: 0.6 });
  else if (state === "absent") canvas.path(circle(x, y, r), { lineMm: 0.35, dashMm: [0.7, 0.5] });
  else if (state === "unexpected")
    canvas.path(`M${at(-r, -0.5)}H${mm(x + r)}M${at(-r, 0.5)}H${mm(x + r)}`, { lineMm: 0.5 });
  else canvas.path(`M${at(-r, -r)}H${mm(x + r)}M${at(-r, 0)}H${mm(x + r)}M${at(-r, r)}H${mm(x + r)}`, { lineMm: 0.3 });
}

/** A box to tick with a pen. */
export const drawTickBox = (canvas: Canvas, x: number, y: number): void => canvas.box(x, y, 3.2, 3.2, { lineMm: 0.25 });
