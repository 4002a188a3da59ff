/** What is told of a bundle that was opened. */
import * as z from "zod";
import { collectionSummarySchema } from "./collect.ts";

export const openedSchema = z.object({
  collection: collectionSummarySchema,
  /** False for an archive that Halfrack did not write. */
  manifest: z.boolean(),
  /** What is odd about the archive, by member; the first 1,000. Hostile text. */
  problems: z.array(z.object({ path: z.string(), reason: z.string() })),
});
export type Opened = z.infer<typeof openedSchema>;
