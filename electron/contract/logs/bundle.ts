/** The bundle: one file for a vendor's support, that opens in Halfrack again. Its `manifest.json` has this shape. */
import * as z from "zod";
import { timestampMs } from "../base.ts";
import { clockSchema, entryResultSchema, entrySchema } from "./entry.ts";
import { targetSchema } from "./target.ts";
import { windowSchema } from "./window.ts";

export const bundleFormatSchema = z.enum(["tar.zst", "tar.gz", "zip"]);
export type BundleFormat = z.infer<typeof bundleFormatSchema>;

export const manifestEntrySchema = entrySchema
  .pick({ target: true, item: true, source: true, path: true, text: true, capBytes: true, timeoutMs: true })
  .extend(entryResultSchema.omit({ n: true, startedAt: true, durationMs: true, attempts: true }).shape)
  /** What redaction did to it: bytes and sum are of what is in the bundle. */
  .extend({ redacted: z.boolean(), withheld: z.string() });

export const manifestSchema = z.object({
  halfrack: z.literal(1),
  /** Program and version that wrote it. */
  writtenBy: z.string(),
  name: z.string(),
  lab: z.string(),
  preset: z.string(),
  /** What was asked for, and the same as times over all targets. */
  window: windowSchema.optional(),
  fromMs: timestampMs.nullable(),
  toMs: timestampMs.nullable(),
  redaction: z.object({ on: z.boolean(), classes: z.array(z.string()) }),
  targets: z.array(targetSchema),
  entries: z.array(manifestEntrySchema),
  /** What the admin typed. */
  notes: z.string(),
  complete: z.boolean(),
});
export type Manifest = z.infer<typeof manifestSchema>;
export type ManifestEntry = z.infer<typeof manifestEntrySchema>;

/** Written so that people can read it; a time that no calendar has stands as its milliseconds. */
const writtenTime = z.union([timestampMs, z.iso.datetime().transform((text) => Date.parse(text))]);

/** `run.json`: all that another run over the same content would tell otherwise, so that the rest of the bundle is the same. */
export const bundleRunSchema = z.object({
  halfrack: z.literal(1),
  createdAt: writtenTime,
  clocks: z.array(clockSchema.extend({ measuredAt: writtenTime, bootedAt: writtenTime.nullable() })),
  /** By path in the bundle. */
  entries: z.array(
    entryResultSchema.pick({ durationMs: true, attempts: true }).extend({ startedAt: writtenTime, path: z.string() }),
  ),
});
export type BundleRun = z.infer<typeof bundleRunSchema>;

export const bundleResultSchema = z.object({
  path: z.string(),
  sizeBytes: z.number().int(),
  /** Of the file. */
  sha256: z.string(),
  files: z.number().int(),
  /** Files whose sums were read back from the written bundle and are right: all of them. */
  verified: z.number().int(),
  /** Whether everything that was asked for is in it. */
  complete: z.boolean(),
});
export type BundleResult = z.infer<typeof bundleResultSchema>;

export const bundleMessageSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("progress"),
    phase: z.enum(["reading", "writing", "verifying"]),
    done: z.number().int(),
    entries: z.number().int(),
    bytes: z.number(),
  }),
  z.object({ kind: z.literal("ended"), result: bundleResultSchema, complete: z.boolean() }),
]);
export type BundleMessage = z.infer<typeof bundleMessageSchema>;

/** One thing in which two nodes, or one node in two bundles, differ or agree. */
export const differenceSchema = z.object({
  /** The target whose fact it is; on the left, where two are compared. */
  target: z.string(),
  /** CPU, BIOS, firmware, kernel, PCIe, memory, packages, ... */
  group: z.string(),
  name: z.string(),
  left: z.string().nullable(),
  right: z.string().nullable(),
  same: z.boolean(),
  /** What is known of such a difference; empty where nothing is. */
  note: z.string(),
  /** The entries it was read from, by path in the bundle. */
  from: z.array(z.string()),
});
export const comparisonSchema = z.object({
  /** A target's id; null for all of a collection. */
  left: z.string().nullable(),
  right: z.string().nullable(),
  facts: z.array(differenceSchema),
  /** Entries by path, of one target below its folder: here alone, there alone, other content. */
  files: z.array(
    z.object({
      path: z.string(),
      left: entryResultSchema.pick({ state: true, sizeBytes: true, sha256: true }).nullable(),
      right: entryResultSchema.pick({ state: true, sizeBytes: true, sha256: true }).nullable(),
    }),
  ),
});
export type Comparison = z.infer<typeof comparisonSchema>;
