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
    noCommand: z.boolean().optional().describe("The command is not installed"),
    noFile: z.boolean().optional().describe("No path matches `files` or `each`"),
    exitCodes: z.array(z.number().int()).optional().describe("It ends with one of these exit codes"),
    stderr: z
      .string()
      .max(400)
      .refine(isPattern, "is not a regular expression")
      .optional()
      .describe("It complains of what this regular expression fits (case does not count)"),
  })
  .describe("What not applicable looks like; what brings nothing otherwise is missing or failed");
export type Absence = z.infer<typeof absenceSchema>;

function isPattern(text: string): boolean {
  try {
    new RegExp(text, "iu");
    return true;
  } catch {
    return false;
  }
}

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
  consent: z
    .string()
    .min(1)
    .max(400)
    .optional()
    .describe("What it changes on the target: it runs only where it was chosen by its id and this was agreed to"),
  source: z.string().max(400).optional().describe("Where it is documented"),
};

/** An absolute path or a glob of a POSIX shell, in letters that need no escapes. */
const absolute = z
  .string()
  .max(400)
  .regex(/^\/(?!.*(?:^|\/)\.\.?(?:\/|$))[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\\'"`$]*$/u, "is not an absolute path or glob");

/**
 * What Halfrack itself knows: its events, the lab file, the fabric as it was last observed, what switches answered, the
 * counters it kept, and its own version and machine.
 */
export const ownSchema = z.enum(["events", "lab-file", "fabric", "switches", "counters", "about"]);
export type Own = z.infer<typeof ownSchema>;

/** What may stand in braces in an argument of a command, and what takes its place. */
export const placeholders = {
  since: "beginning of the window: `YYYY-MM-DD HH:MM:SS` in the host's zone",
  until: "its end, likewise",
  sinceSeconds: "beginning of the window: seconds since 1970 by the host's clock",
  untilSeconds: "its end, likewise",
  path: "the path that `each` matched",
  name: "its last part",
  stem: "its last part without the ending",
  "1": "the first part of the path that a wildcard of `each` stands in",
  "2": "the second such part",
} as const;

/** The forms of an item, by the key that tells which it is of. */
export const itemForms = {
  command: z.strictObject({
    ...common,
    command: z
      .array(z.string().max(2000))
      .min(1)
      .describe(
        "A command and its arguments, as the program gets them: no shell stands between. May hold placeholders (below)",
      ),
    since: z.array(z.string()).optional().describe("Arguments added when the window has a beginning"),
    until: z.array(z.string()).optional().describe("Arguments added when the window has an end"),
    program: z
      .string()
      .max(80)
      .optional()
      .describe("What has to be installed, where it is not the command's first word"),
    file: z
      .string()
      .min(1)
      .max(80)
      .optional()
      .describe("What its output is called in a bundle; made of the command when left out"),
    each: z
      .array(absolute)
      .min(1)
      .optional()
      .describe("Globs: the command runs once for each path that matches, be it a file, a folder or a device"),
    holding: z
      .string()
      .regex(/^[\x21-\x7e]{3,80}$/, "is not a word of printable ASCII")
      .optional()
      .describe("Of the files that `each` matches, only those that hold this text letter by letter"),
  }),
  files: z.strictObject({
    ...common,
    files: z.array(absolute).min(1).describe("Absolute paths and globs of a POSIX shell (*, ?, [...])"),
    window: z.boolean().default(false).describe("Leave out files that were last changed before the window"),
    keep: z.enum(["head", "tail"]).default("tail").describe("What is kept of a file beyond the cap"),
  }),
  switch: z.strictObject({
    ...common,
    switch: z
      .string()
      .regex(/^show [\x20-\x7e]{1,200}$/, "is not a show command")
      .describe("A line typed into a switch; only `show` commands"),
  }),
  ipmi: z.strictObject({
    ...common,
    ipmi: z.array(z.string()).min(1).describe("Arguments of ipmitool, after address and login"),
  }),
  range: z.strictObject({
    ...common,
    range: z.enum(["version", "log", "whole"]).describe("A part of a boot stick, by the stick's layout profile"),
  }),
  own: z.strictObject({ ...common, own: ownSchema.describe("What Halfrack itself knows") }),
};

/** One entry of a catalogue file. */
export const itemSchema = z.union([
  itemForms.command,
  itemForms.files,
  itemForms.switch,
  itemForms.ipmi,
  itemForms.range,
  itemForms.own,
]);
export type Item = z.infer<typeof itemSchema>;

export const presetSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/)
    .describe("Named by items; small letters, digits, dashes"),
  title: z.string().min(1).max(80).describe("What it is called"),
  why: z.string().min(1).max(400).describe("For whom or what it is"),
});
/** The preset that has every item. */
export const everything = "everything";
export type Preset = z.infer<typeof presetSchema>;

export const catalogueFileSchema = z.strictObject({
  halfrack: z.literal(1).describe("Version of this format"),
  presets: z.array(presetSchema).default([]).describe("Choices of items by name"),
  items: z.array(itemSchema).default([]).describe("What can be collected; one with a shipped item's id replaces it"),
  without: z.array(z.string()).default([]).describe("Shipped items that are never collected, by id"),
});
export type CatalogueFile = z.infer<typeof catalogueFileSchema>;

export const catalogueProblemSchema = z.object({
  file: z.string(),
  /** 0 where it is of the whole file. */
  line: z.number().int(),
  /** From 1; 0 where the line is. */
  column: z.number().int(),
  /** E.g. `items[3].command`. */
  path: z.string(),
  message: z.string(),
});
export type CatalogueProblem = z.infer<typeof catalogueProblemSchema>;

export const catalogueSchema = z.object({
  presets: z.array(presetSchema),
  items: z.array(itemSchema),
  /** Where the admin's own file is looked for. */
  ownFile: z.string(),
  /** What is wrong with it, and with the own patterns and stick layouts, by line (0: the whole); what is right counts all the same. */
  problems: z.array(catalogueProblemSchema),
});
export type Catalogue = z.infer<typeof catalogueSchema>;
