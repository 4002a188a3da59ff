/** Draws pages as a PDF file with the app's own fonts embedded, so that its text is found and copied. */
import PDFDocument from "pdfkit";
import { type LoadedFont, runsOf } from "./fonts.node.ts";
import { grey, ink, type Page, type PathItem, type TextItem } from "./page.ts";

const pointsPerMm = 72 / 25.4;

/** The pages as one PDF; times in it are `madeAt`, so that the same sheet gives the same file. */
export async function pdfOf(pages: readonly Page[], title: string, madeAt: number): Promise<Buffer> {
  const made = new Date(madeAt);
  const document = new PDFDocument({
    autoFirstPage: false,
    margin: 0,
    info: { Title: title, Creator: "Halfrack", Producer: "Halfrack", CreationDate: made, ModDate: made },
  });
  const chunks: Buffer[] = [];
  document.on("data", (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve, reject) => document.on("end", resolve).on("error", reject));
  const named = new Set<string>();
  const selectFont = ({ id, data, postscriptName }: LoadedFont) => {
    if (!named.has(id)) document.registerFont(id, data, postscriptName);
    named.add(id);
    document.font(id);
  };
  for (const page of pages) {
    document.addPage({ size: [page.widthMm * pointsPerMm, page.heightMm * pointsPerMm], margin: 0 });
    for (const item of page.items) {
      document.save();
      if (item.kind === "path") drawPath(document, item);
      else drawText(document, item, selectFont);
      document.restore();
    }
  }
  document.end();
  await ended;
  return Buffer.concat(chunks);
}

function drawPath(document: PDFKit.PDFDocument, { d, fill, stroke, lineMm, dashMm }: PathItem): void {
  document.scale(pointsPerMm).path(d).lineWidth(lineMm);
  const [dash, space = dash] = dashMm;
  if (dash !== undefined && space !== undefined) document.dash(dash, { space });
  if (fill !== null && stroke !== null) document.fillAndStroke(fill, stroke);
  else if (fill !== null) document.fill(fill);
  else if (stroke !== null) document.stroke(stroke);
}

function drawText(document: PDFKit.PDFDocument, item: TextItem, selectFont: (font: LoadedFont) => void): void {
  const [x, y] = [item.x * pointsPerMm, item.y * pointsPerMm];
  if (item.turn !== 0) document.rotate(item.turn, { origin: [x, y] });
  const before = { start: 0, middle: 0.5, end: 1 }[item.anchor] * item.widthMm * pointsPerMm;
  document.fillColor(item.grey ? grey : ink).fontSize(item.sizePt);
  let pen = x - before;
  for (const { font, text } of runsOf(item.text, item.style)) {
    selectFont(font);
    // With a list of features, be it empty, the run is laid out as one: word by word, Hebrew comes in the wrong order.
    document.text(text, pen, y, { lineBreak: false, baseline: "alphabetic", features: [] });
    pen += (font.font.layout(text).advanceWidth / font.font.unitsPerEm) * item.sizePt;
  }
}
