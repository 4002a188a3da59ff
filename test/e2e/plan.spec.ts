/** Plan and fabric over the practice lab: what differs is told in words, and what is chosen of it is written to the file. */
import { readFile, writeFile } from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";
import { parse, stringify } from "yaml";
import type { Cable, Device } from "../../electron/contract/lab.ts";
import { expect, expectAccessible, test, wide } from "./app.ts";
import { labels, quick, toggle } from "./practice-page.ts";
import { hold, spoil } from "./spoilt.ts";

const findings = (page: Page): Locator => page.getByRole("region", { name: "Findings" });
const dialog = (page: Page): Locator => page.getByRole("dialog", { name: "Plan and fabric" });
const write = (page: Page): Locator =>
  dialog(page).getByRole("button", { name: /^Write \d+ changes? to the lab file$/ });

const labPath = async (page: Page): Promise<string> =>
  (await page.getByRole("heading", { level: 1, includeHidden: true }).getAttribute("title")) ?? "";
const labText = async (page: Page): Promise<string> => readFile(await labPath(page), "utf8");

const swapped =
  "The cable from node2 mlx4_0/1 is in sw1 port 3, plan says 2; the cable from node3 mlx4_0/1 is in sw1 port 2, plan says 3: the two are swapped";

test("swapped cables are one finding, written to the lab file when chosen and taken back by undo", async ({
  halfrack,
}) => {
  const page = await halfrack.open({ practice: true, settings: quick });
  await expect(labels(page, "healthy")).toHaveCount(5);
  await expect(findings(page)).toBeHidden();
  await toggle(page, "Swap two cables");
  await expect(findings(page).getByRole("listitem")).toHaveCount(1);
  await expect(findings(page)).toContainText("1 error");
  await expect(findings(page)).toContainText(swapped);
  await expect(page.locator(".rk-crossed")).toHaveCount(2);

  await findings(page).getByRole("button", { name: "What it means" }).click();
  await expect(findings(page).getByRole("list", { name: "Evidence" })).toContainText(
    /iblinkinfo --line on node\d, line \d/,
  );
  await expect(findings(page).getByRole("list", { name: "Evidence" })).toContainText(/sw1.* 3\[ +\] ==\(/);
  await findings(page).getByRole("button", { name: swapped }).click();
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  await expect(inspector).toContainText("whoever trusts the plan unplugs the wrong cable");
  await expectAccessible(page);
  await halfrack.screenshot(page, "plan-swapped");
  await inspector.getByRole("button", { name: "Close the inspector" }).click();

  const before = await labText(page);
  await page.getByRole("button", { name: "3 of 5 cables as planned" }).click();
  await expect(write(page)).toBeDisabled();
  const choice = dialog(page).getByRole("checkbox", { name: swapped });
  await expect(choice).not.toBeChecked();
  await expect(dialog(page)).toContainText("The cable from node2 mlx4_0/1 will be planned in sw1 port 3 instead of 2.");
  await expect(dialog(page)).toContainText("Or at the rack: move the plug from sw1 port 3 to sw1 port 2, and");
  await choice.check();
  const diff = dialog(page).getByLabel("Change of the lab file");
  await expect(diff.locator('[data-sign="-"]')).toHaveText([/node2,.*port: "2" }/, /node3,.*port: "3" }/]);
  await expect(diff.locator('[data-sign="+"]')).toHaveText([/node2,.*port: "3" }/, /node3,.*port: "2" }/]);
  await expect(write(page)).toHaveText("Write 2 changes to the lab file");
  await expectAccessible(page);
  await halfrack.screenshot(page, "plan-dialog");
  expect(await labText(page)).toBe(before);

  await write(page).click();
  await expect(dialog(page)).toBeHidden();
  await expect(labels(page, "healthy")).toHaveCount(5);
  await expect(findings(page)).toBeHidden();
  expect(await labText(page)).toMatch(/device: node2, .*port: "3" \}, .*label: "IB-2"/);
  await page.keyboard.press("Control+z");
  await expect(findings(page)).toContainText(swapped);
  expect(await labText(page)).toBe(before);
});

