/** Measuring throughput between two hosts with perftest: first what would be run, then, only when asked, the run. */
import * as z from "zod";
import { about, deviceName, method, timestampMs } from "./base.ts";
import { sourceSchema } from "./fabric.ts";

export const measureToolSchema = z.enum(["ib_write_bw", "ib_send_bw"]);

/** Seconds of load that may be asked for; in the first and last two perftest does not count. */
export const measureSeconds = { least: 5, most: 60, usual: 8 } as const;

/** Handed to a program as an argument: nothing that could be an option. */
export const serverAddress = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.:_-]{0,254}$/, "is no address or host name");

export const measureRequestSchema = z.strictObject({
  /** A cable's `id`, or one end of it as `node3 mlx4_0/1`. Its host sends. */
  cable: z.string().min(1).max(400),
  /** The host that receives. */
  peer: deviceName,
  tool: measureToolSchema.default("ib_write_bw"),
  seconds: z.number().int().min(measureSeconds.least).max(measureSeconds.most).default(measureSeconds.usual),
  /** TCP port at which the two meet before they use InfiniBand. */
  tcpPort: z.number().int().min(1024).max(65_535).default(18_515),
  /** Where the sender reaches the receiver over TCP; found out when left out. */
  address: serverAddress.optional(),
});
export type MeasureRequest = z.infer<typeof measureRequestSchema>;

const measureEndSchema = z.object({
  device: z.string(),
  hca: z.string(),
  port: z.number().int(),
  /** The whole command, as it is run. */
  argv: z.array(z.string()),
  /** It ends itself after this, whatever happens to the connection. */
  limitSeconds: z.number().int(),
  /** What is not installed there, and what to do; null where it can be run. */
  missing: z.string().nullable(),
});

export const measurePlanSchema = z.object({
  /** As asked, with the address that was found. */
  request: measureRequestSchema.required({ address: true }),
  /** Receives. Started first. */
  server: measureEndSchema,
  /** Sends. */
  client: measureEndSchema,
});
export type MeasurePlan = z.infer<typeof measurePlanSchema>;

export const measurementSchema = z.object({
  from: z.string(),
  to: z.string(),
  tool: measureToolSchema,
  /** Gb/s of 10^9 bits, in one direction, as the sender counted. */
  gbps: z.number(),
  messageBytes: z.number().int(),
  iterations: z.number().int(),
  startedAt: timestampMs,
  /** Of the sender, then of the receiver. */
  sources: z.array(sourceSchema),
});
export type Measurement = z.infer<typeof measurementSchema>;

export const measureContract = {
  planMeasurement: method
    .route(
      about("Say which two commands would measure between two hosts, and whether perftest is there; loads nothing"),
    )
    .input(measureRequestSchema)
    .output(measurePlanSchema),
  measure: method
    .route(
      about("Measure as planned: loads both links for some seconds; refused when the commands are not those shown"),
    )
    .input(
      z.strictObject({
        request: measurePlanSchema.shape.request,
        /** The commands that the admin has seen: of the receiver, then of the sender. */
        shown: z.tuple([z.array(z.string()), z.array(z.string())]),
      }),
    )
    .output(measurementSchema),
};
