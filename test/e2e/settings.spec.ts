/** Every setting is in Settings, and is called the same wherever else it can be changed. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { bellChoices, settingNames, terminalSwitches } from "../../renderer/settings/names.ts";
import { expect, expectAccessible, test, wide } from "./app.ts";
import { fromPalette } from "./lab-files.ts";

test("the menu of the terminals and Settings show and change the same settings by the same names", async ({
  halfrack,
}) => {
  const page = await halfrack.open({ practice: true });
  await fromPalette(page, "Open a terminal on node1");
  // A terminal that was just opened takes the keyboard, and a menu goes with it.
  const terminal = page.getByRole("region", { name: "Terminal node1", exact: true });
  await expect(terminal.getByRole("textbox")).toBeFocused();
  const more = page.getByRole("button", { name: "More for this terminal" });
  const inMenu = (key: keyof typeof settingNames) =>
    page.getByRole("menuitemcheckbox", { name: settingNames[key], exact: true });
  await more.click();
  for (const { key } of terminalSwitches) await expect(inMenu(key)).toHaveAttribute("aria-checked", "false");
  await expect(page.getByRole("menuitemradio")).toHaveText(bellChoices.map((bell) => new RegExp(`^Bell: ${bell}`)));
  await halfrack.screenshot(page, "settings-menu");
  await inMenu("terminalCopyOnSelect").click();

  await page.getByRole("button", { name: "Settings" }).click();
  const settings = page.getByRole("main", { name: "Settings" });
  for (const name of Object.values(settingNames))
    await expect(settings.getByLabel(name, { exact: true })).toBeVisible();
  const inSettings = (key: keyof typeof settingNames) => settings.getByRole("switch", { name: settingNames[key] });
  await expect(inSettings("terminalCopyOnSelect")).toBeChecked();
  await expect(inSettings("terminalScreenReader")).not.toBeChecked();
  await inSettings("terminalScreenReader").press("Space");
  await expect(inSettings("terminalScreenReader")).toBeChecked();
  await expectAccessible(page);
  await halfrack.screenshot(page, "settings-changed");

  await page.getByRole("button", { name: "Rack", exact: true }).click();
  await more.click();
  await expect(inMenu("terminalScreenReader")).toHaveAttribute("aria-checked", "true");
});

test("a number is taken once it is typed to its end, and within its bounds", async ({ halfrack }) => {
  const page = await halfrack.open({ practice: true });
  await page.getByRole("button", { name: "Settings" }).click();
  const settings = page.getByRole("main", { name: "Settings" });
  const file = join(halfrack.profileDir, "settings.json");
  const saved = async () => JSON.parse(await readFile(file, "utf8").catch(() => "{}")) as object;
  const type = async (field: ReturnType<Page["locator"]>, digits: string) => {
    await field.selectText();
    await field.pressSequentially(digits);
  };
  const lines = settings.getByLabel(settingNames.terminalScrollbackLines, { exact: true });
  await type(lines, "20000");
  await lines.press("Enter");
  await expect.poll(saved).toMatchObject({ terminalScrollbackLines: 20_000 });
  const days = settings.getByLabel(settingNames.historyDays, { exact: true });
  await type(days, "5000");
  await expect(settings.getByText("1 to 400", { exact: true })).toBeVisible();
  await expectAccessible(page);
  await halfrack.screenshot(page, "settings-bounds", wide);
  await days.press("Tab");
  await expect(days).toHaveValue("30");
  const every = settings.getByLabel(settingNames.counterIntervalMs, { exact: true });
  await type(every, "20");
  await every.press("Tab");
  await expect.poll(saved).toMatchObject({ counterIntervalMs: 20_000, historyDays: 30 });
  await expect(page.getByRole("alert")).toHaveCount(0);
});
