/** What is told of a bundle that was opened. */
import * as z from "zod";
import { collectionSummarySchema } from "./collect.ts";

const openedSchema = z.object({
  collection: collectionSummarySchema,
  /** False for an archive that Halfrack did not write. */
  manifest: z.boolean(),
  /** What is odd about the archive, by member; the first 1,000. Hostile text. */
  problems: z.array(z.object({ path: z.string(), reason: z.string() })),
});
export type Opened = z.infer<typeof openedSchema>;

/** One message of `logs.open`. */
export const openMessageSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("progress"),
    /** First what it is, which of a bundle of Halfrack's is told at its beginning; then its contents. */
    phase: z.enum(["looking", "reading"]),
    /** Of its file. */
    bytes: z.number(),
    ofBytes: z.number(),
  }),
  openedSchema.extend({ kind: z.literal("ended") }),
]);
export type OpenMessage = z.infer<typeof openMessageSchema>;
