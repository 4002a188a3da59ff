/** The finder against real hosts: OpenSSH logins with and without rights, a busybox-only host, and odd files. */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LabState } from "../../electron/contract/lab.ts";
import type { TargetFindings } from "../../electron/contract/logs/find.ts";
import type { Item } from "../../electron/contract/logs/item.ts";
import { readPath } from "../../electron/contract/logs/remote-path.ts";
import { here } from "../../electron/contract/logs/target.ts";
import { loadCatalogue } from "../../electron/logs/catalogue.node.ts";
import { hereReach, hostReach } from "../../electron/logs/far/reach.node.ts";
import { askHost } from "../../electron/logs/find/ask-host.node.ts";
import { find } from "../../electron/logs/find/find.node.ts";
import { type Bench, deviceFor, trustingBench } from "../ssh/bench.ts";
import { freePort, type Sshd, startSshd, whyNoSshd } from "../ssh/sshd.ts";
import { type Account, busyboxHost, commandItem, filesItem, makeAccount, whyNoBusybox, whyNoSudo } from "./hosts.ts";

const log = "Jan  2 03:04:05 node1 kernel: first\nJan  3 00:00:00 node1 kernel: last\n";
const logFrom = Date.UTC(2026, 0, 2, 3, 4, 5);
const changed = new Date(Date.UTC(2026, 0, 3));

/** Files of every kind that a finder meets; `at` is an absolute path. */
function seed(at: string): void {
  mkdirSync(join(at, "closed"), { recursive: true });
  for (const [name, content] of [
    ["messages", log],
    ["messages.1.gz", gzipSync(log)],
    ["new\nline.log", log],
    ["-rf.log", log],
    ["empty.log", ""],
    ["nul.log", `2026-01-02T03:04:05Z a\0b\n`],
    ["secret.log", log],
    ["closed/inner.log", log],
  ] as const)
    writeFileSync(join(at, name), content);
  writeFileSync(Buffer.concat([Buffer.from(`${at}/odd-`), Buffer.from([0xff, 0xfe]), Buffer.from(".log")]), log);
  symlinkSync("loop.log", join(at, "loop.log"));
  symlinkSync("messages", join(at, "link.log"));
  execFileSync("mkfifo", [join(at, "pipe.log")]);
  execFileSync("truncate", ["-s", "20G", join(at, "sparse.log")]);
  chmodSync(at, 0o755);
  chmodSync(join(at, "secret.log"), 0o600);
  chmodSync(join(at, "closed"), 0o700);
  for (const name of ["messages", "messages.1.gz", "secret.log"]) utimesSync(join(at, name), changed, changed);
}

const look = { sudo: true, timeoutMs: 20_000 };
const named = (findings: TargetFindings, dir: string, name: string) =>
  findings.files.find((file) => file.path === `${dir}/${name}`);
const inBytes = (path: string) => Buffer.from(readPath(path)).toString("latin1");

let dir = "";
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "halfrack-find-"));
  seed(dir);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const everything = (): Item[] => [
  filesItem("logs", [`${dir}/*.log`, `${dir}/messages*`]),
  filesItem("closed", [`${dir}/closed/*.log`]),
  filesItem("absent", [`${dir}/absent/*`]),
  commandItem("sh", "sh"),
  commandItem("none", "no-such-program"),
];

