/** Owns the columns of the printed table, and how a row is laid out: never wider than its column, never cut unsaid. */
import type { SheetContent, SheetEnd, SheetRow } from "../contract/sheet.ts";
import { cableWords } from "../contract/words.ts";
import { drawState, drawTickBox } from "./marks.ts";
import { type Canvas, lineMm, type Measure, mm, type Style, wrap } from "./page.ts";
import { placeText, planText, shown, timeText } from "./words.ts";

type ColumnId = "number" | "label" | "a" | "b" | "plan" | "state";

interface Column {
  readonly id: ColumnId;
  readonly title: string;
  readonly x: number;
  readonly w: number;
}

const gapMm = 2.5;
const padMm = 1.6;
const nameSizePt = 8.5;

/** Shares of the width; a state needs room for its words, so that the ends get less beside it. */
const shares: Readonly<Record<"plan" | "state", Readonly<Partial<Record<ColumnId, number>>>>> = {
  plan: { number: 7, label: 30, a: 65, b: 65, plan: 19 },
  state: { number: 6, label: 21, a: 46, b: 46, plan: 16, state: 51 },
};

const titles: Readonly<Record<ColumnId, string>> = {
  number: "No.",
  label: "Label",
  a: "From",
  b: "To",
  plan: "Planned",
  state: "State and what to do",
};

export function columnsOf(content: SheetContent, x: number, widthMm: number): readonly Column[] {
  const chosen = Object.entries(shares[content === "plan" ? "plan" : "state"]) as [ColumnId, number][];
  const total = chosen.reduce((sum, [, share]) => sum + share, 0);
  const unit = (widthMm - gapMm * (chosen.length - 1)) / total;
  let left = x;
  return chosen.map(([id, share]) => {
    const column = { id, title: titles[id], x: left, w: share * unit };
    left += column.w + gapMm;
    return column;
  });
}

interface Line {
  readonly text: string;
  readonly style: Style;
  readonly sizePt: number;
  readonly grey: boolean;
  readonly indent: number;
  /** On the line of the one before it. */
  readonly beside?: boolean;
}

/** A row ready to be drawn. */
export interface LaidRow {
  readonly row: SheetRow;
  readonly heightMm: number;
  readonly cells: readonly { readonly column: Column; readonly lines: readonly Line[] }[];
  /** What had to be shortened: which column, and all of it. */
  readonly cut: readonly { readonly what: string; readonly text: string }[];
}

const tickIndent = 4.6;
const stateIndent = 4;

export function layRow(row: SheetRow, columns: readonly Column[], headAt: number | null, measure: Measure): LaidRow {
  const cut: { what: string; text: string }[] = [];
  const lay = (
    column: Column,
    text: string,
    options: { style?: Style; sizePt?: number; grey?: boolean; indent?: number; lines?: number },
  ): Line[] => {
    const { style = "sans", sizePt = nameSizePt, grey = false, indent = 0, lines: most = 2 } = options;
    const shownText = shown(text);
    const fitted = wrap(shownText, (each) => measure(each, style, sizePt), column.w - indent, most);
    if (fitted.cut) cut.push({ what: column.title, text: shownText });
    return fitted.lines.map((line) => ({ text: line, style, sizePt, grey, indent }));
  };
  const end = (column: Column, of: SheetEnd): Line[] => {
    const port = /^\d+$/.test(of.port) ? `port ${of.port}` : of.port;
    const device = lay(column, of.device, { style: "bold", indent: tickIndent });
    const besideMm = tickIndent + measure(shown(of.device), "bold", nameSizePt) + 2;
    const ports = lay(column, port, { style: "mono", indent: tickIndent });
    const beside = besideMm + measure(shown(port), "mono", nameSizePt) <= column.w;
    return [
      ...device,
      // On the same line where there is room: fewer pages to carry.
      ...(beside ? ports.map((line) => ({ ...line, indent: besideMm, beside: true })) : ports),
      ...lay(column, placeText(of), { sizePt: 7, grey: true, indent: tickIndent, lines: 1 }),
    ];
  };
  const linesOf = (column: Column): Line[] => {
    switch (column.id) {
      case "number":
        return lay(column, String(row.number), { grey: true });
      case "label":
        return row.label === null
          ? lay(column, row.planned ? "no label" : "", { grey: true, sizePt: 7 })
          : lay(column, row.label, { style: "bold", lines: 3 });
      case "a":
        return end(column, row.a);
      case "b":
        return end(column, row.b);
      case "plan":
        return row.planned ? lay(column, planText(row), {}) : lay(column, "not planned", { grey: true });
      case "state":
        return stateLines(column, row, headAt, lay);
    }
  };
  const cells = columns.map((column) => ({ column, lines: linesOf(column) }));
  const heights = cells.map(({ lines }) =>
    lines.reduce((sum, { sizePt, beside }) => sum + (beside ? 0 : lineMm(sizePt)), 0),
  );
  return { row, cells, cut, heightMm: Math.max(...heights) + 2 * padMm };
}

function stateLines(
  column: Column,
  { seen }: SheetRow,
  headAt: number | null,
  lay: (
    column: Column,
    text: string,
    options: { style?: Style; sizePt?: number; grey?: boolean; indent?: number; lines?: number },
  ) => Line[],
): Line[] {
  if (seen === null) return lay(column, "not observed", { grey: true, indent: stateIndent });
  const words = cableWords(seen);
  const own = seen.observedAt === null || (headAt !== null && timeText(seen.observedAt) === timeText(headAt));
  return [
    ...lay(column, words.charAt(0).toUpperCase() + words.slice(1), { style: "bold", indent: stateIndent }),
    ...lay(column, seen.reason, { sizePt: 7.5, indent: stateIndent, lines: 5 }),
    ...(own
      ? []
      : lay(column, `seen ${timeText(seen.observedAt ?? 0)}`, {
          sizePt: 7,
          grey: true,
          indent: stateIndent,
          lines: 1,
        })),
  ];
}

export const tableHeadMm = 6;

export function drawTableHead(canvas: Canvas, columns: readonly Column[], y: number): void {
  const [first, last] = [columns[0], columns.at(-1)];
  if (!first || !last) return;
  for (const { title, x, id } of columns) {
    canvas.text(x + (id === "a" || id === "b" ? tickIndent : 0), y + 4, title, { style: "bold", sizePt: 8 });
  }
  canvas.line(first.x, y + tableHeadMm, last.x + last.w, y + tableHeadMm, { lineMm: 0.4 });
}

export function drawRow(canvas: Canvas, laid: LaidRow, y: number): void {
  for (const { column, lines } of laid.cells) {
    if (column.id === "a" || column.id === "b") drawTickBox(canvas, column.x, y + padMm + 0.2);
    if (column.id === "state" && laid.row.seen) drawState(canvas, column.x + 1.3, y + padMm + 1.9, laid.row.seen.state);
    let pen = y + padMm;
    for (const { text, style, sizePt, grey, indent, beside } of lines) {
      if (beside) pen -= lineMm(sizePt);
      canvas.text(column.x + indent, mm(pen + lineMm(sizePt) * 0.78), text, { style, sizePt, grey });
      pen += lineMm(sizePt);
    }
  }
  const [first, last] = [laid.cells[0]?.column, laid.cells.at(-1)?.column];
  if (first && last)
    canvas.line(first.x, y + laid.heightMm, last.x + last.w, y + laid.heightMm, { stroke: "#999999", lineMm: 0.15 });
}
