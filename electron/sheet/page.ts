/** What a page is made of, in millimetres from its top left corner; svg.ts and pdf.node.ts draw the same pages. */

export type Style = "sans" | "bold" | "mono";

export interface TextItem {
  readonly kind: "text";
  readonly text: string;
  readonly x: number;
  /** Baseline. */
  readonly y: number;
  readonly style: Style;
  readonly sizePt: number;
  readonly anchor: "start" | "middle" | "end";
  readonly grey: boolean;
  readonly widthMm: number;
  /** Degrees clockwise about (x, y). */
  readonly turn: number;
}

export interface PathItem {
  readonly kind: "path";
  /** SVG path data. */
  readonly d: string;
  readonly fill: string | null;
  readonly stroke: string | null;
  readonly lineMm: number;
  readonly dashMm: readonly number[];
}

export type Item = TextItem | PathItem;

export interface Page {
  readonly widthMm: number;
  readonly heightMm: number;
  readonly items: readonly Item[];
}

/** Width of a text in millimetres as it will be drawn. */
export type Measure = (text: string, style: Style, sizePt: number) => number;

export const ink = "#000000";
/** Legible on a copy of a copy. */
export const grey = "#444444";
const hairMm = 0.2;

export interface TextOptions {
  readonly style?: Style;
  readonly sizePt?: number;
  readonly anchor?: TextItem["anchor"];
  readonly grey?: boolean;
  readonly turn?: number;
}

/** Collects the items of one page. */
export class Canvas {
  readonly items: Item[] = [];
  readonly #measure: Measure;

  constructor(measure: Measure) {
    this.#measure = measure;
  }

  text(x: number, y: number, text: string, options: TextOptions = {}): void {
    if (text === "") return;
    const { style = "sans", sizePt = 8, anchor = "start", grey = false, turn = 0 } = options;
    const widthMm = this.#measure(text, style, sizePt);
    this.items.push({ kind: "text", text, x, y, style, sizePt, anchor, grey, widthMm, turn });
  }

  path(d: string, options: Partial<Omit<PathItem, "kind" | "d">> = {}): void {
    const { fill = null, stroke = fill === null ? ink : null, lineMm = hairMm, dashMm = [] } = options;
    this.items.push({ kind: "path", d, fill, stroke, lineMm, dashMm });
  }

  line(x1: number, y1: number, x2: number, y2: number, options: Partial<Omit<PathItem, "kind" | "d">> = {}): void {
    this.path(`M${mm(x1)} ${mm(y1)}L${mm(x2)} ${mm(y2)}`, options);
  }

  box(x: number, y: number, w: number, h: number, options: Partial<Omit<PathItem, "kind" | "d">> = {}): void {
    this.path(`M${mm(x)} ${mm(y)}H${mm(x + w)}V${mm(y + h)}H${mm(x)}Z`, options);
  }
}

export const mm = (value: number): number => Math.round(value * 1000) / 1000;

/** Height of a line of text, in millimetres. */
export const lineMm = (sizePt: number): number => sizePt * 0.3528 * 1.25;

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * Breaks a text into lines no wider than `widthMm`: at blanks, or within a word that alone is wider. What needs more
 * than `maxLines` ends in an ellipsis, and `cut` says so.
 */
export function wrap(
  text: string,
  measure: (text: string) => number,
  widthMm: number,
  maxLines: number,
): { readonly lines: readonly string[]; readonly cut: boolean } {
  const lines: string[] = [];
  let line = "";
  const room = (candidate: string) => measure(candidate) <= widthMm;
  for (const word of text.split(" ")) {
    const joined = line === "" ? word : `${line} ${word}`;
    if (room(joined)) {
      line = joined;
      continue;
    }
    if (line !== "") lines.push(line);
    line = "";
    for (const { segment } of graphemes.segment(word)) {
      if (line !== "" && !room(line + segment)) {
        lines.push(line);
        line = "";
      }
      line += segment;
    }
  }
  if (line !== "") lines.push(line);
  if (lines.length <= maxLines) return { lines, cut: false };
  const last = [...graphemes.segment(lines[maxLines - 1] ?? "")].map(({ segment }) => segment);
  while (last.length > 1 && !room(`${last.join("")}\u2026`)) last.pop();
  return { lines: [...lines.slice(0, maxLines - 1), `${last.join("").trimEnd()}\u2026`], cut: true };
}
