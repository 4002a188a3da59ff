/** Looking before collecting: what is there on each target, and searching hosts for files. */
import * as z from "zod";
import { deviceName, timestampMs } from "../base.ts";
import { faultSchema } from "../fault-schema.ts";
import { clockSchema } from "./entry.ts";
import { here, targetSchema } from "./target.ts";

/** From when to when: `boot` begins at each host's own last boot. Null ends are open. */
export const windowSchema = z.union([
  z.strictObject({ last: z.enum(["boot", "good-boot"]) }),
  z.strictObject({ lastMs: z.number().int().positive() }),
  z.strictObject({ fromMs: timestampMs.nullable(), toMs: timestampMs.nullable() }),
]);
export type Window = z.infer<typeof windowSchema>;

/** A file of an item, or a path of any kind that a command's `each` matches: then it has no size. */
export const foundFileSchema = z.object({
  /** An item's `id`. */
  item: z.string(),
  /** By `writePath`. */
  path: z.string(),
  sizeBytes: z.number().int().nonnegative(),
  /** By its host's clock. */
  modifiedAt: timestampMs,
  /** The first stamp in it, for text logs; null where none was understood. */
  reachesBackTo: timestampMs.nullable(),
  /** Why it cannot be read by this login; empty where it can. */
  unreadable: z.string(),
  /** It was changed since the last good boot; null where that boot is not known. */
  changedSinceGoodBoot: z.boolean().nullable(),
});
export type FoundFile = z.infer<typeof foundFileSchema>;

export const bootSchema = z.object({
  startedAt: timestampMs,
  /** Null for the one that runs. */
  endedAt: timestampMs.nullable(),
  /** It ended by an orderly shutdown, or runs and reached its target; null where nothing tells. */
  good: z.boolean().nullable(),
});

/** What one target says of itself and holds. */
export const findingsOfTargetSchema = z.object({
  target: targetSchema,
  /** Why nothing is known of it; the rest is empty then. */
  fault: faultSchema.nullable(),
  observedAt: timestampMs,
  clock: clockSchema.nullable(),
  /** Name and version of its system, as it says. Hostile text. */
  system: z.string(),
  /** Login name, and whether it is root or may become it without a password. */
  user: z.string(),
  becomesRoot: z.enum(["is-root", "sudo", "sudo-password", "no"]),
  /** Boots it remembers, the newest first. */
  boots: z.array(bootSchema),
  files: z.array(foundFileSchema),
  /** Commands of items that are installed, by item. */
  commands: z.record(z.string(), z.boolean()),
  /** Files beyond the bound of one answer. */
  more: z.number().int(),
});
export type TargetFindings = z.infer<typeof findingsOfTargetSchema>;

/** The device of the lab file or this machine. */
const place = z.union([deviceName, z.literal(here)]);

export const findInputSchema = z.object({
  /** All devices that can be asked, and this machine, when left out. */
  devices: z.array(place).optional(),
});

export const fileSearchSchema = z.object({
  devices: z.array(place).optional(),
  under: z.array(z.string().startsWith("/")).min(1).default(["/var/log"]),
  /** A glob over the last part of its path. */
  name: z.string().optional(),
  /** Files that look like logs: by name, or by time stamps at the beginning of lines. */
  looksLikeLog: z.boolean().default(false),
  changedWithinMs: z.number().int().positive().optional(),
  /** A text that it holds, letter by letter. */
  content: z.string().max(1000).optional(),
  maxHits: z.number().int().min(1).max(10_000).default(1000),
});
export type FileSearch = z.infer<typeof fileSearchSchema>;

export const fileHitSchema = z.object({
  device: z.string(),
  path: z.string(),
  sizeBytes: z.number().int(),
  modifiedAt: timestampMs,
  /** The first line that holds the text. Hostile. */
  line: z.string().nullable(),
});

/** One message of a running search. */
export const searchMessageSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("hits"), hits: z.array(fileHitSchema) }),
  /** A device is done; `fault` says why it could not be searched, `refused` what could not be read there. */
  z.object({
    kind: z.literal("done"),
    device: z.string(),
    fault: faultSchema.nullable(),
    refused: z.array(z.string()),
    truncated: z.boolean(),
  }),
]);
export type SearchMessage = z.infer<typeof searchMessageSchema>;
