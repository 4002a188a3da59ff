/** A lab file that cannot be written: what is not saved is told for as long as it lasts, with both ways out. */
import { rm } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { expect, expectAccessible, test } from "./app.ts";
import { mountDisk } from "./disk.ts";
import { dialog, fromMenu, fromPalette, inRack, labOnDisk, smallLab, writeLab } from "./lab-files.ts";

const mark = (page: Page) => page.getByRole("alert").filter({ hasText: "Not saved." });
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

/** One unit up, by keyboard. */
async function moveUp(page: Page, device: string): Promise<void> {
  await inRack(page, device).focus();
  await page.keyboard.press("m");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
}

test("a dialog whose edit cannot be saved drops it, keeps it unsaved, or saves it again", async ({ halfrack }) => {
  await using disk = await mountDisk(halfrack);
  const file = await writeLab(halfrack, smallLab, "disk/lab.yaml");
  const page = await halfrack.open({ lab: file });
  const editing = dialog(page, "Edit node1");
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  const note = async (text: string) => {
    await fromPalette(page, "node1");
    await fromPalette(page, "Edit node1");
    await editing.getByRole("textbox", { name: "Note" }).fill(text);
    await editing.getByRole("button", { name: "Save the changes" }).click();
    await expect(editing.getByRole("alert")).toContainText("was not saved");
  };
  await expect(inRack(page, "node1")).toBeVisible();
  disk.remount("ro");

  await note("dropped");
  await expect(editing.getByRole("button", { name: "Save the changes" })).toBeEnabled();
  await halfrack.screenshot(page, "lab-save-failed");
  await editing.getByRole("button", { name: "Cancel" }).click();
  await expect(inspector.getByText("dropped")).toHaveCount(0);
  await expect(mark(page)).toHaveCount(0);

  await note("first tried");
  // What is kept is what the form says by then, not what could not be saved before.
  await editing.getByRole("textbox", { name: "Name", exact: true }).first().fill("");
  await expect(editing.getByRole("button", { name: "Keep it unsaved" })).toBeDisabled();
  await editing.getByRole("textbox", { name: "Name", exact: true }).first().fill("node1");
  await editing.getByRole("textbox", { name: "Note" }).fill("kept");
  await editing.getByRole("button", { name: "Keep it unsaved" }).click();
  await expect(editing).toBeHidden();
  await expect(inspector.getByText("kept")).toBeVisible();
  await expect(mark(page)).toContainText("mounted read-only");
  await page.reload();
  await expect(mark(page)).toBeVisible();
  await expectAccessible(page);
  await halfrack.screenshot(page, "lab-unsaved");

  await button(page, "Save again").click();
  await expect(mark(page)).toBeVisible();
  disk.remount("rw");
  await button(page, "Save again").click();
  await expect(mark(page)).toHaveCount(0);
  expect((await labOnDisk(file)).devices[0]?.note).toBe("kept");
});

test("what is moved in the rack and not saved is shown before it is dropped", async ({ halfrack }) => {
  await using disk = await mountDisk(halfrack);
  const file = await writeLab(halfrack, smallLab, "disk/lab.yaml");
  const page = await halfrack.open({ lab: file });
  await expect(inRack(page, "node2")).toBeVisible();
  disk.remount("ro");
  await moveUp(page, "node2");
  await expect(mark(page)).toBeVisible();

  await fromMenu(page, "Close this lab");
  const question = dialog(page, "Changes to the lab are not saved");
  await expect(question.getByRole("region", { name: "What is not in the lab file" })).toContainText(
    /-\s+unit: 2\n?\+\s+unit: 3/,
  );
  await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
  await expectAccessible(page);
  await halfrack.screenshot(page, "lab-unsaved-question");
  await question.getByRole("button", { name: "Save again and close this lab" }).click();
  await expect(question.getByRole("alert")).toContainText("was not saved");
  await page.keyboard.press("Escape");
  await expect(question).toBeHidden();

  await mark(page).getByRole("button", { name: "Take the file's version…" }).click();
  await question.getByRole("button", { name: "Drop the changes", exact: true }).click();
  await expect(question).toBeHidden();
  await expect(mark(page)).toHaveCount(0);
  await expect(inRack(page, "node2")).toHaveAccessibleName(/U2/);

  await moveUp(page, "node2");
  await expect(mark(page)).toBeVisible();
  await fromMenu(page, "Close this lab");
  await question.getByRole("button", { name: "Drop the changes and close this lab" }).click();
  await expect(page.getByRole("button", { name: /Open the practice lab/ })).toBeVisible();
  expect(await labOnDisk(file)).toEqual(smallLab);

  await page
    .getByRole("region", { name: "Recent labs" })
    .getByRole("button", { name: /^Small lab/ })
    .click();
  await expect(inRack(page, "node2")).toBeVisible();
  await moveUp(page, "node2");
  await expect(mark(page)).toBeVisible();
  await fromMenu(page, "Close this lab");
  disk.remount("rw");
  await question.getByRole("button", { name: "Save again and close this lab" }).click();
  await expect(page.getByRole("button", { name: /Open the practice lab/ })).toBeVisible();
  expect((await labOnDisk(file)).devices[1]?.unit).toBe(3);
});

test("a file that is gone while the question is open has no version to take", async ({ halfrack }) => {
  await using disk = await mountDisk(halfrack);
  const file = await writeLab(halfrack, smallLab, "disk/lab.yaml");
  const page = await halfrack.open({ lab: file });
  await expect(inRack(page, "node2")).toBeVisible();
  disk.remount("ro");
  await moveUp(page, "node2");
  await mark(page).getByRole("button", { name: "Take the file's version…" }).click();
  const question = dialog(page, "Changes to the lab are not saved");
  await expect(question.getByRole("button", { name: "Drop the changes", exact: true })).toBeEnabled();
  disk.remount("rw");
  await rm(file);
  await expect(question).toContainText("there is no version of it to take");
  await expect(question.getByRole("button", { name: "Close this lab without them" })).toBeEnabled();
  await expectAccessible(page);
  await halfrack.screenshot(page, "lab-vanished-question");
  await question.getByRole("button", { name: "Write the lab there again" }).click();
  await expect(question).toBeHidden();
  expect((await labOnDisk(file)).devices[1]?.unit).toBe(3);
});
