/** Every way the simulator can break a fabric, made for real, and the words the window has for it. */
import type { Page } from "@playwright/test";
import { whyNoTestLab } from "../lab/lab.ts";
import { expect, expectAccessible } from "./app.ts";
import { inspector } from "./practice-page.ts";
import { cable, device, healthy, hostNumbers, openLab, test, twoPollsMs } from "./real-lab.ts";

/** Halfrack's own tools and a fabric that was started anew take a little more than two polls together. */
const soon = { timeout: twoPollsMs + 4000 };

/** Selects the planned cable of host `n` in the rack; the name tells its state. */
const inspect = (page: Page, n: number): Promise<void> =>
  page.getByRole("button", { name: new RegExp(`^Cable from node0${n} mlx4_0/1 to sw1 port ${n},`) }).click();
const findings = (page: Page) => page.getByRole("region", { name: "Findings" });

test.describe("a broken fabric against real OpenSSH hosts and the InfiniBand simulator", () => {
  const reason = whyNoTestLab();
  test.skip(reason !== "", reason);

  test("two swapped cables are named port by port, both of them", async ({ halfrack, lab }) => {
    const page = await openLab(halfrack, lab);
    await expect(cable(page, 3)).toHaveAccessibleName(healthy(3));
    await lab.swapCables(2, 3);
    const finding = findings(page).getByText(
      /The cable from node02 mlx4_0\/1 is in sw1 port 3, plan says 2; the cable from node03 mlx4_0\/1 is in sw1 port 2, plan says 3/,
    );
    await expect(finding).toBeVisible(soon);
    await expect(cable(page, 1)).toHaveAccessibleName(healthy(1));
    await expectAccessible(page);
    await halfrack.screenshot(page, "real-lab-swapped");
    await lab.degrade(new Map());
    await expect(cable(page, 3)).toHaveAccessibleName(healthy(3), soon);
    await expect(finding).toBeHidden();
  });

  test("a narrow and a slow link are degraded, with what they run at and what was planned", async ({
    halfrack,
    lab,
  }) => {
    await lab.degrade(
      new Map([
        [3, { speed: "FDR10" }],
        [4, { width: "1X" }],
        [5, { speed: "QDR" }],
      ]),
    );
    const page = await openLab(halfrack, lab);
    await expect(cable(page, 2)).toHaveAccessibleName(healthy(2), soon);
    await expect(cable(page, 3)).toHaveAccessibleName(/cable to node03 mlx4_0\/1, degraded, 4X FDR10/);
    await expect(cable(page, 4)).toHaveAccessibleName(/cable to node04 mlx4_0\/1, degraded, 1X FDR/);
    await expect(cable(page, 5)).toHaveAccessibleName(/cable to node05 mlx4_0\/1, degraded, 4X QDR/);
    await inspect(page, 4);
    await expect(inspector(page)).toContainText("The link runs 1X FDR, expected width 4X");
    await expectAccessible(page);
    await halfrack.screenshot(page, "real-lab-degraded");
    await inspect(page, 5);
    await expect(inspector(page)).toContainText("The link runs 4X QDR, the plan says FDR");
  });

  test("a host that lost its power is not reachable, and its cable is down", async ({ halfrack, lab }) => {
    const page = await openLab(halfrack, lab);
    await expect(cable(page, 5)).toHaveAccessibleName(healthy(5));
    await lab.pullCable(5);
    await lab.stopHost(5);
    await expect(cable(page, 5)).toHaveAccessibleName(/cable to node05 mlx4_0\/1, down/, soon);
    await expect(device(page, "node05")).toHaveAccessibleName(/not reachable/, soon);
    await inspect(page, 5);
    await expect(inspector(page)).toContainText("sw1 port 5 is Down (Polling)");
    await halfrack.screenshot(page, "real-lab-node-missing");
  });

  test("an HCA that does not answer on a link that is up is named, and all others are shown", async ({
    halfrack,
    lab,
  }) => {
    const page = await openLab(halfrack, lab);
    await expect(cable(page, 4)).toHaveAccessibleName(healthy(4));
    await lab.losePackets(4, 100);
    await expect(cable(page, 4)).toHaveAccessibleName(/degraded/, soon);
    for (const n of hostNumbers.filter((n) => n !== 4)) await expect(cable(page, n)).toHaveAccessibleName(healthy(n));
    await inspect(page, 4);
    await expect(inspector(page)).toContainText("node04 mlx4_0/1 does not answer queries");
    await halfrack.screenshot(page, "real-lab-silent");
  });

  test("errors that rise on a port are a finding with the counter's name", async ({ halfrack, lab }) => {
    const page = await openLab(halfrack, lab);
    await expect(cable(page, 3)).toHaveAccessibleName(healthy(3));
    const label = page.getByRole("button", {
      name: /^Cable from node03 mlx4_0\/1 to sw1 port 3, as planned, errors rise/,
    });
    let count = 1234;
    // What the first reading finds is old; only what a later one finds more has risen.
    await expect(async () => {
      count += 100;
      await lab.setCounter(3, "PortCounters.SymbolErrorCounter", count);
      await expect(label).toBeVisible({ timeout: 16_000 });
    }).toPass({ timeout: 70_000 });
    await expect(findings(page)).toContainText(/sw1 port 3.*SymbolErrorCounter/);
    await halfrack.screenshot(page, "real-lab-errors");
  });

  test("a stopped subnet manager is told, though every link stays Active", async ({ halfrack, lab }) => {
    const page = await openLab(halfrack, lab);
    await expect(cable(page, 3)).toHaveAccessibleName(healthy(3));
    await lab.stopManager();
    await expect(findings(page)).toContainText(/subnet manager/i, soon);
    for (const n of hostNumbers) await expect(cable(page, n)).toHaveAccessibleName(healthy(n));
    await expectAccessible(page);
    await halfrack.screenshot(page, "real-lab-no-manager");
    await lab.startManager();
    await expect(findings(page)).toBeHidden({ timeout: 30_000 });
  });
});
