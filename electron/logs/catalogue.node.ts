/** Reads the shipped catalogue and the admin's own file in the profile. */
import { constants } from "node:fs";
import { open, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../contract/error.ts";
import type { Catalogue } from "../contract/logs/item.ts";
import { mergeCatalogues } from "./catalogue/merge.ts";
import { type ParsedCatalogue, parseCatalogue } from "./catalogue/parse.ts";

/** The admin's own file, in the profile. */
export const ownCatalogueName = "log-catalogue.yaml";
/** A catalogue of thousands of items has a tenth of it. */
const maxBytes = 4 * 1024 * 1024;

/** From source this file is two folders below the top; the bundled main process (`dist/main/`) is too. */
const shippedFolder = join(import.meta.dirname, "..", "..", "assets", "log-catalogue");

/**
 * Loads the shipped items and, over them, `log-catalogue.yaml` of the profile, which need not be there. Throws only when
 * the shipped ones cannot be read at all.
 */
export async function loadCatalogue(profile: string, folder = shippedFolder): Promise<Catalogue> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".yaml")).sort();
  const shipped = await Promise.all(
    names.map(async (name) => parseCatalogue(await readFile(join(folder, name), "utf8"), name)),
  );
  const ownFile = join(profile, ownCatalogueName);
  return mergeCatalogues(shipped, await readOwn(ownFile), ownFile);
}

async function readOwn(path: string): Promise<ParsedCatalogue | null> {
  try {
    // A pipe by that name keeps nobody waiting.
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = await file.stat();
    if (!stat.isFile()) return unreadable(path, "It is no file.");
    const { size } = stat;
    if (size > maxBytes) return unreadable(path, `It has ${size} bytes; at most ${maxBytes} are read.`);
    return parseCatalogue(await file.readFile("utf8"), path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    return unreadable(path, `It cannot be read: ${messageOf(error)}`);
  }
}

const unreadable = (file: string, message: string): ParsedCatalogue => ({
  file: { halfrack: 1, presets: [], items: [], without: [] },
  problems: [{ file, line: 0, path: "", message }],
});
