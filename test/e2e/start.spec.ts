import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { expect, expectAccessible, test, wide } from "./app.ts";
import { dialog, fromMenu, fromPalette, inRack, smallLab, writeLab } from "./lab-files.ts";

test("the start screen offers the practice lab", async ({ halfrack }) => {
  const page = await halfrack.open();
  await expect(page.getByRole("button", { name: /practice lab/i })).toBeVisible();
  await expectAccessible(page);
  await halfrack.screenshot(page, "start");
});

test("palette, list of keys, lab menu and settings are accessible", async ({ halfrack }) => {
  const page = await halfrack.open({ lab: await writeLab(halfrack, smallLab) });
  await expect(inRack(page, "node1")).toBeVisible();
  await page.keyboard.press("?");
  await expect(dialog(page, "Keyboard")).toBeVisible();
  await expectAccessible(page);
  await halfrack.screenshot(page, "keys");
  await page.keyboard.press("Escape");
  await expect(dialog(page, "Keyboard")).toBeHidden();
  await page.keyboard.press("Control+k");
  await expect(search(page)).toBeFocused();
  await expectAccessible(page);
  await halfrack.screenshot(page, "palette");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Lab menu" }).click();
  await expect(page.getByRole("menu")).toBeVisible();
  await expectAccessible(page);
  await halfrack.screenshot(page, "lab-menu");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+4");
  await expect(page.getByRole("heading", { name: "Appearance" })).toBeVisible();
  await expectAccessible(page);
  await halfrack.screenshot(page, "settings");
});

test("the start screen works without a mouse, and recent labs open from it", async ({ halfrack }) => {
  const file = await writeLab(halfrack, smallLab);
  const page = await halfrack.open({ settings: { recentLabs: [{ path: file, name: "Small lab" }] } });
  const make = page.getByRole("button", { name: /Make a lab file/ });
  await make.focus();
  await page.keyboard.press("Enter");
  await expect(dialog(page, "Make a lab file")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(make).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("region", { name: "Recent labs" }).getByRole("button").first()).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(inRack(page, "node1")).toBeVisible();
});

test("recent labs are told apart by their own names and their folders", async ({ halfrack }) => {
  await mkdir(join(halfrack.homeDir, "old"));
  const file = await writeLab(halfrack, { ...smallLab, name: "Cluster A" });
  const old = await writeLab(halfrack, { ...smallLab, name: "Cluster A, before the move" }, "old/lab.yaml");
  const broken = await writeLab(halfrack, "halfrack: [", "broken.yaml");
  const page = await halfrack.open();
  for (const path of [broken, old, file]) {
    await page.getByRole("button", { name: /Open a lab file/ }).click();
    await page.getByRole("textbox").first().fill(path);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("button", { name: "Lab menu" })).toBeVisible();
    await fromMenu(page, "Close this lab");
  }
  const recent = page.getByRole("region", { name: "Recent labs" }).getByRole("listitem");
  await expect(recent).toHaveText([`Cluster A${file}`, `Cluster A, before the move${old}`, `broken.yaml${broken}`]);
  await expectAccessible(page);
  await halfrack.screenshot(page, "start-recent");
});

test("a recent lab whose file is gone is marked, told until another opens, and removed", async ({ halfrack }) => {
  const file = await writeLab(halfrack, smallLab);
  const moved = join(halfrack.homeDir, "moved.yaml");
  const recentLabs = [
    { path: moved, name: "Moved away" },
    { path: file, name: "Small lab" },
  ];
  const page = await halfrack.open({ settings: { recentLabs } });
  const recent = page.getByRole("region", { name: "Recent labs" }).getByRole("listitem");
  await expect(recent).toHaveText([`Moved awayfile not found${moved}`, `Small lab${file}`]);
  await expectAccessible(page);
  await halfrack.screenshot(page, "start-gone", wide);
  await recent
    .first()
    .getByRole("button", { name: /^Moved away/ })
    .click();
  const toast = page.locator(".hr-toasts").getByRole("alert");
  await expect(toast).toHaveCount(1);
  await recent
    .last()
    .getByRole("button", { name: /^Small lab/ })
    .click();
  await expect(inRack(page, "node1")).toBeVisible();
  await expect(toast).toHaveCount(0, { timeout: 5000 });
  await fromMenu(page, "Close this lab");
  await page.getByRole("button", { name: "Remove Moved away from the list" }).click();
  await expect(page.getByRole("button", { name: "Remove Small lab from the list" })).toBeFocused();
  await expect(recent).toHaveText([new RegExp(`^${smallLab.name}`)]);
});

