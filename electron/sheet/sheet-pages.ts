/** Owns the pages of the cabling sheet: head and foot, where a page ends, and what follows the table. */
import type { Sheet } from "../contract/sheet.ts";
import { drawElevations, elevationsOf, inRows, smallestElevationMm } from "./elevation.ts";
import type { LabParts } from "./find-end.ts";
import { Canvas, lineMm, type Measure, type Page, wrap } from "./page.ts";
import { columnsOf, drawRow, drawTableHead, layRow, tableHeadMm } from "./table.ts";
import { shown, timeText } from "./words.ts";

export interface Paper {
  readonly widthMm: number;
  readonly heightMm: number;
}

const marginMm = 12;
const footMm = 8;
const contentTitles: Readonly<Record<Sheet["content"], string>> = {
  plan: "Cabling sheet: the plan",
  state: "Cabling sheet: plan and state",
  differences: "Cabling sheet: where the cables differ from the plan",
};

export function sheetPages(
  sheet: Sheet,
  options: { readonly paper: Paper; readonly elevation: LabParts | null; readonly measure: Measure },
): Page[] {
  const layout = new Layout(sheet, options.paper, options.measure);
  layout.table();
  layout.open();
  if (options.elevation) layout.elevations(options.elevation);
  layout.wholeTexts();
  return layout.pages();
}

class Layout {
  readonly #sheet: Sheet;
  readonly #paper: Paper;
  readonly #measure: Measure;
  readonly #canvases: Canvas[] = [];
  readonly #cut: string[] = [];
  #y = 0;

  constructor(sheet: Sheet, paper: Paper, measure: Measure) {
    this.#sheet = sheet;
    this.#paper = paper;
    this.#measure = measure;
    this.#newPage();
  }

