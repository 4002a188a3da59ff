/** Reads the shipped catalogue and the admin's own file in the profile. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../contract/error.ts";
import { type Catalogue, everything } from "../contract/logs/item.ts";
import { readOwnFile } from "../own-file.node.ts";
import { mergeCatalogues } from "./catalogue/merge.ts";
import { type ParsedCatalogue, parseCatalogue } from "./catalogue/parse.ts";

/** The admin's own file, which need not be there. */
export const ownCatalogueFile = (profile: string) => join(profile, "log-catalogue.yaml");

/** From source this file is two folders below the top; the bundled main process (`dist/main/`) is too. */
const shippedFolder = join(import.meta.dirname, "..", "..", "assets", "log-catalogue");

export interface LoadedCatalogue extends Catalogue {
  /** Of shipped items and presets, also of those that the own file replaces or leaves out: these ids name nobody. */
  readonly shippedIds: ReadonlySet<string>;
}

/** Loads the shipped items and, over them, the own ones. Throws only when the shipped ones cannot be read at all. */
export async function loadCatalogue(profile: string): Promise<LoadedCatalogue> {
  const names = (await readdir(shippedFolder)).filter((name) => name.endsWith(".yaml")).sort();
  const shipped = await Promise.all(
    names.map(async (name) => parseCatalogue(await readFile(join(shippedFolder, name), "utf8"), name)),
  );
  const ownFile = ownCatalogueFile(profile);
  const shippedIds = shipped.flatMap(({ file }) => [...file.items, ...file.presets].map(({ id }) => id));
  return {
    ...mergeCatalogues(shipped, await readOwn(ownFile), ownFile),
    shippedIds: new Set([everything, ...shippedIds]),
  };
}

async function readOwn(path: string): Promise<ParsedCatalogue | null> {
  try {
    const text = await readOwnFile(path);
    return text === null ? null : parseCatalogue(text, path);
  } catch (error) {
    const message = `It cannot be read: ${messageOf(error)}`;
    return {
      file: { halfrack: 1, presets: [], items: [], without: [] },
      problems: [{ file: path, line: 0, column: 0, path: "", message }],
    };
  }
}
