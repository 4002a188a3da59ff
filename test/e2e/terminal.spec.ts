import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import { expect, expectAccessible, type Halfrack, type OpenOptions, test } from "./app.ts";

/** Terminal text is drawn by the graphics card; the screen reader's copy of it is what a test can read. */
const readable = { terminalScreenReader: true } as const;

test("a shell opens in a tab, answers, splits, and keeps its scrollback and place over a reload", async ({
  halfrack,
}) => {
  const page = await openPractice(halfrack);
  await openShell(page, "node1");
  await run(page, "node1", "uname -r");
  await expect(pane(page, "node1")).toContainText("3.10.0");

  await page.keyboard.press("Control+Shift+D");
  await expectPrompt(page, "node1 (2)");
  await page.keyboard.type("echo right-''42\n");
  await expect(pane(page, "node1 (2)")).toContainText("right-42");
  const before = await boxOf(pane(page, "node1 (2)"));

  await page.reload();
  await expect(pane(page, "node1")).toContainText("3.10.0");
  await expect(pane(page, "node1 (2)")).toContainText("right-42");
  const after = await boxOf(pane(page, "node1 (2)"));
  expect(after.x).toBe(before.x);
  expect(after.x).toBeGreaterThan((await boxOf(pane(page, "node1"))).x);
  await run(page, "node1 (2)", "echo still-''2");
  await expect(pane(page, "node1 (2)")).toContainText("still-2");
});

test("the dock is walked, maximised and closed from the keyboard", async ({ halfrack }) => {
  const page = await openPractice(halfrack);
  await openShell(page, "node1");
  await page.keyboard.press("Control+Shift+T");
  await expectPrompt(page, "node1 (2)");
  await expect(pane(page, "node1")).toBeHidden();
  await page.keyboard.press("Control+Shift+[");
  await expect(pane(page, "node1")).toBeVisible();
  await expect(input(page, "node1")).toBeFocused();
  await page.keyboard.press("Control+Shift+E");
  await expectPrompt(page, "node1 (3)");
  await page.keyboard.press("Control+Shift+ArrowUp");
  await expect(input(page, "node1")).toBeFocused();

  const small = await boxOf(pane(page, "node1"));
  await page.keyboard.press("Control+Shift+M");
  await expect.poll(async () => (await boxOf(pane(page, "node1"))).height).toBeGreaterThan(small.height);
  await page.keyboard.press("Control+Shift+M");
  await page.keyboard.press("Control+Shift+X");
  await expect(page.getByRole("tab")).toHaveCount(2);
});