describe("what a host holds", () => {
  test("on this machine: each kind of file is told as what it is, and nothing but files is opened", async () => {
    const findings = await askHost(hereReach, { ...look, items: everything() });
    expect(findings).toMatchObject({
      fault: null,
      target: { id: here, device: here, kinds: ["here"] },
      commands: { sh: true, none: false },
      more: 0,
      stick: null,
    });
    expect(findings.system).toMatch(/Linux/);
    expect(named(findings, dir, "messages")).toEqual({
      item: "logs",
      path: `${dir}/messages`,
      kind: "file",
      sizeBytes: log.length,
      modifiedAt: changed.getTime(),
      inode: expect.stringMatching(/^\d+\/\d+$/),
      reachesBackTo: logFrom - (findings.clock?.zoneMinutes ?? 0) * 60_000,
      unreadable: "",
      changedSinceGoodBoot: expect.toSatisfy((value) => value === false || value === null),
    });
    expect(named(findings, dir, "link.log")?.inode).toBe(named(findings, dir, "messages")?.inode);
    expect(named(findings, dir, "messages.1.gz")?.reachesBackTo).toBe(named(findings, dir, "messages")?.reachesBackTo);
    expect(named(findings, dir, "nul.log")?.reachesBackTo).toBe(logFrom);
    expect(named(findings, dir, "empty.log")).toMatchObject({ sizeBytes: 0, reachesBackTo: null, unreadable: "" });
    expect(named(findings, dir, "sparse.log")).toMatchObject({ sizeBytes: 20 * 1024 ** 3, reachesBackTo: null });
    expect(named(findings, dir, "pipe.log")).toMatchObject({ kind: "fifo", sizeBytes: 0 });
    expect(named(findings, dir, "pipe.log")?.unreadable).not.toBe("");
    expect(named(findings, dir, "loop.log")).toMatchObject({ kind: "dangling" });
    const names = findings.files
      .filter((file) => file.item === "logs")
      .map((file) => inBytes(file.path).slice(dir.length + 1));
    expect(names.toSorted()).toEqual(
      [
        "messages",
        "messages.1.gz",
        "new\nline.log",
        "-rf.log",
        "empty.log",
        "nul.log",
        "secret.log",
        "odd-\xff\xfe.log",
      ]
        .concat(["loop.log", "link.log", "pipe.log", "sparse.log"])
        .toSorted(),
    );
  });

  test("files beyond the bound are counted", async () => {
    const many = mkdtempSync(join(tmpdir(), "halfrack-many-"));
    execFileSync("sh", ["-c", 'cd "$1" && seq 1 4200 | xargs touch', "sh", many]);
    const findings = await askHost(hereReach, { ...look, items: [filesItem("many", [`${many}/*`], { text: false })] });
    rmSync(many, { recursive: true });
    expect([findings.files.length, findings.more]).toEqual([4096, 104]);
  }, 60_000);

  test("more globs than one command can carry are all looked for", async () => {
    const far = Array.from({ length: 3000 }, (_, n) => `${dir}/${"long".repeat(10)}${n}/*`);
    const findings = await askHost(hereReach, { ...look, items: [filesItem("far", [...far, `${dir}/messages`])] });
    expect(findings).toMatchObject({ fault: null, files: [{ path: `${dir}/messages` }] });
  }, 60_000);
});

describe.skipIf(whyNoSudo || whyNoSshd)(`what logins find that are not root's ${whyNoSudo || whyNoSshd}`, () => {
  let plain: Account;
  let allowed: Account;
  let sshd: Sshd;
  let bench: Bench;
  beforeAll(async () => {
    plain = makeAccount("hrplain", false);
    allowed = makeAccount("hrsudo", true);
    sshd = await startSshd();
    chmodSync(sshd.dir, 0o755);
    const devices = [plain, allowed].map(({ user }, n) => deviceFor(`node${n + 1}`, sshd, { user }));
    bench = await trustingBench([sshd], { devices });
  });
  afterAll(async () => {
    await bench?.[Symbol.asyncDispose]();
    await sshd?.[Symbol.asyncDispose]();
    plain?.[Symbol.dispose]();
    allowed?.[Symbol.dispose]();
  });

  test("without rights, what may not be read is told with why, and a closed folder too", async () => {
    const findings = await askHost(hostReach(bench.ssh, "node1"), { ...look, items: everything() });
    expect(findings).toMatchObject({ fault: null, user: plain.user, becomesRoot: "sudo-password" });
    expect(findings.target.kinds[0]).toBe("linux");
    expect(named(findings, dir, "secret.log")).toMatchObject({
      sizeBytes: log.length,
      reachesBackTo: null,
      unreadable: `${plain.user} may not read it: -rw------- root:root.`,
    });
    expect(findings.files.filter((file) => file.item === "closed")).toMatchObject([
      {
        path: `${dir}/closed`,
        kind: "folder",
        unreadable: `${plain.user} may not look into this folder: drwx------ root:root.`,
      },
    ]);
    expect(findings.files.filter((file) => file.item === "absent")).toEqual([]);
  });

  test("where sudo asks for nothing, root sees all, and what needs root is still told", async () => {
    const findings = await askHost(hostReach(bench.ssh, "node2"), { ...look, items: everything() });
    expect(findings).toMatchObject({ fault: null, user: allowed.user, becomesRoot: "sudo" });
    const back = named(findings, dir, "messages")?.reachesBackTo;
    expect(named(findings, dir, "secret.log")).toMatchObject({
      reachesBackTo: back,
      unreadable: `${allowed.user} may not read it: -rw------- root:root.`,
    });
    expect(findings.files.filter((file) => file.item === "closed")).toMatchObject([
      { path: `${dir}/closed/inner.log`, kind: "file", unreadable: `${allowed.user} may not look into its folder.` },
    ]);
    expect(named(findings, dir, "messages")?.unreadable).toBe("");
  });

  test("where sudo is not to be used, it is not", async () => {
    const findings = await askHost(hostReach(bench.ssh, "node2"), { ...look, sudo: false, items: everything() });
    expect(findings.becomesRoot).toBe("no");
    expect(findings.files.filter((file) => file.item === "closed")).toMatchObject([{ path: `${dir}/closed` }]);
  });
});

