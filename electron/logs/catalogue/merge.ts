/** Owns what the catalogue is: the shipped items, and the admin's own file over them. */
import { type Catalogue, everything } from "../../contract/logs/item.ts";
import type { ParsedCatalogue } from "./parse.ts";

/**
 * The own file adds items, replaces shipped ones by id in their place, and switches some off. What it names and is not
 * there is a problem of it, without a line: by then both files were read.
 */
export function mergeCatalogues(
  shipped: readonly ParsedCatalogue[],
  own: ParsedCatalogue | null,
  ownFile: string,
): Catalogue {
  const problems = [...shipped, ...(own === null ? [] : [own])].flatMap((each) => [...each.problems]);
  const items = new Map(shipped.flatMap(({ file }) => file.items.map((item) => [item.id, item])));
  const presets = new Map(shipped.flatMap(({ file }) => file.presets.map((preset) => [preset.id, preset])));
  const say = (path: string, message: string) => problems.push({ file: ownFile, line: 0, column: 0, path, message });
  for (const id of own?.file.without ?? [])
    if (!items.delete(id)) say("without", `${JSON.stringify(id)} is no shipped item.`);
  for (const preset of own?.file.presets ?? []) presets.set(preset.id, preset);
  for (const item of own?.file.items ?? []) items.set(item.id, item);
  for (const { id, presets: named } of own?.file.items ?? [])
    for (const name of named)
      if (!presets.has(name) && name !== everything)
        say("items", `Item ${JSON.stringify(id)} names the preset ${JSON.stringify(name)}, which is not there.`);
  return { presets: [...presets.values()], items: [...items.values()], ownFile, problems };
}
