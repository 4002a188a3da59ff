/** Reading what was collected: one time line of all text logs of a collection or bundle. */
import * as z from "zod";
import { timestampMs } from "../base.ts";
import { faultSchema } from "../fault-schema.ts";
import { logSeverities } from "./severities.ts";

export const logSeveritySchema = z.enum(logSeverities);
export type LogSeverity = z.infer<typeof logSeveritySchema>;

export const logFilterSchema = z.object({
  /** Targets by `id`; all when left out. */
  targets: z.array(z.string()).optional(),
  /** Entries by their path in the bundle. */
  paths: z.array(z.string()).optional(),
  /** Logs alone: without outputs of commands and settings files whose lines have no stamps. */
  logs: z.boolean().optional(),
  /** At least as severe; lines without a severity are `info`. */
  severity: logSeveritySchema.optional(),
  fromMs: timestampMs.optional(),
  toMs: timestampMs.optional(),
  /** Lines that hold this text; case does not count. What runs over a line's end is in neither line. */
  text: z.string().max(1000).optional(),
  /** Lines that match this regular expression (JavaScript, flags `iu`); of a line beyond 1 MiB it sees no more. */
  regex: z.string().max(1000).optional(),
  /** Lines that a pattern of the catalogue knows, by its id. */
  pattern: z.string().optional(),
});
export type LogFilter = z.infer<typeof logFilterSchema>;

export const logLineSchema = z.object({
  /** Its row among the lines that the filter lets through. */
  row: z.number().int(),
  target: z.string(),
  /** Its entry's path in the bundle, and its line there, from 1; of a journal's records the record. */
  path: z.string(),
  line: z.number().int(),
  /** On this machine's clock: the stamp less its host's offset. Null for a line before the first stamp of its file. */
  at: timestampMs.nullable(),
  /**
   * `own`: the line has a stamp; `line-before`: it goes on from one; `guessed`: its year or its boot was concluded;
   * `collected`: nothing in its file has a stamp, and it stands where the file was last changed or the command was run.
   */
  stamp: z.enum(["own", "line-before", "guessed", "collected"]),
  severity: logSeveritySchema,
  /** Without what cannot be shown; cut at 4 KiB. Hostile text. */
  text: z.string(),
  cut: z.boolean(),
  /** Ids of known patterns that it matches. */
  patterns: z.array(z.string()),
});
export type LogLine = z.infer<typeof logLineSchema>;

/** Part of what a filter lets through. */
export const linePageSchema = z.object({
  lines: z.array(logLineSchema),
  /** Lines that the filter lets through, as far as was looked. */
  total: z.number().int(),
  /** All lines were looked at. Ask again for what is not there yet: the looking goes on from where it was. */
  complete: z.boolean(),
  /** Part of the lines that were looked at, 0 to 1. */
  looked: z.number(),
});
export type LinePage = z.infer<typeof linePageSchema>;

/** One message of a search in what a filter lets through. */
export const lineSearchMessageSchema = z.discriminatedUnion("kind", [
  /** Rows of the filtered reading, in the order of the search. */
  z.object({ kind: z.literal("hits"), rows: z.array(z.number().int()) }),
  z.object({ kind: z.literal("progress"), looked: z.number().int(), rows: z.number().int() }),
  z.object({ kind: z.literal("ended"), complete: z.boolean() }),
]);
export type LineSearchMessage = z.infer<typeof lineSearchMessageSchema>;

export const readingStateSchema = z.object({
  id: z.string(),
  collection: z.string(),
  /** Lines indexed so far, and all bytes read of all there are. */
  lines: z.number().int(),
  bytes: z.number(),
  totalBytes: z.number(),
  done: z.boolean(),
  /** Why it ended before its time. */
  fault: faultSchema.nullable(),
  fromMs: timestampMs.nullable(),
  toMs: timestampMs.nullable(),
  /** Those that were read, and the one that is. */
  sources: z.array(
    z.object({
      target: z.string(),
      path: z.string(),
      lines: z.number().int(),
      /**
       * `syslog`, `rfc5424`, `iso`, `dmesg`, `journal-json`, `journal-export`, `sel`, `switch`, `opensm`, `slurm`, `condor`,
       * `audit`, `ctime`, `web`, `halfrack`; `text` where no stamp was understood, `binary` where it is no text.
       */
      format: z.string(),
      fromMs: timestampMs.nullable(),
      toMs: timestampMs.nullable(),
      /** Its host's clock less this machine's, which its stamps were corrected by; null where nobody measured it. */
      clock: z.object({ offsetMs: z.number(), uncertaintyMs: z.number() }).nullable(),
      /** What is odd: no stamps, stamps that go backwards, a year that was concluded. */
      notes: z.array(z.string()),
    }),
  ),
});
export const knownPatternSchema = z.object({
  id: z.string(),
  title: z.string(),
  /** What it means. */
  meaning: z.string(),
  next: z.string(),
  source: z.string(),
  severity: logSeveritySchema,
});
export type KnownPattern = z.infer<typeof knownPatternSchema>;

export const histogramSchema = z.object({
  fromMs: timestampMs,
  bucketMs: z.number().positive(),
  /** Errors and warnings are events, as in the error index. */
  buckets: z.array(z.object({ lines: z.number().int(), warnings: z.number().int(), errors: z.number().int() })),
});

const countedShape = {
  /** Events: what several sources of a target say of the same moment counts once. */
  times: z.number().int(),
  /** Lines that tell of them, and in how many sources. */
  lines: z.number().int(),
  sources: z.number().int(),
  targets: z.array(z.string()),
  firstAt: timestampMs.nullable(),
  lastAt: timestampMs.nullable(),
  /** Where it stands first: a row of what the filter lets through. */
  row: z.number().int(),
};

/** Known patterns that occur, counted. */
export const knownFoundSchema = z.array(z.object({ pattern: z.string(), ...countedShape }));
export type KnownFound = z.infer<typeof knownFoundSchema>;
export type Histogram = z.infer<typeof histogramSchema>;
export type ReadingState = z.infer<typeof readingStateSchema>;

/** Lines that say the same but for numbers and names, counted. */
export const errorIndexSchema = z.array(
  z.object({
    severity: logSeveritySchema,
    /** The text, with what varies taken out. Hostile. */
    text: z.string(),
    ...countedShape,
    /** The newest such line, as shown; cut at 4 KiB. Hostile. */
    example: z.string(),
    /** Words in which they differ, where those have few values; the most frequent first. Hostile. */
    parts: z.array(z.array(z.object({ text: z.string(), times: z.number().int() }))),
    pattern: z.string().nullable(),
  }),
);
export type ErrorIndex = z.infer<typeof errorIndexSchema>;
