/** Writes docs/lab-file.md from the contract's schema; `--check` only tells whether the committed page is up to date. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { labSchema } from "../electron/contract/lab.ts";
import { maxLabBytes } from "../electron/lab/text.ts";
import { schemaOf, section } from "./schema-tables.ts";

export const referencePath = join(import.meta.dirname, "..", "docs", "lab-file.md");

/** The example of the page: the cube, five servers on an 18-port switch. */
export const exampleLab = `halfrack: 1            # version of this format
name: The cube
racks:
  - name: Half rack
    units: 24
devices:
  - name: switch
    type: mellanox-sx6018
    rack: Half rack
    unit: 22           # lowest unit it occupies, from the bottom
    ssh: { host: 10.0.0.10, user: admin }
  - name: node1
    type: hp-dl785-g5
    rack: Half rack
    unit: 1
    role: primary
    ssh: { host: 10.0.0.11, user: root, identityFile: ~/.ssh/lab }
    bmc: { host: 10.0.1.11, kind: ilo, user: admin }
    hcas:
      - name: mlx4_0
        model: ConnectX-3
        guid: 0x0002c90300a10010   # numbers need no quotes where text is meant
    expect: { sockets: 8, cores: 32, memoryGiB: 256 }
${[
  ["node2", "hp-dl380-g7", 8],
  ["node3", "hp-dl380-g7", 10],
  ["node4", "dell-r710", 12],
  ["node5", "dell-r710", 14],
]
  .map(
    ([name, type, unit], index) => `  - name: ${name}
    type: ${type}
    rack: Half rack
    unit: ${unit}
    role: secondary
    ssh: { host: 10.0.0.1${index + 2}, user: root, jump: [node1] }
    hcas: [{ name: mlx4_0, model: ConnectX-3 }]
`,
  )
  .join("")}cables:
${[1, 2, 3, 4, 5]
  .map(
    (number) =>
      `  - from: { device: node${number}, port: mlx4_0/1 }\n    to: { device: switch, port: ${number} }\n    speed: FDR\n`,
  )
  .join("")}`;

/** The page's text. */
export function labReference(): string {
  const root = schemaOf(labSchema);
  return `# The lab file

Generated from the schema by \`build/lab-reference.ts\`; change the schema, then run it.

One YAML 1.2 file describes a lab: racks, devices, planned cables. People edit it, and so does Halfrack, which keeps comments, order and formatting of everything it does not change. A removed entry takes the comments within it along; a comment above it stays.

- At most ${maxLabBytes / 1024} KiB, UTF-8, one document.
- Numbers need no quotes where text is meant: \`port: 3\` and \`port: "3"\` are the same.
- Anchors and aliases are read. An edit that would change what others share is refused.
- A file with errors opens read-only, with each error's line, column and path.
- Saving writes a new file beside the old one and renames it into place, keeping mode, owner and links. A file that another program changed is never overwritten without asking.

## Example

\`\`\`yaml
${exampleLab}\`\`\`

${section("The file", "", root).join("\n")}
`
    .replace(/\n{3,}/g, "\n\n")
    .trimEnd()
    .concat("\n");
}

if (import.meta.main) {
  const text = labReference();
  if (!process.argv.includes("--check")) await writeFile(referencePath, text);
  else if ((await readFile(referencePath, "utf8")) !== text) {
    console.error("docs/lab-file.md is not up to date: run build/lab-reference.ts");
    process.exitCode = 1;
  }
}
