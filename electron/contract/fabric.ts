/** The fabric as the hosts see it now, joined to the lab file's devices and cables. */
import * as z from "zod";
import { about, asMade, method, stream, timestampMs, watched } from "./base.ts";
import { logicalStates, physicalStates, problemCodes, speeds, widths } from "./fabric-words.ts";
import { faultSchema } from "./fault-schema.ts";
import { severities } from "./severity.ts";

/** `0x` and 16 lower-case hex digits. */
export const guidSchema = z.string().regex(/^0x[0-9a-f]{16}$/);

export const widthSchema = z.enum(widths);
export const speedSchema = z.enum(speeds);
export const logicalStateSchema = z.enum(logicalStates);
export const physicalStateSchema = z.enum(physicalStates);

export const fabricPortSchema = z.object({
  number: z.number().int(),
  guid: guidSchema.optional(),
  lid: z.number().int().optional(),
  state: logicalStateSchema,
  physState: physicalStateSchema,
  width: widthSchema.optional(),
  speed: speedSchema.optional(),
});
export const fabricNodeSchema = z.object({
  guid: guidSchema,
  /** An HCA known only from iblinkinfo is keyed by its port GUID. */
  guidKind: z.enum(["node", "port"]),
  type: z.enum(["switch", "hca", "router"]),
  /** Hostile text, at most 64 bytes on the wire; duplicates happen. */
  description: z.string(),
  systemGuid: guidSchema.optional(),
  ports: z.array(fabricPortSchema),
});
export const linkEndSchema = z.object({ node: guidSchema, port: z.number().int(), portGuid: guidSchema.optional() });
export const fabricLinkSchema = z.object({
  a: linkEndSchema,
  b: linkEndSchema,
  width: widthSchema,
  speed: speedSchema,
  /** Lanes x lane rate, before encoding. */
  signallingGbps: z.number(),
  /** After encoding: what the link can carry. */
  dataGbps: z.number(),
  state: logicalStateSchema,
  physState: physicalStateSchema,
});
export const problemSchema = z.object({
  code: z.enum(problemCodes),
  severity: z.enum(severities),
  /** In words. */
  subject: z.string(),
  /** Of the node and the port that it is about, where it is about one and that was seen. */
  node: guidSchema.optional(),
  port: z.number().int().optional(),
  /** What it means, in words of Halfrack's; left out where the code says it. */
  detail: z.string().optional(),
  /** The line as the tool wrote it; empty where no line tells it. */
  evidence: z.object({ source: z.string(), line: z.number().int(), text: z.string() }),
});
/** What one or more tools said, joined. Each physical link stands once. */
export const fabricSchema = z.object({
  nodes: z.array(fabricNodeSchema),
  links: z.array(fabricLinkSchema),
  problems: z.array(problemSchema),
});
export type FabricPort = z.infer<typeof fabricPortSchema>;
export type FabricNode = z.infer<typeof fabricNodeSchema>;
export type FabricLink = z.infer<typeof fabricLinkSchema>;
export type LinkEnd = z.infer<typeof linkEndSchema>;
export type Problem = z.infer<typeof problemSchema>;
export type Fabric = z.infer<typeof fabricSchema>;

export type { LogicalState, PhysicalState, ProblemCode, Speed, Width } from "./fabric-words.ts";

/** Where a value came from; the renderer shows it one click away. */
export const sourceSchema = z.object({
  device: z.string(),
  argv: z.array(z.string()),
  observedAt: timestampMs,
  exitCode: z.number().int().nullable(),
  stdout: z.string(),
  stderr: z.string(),
});
export type Source = z.infer<typeof sourceSchema>;

/** Speed and lanes of a PCIe link in the words of sysfs or lspci, e.g. `8.0 GT/s PCIe` and 8. */
export const pciePaceSchema = z.object({ speed: z.string(), width: z.number().int() });
/** One PCIe link on the way from a card to the processor. */
export const pcieLinkSchema = z.object({
  /** Of the device at its lower end: the card, or a switch's port up. Empty where it was not told. */
  address: z.string(),
  /** Null where it was not told. */
  runs: pciePaceSchema.nullable(),
  /** What the lower end can. */
  can: pciePaceSchema.nullable(),
  /** The port at its upper end, and what that can; for the first link this is the slot. */
  above: z.object({ address: z.string(), can: pciePaceSchema.nullable() }).nullable(),
});
/** The PCIe path of an HCA as sysfs or lspci tells it, raw words kept. */
export const slotSchema = z.object({
  address: z.string(),
  /** From the card's own link, which always runs, up to the root port. */
  path: z.array(pcieLinkSchema).min(1),
  source: z.enum(["sysfs", "lspci"]),
  /** Bytes of data in one packet at most, as negotiated: the least of the path. */
  maxPayload: z.object({
    bytes: z.number().int().nullable(),
    /** Why it is not known; empty where it is. */
    why: z.string(),
    observedAt: timestampMs.nullable(),
  }),
});
export type PciePace = z.infer<typeof pciePaceSchema>;
export type PcieLink = z.infer<typeof pcieLinkSchema>;
export type Slot = z.infer<typeof slotSchema>;

