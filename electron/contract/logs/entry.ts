/** One planned piece of evidence, and what came of it: what finder, collector, bundle and reader have in common. */
import * as z from "zod";
import { timestampMs } from "../base.ts";
import { targetKindSchema } from "./target.ts";
import { windowSchema } from "./window.ts";

/** Where an entry's bytes come from. Paths are written by `writePath`. */
export const entrySourceSchema = z.discriminatedUnion("how", [
  /** What a command prints. On `here` and on hosts with a POSIX shell. */
  z.object({ how: z.literal("command"), argv: z.array(z.string()).min(1) }),
  /** A file, from its first byte to where it ended when it was opened. */
  z.object({ how: z.literal("file"), path: z.string() }),
  /** Part of a disk, read as it is. */
  z.object({ how: z.literal("range"), path: z.string(), offsetBytes: z.number().int(), lengthBytes: z.number().int() }),
  /** What a switch answers to a line. */
  z.object({ how: z.literal("switch"), line: z.string() }),
  /** What `ipmitool` on this machine prints of the target's BMC; address and login are not part of `argv`. */
  z.object({ how: z.literal("ipmi"), argv: z.array(z.string()).min(1) }),
  /** What Halfrack itself knows: its events, the lab file, the fabric as observed. */
  z.object({ how: z.literal("own"), what: z.string() }),
]);
export type EntrySource = z.infer<typeof entrySourceSchema>;

export const entrySchema = z.object({
  /** Its number in the collection, from 0, and its place in the bundle's order. */
  n: z.number().int().nonnegative(),
  /** A target's `id`. */
  target: z.string(),
  /** An item's `id` in the catalogue. */
  item: z.string(),
  source: entrySourceSchema,
  /**
   * Where it stands in a bundle: `nodes/node1/files/var/log/messages`. Each part is made of letters that every file system
   * takes; unique in a collection, also where case does not count.
   */
  path: z.string(),
  /** Read as root, where the login is not root's and the admin allowed sudo. */
  root: z.boolean(),
  timeoutMs: z.number().int().positive(),
  /** Of what is beyond it nothing is read. */
  capBytes: z.number().int().positive(),
  /** Of a file larger than the cap: its end is kept (logs), or its beginning. */
  keep: z.enum(["head", "tail"]),
  /** False for what is binary by its nature: it is never decoded, only hashed and its printable strings shown. */
  text: z.boolean(),
  /** What the finder expects; null where nothing was measured. */
  estimateBytes: z.number().int().nonnegative().nullable(),
});
export type Entry = z.infer<typeof entrySchema>;

/**
 * What came of an entry.
 * - `got`: every byte that was there when it was opened, or all that the command printed. Its exit code is told beside.
 * - `empty`: it is there, and has no content.
 * - `truncated`: its cap was reached; what is there is right.
 * - `refused`: it is there and may not be read (permissions, sudo wants a password, the switch said no).
 * - `timed-out`: its time limit was reached; what had come by then is kept.
 * - `missing`: it should be there on such a target and is not (a file vanished, a command is not installed).
 * - `not-applicable`: it need not be there on this target, by its item's own rule.
 * - `left-out`: the admin or the size budget left it out; nobody asked for it.
 * - `lost`: the target could not be reached, or was lost on the way; what had come is kept and can be gone on with.
 * - `cancelled`: the admin ended the run before it was whole; as `lost`.
 * - `failed`: it broke in a way that has no other name: `reason` says how.
 */
export const resultStateSchema = z.enum([
  "got",
  "empty",
  "truncated",
  "refused",
  "timed-out",
  "missing",
  "not-applicable",
  "left-out",
  "lost",
  "cancelled",
  "failed",
]);
export type ResultState = z.infer<typeof resultStateSchema>;

/** What is not there and should be: a run with any of these is not complete. */
export const incompleteStates: ReadonlySet<ResultState> = new Set<ResultState>([
  "truncated",
  "refused",
  "timed-out",
  "missing",
  "lost",
  "cancelled",
  "failed",
]);

export const entryResultSchema = z.object({
  n: z.number().int().nonnegative(),
  state: resultStateSchema,
  /** Why it is not `got`, or what is odd about it: a sentence; empty where there is nothing to say. */
  reason: z.string(),
  /** Bytes of content that are here, unpacked. */
  sizeBytes: z.number().int().nonnegative(),
  /** Of that content, in hexadecimal; null where there is none. */
  sha256: z.string().nullable(),
  /** Whether the far side computed the same sum: null where it could not. */
  sumAgrees: z.literal(true).nullable(),
  /** Of a command: null where it did not end by itself. */
  exitCode: z.number().int().nullable(),
  /** Of a command: the first 4 KiB of what it complained. Hostile text. */
  stderr: z.string(),
  /** First byte of the source that is kept, where the cap cut the beginning away. */
  fromByte: z.number().int().nonnegative(),
  /** When the source was last changed, by its host's clock; null where it tells none. */
  modifiedAt: timestampMs.nullable(),
  startedAt: timestampMs,
  /** Of all attempts together. */
  durationMs: z.number().nonnegative(),
  /** 0 where it was decided before anything was asked: then it is never tried. */
  attempts: z.number().int().nonnegative(),
});
export type EntryResult = z.infer<typeof entryResultSchema>;

/** A host's clock against this machine's, measured while it was asked. */
export const clockSchema = z.object({
  target: z.string(),
  /** Its time less ours, in milliseconds; it is right within `uncertaintyMs` either way. */
  offsetMs: z.number(),
  uncertaintyMs: z.number().nonnegative(),
  measuredAt: timestampMs,
  /** Its zone as it names it, and its offset from UTC in minutes, east of Greenwich positive; for stamps without zone. */
  zone: z.string(),
  zoneMinutes: z.number().int(),
  /** When it started, by its clock; null where it does not tell. */
  bootedAt: timestampMs.nullable(),
});
export type Clock = z.infer<typeof clockSchema>;

/** Which kinds an item's entry is of, for what reads them. */
export const collectionHeaderSchema = z.object({
  /** Version of this format. */
  halfrack: z.literal(1),
  id: z.string(),
  /** What the admin calls it. */
  name: z.string(),
  lab: z.string(),
  preset: z.string(),
  /** When collecting began; of a plan, when it was made. */
  createdAt: timestampMs,
  /** What was asked for; archives of others have none. */
  window: windowSchema.optional(),
  /** The same as times of this machine, over all targets; null for an open end. */
  fromMs: timestampMs.nullable(),
  toMs: timestampMs.nullable(),
  targets: z.array(
    z.object({ id: z.string(), device: z.string(), kinds: z.array(targetKindSchema), disk: z.string().optional() }),
  ),
  entries: z.array(entrySchema),
  /** What the admin typed: what was seen, what was tried. */
  notes: z.string(),
});
export type CollectionHeader = z.infer<typeof collectionHeaderSchema>;
