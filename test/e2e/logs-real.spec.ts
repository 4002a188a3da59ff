/** The log finder in the window over five real OpenSSH hosts, one of which dies while it is read, to a bundle that others' tools check. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createCollectionStore } from "../../electron/logs/collect/store.node.ts";
import {
  catalogue,
  names,
  type SeededHosts,
  seededFolder,
  seededHosts,
  whyNoSeededHosts,
} from "../logs/seeded-hosts.ts";
import { until } from "../until.ts";
import { test as base, expect, wide } from "./app.ts";

/** So long on the way that it can be cut off in the middle. */
const bigBytes = 24 * 1024 * 1024;

const test = base.extend<{ hosts: SeededHosts }>({
  // After `halfrack`, which skips the test where there is no window.
  hosts: async ({ halfrack: _window }, use) => {
    await using hosts = await seededHosts(["node02"], bigBytes);
    await use(hosts);
  },
});

test.describe("logs of five real hosts", () => {
  test.skip(whyNoSeededHosts !== "", whyNoSeededHosts);

  test("one is killed midway and gone on with; every byte is in the bundle, and the bundle opens again", async ({
    halfrack,
    hosts,
  }) => {
    const { profileDir, homeDir } = halfrack;
    await writeFile(join(profileDir, "known_hosts"), await readFile(hosts.knownHosts), { mode: 0o600 });
    await writeFile(join(profileDir, "log-catalogue.yaml"), catalogue);
    const page = await halfrack.open({ lab: hosts.labFile });
    const place = page.getByRole("main", { name: "Logs" });
    const button = (name: string | RegExp) => place.getByRole("button", { name });
    await page.getByRole("button", { name: "Logs", exact: true }).click();

    const targets = place.getByRole("table");
    for (const name of names)
      await expect(targets.getByRole("row", { name: new RegExp(`^${name} `) }).first()).toContainText(/Linux|Debian/);
    await expect(place.getByRole("status").first()).toContainText("Looked");
    await targets.getByRole("checkbox", { name: /^This machine/ }).uncheck();
    await place.getByRole("combobox", { name: "For" }).click();
    await page.getByRole("option", { name: "What was seeded" }).click();
    await button("Choose what to collect").click();
    await expect(place.getByRole("checkbox", { name: "Seeded files" })).toBeChecked();
    await button("Review what will run").click();
    await expect(place.locator("pre")).toContainText(`node02: cat ${seededFolder}/messages`);
    await button(/^Collect \d+ entries/).click();

    await midway(profileDir, "node02");
    await hosts.servers.node02.kill();
    const progress = place.getByRole("listitem").filter({ hasText: "node02" });
    await expect(progress).toContainText(/connection to node02|node02 refused|node02 is not reachable/i);
    await halfrack.screenshot(page, "logs-real-killed", wide);
    await button("Stop collecting").click();
    await hosts.servers.node02.start();
    await button("Go on collecting").click();

    const collections = page.getByRole("complementary", { name: "Collections" });
    await expect(collections.getByRole("button", { name: /not complete/ })).toBeVisible({ timeout: 40_000 });
    const matrix = place.getByRole("table");
    for (const name of names) await expect(matrix.getByRole("columnheader", { name })).toBeVisible();
    const details = page.getByRole("complementary", { name: "Seeded files of node02" });
    const openCell = () =>
      matrix
        .getByRole("row", { name: /^Seeded files/ })
        .getByRole("cell")
        .nth(names.indexOf("node02"))
        .getByRole("button")
        .click();
    await openCell();
    const big = await sumOf(hosts.here("node02", `${seededFolder}/big.log`));
    const section = details.locator("section").filter({ hasText: "big.log" }).first();
    await expect(section).toContainText(/[2-9] attempts/);
    await expect(section).toContainText(big);
    await expect(section).toContainText("the same on the host");
    await halfrack.screenshot(page, "logs-real-completeness", wide);
    await details.getByRole("button", { name: "Close these details" }).click();
    // in a bundle packed logs are unpacked, so several files are larger together
    const rows = async () =>
      (await matrix.getByRole("row").allInnerTexts()).map((text) => text.replaceAll(/, [\d.]+ [KM]iB/g, ""));
    const told = await rows();

    await place.getByRole("tab", { name: "Redact and pack" }).click();
    await place.getByRole("switch", { name: "Replace names and secrets by pseudonyms" }).uncheck();
    await place.getByRole("textbox", { name: "Folder or file" }).fill(homeDir);
    await button("Write the bundle").click();
    await expect(place.getByText("Written and read back")).toBeVisible({ timeout: 40_000 });
    const [bundle = ""] = (await readdir(homeDir)).filter((name) => name.endsWith(".tar.zst"));

    const out = join(homeDir, "unpacked");
    await mkdir(out);
    execFileSync("tar", ["--zstd", "-xf", join(homeDir, bundle), "-C", out, "--strip-components=1"]);
    execFileSync("sha256sum", ["--quiet", "-c", "SHA256SUMS"], { cwd: out });
    expect(await sumOf(Buffer.from(join(out, `nodes/node02/files${seededFolder}/big.log`)))).toBe(big);

    await page.getByRole("button", { name: "Open a bundle…" }).click();
    const opening = page.getByRole("dialog", { name: "Open a bundle" });
    await opening.getByRole("textbox", { name: "Bundle" }).fill(join(homeDir, bundle));
    await opening.getByRole("button", { name: "Open this bundle" }).click();
    await expect(collections.getByRole("listitem")).toHaveCount(2);
    await expect(button("Forget…")).toBeVisible();
    expect(await rows()).toEqual(told);
    await openCell();
    await expect(section).toContainText(big);
  });
});

/** Settles once part of a host's big file came. */
async function midway(profileDir: string, target: string): Promise<void> {
  const dir = join(profileDir, "collections");
  const store = createCollectionStore({ dir });
  const itemPath = async (): Promise<string | false> => {
    const [id = ""] = await readdir(dir).catch(() => []);
    const stored = await store.get(id).catch(() => null);
    const entry = stored?.header.entries.find(
      (each) => each.target === target && each.source.how === "file" && each.source.path.endsWith("/big.log"),
    );
    return entry ? join(dir, id, "items", `${entry.n}`) : false;
  };
  const path = await until("the collection to begin", itemPath);
  const came = () => stat(path).catch(() => null);
  await expect.poll(async () => (await came())?.size ?? 0, { intervals: [2] }).toBeGreaterThan(1_000_000);
}

async function sumOf(path: Buffer): Promise<string> {
  const sum = createHash("sha256");
  for await (const chunk of createReadStream(path)) sum.update(chunk);
  return sum.digest("hex");
}
