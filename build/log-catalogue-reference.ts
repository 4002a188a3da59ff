/** Writes docs/log-catalogue.md from the contract's schema and the shipped items; `--check` only tells whether it is up to date. */
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import * as z from "zod";
import {
  catalogueFileSchema,
  everything,
  itemForms,
  itemGroups,
  placeholders,
} from "../electron/contract/logs/item.ts";
import { targetKindWords } from "../electron/contract/logs/target.ts";
import { loadCatalogue, ownCatalogueFile } from "../electron/logs/catalogue.node.ts";
import { cell, inline, type Node, schemaOf, section } from "./schema-tables.ts";

export const catalogueReferencePath = join(import.meta.dirname, "..", "docs", "log-catalogue.md");

/** The example of the page. */
export const exampleCatalogue = `halfrack: 1              # version of this format
presets:
  - id: storage
    title: Storage
    why: What the people who look after our file servers ask for
items:
  - id: lustre-logs      # a new item: files
    title: Logs of Lustre
    why: Evictions and reconnects, which follow a link that goes down
    group: logs
    on: [linux]
    presets: [storage]
    files: [/var/log/lustre/*.log, /var/log/lustre/*.gz]
    window: true
    root: helps
    absent: { noFile: true }
  - id: lustre-stats     # a new item: a command, once for each path that matches
    title: Counters of Lustre targets
    why: Which target is slow
    group: system
    on: [linux]
    presets: [storage]
    command: [lctl, get_param, "obdfilter.{name}.stats"]
    each: ["/proc/fs/lustre/obdfilter/*"]
    timeoutSeconds: 30
    root: needed
    absent: { noCommand: true, noFile: true }
  - id: dmesg            # the shipped item of this name, replaced
    title: Kernel's messages
    why: With times of day instead of seconds since the boot
    group: logs
    on: [linux]
    presets: [vsmp, hca, storage]
    command: [dmesg, -T]
    root: helps
without: [logins, acpi]  # shipped items that are never collected
`;

/** The page's text. */
export async function catalogueReference(): Promise<string> {
  const { items, presets } = await loadCatalogue(join(tmpdir(), "halfrack-no-profile"));
  const forms = Object.entries(itemForms).map(([key, schema]) => ({ key, node: schemaOf(schema) }));
  const ofAll = (name: string) => forms.every(({ node }) => node.properties?.[name] !== undefined);
  const only = (node: Node, wanted: (name: string) => boolean): Node => ({
    ...node,
    properties: Object.fromEntries(Object.entries(node.properties ?? {}).filter(([name]) => wanted(name))),
  });
  const [first] = forms;
  const file = schemaOf(
    catalogueFileSchema.extend({
      items: z.array(z.unknown()).default([]).describe("What can be collected: see below"),
    }),
  );
  const lines = [
    "# The log catalogue",
    "",
    "Generated from the schema and the shipped items by `build/log-catalogue-reference.ts`; change those, then run it.",
    "",
    "What the log finder can collect is data: items in YAML files. The shipped ones are in `assets/log-catalogue`; a file",
    `\`${basename(ownCatalogueFile(""))}\` in the profile adds items, replaces shipped ones by their id, and switches some off.`,
    "",
    "- An entry with a mistake is left out and told with its line; the others count all the same.",
    "- Shipped commands only tell: a test holds the programs and arguments there may be. What an own file names runs as it",
    "  stands there; the plan shows each line before anything runs.",
    "- What changes something on a target has `consent`; it runs only where it was chosen by its id and agreed to.",
    "- Globs are matched on the target, before anything is collected; the plan names each path that was found.",
    "",
    "## Example",
    "",
    "```yaml",
    `${exampleCatalogue}\`\`\``,
    "",
    ...section("The file", "", file),
    ...(first === undefined ? [] : section("`items[]`: every item", "items[]", only(first.node, ofAll))),
    "Each item has exactly one of the following forms.",
    "",
    ...forms.flatMap(({ key, node }) =>
      section(
        `\`items[]\` with \`${key}\``,
        "items[]",
        only(node, (name) => !ofAll(name)),
      ),
    ),
    "## Placeholders",
    "",
    "In the arguments of a command, and in `file`:",
    "",
    "| placeholder | stands for |",
    "|---|---|",
    ...Object.entries(placeholders)
      .sort(([a], [b]) => Number(/^\d/.test(a)) - Number(/^\d/.test(b)))
      .map(([name, meaning]) => `| \`{${name}}\` | ${cell(meaning)} |`),
    "",
    "Those of the window belong into `since` and `until`: each end of it may be open.",
    "",
    "## Presets that are shipped",
    "",
    "| preset | title | for |",
    "|---|---|---|",
    ...presets.map(({ id, title, why }) => `| \`${id}\` | ${cell(title)} | ${cell(why)} |`),
    "",
    "## Items that are shipped",
    "",
    ...itemGroups.flatMap((group) => [
      `### ${group}`,
      "",
      "| item | what | on | presets | cost, root |",
      "|---|---|---|---|---|",
      ...items
        .filter((item) => item.group === group)
        .map((item) => {
          const on = item.on.map((kind) => targetKindWords[kind]).join(", ");
          const named = item.presets.length === 0 ? inline(everything) : item.presets.map(inline).join(", ");
          const weight = [item.cost, item.root === "no" ? "" : `root ${item.root}`, item.consent ? "consent" : ""];
          const what = `${item.title}: ${item.why}`;
          return `| \`${item.id}\` | ${cell(what)} | ${on} | ${named.replaceAll('"', "")} | ${weight.filter(Boolean).join(", ")} |`;
        }),
      "",
    ]),
  ];
  return lines
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trimEnd()
    .concat("\n");
}

if (import.meta.main) {
  const text = await catalogueReference();
  if (!process.argv.includes("--check")) await writeFile(catalogueReferencePath, text);
  else if ((await readFile(catalogueReferencePath, "utf8")) !== text) {
    console.error("docs/log-catalogue.md is not up to date: run build/log-catalogue-reference.ts");
    process.exitCode = 1;
  }
}
