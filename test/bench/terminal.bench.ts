/**
 * Terminal under load: a file through sshd, the SSH service, the contract and xterm.js in Chromium, against the same
 * bytes written to the same xterm.js from memory and against `ssh host cat`; Ctrl-C, a second terminal and memory
 * during the flood. Ratios compare medians of one run, the ways taken in turn.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import { knownHostsLines } from "../ssh/bench.ts";
import { localUser, startSshd } from "../ssh/sshd.ts";
import { BenchPage } from "./chromium.ts";
import { median, percentile, saveResult } from "./result.ts";
import type { Bench } from "./terminal/page.ts";
import { minus, type Part, parts, type Spent, spentMs } from "./terminal/processors.ts";

const runs = Number(process.env.BENCH_RUNS ?? 3);
const sizeMb = Number(process.env.BENCH_MB ?? 100);
const blockBytes = 1_000_000;

const dir = mkdtempSync(join(tmpdir(), "halfrack-bench-"));
const sshd = await startSshd();
const children: ChildProcess[] = [];
await using cleanUp = new AsyncDisposableStack();
cleanUp.defer(async () => {
  for (const child of children) child.kill("SIGKILL");
  await sshd[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true, force: true });
});
await measure();

async function measure(): Promise<void> {
  const load = loadavg()[0] ?? Number.NaN;
  const block = buildLog(blockBytes);
  const file = join(dir, "build.log");
  writeFileSync(file, block.repeat(sizeMb));
  const endless = join(dir, "endless.sh");
  writeFileSync(endless, `${markCommand("flood")}; while :; do cat ${file}; done\n`);
  const { page, host } = await openWindow();
  const renderer = await page.evaluate(() => bench().open("first", "node01"), null);
  await page.evaluate(() => bench().open("second", "node01"), null);
  await ready(page, "first");
  await ready(page, "second");
  await keysUntil(page, "second", `stty raw -echo; ${markCommand("raw")}; exec cat\n`, "raw");
  const idle = await echoes(page, 100);

  const before = rssMb(host);
  let most = before;
  const sampler = setInterval(() => {
    most = Math.max(most, rssMb(host));
  }, 50);
  const throughSsh: number[] = [];
  const fromMemory: number[] = [];
  const sshCat: number[] = [];
  const spent: Spent[] = [];
  const spentFromMemory: Spent[] = [];
  for (let run = 0; run < runs; run += 1) {
    sshCat.push(catBySsh(file));
    const mark = `end${run}`;
    const atStart = spentMs(host.pid);
    throughSsh.push(await keysUntil(page, "first", `cat ${file}; ${markCommand(mark)}\n`, mark));
    spent.push(minus(spentMs(host.pid), atStart));
    await page.evaluate(() => bench().open("memory", null), null);
    const atMemory = spentMs(host.pid);
    fromMemory.push(
      await page.evaluate(([text, times]) => bench().fromMemory("memory", text, times), [block, sizeMb] as const),
    );
    spentFromMemory.push(minus(spentMs(host.pid), atMemory));
    await page.evaluate(() => bench().close("memory"), null);
    console.log(`run ${run}: ssh cat ${rate(sshCat)}, terminal ${rate(throughSsh)}, memory ${rate(fromMemory)} MB/s`);
    console.log("  processor ms/MB", perMb(spent), "from memory", perMb(spentFromMemory));
  }

  const interrupts: number[] = [];
  const flooded: number[] = [];
  for (let run = 0; run < runs * 2; run += 1) {
    await keysUntil(page, "first", `sh ${endless}\n`, "flood");
    flooded.push(...(await echoes(page, 30)));
    interrupts.push(await keysUntil(page, "first", "\x03", "prompt"));
  }
  clearInterval(sampler);
  const growth = most - before;

  saveResult("terminal", {
    title: "Terminal",
    setting: `${sizeMb} MB of coloured build log through sshd, the SSH service, the contract over a WebSocket and xterm.js (${renderer} renderer) in Chromium, all on one machine. Medians of ${runs} runs; the ways take turns. Other work on the machine: load average ${load.toFixed(1)} before, on ${cpus().length} processors.`,
    rows: [
      {
        measure: "through SSH, contract and xterm.js",
        value: rate(throughSsh),
        unit: "MB/s",
        how: "`cat` in a terminal until its end was parsed",
      },
      {
        measure: "xterm.js from memory",
        value: rate(fromMemory),
        unit: "MB/s",
        how: "the same bytes written to xterm.js as it comes, in pieces of 128 KiB",
      },
      {
        measure: "`ssh host cat file` to /dev/null",
        value: rate(sshCat),
        unit: "MB/s",
        how: "OpenSSH's client, no terminal",
      },
      {
        measure: "terminal against memory",
        value: rate(throughSsh) / rate(fromMemory),
        unit: "x",
        goal: { atLeast: 0.8 },
        how: "ratio of the medians",
      },
      {
        measure: "terminal against `ssh host cat`",
        value: rate(throughSsh) / rate(sshCat),
        unit: "x",
        how: "ratio of the medians",
      },
      {
        measure: "Ctrl-C under flood to prompt",
        value: median(interrupts),
        unit: "ms",
        goal: { atMost: 150 },
        how: `key sent until the prompt was parsed, median of ${interrupts.length}`,
      },
      {
        measure: "echo in a second terminal, idle",
        value: percentile(idle, 0.95),
        unit: "ms",
        how: "p95, key sent until its echo was parsed",
      },
      {
        measure: "echo in a second terminal during the flood",
        value: percentile(flooded, 0.95),
        unit: "ms",
        goal: { atMost: 50 },
        how: `p95 of ${flooded.length}`,
      },
      {
        measure: "memory growth of the main process",
        value: growth,
        unit: "MB",
        goal: { atMost: 50 },
        how: "resident set, most during all floods over before the first",
      },
      ...parts.map((part) => ({
        measure: `processor time of the ${part}, through SSH`,
        value: perMb(spent)[part],
        unit: "ms/MB",
        how: `${perMb(spentFromMemory)[part].toPrecision(2)} ms/MB from memory`,
      })),
    ],
  });
}

/** Coloured lines as a compiler writes them, about 100 bytes each, exactly `sizeBytes` of ASCII. */
function buildLog(sizeBytes: number): string {
  let text = "";
  for (let line = 0; text.length < sizeBytes; line += 1) {
    text += `\x1b[1m[${line % 1000}/1000]\x1b[0m \x1b[3${line % 8}mcompile\x1b[0m src/fabric/node${line % 97}.c -> build/obj/node${line % 97}.o warning: ${"x".repeat(line % 40)}\r\n`;
  }
  return `${text.slice(0, sizeBytes - 6)}\x1b[0m\r\n`;
}

