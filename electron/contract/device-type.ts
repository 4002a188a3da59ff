/** Device types: what a model is, how big it is, where its ports are, how its face is drawn. Lengths in millimetres. */
import * as z from "zod";
import { isInherited } from "./base.ts";

/** Millimetres from the face's left and top edge; a 19-inch face is 482.6 wide (ears included), a unit 44.45 high. */
const maxMm = 3000; // a face of 60 units is 2667 high
const at = { x: z.number().min(-maxMm).max(maxMm), y: z.number().min(-maxMm).max(maxMm) };
const box = { ...at, w: z.number().positive().max(maxMm), h: z.number().positive().max(maxMm) };
/** Every one is drawn: a type from somebody else must not make a picture that nobody's machine can draw. */
const inOneRow = z.number().int().positive().max(64);

export const portKindSchema = z.enum(["infiniband", "ethernet", "power", "console", "usb", "other"]);
export type PortKind = z.infer<typeof portKindSchema>;

export const deviceTypePortSchema = z.object({
  /** Unique within the type, as printed on the device: `1` to `18` on an SX6018. */
  name: z.string().min(1).max(64),
  kind: portKindSchema,
  connector: z.string().default(""),
  /** Centre of the connector on the drawn face; left out, the drawing finds a place. */
  at: z.object(at).optional(),
});

/** What a face shows beside its ports; drawn by us from these few words. */
export const faceElementSchema = z.discriminatedUnion("kind", [
  /** A grid of drive bays; `upright` bays stand. */
  z.object({
    kind: z.literal("bays"),
    ...box,
    rows: inOneRow,
    columns: inOneRow,
    upright: z.boolean().default(false),
  }),
  /** Ventilation: slots or mesh. */
  z.object({ kind: z.literal("vent"), ...box, pattern: z.enum(["slots", "mesh"]).default("slots") }),
  /** Processor/memory cells (DL785) or other large modules, in a row. */
  z.object({ kind: z.literal("cells"), ...box, count: inOneRow }),
  z.object({ kind: z.literal("panel"), ...box }),
  z.object({ kind: z.literal("optical"), ...box }),
  z.object({ kind: z.literal("led"), ...at, meaning: z.enum(["power", "health", "identify", "link"]) }),
  z.object({ kind: z.literal("button"), ...at }),
  z.object({
    kind: z.literal("text"),
    ...at,
    text: z.string().max(40),
    sizeMm: z.number().positive().max(200).default(4),
  }),
  /** Power outlets of a PDU, in a row. */
  z.object({ kind: z.literal("outlets"), ...box, count: inOneRow }),
]);
export type FaceElement = z.infer<typeof faceElementSchema>;

/** Algorithms an old SSH server needs and ssh2 does not offer by itself; only a device type may declare them. */
export const legacySshSchema = z.object({
  kex: z.array(z.string()).default([]),
  hostKey: z.array(z.string()).default([]),
  cipher: z.array(z.string()).default([]),
  hmac: z.array(z.string()).default([]),
});

export const deviceTypeSchema = z.object({
  slug: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/)
    .refine((slug) => !isInherited(slug), "is a word that JavaScript keeps for itself"),
  manufacturer: z.string().min(1),
  model: z.string().min(1),
  kind: z.enum(["server", "switch", "pdu", "desktop", "other"]),
  /** Height in rack units; 0 for what stands beside the rack. */
  heightU: z.number().min(0).max(60),
  ports: z.array(deviceTypePortSchema).max(1000).default([]),
  face: z.array(faceElementSchema).max(100).default([]),
  /** Where HCA ports are drawn on a server: they sit at the rear and show through the right of the face. */
  hcaWindow: z.object(box).optional(),
  /** The shell a login lands in, which decides what can be asked. */
  shell: z.enum(["posix", "mlnx-os", "none"]).default("posix"),
  legacySsh: legacySshSchema.optional(),
  /** Where the dimensions and facts come from. */
  source: z.string().default(""),
});
export type DeviceType = z.infer<typeof deviceTypeSchema>;
