/** Taking over into the plan what was seen: which differences can be, and by which edits of the lab file. */
import * as z from "zod";
import { about, method } from "./base.ts";
import { differenceSchema } from "./fabric.ts";
import { labEditSchema } from "./lab.ts";

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
  /** What to do at the rack instead. */
  instead: z.string(),
});
export type Adoption = z.infer<typeof adoptionSchema>;

export const adoptContract = {
  adopt: method
    .route(about("List how plan and fabric differ, and the edits that take over the chosen ones; writes nothing"))
    .input(z.object({ choose: z.array(z.string()).max(10_000).default([]) }).default({ choose: [] }))
    .output(z.object({ adoptions: z.array(adoptionSchema), edits: z.array(labEditSchema) })),
};
