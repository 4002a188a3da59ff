/** What is open or typed is never lost by the way: sessions when their lab is closed, changes when a dialog is. */
import type { Page } from "@playwright/test";
import { expect, expectAccessible, type Halfrack, test } from "./app.ts";
import { dialog, fromMenu, fromPalette, inRack, smallLab, writeLab } from "./lab-files.ts";

const pane = (page: Page, name: string) => page.getByRole("region", { name: `Terminal ${name}`, exact: true });
const practiceCard = (page: Page) => page.getByRole("button", { name: /Open the practice lab/ });

/** The practice lab with two sessions on node1 and one on node2. */
async function threeSessions(halfrack: Halfrack): Promise<Page> {
  const page = await halfrack.open({ practice: true, settings: { terminalScreenReader: true } });
  for (const [device, name] of [
    ["node1", "node1"],
    ["node1", "node1 (2)"],
    ["node2", "node2"],
  ] as const) {
    await fromPalette(page, `Open a terminal on ${device}`);
    await expect(pane(page, name)).toContainText(/[#$]/);
  }
  return page;
}

test("closing a lab asks before its sessions end, and takes their tabs away", async ({ halfrack }) => {
  const page = await threeSessions(halfrack);
  await fromMenu(page, "Close this lab");
  const question = dialog(page, "End 3 sessions?");
  await expect(question.getByRole("listitem")).toHaveText(["node1: 2 sessions", "node2"]);
  await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
  await expectAccessible(page);
  await halfrack.screenshot(page, "leaving-sessions");
  await page.keyboard.press("Enter");
  await expect(question).toBeHidden();
  await expect(page.getByRole("tab")).toHaveCount(3);
  await fromPalette(page, "Close this lab");
  await expect(question).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("tab")).toHaveCount(3);

  await fromMenu(page, "Close this lab");
  await question.getByRole("button", { name: "Close this lab and end 3 sessions" }).click();
  await practiceCard(page).click();
  await expect(inRack(page, "node1")).toBeVisible();
  await expect(page.getByRole("tab")).toHaveCount(0);
  await fromPalette(page, "Open a terminal on node1");
  await expect(pane(page, "node1")).toContainText(/[#$]/);
  await expect(page.getByRole("tab")).toHaveCount(1);
});

test("another lab opened in one window asks there, and takes the tabs of every window", async ({ halfrack }) => {
  const file = await writeLab(halfrack, smallLab);
  const page = await threeSessions(halfrack);
  const other = await page.context().newPage();
  await other.goto(new URL("/", page.url()).href);
  await expect(other.getByRole("tab", { includeHidden: true })).toHaveCount(3);

  await fromPalette(other, "Open a lab file");
  const opening = dialog(other, "Open a lab file");
  await opening.getByRole("textbox", { name: "Lab file" }).fill("/nowhere.yaml");
  await opening.getByRole("button", { name: "Open this lab" }).click();
  await expect(opening.getByRole("alert")).toBeVisible();
  await opening.getByRole("textbox", { name: "Lab file" }).fill(file);
  await opening.getByRole("button", { name: "Open this lab" }).click();
  const question = dialog(other, "End 3 sessions?");
  await expect(question).toBeVisible();
  await expect(dialog(page, "End 3 sessions?")).toBeHidden();
  // Escape is for the question on top; the dialog below stays with what was typed.
  await other.keyboard.press("Escape");
  await expect(question).toBeHidden();
  await expect(opening.getByRole("textbox", { name: "Lab file" })).toHaveValue(file);
  await expect(page.getByRole("tab")).toHaveCount(3);

  await opening.getByRole("button", { name: "Open this lab" }).click();
  await question.getByRole("button", { name: "Open the other lab and end 3 sessions" }).click();
  for (const each of [page, other]) {
    await expect(each).toHaveTitle(/^Small lab/);
    await expect(each.getByRole("tab", { includeHidden: true })).toHaveCount(0);
  }
});

test("a lab without open sessions is closed without a question", async ({ halfrack }) => {
  const page = await halfrack.open({ practice: true, settings: { terminalScreenReader: true } });
  await fromPalette(page, "Open a terminal on node1");
  await expect(pane(page, "node1")).toContainText(/[#$]/);
  await page.keyboard.type("exit\n");
  await expect(pane(page, "node1")).toContainText("shell ended");
  await fromMenu(page, "Close this lab");
  await expect(practiceCard(page)).toBeVisible();
});

test("a dialog with changes asks before Escape, its X or a click outside throws them away", async ({ halfrack }) => {
  const page = await halfrack.open({ lab: await writeLab(halfrack, smallLab) });
  await fromPalette(page, "Edit node1");
  const editing = dialog(page, "Edit node1");
  await page.keyboard.press("Escape");
  await expect(editing).toBeHidden();

  await fromPalette(page, "Edit node1");
  const note = editing.getByRole("textbox", { name: "Note" });
  await note.fill("typed here");
  const question = dialog(page, "Discard changes?");
  const ways = [
    () => page.keyboard.press("Escape"),
    () => page.mouse.click(5, 5),
    () => editing.getByRole("banner").getByRole("button").click(),
  ];
  for (const close of ways) {
    await close();
    await expect(question.getByRole("button", { name: "Keep editing" })).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(question).toBeHidden();
    await expect(note).toHaveValue("typed here");
  }
  // The palette could replace the dialog by another.
  await page.keyboard.press("Control+K");
  await page.keyboard.press("Escape");
  await expectAccessible(page);
  await halfrack.screenshot(page, "leaving-changes");
  await question.getByRole("button", { name: "Discard" }).click();
  await expect(editing).toBeHidden();
  await fromPalette(page, "Edit node1");
  await expect(note).toHaveValue("");

  // Taken back by hand, there is nothing to ask.
  await note.fill("again");
  await note.fill("");
  await page.keyboard.press("Escape");
  await expect(editing).toBeHidden();
});

for (const [name, action, change] of [
  [
    "Add a device",
    "Add a device",
    (page: Page) => page.getByRole("textbox", { name: "Name", exact: true }).first().fill("x"),
  ],
  [
    "Lab and racks",
    "Edit lab and racks",
    (page: Page) => page.getByRole("textbox", { name: "Name of the lab" }).fill("x"),
  ],
  [
    "Make a lab file",
    "Make a lab file",
    (page: Page) => page.getByRole("textbox", { name: "Name of the lab" }).fill("x"),
  ],
] as const) {
  test(`leaving the page asks while “${name}” has changes`, async ({ halfrack, chromium }) => {
    test.skip(chromium === null, "Electron asks with its own dialog");
    const page = await halfrack.open({ lab: await writeLab(halfrack, smallLab) });
    const asked: string[] = [];
    page.on("dialog", (question) => {
      asked.push(question.type());
      void question.dismiss();
    });
    await fromPalette(page, action);
    await expect(dialog(page, name)).toBeVisible();
    await change(page);
    await page.evaluate(() => setTimeout(() => location.reload()));
    await expect.poll(() => asked).toEqual(["beforeunload"]);
    await page.keyboard.press("Escape");
    await dialog(page, "Discard changes?").getByRole("button", { name: "Discard" }).click();
    await expect(dialog(page, name)).toBeHidden();
    await page.reload();
    await expect(inRack(page, "node1")).toBeVisible();
    expect(asked).toEqual(["beforeunload"]);
  });
}
