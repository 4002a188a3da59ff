/** Makes sheets of the open lab and what was seen of it; reads CSV files. */
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { FaultError, messageOf } from "../contract/error.ts";
import type { LabState } from "../contract/lab.ts";
import {
  type CsvPreview,
  csvTooLarge,
  type DocumentRequest,
  maxCsvBytes,
  type Sheet,
  type SheetContent,
} from "../contract/sheet.ts";
import { typeOf } from "../contract/units.ts";
import { endKey } from "../contract/words.ts";
import { devicePorts } from "../lab/ports.ts";
import type { Published } from "../published.ts";
import { type EndKinds, labelsCsv, sheetCsv, ufmCsv } from "./csv.ts";
import { decode } from "./csv-table.ts";
import { documentOf, missingNote, type SheetDocument } from "./document.ts";
import { csvUnreadable, noLab } from "./faults.ts";
import { fileName } from "./file-name.ts";
import type { LabParts } from "./find-end.ts";
import { isBundled, isMissing, measure } from "./fonts.node.ts";
import { previewCsv } from "./import-plan.ts";
import { pdfOf } from "./pdf.node.ts";
import { type SeenFabric, sheetOf } from "./rows.ts";
import { svgOf } from "./svg.ts";

export interface SheetDeps {
  readonly lab: Published<LabState>;
  readonly fabric: {
    readonly state: { get(): SeenFabric };
    observe(input: { readonly timeoutMs: number }): Promise<SeenFabric>;
  };
  /** Login name, as the sheet's head tells it. */
  readonly userName: string;
}

interface SheetRequest {
  readonly content: SheetContent;
  readonly observe: boolean;
}

export interface SheetService {
  rows(input: SheetRequest): Promise<Sheet>;
  csv(
    input: SheetRequest & { readonly format: "sheet" | "ufm" | "ndt" | "labels" },
  ): Promise<{ name: string; text: string; notes: string[] }>;
  /** SVG documents, one a page. */
  pages(
    input: DocumentRequest,
  ): Promise<{ name: string; widthMm: number; heightMm: number; pages: string[]; notes: string[] }>;
  /** One document, its pages one under the other. */
  svg(input: DocumentRequest): Promise<{ name: string; text: string; notes: string[] }>;
  pdf(input: DocumentRequest): Promise<{ name: string; base64: string; notes: string[] }>;
  /** Changes nothing: what the file would change is for the admin to pick from. */
  readCsv(input: { readonly path: string } | { readonly base64: string }): Promise<CsvPreview>;
}

const observeTimeoutMs = 20_000;

export function createSheetService({ lab, fabric, userName }: SheetDeps): SheetService {
  const openLab = () => {
    const state = lab.get();
    if (state.lab === null || state.path === null) throw noLab();
    return { lab: state.lab, path: state.path, deviceTypes: state.deviceTypes };
  };
  const rows = async ({ content, observe }: SheetRequest): Promise<Sheet> => {
    openLab();
    const seen = observe ? await fabric.observe({ timeoutMs: observeTimeoutMs }) : fabric.state.get();
    return sheetOf({ lab: openLab(), fabric: seen, content, madeAt: Date.now(), madeBy: userName });
  };
  const document = async (input: DocumentRequest): Promise<SheetDocument & { readonly sheet: Sheet }> => {
    const sheet = await rows(input);
    return { sheet, ...documentOf(sheet, openLab(), input, measure) };
  };
  const what = ({ kind }: DocumentRequest) => (kind === "labels" ? "labels" : "cabling");
  return {
    rows,
    async pages(input) {
      const { sheet, title, paper, pages, notes } = await document(input);
      const drawn = pages.map((page) => svgOf([page], title, isBundled));
      return { name: fileName(sheet, what(input), "svg"), ...paper, pages: drawn, notes: [...notes] };
    },
    async svg(input) {
      const { sheet, title, pages, notes } = await document(input);
      return { name: fileName(sheet, what(input), "svg"), text: svgOf(pages, title, isBundled), notes: [...notes] };
    },
    async pdf(input) {
      const { sheet, title, pages, notes } = await document(input);
      const missing = missingNote(pages, isMissing);
      const bytes = await pdfOf(pages, title, sheet.madeAt);
      const all = missing === null ? [...notes] : [...notes, missing];
      return { name: fileName(sheet, what(input), "pdf"), base64: bytes.toString("base64"), notes: all };
    },
    async csv({ format, ...request }) {
      const sheet = await rows(request);
      const name = (what: string) => fileName(sheet, what, "csv");
      if (format === "sheet") return { name: name("cabling"), text: sheetCsv(sheet), notes: [] };
      if (format === "labels") return { name: name("labels"), text: labelsCsv(sheet), notes: [] };
      const { text, leftOut } = ufmCsv(sheet, endKinds(openLab()), format);
      const notes = leftOut === 0 ? [] : [`${leftOut} planned cables are not InfiniBand and were left out.`];
      return { name: name(`cabling-${format}`), text, notes };
    },
    async readCsv(input) {
      const bytes = "path" in input ? await readBounded(input.path) : Buffer.from(input.base64, "base64");
      if (bytes.length > maxCsvBytes) throw csvTooLarge(bytes.length, "path" in input ? input.path : "");
      const open = openLab();
      const decoded = decode(bytes);
      if ("text" in decoded) return previewCsv(decoded.text, open);
      return { format: "sheet", separator: ",", rows: 0, same: 0, changes: [], problems: [decoded.problem] };
    },
  };
}

function endKinds({ lab, deviceTypes }: LabParts): EndKinds {
  const kinds = new Map<string, string>();
  const switches = new Set<string>();
  for (const device of lab.devices) {
    const type = typeOf(device, deviceTypes);
    if (type?.kind === "switch") switches.add(device.name);
    for (const { name, kind } of devicePorts(device, type))
      kinds.set(endKey({ device: device.name, port: name }), kind);
  }
  return {
    // A port of a type that is not known may be anything: it is not left out.
    infiniband: (end) => (kinds.get(endKey(end)) ?? "infiniband") === "infiniband",
    switch: ({ device }) => switches.has(device),
  };
}

/** A file's bytes; of one that is too large, no more than it takes to say so. */
async function readBounded(path: string): Promise<Uint8Array> {
  try {
    // Without O_NONBLOCK a named pipe would be waited for until somebody writes to it.
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = await file.stat();
    if (!stats.isFile()) throw csvUnreadable(path, "It is not a regular file.");
    const { size } = stats;
    if (size > maxCsvBytes) throw csvTooLarge(size, path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(maxCsvBytes + 1), 0, maxCsvBytes + 1, 0);
    return buffer.subarray(0, bytesRead);
  } catch (cause) {
    if (cause instanceof FaultError) throw cause;
    throw csvUnreadable(path, messageOf(cause));
  }
}
