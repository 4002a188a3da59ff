/** Reads bytes as a table of texts: encoding, separator, quotes; each row with the line it begins at. Never throws. */
import Papa from "papaparse";
import type { CsvProblem } from "../contract/sheet.ts";

export interface CsvRow {
  /** 1-based line of the file. */
  readonly line: number;
  readonly cells: readonly string[];
}

export interface CsvTable {
  readonly separator: Separator;
  readonly rows: readonly CsvRow[];
  readonly problems: readonly CsvProblem[];
}

export type Separator = "," | ";" | "\t";

const separators: readonly Separator[] = [",", ";", "\t"];

/** The separator is the one under which most cells of the header are such as `known` says. */
export function readTable(text: string, known: (header: string) => boolean): CsvTable {
  // Excel writes this line, and hides it.
  const hint = /^sep=[,;\t]\r?\n/i.exec(text)?.[0] ?? "";
  const body = text.slice(hint.length);
  const knownBy = (separator: Separator) =>
    (Papa.parse<string[]>(body, { delimiter: separator, preview: 1 }).data[0] ?? []).filter(known).length;
  const separator = separators.toSorted((a, b) => knownBy(b) - knownBy(a))[0] ?? ",";
  const rows: CsvRow[] = [];
  const problems: CsvProblem[] = [];
  let line = hint === "" ? 1 : 2;
  let from = 0;
  Papa.parse<string[]>(body, {
    delimiter: separator,
    step: ({ data: cells, errors, meta }) => {
      if (cells.some((cell) => cell.trim() !== "")) rows.push({ line, cells });
      const quotes = errors.find(({ type }) => type === "Quotes");
      if (quotes)
        problems.push({ severity: "error", message: `Quotes do not pair: ${quotes.message}.`, line, column: 0 });
      line += lineEnds(body, from, meta.cursor);
      from = meta.cursor;
    },
  });
  return { separator, problems, rows };
}

/** Line ends of any kind that end between two places of a text. */
function lineEnds(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at++) {
    if (text[at] === "\n" || (text[at] === "\r" && text[at + 1] !== "\n")) count += 1;
  }
  return count;
}

/** The text of a CSV file: UTF-8, or UTF-16 with its mark, as spreadsheets save it; or what is wrong with it. */
export function decode(bytes: Uint8Array): { readonly text: string } | { readonly problem: CsvProblem } {
  const wide =
    bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : null;
  const text = tryDecode(bytes, wide ?? "utf-8");
  const problem = (line: number, message: string) => ({
    problem: { severity: "error", message, line, column: 0 } as const,
  });
  if (text === null) {
    const line = wide === null ? firstBadLine(bytes) : 0;
    return problem(line, "This is not UTF-8 text. Save the file as CSV in UTF-8.");
  }
  const nul = text.indexOf("\0");
  if (nul >= 0) return problem(text.slice(0, nul).split("\n").length, "This is no text: it holds NUL characters.");
  return { text };
}

function tryDecode(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** No character of UTF-8 beside the line feed itself holds its byte. */
function firstBadLine(bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const feed = bytes.indexOf(0x0a, start);
    const end = feed < 0 ? bytes.length : feed;
    if (tryDecode(bytes.subarray(start, end), "utf-8") === null) return line;
    start = end + 1;
  }
  return 0;
}
