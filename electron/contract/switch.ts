/** Switches as their own command line tells of them, and the few changes that may be made to their ports. */
import * as z from "zod";
import { about, deviceName, method, timestampMs, watched } from "./base.ts";
import { logicalStateSchema, physicalStateSchema, speedSchema, widthSchema } from "./fabric.ts";
import { facePort } from "./face-port.ts";
import { faultSchema } from "./fault-schema.ts";

export const switchTransceiverSchema = z.object({
  identifier: z.string().nullable(),
  type: z.string().nullable(),
  vendor: z.string().nullable(),
  length: z.string().nullable(),
  partNumber: z.string().nullable(),
  serialNumber: z.string().nullable(),
});
export type SwitchTransceiver = z.infer<typeof switchTransceiverSchema>;

export const switchPortSchema = z.object({
  /** As the switch writes it: `1/4`, slot and port. */
  name: z.string(),
  number: z.number().int(),
  /** A port of a VPI switch may be Ethernet; null where `show ports type` was not answered. */
  type: z.enum(["infiniband", "ethernet"]).nullable(),
  logical: logicalStateSchema,
  physical: physicalStateSchema,
  rateGbps: z.number().nullable(),
  width: widthSchema.nullable(),
  speed: speedSchema.nullable(),
  supportedSpeeds: z.array(speedSchema),
  /** Hostile text. */
  description: z.string(),
  /** In the switch's words: `High power transceiver is not supported`. */
  warning: z.string().nullable(),
  transceiver: switchTransceiverSchema.nullable(),
  observedAt: timestampMs,
  /** When logical or physical state last changed, as far as it was watched. */
  since: timestampMs,
});
export type SwitchPort = z.infer<typeof switchPortSchema>;

/** What a part says of itself; `ok` is null where nothing is fitted. */
const part = { status: z.string(), ok: z.boolean().nullable() };

/** What tells of all ports, and a source of each: those of slot 1, as SX60xx of one unit have no other. */
export const portsCommand = "show interfaces ib 1";

export const switchSourceSchema = z.object({
  command: z.string(),
  observedAt: timestampMs,
  /** What the switch answered. Hostile text. */
  text: z.string(),
  /** What stood behind its `%`; null where it did as asked. */
  refused: z.string().nullable(),
  /** Lines that nothing was made of. */
  unread: z.number().int(),
});
export type SwitchSource = z.infer<typeof switchSourceSchema>;

export const switchLiveSchema = z.object({
  /** Why the last reading failed; what is shown then is older. */
  fault: faultSchema.nullable(),
  /** Name and role in its prompt, e.g. `switch-c0ffe0` and `standalone: master`. */
  host: z.string(),
  role: z.string(),
  version: z
    .object({
      product: z.string().nullable(),
      release: z.string().nullable(),
      hostId: z.string().nullable(),
      serialNumber: z.string().nullable(),
      uptime: z.string().nullable(),
      observedAt: timestampMs,
    })
    .nullable(),
  modules: z.array(z.object({ module: z.string(), partNumber: z.string(), serialNumber: z.string() })),
  temperatures: z.array(
    z.object({ module: z.string(), component: z.string(), sensor: z.string(), celsius: z.number(), ...part }),
  ),
  fans: z.array(z.object({ module: z.string(), fan: z.string(), speedRpm: z.number().nullable(), ...part })),
  /** Only rows that name a supply and end in a known word; the layout differs by release. */
  supplies: z.array(z.object({ module: z.string(), ...part })),
  sm: z.object({
    running: z.boolean().nullable(),
    /** Why it is not known: what `enable` was answered with. */
    why: z.string().nullable(),
    observedAt: timestampMs.nullable(),
  }),
  ports: z.array(switchPortSchema),
  /** When the ports were last read; null before the first time. */
  observedAt: timestampMs.nullable(),
  sources: z.array(switchSourceSchema),
});
export type SwitchLive = z.infer<typeof switchLiveSchema>;

