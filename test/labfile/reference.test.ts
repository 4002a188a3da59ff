import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { exampleLab, labReference, referencePath } from "../../build/lab-reference.ts";
import { loadDeviceTypes } from "../../electron/lab/device-types.node.ts";
import { parseLab } from "../../electron/lab/parse.ts";

test("the committed lab file reference is what the schema says", async () => {
  expect(await readFile(referencePath, "utf8")).toBe(labReference());
});

test("its example is a valid lab of the built-in device types", async () => {
  const parsed = parseLab(exampleLab, (await loadDeviceTypes()).types);
  expect(parsed.problems).toEqual([]);
  expect([parsed.lab?.devices.length, parsed.lab?.cables.length]).toEqual([6, 5]);
});
