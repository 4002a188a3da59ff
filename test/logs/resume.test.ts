/** What ends a run before its time, and going on: connections cut mid-file, a killed process, a cancel, a full disk, dead hosts. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Entry, EntryResult } from "../../electron/contract/logs/entry.ts";
import { readJournal } from "../../electron/logs/collect/journal.ts";
import { type CollectDeps, CollectRun } from "../../electron/logs/collect/run.node.ts";
import { createCollectionStore, type DiskStore } from "../../electron/logs/collect/store.node.ts";
import { atOnce } from "../../electron/steps.ts";
import { type Bench, deviceFor, rejectedWith, trustingBench } from "../ssh/bench.ts";
import { type Sshd, startSshd, whyNoSshd } from "../ssh/sshd.ts";
import { entryOf, headerOf } from "./collection-samples.ts";

const sumOf = (content: Uint8Array | string) => createHash("sha256").update(content).digest("hex");
const sumOfStream = async (stream: Readable) => {
  const hash = createHash("sha256");
  for await (const chunk of stream) hash.update(chunk);
  return hash.digest("hex");
};
const noSource = () => Promise.reject(new Error("no such source here"));
const devices = ["node01", "node02"];

describe.skipIf(whyNoSshd)(`going on ${whyNoSshd}`, () => {
  const servers: Sshd[] = [];
  let bench: Bench;
  let dir: string;
  let store: DiskStore;
  let number = 0;
  const noise = randomBytes(60_000_000);
  const text = Array.from({ length: 1_500_000 }, (_, line) => `${sumOf(`${line}`).slice(0, 40)} ${line}\n`).join("");
  const sums: Record<string, string> = { noise: sumOf(noise), text: sumOf(text) };
  beforeAll(async () => {
    for (const _ of devices) servers.push(await startSshd());
    bench = await trustingBench(servers, {
      devices: servers.map((sshd, index) => deviceFor(devices[index] ?? "", sshd)),
      deps: { backoff: { firstDelayMs: 20, maxDelayMs: 200, maxAttempts: 60 } },
    });
    dir = await mkdtemp(join(tmpdir(), "halfrack-resume-"));
    store = createCollectionStore({ dir: join(dir, "collections") });
    await writeFile(join(dir, "noise"), noise);
    await writeFile(join(dir, "text"), text);
  });
  afterAll(async () => {
    await bench?.[Symbol.asyncDispose]();
    for (const sshd of servers) await sshd[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  });
  const sshdOf = (index: number): Sshd => {
    const sshd = servers[index];
    if (!sshd) throw new Error("no server");
    return sshd;
  };
  const filesOf = (target: string): Omit<Entry, "n">[] =>
    ["noise", "text"].map((name) => entryOf(0, { target, source: { how: "file", path: join(dir, name) } }));
  async function begin(parts: readonly Omit<Entry, "n">[]): Promise<string> {
    const id = `c${number++}`;
    const entries = parts.map((part, n) => ({ ...part, n }));
    await (await store.create(headerOf(id, entries, devices), { kind: "collection", path: null })).close();
    return id;
  }
  const depsOf = (more: Partial<CollectDeps> = {}): CollectDeps => ({
    ssh: bench.ssh,
    sudo: "never",
    askPassword: async () => null,
    absenceOf: () => undefined,
    runners: { switch: noSource, ipmi: noSource, own: noSource },
    ...more,
  });
  async function go(
    id: string,
    more: Partial<CollectDeps> = {},
    during: (run: CollectRun, abort: AbortController) => unknown = () => undefined,
    from = store,
  ): Promise<EntryResult[]> {
    const writer = await from.resume(id);
    try {
      const abort = new AbortController();
      const run = new CollectRun(writer, depsOf(more), abort.signal);
      const running = run.run();
      await Promise.all([running, during(run, abort)]);
    } finally {
      await writer.close();
    }
    return [...(await from.get(id)).results.values()].sort((a, b) => a.n - b.n);
  }
  const cameMoreThan = (run: CollectRun, bytes: number) =>
    expect.poll(() => run.progress.bytes, { interval: 1, timeout: 20_000 }).toBeGreaterThan(bytes);
  const isWhole = async (id: string, n: number, name: string, from = store) =>
    expect(await sumOfStream(await (await from.get(id)).open(n))).toBe(sums[name]);

  test("a connection that is cut again and again mid-file: what came is kept, and the same bytes are there in the end", {
    timeout: 60_000,
  }, async () => {
    const id = await begin(filesOf("node01"));
    const results = await go(id, {}, async (run) => {
      for (const bytes of [1_000_000, 25_000_000, 60_000_000]) {
        await cameMoreThan(run, bytes);
        await sshdOf(0).kill();
        await sshdOf(0).start();
      }
    });
    for (const [n, name] of ["noise", "text"].entries()) {
      expect(results[n]).toMatchObject({ state: "got", sha256: sums[name], sumAgrees: true, reason: "" });
      await isWhole(id, n, name);
    }
    expect(Math.max(...results.map(({ attempts }) => attempts))).toBeGreaterThan(2);
  });

  test("a file that was rotated while the connection was lost is found again under its new name", {
    timeout: 60_000,
  }, async () => {
    const path = join(dir, "rotating");
    await writeFile(path, noise);
    const id = await begin([entryOf(0, { target: "node01", source: { how: "file", path } })]);
    const results = await go(id, {}, async (run) => {
      await cameMoreThan(run, 5_000_000);
      await sshdOf(0).kill();
      await rename(path, `${path}.1`);
      await writeFile(path, "the new one");
      await sshdOf(0).start();
    });
    expect(results[0]).toMatchObject({ state: "got", sha256: sums.noise, sumAgrees: true });
  });

  test("another file under the same name is read from its beginning", { timeout: 60_000 }, async () => {
    const path = join(dir, "replaced");
    await writeFile(path, noise);
    const id = await begin([entryOf(0, { target: "node01", source: { how: "file", path } })]);
    const results = await go(id, {}, async (run) => {
      await cameMoreThan(run, 5_000_000);
      await sshdOf(0).kill();
      await rm(path);
      await writeFile(path, text);
      await sshdOf(0).start();
    });
    expect(results[0]).toMatchObject({ state: "got", sha256: sums.text, sumAgrees: true });
    await isWhole(id, 0, "text");
  });

  test("a host that stays away is lost, with what had come; the other host goes on, and the run can be gone on with", {
    timeout: 90_000,
  }, async () => {
    const parts = [
      ...filesOf("node01"),
      ...filesOf("node02"),
      entryOf(0, { source: { how: "command", argv: ["true"] } }),
    ];
    const id = await begin(parts);
    const results = await go(id, { limits: { backMs: 500, perHost: { all: 1, large: 1 } } }, async (run) => {
      await cameMoreThan(run, 4_000_000);
      await sshdOf(0).kill();
    });
    expect(results.map(({ state }) => state)).toEqual(["lost", "lost", "got", "got", "lost"]);
    expect(results[0]?.sizeBytes).toBeGreaterThan(0);
    const kept = await (await store.get(id)).open(0);
    expect(await sumOfStream(kept)).toBe(sumOf(noise.subarray(0, results[0]?.sizeBytes)));
    await sshdOf(0).start();
    await bench.ssh.connect("node01");
    let came = 0;
    const again = await go(id, {}, async (run) => {
      await expect.poll(() => run.progress.targets()[0]?.done, { timeout: 30_000 }).toBe(3);
      came = run.progress.bytes;
    });
    expect(again.map(({ state }) => state)).toEqual(["got", "got", "got", "got", "empty"]);
    expect(again.slice(0, 4).map(({ sha256 }) => sha256)).toEqual([sums.noise, sums.text, sums.noise, sums.text]);
    // what had come was not sent again
    const [first] = results;
    expect(came).toBeLessThan(noise.length + text.length - (first?.sizeBytes ?? 0) + 1_000_000);
    expect(again[0]?.attempts).toBeGreaterThan(1);
  });

  test("a cancel ends it at once, every entry has a result, and going on gives the same bytes", {
    timeout: 60_000,
  }, async () => {
    const seconds = `${process.pid}9`; // another test's sleep is not taken for this one
    const id = await begin([
      ...filesOf("node01"),
      entryOf(0, { source: { how: "command", argv: ["sleep", seconds] } }),
    ]);
    const results = await go(id, {}, async (run, abort) => {
      await cameMoreThan(run, 3_000_000);
      abort.abort();
    });
    expect(results.map(({ state }) => state)).toEqual(["cancelled", "cancelled", "cancelled"]);
    const left = () => spawnSync("pgrep", ["-fx", `sleep ${seconds}`], { encoding: "utf8" }).stdout;
    await expect.poll(left, { timeout: 10_000 }).toBe("");
    const header = (await store.get(id)).header;
    expect(header.entries.length).toBe(3);
    const again = await go(id, {}, async (run, abort) => {
      await expect.poll(() => run.progress.targets()[0]?.done, { timeout: 30_000 }).toBe(2);
      abort.abort();
    });
    expect(again.map(({ state }) => state)).toEqual(["got", "got", "cancelled"]);
    for (const [n, name] of ["noise", "text"].entries()) await isWhole(id, n, name);
  });

  test("the process is killed while it collects: another one goes on from what is on the disk, and the bytes are the same", {
    timeout: 120_000,
  }, async () => {
    const id = await begin([...filesOf("node01"), ...filesOf("node02")]);
    const what = join(dir, `${id}.json`);
    const hosts = servers.map(({ host, port, identity }, index) => ({
      name: devices[index],
      sshd: { host, port, identity },
    }));
    const home = await mkdtemp(join(dir, "home-"));
    const { userKnownHosts: knownHosts } = bench;
    await writeFile(what, JSON.stringify({ collections: join(dir, "collections"), id, home, knownHosts, hosts }));
    const journal = () =>
      readFile(join(dir, "collections", id, "journal.jsonl")).then((bytes) => atOnce(readJournal(bytes)));
    for (let round = 0; round < 3; round++) {
      const child = spawn(process.execPath, [join(import.meta.dirname, "collect-process.ts"), what], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const ended = new Promise((resolve) => child.once("exit", resolve));
      for await (const line of createInterface({ input: child.stdout })) {
        if (Number(/^bytes (\d+)/.exec(line)?.[1] ?? 0) > 30_000_000) {
          child.kill("SIGKILL");
          break;
        }
      }
      await ended;
    }
    const before = await journal();
    const kept = [...before.segments.values()].reduce((sum, { storedBytes }) => sum + storedBytes, 0);
    expect(kept).toBeGreaterThan(20_000_000);
    const results = await go(id);
    expect(results.map(({ state, sumAgrees }) => [state, sumAgrees])).toEqual(Array(4).fill(["got", true]));
    for (const [n, name] of ["noise", "text", "noise", "text"].entries()) await isWhole(id, n, name);
  });

  const noMount =
    process.getuid?.() === 0 && process.platform === "linux" ? "" : "(skipped: needs root to mount a tmpfs)";
  test.skipIf(noMount)(
    `a disk that fills up stops the run; with room again it goes on ${noMount}`,
    { timeout: 60_000 },
    async () => {
      const mounted = join(dir, "small");
      await mkdir(mounted);
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=40m", "tmpfs", mounted]);
      try {
        const small = createCollectionStore({ dir: join(mounted, "collections") });
        const entries = filesOf("node01").map((part, n) => ({ ...part, n }));
        await (await small.create(headerOf("c", entries, devices), { kind: "collection", path: null })).close();
        const fault = await rejectedWith(go("c", {}, undefined, small));
        expect(fault.code).toBe("logs.disk-full");
        execFileSync("mount", ["-o", "remount,size=200m", mounted]);
        const results = await go("c", {}, undefined, small);
        expect(results.map(({ state, sha256 }) => [state, sha256])).toEqual([
          ["got", sums.noise],
          ["got", sums.text],
        ]);
        await isWhole("c", 0, "noise", small);
      } finally {
        execFileSync("umount", ["-l", mounted]);
      }
      expect((await stat(dir)).isDirectory()).toBe(true);
    },
  );
});
