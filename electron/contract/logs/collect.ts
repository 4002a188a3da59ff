/** Choosing what to collect, collecting it, and what is kept of it. */
import * as z from "zod";
import { timestampMs } from "../base.ts";
import { faultSchema } from "../fault-schema.ts";
import { collectionHeaderSchema, entryResultSchema } from "./entry.ts";
import { windowSchema } from "./window.ts";

/** Characters that a collection's name and its case notes may have. */
export const maxNameLength = 120;
export const maxNotesLength = 100_000;

/** What the admin chose. */
export const selectionSchema = z.object({
  preset: z.string().default("everything"),
  /** Targets by `id`; all that were found when left out. */
  targets: z.array(z.string()).optional(),
  /** Items by `id`, in place of the preset's. */
  items: z.array(z.string()).optional(),
  /** Of single targets: items that are left out, or added. */
  without: z.array(z.object({ target: z.string(), item: z.string() })).default([]),
  also: z.array(z.object({ target: z.string(), item: z.string() })).default([]),
  /** Items that change something on a target (`consent`), by `id`, to which the admin agreed. They have to be chosen too. */
  consented: z.array(z.string()).default([]),
  /** Files beside the catalogue, found by a search, by `writePath`. */
  files: z.array(z.object({ device: z.string(), path: z.string().startsWith("/").max(20_000) })).default([]),
  window: windowSchema.default({ last: "boot" }),
  /** Entries beyond it are left out, the costliest and least asked for first; null for none. */
  budgetBytes: z.number().int().positive().nullable().default(null),
  /** Whether what needs root may be read by sudo, and whether the admin's password may be asked for it. */
  sudo: z.enum(["never", "without-password", "ask"]).default("without-password"),
  /** All BMCs have the same password: it is asked for once, not for each. */
  oneBmcPassword: z.boolean().default(false),
  name: z.string().max(maxNameLength).default(""),
  notes: z.string().max(maxNotesLength).default(""),
});
export type LogSelection = z.infer<typeof selectionSchema>;

/** Exactly what a collection would run and read. Nothing was collected yet. */
export const collectionPlanSchema = z.object({
  header: collectionHeaderSchema,
  /**
   * Entries of the header that are not collected, and why, by their number: decided before anything was asked (`attempts`
   * is 0), so going on with the collection does not try them.
   */
  leftOut: z.array(entryResultSchema),
  /** Of what is collected, as far as its size is known before: outputs of commands come beside it. */
  estimateBytes: z.number().int(),
  /** What will be run, as one line each, for reading. */
  commands: z.array(z.object({ target: z.string(), line: z.string() })),
});
export type CollectionPlan = z.infer<typeof collectionPlanSchema>;

export const collectionSummarySchema = z.object({
  id: z.string(),
  name: z.string(),
  lab: z.string(),
  createdAt: timestampMs,
  /** `bundle`: opened from a file, perhaps somebody else's; nothing more can be collected into it. */
  kind: z.enum(["collection", "bundle"]),
  /** The bundle's file. */
  path: z.string().nullable(),
  state: z.enum(["running", "stopped", "ended"]),
  targets: z.array(z.string()),
  entries: z.number().int(),
  /** Entries by the state of their result; those without one wait. */
  results: z.record(z.string(), z.number().int()),
  sizeBytes: z.number().int(),
  /** Every entry has a result and none is incomplete. */
  complete: z.boolean(),
});
export type CollectionSummary = z.infer<typeof collectionSummarySchema>;

export const targetProgressSchema = z.object({
  target: z.string(),
  entries: z.number().int(),
  done: z.number().int(),
  bytes: z.number(),
  estimateBytes: z.number(),
  /** What is under way there, as lines. */
  now: z.array(z.string()),
  /** Why it stands still. */
  fault: faultSchema.nullable(),
});
export type TargetProgress = z.infer<typeof targetProgressSchema>;

export const logsStateSchema = z.object({
  collections: z.array(collectionSummarySchema),
  /** The collection that is being collected. */
  running: z
    .object({
      id: z.string(),
      startedAt: timestampMs,
      targets: z.array(targetProgressSchema),
      bytes: z.number(),
      bytesPerSecond: z.number(),
    })
    .nullable(),
});
export type LogsState = z.infer<typeof logsStateSchema>;

/** One message of `logs.collect`. */
export const collectMessageSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("begun"), id: z.string(), entries: z.number().int(), estimateBytes: z.number() }),
  z.object({ kind: z.literal("result"), target: z.string(), path: z.string(), result: entryResultSchema }),
  z.object({ kind: z.literal("progress"), bytes: z.number(), done: z.number().int(), entries: z.number().int() }),
  /** The last one. */
  z.object({ kind: z.literal("ended"), id: z.string(), summary: collectionSummarySchema, complete: z.boolean() }),
]);
export type CollectMessage = z.infer<typeof collectMessageSchema>;

/** Entries and results of a collection: what the completeness page is drawn from. */
export const collectedSchema = z.object({
  header: collectionHeaderSchema,
  results: z.array(entryResultSchema),
});
export type Collected = z.infer<typeof collectedSchema>;