async function openWindow(): Promise<{ page: BenchPage; host: ChildProcess }> {
  const [windowDir, profile, home, lab] = ["window", "profile", "home", "lab.yaml"].map((name) => join(dir, name));
  if (!windowDir || !profile || !home || !lab) throw new Error("four paths");
  await build({
    configFile: false,
    logLevel: "warn",
    root: join(import.meta.dirname, "terminal"),
    build: { outDir: windowDir, target: "chrome140", assetsInlineLimit: 0, chunkSizeWarningLimit: 4000 },
  });
  mkdirSync(join(home, ".ssh"), { recursive: true });
  writeFileSync(join(home, ".ssh", "known_hosts"), knownHostsLines(sshd));
  const ssh = { host: sshd.host, port: sshd.port, user: localUser, identityFile: sshd.identity };
  writeFileSync(
    lab,
    JSON.stringify({ halfrack: 1, name: "bench", devices: [{ name: "node01", type: "hp-dl380-g7", ssh }] }),
  );
  const script = join(import.meta.dirname, "terminal", "host.ts");
  const host = spawn(process.execPath, [script, windowDir, profile, home, lab], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(host);
  const address = await new Promise<string>((resolve, reject) => {
    host.stdout?.once("data", (text: Buffer) => resolve(text.toString().trim()));
    host.once("exit", (code) => reject(new Error(`the host ended with ${code}`)));
  });
  const page = cleanUp.use(await BenchPage.open(address));
  await page.evaluate(async () => {
    while (!("bench" in window)) await new Promise((done) => setTimeout(done, 20));
  }, null);
  return { page, host };
}

/** In the page: what page.ts put on the window. BenchPage hands functions over as text, so this is declared there. */
declare function bench(): Bench;

async function ready(page: BenchPage, pane: string): Promise<void> {
  const prompt = `"$(${markCommand("prompt")})ready$ "`;
  await keysUntil(page, pane, `exec env HISTFILE= PS1=${prompt} sh\n`, "prompt");
  // Without output processing the terminal is sent the file's bytes as they are.
  await keysUntil(page, pane, "stty -opost\n", "prompt");
}

/** A shell command that puts `mark` out as page.ts looks for it. */
function markCommand(mark: string): string {
  return `printf '\\033]777;${mark}\\007'`;
}

/** Types `keys`; milliseconds until `mark` was parsed. */
function keysUntil(page: BenchPage, pane: string, keys: string, mark: string): Promise<number> {
  return page.evaluate(([pane, keys, mark]) => bench().keysUntil(pane, keys, mark), [pane, keys, mark] as const);
}

/** Milliseconds of `count` keys, one after the other, in the second terminal, where the far side sends them back. */
async function echoes(page: BenchPage, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let key = 0; key < count; key += 1) {
    times.push(await keysUntil(page, "second", `\x1b]777;key${key}\x07`, `key${key}`));
  }
  return times;
}

/** Milliseconds for the file by OpenSSH's client. */
function catBySsh(file: string): number {
  const known = join(dir, "home", ".ssh", "known_hosts");
  const options = ["-F", "none", "-i", sshd.identity, "-o", `UserKnownHostsFile=${known}`, "-p", String(sshd.port)];
  const startedAt = performance.now();
  execFileSync("ssh", [...options, `${localUser}@${sshd.host}`, "cat", file], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  return performance.now() - startedAt;
}

/** Resident set of the process, from Linux's /proc. */
function rssMb(child: ChildProcess): number {
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN) / 1000;
}

/** Milliseconds of processor time per MB, the median of the runs for each part. */
function perMb(runs: readonly Spent[]): Spent {
  const of = (part: Part) => [part, median(runs.map((spent) => spent[part])) / sizeMb] as const;
  return Object.fromEntries(parts.map(of)) as Record<Part, number>;
}

/** MB/s of the median time. */
function rate(times: readonly number[]): number {
  return sizeMb / (median(times) / 1000);
}
