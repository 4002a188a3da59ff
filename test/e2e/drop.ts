import { expect, type Page } from "@playwright/test";

/** Lets files and folders go over the window, as the desktop does: through the browser, not by an event of the page's own. */
export async function dropFiles(
  page: Page,
  paths: readonly string[],
  invitation = "Drop saved outputs to look at them",
): Promise<void> {
  // Before the window is drawn there is nothing to drop on.
  await expect(page.getByRole("main")).toBeVisible();
  const browser = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    await browser.send("Input.dispatchDragEvent", { type, x: 500, y: 400, data });
    if (type === "dragOver") await expect(page.getByText(invitation)).toBeVisible();
  }
  await browser.detach();
}
