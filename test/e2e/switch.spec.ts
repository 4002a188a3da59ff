/** The switch over the practice lab: what it tells of itself, and what may be changed on it, shown before it is typed. */
import type { Locator, Page } from "@playwright/test";
import { expect, expectAccessible, test, wide } from "./app.ts";
import { inspector, labels } from "./practice-page.ts";

const dialog = (page: Page): Locator => page.getByRole("dialog");
const settings = { pollIntervalMs: 1000 };

async function inspectSwitch(page: Page): Promise<void> {
  await expect(labels(page, "healthy")).toHaveCount(5);
  await page
    .getByRole("main")
    .getByRole("button", { name: /^sw1, / })
    .click();
  await expect(inspector(page)).toContainText("Ports: 5 of 18 active");
}

async function inspectPort(page: Page, port: string): Promise<void> {
  await inspectSwitch(page);
  await inspector(page)
    .getByRole("button", { name: `Port ${port}`, exact: true })
    .click();
  await expect(inspector(page)).toContainText("As the switch reports it");
}

test("the switch tells of its release, ports and parts", async ({ halfrack }) => {
  const page = await halfrack.open({ practice: true, settings });
  await inspectSwitch(page);
  const told = inspector(page);
  await expect(told).toContainText("MLNX-OS 3.6.8012");
  await expect(told).toContainText("does not run on this switch");
  await expect(told.getByRole("table").first().getByRole("row")).toHaveCount(6);
  await expect(told.getByRole("row", { name: /CPU_BOARD_MONITOR T2/ })).toContainText("62.0 °C");
  await expect(told.getByRole("row", { name: /Fan PS1 F1/ })).toContainText("4050 rpm");
  await halfrack.screenshot(page, "switch", wide);
  await told.getByRole("button", { name: "Show 13 ports without a link" }).click();
  await expect(told.getByRole("table").first().getByRole("row")).toHaveCount(19);
  await told.getByRole("button", { name: "show version" }).click();
  await expect(told.locator("pre")).toContainText("Product release:   3.6.8012");
  await told.getByRole("button", { name: "Save configuration" }).scrollIntoViewIfNeeded();
  await halfrack.screenshot(page, "switch-answers", wide);
  await expectAccessible(page);
});

test("a port is described, and told so by the switch", async ({ halfrack }) => {
  const page = await halfrack.open({ practice: true, settings });
  await inspectPort(page, "1/4");
  await expect(inspector(page)).toContainText("56 Gb/s, before encoding");
  await expect(inspector(page)).toContainText("54.5 Gb/s of data");
  await halfrack.screenshot(page, "switch-port", wide);
  await inspector(page).getByRole("button", { name: "Describe…" }).click();
  const field = dialog(page).getByLabel("Description");
  await field.fill('to "node4"');
  await expect(dialog(page)).toContainText("means something else to its command line");
  await expect(dialog(page).getByRole("button", { name: "Set description" })).toBeDisabled();
  await field.fill("to node4, rear");
  await expect(dialog(page).locator("pre")).toHaveText(
    'enable\nconfigure terminal\ninterface ib 1/4\ndescription "to node4, rear"\nexit\nexit\ndisable',
  );
  await halfrack.screenshot(page, "switch-describe", wide);
  await expectAccessible(page);
  await dialog(page).getByRole("button", { name: "Set description" }).click();
  await expect(dialog(page)).toContainText("Made, and read back.");
  await expect(dialog(page)).toContainText("“to node4, rear”");
  await dialog(page).getByRole("button", { name: "Close", exact: true }).last().click();
  await expect(inspector(page)).toContainText("to node4, rear");
});

test("a port is shut when its name is typed; its cable goes down in the rack, and comes back", async ({ halfrack }) => {
  const page = await halfrack.open({ practice: true, settings });
  await inspectPort(page, "1/4");
  await inspector(page).getByRole("button", { name: "Shut port…" }).click();
  await expect(dialog(page)).toContainText("node4 loses the link of mlx4_0/1");
  await expect(dialog(page).locator("pre")).toContainText("shutdown");
  const shut = dialog(page).getByRole("button", { name: "Shut port 1/4" });
  await expect(dialog(page).getByRole("button", { name: "Cancel" })).toBeFocused();
  await expect(shut).toBeDisabled();
  await dialog(page).getByLabel("Type 1/4 to confirm").fill("1/5");
  await expect(shut).toBeDisabled();
  await dialog(page).getByLabel("Type 1/4 to confirm").fill("1/4");
  await halfrack.screenshot(page, "switch-shut", wide);
  await expectAccessible(page);
  await shut.click();
  await expect(dialog(page)).toContainText("Port 1/4 is Down, physically Disabled.");
  await dialog(page).getByRole("button", { name: "Show what was typed" }).click();
  await expect(dialog(page).locator("pre")).toContainText("IB1/4 state:");
  await halfrack.screenshot(page, "switch-shut-done", wide);
  await dialog(page).getByRole("button", { name: "Close", exact: true }).last().click();
  await expect(labels(page, "down")).toHaveText(/^down, port shut/);
  await expect(labels(page, "healthy")).toHaveCount(4);
  await expect(inspector(page)).toContainText("shut");
  await halfrack.screenshot(page, "switch-port-shut", wide);
  await inspector(page).getByRole("button", { name: "Enable port…" }).click();
  await expect(dialog(page).locator("pre")).toContainText("no shutdown");
  await dialog(page).getByRole("button", { name: "Enable port 1/4" }).click();
  await expect(dialog(page)).toContainText("Made, and read back.");
  await dialog(page).getByRole("button", { name: "Close", exact: true }).last().click();
  await expect(labels(page, "healthy")).toHaveCount(5);
});

test("saving the configuration is a choice of its own, and cancelling types nothing", async ({ halfrack }) => {
  const page = await halfrack.open({ practice: true, settings });
  await inspectSwitch(page);
  await inspector(page).getByRole("button", { name: "Save configuration…" }).click();
  await expect(dialog(page)).toContainText("write memory");
  await page.keyboard.press("Enter");
  await expect(dialog(page)).toHaveCount(0);
  await inspector(page).getByRole("button", { name: "Save configuration…" }).click();
  await dialog(page).getByRole("button", { name: "Save configuration", exact: true }).click();
  await expect(dialog(page)).toContainText("took “write memory” without an error");
});
