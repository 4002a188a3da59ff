/** The history on the practice lab: rates as curves, errors that rise as a warning, changes as a list, bounds in Settings. */
import type { Page } from "@playwright/test";
import { expect, expectAccessible, test, wide } from "./app.ts";
import { inspector, planTable, toggle } from "./practice-page.ts";
import { hold, spoil } from "./spoilt.ts";

async function selectCable(page: Page, cable: string): Promise<void> {
  await planTable(page)
    .getByRole("button", { name: `Cable ${cable}`, exact: true })
    .click();
}

const fast = { counterIntervalMs: 5000, pollIntervalMs: 1000 };

test("a failing cable shows its errors as they rise", async ({ halfrack, chromium }) => {
  test.setTimeout(240_000);
  const page = await halfrack.open({ practice: true, settings: fast });
  // Electron's window has no socket to hold calls back on.
  const readings = chromium === null ? null : await hold(page, /^\/history\/ports$/);
  await expect(page.locator('.rk-pill[data-state="healthy"]')).toHaveCount(5);
  await toggle(page, "A failing cable");
  await selectCable(page, "node2 mlx4_0/1 to sw1 port 2");
  const curve = (name: RegExp) => inspector(page).getByRole("img", { name });
  await expect(curve(/^Errors at sw1 of sw1 port 2 in the last hour: now [\d.,]+\/min/)).toBeVisible({
    timeout: 60_000,
  });
  await expect(curve(/^To sw1 of node2 mlx4_0\/1 in the last hour: now [\d.,]+ [MG]b\/s/)).toBeVisible();
  await expect(
    inspector(page).locator(".hi-counters li").filter({ hasText: "SymbolErrorCounter" }).first(),
  ).toContainText("/min");
  await expect(inspector(page).getByText(/sw1 port 2 counts errors now: SymbolErrorCounter/)).toBeVisible();
  await inspector(page).getByText("The last hour").scrollIntoViewIfNeeded();
  await expectAccessible(page);
  await halfrack.screenshot(page, "history-cable", wide);

  await inspector(page).getByRole("button", { name: "Show history" }).click();
  const dialog = page.getByRole("dialog", { name: /^History of node2 mlx4_0\/1 to sw1 port 2/ });
  await expect(
    dialog.getByRole("img", { name: /^Throughput of node2 mlx4_0\/1 in the last hour: Out of/ }),
  ).toBeVisible();
  await expect(dialog.locator("canvas")).toHaveCount(2);
  await dialog.getByText("24 h", { exact: true }).click();
  await expect(dialog.getByRole("img", { name: /^Errors in the last 24 hours/ })).toBeVisible();
  await dialog.getByText("1 h", { exact: true }).click();
  await expect(dialog.getByRole("img", { name: /^Errors in the last hour/ })).toBeVisible();
  readings?.begin();
  await expectAccessible(page);
  await halfrack.screenshot(page, "history-dialog", wide);

  // A chart takes the colours of another theme at once, not with the next reading.
  const swatch = dialog.locator(".u-legend .u-marker").nth(1);
  const inDark = await swatch.evaluate((element) => getComputedStyle(element).borderTopColor);
  await page.emulateMedia({ colorScheme: "light" });
  await expect(swatch).not.toHaveCSS("border-top-color", inDark);
  await page.emulateMedia({ colorScheme: "dark" });
  await expect(swatch).toHaveCSS("border-top-color", inDark);
  readings?.end();
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);

  await toggle(page, "A failing cable");
  await expect(
    inspector(page)
      .getByText(/counters went back/)
      .first(),
  ).toBeVisible({ timeout: 60_000 });
  await expect(inspector(page).locator(".hi-reset").first()).toBeAttached();
  await expect(inspector(page).getByText(/counts errors now/)).toHaveCount(0);
  await inspector(page).getByText("What changed, last 24 hours").scrollIntoViewIfNeeded();
  await halfrack.screenshot(page, "history-mended", wide);
});

