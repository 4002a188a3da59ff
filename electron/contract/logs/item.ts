/** The catalogue of what can be collected: items as data, shipped with Halfrack and extended by the admin's own file. */
import * as z from "zod";
import { targetKindSchema } from "./target.ts";

export const itemGroups = [
  "system",
  "logs",
  "hardware",
  "infiniband",
  "vsmp",
  "bmc",
  "switch",
  "kvm",
  "scheduler",
  "sticks",
  "halfrack",
] as const;

export const itemCostSchema = z.enum(["low", "medium", "high"]);

/** When an item that brings nothing says so rightly: then it is not applicable, not missing. */
const absenceSchema = z
  .strictObject({
    /** The command is not installed. */
    noCommand: z.boolean().optional(),
    /** No file matches. */
    noFile: z.boolean().optional(),
    exitCodes: z.array(z.number().int()).optional(),
    /** A regular expression over what it complains of. */
    stderr: z.string().optional(),
  })
  .describe("What not applicable looks like");

const common = {
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/)
    .describe("Unique in the catalogue: small letters, digits, dashes"),
  title: z.string().min(1).max(80).describe("What it is"),
  why: z.string().min(1).max(400).describe("What it is for"),
  group: z.enum(itemGroups).describe("Under which heading it stands"),
  on: z.array(targetKindSchema).min(1).describe("On which kinds of target it is collected"),
  presets: z.array(z.string()).default([]).describe("Presets that begin with it; `everything` has all"),
  cost: itemCostSchema.default("low").describe("What it costs the host: low, medium, high"),
  timeoutSeconds: z.number().int().min(1).max(3600).default(90).describe("After this it is ended"),
  capMegabytes: z.number().min(0.001).max(1_000_000).default(64).describe("More of it is not read"),
  root: z.enum(["no", "helps", "needed"]).default("no").describe("Whether it has to be read as root"),
  absent: absenceSchema.optional(),
  text: z.boolean().default(true).describe("False for what is binary"),
  source: z.string().max(400).optional().describe("Where it is documented"),
};

/** One entry of a catalogue file. */
export const itemSchema = z.union([
  z.strictObject({
    ...common,
    command: z
      .array(z.string())
      .min(1)
      .describe(
        "A command and its arguments. `{since}`, `{until}`: the window, as `YYYY-MM-DD HH:MM:SS` in the host's zone",
      ),
    /** Arguments added where the window has that end. */
    since: z.array(z.string()).optional().describe("Arguments added when the window has a beginning"),
    until: z.array(z.string()).optional().describe("Arguments added when the window has an end"),
    file: z
      .string()
      .max(80)
      .optional()
      .describe("What its output is called in a bundle; made of the command when left out"),
    each: z
      .string()
      .optional()
      .describe(
        "A glob: the command runs once for each path that matches, which takes the place of `{path}`; its last part that of `{name}`",
      ),
  }),
  z.strictObject({
    ...common,
    files: z
      .array(z.string().startsWith("/"))
      .min(1)
      .describe("Absolute paths and globs of a POSIX shell (*, ?, [...])"),
    window: z.boolean().default(false).describe("Leave out files that were last changed before the window"),
    keep: z.enum(["head", "tail"]).default("tail").describe("What is kept of a file beyond the cap"),
  }),
  z.strictObject({ ...common, switch: z.string().describe("A line typed into a switch; only `show` commands") }),
  z.strictObject({
    ...common,
    ipmi: z.array(z.string()).min(1).describe("Arguments of ipmitool, after address and login"),
  }),
  z.strictObject({
    ...common,
    range: z.enum(["version", "log", "whole"]).describe("A part of a boot stick, by the stick's layout profile"),
  }),
  z.strictObject({ ...common, own: z.string().describe("What Halfrack itself knows") }),
]);
export type Item = z.infer<typeof itemSchema>;

export const presetSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
  title: z.string().min(1).max(80),
  why: z.string().min(1).max(400),
});
export type Preset = z.infer<typeof presetSchema>;

export const catalogueFileSchema = z.strictObject({
  halfrack: z.literal(1).describe("Version of this format"),
  presets: z.array(presetSchema).default([]),
  items: z.array(itemSchema).default([]),
});

export const catalogueSchema = z.object({
  presets: z.array(presetSchema),
  items: z.array(itemSchema),
  /** Where the admin's own file is looked for. */
  ownFile: z.string(),
  /** What is wrong with it, by line; its right entries count all the same. */
  problems: z.array(z.object({ file: z.string(), line: z.number().int(), path: z.string(), message: z.string() })),
});
export type Catalogue = z.infer<typeof catalogueSchema>;
