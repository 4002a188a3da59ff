/** The link explainer over the practice lab: what bounds a cable, in words and in a picture, and what a measurement matches. */
import type { Page } from "@playwright/test";
import { expect, expectAccessible, test, wide } from "./app.ts";
import { inspector, labels, planTable, quick, toggle } from "./practice-page.ts";

/** Slows the slot of node3 down and selects its cable. */
async function openSlowCable(page: Page): Promise<void> {
  await expect(labels(page, "healthy")).toHaveCount(5);
  await toggle(page, "Slow PCIe slot");
  const slow = planTable(page).getByRole("row").filter({ hasText: "slot 16 Gb/s" });
  await slow.click();
}

test("15.2 Gb/s of a slow slot is explained", async ({ halfrack }) => {
  const page = await halfrack.open({ practice: true, settings: quick });
  await openSlowCable(page);
  const said = inspector(page);
  await expect(said.getByText(/^The InfiniBand link is 4X FDR/)).toHaveText(
    "The InfiniBand link is 4X FDR and carries up to 54.5 Gb/s; the slot of node3 runs PCIe gen1 x8 (2.5 GT/s on 8 lanes) and carries 16 Gb/s, 14.6 Gb/s of it as data: the slot is the ceiling, the cable is not at fault.",
  );
  // The picture, and the same as a table.
  await expect(said.getByRole("img", { name: /the slot is the ceiling/ })).toBeVisible();
  const piece = said.getByRole("row").filter({ hasText: "PCIe gen1 x8" });
  await expect(piece).toContainText("the ceiling");
  await expect(said.getByRole("row").filter({ hasText: "4X FDR" }).first()).toContainText("54.5 Gb/s");
  await expect(said.getByText(/both its ends can PCIe gen2 x8 \(32 Gb\/s\)/)).toBeVisible();
  await expect(said.getByText(/256 bytes, lspci on node3/)).toBeVisible();

  const figure = said.getByRole("textbox", { name: "Measured throughput, Gb/s" });
  for (const none of ["1e9", "-3", "15,2,1", "0"]) {
    await figure.fill(none);
    await expect(said.getByText("Gb/s between 0 and 10000, such as 15.2")).toBeVisible();
    await expect(figure).toHaveValue(none);
  }
  await figure.fill("15,2");
  await expect(said.getByText(/^15\.2 Gb\/s matches the slot of node3/)).toBeVisible();
  await expect(piece).toContainText("matches the measurement");
  await expectAccessible(page);
  await said.getByText("What limits this cable").scrollIntoViewIfNeeded();
  await figure.scrollIntoViewIfNeeded();
  await halfrack.screenshot(page, "explain", wide);
});

test("a cable whose slot carries less than the link, without a fault, is told from one that is mistrained", async ({
  halfrack,
}) => {
  const page = await halfrack.open({ practice: true });
  await expect(labels(page, "healthy")).toHaveCount(5);
  await planTable(page).getByRole("row").filter({ hasText: "node2" }).click();
  await expect(
    inspector(page)
      .getByText(/the slot of node2 runs PCIe gen2 x8/)
      .first(),
  ).toBeVisible();
  await expect(inspector(page).getByText(/the best of its two ends: nothing is mistrained there/)).toBeVisible();
  await halfrack.screenshot(page, "explain-healthy");
});

test("a measurement shows both commands before it runs, can be stopped, and is matched", async ({ halfrack }) => {
  const page = await halfrack.open({ practice: true, settings: quick });
  await openSlowCable(page);
  const said = inspector(page);
  await said.getByRole("button", { name: "Measure\u2026" }).click();
  const dialog = page.getByRole("dialog", { name: "Measure what node3 can send" });
  await dialog.getByRole("textbox", { name: "For" }).fill("5");
  const commands = dialog.locator("pre");
  await expect(commands).toHaveText([
    `sh -c 'echo "halfrack-pid $$"; exec "$@"' sh timeout 35 ib_write_bw -d mlx4_0 -i 1 -p 18515 -D 5 --report_gbits -F`,
    `sh -c 'echo "halfrack-pid $$"; exec "$@"' sh timeout 25 ib_write_bw -d mlx4_0 -i 1 -p 18515 -D 5 --report_gbits -F 10.20.0.11`,
  ]);
  await expect(dialog).toContainText("node1 receives, started first");
  await expect(dialog).toContainText("for about 5 seconds");
  await expectAccessible(page);
  await halfrack.screenshot(page, "explain-measure");

  const start = dialog.getByRole("button", { name: "Load both cables for 5 s" });
  await start.click();
  await expect(dialog.getByRole("status")).toContainText("s left");
  await dialog.getByRole("button", { name: "Stop" }).click();
  await expect(dialog.getByRole("button", { name: "Cancel" })).toBeVisible();
  await expect(dialog.getByRole("alert")).toHaveCount(0);

  await start.click();
  await expect(dialog).toHaveCount(0, { timeout: 30_000 });
  await expect(said.getByText(/^13\.9 Gb\/s matches the slot of node3 \(PCIe gen1 x8, 16 Gb\/s\)\.$/)).toBeVisible();
  await expect(said.getByText(/ib_write_bw, node3 to node1/)).toBeVisible();
  // The way goes on to the other host's processor.
  await expect(said.getByRole("row").filter({ hasText: "CPU node1" })).toHaveCount(1);
  await expectAccessible(page);
  await said.getByText(/ib_write_bw, node3 to node1/).scrollIntoViewIfNeeded();
  await halfrack.screenshot(page, "explain-measured");
});
