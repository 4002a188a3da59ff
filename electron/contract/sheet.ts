/** The cabling sheet: every cable once, as a technician walks; as pages, labels and CSV, and back from CSV. */
import * as z from "zod";
import { about, method, timestampMs } from "./base.ts";
import { FaultError } from "./error.ts";
import { cableLiveSchema, speedSchema, widthSchema } from "./fabric.ts";
import { cableSchema } from "./lab.ts";

/** Which cables the sheet tells of: all that are planned; those and what was seen; only where the two differ. */
export const sheetContentSchema = z.enum(["plan", "state", "differences"]);
export type SheetContent = z.infer<typeof sheetContentSchema>;

const content = sheetContentSchema.default("plan");
/** A shell has nobody who watches: without this, its sheet knows the plan alone. */
const observe = z.boolean().default(false).describe("Observe the fabric first");

export const sheetEndSchema = z.object({
  device: z.string(),
  port: z.string(),
  /** Null for what stands beside the racks, or is not in the lab file. */
  rack: z.string().nullable(),
  /** Lowest unit, counted from the bottom. */
  unit: z.number().int().nullable(),
  inLab: z.boolean(),
});
export type SheetEnd = z.infer<typeof sheetEndSchema>;

export const sheetRowSchema = z.object({
  /** 1-based on the whole sheet, whatever part of it is shown. */
  number: z.number().int(),
  /** What is written on the cable; null when the lab file does not say. */
  label: z.string().nullable(),
  a: sheetEndSchema,
  b: sheetEndSchema,
  planned: z.boolean(),
  width: widthSchema.nullable(),
  speed: speedSchema.nullable(),
  /** What was seen of it; null when the fabric was never observed, or the sheet is of the plan alone. */
  seen: z
    .object({
      state: cableLiveSchema.shape.state,
      difference: cableLiveSchema.shape.difference,
      /** What it is, or what is to be done, in words. */
      reason: z.string(),
      observedAt: timestampMs.nullable(),
    })
    .nullable(),
});
export type SheetRow = z.infer<typeof sheetRowSchema>;

export const sheetSchema = z.object({
  lab: z.string(),
  /** The lab file. */
  path: z.string(),
  madeAt: timestampMs,
  /** Login name of who had it made. */
  madeBy: z.string(),
  content: sheetContentSchema,
  /** When the fabric was observed last; null when it was not, or the sheet is of the plan alone. */
  observedAt: timestampMs.nullable(),
  rows: z.array(sheetRowSchema),
  /** What the plan leaves open. */
  open: z.object({
    /** Numbers of the rows whose cable has no label in the lab file. */
    unlabelled: z.array(z.number().int()),
    /** InfiniBand ports that no cable is planned for, device by device. */
    freePorts: z.array(z.object({ device: z.string(), ports: z.array(z.string()) })),
  }),
});
export type Sheet = z.infer<typeof sheetSchema>;

/** A sheet of labels: millimetres from the paper's top left corner. */
export const labelGridSchema = z.strictObject({
  columns: z.number().int().min(1).max(20),
  rows: z.number().int().min(1).max(60),
  widthMm: z.number().min(10).max(300),
  heightMm: z.number().min(5).max(300),
  leftMm: z.number().min(0).max(100),
  topMm: z.number().min(0).max(100),
  gapXMm: z.number().min(0).max(50).default(0),
  gapYMm: z.number().min(0).max(50).default(0),
});
export type LabelGrid = z.infer<typeof labelGridSchema>;

const documentInput = z.object({
  kind: z.enum(["sheet", "labels"]).default("sheet").describe("The table, or a flag label for each cable end"),
  content,
  paper: z.enum(["a4", "letter"]).default("a4"),
  orientation: z.enum(["portrait", "landscape"]).default("portrait"),
  elevation: z.boolean().default(true).describe("Draw the racks with their ports after the table"),
  grid: labelGridSchema.optional().describe("Where the labels are; 3 columns of 8, 70 x 37 mm, when left out"),
  observe,
});
export type DocumentInput = z.input<typeof documentInput>;
/** A {@link DocumentInput} with everything that may be left out. */
export type DocumentRequest = z.output<typeof documentInput>;

