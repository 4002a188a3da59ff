import type { Page } from "@playwright/test";
import { expect, seriousFaults, test } from "./app.ts";

/** A button without a name, and text that is too pale: one in either theme, one in the light theme alone. */
const plant = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const planted = document.createElement("div");
    planted.style.cssText = "position:fixed;inset:0;z-index:99999;background:#fff";
    planted.innerHTML = `<button id="nameless"></button><p id="pale" style="color:#777;background:#888">pale text</p>
      <style>#sometimes { color: #000 } [data-mantine-color-scheme=light] #sometimes { color: #ddd }</style>
      <p id="sometimes">pale in the light theme</p>`;
    document.body.append(planted);
  });

test("the accessibility check finds planted faults, in each theme its own", async ({ halfrack }) => {
  const page = await halfrack.open();
  await plant(page);
  const faults = await seriousFaults(page);
  const named = (theme: string, fault: string) => expect.stringMatching(new RegExp(`^${theme}: ${fault}$`));
  for (const theme of ["dark", "light"]) {
    expect(faults).toContainEqual(named(theme, "button-name: .*#nameless"));
    expect(faults).toContainEqual(named(theme, "color-contrast: .*#pale"));
  }
  expect(faults).toContainEqual(named("light", "color-contrast: .*#sometimes"));
  expect(faults).not.toContainEqual(named("dark", ".*#sometimes"));
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "dark");
});

test("where a setting fixes the theme, that one alone is checked", async ({ halfrack }) => {
  const page = await halfrack.open({ settings: { theme: "light" } });
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "light");
  await plant(page);
  const faults = await seriousFaults(page);
  expect(faults).toContainEqual(expect.stringMatching(/^light: color-contrast: .*#sometimes$/));
  expect(faults.filter((fault) => !fault.startsWith("light: "))).toEqual([]);
});
