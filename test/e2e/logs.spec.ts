/** The log finder over the practice lab, as somebody uses it who opens it for the first time: from looking to a bundle. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { expect, expectAccessible, test } from "./app.ts";
import { quick, toggle } from "./practice-page.ts";

const place = (page: Page) => page.getByRole("main", { name: "Logs" });
const button = (page: Page, name: string | RegExp) => place(page).getByRole("button", { name });

test("evidence is found, collected, told, read, compared, redacted and packed", async ({ halfrack }) => {
  test.setTimeout(300_000);
  const page = await halfrack.open({ practice: true, settings: quick });
  await toggle(page, "Failing memory");
  await page.getByRole("button", { name: "Logs", exact: true }).click();

  const targets = place(page).getByRole("table");
  for (const node of ["node1", "node2", "node3", "node4", "node5"])
    await expect(targets.getByRole("row", { name: new RegExp(`^${node} `) }).first()).toContainText("CentOS Linux 7");
  await expect(targets.getByRole("row", { name: /^node1 stick sdb/ })).toContainText("boot stick");
  await expect(place(page).getByRole("status").first()).toContainText("Looked");
  await expectAccessible(page);
  await halfrack.screenshot(page, "logs-look");
  await targets.getByRole("checkbox", { name: /^This machine/ }).uncheck();
  await button(page, "Choose what to collect").click();

  await place(page).getByRole("textbox", { name: "Filter items" }).fill("messages");
  await expect(
    place(page)
      .getByRole("checkbox", { name: /messages/i })
      .first(),
  ).toBeVisible();
  await halfrack.screenshot(page, "logs-choose");
  await expectAccessible(page);
  await button(page, "Review what will run").click();

  await expect(place(page).locator("pre")).toContainText("node4: journalctl");
  await place(page).getByRole("textbox", { name: "Name" }).fill("Memory of node4");
  await place(page).getByRole("textbox", { name: "Case notes" }).fill("Corrected errors since Monday.");
  await expectAccessible(page);
  await halfrack.screenshot(page, "logs-review");
  await button(page, /^Collect \d+ entries/).click();

  const collections = page.getByRole("complementary", { name: "Collections" });
  await expect(collections.getByRole("button", { name: /Memory of node4.*(not )?complete/ })).toBeVisible({
    timeout: 120_000,
  });
  const matrix = place(page).getByRole("table");
  await expect(matrix.getByRole("columnheader", { name: "node4" })).toBeVisible();
  await matrix
    .getByRole("row", { name: /^Kernel and machine/ })
    .getByRole("button")
    .first()
    .click();
  const details = page.getByRole("complementary", { name: "Kernel and machine of node1" });
  await expect(details).toContainText("$ uname -a");
  await expect(details).toContainText("the same on the host");
  await expectAccessible(page);
  await halfrack.screenshot(page, "logs-completeness");
  await details.getByRole("button", { name: "Close these details" }).click();

  await place(page).getByRole("tab", { name: "Read" }).click();
  const lines = place(page).getByRole("listbox", { name: "Log lines" });
  await expect(place(page).getByText(/Left out: [\d,]+ lines of \d+ outputs/)).toBeVisible();
  await expect(lines.getByRole("option").filter({ hasText: "PRETTY_NAME" })).toHaveCount(0);
  await place(page).getByText("With outputs of commands").click();
  await expect(lines.getByRole("option").filter({ hasText: "PRETTY_NAME" }).first()).toBeVisible();
  await place(page).getByText("Logs alone").click();

  const find = place(page).getByRole("search", { name: "Find in these lines" });
  const found = lines.getByRole("option", { selected: true });
  await page.keyboard.press("Control+F");
  await page.keyboard.type("edac");
  await expect(find.getByRole("status")).toHaveText(/^1 of \d+ found$/);
  await expect(found).toContainText("EDAC");
  await page.keyboard.press("Enter");
  await expect(find.getByRole("status")).toHaveText(/^2 of \d+ found$/);
  await page.keyboard.press("Shift+F3");
  await expect(find.getByRole("status")).toHaveText(/^1 of \d+ found$/);
  await page.keyboard.press("Shift+F3");
  await expect(find.getByRole("status")).toHaveText(/^(\d+) of \1 found$/);
  await expectAccessible(page);
  await halfrack.screenshot(page, "logs-find");
  await page.keyboard.press("Escape");

  await button(page, "Known patterns").click();
  const patterns = page.getByRole("complementary", { name: "Known patterns" });
  const corrected = patterns.getByRole("listitem").filter({ hasText: "Memory errors were corrected" });
  await expect(corrected.first()).toContainText(/warning, \d+ times, node4, first/);
  await corrected.first().getByText("Memory errors were corrected").click();
  await expect(corrected.first()).toContainText("Source: Linux drivers/edac/edac_mc.c");
  await expectAccessible(page);
  await halfrack.screenshot(page, "logs-patterns");
  await corrected
    .first()
    .getByRole("button", { name: /^Show these/ })
    .click();
  await expect(lines.getByRole("option").first()).toContainText("EDAC");
  await corrected.first().getByRole("button", { name: "Show all lines again" }).click();

  await place(page).getByRole("textbox", { name: "Text" }).fill("EDAC");
  await expect(lines.getByRole("option").first()).toContainText("EDAC");
  await place(page).getByRole("button", { name: "Errors", exact: true }).click();
  await expect(page.getByRole("complementary", { name: "Errors and warnings" })).toContainText("node4");
  await lines.getByRole("option").first().click();
  await expect(page.getByRole("complementary", { name: "The line in full" })).toContainText("node4");
  await expectAccessible(page);
  await halfrack.screenshot(page, "logs-read");

  await place(page).getByRole("tab", { name: "Compare" }).click();
  await expect(place(page).getByRole("heading", { name: /differences? in \d+ facts/ })).toBeVisible();
  await expectAccessible(page);
  await halfrack.screenshot(page, "logs-compare");

  await place(page).getByRole("tab", { name: "Redact and pack" }).click();
  await button(page, "Preview every replacement").click();
  await expect(place(page).getByRole("region", { name: "Preview of the redaction" })).toContainText("host-");
  await expectAccessible(page);
  await place(page).getByRole("textbox", { name: "Folder or file" }).fill(halfrack.homeDir);
  await button(page, "Write the bundle").click();
  await expect(place(page).getByText("Written and read back")).toBeVisible({ timeout: 60_000 });
  await halfrack.screenshot(page, "logs-packed");
  const [bundle = ""] = (await readdir(halfrack.homeDir)).filter((name) => name.endsWith(".tar.zst"));

  await page.getByRole("button", { name: "Open a bundle…" }).click();
  const opening = page.getByRole("dialog", { name: "Open a bundle" });
  await opening.getByRole("textbox", { name: "Bundle" }).fill(join(halfrack.homeDir, bundle));
  await opening.getByRole("button", { name: "Open this bundle" }).click();
  await expect(collections.getByRole("listitem")).toHaveCount(2, { timeout: 60_000 });
  await expect(matrix.getByRole("columnheader", { name: /^host-\d+$/ })).toHaveCount(6);
  await expect(matrix).not.toContainText("node4");

  await button(page, "Show its fabric").click();
  await expect(page.getByRole("region", { name: "Saved outputs" })).toContainText("Not live");
});