test("the tab in front is in view however narrow its split becomes", async ({ halfrack }) => {
  const page = await openPractice(halfrack);
  for (const device of ["node1", "node2", "node3", "node4"]) await openShell(page, device);
  await page.keyboard.press("Control+Shift+D");
  await expectPrompt(page, "node4 (2)");
  await page.keyboard.press("Control+Shift+D");
  await expectPrompt(page, "node4 (3)");
  await expect(page.getByRole("tab", { name: /node4(?! \()/ })).toBeInViewport({ ratio: 0.9 });
  await page.setViewportSize({ width: 1150, height: 700 });
  await expect(page.getByRole("tab", { name: /node4(?! \()/ })).toBeInViewport({ ratio: 0.9 });
});

test("search finds, counts and steps, and Escape returns to the shell", async ({ halfrack }) => {
  const page = await openPractice(halfrack);
  await openShell(page, "node1");
  await run(page, "node1", "seq 1 60");
  await expect(pane(page, "node1")).toContainText("60");
  await page.keyboard.press("Control+Shift+F");
  const search = page.getByRole("search", { name: "Search in this terminal" });
  await page.keyboard.type("5[0-9]");
  await expect(search.getByRole("status")).toHaveText("no match");
  await search.getByRole("button", { name: "Regular expression" }).click();
  await expect(search.getByRole("status")).toHaveText("10 of 10");
  await search.getByRole("textbox").press("Shift+Enter");
  await expect(search.getByRole("status")).toHaveText("9 of 10");
  await search.getByRole("textbox").fill("5[");
  await expect(search.getByRole("status")).toHaveText("not a pattern");
  await page.keyboard.press("Escape");
  await expect(search).toBeHidden();
  await expect(input(page, "node1")).toBeFocused();
});

test("a paste of several lines is shown first where the program would run them", async ({ halfrack }) => {
  const page = await openPractice(halfrack);
  await openShell(page, "node1");
  // At the prompt the shell takes pastes in brackets: they wait for Enter by themselves.
  await paste(page, "echo one\necho two");
  await expect(pane(page, "node1")).toContainText("echo two");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.keyboard.press("Control+C");

  await page.keyboard.type("cat\n");
  await expect(pane(page, "node1")).toContainText("cat");
  await paste(page, "first \u001b[201~line\nsecond line\n");
  const question = page.getByRole("dialog", { name: "Paste 2 lines?" });
  await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
  await expect(question.getByRole("region", { name: "Text to be sent" })).toContainText("first ESC[201~line");
  await expectAccessible(page);
  await halfrack.screenshot(page, "terminal-paste");
  await page.keyboard.press("Enter");
  await expect(question).toBeHidden();
  await expect(pane(page, "node1")).not.toContainText("second line");

  await paste(page, "first line\nsecond line\n");
  await question.getByRole("button", { name: "Paste as one line" }).click();
  await expect(pane(page, "node1")).toContainText("first line second line");
});

test("a flood ends at once on Ctrl-C and does not hold up another tab", async ({ halfrack }) => {
  const page = await openPractice(halfrack);
  await openShell(page, "node1");
  await page.keyboard.press("Control+Shift+D");
  await expectPrompt(page, "node1 (2)");
  await run(page, "node1", "yes flood");
  await expect(pane(page, "node1")).toContainText("flood");
  await run(page, "node1 (2)", "echo other-''21");
  await expect(pane(page, "node1 (2)")).toContainText("other-21");
  await input(page, "node1").focus();
  await page.keyboard.press("Control+C");
  await page.keyboard.type("echo ended-''9\n");
  await expect(pane(page, "node1")).toContainText("ended-9", { timeout: 5000 });
});

test("broadcast reaches the chosen terminals in sight, and asks before a destructive line", async ({ halfrack }) => {
  const page = await openPractice(halfrack);
  for (const device of ["node1", "node2", "node3"]) await openShell(page, device);
  await page.keyboard.press("Control+Shift+B");
  const choice = page.getByRole("dialog", { name: "Broadcast to several terminals" });
  await choice.getByRole("checkbox", { name: "node2" }).check();
  await choice.getByRole("checkbox", { name: "node3" }).check();
  await expectAccessible(page);
  await choice.getByRole("button", { name: "Broadcast to 2 terminals" }).click();
  const bar = page.getByRole("region", { name: "Broadcast", exact: true });
  await expect(bar.getByRole("listitem")).toHaveCount(2);

  await run(page, "node3", "echo to-all-''10");
  await expect(pane(page, "node3")).toContainText("to-all-10");
  await expect(bar.getByRole("listitem").filter({ hasText: "node2" })).toContainText("sent");
  await expectAccessible(page);
  await halfrack.screenshot(page, "terminal-broadcast");

  await page.keyboard.type("rm -rf /tmp/none\n");
  const guard = page.getByRole("dialog", { name: "Run this in 2 terminals?" });
  await expect(guard.getByRole("list", { name: "Targets" }).getByRole("listitem")).toHaveCount(2);
  await expect(guard.getByRole("button", { name: "Cancel" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(guard).toBeHidden();
  await page.keyboard.press("Control+C");

  await bar.getByRole("button", { name: "Stop broadcasting" }).click();
  await expect(bar).toBeHidden();
  await page.getByRole("tab", { name: /node2/ }).click();
  await expect(pane(page, "node2")).toContainText("to-all-10");
  await page.getByRole("tab", { name: /node1/ }).click();
  await expect(pane(page, "node1")).not.toContainText("to-all");
});

test("a session is recorded and replayed", async ({ halfrack }) => {
  const page = await openPractice(halfrack);
  await openShell(page, "node1");
  await more(page, "Start recording");
  await expect(page.getByRole("tab", { name: /node1/ }).getByRole("img", { name: "recording" })).toBeVisible();
  await run(page, "node1", "echo recorded-''42");
  await expect(pane(page, "node1")).toContainText("recorded-42");
  await more(page, "Stop recording");
  await more(page, "Recordings");
  const list = page.getByRole("dialog", { name: "Terminal recordings" });
  await expect(list.getByRole("row", { name: /node1/ })).toBeVisible();
  await expectAccessible(page);
  await list.getByRole("button", { name: "Replay" }).click();
  const replay = page.getByRole("region", { name: "Replay" });
  await expect(replay).toContainText("recorded-42");
  await expect(replay.getByRole("button", { name: "Play" })).toBeVisible();
  await replay.getByRole("slider", { name: "Position" }).press("Home");
  await expect(replay.locator(".xterm-accessibility-tree")).not.toContainText("recorded-42");
  await expectAccessible(page);
  await halfrack.screenshot(page, "terminal-replay");

  const ground = replay.locator(".xterm-scrollable-element");
  const inDark = await ground.evaluate((element) => getComputedStyle(element).backgroundColor);
  await page.emulateMedia({ colorScheme: "light" });
  await expect(ground).not.toHaveCSS("background-color", inDark);
});

test("what is told never covers a button", async ({ halfrack }) => {
  const page = await openPractice(halfrack);
  await openShell(page, "node1");
  await page.keyboard.press("Control+Shift+D");
  await expectPrompt(page, "node1 (2)");
  await page.keyboard.type("exit\n");
  const reconnect = pane(page, "node1 (2)").getByRole("button", { name: "Reconnect" });
  await expect(reconnect).toBeVisible();
  await page.keyboard.press("Control+Shift+C");
  await expect(pane(page, "node1 (2)").getByText("Nothing is selected")).toBeVisible();
  await reconnect.click({ trial: true, timeout: 2000 });

  // Recordings cannot be written: their folder is a file.
  await writeFile(join(halfrack.profileDir, "recordings"), "");
  await page.getByRole("button", { name: "More for this terminal" }).first().click();
  await page.getByRole("menuitem", { name: "Start recording", exact: true }).click();
  const toast = page.locator(".hr-toasts").getByRole("alert");
  await expect(toast).toBeVisible();
  await reconnect.click({ trial: true, timeout: 2000 });
  await halfrack.screenshot(page, "terminal-toast");
  await toast.getByRole("button").click();
  await expect(toast).toHaveCount(0);
});

test("a program can neither write the clipboard nor read it", async ({ halfrack }) => {
  const page = await openPractice(halfrack);
  await openShell(page, "node1");
  await page.evaluate(() => navigator.clipboard.writeText("mine"));
  const stolen = Buffer.from("stolen").toString("base64");
  await run(page, "node1", `printf '\\033]52;c;${stolen}\\007\\033]52;c;?\\007'; echo wrote-''2`);
  await expect(pane(page, "node1")).toContainText("wrote-2");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("mine");
  // An answer to the question would stand at the prompt.
  await run(page, "node1", "echo nothing-''4-typed");
  await expect(pane(page, "node1")).toContainText("nothing-4-typed");
  expect(await pane(page, "node1").textContent()).not.toContain(Buffer.from("mine").toString("base64"));
});

test("a link opens only over http, on Ctrl+click, after its address was shown", async ({ halfrack }) => {
  const page = await openPractice(halfrack);
  const opened: string[] = [];
  page.on("dialog", (dialog) => opened.push(`dialog ${dialog.message()}`));
  page.context().on("page", (popup) => opened.push(`popup ${popup.url()}`));
  await openShell(page, "node1");
  const link = (address: string, text: string) => `\\033]8;;${address}\\033\\\\${text}\\033]8;;\\033\\\\`;
  const text = `${link("javascript:document.title=1", "XXXXXXXXXX")}\\n${link("https://xn--pple-43d.com/", "https://apple.com")}\\n`;
  await run(page, "node1", `clear; printf '${text}'; echo shown-''2`);
  await expect(pane(page, "node1")).toContainText("shown-2");
  const rows = await linkRows(page);

  await clickWithControl(page, rows.x, rows.script);
  await clickWithControl(page, rows.x, rows.address);
  const question = page.getByRole("dialog", { name: "Open this address?" });
  await expect(question.getByRole("region", { name: "Address" })).toHaveText("https://xn--pple-43d.com/");
  await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(question).toBeHidden();
  expect(opened).toEqual([]);
  expect(await page.title()).not.toBe("1");
});

test("the dock with splits", async ({ halfrack }) => {
  const page = await openPractice(halfrack, { settings: {} });
  await expectAccessible(page);
  await halfrack.screenshot(page, "terminal-empty");
  const dock = page.getByRole("region", { name: "Terminals", exact: true });
  await dock.getByRole("button", { name: "node1", exact: true }).click();
  await expect(dock.locator('section[data-status="open"]')).toHaveCount(1);
  await expect(input(page, "node1")).toBeFocused();
  await page.keyboard.type("ibstat mlx4_0 1\n");
  await page.keyboard.press("Control+Shift+D");
  await expect(dock.locator('section[data-status="open"]')).toHaveCount(2);
  await expect(input(page, "node1 (2)")).toBeFocused();
  await page.keyboard.type("dmesg | tail -n 6\n");
  await dock.getByRole("button", { name: "New terminal" }).first().click();
  await page.getByRole("menuitem", { name: /^node2/ }).click();
  await expect(page.getByRole("tab", { name: /node2/ })).toBeVisible();
  await expectAccessible(page);
  await halfrack.screenshot(page, "terminal-splits");
});

async function openPractice(halfrack: Halfrack, options: OpenOptions = {}): Promise<Page> {
  const page = await halfrack.open({ practice: true, settings: readable, ...options });
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await expect(page.getByText("No terminal is open")).toBeAttached();
  await page.keyboard.press("Control+Backquote");
  await expect(page.getByText("No terminal is open")).toBeVisible();
  return page;
}

/** Opens a shell from the empty dock, else from the plus of its first group, and waits for its prompt. */
async function openShell(page: Page, device: string): Promise<void> {
  const dock = page.getByRole("region", { name: "Terminals", exact: true });
  const plus = dock.getByRole("button", { name: "New terminal" });
  if ((await plus.count()) === 0) await dock.getByRole("button", { name: device, exact: true }).click();
  else {
    await plus.first().click();
    await page.getByRole("menuitem", { name: new RegExp(`^${device}`) }).click();
  }
  await expectPrompt(page, device);
}

const pane = (page: Page, label: string): Locator =>
  page.getByRole("region", { name: `Terminal ${label}`, exact: true });

const input = (page: Page, label: string): Locator =>
  pane(page, label).getByRole("textbox", { name: `Terminal ${label}, input` });

async function expectPrompt(page: Page, label: string): Promise<void> {
  await expect(pane(page, label)).toContainText(/[#>$]/);
  await expect(input(page, label)).toBeFocused();
}

async function run(page: Page, label: string, line: string): Promise<void> {
  await input(page, label).focus();
  await page.keyboard.type(`${line}\n`);
}

/** Pastes as the keyboard does, through the browser's own clipboard. */
async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  await page.keyboard.press("Control+Shift+V");
}

async function more(page: Page, item: string): Promise<void> {
  await page.getByRole("button", { name: "More for this terminal" }).click();
  await page.getByRole("menuitem", { name: item, exact: true }).click();
}

async function boxOf(locator: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await locator.boundingBox();
  if (!box) throw new Error("the terminal is not on the screen");
  return box;
}

/** Where the two links of the link test are, in CSS pixels. */
async function linkRows(page: Page): Promise<{ x: number; script: number; address: number }> {
  const screen = await boxOf(page.locator(".xterm-screen"));
  // What is drawn by the DOM is there before the tree that tells its rows.
  await expect(page.locator(".xterm-accessibility-tree")).toContainText("shown-2");
  const rows = await page.locator(".xterm-accessibility-tree > *").allTextContents();
  const middle = (needle: string) => {
    const row = rows.findIndex((text) => text.startsWith(needle));
    expect(row).toBeGreaterThanOrEqual(0);
    return screen.y + ((row + 0.5) * screen.height) / rows.length;
  };
  return { x: screen.x + 30, script: middle("XXXXXXXXXX"), address: middle("https://apple.com") };
}

async function clickWithControl(page: Page, x: number, y: number): Promise<void> {
  // from elsewhere, as a hand does: xterm.js looks for a link when the pointer comes to another cell
  await page.mouse.move(x + 60, y + 40);
  await page.mouse.move(x, y);
  await page.keyboard.down("Control");
  await page.mouse.click(x, y);
  await page.keyboard.up("Control");
}
