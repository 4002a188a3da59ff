/** Two windows that change one device: what is being entered outlives what the other does, and overwrites nothing unseen. */
import type { Page } from "@playwright/test";
import { expect, expectAccessible, type Halfrack, test } from "./app.ts";
import { dialog, fromPalette, inRack, labOnDisk, smallLab, writeLab } from "./lab-files.ts";

async function twoWindows(halfrack: Halfrack) {
  const file = await writeLab(halfrack, smallLab);
  const page = await halfrack.open({ lab: file });
  const other = await page.context().newPage();
  await other.goto(new URL("/", page.url()).href);
  await expect(inRack(other, "node1")).toBeVisible();
  return { file, page, other };
}

async function edit(page: Page, device: string, fields: Readonly<Record<string, string>>): Promise<void> {
  await fromPalette(page, `Edit ${device}`);
  for (const [field, value] of Object.entries(fields))
    await dialog(page, `Edit ${device}`).getByRole("textbox", { name: field, exact: true }).first().fill(value);
}
const save = (page: Page, device: string) =>
  dialog(page, `Edit ${device}`).getByRole("button", { name: "Save the changes" }).click();

test.skip(({ host }) => host === "electron", "Electron's app has one window");

test("a device renamed elsewhere keeps the open dialog, and what was entered is saved to it", async ({ halfrack }) => {
  const { file, page, other } = await twoWindows(halfrack);
  await edit(other, "node2", { Note: "typed here" });
  await edit(page, "node2", { Name: "renamed" });
  await save(page, "node2");
  const editing = dialog(other, "Edit renamed");
  await expect(editing.getByRole("alert")).toContainText("it is called renamed now");
  await save(other, "renamed");
  await expect(editing).toBeHidden();
  expect((await labOnDisk(file)).devices[1]).toMatchObject({ name: "renamed", note: "typed here" });
});

test("a device removed elsewhere keeps the open dialog, and can be added again", async ({ halfrack }) => {
  const { file, page, other } = await twoWindows(halfrack);
  await edit(other, "desk", { Note: "typed here" });
  await fromPalette(page, "Remove desk");
  await dialog(page, "Remove desk?").getByRole("button", { name: "Remove desk" }).click();
  const editing = dialog(other, "Edit desk");
  await expect(editing.getByRole("alert")).toContainText("no longer in the lab file");
  await halfrack.screenshot(other, "lab-device-gone");
  await editing.getByRole("button", { name: "Add desk again" }).click();
  await expect(editing).toBeHidden();
  expect((await labOnDisk(file)).devices[3]).toMatchObject({ name: "desk", note: "typed here" });
});

test("what both windows changed is shown with both values, and chosen", async ({ halfrack }) => {
  const { file, page, other } = await twoWindows(halfrack);
  const editing = dialog(other, "Edit node2");
  const clash = editing.getByRole("group", { name: "Note" });
  const saved = async () => {
    await save(other, "node2");
    await expect(editing).toBeHidden();
    const [, node2] = (await labOnDisk(file)).devices;
    return [node2?.note, node2?.ssh?.host];
  };
  await edit(other, "node2", { Note: "second", "SSH host": "10.0.0.2" });
  await edit(page, "node2", { Note: "first" });
  await save(page, "node2");
  await expect(clash).toBeInViewport({ ratio: 1 });
  await expect(clash).toContainText("second");
  await expect(clash).toContainText("first");
  await expect(editing.getByRole("button", { name: "Save the changes" })).toBeDisabled();
  await expectAccessible(other);
  await halfrack.screenshot(other, "lab-changed-meanwhile");
  await clash.getByRole("button", { name: "Keep what was entered" }).click();
  await expect(clash).toHaveCount(0);
  expect(await saved()).toEqual(["second", "10.0.0.2"]);

  await edit(other, "node2", { Note: "fourth", "SSH host": "10.0.0.4" });
  await edit(page, "node2", { Note: "third" });
  await save(page, "node2");
  await clash.getByRole("button", { name: "Take the file’s value" }).click();
  await expect(clash).toHaveCount(0);
  expect(await saved()).toEqual(["third", "10.0.0.4"]);
});