test("a pulled cable and its return are told with their times, at the cable and at its port", async ({ halfrack }) => {
  test.setTimeout(180_000);
  const page = await halfrack.open({ practice: true, settings: fast });
  await expect(page.locator('.rk-pill[data-state="healthy"]')).toHaveCount(5);
  await selectCable(page, "node4 mlx4_0/1 to sw1 port 4");
  await toggle(page, "Pull a cable");
  const changes = inspector(page).locator(".hi-events li");
  await expect(changes.filter({ hasText: "cable down, was as planned" })).toHaveCount(1, { timeout: 60_000 });
  await toggle(page, "Pull a cable");
  await expect(changes.filter({ hasText: "cable as planned, was down" })).toHaveCount(1, { timeout: 60_000 });
  await inspector(page).getByRole("button", { name: "sw1 port 4" }).first().click();
  await expect(changes.filter({ hasText: "went Down (Polling)" })).toHaveCount(1, { timeout: 60_000 });
  await expect(changes.filter({ hasText: /^\d\d:\d\d:\d\d\s*came up: Active 4X FDR$/ })).toHaveCount(1);
  await halfrack.screenshot(page, "history-port");
});

test("Settings show what is kept and delete it after a question", async ({ halfrack }) => {
  test.setTimeout(180_000);
  const page = await halfrack.open({ practice: true, settings: fast });
  await selectCable(page, "node1 mlx4_0/1 to sw1 port 1");
  await expect(inspector(page).locator(".hi-line").first()).toBeAttached({ timeout: 60_000 });
  await page.getByRole("button", { name: "Settings" }).first().click();
  const history = page.getByRole("region", { name: "History" });
  await history.scrollIntoViewIfNeeded();
  await expect(history).toContainText(/of 200 MB: [1-9]\d* readings?/);
  await expectAccessible(page);
  await halfrack.screenshot(page, "history-settings");
  await history.getByRole("button", { name: "Delete history…" }).click();
  const question = page.getByRole("dialog", { name: "Delete the history of all labs?" });
  await expect(question.getByRole("button", { name: "Keep history" })).toBeFocused();
  await question.getByRole("button", { name: "Delete history" }).click();
  await expect(question).toHaveCount(0);
  await expect(history).toContainText(/: [0-2] readings?, 0 events/);
});

test("a history that cannot be read says why, and is read when that is tried again", async ({ halfrack, chromium }) => {
  test.skip(chromium === null, "Electron's window has no socket to spoil calls on");
  // Nothing is read anew meanwhile, so that only the button asks again.
  const page = await halfrack.open({
    practice: true,
    settings: { counterIntervalMs: 3_600_000, pollIntervalMs: 600_000 },
  });
  const spoilt = await spoil(page, "/history/");
  await selectCable(page, "node1 mlx4_0/1 to sw1 port 1");
  const fault = inspector(page).getByRole("alert").filter({ hasText: "The input does not fit the method" });
  await expect(fault).toBeVisible();
  await expect(inspector(page).getByText("Reading the history.")).toHaveCount(0);
  await expectAccessible(page);
  await inspector(page).getByRole("button", { name: "Show history" }).click();
  const dialog = page.getByRole("dialog", { name: /^History of/ });
  await expect(dialog.getByRole("alert")).toContainText("The input does not fit the method");
  await expectAccessible(page);
  await halfrack.screenshot(page, "history-fault");
  spoilt.end();
  await dialog.getByRole("button", { name: "Try again" }).click();
  await expect(dialog.getByRole("alert")).toHaveCount(0);
  await expect(dialog.getByText(/Not counted in the last hour|Nothing was seen to change/).first()).toBeVisible();
  await page.keyboard.press("Escape");
  await fault.getByRole("button", { name: "Try again" }).click();
  await expect(fault).toHaveCount(0);
  await expect(
    inspector(page)
      .getByText(/the first rates come with the second reading/)
      .or(inspector(page).locator(".hi-line").first()),
  ).toBeAttached();
});
