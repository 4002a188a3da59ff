/** Owns the columns of the CSV files, and how a cell that a spreadsheet would calculate is kept a text. */
import Papa from "papaparse";
import type { Sheet, SheetEnd, SheetRow } from "../contract/sheet.ts";
import { cableWords, endLabel } from "../contract/words.ts";
import { cableName, shown } from "./words.ts";

/** The sheet's own columns (docs/cabling-sheet.md). */
export const sheetColumns = [
  "Number",
  "Label",
  "From rack",
  "From unit",
  "From device",
  "From port",
  "To rack",
  "To unit",
  "To device",
  "To port",
  "Width",
  "Speed",
  "State",
  "What to do",
  "Observed at",
] as const;

/** As NVIDIA's manual names the five fields that UFM's NDT plugin reads. */
const ufmColumns = ["Start device", "Start port", "End device", "End port", "Link type"] as const;
/** As the plugin's published reader asks for them. */
const ndtColumns = ["#StartDevice", "StartPort", "EndDevice", "EndPort", "LinkType"] as const;

/**
 * Spreadsheets calculate what begins so. A cell begins at its start, and, where the spreadsheet's language splits at
 * something else than commas, behind that too.
 */
const calculated = String.raw`'*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]`;
const begins = String.raw`(?<=^|[;,\t\r\n])`;
const toNeutral = new RegExp(`${begins}(?=${calculated})`, "g");
const toWritten = new RegExp(`${begins}'(?=${calculated})`, "g");

/** A cell as a spreadsheet leaves it alone: a quote before what it would calculate; more quotes keep that reversible. */
const neutral = (cell: string) => cell.replaceAll(toNeutral, "'");

/** What {@link neutral} was given. */
export const asWritten = (cell: string) => cell.replaceAll(toWritten, "");

function csvText(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return `${Papa.unparse([columns, ...rows.map((row) => row.map(neutral))] as string[][], { newline: "\r\n" })}\r\n`;
}

/** Every row with the sheet's own columns. */
export function sheetCsv(sheet: Sheet): string {
  const place = ({ rack, unit }: SheetEnd) => [rack ?? "", unit === null ? "" : String(unit)];
  return csvText(
    sheetColumns,
    sheet.rows.map(({ number, label, a, b, width, speed, seen }) => [
      String(number),
      label ?? "",
      ...place(a),
      a.device,
      a.port,
      ...place(b),
      b.device,
      b.port,
      width ?? "",
      speed ?? "",
      seen ? cableWords(seen) : "",
      seen?.reason ?? "",
      seen?.observedAt == null ? "" : new Date(seen.observedAt).toISOString(),
    ]),
  );
}

/** Says of an end what UFM's files need to know. */
export interface EndKinds {
  /** False for an Ethernet, power or console port. */
  infiniband(end: SheetEnd): boolean;
  switch(end: SheetEnd): boolean;
}

/** Planned InfiniBand cables for UFM, hosts first as in NVIDIA's examples; `leftOut` counts the others. */
export function ufmCsv(sheet: Sheet, kinds: EndKinds, form: "ufm" | "ndt"): { text: string; leftOut: number } {
  const planned = sheet.rows.filter((row) => row.planned);
  const rows = planned.filter(({ a, b }) => kinds.infiniband(a) && kinds.infiniband(b));
  const port = (end: SheetEnd): string[] => {
    if (kinds.switch(end)) return [end.device, /^\d+$/.test(end.port) ? `Port ${end.port}` : end.port];
    const [, hca, number] = form === "ndt" ? (/^(.+)\/(\d+)$/.exec(end.port) ?? []) : [];
    // The plugin's own generator names a host's end by the node description that the driver sets.
    return hca === undefined ? [end.device, end.port] : [`${end.device} ${hca}`, `Port ${number}`];
  };
  const text = csvText(
    form === "ufm" ? ufmColumns : ndtColumns,
    rows.map(({ a, b }) => {
      const [start, end] = kinds.switch(a) && !kinds.switch(b) ? [b, a] : [a, b];
      return [...port(start), ...port(end), "Data"];
    }),
  );
  return { text, leftOut: planned.length - rows.length };
}

/** What stands on one cable end's label: the cable, this end, and where the other one is. */
export interface LabelText {
  readonly cable: string;
  readonly near: string;
  readonly far: string;
}

/** Two labels for each planned cable, one for each end. */
export function labelsOf(rows: readonly SheetRow[]): LabelText[] {
  return rows
    .filter(({ planned }) => planned)
    .flatMap((row) =>
      [[row.a, row.b] as const, [row.b, row.a] as const].map(([near, far]) => ({
        cable: shown(cableName(row)),
        near: shown(endLabel(near)),
        far: shown(endLabel(far)),
      })),
    );
}

/** A line for each label, for a label printer's software. */
export function labelsCsv(sheet: Sheet): string {
  return csvText(
    ["Cable", "Near end", "Far end", "Text"],
    labelsOf(sheet.rows).map(({ cable, near, far }) => [cable, near, far, `${cable}  ${near} -> ${far}`]),
  );
}
