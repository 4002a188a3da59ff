/**
 * Owns the format of a collection's journal: one JSON text a line, appended and synced. What a line tells is on the disk
 * before the line is. A torn last line is what a killed process was at: it never counted.
 */
import * as z from "zod";
import { type Clock, clockSchema, type EntryResult, entryResultSchema } from "../../contract/logs/entry.ts";
import { each, type Steps } from "../../steps.ts";

/** How bytes of an item are stored: a zstd frame, a gzip member, or as they are. */
export const packingSchema = z.enum(["zst", "gz", "raw"]);
export type Packing = z.infer<typeof packingSchema>;

/** What tells a file from another one under its name, and which part of it an entry wants. */
const sourceSchema = z.object({
  /** Device and inode, as `stat` prints them. */
  identity: z.string(),
  /** Its size when it was first opened. */
  sizeBytes: z.number().int().nonnegative(),
  modifiedAt: z.number().int().nonnegative().nullable(),
  fromByte: z.number().int().nonnegative(),
  /** Bytes that are wanted from there; null for what is read to its end, as /proc is. */
  lengthBytes: z.number().int().nonnegative().nullable(),
});
export type ItemSource = z.infer<typeof sourceSchema>;

/** How far an item's file is good: everything before `storedBytes` is on the disk. */
const segmentSchema = z.object({
  n: z.number().int().nonnegative(),
  /** Each begins a frame of its own, at this byte of the item's file; all but the last were ended or cut off. */
  pieces: z.array(z.object({ packing: packingSchema, at: z.number().int().nonnegative() })),
  storedBytes: z.number().int().nonnegative(),
  source: sourceSchema.nullable(),
});
export type Segment = z.infer<typeof segmentSchema>;

const lineSchema = z.union([
  z.object({ segment: segmentSchema }),
  z.object({ result: entryResultSchema }),
  z.object({ clock: clockSchema }),
]);
export type JournalLine = z.infer<typeof lineSchema>;

export interface Journal {
  readonly results: ReadonlyMap<number, EntryResult>;
  readonly clocks: ReadonlyMap<string, Clock>;
  readonly segments: ReadonlyMap<number, Segment>;
  /** Up to the end of the last whole line; what follows is to be cut off before more is written. */
  readonly goodBytes: number;
}

/** The text of each whole line, without its end. */
export function* linesOf(bytes: Uint8Array): Generator<string, void, undefined> {
  const text = new TextDecoder();
  for (let from = 0, end = bytes.indexOf(0x0a); end !== -1; from = end + 1, end = bytes.indexOf(0x0a, from))
    yield text.decode(bytes.subarray(from, end));
}

/** Total: a line that is none is passed over, the last word on an entry counts. */
export function* readJournal(bytes: Uint8Array): Steps<Journal> {
  const results = new Map<number, EntryResult>();
  const clocks = new Map<string, Clock>();
  const segments = new Map<number, Segment>();
  const goodBytes = bytes.lastIndexOf(0x0a) + 1;
  yield* each(linesOf(bytes), (text) => {
    const line = parse(text);
    if (line === null) return;
    if ("segment" in line) {
      segments.set(line.segment.n, line.segment);
      results.delete(line.segment.n); // it was gone on with
    } else if ("result" in line) results.set(line.result.n, line.result);
    else clocks.set(line.clock.target, line.clock);
  });
  return { results, clocks, segments, goodBytes };
}

function parse(text: string): JournalLine | null {
  try {
    return lineSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

export const writeJournalLine = (line: JournalLine): string => `${JSON.stringify(line)}\n`;
