/** Reads layout profiles: those that ship, and the admin's own `stick-layouts.yaml` in the profile folder. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import { messageOf } from "../contract/error.ts";
import { type StickLayouts, stickLayoutFileSchema, stickLayoutSchema } from "../contract/logs/stick-layout.ts";
import { readOwnFile } from "../own-file.node.ts";

/** From source this file is two folders below the top; the bundled main process (`dist/main/`) is too. */
const shippedFile = join(import.meta.dirname, "..", "..", "assets", "stick-layouts.yaml");

export const ownLayoutsFile = (profileDir: string) => join(profileDir, "stick-layouts.yaml");

/** Throws only where the shipped file is broken. */
export async function loadStickLayouts(profileDir: string): Promise<StickLayouts> {
  const shipped = stickLayoutFileSchema.parse(parse(await readFile(shippedFile, "utf8"))).layouts;
  const ownFile = ownLayoutsFile(profileDir);
  const { layouts, problems } = await readOwn(ownFile);
  const own = layouts.map(({ id }) => id);
  return {
    layouts: [...layouts, ...shipped.filter(({ id }) => !own.includes(id))],
    own,
    shipped: shipped.map(({ id }) => id),
    ownFile,
    problems,
  };
}

async function readOwn(path: string): Promise<Pick<StickLayouts, "layouts" | "problems">> {
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
