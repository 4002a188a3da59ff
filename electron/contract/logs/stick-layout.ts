/** Where things are on a boot stick, as data: shipped with Halfrack, and added to or corrected by the admin's own file. */
import * as z from "zod";

const sectorBytes = 512;
const offset = z
  .number()
  .int()
  .nonnegative()
  .max(2 ** 40);
/** Disks are read by the sector. */
const region = z.strictObject({
  offsetBytes: offset.multipleOf(sectorBytes).describe("From the beginning of the disk; whole sectors of 512 bytes"),
  lengthBytes: offset.positive().multipleOf(sectorBytes).describe("Whole sectors of 512 bytes"),
});

export const stickLayoutSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{0,63}$/)
    .describe("Unique; one of the own file takes the place of the shipped one with the same id"),
  title: z.string().min(1).max(80).describe("What it is called"),
  note: z.string().min(1).max(400).describe("Where the numbers come from, and for what they are unverified"),
  imageBytes: offset
    .positive()
    .multipleOf(sectorBytes)
    .describe("What the image takes at most; a copy of the whole is this long"),
  partitions: z
    .array(
      z.strictObject({
        type: z.number().int().min(1).max(255).describe("Type byte of the partition's entry"),
        firstSector: z
          .number()
          .int()
          .nonnegative()
          .max(2 ** 32 - 1),
        sectors: z
          .number()
          .int()
          .positive()
          .max(2 ** 32 - 1),
      }),
    )
    .min(1)
    .max(4)
    .describe("All entries of the partition table, active, in any order"),
  tables: z
    .array(z.string().regex(/^[0-9a-f]{128}$/))
    .max(24)
    .default([])
    .describe("Whole partition tables that are known: 64 bytes, hexadecimal"),
  markers: z.array(z.string().min(4).max(80)).max(16).default([]).describe("Texts near the beginning"),
  markersWithinBytes: z
    .number()
    .int()
    .min(sectorBytes)
    .max(1024 * 1024)
    .multipleOf(sectorBytes)
    .default(64 * 1024)
    .describe("Where they are looked for, from the beginning of the disk"),
  version: region
    .extend({
      lengthBytes: region.shape.lengthBytes.max(4 * 1024 * 1024),
      word: z
        .string()
        .min(1)
        .max(40)
        .describe("The first printable line with this word is the version; case does not count"),
    })
    .describe("Where the version's text is"),
  log: region.describe("Where the log is"),
});
export type StickLayout = z.infer<typeof stickLayoutSchema>;

export const stickLayoutFileSchema = z.strictObject({
  halfrack: z.literal(1).describe("Version of this format"),
  layouts: z.array(stickLayoutSchema).max(32).default([]),
});

export const stickLayoutsSchema = z.object({
  /** The admin's own first. */
  layouts: z.array(stickLayoutSchema),
  /** Ids of those that stand in the own file, and of those that ship. */
  own: z.array(z.string()),
  shipped: z.array(z.string()),
  ownFile: z.string(),
  /** What is wrong with it; its right layouts count all the same. */
  problems: z.array(z.string()),
});
export type StickLayouts = z.infer<typeof stickLayoutsSchema>;
