import { expect, expectAccessible, test } from "./app.ts";

for (const theme of ["dark", "light"] as const) {
  test(`the start screen offers the practice lab, ${theme}`, async ({ halfrack }) => {
    const page = await halfrack.open({ theme });
    await expect(page.getByRole("button", { name: /practice lab/i })).toBeVisible();
    await expectAccessible(page);
    await halfrack.screenshot(page, `start-${theme}`);
  });
}
