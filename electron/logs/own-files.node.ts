/** Owns what the admin's own files in the profile add, and who is told what is wrong with them: whoever asks for the catalogue. */
import type { Catalogue } from "../contract/logs/item.ts";
import type { StickLayout } from "../contract/logs/stick-layout.ts";
import { whileUnchanged } from "../own-file.node.ts";
import { loadStickLayouts, ownLayoutsFile } from "../sticks/layouts.node.ts";
import { loadCatalogue, ownCatalogueFile } from "./catalogue.node.ts";
import { loadPatterns, ownPatternsFile } from "./patterns.node.ts";
import type { Pattern } from "./read/known.ts";

/** Shipped and own, as the files are when they are asked for. */
export interface Known {
  catalogue(): Promise<Catalogue>;
  /** Ids of items and presets that are not the admin's. */
  shippedIds(): Promise<ReadonlySet<string>>;
  patterns(): Promise<readonly Pattern[]>;
  layouts(): Promise<readonly StickLayout[]>;
}

export function knownIn(profileDir: string): Known {
  const items = whileUnchanged(ownCatalogueFile(profileDir), () => loadCatalogue(profileDir));
  const patterns = whileUnchanged(ownPatternsFile(profileDir), () => loadPatterns(profileDir));
  const layoutsFile = ownLayoutsFile(profileDir);
  const layouts = whileUnchanged(layoutsFile, () => loadStickLayouts(profileDir));
  return {
    patterns: async () => (await patterns()).patterns,
    layouts: async () => (await layouts()).layouts,
    shippedIds: async () => (await items()).shippedIds,
    async catalogue() {
      const { shippedIds: _, ...catalogue } = await items();
      const problems = [
        ...catalogue.problems,
        ...(await patterns()).problems.map((problem) => ({ ...problem, column: 0, path: "" })),
        ...(await layouts()).problems.map((message) => ({ file: layoutsFile, line: 0, column: 0, path: "", message })),
      ];
      return { ...catalogue, problems };
    },
  };
}
