/** Taking over into the plan what was seen: which differences can be, and by which edits of the lab file. */
import * as z from "zod";
import { about, method } from "./base.ts";
import { differenceSchema, fabricNodeSchema, guidSchema } from "./fabric.ts";
import { deviceSchema, hcaSchema, labEditSchema } from "./lab.ts";

/** A difference between plan and fabric, and how the plan would take it over. */
export const adoptionSchema = z.object({
  /** Stays the same while the same cables differ in the same way. */
  id: z.string(),
  difference: differenceSchema,
  /** `id`s of the cables it is about, the one to lead to first. */
  cables: z.array(z.string()),
  title: z.string(),
  /** What would be written to the lab file, one sentence each; empty where it cannot be taken over. */
  changes: z.array(z.string()),
  /** Why it cannot be taken over; null where it can. */
  refused: z.string().nullable(),
  /** A node that the lab file does not name, and that must be added to it first; null where there is none. */
  stranger: guidSchema.nullable(),
  /** What to do at the rack instead. */
  instead: z.string(),
});
export type Adoption = z.infer<typeof adoptionSchema>;

/** What a node of the fabric would be as a device of the lab file, as far as the fabric tells it. */
export const suggestedDeviceSchema = z.object({
  node: guidSchema,
  guidKind: fabricNodeSchema.shape.guidKind,
  /** What the fabric calls it. Hostile text. */
  description: z.string(),
  /** Free in the lab file; empty where the description tells none. */
  name: z.string(),
  /** Slugs of the device types of its kind with that many ports. */
  types: z.array(z.string()),
  /** The one of them that it must be; null where several can be. */
  type: z.string().nullable(),
  /** With the GUID where the HCA's own is known, not just its port's. */
  hcas: z.array(hcaSchema),
});
export type SuggestedDevice = z.infer<typeof suggestedDeviceSchema>;

/** A device that is to be added, and the node of the fabric that it is taken for. */
export const addedDeviceSchema = z.object({ node: guidSchema, device: deviceSchema });
export type AddedDevice = z.infer<typeof addedDeviceSchema>;

/** What adding it writes. */
export const deviceAdoptionSchema = z.object({
  /** None where it cannot be added so. */
  edits: z.array(labEditSchema),
  /** What is written of its cables, one sentence each. */
  changes: z.array(z.string()),
  /** Why cables of it are not, or nothing is, one sentence each. */
  refused: z.array(z.string()),
});
export type DeviceAdoption = z.infer<typeof deviceAdoptionSchema>;

export const adoptContract = {
  adopt: method
    .route(about("List how plan and fabric differ, and the edits that take over the chosen ones; writes nothing"))
    .input(z.object({ choose: z.array(z.string()).max(10_000).default([]) }).default({ choose: [] }))
    .output(z.object({ adoptions: z.array(adoptionSchema), edits: z.array(labEditSchema) })),
  suggestDevice: method
    .route(about("Say what a node of the fabric would be as a device of the lab file; null where it is one"))
    .input(z.object({ node: guidSchema }))
    .output(suggestedDeviceSchema.nullable()),
  adoptDevice: method
    .route(about("Say which edits add a device that was seen, with its cables as they are; writes nothing"))
    .input(addedDeviceSchema)
    .output(deviceAdoptionSchema),
};
