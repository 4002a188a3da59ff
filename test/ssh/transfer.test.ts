/** Transfers over the shared connection against real OpenSSH: whole and checked, or nothing and a fault that says why. */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, existsSync, readdirSync, statSync, truncateSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Bench, deviceFor, rejectedWith, serverType, trustingBench } from "./bench.ts";
import { type Sshd, startSshd, whyNoSshd } from "./sshd.ts";

const sha256 = (data: Uint8Array) => createHash("sha256").update(data).digest("hex");
const mib = 1024 * 1024;
const large = 200 * mib;

/** 200 MiB that compress badly and repeat nowhere near each other. */
function makeLarge(path: string): void {
  execFileSync("sh", ["-c", `head -c ${large} /dev/urandom > "$1"`, "sh", path]);
}

async function sumOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

describe.skipIf(whyNoSshd)(`transfers against OpenSSH ${whyNoSshd}`, { timeout: 120_000 }, () => {
  let dir: string;
  let here: string;
  let there: string;
  let sshd: Sshd;
  let bench: Bench;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "halfrack-transfer-"));
    sshd = await startSshd();
    bench = await trustingBench([sshd], { devices: [deviceFor("node01", sshd)] });
    await bench.ssh.connect("node01");
  });
  afterAll(async () => {
    await bench?.[Symbol.asyncDispose]();
    await sshd?.[Symbol.asyncDispose]();
    if (dir) await rm(dir, { recursive: true, force: true });
  });
  beforeEach(async () => {
    const own = await mkdtemp(join(dir, "case-"));
    here = join(own, "here");
    there = join(own, "there");
    await mkdir(here);
    await mkdir(there);
  });

  const download = (name: string, more: object = {}) =>
    bench.ssh.download({
      ...{ device: "node01", remotePath: join(there, name), localPath: join(here, name), overwrite: false },
      ...more,
    });
  const upload = (name: string, more: object = {}) =>
    bench.ssh.upload({
      ...{ device: "node01", remotePath: join(there, name), localPath: join(here, name), overwrite: false },
      ...more,
    });

  test.each([0, 1, 32_768, 32_769, 3_000_001])("%i bytes arrive in both directions", async (sizeBytes) => {
    const data = Buffer.alloc(sizeBytes, "halfrack\0\n");
    const name = "ödd 'name' $HOME";
    await writeFile(join(there, name), data);
    const expected = { sizeBytes, sha256: sha256(data), durationMs: expect.any(Number) };
    expect(await download(name)).toEqual(expected);
    expect(data.equals(await readFile(join(here, name)))).toBe(true);
    expect(statSync(join(here, name)).mode & 0o777).toBe(0o600);
    expect(await upload(name, { remotePath: join(there, "back") })).toEqual(expected);
    expect(data.equals(await readFile(join(there, "back")))).toBe(true);
    expect([readdirSync(here), readdirSync(there).sort()]).toEqual([[name], ["back", name].sort()]);
  });

  test("terminals, commands and transfers share one connection", async () => {
    await writeFile(join(there, "file"), "x");
    const shell = await bench.ssh.shell("node01", { cols: 80, rows: 24 });
    await Promise.all([download("file"), bench.ssh.run("node01", ["true"])]);
    expect(bench.ssh.state.get().connections.node01?.connections).toBe(1);
    shell.close();
    await shell.closed;
    await expect.poll(() => bench.ssh.state.get().connections.node01?.channels).toBe(0);
  });

  test("200 MiB arrive in both directions, and memory stays bounded", { timeout: 180_000 }, async () => {
    makeLarge(join(there, "large"));
    const sum = await sumOf(join(there, "large"));
    const before = process.memoryUsage().rss;
    let peak = 0;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss);
    }, 20);
    expect(await download("large")).toMatchObject({ sizeBytes: large, sha256: sum });
    expect(await upload("large", { remotePath: join(there, "again") })).toMatchObject({
      sizeBytes: large,
      sha256: sum,
    });
    clearInterval(watch);
    expect(await sumOf(join(there, "again"))).toBe(sum);
    expect((peak - before) / mib).toBeLessThan(120);
  });

  test("a file that exists is left as it is, unless it may be overwritten", async () => {
    await writeFile(join(there, "file"), "remote");
    await writeFile(join(here, "file"), "local");
    const exists = { code: "ssh.file-exists", title: expect.stringContaining("exists already on") };
    expect(await rejectedWith(download("file"))).toMatchObject({ ...exists, subject: join(here, "file") });
    expect(await rejectedWith(upload("file"))).toMatchObject({ ...exists, subject: join(there, "file") });
    expect(await readFile(join(here, "file"), "utf8")).toBe("local");
    await upload("file", { overwrite: true });
    expect(await readFile(join(there, "file"), "utf8")).toBe("local");
    await writeFile(join(there, "file"), "remote");
    await download("file", { overwrite: true });
    expect(await readFile(join(here, "file"), "utf8")).toBe("remote");
    expect([readdirSync(here), readdirSync(there)]).toEqual([["file"], ["file"]]);
  });

  test("a link is replaced by the file, not followed", async () => {
    await writeFile(join(there, "file"), "remote");
    await writeFile(join(here, "target"), "untouched");
    await symlink(join(here, "target"), join(here, "file"));
    await download("file", { overwrite: true });
    expect(await readFile(join(here, "target"), "utf8")).toBe("untouched");
    expect(await readFile(join(here, "file"), "utf8")).toBe("remote");
  });

  test("missing files and folders, folders, made-up files and bad paths have faults of their own", async () => {
    await writeFile(join(there, "file"), "x");
    await writeFile(join(here, "file2"), "x");
    await mkdir(join(there, "folder"));
    const code = async (work: Promise<unknown>) => (await rejectedWith(work)).code;
    expect(await code(download("none"))).toBe("ssh.remote-missing");
    expect(await code(download("file", { localPath: join(here, "none", "file") }))).toBe("ssh.local-missing");
    expect(await code(upload("none"))).toBe("ssh.local-missing");
    expect(await code(upload("file2", { remotePath: join(there, "none", "file") }))).toBe("ssh.remote-missing");
    expect(existsSync(join(there, "none"))).toBe(false);
    expect(await code(download("folder"))).toBe("ssh.not-a-file");
    expect(await code(upload("file2", { remotePath: join(there, "folder") }))).toBe("ssh.not-a-file");
    expect(await code(upload("file2", { localPath: here }))).toBe("ssh.not-a-file");
    expect(await code(download("file", { localPath: here, overwrite: true }))).toBe("ssh.not-a-file");
    expect(await code(download("file", { localPath: "relative" }))).toBe("ssh.bad-path");
    expect(await code(download("file", { remotePath: "a\\b" }))).toBe("ssh.bad-path");
    expect(await code(download("file", { remotePath: `${there}/` }))).toBe("ssh.bad-path");
    expect([readdirSync(here), readdirSync(there).sort()]).toEqual([["file2"], ["file", "folder"]]);
  });

  test.skipIf(process.platform !== "linux")(
    "a file of /proc is refused, not copied as empty (Linux only)",
    async () => {
      expect(await rejectedWith(download("version", { remotePath: "/proc/version" }))).toMatchObject({
        code: "ssh.not-a-file",
        subject: "/proc/version",
      });
      expect(readdirSync(here)).toEqual([]);
    },
  );

  test("a file that gets shorter while it is copied ends the transfer; nothing is left", async () => {
    makeLarge(join(there, "large"));
    const work = rejectedWith(download("large"));
    await expect.poll(() => partSize(here), { interval: 2, timeout: 30_000 }).toBeGreaterThan(mib);
    truncateSync(join(there, "large"), mib);
    expect(await work).toMatchObject({ code: "ssh.file-changed", subject: join(there, "large"), retry: true });
    expect(readdirSync(here)).toEqual([]);
  });

  test("a cancelled transfer leaves nothing at either side", async () => {
    makeLarge(join(there, "large"));
    const abort = new AbortController();
    const down = rejectedWith(download("large", { signal: abort.signal }));
    await expect.poll(() => partSize(here), { interval: 2, timeout: 30_000 }).toBeGreaterThan(mib);
    abort.abort();
    expect((await down).code).toBe("ssh.cancelled");
    expect(readdirSync(here)).toEqual([]);
    const again = new AbortController();
    execFileSync("mv", [join(there, "large"), join(here, "large")]);
    const up = rejectedWith(upload("large", { signal: again.signal }));
    await expect.poll(() => partSize(there), { interval: 2, timeout: 30_000 }).toBeGreaterThan(mib);
    again.abort();
    expect((await up).code).toBe("ssh.cancelled");
    expect(readdirSync(there)).toEqual([]);
    expect((await bench.ssh.run("node01", ["true"])).exitCode).toBe(0);
  });

  test("a connection lost in the middle is a fault; partial files go, remotely when the device is back", {
    timeout: 60_000,
  }, async () => {
    await using sshd = await startSshd();
    await using lossy = await trustingBench([sshd], { devices: [deviceFor("node01", sshd)] });
    makeLarge(join(there, "large"));
    const paths = {
      device: "node01",
      remotePath: join(there, "large"),
      localPath: join(here, "large"),
      overwrite: false,
    };
    const down = rejectedWith(lossy.ssh.download(paths));
    await expect.poll(() => partSize(here), { interval: 2, timeout: 30_000 }).toBeGreaterThan(mib);
    await sshd.kill();
    expect(await down).toMatchObject({ code: "ssh.connection-lost", subject: "node01", retry: true });
    expect(readdirSync(here)).toEqual([]);
    await sshd.start();
    await lossy.ssh.connect("node01");
    execFileSync("mv", [join(there, "large"), join(here, "large")]);
    const up = rejectedWith(lossy.ssh.upload(paths));
    await expect.poll(() => partSize(there), { interval: 2, timeout: 30_000 }).toBeGreaterThan(mib);
    await sshd.kill();
    const starting = sshd.start();
    const [part = ""] = readdirSync(there);
    expect(await up).toMatchObject({ code: "ssh.connection-lost", detail: expect.stringContaining(part) });
    await starting;
    await expect.poll(() => readdirSync(there), { timeout: 60_000 }).toEqual([]);
  });

  test("a transfer in which nothing moves ends, though the connection is up", async () => {
    await using sshd = await startSshd();
    await using slow = await trustingBench([sshd], {
      devices: [deviceFor("node01", sshd)],
      deps: { timings: { stallTimeoutMs: 1000, keepaliveIntervalMs: 0 } },
    });
    await slow.ssh.connect("node01");
    makeLarge(join(there, "large"));
    const paths = { remotePath: join(there, "large"), localPath: join(here, "large"), overwrite: false };
    const work = rejectedWith(slow.ssh.download({ device: "node01", ...paths }));
    await expect.poll(() => partSize(here), { interval: 2, timeout: 30_000 }).toBeGreaterThan(mib);
    sshd.freezeSessions();
    expect(await work).toMatchObject({ code: "ssh.transfer-stalled", subject: "node01", retry: true });
    expect(readdirSync(here)).toEqual([]);
  });

  test("a device type without a POSIX shell takes no files", async () => {
    await using none = await trustingBench([sshd], {
      devices: [{ ...deviceFor("sw1", sshd), type: "switch" }],
      types: [{ ...serverType, slug: "switch", shell: "mlnx-os" }],
    });
    const input = { device: "sw1", remotePath: "/x", localPath: join(here, "x"), overwrite: false };
    expect((await rejectedWith(none.ssh.download(input))).code).toBe("ssh.no-transfer");
    expect((await rejectedWith(none.ssh.upload(input))).code).toBe("ssh.no-transfer");
  });

  test("a server without sftp, and one that forbids writing or reading, say so", async () => {
    await writeFile(join(there, "file"), "x");
    await writeFile(join(here, "file2"), "x");
    const tryWith = async (forced: string, kind: "download" | "upload") => {
      await using server = await startSshd({ config: [`ForceCommand ${forced}`] });
      await using own = await trustingBench([server], { devices: [deviceFor("node01", server)] });
      const file = kind === "download" ? "file" : "file2";
      return await rejectedWith(
        own.ssh[kind]({
          ...{ device: "node01", remotePath: join(there, file), localPath: join(here, file), overwrite: false },
        }),
      );
    };
    expect(await tryWith("/bin/false", "download")).toMatchObject({ code: "ssh.no-sftp", subject: "node01" });
    expect(await tryWith("internal-sftp -R", "upload")).toMatchObject({ code: "ssh.remote-denied" });
    expect(await tryWith("internal-sftp -P open", "download")).toMatchObject({ code: "ssh.remote-denied" });
    expect([readdirSync(here), readdirSync(there)]).toEqual([["file2"], ["file"]]);
  });

  test("a server that cannot rename over a file: it is replaced all the same, and never lost", async () => {
    await writeFile(join(here, "file"), "new");
    await writeFile(join(there, "file"), "old");
    const tryWith = async (denied: string) => {
      await using server = await startSshd({ config: [`ForceCommand internal-sftp -P ${denied}`] });
      await using own = await trustingBench([server], { devices: [deviceFor("node01", server)] });
      const input = { device: "node01", remotePath: join(there, "file"), localPath: join(here, "file") };
      const outcome = await own.ssh.upload({ ...input, overwrite: true }).then(
        () => "in",
        () => "refused",
      );
      return [outcome, await readFile(join(there, "file"), "utf8"), readdirSync(there)];
    };
    expect(await tryWith("posix-rename,rename")).toEqual(["refused", "old", ["file"]]);
    expect(await tryWith("posix-rename")).toEqual(["in", "new", ["file"]]);
  });

  test("a server that runs no commands beside sftp: what arrived is read back", async () => {
    await writeFile(join(here, "file"), "checked");
    await using server = await startSshd({ config: ["ForceCommand internal-sftp"] });
    await using own = await trustingBench([server], { devices: [deviceFor("node01", server)] });
    const input = {
      device: "node01",
      remotePath: join(there, "file"),
      localPath: join(here, "file"),
      overwrite: false,
    };
    expect(await own.ssh.upload(input)).toMatchObject({ sha256: sha256(Buffer.from("checked")) });
  });

  test.skipIf(!existsSync("/sys/kernel"))("a local folder that may not be written is told (needs /sys)", async () => {
    await writeFile(join(there, "file"), "x");
    expect(await rejectedWith(download("file", { localPath: "/sys/kernel/halfrack" }))).toMatchObject({
      code: "ssh.local-denied",
      subject: "/sys/kernel/halfrack",
    });
  });

  const disk = { path: "" };
  const whyNoDisk = whyNoMount();
  describe.skipIf(whyNoDisk)(`on a full disk ${whyNoDisk && `(skipped: ${whyNoDisk})`}`, () => {
    beforeAll(async () => {
      disk.path = await mkdtemp(join(dir, "disk-"));
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.path]);
    });
    afterAll(() => void spawnSync("umount", [disk.path]));

    test("the transfer is refused by name, and the disk left empty", async () => {
      await writeFile(join(there, "file"), Buffer.alloc(3 * mib));
      await writeFile(join(here, "file2"), Buffer.alloc(3 * mib));
      expect(await rejectedWith(download("file", { localPath: join(disk.path, "file") }))).toMatchObject({
        code: "ssh.local-full",
        subject: join(disk.path, "file"),
      });
      expect(readdirSync(disk.path)).toEqual([]);
      expect(await rejectedWith(upload("file2", { remotePath: join(disk.path, "file") }))).toMatchObject({
        code: "ssh.remote-failed",
        detail: expect.stringContaining("may be full"),
      });
      expect(readdirSync(disk.path)).toEqual([]);
      await stat(join(here, "file2"));
    });
  });
});

/** Size of the one partial file in a folder; 0 without. */
function partSize(folder: string): number {
  const part = readdirSync(folder).find((name) => name.endsWith(".part"));
  return part === undefined ? 0 : (statSync(join(folder, part), { throwIfNoEntry: false })?.size ?? 0);
}

/** Empty when a small file system of one's own can be mounted. */
function whyNoMount(): string {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "needs root on Linux to mount a small disk";
  const script = 'd=$(mktemp -d) && mount -t tmpfs -o size=1m tmpfs "$d" && umount "$d"; r=$?; rmdir "$d"; exit $r';
  return spawnSync("sh", ["-c", script]).status === 0 ? "" : "mount is not permitted here";
}
