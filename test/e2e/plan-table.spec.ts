/** The table beside the rack: what tells one cable from another is never cut, and what it counts is said. */
import type { Locator, Page } from "@playwright/test";
import type { Lab } from "../../electron/contract/lab.ts";
import { expect, expectAccessible, test, wide } from "./app.ts";
import { inRack, smallLab, writeLab } from "./lab-files.ts";

/** Two rails: each server with one cable to either switch; no addresses, so nothing is asked of a host. */
const twoRails: Lab = {
  halfrack: 1,
  name: "Two rails",
  racks: [
    { name: "left", units: 20 },
    { name: "right", units: 20 },
  ],
  devices: [
    { name: "switch1", type: "mellanox-sx6018", rack: "left", unit: 18 },
    { name: "switch2", type: "mellanox-sx6018", rack: "right", unit: 18 },
    { name: "node01", type: "hp-dl785-g5", rack: "left", unit: 1, hcas: [{ name: "mlx4_0", ports: 2 }] },
    { name: "node02", type: "dell-r710", rack: "right", unit: 4, hcas: [{ name: "mlx4_0", ports: 2 }] },
    {
      name: "a-server-with-the-longest-name-that-anybody-would-give-it",
      type: "dell-r710",
      rack: "right",
      unit: 1,
      hcas: [{ name: "mlx4_0", ports: 2 }],
    },
  ],
  cables: ["node01", "node02", "a-server-with-the-longest-name-that-anybody-would-give-it"].flatMap((device, index) =>
    [1, 2].map((rail) => ({
      from: { device, port: `mlx4_0/${rail}` },
      to: { device: `switch${rail}`, port: String(index + 11) },
    })),
  ),
};

const pane = (page: Page): Locator => page.getByRole("region", { name: "Plan and fabric" });
const cells = (page: Page): Locator => pane(page).locator("tbody td");

/** Texts of the table's cells that stand there only in part. */
const cutTexts = async (page: Page): Promise<string[]> =>
  cells(page).evaluateAll((all) =>
    all.filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.textContent ?? ""),
  );

test("with two switches each port stands whole beside its switch; names alone are cut, in a wide window too", async ({
  halfrack,
}) => {
  const page = await halfrack.open({ lab: await writeLab(halfrack, twoRails) });
  await expect(pane(page).getByRole("columnheader")).toHaveText([
    /^Switch/,
    /^Port/,
    /^Device/,
    /^Link/,
    /^Path Gb\/s/,
    /^State/,
    /^Seen/,
  ]);
  const rows = pane(page).locator("tbody tr");
  await expect(rows).toHaveCount(6);
  await expect(rows.first().locator("td").filter({ hasText: /./ })).toHaveText([
    "switch1",
    "11",
    "node01",
    "mlx4_0/1",
    "\u2013",
    "\u2013",
    "not observed",
    "never",
  ]);
  for (const viewport of [page.viewportSize() ?? wide, wide]) {
    await page.setViewportSize(viewport);
    for (const text of await cutTexts(page)) expect(text).toMatch(/^a-server-with/);
    await expect(pane(page).locator("td", { hasText: "a-server-with" }).first()).toHaveAttribute(
      "title",
      "a-server-with-the-longest-name-that-anybody-would-give-it",
    );
    for (const name of ["switch1", "switch2"]) await expect(inRack(page, name)).toBeInViewport({ ratio: 1 });
    await expectAccessible(page);
    await halfrack.screenshot(page, `table-rails-${viewport.width}`);
  }
});

test("with one switch the port stands alone, and the far end's port is whole", async ({ halfrack }) => {
  const page = await halfrack.open({
    lab: await writeLab(halfrack, {
      ...smallLab,
      devices: smallLab.devices.map((each) => ({ ...each, name: each.name.replace("node", "node0") })),
      cables: smallLab.cables.map(({ from, to }) => ({
        from,
        to: { device: to.device.replace("node", "node0"), port: to.port },
      })),
    }),
  });
  await expect(pane(page).locator("tbody tr").first().locator("td")).toContainText(["1", "node01", "mlx4_0/1"]);
  expect(await cutTexts(page)).toEqual([]);
});

test("a finding that is unfolded takes the room that the table leaves free", async ({ halfrack }) => {
  const page = await halfrack.open({ practice: true, viewport: { width: 1280, height: 1000 } });
  await expect(page.locator(".rk-pill[data-state=healthy]")).toHaveCount(5);
  await page.getByRole("button", { name: "Break something" }).click();
  await page.getByRole("switch", { name: "Swap two cables" }).click();
  await page.keyboard.press("Escape");
  const findings = pane(page).getByRole("region", { name: "Findings" });
  await findings.getByRole("button", { name: "What it means" }).click();
  await expect(findings.getByRole("list", { name: "Evidence" })).toBeVisible();
  const list = findings.getByRole("list").first();
  expect(await list.evaluate((element) => element.scrollHeight - element.clientHeight)).toBeLessThanOrEqual(1);
  await expect(pane(page).locator("tbody tr").last()).toBeInViewport({ ratio: 1 });
  await halfrack.screenshot(page, "table-finding");
});