describe.skipIf(whyNoBusybox)(`a host with busybox alone ${whyNoBusybox}`, () => {
  test("is told as the others are", async () => {
    using host = busyboxHost();
    mkdirSync(join(host.root, "var/log/x"));
    seed(join(host.root, "var/log/x"));
    const items = [
      filesItem("logs", ["/var/log/x/*.log", "/var/log/x/messages*"]),
      commandItem("sh", "sh"),
      commandItem("n", "lspci2"),
    ];
    const findings = await askHost(host.reach, { ...look, items });
    expect(findings).toMatchObject({
      fault: null,
      target: { kinds: ["linux"] },
      becomesRoot: "is-root",
      commands: { sh: true, n: false },
    });
    expect(findings.files).toHaveLength(12);
    expect(named(findings, "/var/log/x", "messages")).toMatchObject({
      sizeBytes: log.length,
      modifiedAt: changed.getTime(),
      reachesBackTo: logFrom,
    });
    expect(named(findings, "/var/log/x", "messages.1.gz")?.reachesBackTo).toBe(logFrom);
    expect(named(findings, "/var/log/x", "pipe.log")?.kind).toBe("fifo");
    expect(findings.clock?.uncertaintyMs).toBeLessThan(20_000);
    // without stat, ls and date tell the same
    rmSync(join(host.root, "bin/stat"));
    const again = await askHost(host.reach, { ...look, items });
    const plain = (of: TargetFindings) =>
      of.files.filter((file) => file.kind !== "dangling").map(({ inode, unreadable, ...rest }) => rest);
    expect(plain(again)).toEqual(plain(findings));
  });

  test("with ESXi's version, log folder behind a link and no sudo: its items are looked for, each file once", async () => {
    using host = busyboxHost();
    // what `vmware -v` prints, and where ESXi keeps its logs (VMware knowledge base, location of ESXi log files)
    const vmware = "#!/bin/sh\necho VMware ESXi 7.0.3 build-19193900\n";
    writeFileSync(join(host.root, "bin/vmware"), vmware, { mode: 0o755 });
    rmSync(join(host.root, "var/log"), { recursive: true });
    mkdirSync(join(host.root, "scratch/log"), { recursive: true });
    mkdirSync(join(host.root, "var/run"));
    for (const name of ["var/log", "var/run/log"]) symlinkSync("/scratch/log", join(host.root, name));
    const line = "2026-01-02T03:04:05.535Z cpu3:32789)ScsiDeviceIO: 2331: x\n";
    writeFileSync(join(host.root, "scratch/log/vmkernel.log"), line);
    writeFileSync(join(host.root, "scratch/log/hostd.0.gz"), gzipSync(line));
    const { items } = await loadCatalogue(dir);
    const { fault, target, system, becomesRoot, files } = await askHost(host.reach, { ...look, items });
    expect({ fault, kinds: target.kinds, becomesRoot }).toEqual({
      fault: null,
      kinds: ["esxi"],
      becomesRoot: "is-root",
    });
    expect(system).toContain("VMware ESXi 7.0.3");
    const logs = files.filter(({ item }) => item === "esxi-logs");
    for (const name of ["vmkernel.log", "hostd.0.gz"]) {
      const found = logs.filter(({ path }) => path.endsWith(`/${name}`));
      // under both of its names, of which the plan takes one
      expect(found.map(({ path }) => path).sort()).toEqual([`/scratch/log/${name}`, `/var/run/log/${name}`]);
      expect(new Set(found.map(({ inode }) => inode)).size).toBe(1);
      expect(found[0]).toMatchObject({
        kind: "file",
        reachesBackTo: Date.UTC(2026, 0, 2, 3, 4, 5, 535),
        unreadable: "",
      });
    }
  });

  test("a clock that is a day ahead is told as such, and the first stamp by that clock", async () => {
    using host = busyboxHost();
    rmSync(join(host.root, "bin/date"));
    const ahead = '#!/bin/sh\nexec /bin/busybox date -d @$(($(/bin/busybox date +%s) + 86400)) "$@"\n';
    writeFileSync(join(host.root, "bin/date"), ahead, { mode: 0o755 });
    writeFileSync(join(host.root, "var/log/messages"), log);
    utimesSync(join(host.root, "var/log/messages"), changed, changed);
    const { clock, files } = await askHost(host.reach, { ...look, items: [filesItem("logs", ["/var/log/messages"])] });
    expect(clock).not.toBeNull();
    if (!clock) return;
    expect(Math.abs(clock.offsetMs - 86_400_000)).toBeLessThanOrEqual(clock.uncertaintyMs + 1000);
    expect(files[0]?.reachesBackTo).toBe(logFrom);
  });
});

