/** Collecting from real hosts: every kind of file and command, each with its bytes or its reason. */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { appendFile, mkdir, mkdtemp, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Entry, EntryResult } from "../../electron/contract/logs/entry.ts";
import { writePath } from "../../electron/contract/logs/remote-path.ts";
import { here } from "../../electron/contract/logs/target.ts";
import { type CollectDeps, CollectRun } from "../../electron/logs/collect/run.node.ts";
import { createCollectionStore } from "../../electron/logs/collect/store.node.ts";
import { type Bench, deviceFor, trustingBench } from "../ssh/bench.ts";
import { type Sshd, startSshd, whyNoSshd } from "../ssh/sshd.ts";
import { entryOf, headerOf } from "./collection-samples.ts";

const sumOf = (content: Uint8Array | string) => createHash("sha256").update(content).digest("hex");
const bytesOf = async (stream: Readable) => Buffer.concat(await stream.toArray());
const noSource = () => Promise.reject(new Error("no such source here"));
const plainDeps = { sudo: "never", askPassword: async () => null, absenceOf: () => undefined } as const;

describe.skipIf(whyNoSshd)(`collecting ${whyNoSshd}`, () => {
  let sshd: Sshd;
  let bench: Bench;
  let dir: string;
  let far: string;
  let number = 0;
  beforeAll(async () => {
    sshd = await startSshd();
    bench = await trustingBench([sshd], { devices: [deviceFor("node01", sshd)] });
    dir = await mkdtemp(join(tmpdir(), "halfrack-collect-"));
    far = join(dir, "far");
    await mkdir(far);
  });
  afterAll(async () => {
    await bench?.[Symbol.asyncDispose]();
    await sshd?.[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  });

  type Part = Partial<Entry> & Pick<Entry, "source">;
  /** Collects and gives each entry's result with its content. */
  async function collect(
    parts: readonly Part[],
    more: Partial<CollectDeps> = {},
    during: () => unknown = () => undefined,
  ) {
    const store = createCollectionStore({ dir: join(dir, "collections") });
    const id = `c${number++}`;
    const entries = parts.map((part, n) => entryOf(n, part));
    const header = headerOf(id, entries, ["node01", here]);
    const writer = await store.create(header, { kind: "collection", path: null });
    const deps = {
      ...plainDeps,
      ssh: bench.ssh,
      runners: { switch: noSource, ipmi: noSource, own: noSource },
      ...more,
    };
    const running = new CollectRun(writer, deps, new AbortController().signal).run();
    await during();
    await running;
    await writer.close();
    const found = await store.get(id);
    return Promise.all(
      entries.map(async ({ n }) => {
        const result = found.results.get(n) as EntryResult;
        const content = result.sha256 === null ? null : await bytesOf(await found.open(n));
        if (content) expect([content.length, sumOf(content)]).toEqual([result.sizeBytes, result.sha256]);
        return { ...result, content: content?.toString("latin1") ?? null, clocks: found.clocks };
      }),
    );
  }
  const file = (path: string | Uint8Array, more: Partial<Entry> = {}): Part => ({
    source: { how: "file", path: writePath(typeof path === "string" ? Buffer.from(path) : path) },
    ...more,
  });
  const command = (...argv: string[]): Part => ({ source: { how: "command", argv } });
  const whole = { state: "got", reason: "", sumAgrees: true, stderr: "", fromByte: 0, attempts: 1 };

  describe.each(["node01", here])("on %s", (target) => {
    test("files of every name and size are whole, and both sides' sums agree", async () => {
      const text = Array.from({ length: 300_000 }, (_, line) => `Nov 22 14:00:00 node kernel: line ${line}\n`).join("");
      const noise = randomBytes(3_000_000);
      const odd = [
        Buffer.from("new\nline"),
        Buffer.from("-rf"),
        Buffer.from([0x66, 0xff, 0xfe, 0x1b]),
        Buffer.from("it's $(touch x) `y` \\0101 %s *"),
        Buffer.from("trailing\n\n"),
      ].map((name) => Buffer.concat([Buffer.from(`${far}/`), name]));
      for (const path of odd) await writeFile(path, `content of ${path.toString("hex")}`);
      await writeFile(join(far, "text.log"), text);
      await writeFile(join(far, "noise"), noise);
      await writeFile(join(far, "noise.gz"), noise);
      await writeFile(join(far, "one"), "1");
      const names = ["text.log", "noise", "noise.gz", "one"].map((name) => join(far, name));
      const results = await collect([...names, ...odd].map((path) => file(path, { target })));
      for (const result of results) expect(result).toMatchObject(whole);
      expect(results.map(({ content }) => sumOf(Buffer.from(content ?? "", "latin1")))).toEqual(
        [text, noise, noise, "1", ...odd.map((path) => `content of ${path.toString("hex")}`)].map(sumOf),
      );
      expect(results[0]?.modifiedAt).toBeGreaterThan(Date.now() - 60_000);
    });

    test("what is no readable file has its reason, and nothing of it is opened", async () => {
      await mkdir(join(far, "folder"), { recursive: true });
      execFileSync("sh", ["-c", '[ -p "$1" ] || mkfifo "$1"', "sh", join(far, "fifo")]);
      await symlink("circle", join(far, "circle")).catch(() => undefined);
      await symlink("nowhere", join(far, "dangling")).catch(() => undefined);
      await writeFile(join(far, "empty"), "");
      const results = await collect(
        [
          file(join(far, "folder"), { target }),
          file(join(far, "fifo"), { target }),
          file("/dev/zero", { target }),
          file(join(far, "circle"), { target }),
          file(join(far, "dangling"), { target }),
          file(join(far, "nothing/at/all"), { target }),
          file("/proc/kmsg", { target }),
          file(join(far, "empty"), { target }),
          file(join(far, "nothing"), { target, item: "may-be-absent" }),
        ],
        { absenceOf: ({ item }) => (item === "may-be-absent" ? { noFile: true } : undefined) },
      );
      expect(results.map(({ state, reason }) => [state, reason])).toEqual([
        ["failed", "It is a folder, not a file; it is not read."],
        ["failed", "It is a FIFO, not a file; it is not read."],
        ["failed", "It is a device, not a file; it is not read."],
        ["failed", "Its symbolic links lead in a circle."],
        ["missing", "There is no such file."],
        ["missing", "There is no such file."],
        ["failed", "It is a queue, not a file; it is not read."],
        ["empty", ""],
        ["not-applicable", "There is no such file."],
      ]);
    });

    test("files that the kernel makes up are read to their end, whatever size they tell", async () => {
      const [version, enabled, cut] = await collect([
        file("/proc/version", { target }),
        file("/sys/kernel/mm/transparent_hugepage/enabled", { target, capBytes: 1000 }),
        file("/proc/cpuinfo", { target, capBytes: 10 }),
      ]);
      expect(version).toMatchObject({
        ...whole,
        content: execFileSync("cat", ["/proc/version"], { encoding: "latin1" }),
      });
      expect(enabled).toMatchObject({ ...whole, content: expect.stringContaining("madvise") });
      expect(cut).toMatchObject({ state: "truncated", sizeBytes: 10 });
    });

    test("of what is beyond the cap the head or the tail is kept, of 20 GB with holes too", async () => {
      const sparse = join(far, "sparse");
      await writeFile(sparse, "begin");
      await truncate(sparse, 20 * 1024 ** 3);
      await appendFile(sparse, "the end");
      const size = 20 * 1024 ** 3 + 7;
      const capBytes = 50_000_000;
      const [tail, head] = await collect([
        file(sparse, { target, capBytes }),
        file(sparse, { target, capBytes, keep: "head" }),
      ]);
      expect(tail).toMatchObject({
        state: "truncated",
        sizeBytes: capBytes,
        fromByte: size - capBytes,
        sumAgrees: true,
      });
      expect(tail?.content?.endsWith("\0\0the end")).toBe(true);
      expect(head).toMatchObject({ state: "truncated", sizeBytes: capBytes, fromByte: 0, sumAgrees: true });
      expect(head?.content?.startsWith("begin\0\0")).toBe(true);
    });

    test("a range is read of a file or device as it is", async () => {
      const image = randomBytes(3_000_000);
      await writeFile(join(far, "image"), image);
      const source = {
        how: "range",
        path: join(far, "image"),
        offsetBytes: 1_000_001,
        lengthBytes: 1_500_000,
      } as const;
      const [part, beyond, zeros] = await collect([
        { source, target, text: false },
        { source: { ...source, lengthBytes: 5_000_000 }, target },
        { source: { how: "range", path: "/dev/zero", offsetBytes: 0, lengthBytes: 1000 }, target },
      ]);
      expect(part).toMatchObject({
        ...whole,
        fromByte: 1_000_001,
        sha256: sumOf(image.subarray(1_000_001, 2_500_001)),
      });
      expect(beyond).toMatchObject({ state: "failed", sizeBytes: 1_999_999 });
      expect(zeros).toMatchObject({ ...whole, sha256: sumOf(Buffer.alloc(1000)) });
    });

    test("commands: all they print, the first of what they complain, their end, their limits", {
      timeout: 30_000,
    }, async () => {
      const on = (part: Part, more: Partial<Entry> = {}): Part => ({ ...part, target, ...more });
      // a time that no other test's sleep has: what is left of theirs is not taken for what is left of this one
      const endless = `sleep ${process.pid}${target === here ? 1 : 2}`;
      const results = await collect(
        [
          on(command("sh", "-c", "echo out; echo odd >&2; exit 3")),
          on(command("seq", "1", "500000")),
          on(command("sh", "-c", "head -c 100000 /dev/zero | tr '\\0' e >&2")),
          on(command("no-such-program", "--x")),
          on(command("yes"), { capBytes: 100_000 }),
          on(command("sh", "-c", `echo so far; ${endless} | cat`), { timeoutMs: 2000 }),
          on(command("sh", "-c", "echo No such device >&2; exit 2"), { item: "maybe" }),
          on(command("sh", "-c", "echo must be root >&2; exit 1")),
          on(command("sh", "-c", "exit 1")),
          on(command("printf", "%s|", "it's", "a\nb", "$HOME", "")),
        ],
        { absenceOf: ({ item }) => (item === "maybe" ? { stderr: "no such DEVICE" } : undefined) },
      );
      expect(results.map(({ state, exitCode, sizeBytes }) => [state, exitCode, sizeBytes])).toEqual([
        ["got", 3, 4],
        ["got", 0, 3_388_895],
        ["empty", 0, 0],
        ["missing", null, 0],
        ["truncated", null, 100_000],
        ["timed-out", null, 7],
        ["not-applicable", 2, 0],
        ["refused", 1, 0],
        ["failed", 1, 0],
        ["got", 0, 16],
      ]);
      expect(results[0]).toMatchObject({ content: "out\n", stderr: "odd\n", sumAgrees: true });
      expect(results[2]?.stderr).toBe("e".repeat(4096));
      expect(results[5]?.content).toBe("so far\n");
      expect(results[9]?.content).toBe("it's|a\nb|$HOME||");
      await expect
        .poll(() => spawnSync("pgrep", ["-fx", endless], { encoding: "utf8" }).stdout, { timeout: 10_000 })
        .toBe("");
    });
  });

  test("a file that grows, rotates or is deleted while it is read is whole as it was when it was opened", async () => {
    const content = randomBytes(30_000_000);
    for (const name of ["grows", "rotates", "goes", "shrinks"]) await writeFile(join(far, name), content);
    const parts = ["grows", "rotates", "goes", "shrinks"].map((name) => file(join(far, name)));
    const changed = Promise.withResolvers<void>();
    // nothing is taken before the disk was changed: at most a window and some pipes are ahead of it
    const ssh: CollectDeps["ssh"] = {
      state: bench.ssh.state,
      run: (device, argv, options = {}) =>
        bench.ssh.run(device, argv, {
          ...options,
          onStdout: async (chunk: Uint8Array) => {
            if (options.holdStdin) await changed.promise;
            await options.onStdout?.(chunk);
          },
        }),
    };
    const openFiles = () => execFileSync("sh", ["-c", "ls -l /proc/[0-9]*/fd 2>/dev/null || :"], { encoding: "utf8" });
    const change = async () => {
      await expect
        .poll(
          () => parts.filter(({ source }) => source.how === "file" && openFiles().includes(`${source.path}\n`)).length,
          {
            timeout: 15_000,
          },
        )
        .toBe(4);
      await appendFile(join(far, "grows"), "more");
      await rename(join(far, "rotates"), join(far, "rotates.1"));
      await writeFile(join(far, "rotates"), "new");
      await rm(join(far, "goes"));
      await truncate(join(far, "shrinks"), 1000);
      changed.resolve();
    };
    const [grows, rotates, goes, shrinks] = await collect(
      parts,
      { ssh, limits: { perHost: { all: 4, large: 4 } } },
      change,
    );
    expect(grows).toMatchObject({ ...whole, reason: "It grew by 4 bytes while it was read, which are not here." });
    for (const result of [grows, rotates, goes]) expect(result).toMatchObject({ state: "got", sha256: sumOf(content) });
    expect(shrinks).toMatchObject({
      state: "failed",
      reason: expect.stringContaining("became shorter while it was read"),
    });
    expect(shrinks?.sizeBytes).toBeLessThan(content.length);
  });

  test("of a host two files that may be large are read at one time, and hold up nothing that is small", async () => {
    for (const name of ["large0", "large1", "large2", "large3"]) await writeFile(join(far, name), name);
    const released = Promise.withResolvers<void>();
    const open = new Set<object>();
    let most = 0;
    const done: number[] = [];
    const ssh: CollectDeps["ssh"] = {
      state: bench.ssh.state,
      async run(device, argv, options = {}) {
        if (!argv.includes("file")) return bench.ssh.run(device, argv, options);
        const reading = {};
        most = Math.max(most, open.add(reading).size);
        const onStdout = async (chunk: Uint8Array) => {
          await released.promise;
          await options.onStdout?.(chunk);
        };
        return bench.ssh.run(device, argv, { ...options, onStdout }).finally(() => open.delete(reading));
      },
    };
    const large = ["large0", "large1", "large2", "large3"].map((name) => file(join(far, name)));
    const results = await collect(
      [...large, command("echo", "a"), command("echo", "b")],
      { ssh, onResult: ({ n }) => done.push(n) },
      async () => {
        await expect
          .poll(() => done, { timeout: 15_000 })
          .toHaveLength(2)
          .finally(released.resolve);
      },
    );
    expect(done.slice(0, 2).sort()).toEqual([4, 5]);
    expect(most).toBe(2);
    for (const result of results) expect(result).toMatchObject({ state: "got" });
  });

  test("a host's clock is measured, with its zone and its boot", async () => {
    const [result] = await collect([command("true")]);
    const clock = result?.clocks.get("node01");
    expect(Math.abs(clock?.offsetMs ?? 1e9)).toBeLessThanOrEqual((clock?.uncertaintyMs ?? 0) + 2);
    expect(clock?.bootedAt).toBeLessThan(Date.now());
  });
});
