/** Five hosts, each an OpenSSH server with a /var/log of its own, full of what makes collecting hard. */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync } from "node:fs";
import { chmod, link, mkdir, mkdtemp, open, readdir, rm, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { invariant } from "../../electron/contract/error.ts";
import type { ResultState } from "../../electron/contract/logs/entry.ts";
import { readPath } from "../../electron/contract/logs/remote-path.ts";
import { knownHostsLines } from "../ssh/bench.ts";
import { type Sshd, startSshd, whyNoSshd } from "../ssh/sshd.ts";
import { bytes } from "./bundle-scene.ts";
import { type Account, makeAccount, whyNoAccount } from "./hosts.ts";

/** Empty where servers with folders of their own can be started; otherwise why not. */
export const whyNoSeededHosts =
  whyNoSshd ||
  whyNoAccount ||
  (spawnSync("unshare", ["-m", "sh", "-c", "mount --bind /tmp /var/log"]).status === 0
    ? ""
    : "no mount namespaces can be made here");

export const names = ["node01", "node02", "node03", "node04", "node05"] as const;
export type Name = (typeof names)[number];
/** The one whose login is not root's. */
export const guarded: Name = "node05";
/** Where what is seeded stands on each host; the finder is told of it by {@link catalogue}. */
export const seededFolder = "/var/log/flow";

export const sumOf = (content: Uint8Array | string) => createHash("sha256").update(content).digest("hex");

const growingName = "grows.log";
const vanishingName = "vanishes.log";
const vanishing = "there when it was planned, and gone when it was read\n";
const grownFrom = 300_000;
const lastChanged = new Date("2026-11-20T23:00:00Z");
const sparseBytes = 20_000_000_000;
const sparseCapMegabytes = 2;

export const catalogue = `halfrack: 1
presets:
  - id: seeded
    title: What was seeded
    why: All that a test put there
items:
  - id: seeded
    title: Seeded files
    presets: [seeded]
    why: All that was seeded, one that never was, and a folder by its name
    group: logs
    on: [linux]
    files: ["${seededFolder}/*", ${seededFolder}/never-there.log, ${seededFolder}/a-folder]
    capMegabytes: 200
    timeoutSeconds: 600
  - id: seeded-sparse
    title: A sparse file
    presets: [seeded]
    why: Far larger than its cap
    group: logs
    on: [linux]
    files: [/var/log/huge/sparse.log]
    capMegabytes: ${sparseCapMegabytes}
  - id: seeded-proc
    title: A file that tells no size
    presets: [seeded]
    why: The kernel makes it up while it is read
    group: system
    on: [linux]
    files: [/proc/version]
  - id: seeded-command
    title: A command's output
    presets: [seeded]
    why: It prints what a seeded file holds
    group: logs
    on: [linux]
    command: [cat, ${seededFolder}/messages]
`;
export const items = ["seeded", "seeded-sparse", "seeded-proc", "seeded-command"];

export interface SeededHosts extends AsyncDisposable {
  readonly dir: string;
  readonly servers: Readonly<Record<Name, Sshd>>;
  readonly labFile: string;
  readonly knownHosts: string;
  /** Where a path of a host's /var/log is from here. */
  here(name: Name, path: Uint8Array | string): Buffer;
  /** What a host's /var/log holds, and what tells that something was changed; without the file that grows. */
  listing(name: Name): string[];
  /** On all hosts, as before a plan: what grew is as it was, what vanished is there. */
  restore(): Promise<void>;
  /** On all hosts, as after a plan: what is to vanish does, and what is to grow grows until it is disposed, unless `grows` is false. */
  change(grows?: boolean): Promise<Disposable>;
}

/** What each file of a host holds; by its name, which may be any bytes. */
function contents(index: number): [Uint8Array | string, Uint8Array | string][] {
  const stamped = Array.from(
    { length: 8000 },
    (_, line) =>
      `2026-11-20T${new Date(line * 500).toISOString().slice(11, 23)}+00:00 node0${index + 1} kernel: line ${line} ${sumOf(`${index} ${line}`).slice(0, 16)}\n`,
  ).join("");
  return [
    ["messages", stamped],
    ["messages.1.gz", gzipSync(stamped.slice(0, 200_000))],
    ["two\nlines.log", `of a name with a newline, host ${index}\n`],
    ["-rf", `of a name with a dash, host ${index}\n`],
    [Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x2e, 0x6c, 0x6f, 0x67]), `of a Latin-1 name, host ${index}\n`],
    ["$(id) `id` 'a\" *?.log", `of a name that shells would act on, host ${index}\n`],
    ["nothing.log", ""],
    ["escapes.log", Buffer.concat([Buffer.from("\x1b[31mred\x1b[0m\0\x07\r\n"), bytes(5000, index + 1)])],
    ["one-line.log", "x".repeat(1_500_000)],
    [growingName, stamped.slice(0, grownFrom)],
    [vanishingName, vanishing],
    ["kept-from-others.log", `only root may read this, host ${index}\n`],
  ];
}

