/** Lab files and what is said of them, for the tests of the lab's dialogs. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import { parse, stringify } from "yaml";
import { type Lab, labSchema } from "../../electron/contract/lab.ts";
import { expect, type Halfrack } from "./app.ts";

/** Two servers and a switch in one rack, one more beside it, two cables; no addresses, so nothing is asked of a host. */
export const smallLab: Lab = {
  halfrack: 1,
  name: "Small lab",
  racks: [{ name: "Rack 1", units: 12 }],
  devices: [
    { name: "node1", type: "dell-r610", rack: "Rack 1", unit: 1, hcas: [{ name: "mlx4_0", ports: 2 }] },
    { name: "node2", type: "dell-r610", rack: "Rack 1", unit: 2, hcas: [{ name: "mlx4_0", ports: 2 }] },
    { name: "sw1", type: "mellanox-sx6018", rack: "Rack 1", unit: 4 },
    { name: "desk", type: "generic-desktop" },
  ],
  cables: [
    { from: { device: "sw1", port: "1" }, to: { device: "node1", port: "mlx4_0/1" }, label: "C1" },
    { from: { device: "sw1", port: "2" }, to: { device: "node2", port: "mlx4_0/1" } },
  ],
};

/** Writes a lab file into the test's own folder; text is written as it is. */
export async function writeLab(halfrack: Halfrack, lab: Lab | string, name = "lab.yaml"): Promise<string> {
  const file = join(halfrack.homeDir, name);
  await writeFile(file, typeof lab === "string" ? lab : stringify(lab));
  return file;
}

export const labOnDisk = async (file: string): Promise<Lab> => labSchema.parse(parse(await readFile(file, "utf8")));

export const dialog = (page: Page, name: string | RegExp): Locator =>
  page.getByRole("dialog", { name, exact: typeof name === "string" });

/** Chooses from the lab menu. */
export async function fromMenu(page: Page, item: string): Promise<void> {
  await page.getByRole("button", { name: "Lab menu" }).click();
  await page.getByRole("menuitem", { name: item }).click();
}

/** Runs an action of the palette by its name, or selects a device by its. */
export async function fromPalette(page: Page, action: string): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  // With Shift: in a terminal Ctrl+K is the shell's.
  await page.keyboard.press("Control+Shift+K");
  await page.getByRole("textbox", { name: "Go to a device or run an action" }).fill(action);
  // Quotes and the like as numbers: Playwright's own selectors trip over them.
  const name = action.replace(/[^\w ]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`);
  await page
    .getByRole("button", { name: new RegExp(`^${name}(?:\\s*Device ·.*)?$`) })
    .first()
    .click();
}

/** A device of the rack picture. */
export const inRack = (page: Page, name: string): Locator =>
  page.getByRole("main").getByRole("button", { name: new RegExp(`^${name}, `) });

/** Chooses an option of a searchable list by what is typed. */
export async function choose(field: Locator, text: string): Promise<void> {
  await field.fill(text);
  await field.page().getByRole("option", { name: text }).first().click();
}
