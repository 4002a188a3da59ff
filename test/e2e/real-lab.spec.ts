import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestLab, whyNoTestLab } from "../lab/lab.ts";
import { expect, expectAccessible } from "./app.ts";
import { cable, device, healthy, hostNumbers, openLab, test, twoPollsMs } from "./real-lab.ts";

test.describe("against real OpenSSH hosts and the InfiniBand simulator", () => {
  const reason = whyNoTestLab();
  test.skip(reason !== "", reason);

  test("the rack shows five servers, the switch, and five Active 4X FDR cables", async ({ halfrack, lab }) => {
    const page = await openLab(halfrack, lab);
    for (const n of hostNumbers) await expect(device(page, `node0${n}`)).toBeVisible();
    await expect(device(page, "sw1")).toBeVisible();
    for (const n of hostNumbers) await expect(cable(page, n)).toHaveAccessibleName(healthy(n));
    await expect(page.getByText("all well")).toBeVisible();
    await expectAccessible(page);
    await halfrack.screenshot(page, "real-lab");
  });

  test("a terminal opened by clicking a host in the rack runs commands on that host", async ({ halfrack, lab }) => {
    const page = await openLab(halfrack, lab);
    await device(page, "node03").dblclick();
    const terminal = page.getByRole("region", { name: /^Terminal node03/ });
    await expect(terminal).toContainText("@node03:~");
    await terminal.getByRole("textbox", { name: /^Terminal node03.*input$/ }).focus();
    await page.keyboard.type("ibstat | grep 'Node GUID'\n");
    await expect(terminal).toContainText("Node GUID: 0xf452140300a10030");
    await expectAccessible(page);
    await halfrack.screenshot(page, "real-lab-terminal");
  });

  test("a cable pulled from the switch changes within two polls, and again when plugged", async ({ halfrack, lab }) => {
    const page = await openLab(halfrack, lab);
    await expect(cable(page, 3)).toHaveAccessibleName(healthy(3));
    await lab.pullCable(3);
    await expect(cable(page, 3)).toHaveAccessibleName(/down|absent/, { timeout: twoPollsMs });
    await expect(cable(page, 2)).toHaveAccessibleName(healthy(2));
    await halfrack.screenshot(page, "real-lab-cable-pulled");
    await lab.plugCable(3);
    await expect(cable(page, 3)).toHaveAccessibleName(healthy(3), { timeout: twoPollsMs });
  });

  test("a host whose key changed is refused, with both keys to compare, until its key is replaced", async ({
    halfrack,
    lab,
  }) => {
    const page = await openLab(halfrack, lab);
    await expect(cable(page, 5)).toHaveAccessibleName(healthy(5));
    const before = await fingerprint(lab, 5);
    await lab.rekey(5);
    const after = await fingerprint(lab, 5);

    const refusal = page.getByRole("dialog", { name: /host key of node05 has changed/ });
    await expect(refusal).toBeVisible({ timeout: 30_000 });
    await expect(device(page, "node05", { includeHidden: true })).toHaveAttribute("aria-label", /, refused$/);
    await expect(refusal.getByRole("region", { name: "On record" })).toContainText(before);
    await expect(refusal.getByRole("region", { name: "Offered now" })).toContainText(after);
    await expectAccessible(page);
    await halfrack.screenshot(page, "real-lab-changed-key");

    const replace = refusal.getByRole("button", { name: "Replace the recorded key and connect" });
    await expect(replace).toBeDisabled();
    await refusal.getByRole("textbox").fill(after.slice(-6));
    await replace.click();
    await expect(refusal).toBeHidden();
    await expect(device(page, "node05")).toHaveAccessibleName(/, reachable$/, { timeout: 30_000 });
  });

  test("a host never seen before is asked about once, and trusted after that", async ({ halfrack, lab }) => {
    const page = await openLab(halfrack, lab, [1, 2, 3, 4]);
    const question = page.getByRole("dialog", { name: "Is this node05?" });
    await expect(question).toContainText(await fingerprint(lab, 5));
    await halfrack.screenshot(page, "real-lab-new-key");
    await question.getByRole("button", { name: "Trust this key and connect" }).click();
    await expect(question).toBeHidden();
    await expect(cable(page, 5)).toHaveAccessibleName(healthy(5));
    const recorded = await readFile(join(halfrack.profileDir, "known_hosts"), "utf8");
    expect(recorded).toContain(await publicKey(lab, 5));
  });
});

async function publicKey(lab: TestLab, n: number): Promise<string> {
  const text = await readFile(join(lab.dir, `node0${n}`, "host_key.pub"), "utf8");
  return text.split(" ")[1] ?? "";
}

/** As ssh-keygen -l prints it. */
async function fingerprint(lab: TestLab, n: number): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", Buffer.from(await publicKey(lab, n), "base64"));
  return `SHA256:${Buffer.from(digest).toString("base64").replace(/=+$/, "")}`;
}
