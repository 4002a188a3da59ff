/** A selection in a terminal, as it is drawn: what the window changes in xterm.js's drawing must not lose one. */
import type { Page } from "@playwright/test";
import { expect, test } from "./app.ts";
import { fromPalette } from "./lab-files.ts";

test("a selection is drawn, goes along when the terminal scrolls, and leaves with the next key", async ({
  halfrack,
}) => {
  const page = await halfrack.open({ practice: true, settings: { terminalScreenReader: true } });
  await fromPalette(page, "Open a terminal on node1");
  const terminal = page.getByRole("region", { name: "Terminal node1", exact: true });
  await expect(terminal).toContainText(/[#$] /);
  test.skip((await page.locator("[data-renderer=webgl]").count()) > 0, "the graphics card draws it");
  await terminal.getByRole("textbox").focus();
  await page.keyboard.type("seq 1000 1100\n");
  await expect(terminal).toContainText("1100");
  const drawn = page.locator(".xterm-selection > div");
  await expect(drawn).toHaveCount(0);

  await page.mouse.dblclick(...(await startOfRow(page, "1095")));
  await expect(drawn).not.toHaveCount(0);
  const before = await drawn.first().getAttribute("style");
  await page.mouse.wheel(0, -60);
  await expect(drawn.first()).not.toHaveAttribute("style", before ?? "");
  await page.keyboard.type(" ");
  await expect(drawn).toHaveCount(0);

  await page.mouse.dblclick(...(await startOfRow(page, "1096")));
  await expect(drawn).not.toHaveCount(0);
  await page.mouse.click(...(await startOfRow(page, "1099")));
  await expect(drawn).toHaveCount(0);
});

/** A point on the first character of the row that reads `text`. */
async function startOfRow(page: Page, text: string): Promise<[number, number]> {
  const row = page.locator(".xterm-rows > div", { hasText: text }).last();
  const box = await row.boundingBox();
  if (!box) throw new Error(`no row ${text}`);
  return [box.x + 12, box.y + box.height / 2];
}
