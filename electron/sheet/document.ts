/** Owns which pages a request means, and what is to be told beside them. */
import type { DocumentRequest, Sheet } from "../contract/sheet.ts";
import { labelsOf } from "./csv.ts";
import { gridOffPaper } from "./faults.ts";
import type { LabParts } from "./find-end.ts";
import { defaultGrid, fitsPaper, labelPages } from "./label-pages.ts";
import type { Measure, Page, Style } from "./page.ts";
import { type Paper, sheetPages } from "./sheet-pages.ts";

const papers: Readonly<Record<DocumentRequest["paper"], Paper>> = {
  a4: { widthMm: 210, heightMm: 297 },
  letter: { widthMm: 215.9, heightMm: 279.4 },
};

export interface SheetDocument {
  readonly title: string;
  readonly paper: Paper;
  readonly pages: readonly Page[];
  readonly notes: readonly string[];
}

/** Throws FaultError `sheet.labels-off-paper` for a grid that the paper does not hold. */
export function documentOf(sheet: Sheet, lab: LabParts, request: DocumentRequest, measure: Measure): SheetDocument {
  const upright = papers[request.paper];
  const turned = request.orientation === "landscape";
  const paper = turned ? { widthMm: upright.heightMm, heightMm: upright.widthMm } : upright;
  if (request.kind === "labels") {
    const grid = request.grid ?? defaultGrid;
    if (!fitsPaper(grid, paper)) throw gridOffPaper(paper.widthMm, paper.heightMm);
    const { pages, cut } = labelPages(labelsOf(sheet.rows), { grid, paper, measure });
    const notes =
      cut.length === 0
        ? []
        : [
            `${cut.length} labels are too small for their whole text: ${cut[0]?.cable}, ${cut[0]?.near}${cut.length > 1 ? " and others" : ""}.`,
          ];
    return { title: `Cable labels, ${sheet.lab}`, paper, pages, notes };
  }
  const pages = sheetPages(sheet, { paper, elevation: request.elevation ? lab : null, measure });
  return { title: `Cabling sheet, ${sheet.lab}`, paper, pages, notes: [] };
}

/** What a PDF cannot show as it is written; null when it shows everything. */
export function missingNote(
  pages: readonly Page[],
  isMissing: (character: string, style: Style) => boolean,
): string | null {
  const missing = new Set<string>();
  for (const { items } of pages) {
    for (const item of items) {
      if (item.kind !== "text") continue;
      for (const character of item.text) if (isMissing(character, item.style)) missing.add(character);
    }
  }
  if (missing.size === 0) return null;
  return `No font on this machine holds ${missing.size === 1 ? "one character" : `${missing.size} characters`}: the PDF shows the code instead. Printing from a window uses that window's fonts.`;
}
