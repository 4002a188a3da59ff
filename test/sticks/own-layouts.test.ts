/** The admin's own layouts as they are saved: what stands in the file with comments stays, and a wrong file is left as it is. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { invariant } from "../../electron/contract/error.ts";
import { loadStickLayouts, ownLayoutsFile } from "../../electron/sticks/layouts.node.ts";
import { removeOwnLayout, saveOwnLayout } from "../../electron/sticks/own-layouts.node.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "halfrack-layouts-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function shipped() {
  const { layouts } = await loadStickLayouts(dir);
  const [layout] = layouts;
  invariant(layout, "a layout ships");
  return layout;
}

test("a layout is added, changed, takes a shipped one's place, and goes again", async () => {
  const first = await shipped();
  const ours = { ...first, id: "ours-5.1", title: "Ours", log: { offsetBytes: 512, lengthBytes: 1024 } };
  await saveOwnLayout(dir, ours);
  await Promise.all([
    saveOwnLayout(dir, { ...ours, title: "Ours, corrected" }),
    saveOwnLayout(dir, { ...first, title: "As we found it" }),
  ]);
  expect(await loadStickLayouts(dir)).toEqual({
    layouts: [
      { ...ours, title: "Ours, corrected" },
      { ...first, title: "As we found it" },
    ],
    own: ["ours-5.1", first.id],
    shipped: [first.id],
    ownFile: ownLayoutsFile(dir),
    problems: [],
  });
  await removeOwnLayout(dir, first.id);
  expect((await loadStickLayouts(dir)).layouts).toEqual([{ ...ours, title: "Ours, corrected" }, first]);
  expect(await readdir(dir)).toEqual(["stick-layouts.yaml"]);
});

test("what else stands in the file stays, with its comments; wrong layouts too", async () => {
  await writeFile(ownLayoutsFile(dir), "# measured by us\nhalfrack: 1\nlayouts:\n  - id: half-done # to be measured\n");
  const first = await shipped();
  await saveOwnLayout(dir, { ...first, id: "ours" });
  const text = await readFile(ownLayoutsFile(dir), "utf8");
  expect(text).toContain("# measured by us");
  expect(text).toContain("- id: half-done # to be measured");
  expect((await loadStickLayouts(dir)).own).toEqual(["ours"]);
});

test.each([
  ["is no YAML", "layouts: [\n"],
  ["holds no keys", "- a\n"],
  ["has no list of layouts", "halfrack: 1\nlayouts: {}\n"],
])("a file that %s is told of and left as it is", async (_, text) => {
  const first = await shipped();
  await writeFile(ownLayoutsFile(dir), text);
  await expect(saveOwnLayout(dir, first)).rejects.toMatchObject({ fault: { code: "logs.layouts-not-written" } });
  expect(await readFile(ownLayoutsFile(dir), "utf8")).toBe(text);
});
