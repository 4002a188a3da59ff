/** Owns what a row of a CSV file says of a cable of the open lab: columns by any of their names, both ends found. */
import { type Speed, speedSchema, type Width, widthSchema } from "../contract/fabric.ts";
import { type Cable, type CablePort, cableSchema } from "../contract/lab.ts";
import type { CsvPreview, CsvProblem } from "../contract/sheet.ts";
import { endKey, isBesidePlan } from "../contract/words.ts";
import { asWritten } from "./csv.ts";
import { type CsvRow, readTable } from "./csv-table.ts";
import { type EndFinder, endFinder, type LabParts } from "./find-end.ts";

type Column = "fromDevice" | "fromPort" | "toDevice" | "toPort" | "label" | "width" | "speed" | "state" | "linkType";

/** Headers as they are compared: letters alone, in small. */
const columnNames: Readonly<Record<string, Column>> = {
  fromdevice: "fromDevice",
  fromport: "fromPort",
  todevice: "toDevice",
  toport: "toPort",
  startdevice: "fromDevice",
  startport: "fromPort",
  enddevice: "toDevice",
  endport: "toPort",
  label: "label",
  width: "width",
  speed: "speed",
  state: "state",
  linktype: "linkType",
};

const ends = [
  { from: "from", device: "fromDevice", port: "fromPort" },
  { from: "to", device: "toDevice", port: "toPort" },
] as const;

/** A cable as a row names it; what a column is missing for is undefined, what its cell leaves out is null. */
export interface ReadCable {
  readonly line: number;
  readonly from: CablePort;
  readonly to: CablePort;
  readonly label: string | null | undefined;
  readonly width: Width | null | undefined;
  readonly speed: Speed | null | undefined;
}

export interface ReadCsv extends Pick<CsvPreview, "format" | "separator" | "rows"> {
  readonly cables: readonly ReadCable[];
  readonly problems: readonly CsvProblem[];
}

const columnOf = (header: string): Column | undefined => {
  const name = header
    .toLowerCase()
    .replaceAll(/[^a-z]/g, "")
    .replace(/^fields/, "");
  return Object.hasOwn(columnNames, name) ? columnNames[name] : undefined;
};

/** The cables of a CSV text, each row judged by itself and against the rows before it. */
export function readCsv(text: string, lab: LabParts): ReadCsv {
  const table = readTable(text, (header) => columnOf(header) !== undefined);
  const [header, ...body] = table.rows;
  const columns = new Map<Column, number>();
  const problems: CsvProblem[] = [...table.problems];
  for (const [index, cell] of (header?.cells ?? []).entries()) {
    const column = columnOf(cell);
    if (column === undefined) continue;
    if (columns.has(column))
      problems.push(error(header?.line ?? 1, index + 1, `The column ${quote(cell)} is there twice.`));
    else columns.set(column, index);
  }
  const isUfm = (header?.cells ?? []).some((cell) => /start\s*device/i.test(cell));
  const base = {
    format: isUfm ? ("ufm" as const) : ("sheet" as const),
    separator: table.separator === "\t" ? ("tab" as const) : table.separator,
    rows: body.length,
  };
  const required = isUfm
    ? ["Start device", "Start port", "End device", "End port"]
    : ["From device", "From port", "To device", "To port"];
  const missing = required.filter((name) => !columns.has(columnOf(name) ?? "state"));
  if (missing.length > 0) {
    const why =
      header === undefined
        ? "The file is empty."
        : `Columns are missing: ${missing.join(", ")}. The first line names the columns.`;
    return { ...base, cables: [], problems: [...problems, error(header?.line ?? 0, 0, why)] };
  }
  const reader = new RowReader(columns, endFinder(lab));
  const cables = body.flatMap((row) => reader.read(row) ?? []);
  return { ...base, cables, problems: [...problems, ...reader.problems] };
}

class RowReader {
  readonly problems: CsvProblem[] = [];
  readonly #columns: ReadonlyMap<Column, number>;
  readonly #finder: EndFinder;
  /** Line at which a port was used first. */
  readonly #used = new Map<string, number>();