export const switchStateSchema = z.object({
  /** By the device's name in the lab file; only devices whose type has the MLNX-OS command line. */
  switches: z.record(z.string(), switchLiveSchema),
  /** True while nobody watches: polling has stopped. */
  paused: z.boolean(),
});
export type SwitchState = z.infer<typeof switchStateSchema>;

/** Longest description; the manuals name 40 bytes for it. */
export const maxDescription = 40;

/** Why a description cannot be typed, in words; null where it can. Its command line knows no escape. */
export function descriptionFault(description: string): string | null {
  if (description.length > maxDescription) return `It is longer than ${maxDescription} characters.`;
  if (/[^\x20-\x7e]/.test(description)) return "The switch takes printable ASCII only.";
  const refused = /[^A-Za-z0-9 ._:,/+=@()-]/.exec(description)?.[0];
  if (refused !== undefined)
    return `“${refused}” means something else to its command line. Use letters, digits, blanks and . _ : , / + = @ ( ) -`;
  if (description !== description.trim()) return "It begins or ends with a blank.";
  return description.startsWith("-") ? "It begins with a dash." : null;
}

/** As people write it; an answer names it as the switch does. */
const portName = z
  .string()
  .trim()
  .refine((name) => facePort(name) !== null, "is no port of a switch: name it as 4, 1/4 or IB1/4");

export const switchChangeSchema = z.discriminatedUnion("kind", [
  /** An empty description takes it away. */
  z.object({ kind: z.literal("describe"), port: portName, description: z.string().max(1000) }),
  z.object({ kind: z.literal("shut"), port: portName }),
  z.object({ kind: z.literal("enable"), port: portName }),
  /** Writes the running configuration over the one that the switch starts with. */
  z.object({ kind: z.literal("save") }),
]);
export type SwitchChange = z.infer<typeof switchChangeSchema>;

export const switchPlanSchema = z.object({
  device: z.string(),
  /** Where it will be typed: `user@host:port`, with the hops on the way there. */
  address: z.string(),
  change: switchChangeSchema,
  /** Exactly what will be typed, in order. */
  lines: z.array(z.string()),
  /** What reads the result back; null where nothing can. */
  readBack: z.string().nullable(),
  /** What it does, one sentence each. */
  effects: z.array(z.string()),
  /** Links that go down or come back with it, by the cables as they are seen now. */
  cables: z.array(z.object({ id: z.string(), device: z.string(), port: z.string() })),
  /** What must be typed to confirm it; null where nothing need be. */
  confirm: z.string().nullable(),
  /** How long it lasts. */
  lasts: z.string(),
});
export type SwitchPlan = z.infer<typeof switchPlanSchema>;

export const switchResultSchema = z.object({
  device: z.string(),
  change: switchChangeSchema,
  /** What was typed and what the switch answered. */
  typed: z.array(z.object({ line: z.string(), answer: z.string() })),
  /** True when the switch was asked afterwards and says so. */
  verified: z.boolean(),
  /** What it says, in a sentence. */
  told: z.string(),
});
export type SwitchResult = z.infer<typeof switchResultSchema>;

/** What the admin has seen of a plan before saying yes. */
const shownSchema = switchPlanSchema.pick({ address: true, lines: true });
export type SwitchShown = z.infer<typeof shownSchema>;

const onSwitch = z.object({ device: deviceName, change: switchChangeSchema });

export const switchContract = {
  watch: method
    .route(about("Watch what switches tell of themselves; they are asked while anybody watches"))
    .output(watched(switchStateSchema)),
  plan: method
    .route(about("Tell exactly what a change of a switch port would type, and what it does; nothing is changed"))
    .input(onSwitch)
    .output(switchPlanSchema),
  apply: method
    .route(
      about(
        "Change a switch port as planned and read it back; refused where address or lines are not those shown; shutting needs the port's name in confirm",
      ),
    )
    .input(onSwitch.extend({ shown: shownSchema, confirm: z.string().optional() }))
    .output(switchResultSchema),
};