describe.skipIf(whyNoSshd)(`all devices at once ${whyNoSshd}`, () => {
  test("each target answers by itself; one that does not is a finding with its fault; BMC and switch need no answer", async () => {
    await using sshd = await startSshd();
    await using dead = await startSshd();
    await dead.kill();
    const port = await freePort("127.0.0.1");
    const silent = createServer().listen(port, "127.0.0.1");
    await once(silent, "listening");
    await using bench = await trustingBench([sshd], {
      devices: [
        { ...deviceFor("node1", sshd), bmc: { host: "10.0.0.1", kind: "ipmi" } },
        deviceFor("node2", dead),
        { name: "node3", type: "server", ssh: { host: "127.0.0.1", port } },
        { name: "sw1", type: "switch" },
      ],
      types: [
        {
          slug: "switch",
          manufacturer: "M",
          model: "S",
          kind: "switch",
          heightU: 1,
          ports: [],
          face: [],
          shell: "mlnx-os",
          source: "",
        },
      ],
      deps: { timings: { stageTimeoutMs: 1000, keepaliveIntervalMs: 5000 } },
    });
    const findings = new Map<string, TargetFindings>();
    const lab = (): LabState => bench.lab.get();
    const deps = { ssh: bench.ssh, lab, items: () => [commandItem("sh", "sh")], layouts: () => [], timeoutMs: 10_000 };
    for await (const one of find(deps, { devices: ["node1", "node2", "node3", "sw1", "gone"] }))
      findings.set(one.target.id, one);
    silent.close();
    expect([...findings.keys()].toSorted()).toEqual(["gone", "node1", "node1 bmc", "node2", "node3", "sw1"]);
    expect(findings.get("node1")).toMatchObject({ fault: null, commands: { sh: true } });
    expect(findings.get("node1 bmc")).toMatchObject({ fault: null, target: { device: "node1", kinds: ["bmc"] } });
    expect(findings.get("sw1")).toMatchObject({ fault: null, target: { kinds: ["switch"] } });
    expect(findings.get("node2")?.fault?.code).toBe("ssh.refused");
    expect(findings.get("node3")?.fault?.code).toMatch(/^ssh\./);
    expect(findings.get("gone")?.fault?.code).toBe("ssh.unknown-device");
  }, 60_000);
});
