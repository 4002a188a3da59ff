import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { stringify } from "yaml";
import { end, environment, expect, expectAccessible, startBrowserHost, test } from "./app.ts";
import { dialog, fromMenu, fromPalette, inRack, labOnDisk, smallLab, writeLab } from "./lab-files.ts";

test("two windows on one lab follow each other, share terminals, and part without harm", async ({ halfrack }) => {
  const page = await halfrack.open({ practice: true, settings: { terminalScreenReader: true } });
  const other = await page.context().newPage();
  await other.goto(new URL("/", page.url()).href);
  await expect(inRack(page, "node1")).toBeVisible();
  await expect(inRack(other, "node1")).toBeVisible();

  await fromPalette(page, "Edit node1");
  await dialog(page, "Edit node1").getByRole("textbox", { name: "Name", exact: true }).first().fill("renamed");
  await dialog(page, "Edit node1").getByRole("button", { name: "Save the changes" }).click();
  await expect(inRack(other, "renamed")).toBeVisible();
  await fromMenu(other, "Undo edit");
  await expect(inRack(page, "node1")).toBeVisible();

  await fromPalette(page, "Open a terminal on node2");
  const pane = (of: Page) => of.getByRole("region", { name: "Terminal node2", exact: true });
  await expect(pane(page)).toContainText(/[#$]/);
  await other.keyboard.press("Control+Backquote");
  await expect(pane(other)).toContainText(/[#$]/);
  await pane(page).getByRole("textbox").focus();
  await page.keyboard.type("echo shared-''1\n");
  await expect(pane(other)).toContainText("shared-1");

  await page.close();
  await pane(other).getByRole("textbox").focus();
  await other.keyboard.type("echo alone-''2\n");
  await expect(pane(other)).toContainText("alone-2");
});

test("a window whose host ended says so, keeps its picture, and tells what to do when another host answers", async ({
  halfrack,
  chromium,
}) => {
  test.skip(chromium === null, "Electron's window ends with its host");
  if (!chromium) return;
  const file = await writeLab(halfrack, smallLab);
  const args = ["--profile", halfrack.profileDir, "--lab", file];
  const env = environment(halfrack.homeDir);
  const first = await startBrowserHost(args, env, () => undefined);
  const children: ChildProcess[] = [first.child];
  const context = await chromium.newContext({ colorScheme: "dark", viewport: { width: 1280, height: 800 } });
  try {
    const page = await context.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(first.address);
    await expect(inRack(page, "node1")).toBeVisible();
    const ended = once(first.child, "exit");
    first.child.kill("SIGKILL");
    await ended;
    const notice = page.getByRole("alert").filter({ hasText: "What is shown is what was known" });
    await expect(notice).toContainText("Connecting again…");
    await expect(inRack(page, "node1")).toBeVisible();
    await expectAccessible(page);
    await halfrack.screenshot(page, "lab-connection-lost");

    // Nothing is kept to be sent later.
    await fromPalette(page, "Remove sw1");
    await dialog(page, "Remove sw1?").getByRole("button", { name: "Remove sw1 and 2 cables" }).click();
    await expect(dialog(page, "Remove sw1?").getByRole("alert")).toContainText("Nothing was sent");
    await page.keyboard.press("Escape");

    // By now long enough for it to be no mere moment.
    const gone = page.getByRole("alert").filter({ hasText: "open the address it prints" });
    await expect(gone).toContainText("Halfrack does not answer");
    await expect(gone).not.toContainText("again…");
    await expectAccessible(page);
    await halfrack.screenshot(page, "lab-connection-gone");

    const { port } = new URL(first.address);
    const second = await startBrowserHost([...args, "--port", port], env, () => undefined);
    children.push(second.child);
    await expect(notice).toContainText("Open the address it printed");
    await halfrack.screenshot(page, "lab-connection-foreign");
    await page.goto(second.address);
    await expect(inRack(page, "sw1")).toBeVisible();
    await expect(notice).toBeHidden();
    expect(await labOnDisk(file)).toEqual(smallLab);
    expect(errors).toEqual([]);
  } finally {
    await context.close();
    for (const child of children) await end(child);
  }
});

for (const keep of ["disk", "mine"] as const) {
  test(`an edit that meets a change on disk is not saved before the admin chooses: ${keep}`, async ({
    halfrack,
    chromium,
  }) => {
    test.skip(chromium === null, "the host is stopped and continued by its process");
    if (!chromium) return;
    const file = await writeLab(halfrack, smallLab);
    const args = ["--profile", halfrack.profileDir, "--lab", file];
    const host = await startBrowserHost(args, environment(halfrack.homeDir), () => undefined);
    const context = await chromium.newContext({ colorScheme: "light", viewport: { width: 1280, height: 800 } });
    try {
      const page = await context.newPage();
      await page.goto(host.address);
      await inRack(page, "node2").focus();
      await page.keyboard.press("m");
      await page.keyboard.press("ArrowUp");
      await expect(page.getByText("U3: free")).toBeVisible();
      // The host sleeps while the file changes, so that the edit reaches it before it can have looked at the file.
      host.child.kill("SIGSTOP");
      await page.keyboard.press("Enter");
      await writeFile(file, stringify({ ...smallLab, name: "Theirs" }));
      host.child.kill("SIGCONT");
      const notice = page.getByRole("alert").filter({ hasText: "since it was read here" });
      await expect(notice).toBeVisible();
      // Both ways look the same until the choice.
      const first = keep === "disk";
      if (first) await expectAccessible(page);
      if (first) await halfrack.screenshot(page, "lab-conflict");
      expect((await labOnDisk(file)).name).toBe("Theirs");
      await notice.getByRole("button", { name: "Compare and choose…" }).click();
      const question = dialog(page, "Changes to the lab are not saved");
      const difference = question.getByRole("region", { name: "What is not in the lab file" });
      await expect(difference).toContainText(/-name: Theirs\n?\+name: Small lab/);
      if (first) await expectAccessible(page);
      if (first) await halfrack.screenshot(page, "lab-conflict-question");
      await question
        .getByRole("button", { name: keep === "disk" ? "Drop the changes" : "Write this version over it" })
        .click();
      await expect(notice).toBeHidden();
      const saved = await labOnDisk(file);
      expect([saved.name, saved.devices[1]?.unit]).toEqual(keep === "disk" ? ["Theirs", 2] : ["Small lab", 3]);
      await expect(page).toHaveTitle(keep === "disk" ? /^Theirs/ : /^Small lab/);
    } finally {
      host.child.kill("SIGCONT");
      await context.close();
      await end(host.child);
    }
  });
}