export const deviceLiveSchema = z.object({
  reach: z.enum(["unknown", "reaching", "reachable", "unreachable", "refused", "asking", "unmanaged"]),
  /** How it was reached, e.g. `SSH root@10.0.0.11`. */
  how: z.string(),
  since: timestampMs.nullable(),
  lastSeenAt: timestampMs.nullable(),
  observedAt: timestampMs.nullable(),
  roundTripMs: z.number().nullable(),
  fault: faultSchema.nullable(),
  hcas: z.array(
    z.object({
      name: z.string(),
      model: z.string(),
      firmware: z.string(),
      nodeGuid: guidSchema.nullable(),
      /** At fault: below what card and slot can (`electron/fabric/judge-slot.ts`). */
      slot: slotSchema.extend({ atFault: z.boolean() }).nullable(),
      ports: z.array(fabricPortSchema.extend({ rateGbps: z.number().nullable(), linkLayer: z.string() })),
    }),
  ),
  source: sourceSchema.nullable(),
});
export type DeviceLive = z.infer<typeof deviceLiveSchema>;

/** A port of the fabric: its node's GUID and its number. */
export const portAtSchema = linkEndSchema.pick({ node: true, port: true });
export type PortAt = z.infer<typeof portAtSchema>;

/** One end of a cable as the rack draws it: a device of the lab file, or what the fabric calls it. */
export const cableEndSchema = z.object({
  device: z.string(),
  port: z.string(),
  inLab: z.boolean(),
  /** Which port of the fabric it is; null where its node was not seen, or it is no InfiniBand port. */
  at: portAtSchema.nullable(),
});
export type CableEnd = z.infer<typeof cableEndSchema>;

/**
 * How what was seen differs from the plan. as-planned: one link joins both planned ends, however well; absent: planned,
 * and at least one end is seen without a link; moved: one end is plugged elsewhere; swapped: exchanged with one or
 * more other planned cables; wrong-hca-port: at the planned host, in another port of it; unexpected: seen, not planned;
 * peer-unknown: the far end is silent, or says nothing that tells which device it is; not-in-lab: seen, and an end is no
 * device of the lab file; unobserved: nothing was seen that tells.
 */
export const differenceSchema = z.enum([
  "as-planned",
  "absent",
  "moved",
  "swapped",
  "wrong-hca-port",
  "unexpected",
  "peer-unknown",
  "not-in-lab",
  "unobserved",
]);
export type Difference = z.infer<typeof differenceSchema>;

export const cableLiveSchema = z.object({
  id: z.string(),
  /** Index in the `cables` of the lab this was judged by, null for a link the plan does not know; see planned-cable.ts. */
  planned: z.number().int().nullable(),
  a: cableEndSchema,
  b: cableEndSchema,
  /** healthy: Active at the expected width and speed; degraded: up but slower, or not Active; down: a planned
   *  cable whose port says Down; absent: planned, but its ends were observed without each other; unexpected:
   *  observed, not planned; unknown: not observed (yet). */
  state: z.enum(["healthy", "degraded", "down", "absent", "unexpected", "unknown"]),
  difference: differenceSchema,
  /** The same for all that is told together: planned cables and the links that stand in their place. Null where one
   *  cable says all. */
  story: z.string().nullable(),
  logical: logicalStateSchema,
  physical: physicalStateSchema,
  width: widthSchema.nullable(),
  speed: speedSchema.nullable(),
  dataGbps: z.number().nullable(),
  /** One short sentence: why the state is what it is. */
  reason: z.string(),
  observedAt: timestampMs.nullable(),
  /** When the state was seen to change; null where it is as it was at the first look. */
  since: timestampMs.nullable(),
  /** Which device's tools said so. */
  observedBy: z.string().nullable(),
});
export type CableLive = z.infer<typeof cableLiveSchema>;

/** One subnet manager as `sminfo` tells it, or as `saquery -s` lists its port. */
export const subnetManagerSchema = z.object({
  lid: z.number().int(),
  guid: guidSchema.nullable(),
  /** Device and port it runs at, as the lab file or else the fabric names them; null where no seen port has its LID or GUID. */
  at: cableEndSchema.nullable(),
  /** Null where it was listed and did not answer. */
  state: z.enum(["notActive", "discovering", "standby", "master", "unknown"]).nullable(),
  priority: z.number().int().nullable(),
  /** Grows while the manager works. */
  activityCount: z.number().int().nullable(),
});
/** What the observer knows of the fabric's subnet manager. */
export const subnetManagementSchema = z.object({
  /** none: asked, and none answered; unknown: could not be asked. */
  status: z.enum(["master", "no-master", "none", "unknown"]),
  /** The one the observer's port answers to first, then others that the master lists. */
  managers: z.array(subnetManagerSchema),
  /** Why it is not known, or none; empty where there is a master. */
  reason: z.string(),
  source: sourceSchema.nullable(),
});
export type SubnetManagement = z.infer<typeof subnetManagementSchema>;