/** On `cut` there is a file of `bigBytes` that does not pack: long enough on the way to be cut off. */
export async function seededHosts(cut: readonly Name[], bigBytes: number): Promise<SeededHosts> {
  const dir = await mkdtemp(join(tmpdir(), "halfrack-flow-"));
  await chmod(dir, 0o755);
  const servers = new Map<Name, Sshd>();
  let account: Account | undefined;
  const dispose = async () => {
    for (const sshd of servers.values()) await sshd[Symbol.asyncDispose]();
    account?.[Symbol.dispose]();
    await rm(dir, { recursive: true, force: true });
  };
  const logOf = (name: Name) => join(dir, name);
  try {
    account = makeAccount("hrflow", false);
    const noise = bytes(1_048_583); // a prime number of bytes: repeated, it is no multiple of any block
    for (const [index, name] of names.entries()) {
      await seed(logOf(name), index, noise, cut.includes(name) ? bigBytes : noise.length);
      const sshd = await startSshd({
        host: `127.0.0.${index + 2}`,
        within: ["unshare", "-m", "sh", "-c", 'mount --bind "$1" /var/log && shift && exec "$@"', "sh", logOf(name)],
      });
      servers.set(name, sshd);
      await chmod(sshd.dir, 0o711); // sshd reads the keys as the account
    }
    const { user } = account;
    const devices = [...servers].map(([name, { host, port, identity }]) => {
      const ssh = { host, port, identityFile: identity, user: name === guarded ? user : "root" };
      return { name, type: "dell-r610", ssh };
    });
    const labFile = join(dir, "lab.yaml");
    await writeFile(labFile, JSON.stringify({ halfrack: 1, name: "Five", devices }));
    const knownHosts = join(dir, "known_hosts");
    await writeFile(knownHosts, [...servers.values()].map(knownHostsLines).join(""));
    return {
      dir,
      labFile,
      knownHosts,
      servers: Object.fromEntries(servers) as Record<Name, Sshd>,
      here: (name, path) => Buffer.concat([Buffer.from(logOf(name)), Buffer.from(path).subarray("/var/log".length)]),
      listing: (name) =>
        execFileSync("find", [logOf(name), "-printf", "%p %y %s %T@ %C@ %m %U\\0"], { encoding: "latin1" })
          .split("\0")
          .filter((line) => !line.includes(growingName)),
      async restore() {
        for (const name of names) {
          await truncate(join(logOf(name), "flow", growingName), grownFrom);
          await utimes(join(logOf(name), "flow", growingName), lastChanged, lastChanged);
          await writeFile(join(logOf(name), "flow", vanishingName), vanishing);
        }
      },
      async change(grows = true) {
        for (const name of names) await rm(join(logOf(name), "flow", vanishingName));
        const line = `2026-11-20T23:59:59.000+00:00 it grows ${"x".repeat(4000)}\n`;
        const timer = setInterval(() => {
          for (const name of grows ? names : []) appendFileSync(join(logOf(name), "flow", growingName), line);
        }, 5);
        return { [Symbol.dispose]: () => clearInterval(timer) };
      },
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function seed(log: string, index: number, noise: Buffer, bigBytes: number): Promise<void> {
  const folder = join(log, "flow");
  await mkdir(folder, { recursive: true });
  const at = (name: Uint8Array | string) => Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name)]);
  for (const [name, content] of contents(index)) await writeFile(at(name), content);
  await chmod(at("kept-from-others.log"), 0o600);
  await using big = await open(join(folder, "big.log"), "w");
  for (let written = 0; written < bigBytes; written += noise.length) await big.write(noise);
  execFileSync("mkfifo", [join(folder, "pipe.log")]);
  await symlink("circle-b.log", join(folder, "circle-a.log"));
  await symlink("circle-a.log", join(folder, "circle-b.log"));
  await link(join(folder, "messages"), join(folder, "second-name.log"));
  await mkdir(join(folder, "a-folder"));
  await mkdir(join(log, "huge"));
  await using sparse = await open(join(log, "huge", "sparse.log"), "w");
  await sparse.write(Buffer.from(`the end of 20 GB, host ${index}\n`), 0, null, sparseBytes - 30);
}

export interface Expected {
  readonly state: ResultState;
  /** Of what is to be in the bundle; null for nothing. */
  readonly sha256: string | null;
}

/** What is to come of a path on a host, by what is there. `sizeBytes`: how much there is of a file that grows. */
export async function expectedOf(hosts: SeededHosts, name: Name, path: string, sizeBytes: number): Promise<Expected> {
  if (path === "/proc/version") return { state: "got", sha256: sumOf(await readAll("/proc/version")) };
  const file = hosts.here(name, readPath(path));
  const last = path.slice(path.lastIndexOf("/") + 1);
  if (last === "never-there.log" || last === vanishingName) return { state: "missing", sha256: null };
  if (["pipe.log", "a-folder", "second-name.log"].includes(last)) return { state: "not-applicable", sha256: null };
  if (last.startsWith("circle-")) return { state: "not-applicable", sha256: null };
  if (last === "kept-from-others.log" && name === guarded) return { state: "refused", sha256: null };
  if (last === "nothing.log") return { state: "empty", sha256: sumOf("") };
  if (last === "sparse.log") return { state: "truncated", sha256: sumOf(await lastOf(file)) };
  const content = await readAll(file);
  // In a bundle what is packed text stands unpacked.
  if (last.endsWith(".gz")) return { state: "got", sha256: sumOf(gunzipSync(content)) };
  if (last === growingName) {
    // Not less than was there before, and a beginning of what is there now.
    invariant(sizeBytes >= grownFrom, `of ${path} only ${sizeBytes} bytes came`);
    return { state: "got", sha256: sumOf(content.subarray(0, sizeBytes)) };
  }
  return { state: "got", sha256: sumOf(content) };
}

async function readAll(path: string | Buffer): Promise<Buffer> {
  await using file = await open(path);
  return file.readFile();
}

async function lastOf(path: Buffer): Promise<Buffer> {
  await using file = await open(path);
  const { size } = await file.stat();
  const kept = Buffer.alloc(sparseCapMegabytes * 1024 * 1024);
  await file.read(kept, 0, kept.length, size - kept.length);
  return kept;
}

/** The names of what is seeded on a host, as bytes. */
export const seededNames = (hosts: SeededHosts, name: Name): Promise<Buffer[]> =>
  readdir(hosts.here(name, seededFolder), { encoding: "buffer" });