  get #width(): number {
    return this.#paper.widthMm - 2 * marginMm;
  }
  get #bottom(): number {
    return this.#paper.heightMm - marginMm - footMm;
  }
  get #canvas(): Canvas {
    return this.#canvases.at(-1) ?? this.#newPage();
  }

  table(): void {
    const { rows, content, observedAt } = this.#sheet;
    const columns = columnsOf(content, marginMm, this.#width);
    if (rows.length === 0) {
      const none =
        content === "differences" ? "No cable is known to differ from the plan." : "The plan names no cables.";
      this.#canvas.text(marginMm, this.#y + 6, none, { sizePt: 9 });
      this.#y += 10;
      return;
    }
    const head = () => {
      drawTableHead(this.#canvas, columns, this.#y);
      this.#y += tableHeadMm;
    };
    head();
    for (const row of rows) {
      const laid = layRow(row, columns, observedAt, this.#measure);
      if (this.#y + laid.heightMm > this.#bottom) {
        this.#newPage();
        head();
      }
      drawRow(this.#canvas, laid, this.#y);
      this.#y += laid.heightMm;
      for (const { what, text } of laid.cut) this.#cut.push(`No. ${row.number}, ${what.toLowerCase()}: ${text}`);
    }
  }

  /** What the plan leaves open. */
  open(): void {
    const { unlabelled, freePorts } = this.#sheet.open;
    const lines = [
      ...(unlabelled.length === 0
        ? []
        : [`Cables without a label in the lab file: no. ${rangesText(unlabelled.map(String))}.`]),
      ...freePorts.map(
        ({ device, ports }) => `${shown(device)}: no cable planned for ${rangesText(ports.map(shown))}.`,
      ),
    ];
    if (lines.length > 0) this.#paragraphs("Open", lines);
  }

  elevations(lab: LabParts): void {
    const leastMm = smallestElevationMm(lab);
    const left = this.#bottom - this.#y - 18;
    const mostMm = left >= leastMm ? left : this.#bottom - marginMm - 34;
    for (const row of inRows(elevationsOf(lab, Math.min(mostMm, 190), this.#measure), this.#width)) {
      const heightMm = Math.max(0, ...row.map((each) => each.heightMm));
      if (this.#y + heightMm + 15 > this.#bottom) this.#newPage();
      this.#y += 6;
      this.#y += drawElevations(this.#canvas, row, marginMm, this.#y) + 4;
      this.#canvas.text(
        marginMm,
        this.#y + 1,
        "Filled ports have a planned cable. Units are counted from the bottom.",
        {
          sizePt: 7,
          grey: true,
        },
      );
      this.#y += 4;
    }
  }

  /** What the table had to shorten stands whole at the end. */
  wholeTexts(): void {
    if (this.#cut.length > 0) this.#paragraphs("Texts that were too long for the table", this.#cut);
  }

  #paragraphs(title: string, lines: readonly string[]): void {
    const sizePt = 8;
    if (this.#y + 16 > this.#bottom) this.#newPage();
    this.#canvas.text(marginMm, this.#y + 7, title, { style: "bold", sizePt: 9 });
    this.#y += 9;
    for (const line of lines) {
      for (const part of wrap(line, (text) => this.#measure(text, "sans", sizePt), this.#width, 40).lines) {
        if (this.#y + lineMm(sizePt) > this.#bottom) this.#newPage();
        this.#y += lineMm(sizePt);
        this.#canvas.text(marginMm, this.#y, part, { sizePt });
      }
    }
    this.#y += 2;
  }

  #newPage(): Canvas {
    const canvas = new Canvas(this.#measure);
    this.#canvases.push(canvas);
    this.#y = this.#head(canvas);
    return canvas;
  }

  /** Lab, what the sheet is, when it was made, by whom and from which file; returns where the page's body begins. */
  #head(canvas: Canvas): number {
    const { lab, path, madeAt, madeBy, content, observedAt } = this.#sheet;
    const title = contentTitles[content];
    const titleMm = this.#measure(title, "bold", 10) + 6;
    const name = wrap(shown(lab), (text) => this.#measure(text, "bold", 14), this.#width - titleMm, 1);
    canvas.text(marginMm, marginMm + 5, name.lines[0] ?? "", { style: "bold", sizePt: 14 });
    canvas.text(marginMm + this.#width, marginMm + 5, title, { style: "bold", sizePt: 10, anchor: "end" });
    const observed =
      content === "plan"
        ? ""
        : observedAt === null
          ? "; the fabric was not observed"
          : `; fabric observed ${timeText(observedAt)}`;
    const facts = [
      ...(name.cut ? [shown(lab)] : []),
      `Made ${timeText(madeAt)}${madeBy === "" ? "" : ` by ${shown(madeBy)}`} from ${shown(path)}${observed}.`,
    ];
    let y = marginMm + 6.5;
    for (const fact of facts) {
      for (const line of wrap(fact, (text) => this.#measure(text, "sans", 7.5), this.#width, 4).lines) {
        y += lineMm(7.5);
        canvas.text(marginMm, y, line, { sizePt: 7.5, grey: true });
      }
    }
    canvas.line(marginMm, y + 2, marginMm + this.#width, y + 2, { lineMm: 0.4 });
    return y + 3;
  }

  pages(): Page[] {
    const count = this.#canvases.length;
    return this.#canvases.map((canvas, index) => {
      const y = this.#paper.heightMm - marginMm;
      canvas.text(marginMm, y, "Each box: tick when that end is in its port.", { sizePt: 7, grey: true });
      canvas.text(marginMm + this.#width, y, `Page ${index + 1} of ${count}`, { sizePt: 8, anchor: "end" });
      return { ...this.#paper, items: canvas.items };
    });
  }
}

/** `1, 3\u20135, mgmt0`: numbers that follow each other as ranges. */
function rangesText(names: readonly string[]): string {
  const parts: string[] = [];
  let first: number | null = null;
  for (const [index, name] of names.entries()) {
    const number = /^\d{1,6}$/.test(name) ? Number(name) : null;
    const follows = number !== null && names[index + 1] === String(number + 1);
    if (follows) first ??= number;
    else {
      parts.push(first === null ? name : `${first}\u2013${name}`);
      first = null;
    }
  }
  return parts.join(", ");
}
