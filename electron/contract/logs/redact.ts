/** Taking names and secrets out of a bundle: consistent pseudonyms, and a preview of each. */
import * as z from "zod";

export const redactionClasses = [
  "hostname",
  "user",
  "ipv4",
  "ipv6",
  "mac",
  "serial",
  "key",
  "password",
  "word",
  "guid",
  "lid",
] as const;
export const redactionClassSchema = z.enum(redactionClasses);
export type RedactionClass = z.infer<typeof redactionClassSchema>;

/** Private keys and password hashes are removed whatever is chosen, also where nothing is redacted. */
export const redactionRulesSchema = z.object({
  on: z.boolean().default(true),
  classes: z
    .array(redactionClassSchema)
    .default(["hostname", "user", "ipv4", "ipv6", "mac", "serial", "key", "password", "word"]),
  /** Own words, each replaced wherever it stands. */
  words: z.array(z.string().min(2).max(200)).max(1000).default([]),
  /** Words that stay although a class would take them: a product's name, say. */
  keep: z.array(z.string().min(1).max(200)).max(1000).default([]),
  /** Binary entries in which something to be redacted was found, by their path: they are left out unless named here. */
  includeBinary: z.array(z.string()).default([]),
});
export type RedactionRules = z.infer<typeof redactionRulesSchema>;

export const replacementSchema = z.object({
  class: redactionClassSchema,
  /** What stands there now. Only ever shown to the admin. */
  original: z.string(),
  pseudonym: z.string(),
  times: z.number().int(),
  /** Some places, with the text around. Hostile. */
  places: z.array(z.object({ path: z.string(), line: z.number().int(), before: z.string(), after: z.string() })),
});
export type Replacement = z.infer<typeof replacementSchema>;

export const redactionPreviewSchema = z.object({
  replacements: z.array(replacementSchema),
  /** Beyond the bound of one answer. */
  more: z.number().int(),
  /** Binary entries in which something was found that cannot be replaced. */
  binary: z.array(z.object({ path: z.string(), found: z.number().int(), classes: z.array(redactionClassSchema) })),
  /** Names too many to be looked for everywhere: they are replaced only where their place tells them. Some, the most frequent first. */
  noRoom: z.object({ names: z.number().int(), some: z.array(z.string()) }),
  files: z.number().int(),
  bytes: z.number(),
});
export type RedactionPreview = z.infer<typeof redactionPreviewSchema>;