/** What a finding is about, as far as it is known; the renderer leads there. */
export const findingSubjectSchema = z.object({
  /** A device of the lab file, or what the fabric calls the node; empty for the fabric as a whole. */
  device: z.string(),
  port: z.string().optional(),
  /** `id` of a {@link cableLiveSchema}. */
  cable: z.string().optional(),
  node: guidSchema.optional(),
});
/** A verdict on what was observed: rule, severity, subject, evidence, explanation, next step. */
export const findingSchema = z.object({
  /** Rule and subject: the same while the same thing is wrong. */
  id: z.string(),
  /** E.g. `link.slow`; one file per group of rules in `electron/fabric/findings/`. */
  rule: z.string(),
  severity: z.enum(severities),
  subject: findingSubjectSchema,
  /** What was found, one sentence with both ends or the device named. */
  title: z.string(),
  /** What it means, and what the evidence can and cannot prove. */
  detail: z.string(),
  /** What to do. */
  next: z.string(),
  /** Line 0 where it is not one line that tells it. */
  evidence: z.array(z.object({ source: z.string(), line: z.number().int(), text: z.string() })),
});
export type Finding = z.infer<typeof findingSchema>;

/** How the counters of the fabric's ports are read: their values are in the history (`history.ports`). */
export const countersStateSchema = z.object({
  observer: z.string(),
  /** When they were read last; null where they never were. */
  observedAt: timestampMs.nullable(),
  durationMs: z.number(),
  /** Time between two readings: the setting, or more where reading takes long. */
  intervalMs: z.number(),
  /** Ports that were counted, ports beyond what is kept, and ports whose error counters did not answer. */
  ports: z.number().int(),
  leftOut: z.number().int(),
  unanswered: z.number().int(),
  /** Why the last reading failed. */
  fault: faultSchema.nullable(),
  sources: z.array(sourceSchema),
});
export type CountersState = z.infer<typeof countersStateSchema>;

export const fabricStateSchema = z.object({
  devices: z.record(z.string(), deviceLiveSchema),
  cables: z.array(cableLiveSchema),
  /** Errors first, then in the lab file's order. */
  findings: z.array(findingSchema),
  fabric: fabricSchema.nullable(),
  /** Which device of the lab file a node is, by node GUID; `hca` as the lab file calls it, null for a switch. */
  owners: z.record(guidSchema, z.object({ device: z.string(), hca: z.string().nullable() })),
  /** Null before anybody was asked. */
  subnetManager: subnetManagementSchema.nullable(),
  /** The device whose tools described the fabric last, and when. */
  observer: z.string().nullable(),
  observedAt: timestampMs.nullable(),
  sources: z.array(sourceSchema),
  /** Null until counters were asked for. */
  counters: countersStateSchema.nullable().optional(),
  /** True while nobody watches: polling has stopped. */
  paused: z.boolean(),
});
export type FabricState = z.infer<typeof fabricStateSchema>;

export const fabricContract = {
  watch: method
    .route(about("Watch devices and cables live; polling runs while anybody watches"))
    .output(watched(asMade(fabricStateSchema))),
  observe: method
    .route(about("Observe every device and the fabric once, now, and return what was seen"))
    .input(z.object({ timeoutMs: z.number().int().positive().default(20_000) }).default({ timeoutMs: 20_000 }))
    .output(asMade(fabricStateSchema)),
  read: method
    .route(
      about(
        "Read saved outputs of fabric tools, from files (gzipped too), folders and bundles (tar, zip), into one fabric",
      ),
    )
    .input(z.object({ paths: z.array(z.string().min(1)).min(1).max(1000) }))
    .output(asMade(fabricSchema)),
  readParts: method
    .route(
      about("The same as read, of paths or of what was dropped, as JSON texts that each hold a part of the fabric"),
    )
    .input(
      z.union([
        z.strictObject({ paths: z.array(z.string().min(1)).min(1).max(1000) }),
        z.strictObject({ drop: z.string() }),
      ]),
    )
    .output(stream(z.string())),
  drop: method
    .route(about("Hand over files that have no path here, piece by piece: name and content of the next piece"))
    .input(
      z.object({
        /** What the first piece was answered with; null for the first. */
        drop: z.string().nullable(),
        /** Path of the file within what is handed over; pieces of one name are put one behind the other. */
        name: z.string().min(1).max(1000),
        base64: z.base64().max(6 * 1024 * 1024),
      }),
    )
    .output(z.object({ drop: z.string() })),
};
