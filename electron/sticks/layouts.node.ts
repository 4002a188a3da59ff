/** Reads layout profiles: those that ship, and the admin's own `stick-layouts.yaml` in the profile folder. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import { messageOf } from "../contract/error.ts";
import { type StickLayout, stickLayoutFileSchema, stickLayoutSchema } from "../contract/logs/stick-layout.ts";
import { readOwnFile } from "../own-file.node.ts";

/** From source this file is two folders below the top; the bundled main process (`dist/main/`) is too. */
const shippedFile = join(import.meta.dirname, "..", "..", "assets", "stick-layouts.yaml");

export const ownLayoutsFile = (profileDir: string) => join(profileDir, "stick-layouts.yaml");

export interface StickLayouts {
  /** The admin's own first. */
  readonly layouts: readonly StickLayout[];
  /** What is wrong with the own file; its right layouts count all the same. */
  readonly problems: readonly string[];
}

/** Throws only where the shipped file is broken. */
export async function loadStickLayouts(profileDir: string): Promise<StickLayouts> {
  const shipped = stickLayoutFileSchema.parse(parse(await readFile(shippedFile, "utf8"))).layouts;
  const own = await readOwn(ownLayoutsFile(profileDir));
  const replaced = new Set(own.layouts.map((layout) => layout.id));
  return { layouts: [...own.layouts, ...shipped.filter((layout) => !replaced.has(layout.id))], problems: own.problems };
}

async function readOwn(path: string): Promise<StickLayouts> {
  let content: unknown;
  try {
    const text = await readOwnFile(path);
    if (text === null) return { layouts: [], problems: [] };
    content = parse(text);
  } catch (error) {
    return { layouts: [], problems: [messageOf(error)] };
  }
  const file = looseFile.safeParse(content);
  if (!file.success) return { layouts: [], problems: [z.prettifyError(file.error)] };
  const checked = file.data.layouts.slice(0, maxLayouts).map((one) => stickLayoutSchema.safeParse(one));
  return {
    layouts: checked.flatMap((one) => (one.success ? [one.data] : [])),
    problems: checked.flatMap((one, n) => (one.success ? [] : [`layouts[${n}]: ${z.prettifyError(one.error)}`])),
  };
}

const maxLayouts = 32;
/** The file with its layouts unchecked, so that a wrong one does not take the right ones with it. */
const looseFile = z.strictObject({ halfrack: z.literal(1), layouts: z.array(z.unknown()).default([]) });
