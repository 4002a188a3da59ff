/** What bounds a cable's throughput, and measuring it: readings with age and source, ceilings in Gb/s of one direction. */
import * as z from "zod";
import { about, deviceName, method, timestampMs } from "./base.ts";
import {
  logicalStateSchema,
  pciePaceSchema,
  physicalStateSchema,
  slotSchema,
  speedSchema,
  widthSchema,
} from "./fabric.ts";

/** When and by what it was read; null where it was given, not read. */
const reading = { observedAt: timestampMs.nullable(), source: z.string() };

export const explainedLinkSchema = z.object({
  /** Null where it was not told. */
  width: widthSchema.nullable(),
  speed: speedSchema.nullable(),
  /** `4X FDR`; empty where it was not told. */
  figure: z.string(),
  state: logicalStateSchema,
  physState: physicalStateSchema,
  encoding: z.string(),
  signallingGbps: z.number().nullable(),
  gbps: z.number().nullable(),
  /** What both ends can beyond what it runs at, by their models, by the plan, or by a tool's hint. */
  couldBe: z.object({ width: widthSchema.nullable(), speed: speedSchema.nullable() }),
  ...reading,
});

/** One PCIe link of a host's path. */
export const explainedPcieSchema = z.object({
  address: z.string(),
  /** Address of the port at its upper end; empty where it was not told. */
  above: z.string(),
  /** `PCIe gen1 x8`; null where it was not told. */
  figure: z.string().nullable(),
  /** What its ends can: the card or the port below, and the slot or the port above. */
  can: z.string().nullable(),
  aboveCan: z.string().nullable(),
  encoding: z.string(),
  /** After encoding. */
  gbps: z.number().nullable(),
  /** Left for data after packet overhead; null where the packets' size is not known. */
  payloadGbps: z.number().nullable(),
  narrowest: z.boolean(),
});

export const explainedHostSchema = z.object({
  device: z.string(),
  /** Name of the HCA, empty where it was not told. */
  hca: z.string(),
  port: z.number().int().nullable(),
  /** True for the host at the other cable of a measurement. */
  far: z.boolean(),
  /** The card's own link first. */
  path: z.array(explainedPcieSchema),
  maxPayload: slotSchema.shape.maxPayload.nullable(),
  /** Why the path is not known, what would explain the cable, and how to read it; null where it is known. */
  unread: z
    .object({
      why: z.string(),
      could: z.array(z.object({ figure: z.string(), gbps: z.number() })),
      how: z.string(),
    })
    .nullable(),
  ...reading,
});

/** What a switch says of its end, as the fabric's tools have it, and in its own command line's words where it was asked. */
export const explainedSwitchPortSchema = z.object({
  device: z.string(),
  port: z.string(),
  state: logicalStateSchema,
  physState: physicalStateSchema,
  width: widthSchema.nullable(),
  speed: speedSchema.nullable(),
  own: z
    .object({
      state: logicalStateSchema,
      physState: physicalStateSchema,
      width: widthSchema.nullable(),
      speed: speedSchema.nullable(),
      supportedSpeeds: z.array(speedSchema),
      warning: z.string().nullable(),
      observedAt: timestampMs,
    })
    .nullable(),
  ...reading,
});

export const ceilingSchema = z.object({
  kind: z.enum(["link", "pcie"]),
  /** Whose PCIe path it is; for a link the device at its near end. */
  device: z.string(),
  /** Of the PCIe link that carries least; empty for the InfiniBand link. */
  address: z.string(),
  /** `4X FDR`, `PCIe gen2 x4`. */
  figure: z.string(),
  /** After encoding. */
  gbps: z.number(),
  payloadGbps: z.number().nullable(),
  /** True where it is below what its own two ends can. */
  belowAble: z.boolean(),
  far: z.boolean(),
});

export const explanationSchema = z.object({
  cable: z.string().nullable(),
  link: explainedLinkSchema,
  hosts: z.array(explainedHostSchema),
  switchPorts: z.array(explainedSwitchPortSchema),
  /** What is known, the lowest first: by what is left for data, where that is known. */
  ceilings: z.array(ceilingSchema),
  /** False while a host's path was not read, or the link was not: then a lower ceiling may be hidden. */
  settled: z.boolean(),
  sentence: z.string(),
  advice: z.array(z.string()),
  measured: z
    .object({
      gbps: z.number(),
      /** Which of `ceilings` it matches; null for none. */
      matches: z.number().int().nullable(),
      words: z.string(),
    })
    .nullable(),
});
export type Explanation = z.infer<typeof explanationSchema>;
export type Ceiling = z.infer<typeof ceilingSchema>;
export type ExplainedHost = z.infer<typeof explainedHostSchema>;
export type ExplainedPcie = z.infer<typeof explainedPcieSchema>;
export type ExplainedLink = z.infer<typeof explainedLinkSchema>;
export type ExplainedSwitchPort = z.infer<typeof explainedSwitchPortSchema>;

const throughput = z.number().positive().max(10_000);

/** What is known of a cable that no lab holds: from another's report, or from a machine's papers. */
const givenSchema = z.strictObject({
  width: widthSchema.default("4X"),
  speed: speedSchema,
  hosts: z
    .array(
      z.strictObject({
        device: deviceName.default("host"),
        /** PCIe links from the card up, e.g. `{"speed":"2.5 GT/s","width":8}`; none where they are not known. */
        path: z.array(pciePaceSchema).max(16).default([]),
        maxPayload: z.number().int().min(128).max(4096).optional(),
      }),
    )
    .max(2)
    .default([]),
});
export type GivenCable = z.infer<typeof givenSchema>;

export const explainInputSchema = z.union([
  z.strictObject({
    /** A cable of the live state: its `id`, or one end of it as `node3 mlx4_0/1`. */
    cable: z.string().min(1).max(400),
    measuredGbps: throughput.optional(),
    /** The host the measurement went to or came from, where it is not at the other end of the same cable. */
    peer: deviceName.optional(),
  }),
  z.strictObject({ given: givenSchema, measuredGbps: throughput.optional() }),
]);
export type ExplainInput = z.infer<typeof explainInputSchema>;

export const explainContract = {
  explain: method
    .route(about("Say what bounds a cable's throughput, and which ceiling a measured figure (Gb/s) matches"))
    .input(explainInputSchema)
    .output(explanationSchema),
};
