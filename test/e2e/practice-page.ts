/** The window on the practice lab, by its parts, and what is done to that lab; for the tests of what the window tells of it. */
import type { Locator, Page } from "@playwright/test";

export const inspector = (page: Page): Locator => page.getByRole("complementary", { name: "Inspector" });

/** Every cable as a row: what was planned, what is there. */
export const planTable = (page: Page): Locator => page.getByRole("region", { name: "Plan and fabric" });

/** The labels on cables in this state. */
export const labels = (page: Page, state: string): Locator => page.locator(`.rk-pill[data-state="${state}"]`);

/** Settings for who waits for what is done to the lab: it is asked as often as may be. */
export const quick = { pollIntervalMs: 1000 } as const;

/** Turns a scenario of the practice lab on, or off again, and gives the keyboard back. */
export async function toggle(page: Page, scenario: string): Promise<void> {
  await page.getByRole("button", { name: /Break something|broken on purpose/ }).click();
  await page.getByRole("switch", { name: scenario }).click();
  await page.keyboard.press("Escape");
}
