/**
 * From process start to work: the browser host with the practice lab, until its rack is painted and until a shell's
 * first prompt stands in a terminal. Beside it, in the same browser, a page that shows one word.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "@playwright/test";
import { chromiumPath } from "../run/packages.ts";
import { median, saveResult } from "./result.ts";

const runs = 7;
const root = join(import.meta.dirname, "..", "..");

interface Start {
  readonly addressMs: number;
  readonly rackMs: number;
  readonly promptMs: number;
}

/** One start in a profile of its own; times since the process was spawned. */
async function start(browser: Browser): Promise<Start> {
  const profile = mkdtempSync(join(tmpdir(), "halfrack-bench-"));
  writeFileSync(join(profile, "settings.json"), JSON.stringify({ terminalScreenReader: true }));
  const startedAt = performance.now();
  const since = () => performance.now() - startedAt;
  const host = spawn(
    process.execPath,
    [join(root, "electron", "browser.ts"), "--no-open", "--practice", "--profile", profile],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    let printed = "";
    let address: string | undefined;
    for await (const data of host.stdout) {
      printed += String(data);
      address = /http:\S+/.exec(printed)?.[0];
      if (address) break;
    }
    if (!address) throw new Error(`the host printed no address: ${printed}`);
    const addressMs = since();
    const page = await context.newPage();
    await page.goto(address);
    const node = page.getByRole("main").getByRole("button", { name: /^node1\b(?! port)/ });
    await node.waitFor();
    const rackMs = since();
    await node.dblclick();
    await page.getByText("[root@node1 ~]#").first().waitFor({ state: "attached" });
    return { addressMs, rackMs, promptMs: since() };
  } finally {
    await context.close();
    host.kill();
    await once(host, "exit");
    rmSync(profile, { recursive: true, force: true });
  }
}

/** The same browser on a page of one word: what no page can be faster than. */
async function oneWord(browser: Browser): Promise<number> {
  const server = createServer((_request, response) =>
    response.setHeader("content-type", "text/html").end("<main>word</main>"),
  );
  await once(server.listen(0, "127.0.0.1"), "listening");
  const startedAt = performance.now();
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await page.getByText("word").waitFor();
  const tookMs = performance.now() - startedAt;
  await context.close();
  server.close();
  return tookMs;
}

const browser = await chromium.launch({
  executablePath: chromiumPath() ?? "chromium",
  args: ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"],
});
const starts: Start[] = [];
const words: number[] = [];
for (let run = 0; run < runs; run += 1) {
  words.push(await oneWord(browser));
  starts.push(await start(browser));
}
await browser.close();

const rack = median(starts.map(({ rackMs }) => rackMs));
saveResult("start", {
  title: "Start",
  setting: `${runs} starts, each in a fresh profile (the practice lab makes its keys in it), with a browser that already runs; medians.`,
  rows: [
    {
      measure: "Process start to the address printed",
      value: median(starts.map(({ addressMs }) => addressMs)),
      unit: "ms",
    },
    { measure: "Process start to the rack painted", value: rack, unit: "ms" },
    {
      measure: "Process start to the first practice shell's prompt",
      value: median(starts.map(({ promptMs }) => promptMs)),
      unit: "ms",
    },
    { measure: "The same browser, a page of one word", value: median(words), unit: "ms" },
    { measure: "Rack painted against the page of one word", value: rack / median(words), unit: "x" },
  ],
});