  constructor(columns: ReadonlyMap<Column, number>, finder: EndFinder) {
    this.#columns = columns;
    this.#finder = finder;
  }

  /** Null for a row that says nothing of the plan, or was refused; why stands among the problems. */
  read(row: CsvRow): ReadCable | null {
    const cell = (column: Column) => asWritten(row.cells[this.#columns.get(column) ?? -1] ?? "");
    const at = (column: Column) => (this.#columns.get(column) ?? -1) + 1;
    const linkType = cell("linkType").trim();
    if (linkType !== "" && linkType.toLowerCase() !== "data") {
      return this.#skip(row.line, at("linkType"), `Left out: the link type is ${quote(linkType)}, not Data.`);
    }
    if (isBesidePlan(cell("state").trim())) {
      const message = "Left out: it was seen and is not planned. Clear its State to plan it.";
      return this.#skip(row.line, at("state"), message);
    }
    const before = this.problems.length;
    const found = ends.map(({ device, port }) => {
      const end = this.#finder(cell(device), cell(port));
      if ("device" in end) return end;
      this.problems.push(error(row.line, at(end.wrong === "device" ? device : port), end.message));
      return null;
    });
    const read = {
      line: row.line,
      label: this.#columns.has("label") ? this.#label(row.line, at("label"), cell("label")) : undefined,
      width: this.#choice(row.line, at("width"), cell("width"), widthSchema, "width"),
      speed: this.#choice(row.line, at("speed"), cell("speed"), speedSchema, "speed"),
    };
    const [from, to] = found;
    if (from && to) this.#checkUse(row.line, from, to, at("fromPort"), at("toPort"));
    return from && to && this.problems.length === before ? { ...read, from, to } : null;
  }

  #checkUse(line: number, from: CablePort, to: CablePort, fromColumn: number, toColumn: number): void {
    if (endKey(from) === endKey(to)) {
      this.problems.push(error(line, toColumn, "Both ends are the same port."));
      return;
    }
    for (const [end, column] of [
      [from, fromColumn],
      [to, toColumn],
    ] as const) {
      const first = this.#used.get(endKey(end));
      if (first === undefined) this.#used.set(endKey(end), line);
      else
        this.problems.push(
          error(line, column, `Port ${quote(end.port)} of ${quote(end.device)} stands in line ${first} already.`),
        );
    }
  }

  #label(line: number, column: number, text: string): string | null {
    if (text === "" || cableSchema.shape.label.safeParse(text).success) return text === "" ? null : text;
    this.problems.push(error(line, column, "The label is longer than 64 characters."));
    return null;
  }

  #choice<T extends string>(
    line: number,
    column: number,
    text: string,
    schema: { readonly options: readonly T[] },
    what: string,
  ): T | null | undefined {
    if (column === 0) return undefined;
    const word = text.trim().toUpperCase();
    if (word === "") return null;
    const known = schema.options.find((option) => option === word);
    if (known !== undefined) return known;
    this.problems.push(error(line, column, `${quote(text)} is no ${what}. It is one of ${schema.options.join(", ")}.`));
    return null;
  }

  #skip(line: number, column: number, message: string): null {
    this.problems.push({ severity: "warning", message, line, column });
    return null;
  }
}

const quote = (text: string) => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}\u2026` : text);

const error = (line: number, column: number, message: string): CsvProblem => ({
  severity: "error",
  message,
  line,
  column,
});

/** What the plan would say of a cable that is read: columns the file does not have leave it as `was` is planned. */
export function plannedAs(read: ReadCable, was: Cable | null, ends: Pick<Cable, "from" | "to">): Cable {
  const { label = was?.label ?? null, width = was?.width ?? null, speed = was?.speed ?? null } = read;
  return {
    from: ends.from,
    to: ends.to,
    ...(width ? { width } : {}),
    ...(speed ? { speed } : {}),
    ...(label ? { label } : {}),
  };
}
