/** From a support bundle to its first line in the window, beside what one would otherwise do with such an archive. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { createApp } from "../../electron/app.ts";
import { redactionRulesSchema } from "../../electron/contract/logs/redact.ts";
import { memorySecrets } from "../../electron/secrets.ts";
import { findCommand } from "../lab/packages.ts";
import { chromiumPath } from "../run/packages.ts";
import { logScene } from "./logs/scene.ts";
import { median, saveResult } from "./result.ts";

type Row = Parameters<typeof saveResult>[1]["rows"][number];
const rounds = 3;
const root = join(import.meta.dirname, "..", "..");
const work = await mkdtemp(join(tmpdir(), "halfrack-bench-"));
const browser = await chromium.launch({
  executablePath: chromiumPath() ?? "chromium",
  args: ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"],
});
try {
  const bundle = join(work, "bundle.tar.zst");
  const bytes = await makeBundle(bundle);
  const labFile = join(work, "lab.yaml");
  await writeFile(labFile, JSON.stringify({ halfrack: 1, name: "Bench", devices: [] }));
  const page: number[] = [];
  const line: number[] = [];
  const taken = new Map<string, number[]>();
  const others = otherWays(bundle);
  for (let round = 0; round < rounds; round++) {
    const { pageMs, lineMs } = await inWindow(labFile, bundle);
    page.push(pageMs);
    line.push(lineMs);
    for (const [name, script] of others) {
      const ms = await firstOutput(script);
      taken.set(name, [...(taken.get(name) ?? []), ms]);
    }
  }
  const ours = median(line);
  const rows: Row[] = [
    {
      measure: "Halfrack: to its completeness page",
      value: median(page),
      unit: "ms",
      how: "from Enter in the dialog; every sum checked",
    },
    { measure: "Halfrack: to the first painted line", value: ours, unit: "ms", how: "the page on the way included" },
  ];
  for (const [name, times] of taken)
    rows.push(
      { measure: name, value: median(times), unit: "ms", how: "to the first byte on standard output" },
      { measure: `Halfrack's first line, of ${name}`, value: ours / median(times), unit: "x" },
    );
  saveResult("open-bundle", {
    title: "Opening a support bundle",
    setting: `A tar.zst of ${Math.round((await stat(bundle)).size / 1e6)} MB with ${Math.round(bytes / 1e6)} MB of logs of five hosts, in the system's file cache; the browser host and its window stand already, in a fresh profile each. Medians of ${rounds} rounds, all in turn within each.`,
    rows,
  });
  console.log(rows.map(({ measure, value, unit }) => `${measure}: ${value.toFixed(2)} ${unit}`).join("\n"));
} finally {
  await browser.close();
  await rm(work, { recursive: true, force: true });
}

/** Returns how many bytes of logs are in it. */
async function makeBundle(path: string): Promise<number> {
  const profileDir = join(work, "maker");
  const { id, bytes } = await logScene(join(work, "files"), join(profileDir, "collections"));
  const own = { profileDir, homeDir: work, agentSocket: null, secrets: memorySecrets(), knownHosts: [] };
  await using app = await createApp({ host: "cli", ...own });
  const rules = redactionRulesSchema.parse({ on: false });
  const asked = { id, path, overwrite: false, format: "tar.zst", rules } as const;
  for await (const _ of app.logs.bundle(asked, new AbortController().signal));
  await rm(profileDir, { recursive: true });
  await rm(join(work, "files"), { recursive: true });
  return bytes;
}

async function inWindow(labFile: string, bundle: string): Promise<{ pageMs: number; lineMs: number }> {
  const profile = await mkdtemp(join(work, "profile-"));
  const host = spawn(
    process.execPath,
    [join(root, "electron", "browser.ts"), "--no-open", "--port", "0", "--profile", profile, "--lab", labFile],
    { cwd: root, stdio: ["ignore", "pipe", "inherit"] },
  );
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    let printed = "";
    for await (const data of host.stdout) {
      printed += String(data);
      if (/http:\S+\s/.test(printed)) break;
    }
    const page = await context.newPage();
    await page.goto(/http:\S+/.exec(printed)?.[0] ?? "");
    await page.getByRole("button", { name: "Logs", exact: true }).click();
    await page.getByRole("button", { name: "Open a bundle…" }).click();
    const dialog = page.getByRole("dialog", { name: "Open a bundle" });
    await dialog.getByRole("textbox", { name: "Bundle" }).fill(bundle);
    const open = dialog.getByRole("button", { name: "Open this bundle" });
    const begun = performance.now();
    await open.click();
    await page.getByRole("columnheader", { name: "node5" }).waitFor({ timeout: 600_000 });
    const pageMs = performance.now() - begun;
    await page.getByRole("tab", { name: "Read" }).click();
    await page.getByRole("listbox", { name: "Log lines" }).getByRole("option").first().waitFor({ timeout: 600_000 });
    return { pageMs, lineMs: performance.now() - begun };
  } finally {
    await context.close();
    host.kill();
    await once(host, "exit");
    await rm(profile, { recursive: true, force: true });
  }
}

/** Shell scripts that print the first line of what is in the bundle; `$1` is an empty folder. */
function otherWays(bundle: string): ReadonlyMap<string, string> {
  const unpack = `tar --zstd -xf '${bundle}' -C "$1"`;
  return new Map([
    ["tar -x, then head", `${unpack} && head -n 1 "$1"/*/nodes/node1/files/var/log/messages-0`],
    ...(findCommand("lnav") === null
      ? []
      : ([["tar -x, then lnav", `${unpack} && HOME="$1" lnav -n "$1"/*/nodes/*/files/var/log/*`]] as const)),
  ]);
}

async function firstOutput(script: string): Promise<number> {
  const folder = join(work, "unpacked");
  await mkdir(folder);
  const begun = performance.now();
  const child = spawn("sh", ["-c", script, "sh", folder], { stdio: ["ignore", "pipe", "inherit"] });
  let ms = Number.NaN;
  for await (const _ of child.stdout) if (Number.isNaN(ms)) ms = performance.now() - begun;
  if (Number.isNaN(ms)) throw new Error(`nothing was printed by: ${script}`);
  await rm(folder, { recursive: true });
  return ms;
}