const notes = z.array(z.string()).describe("What was left out or drawn in another way, one sentence each");

/** Larger files are refused unread: the cables of 30,000 ports take less. */
export const maxCsvBytes = 4 * 1024 * 1024;

/** Told before such a file is sent or read. */
export const csvTooLarge = (sizeBytes: number, subject: string): FaultError =>
  new FaultError({
    code: "sheet.csv-too-large",
    title: "The CSV file is too large",
    detail: `It has ${(sizeBytes / 1024 / 1024).toFixed(1)} MiB; up to ${maxCsvBytes / 1024 / 1024} MiB are read, more than the cables of any lab take.`,
    next: "Choose the file with the cables, or split it.",
    subject,
  });

/** Something about a line of a CSV file. */
export const csvProblemSchema = z.object({
  severity: z.enum(["error", "warning"]),
  message: z.string(),
  /** 1-based line of the file where the row begins; 0 for the file as a whole. */
  line: z.number().int(),
  /** 1-based field of the row; 0 for the row as a whole. */
  column: z.number().int(),
});
export type CsvProblem = z.infer<typeof csvProblemSchema>;

/** One thing an import would do to the plan; the admin picks from these. */
export const csvChangeSchema = z.object({
  id: z.string(),
  /** replace: its ports are planned otherwise now. change: same ports, another label, width or speed. */
  kind: z.enum(["add", "replace", "change", "remove"]),
  /** Line of the file; 0 for a cable the file does not name. */
  line: z.number().int(),
  words: z.string(),
  removes: z.array(cableSchema),
  adds: z.array(cableSchema),
  /** The one of `removes` that what is added was: the lab file changes it where it stands. */
  heir: cableSchema.nullable(),
});
export type CsvChange = z.infer<typeof csvChangeSchema>;

export const csvPreviewSchema = z.object({
  format: z.enum(["sheet", "ufm"]),
  separator: z.enum([",", ";", "tab"]),
  /** Rows below the header. */
  rows: z.number().int(),
  /** Rows whose cable is planned just so. */
  same: z.number().int(),
  changes: z.array(csvChangeSchema),
  problems: z.array(csvProblemSchema),
});
export type CsvPreview = z.infer<typeof csvPreviewSchema>;

export const sheetContract = {
  rows: method
    .route(about("Every cable once, by rack, unit and port, and what the plan leaves open"))
    .input(z.object({ content, observe }).prefault({}))
    .output(sheetSchema),
  pages: method
    .route(about("The cabling sheet or cable labels as SVG pages"))
    .input(documentInput.prefault({}))
    .output(
      z.object({ name: z.string(), widthMm: z.number(), heightMm: z.number(), pages: z.array(z.string()), notes }),
    ),
  svg: method
    .route(about("The same pages as one SVG file, one under the other"))
    .input(documentInput.prefault({}))
    .output(z.object({ name: z.string(), text: z.string(), notes })),
  pdf: method
    .route(about("The same pages as one PDF file, base64"))
    .input(documentInput.prefault({}))
    .output(z.object({ name: z.string(), base64: z.base64(), notes })),
  csv: method
    .route(about("The cables as CSV: own columns, UFM's plan columns, UFM's NDT plugin's, or a line per label"))
    .input(
      z.object({ format: z.enum(["sheet", "ufm", "ndt", "labels"]).default("sheet"), content, observe }).prefault({}),
    )
    .output(z.object({ name: z.string(), text: z.string(), notes })),
  readCsv: method
    .route(about("What importing a CSV file of cables would change in the open lab; changes nothing"))
    .input(z.union([z.strictObject({ path: z.string().min(1).max(4096) }), z.strictObject({ base64: z.base64() })]))
    .output(csvPreviewSchema),
};
