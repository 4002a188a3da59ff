/** The log finder: what is there, collecting it, reading it, comparing it, and the bundle. */
import * as z from "zod";
import { about, asMade, method, stream, timestampMs, watched } from "../base.ts";
import { bundleFormatSchema, bundleMessageSchema, comparisonSchema } from "./bundle.ts";
import {
  collectedSchema,
  collectionPlanSchema,
  collectionSummarySchema,
  collectMessageSchema,
  logsStateSchema,
  maxNameLength,
  maxNotesLength,
  selectionSchema,
} from "./collect.ts";
import { fileSearchSchema, findInputSchema, findingsOfTargetSchema, searchMessageSchema } from "./find.ts";
import { catalogueSchema } from "./item.ts";
import { openMessageSchema } from "./opened.ts";
import {
  errorIndexSchema,
  histogramSchema,
  knownFoundSchema,
  knownPatternSchema,
  linePageSchema,
  lineSearchMessageSchema,
  logFilterSchema,
  logLineSchema,
  readingStateSchema,
} from "./reading.ts";
import { redactionPreviewSchema, redactionRulesSchema } from "./redact.ts";
import { stickLayoutSchema, stickLayoutsSchema } from "./stick-layout.ts";

const id = z.string().min(1).max(200);
const path = z.string().min(1).max(4096);
/** A collection of the profile, or a bundle's file, which is opened first. */
const subject = z.union([z.strictObject({ id }), z.strictObject({ path })]);
const filtered = z.object({ id, filter: logFilterSchema.prefault({}) });
const words = { name: z.string().min(1).max(maxNameLength), notes: z.string().max(maxNotesLength) };
const ofTarget = z.object({ id, target: z.string() });
const ofAll = z.object({ id, target: z.null() });

export const logsContract = {
  watch: method.route(about("Watch collections, and the one that is being collected")).output(watched(logsStateSchema)),
  catalogue: method.route(about("What can be collected: items and presets, shipped and own")).output(catalogueSchema),
  stickLayouts: method
    .route(about("Where things are on boot sticks: shipped layouts, and the admin's own"))
    .output(stickLayoutsSchema),
  saveStickLayout: method
    .route(about("Save a layout into the admin's own file, in place of the one with its id"))
    .input(stickLayoutSchema)
    .output(stickLayoutsSchema),
  removeStickLayout: method
    .route(about("Take a layout out of the admin's own file; a shipped one with its id counts again"))
    .input(z.object({ id }))
    .output(stickLayoutsSchema),
  find: method
    .route(about("Ask hosts what evidence they hold: logs, sizes, how far back; nothing is collected"))
    .input(findInputSchema.prefault({}))
    .output(stream(findingsOfTargetSchema)),
  search: method
    .route(about("Search hosts for files by name, age and content, all at once"))
    .input(fileSearchSchema.prefault({}))
    .output(stream(searchMessageSchema)),
  plan: method
    .route(about("Exactly what collecting would run and read, and how much it would be"))
    .input(selectionSchema.prefault({}))
    .output(asMade(collectionPlanSchema)),
  collect: method
    .route(about("Collect: a plan that was shown, a selection, or go on with a collection that stopped"))
    .input(
      z.union([
        /** Name and notes may be given after the plan was shown. */
        z.strictObject({ plan: id, name: words.name.optional(), notes: words.notes.optional() }),
        z.strictObject({ id }),
        z.strictObject({ selection: selectionSchema.prefault({}) }),
      ]),
    )
    .output(stream(collectMessageSchema)),
  cancel: method.route(about("Stop collecting; what came is kept and can be gone on with")).output(z.object({})),
  collected: method
    .route(about("Entries and results of a collection or bundle"))
    .input(z.object({ id }))
    .output(asMade(collectedSchema)),
  annotate: method
    .route(about("Name a collection, and note what was seen and tried"))
    .input(z.object({ id, name: words.name.optional(), notes: words.notes.optional() }))
    .output(collectionSummarySchema),
  remove: method
    .route(about("Delete a collection and its bytes, or forget an opened bundle; its file stays"))
    .input(z.object({ id }))
    .output(z.object({})),
  previewRedaction: method
    .route(about("What redaction would replace in a collection, each with places; nothing is written"))
    .input(z.object({ id, rules: redactionRulesSchema.prefault({}) }))
    .output(redactionPreviewSchema),
  bundle: method
    .route(about("Write a collection as one file and verify it; a folder as path gives it its usual name"))
    .input(
      z.object({
        id,
        path,
        overwrite: z.boolean().default(false),
        format: bundleFormatSchema.default("tar.zst"),
        rules: redactionRulesSchema.prefault({}),
      }),
    )
    .output(stream(bundleMessageSchema)),
  open: method
    .route(about("Open a bundle, or an archive of logs, to be read and compared; by its path, or what was dropped"))
    .input(z.union([z.strictObject({ path }), z.strictObject({ drop: z.string().min(1).max(200) })]))
    .output(stream(openMessageSchema)),
  fabric: method
    .route(about("The fabric as a collection's outputs tell it, as fabric.readParts gives saved ones"))
    .input(z.object({ id }))
    .output(stream(z.string())),
  compare: method
    .route(about("What differs between two nodes, one node of two collections, or two collections as a whole"))
    .input(z.union([z.object({ left: ofTarget, right: ofTarget }), z.object({ left: ofAll, right: ofAll })]))
    .output(comparisonSchema),
  read: method
    .route(about("The merged lines of a collection's or bundle's text logs, oldest first"))
    .input(
      z.object({ of: subject, filter: logFilterSchema.prefault({}), limit: z.number().int().positive().optional() }),
    )
    .output(stream(logLineSchema)),
  reading: method
    .route(about("Watch the time line of a collection while it is indexed; it stays open while it is watched"))
    .input(z.object({ id }))
    .output(watched(readingStateSchema)),
  lines: method
    .route(about("Rows of an open time line"))
    .input(filtered.extend({ from: z.number().int().nonnegative(), count: z.number().int().min(1).max(2000) }))
    .output(linePageSchema),
  rowAt: method
    .route(about("The first row of an open time line at or after a time"))
    .input(filtered.extend({ atMs: timestampMs }))
    .output(z.object({ row: z.number().int() })),
  histogram: method
    .route(about("How many lines an open time line has, by time and severity"))
    .input(filtered.extend({ buckets: z.number().int().min(1).max(2000).default(200) }))
    .output(histogramSchema),
  errors: method
    .route(about("Errors and warnings of an open time line, those that say the same counted together"))
    .input(filtered)
    .output(errorIndexSchema),
  searchLines: method
    .route(about("Rows of what a filter lets through that something else lets through too, as they are found"))
    .input(
      filtered.extend({
        find: logFilterSchema,
        from: z.number().int().nonnegative().default(0),
        direction: z.enum(["forward", "backward"]).default("forward"),
      }),
    )
    .output(stream(lineSearchMessageSchema)),
  known: method
    .route(about("Known patterns that an open time line has lines of, counted"))
    .input(filtered)
    .output(knownFoundSchema),
  patterns: method.route(about("Known patterns: what they mean and what to do")).output(z.array(knownPatternSchema)),
};