test("a pulled cable and a node that is off are findings that say what each can be", async ({ halfrack }) => {
  const page = await halfrack.open({ practice: true, settings: quick, viewport: wide });
  await expect(labels(page, "healthy")).toHaveCount(5);
  await toggle(page, "Pull a cable");
  const pulled = findings(page).getByRole("listitem").filter({ hasText: "node4 mlx4_0/1 to sw1 port 4 is down" });
  await expect(pulled).toBeVisible();
  await pulled.getByRole("button", { name: "What it means" }).click();
  await expect(pulled).toContainText("Both ends are powered and look for a partner without finding one");
  await toggle(page, "Switch a node off");
  const off = findings(page).getByRole("listitem").filter({ hasText: "node5 mlx4_0/1 to sw1 port 5 is down" });
  await expect(off).toBeVisible();
  await off.getByRole("button", { name: "What it means" }).click();
  await expect(off).toContainText("a pulled cable and a host that is off look alike");
  await expectAccessible(page);
  await halfrack.screenshot(page, "plan-down");
});

test("a swapped cable is not told the errors of the one it was swapped with", async ({ halfrack }) => {
  const page = await halfrack.open({ practice: true, settings: { ...quick, counterIntervalMs: 5000 } });
  await expect(labels(page, "healthy")).toHaveCount(5);
  await toggle(page, "Swap two cables");
  await toggle(page, "A failing cable");
  const errors = findings(page).getByRole("listitem").filter({ hasText: "counts errors" });
  await expect(errors.first()).toBeVisible({ timeout: 30_000 });
  await page.getByRole("row").filter({ hasText: "node3" }).filter({ hasText: "swapped" }).click();
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  await expect(inspector).toContainText("the two are swapped");
  await expect(inspector).not.toContainText("counts errors");
});

test("the dialog opens from the palette, and says when nothing differs", async ({ halfrack }) => {
  const page = await halfrack.open({ practice: true });
  await expect(labels(page, "healthy")).toHaveCount(5);
  await page.keyboard.press("Control+k");
  await page.getByRole("textbox", { name: "Go to a device or run an action" }).fill("Compare plan");
  await page.keyboard.press("Enter");
  await expect(dialog(page)).toContainText("The plan and what was seen do not differ.");
  await page.keyboard.press("Escape");
  await expect(dialog(page)).toBeHidden();
});

test("nothing is written that is not shown: neither a choice taken back nor a file changed meanwhile", async ({
  halfrack,
  chromium,
}) => {
  test.skip(chromium === null, "Electron's window has no socket to hold calls back on");
  const page = await halfrack.open({ practice: true, settings: quick });
  const asked = await hold(page, /^\/(?:fabric\/adopt|lab\/preview)$/);
  await expect(labels(page, "healthy")).toHaveCount(5);
  await toggle(page, "Swap two cables");
  await page.getByRole("button", { name: "3 of 5 cables as planned" }).click();
  const choice = dialog(page).getByRole("checkbox", { name: swapped });
  await choice.check();
  await expect(write(page)).toBeEnabled();
  asked.begin();
  await choice.uncheck();
  await expect(write(page)).toBeDisabled();
  asked.end();
  await expect(dialog(page).getByLabel("Change of the lab file")).toBeHidden();
  await expect(write(page)).toBeDisabled();
  await choice.check();
  await expect(write(page)).toBeEnabled();

  // The page goes on showing the change of the file as it was.
  asked.begin();
  const text = `${await labText(page)}# by another hand\n`;
  await writeFile(await labPath(page), text);
  await write(page).click();
  await expect(dialog(page).getByRole("alert")).toContainText("the lab file is not the one that was shown");
  expect(await labText(page)).toBe(text);
  asked.end();
  await expect(dialog(page).getByLabel("Change of the lab file")).toContainText("# by another hand");
  await write(page).click();
  await expect(dialog(page)).toBeHidden();
  expect(await labText(page)).toMatch(/device: node2, .*port: "3" \}[\s\S]*# by another hand\n$/);
});

