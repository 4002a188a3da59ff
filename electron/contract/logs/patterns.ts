/** Files of known patterns: `assets/log-patterns/*.yaml`, and the admin's `log-patterns.yaml` in the profile. */
import * as z from "zod";
import { logSeveritySchema } from "./reading.ts";

export const patternFileEntrySchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/)
    .describe("Unique: small letters, digits, dashes; one of the admin's file takes the place of a shipped one"),
  title: z.string().min(1).max(80).describe("What happened, in few words"),
  severity: logSeveritySchema.describe("How grave it is, whatever the line itself says"),
  literals: z
    .array(z.string().min(3).max(100))
    .min(1)
    .max(10)
    .describe("Texts of which each matching line holds one, letter by letter: lines are found by them"),
  regex: z.string().min(1).max(500).describe("What the line matches (JavaScript, no flags)"),
  formats: z.array(z.string()).default([]).describe("Formats of sources in which it counts; all when left out"),
  meaning: z.string().min(1).max(600),
  next: z.string().min(1).max(600).describe("What to do next"),
  source: z.string().min(1).max(200).describe("Where the text is from: a source file or a document"),
  examples: z.array(z.string().max(500)).min(1).max(10).describe("Lines that match; checked when it is read"),
});
export type PatternFileEntry = z.infer<typeof patternFileEntrySchema>;

export const patternFileSchema = z.strictObject({
  halfrack: z.literal(1).describe("Version of this format"),
  patterns: z.array(z.unknown()).max(1000).default([]),
});
