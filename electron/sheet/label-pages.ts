/** Owns the sheets of flag labels: one for each cable end, the same text on both halves, folded around the cable. */
import type { LabelGrid } from "../contract/sheet.ts";
import type { LabelText } from "./csv.ts";
import { Canvas, lineMm, type Measure, type Page, type Style, wrap } from "./page.ts";
import type { Paper } from "./sheet-pages.ts";

/** 24 labels of 70 x 37 mm fill an A4 page. */
export const defaultGrid: LabelGrid = {
  columns: 3,
  rows: 8,
  widthMm: 70,
  heightMm: 37,
  leftMm: 0,
  topMm: 0.5,
  gapXMm: 0,
  gapYMm: 0,
};

/** True when every label of the grid is on the paper. */
export function fitsPaper(grid: LabelGrid, paper: Paper): boolean {
  const width = grid.leftMm + grid.columns * grid.widthMm + (grid.columns - 1) * grid.gapXMm;
  const height = grid.topMm + grid.rows * grid.heightMm + (grid.rows - 1) * grid.gapYMm;
  return width <= paper.widthMm + 0.01 && height <= paper.heightMm + 0.01;
}

/** The pages, and the labels whose text had to be shortened. */
export function labelPages(
  labels: readonly LabelText[],
  { grid, paper, measure }: { readonly grid: LabelGrid; readonly paper: Paper; readonly measure: Measure },
): { readonly pages: Page[]; readonly cut: readonly LabelText[] } {
  const perPage = grid.columns * grid.rows;
  const pages: Page[] = [];
  const cut: LabelText[] = [];
  for (let start = 0; start === 0 || start < labels.length; start += perPage) {
    const canvas = new Canvas(measure);
    for (const [index, label] of labels.slice(start, start + perPage).entries()) {
      const x = grid.leftMm + (index % grid.columns) * (grid.widthMm + grid.gapXMm);
      const y = grid.topMm + Math.floor(index / grid.columns) * (grid.heightMm + grid.gapYMm);
      if (drawFlag(canvas, label, { x, y, w: grid.widthMm, h: grid.heightMm }, measure)) cut.push(label);
    }
    pages.push({ ...paper, items: canvas.items });
  }
  return { pages, cut };
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** Draws both halves beside the fold; true when something had to be shortened. */
function drawFlag(canvas: Canvas, label: LabelText, { x, y, w, h }: Box, measure: Measure): boolean {
  canvas.box(x, y, w, h, { stroke: "#bbbbbb", lineMm: 0.1 });
  canvas.line(x + w / 2, y, x + w / 2, y + h, { stroke: "#777777", lineMm: 0.15, dashMm: [1.5, 1] });
  const padMm = Math.min(3, w * 0.04, h * 0.1);
  // Where the flag goes around the cable, nothing is read.
  const wrapMm = Math.min(4, w * 0.06);
  const half = { w: w / 2 - padMm - wrapMm, h: h - 2 * padMm };
  const laid = layHalf(label, half.w, half.h, measure);
  for (const left of [x + padMm, x + w / 2 + wrapMm]) {
    let pen = y + padMm + (half.h - laid.heightMm) / 2;
    for (const { text, style, sizePt } of laid.lines) {
      canvas.text(left, pen + lineMm(sizePt) * 0.78, text, { style, sizePt });
      pen += lineMm(sizePt);
    }
  }
  return laid.cut;
}

interface Half {
  readonly lines: readonly { readonly text: string; readonly style: Style; readonly sizePt: number }[];
  readonly heightMm: number;
  readonly cut: boolean;
}

/** The largest type in which the whole text fits; the smallest with shortened lines where none does. */
function layHalf({ cable, near, far }: LabelText, widthMm: number, heightMm: number, measure: Measure): Half {
  let last: Half = { lines: [], heightMm: 0, cut: true };
  for (const scale of [1.3, 1.15, 1, 0.9, 0.8, 0.7, 0.6, 0.52]) {
    const parts = [
      [cable, "bold", 10 * scale],
      [near, "bold", 8.5 * scale],
      [`-> ${far}`, "sans", 8.5 * scale],
    ] as const;
    const room = Math.max(1, Math.floor(heightMm / (lineMm(9 * scale) * parts.length)));
    const fitted = parts.map(([text, style, sizePt]) => ({
      ...wrap(text, (each) => measure(each, style, sizePt), widthMm, room),
      style,
      sizePt,
    }));
    const lines = fitted.flatMap(({ lines: each, style, sizePt }) => each.map((text) => ({ text, style, sizePt })));
    const height = lines.reduce((sum, { sizePt }) => sum + lineMm(sizePt), 0);
    // A name broken at any letter is harder to read than one in smaller type.
    const broken = fitted.some(({ lines: each }, index) => each.length > (parts[index]?.[0].split(" ").length ?? 1));
    last = { lines, heightMm: height, cut: fitted.some(({ cut }) => cut) || height > heightMm };
    if (!last.cut && !broken) return last;
  }
  return last;
}
