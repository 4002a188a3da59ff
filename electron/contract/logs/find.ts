/** Looking before collecting: what is there on each target, and searching hosts for files. */
import * as z from "zod";
import { deviceName, timestampMs } from "../base.ts";
import { faultSchema } from "../fault-schema.ts";
import { clockSchema } from "./entry.ts";
import { here, targetSchema } from "./target.ts";

/** A file of an item, or a path of any kind that a command's `each` matches: then it has no size. */
export const foundFileSchema = z.object({
  /** An item's `id`. */
  item: z.string(),
  /** By `writePath`. */
  path: z.string(),
  /** What it is, symbolic links followed; only what is `file` is ever opened. `dangling`: a link to nothing. */
  kind: z.enum(["file", "folder", "fifo", "socket", "device", "dangling"]),
  /** As the system tells it; files of /proc and /sys tell 0 and have content all the same. */
  sizeBytes: z.number().int().nonnegative(),
  /** By its host's clock; null where nothing there tells it. */
  modifiedAt: timestampMs.nullable(),
  /** Device and inode, `254:1/131`: alike for two names of one file. Empty where nothing tells it. */
  inode: z.string(),
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
export type Boot = z.infer<typeof bootSchema>;

/** A disk that was looked at for being a boot stick. */
export const stickSchema = z.object({
  /** By `writePath`: `/dev/sdb`. */
  disk: z.string(),
  sizeBytes: z.number().int().nonnegative(),
  /** USB, or told to be removable. */
  removable: z.boolean(),
  /** Vendor and model, and serial number, as the disk says. Hostile text. */
  model: z.string(),
  serial: z.string(),
  /** The layout profile it was compared with, by its `id`. */
  layout: z.string(),
  verdict: z.enum(["matches", "partly", "not", "unread"]),
  /** What speaks for it and what against, as sentences. */
  reasons: z.array(z.string()),
  /** The version text at the profile's place; null where there is none. Hostile text. */
  version: z.string().nullable(),
  /** Printable strings of what was read; what they mean is unverified. Hostile text. */
  strings: z.array(z.string()),
  /** What can be read of it; items of the kind `range` name these. */
  ranges: z.array(
    z.object({
      range: z.enum(["version", "log", "whole"]),
      offsetBytes: z.number().int().nonnegative(),
      lengthBytes: z.number().int().positive(),
    }),
  ),
  /** Why this login cannot read it; empty where it can. */
  unreadable: z.string(),
});
export type Stick = z.infer<typeof stickSchema>;

/** What one target says of itself and holds. */
export const findingsOfTargetSchema = z.object({
  target: targetSchema,
  /** Why nothing, or not all, is known of it; the rest is what was learned before. */
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
  /** Of a stick: what it looks like. */
  stick: stickSchema.nullable(),
});
export type TargetFindings = z.infer<typeof findingsOfTargetSchema>;

/** The device of the lab file or this machine. */
const place = z.union([deviceName, z.literal(here)]);

export const findInputSchema = z.object({
  /** All devices that can be asked, and this machine, when left out. */
  devices: z.array(place).optional(),
  /** Whether to look as root where the login becomes it by sudo without a password. */
  sudo: z.boolean().default(true),
});

export const fileSearchSchema = z.object({
  devices: z.array(place).optional(),
  /** As in {@link findInputSchema}. */
  sudo: z.boolean().default(true),
  under: z.array(z.string().startsWith("/")).min(1).default(["/var/log"]),
  /** A glob over the last part of its path. */
  name: z.string().optional(),
  /** Files that look like logs: by name, or by time stamps at the beginning of lines. */
  looksLikeLog: z.boolean().default(false),
  changedWithinMs: z.number().int().positive().optional(),
  /** A text that it holds, letter by letter. */
  content: z.string().max(1000).optional(),
  /** Whether to go on into other file systems than that of each folder; /proc, /sys and /dev are never searched. */
  otherFileSystems: z.boolean().default(false),
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
