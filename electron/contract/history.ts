/** What was counted and seen before: series of ports' rates, and what changed, kept in the profile folder. */
import * as z from "zod";
import { about, method, timestampMs } from "./base.ts";
import { faultSchema } from "./fault-schema.ts";

/**
 * What is kept at most: ports of a lab, as many as are counted, so that a host that makes up others fills no disk; and
 * events of one reading.
 */
export const historyLimits = { ports: 4096, eventsOfReading: 256 } as const;

/** The rates that fell into one stretch of a series. */
export const spanSchema = z.object({ min: z.number(), max: z.number(), mean: z.number(), last: z.number() });
export type Span = z.infer<typeof spanSchema>;

/** One stretch of a series. Where a value is null nothing of that time is known; a stretch without any is left out. */
export const pointSchema = z.object({
  /** Its beginning; it is `bucketMs` long. */
  at: timestampMs,
  /** Bytes per second out of and into the port. */
  xmit: spanSchema.nullable(),
  rcv: spanSchema.nullable(),
  /** All error counters together, per minute, but PortRcvSwitchRelayErrors. */
  errors: spanSchema.nullable(),
});
export type Point = z.infer<typeof pointSchema>;

/** A counter as it stood last. */
export const counterNowSchema = z.object({
  name: z.string(),
  value: z.number(),
  /** It stands at its end: `value` means "at least", and its rate is not known. */
  atLeast: z.boolean(),
  /** Between the last two readings; null where that is not known. */
  perMin: z.number().nullable(),
});

export const portSeriesSchema = z.object({
  /** A device of the lab file, or what the fabric called the node; its port as cables name it. */
  device: z.string(),
  port: z.string(),
  node: z.string(),
  number: z.number().int(),
  points: z.array(pointSchema),
  /** Times at which counters went backwards: cleared, wrapped, or the card began anew. */
  resets: z.array(timestampMs),
  /** When it was read last, in or before the series; null where it never was. */
  lastAt: timestampMs.nullable(),
  /** Rates between the last two readings. */
  xmitNow: z.number().nullable(),
  rcvNow: z.number().nullable(),
  errorsNow: z.number().nullable(),
  /** Error counters above zero as they stood last, and PortXmitWait, which is congestion and no error. */
  counters: z.array(counterNowSchema),
});
export type PortSeries = z.infer<typeof portSeriesSchema>;

export const historyPortsSchema = z.object({
  fromMs: timestampMs,
  toMs: timestampMs,
  bucketMs: z.number().positive(),
  ports: z.array(portSeriesSchema),
  /** Ports beyond what one answer holds. */
  more: z.number().int(),
});
export type HistoryPorts = z.infer<typeof historyPortsSchema>;

export const historyEventKindSchema = z.enum([
  "port-state",
  "cable-state",
  "counters-reset",
  "counter-full",
  "errors-unseen",
  "clock-back",
  "left-out",
]);
export const historyEventSchema = z.object({
  id: z.number().int(),
  /** When it was observed; it happened between this and the observation before. */
  at: timestampMs,
  kind: historyEventKindSchema,
  /** What it is about; empty for the lab as a whole. */
  device: z.string(),
  port: z.string(),
  /** `id` of the cable, where it is about one. */
  cable: z.string().nullable(),
  /** As it was and as it is: states, or counters. */
  before: z.string(),
  after: z.string(),
  /** One short sentence without the subject, e.g. `went Down (Polling)`. */
  text: z.string(),
});
export type HistoryEvent = z.infer<typeof historyEventSchema>;

export const historyUsageSchema = z.object({
  path: z.string(),
  /** False where it lives in memory only, until Halfrack ends; `fault` says why. */
  kept: z.boolean(),
  sizeBytes: z.number().int(),
  mostBytes: z.number().int(),
  mostAgeMs: z.number().int(),
  oldestAt: timestampMs.nullable(),
  newestAt: timestampMs.nullable(),
  readings: z.number().int(),
  events: z.number().int(),
  /** Ports beyond those that are kept of a lab, and events beyond those of a reading. */
  leftOut: z.object({ ports: z.number().int(), events: z.number().int() }),
  /** Files that were damaged and moved aside: the largest and the newest stay. */
  damaged: z.object({ files: z.number().int(), sizeBytes: z.number().int() }),
  /** What keeps it from being written, or what was moved aside. */
  fault: faultSchema.nullable(),
});
export type HistoryUsage = z.infer<typeof historyUsageSchema>;

export const historyContract = {
  ports: method
    .route(about("Series of throughput and error rates of the open lab's ports, bounded, gaps left out"))
    .input(
      z.object({
        device: z.string().optional(),
        port: z.string().optional(),
        /** Milliseconds back from now. */
        sinceMs: z
          .number()
          .int()
          .positive()
          .max(400 * 86_400_000)
          .default(3_600_000),
        points: z.number().int().min(2).max(1000).default(120),
      }),
    )
    .output(historyPortsSchema),
  events: method
    .route(about("What changed in the open lab, newest first: states of ports and cables, counters that went back"))
    .input(
      z.object({
        sinceMs: z
          .number()
          .int()
          .positive()
          .max(400 * 86_400_000)
          .default(86_400_000),
        limit: z.number().int().min(1).max(1000).default(100),
        filter: z
          .object({
            device: z.string().optional(),
            port: z.string().optional(),
            /** Of this cable, or of one of these ports: together what happened to a cable. */
            cable: z.string().optional(),
            ports: z
              .array(z.object({ device: z.string(), port: z.string() }))
              .max(16)
              .optional(),
            kinds: z.array(historyEventKindSchema).optional(),
          })
          .default({}),
      }),
    )
    .output(z.object({ events: z.array(historyEventSchema), more: z.boolean() })),
  usage: method.route(about("How much history is kept, since when, and its bounds")).output(historyUsageSchema),
  clear: method.route(about("Delete the history of all labs")).output(historyUsageSchema),
};
