/** The rack over the practice lab: what happens to a cable is told in form and in words, in the picture and the table. */
import type { Locator, Page } from "@playwright/test";
import { expect, expectAccessible, test } from "./app.ts";
import { inspector, labels, planTable, quick, toggle } from "./practice-page.ts";

const rows = (page: Page): Locator => planTable(page).getByRole("row");
const row = (page: Page, cable: string): Locator =>
  rows(page).filter({ has: page.getByRole("button", { name: `Cable ${cable}`, exact: true }) });
const tubes = (page: Page, state: string): Locator => page.locator(`.rk-cables .rk-cable[data-state="${state}"]`);

test("the practice lab shows five healthy cables after one click", async ({ halfrack }) => {
  const page = await halfrack.open();
  await page.getByRole("button", { name: /Open the practice lab/ }).click();
  await expect(labels(page, "healthy")).toHaveText(Array.from({ length: 5 }, () => /^4X FDR/));
  await expect(tubes(page, "healthy")).toHaveCount(5);
  await expect(planTable(page)).toContainText("5 of 5 cables as planned");
});

test("a pulled cable is down in the picture and in the table", async ({ halfrack }) => {
  const page = await halfrack.open({ practice: true, settings: quick });
  await expect(labels(page, "healthy")).toHaveCount(5);
  await toggle(page, "Pull a cable");
  await expect(labels(page, "down")).toHaveText(/^down, polling/);
  // Broken into dashes: told without colour too.
  await expect(tubes(page, "down").locator(".rk-tube")).toHaveAttribute("stroke-dasharray", /\d/);
  await expect(row(page, "sw1 port 4 to node4 mlx4_0/1").or(row(page, "node4 mlx4_0/1 to sw1 port 4"))).toContainText(
    "down",
  );
  await expect(planTable(page)).toContainText("4 of 5 cables as planned");
  await toggle(page, "Pull a cable");
  await expect(labels(page, "healthy")).toHaveCount(5);
});

test("two swapped cables are both shown where they are and where they should be", async ({ halfrack }) => {
  const page = await halfrack.open({ practice: true, settings: quick });
  await expect(labels(page, "healthy")).toHaveCount(5);
  await toggle(page, "Swap two cables");
  await expect(labels(page, "unexpected")).toHaveText([/^4X FDR, swapped/, /^4X FDR, swapped/]);
  await expect(labels(page, "absent")).toHaveText([/planned, absent/, /planned, absent/]);
  await expect(tubes(page, "unexpected").locator(".rk-tube-split")).toHaveCount(2);
  await expect(tubes(page, "absent").locator(".rk-ghost")).toHaveCount(2);
  await expect(tubes(page, "unexpected").locator(".rk-crossed")).toHaveCount(2);
  await expect(rows(page).filter({ hasText: "swapped" })).toHaveCount(2);
  await expect(rows(page).filter({ hasText: "absent" })).toHaveCount(2);
  await halfrack.screenshot(page, "rack-swapped");
});

test("a slow slot is named on its cable, in the table and in the inspector", async ({ halfrack }) => {
  const page = await halfrack.open({ practice: true, settings: quick });
  await expect(labels(page, "healthy")).toHaveCount(5);
  await toggle(page, "Slow PCIe slot");
  await expect(labels(page, "degraded")).toHaveText(/^4X FDR, slot 16 Gb\/s/);
  await expect(tubes(page, "degraded").locator(".rk-notch")).toHaveCount(1);
  const slow = rows(page).filter({ hasText: "slot 16 Gb/s" });
  await expect(slow).toHaveCount(1);
  await expect(slow).toContainText("node3");
  await expect(page.getByRole("region", { name: "Findings" })).toContainText("node3 mlx4_0: Slot runs PCIe gen1 x8");
  await halfrack.screenshot(page, "rack-slow-slot");
  await slow.click();
  await expect(inspector(page)).toContainText("16 Gb/s");
});

for (const reduced of [false, true]) {
  test(`a cable that changed ${reduced ? "does not glow when motion is unwanted" : "glows once"}`, async ({
    halfrack,
  }) => {
    const page = await halfrack.open({ practice: true });
    await page.emulateMedia({ reducedMotion: reduced ? "reduce" : "no-preference" });
    await expect(labels(page, "healthy")).toHaveCount(5);
    await expect(page.locator(".rk-glow")).toHaveCount(0);
    await toggle(page, "Pull a cable");
    const glow = page.locator(".rk-glow");
    await expect(glow).toHaveCount(1);
    await expect(tubes(page, "down").locator(".rk-glow")).toHaveCount(1);
    await expect(glow).toHaveCSS("animation-name", reduced ? "none" : "rk-glow");
    await expect(glow).toHaveCSS("animation-iteration-count", "1");
    await expect(glow).toHaveCSS("opacity", "0");
  });
}

test("the device dialog opens from the inspector", async ({ halfrack }) => {
  const page = await halfrack.open({ practice: true });
  await page
    .getByRole("main")
    .getByRole("button", { name: /^node2, / })
    .click();
  await page.getByRole("button", { name: "Edit device\u2026" }).click();
  await expect(page.getByRole("dialog")).toContainText("node2");
});

test("a low window starts at what is mounted, and the fit button shows the rest and back", async ({ halfrack }) => {
  const page = await halfrack.open({ practice: true, viewport: { width: 1280, height: 520 } });
  await expect(labels(page, "healthy")).toHaveText(Array.from({ length: 5 }, () => /^4X FDR/));
  const height = async () => (await page.locator(".rk-svg").boundingBox())?.height ?? 0;
  const mounted = await height();
  await page.getByRole("button", { name: "Show the whole picture" }).click();
  await expect.poll(height).toBeLessThan(mounted * 0.92);
  await page.getByRole("button", { name: "Fit what is mounted" }).click();
  await expect.poll(height).toBe(mounted);
});

test("the live rack is accessible with a broken lab", async ({ halfrack }) => {
  const page = await halfrack.open({ practice: true, settings: quick });
  await toggle(page, "Pull a cable");
  await toggle(page, "Slow PCIe slot");
  await expect(labels(page, "down")).toHaveCount(1);
  await expect(labels(page, "degraded")).toHaveCount(1);
  await expectAccessible(page);
  await page
    .getByRole("main")
    .getByRole("button", { name: /^node3, / })
    .click();
  await expect(inspector(page)).toContainText("Edit device");
  await expectAccessible(page);
  await halfrack.screenshot(page, "rack-live");
});