test("a host that the lab file does not name is added with its cable as it was seen, in one step", async ({
  halfrack,
}) => {
  const page = await halfrack.open({ practice: true, settings: quick });
  await expect(labels(page, "healthy")).toHaveCount(5);
  const whole = await labText(page);
  const { devices, cables, ...lab } = parse(whole);
  const rest = {
    ...lab,
    devices: devices.filter(({ name }: Device) => name !== "node5"),
    cables: cables.filter(({ from, to }: Cable) => from.device !== "node5" && to.device !== "node5"),
  };
  await writeFile(await labPath(page), stringify(rest));
  const stranger = findings(page).getByRole("listitem").filter({ hasText: "the lab file does not name node5 mlx4_0" });
  await expect(stranger).toBeVisible();
  const before = await labText(page);

  await page.getByRole("button", { name: "4 of 4 cables as planned" }).click();
  await expect(dialog(page)).toContainText("add the device, and its cable comes with it");
  await halfrack.screenshot(page, "plan-stranger");
  await page.keyboard.press("Escape");
  await stranger.getByRole("button", { name: "What it means" }).click();
  await stranger.getByRole("button", { name: "Add to lab file…" }).click();

  const adding = page.getByRole("dialog", { name: "Add a device that was seen" });
  const add = adding.getByRole("button", { name: /^Add node5/ });
  await expect(adding.getByRole("textbox", { name: "Name", exact: true }).first()).toHaveValue("node5");
  const type = adding.getByRole("combobox", { name: "Device type" });
  await expect(type).toHaveValue("");
  await expect(add).toBeDisabled();
  await type.fill("DL380");
  await page.getByRole("option", { name: /DL380/ }).click();
  await expect(adding).toContainText("A cable from node5 mlx4_0/1 to sw1 port 5 will be planned.");
  const diff = adding.getByLabel("Change of the lab file");
  await expect(diff.locator('[data-sign="+"]').filter({ hasText: "node5" })).toHaveCount(2);
  await expect(diff.locator('[data-sign="-"]')).toHaveCount(0);
  await expect(add).toHaveText("Add node5 and its cable");
  expect(await labText(page)).toBe(before);
  await diff.scrollIntoViewIfNeeded();
  await expectAccessible(page);
  await halfrack.screenshot(page, "plan-add-seen");

  await adding.getByRole("textbox", { name: "Name", exact: true }).first().fill("other");
  await expect(adding).toContainText('The fabric calls it "node5 mlx4_0", by which it would not be taken for other');
  await expect(adding.getByRole("button", { name: "Add other", exact: true })).toBeEnabled();

  await expect(adding).toContainText("port GUID 0x");
  const guid = adding.getByRole("textbox", { name: "Node GUID" });
  const shown = adding.locator("code").filter({ hasText: /^0x[0-9a-f]{16}$/ });
  const portGuid = (await shown.textContent()) ?? "";
  await guid.fill(portGuid);
  await expect(adding).toContainText("This is the GUID of a port, node5 mlx4_0 port 1.");
  await expect(adding.getByRole("button", { name: "Add other" })).toBeDisabled();
  await guid.scrollIntoViewIfNeeded();
  await halfrack.screenshot(page, "plan-port-guid");
  await guid.fill(portGuid.replace(/1$/, "0"));
  await expect(adding).toContainText("A cable from other mlx4_0/1 to sw1 port 5 will be planned.");
  await expect(adding.getByRole("button", { name: "Add other and its cable" })).toBeEnabled();
  await guid.fill("");

  const unit = adding.getByRole("textbox", { name: "Lowest unit" });
  const free = await unit.inputValue();
  await unit.fill(String(devices.find(({ name }: Device) => name === "sw1").unit));
  await expect(adding).toContainText("sw1 is there");
  await expect(adding.getByText("What is marked in the form is to be corrected first.")).toBeInViewport();
  await unit.scrollIntoViewIfNeeded();
  await halfrack.screenshot(page, "plan-unit-taken");
  await unit.fill(free);
  await adding.getByRole("textbox", { name: "Name", exact: true }).first().fill("node5");
  await expect(add).toBeEnabled();
  await add.click();
  await expect(adding).toBeHidden();
  await expect(labels(page, "healthy")).toHaveCount(5);
  await expect(stranger).toBeHidden();
  expect(parse(await labText(page))).toMatchObject({ cables: { length: 5 }, devices: { length: devices.length } });
  await page.keyboard.press("Control+z");
  await expect(stranger).toBeVisible();
  expect(await labText(page)).toBe(before);
});

test("what keeps plan and fabric from being compared is told, and it can be tried again", async ({
  halfrack,
  chromium,
}) => {
  test.skip(chromium === null, "Electron's window has no socket to spoil calls on");
  const page = await halfrack.open({ practice: true, settings: { pollIntervalMs: 600_000 } });
  const spoilt = await spoil(page, "/fabric/adopt");
  await expect(labels(page, "healthy")).toHaveCount(5);
  await page.getByRole("button", { name: "5 of 5 cables as planned" }).click();
  await expect(dialog(page).getByRole("alert")).toContainText("The input does not fit the method");
  await expect(write(page)).toBeDisabled();
  await expectAccessible(page);
  await halfrack.screenshot(page, "plan-fault");
  spoilt.end();
  await dialog(page).getByRole("button", { name: "Try again" }).click();
  await expect(dialog(page)).toContainText("The plan and what was seen do not differ.");
  await expect(dialog(page).getByRole("alert")).toHaveCount(0);
});