test("keys of the window work from a terminal, and the rest stays the shell's", async ({ halfrack }) => {
  const page = await halfrack.open({ practice: true, settings: { terminalScreenReader: true } });
  await expect(inRack(page, "node1")).toBeVisible();
  await inRack(page, "node1").focus();
  await fromPalette(page, "Open a terminal on node1");
  const shell = page.getByRole("region", { name: "Terminal node1", exact: true });
  const keys = shell.getByRole("textbox");
  await expect(shell).toContainText(/[#$]/);
  await expect(keys).toBeFocused();
  await page.keyboard.type("echo wh''y?\n");
  await expect(shell).toContainText("why?");
  await expect(page.getByRole("dialog")).toHaveCount(0);

  await page.keyboard.press("Control+Backquote");
  await expect(shell).toBeHidden();
  await expect(inRack(page, "node1")).toBeFocused();
  await page.keyboard.press("Control+Backquote");
  await expect(keys).toBeFocused();
  await page.keyboard.press("Control+4");
  await expect(page.getByRole("heading", { name: "Appearance" })).toBeVisible();
  await expect(keys).toBeFocused();
  await page.keyboard.press("Control+1");

  // Ctrl+K cuts the line in the shell; with Shift it is the palette, which gives the keyboard back.
  await page.keyboard.type("abandoned");
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Control+k");
  await expect(search(page)).toBeHidden();
  await page.keyboard.press("Control+Shift+K");
  await expect(search(page)).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(keys).toBeFocused();
  await page.keyboard.press("Control+Shift+K");
  await search(page).fill("Edit node2");
  await page.keyboard.press("Enter");
  await expect(dialog(page, "Edit node2")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog(page, "Edit node2")).toBeHidden();
  await expect(keys).toBeFocused();
});

test("a toast moves nothing, takes the pointer only where it is, and lies under dialogs", async ({ halfrack }) => {
  const page = await halfrack.open({ practice: true, settings: { terminalScreenReader: true } });
  await expect(inRack(page, "node1")).toBeVisible();
  await fromPalette(page, "Open a terminal on node1");
  await expect(page.getByRole("region", { name: "Terminal node1", exact: true })).toContainText(/[#$]/);
  const edges = () =>
    page.evaluate(() =>
      [...document.querySelectorAll("main, .hr-dock, .xterm-screen, .rk-svg")].map((element) => {
        const { x, y, width, height } = element.getBoundingClientRect();
        return [x, y, width, height].map(Math.round);
      }),
    );
  const before = await edges();
  // Recordings cannot be written: their folder is a file.
  await writeFile(join(halfrack.profileDir, "recordings"), "");
  const toast = page.locator(".hr-toasts").getByRole("alert");
  for (let shown = 1; shown <= 4; shown++) {
    await page.getByRole("button", { name: "More for this terminal" }).click();
    await page.getByRole("menuitem", { name: "Start recording", exact: true }).click();
    await expect(toast).toHaveCount(Math.min(shown, 3));
  }
  expect(await edges()).toEqual(before);
  await halfrack.screenshot(page, "toasts");
  const box = await toast.first().boundingBox();
  expect(box && [box.y > (await bottomOf(page, "header")), Math.abs(box.x + box.width / 2 - 670) < 20]).toEqual([
    true,
    true,
  ]);
  // Beside it, on its level, the rack is reached.
  const under = (x: number) =>
    page.evaluate(([left, top]) => document.elementFromPoint(left, top)?.closest("main, .hr-toasts")?.tagName, [
      x,
      (box?.y ?? 0) + 10,
    ] as const);
  expect([await under((box?.x ?? 0) - 12), await under((box?.x ?? 0) + 40)]).toEqual(["MAIN", "DIV"]);

  // The pointer on one keeps them all; each can be sent away, and the rest goes by itself.
  await toast.first().hover();
  await toast.first().getByRole("button").click();
  await page.mouse.move(5, 5);
  await expect(toast).toHaveCount(0, { timeout: 60_000 });

  await page.keyboard.press("Control+Shift+K");
  await expect(search(page)).toBeFocused();
  const level = (selector: string) =>
    page
      .locator(selector)
      .first()
      .evaluate((element) => Number(getComputedStyle(element).zIndex));
  expect(await level(".hr-toasts")).toBeLessThan(await level(".mantine-Modal-inner, .mantine-Spotlight-inner"));
});

test("no count of the top bar is cut, however long the lab's name", async ({ halfrack }) => {
  const lab = { ...smallLab, name: "The lab with the name that goes on and on for as long as it may" };
  const page = await halfrack.open({ lab: await writeLab(halfrack, lab), viewport: { width: 1100, height: 700 } });
  const counts = page.getByText("4 devices · 2 cables");
  await expect(counts).toBeVisible();
  expect(await counts.evaluate((element) => element.scrollWidth <= element.clientWidth)).toBe(true);
  expect(await page.locator(".hr-top").evaluate((bar) => bar.scrollWidth <= bar.clientWidth)).toBe(true);
  await halfrack.screenshot(page, "top-bar");
});

const bottomOf = (page: Page, selector: string): Promise<number> =>
  page
    .locator(selector)
    .first()
    .evaluate((element) => element.getBoundingClientRect().bottom);

const search = (page: Page) => page.getByRole("textbox", { name: "Go to a device or run an action" });
