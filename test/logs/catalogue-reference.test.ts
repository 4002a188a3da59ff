import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { catalogueReference, catalogueReferencePath, exampleCatalogue } from "../../build/log-catalogue-reference.ts";
import { parseCatalogue } from "../../electron/logs/catalogue/parse.ts";

test("the committed page on the log catalogue is what schema and shipped items say", async () => {
  expect(await readFile(catalogueReferencePath, "utf8")).toBe(await catalogueReference());
});

test("its example is a catalogue without a problem", () => {
  const { file, problems } = parseCatalogue(exampleCatalogue, "example");
  expect(problems).toEqual([]);
  expect(file.items.map(({ id }) => id)).toEqual(["lustre-logs", "lustre-stats", "dmesg"]);
});
