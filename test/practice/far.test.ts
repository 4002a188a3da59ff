/** What the log finder and the collector run on hosts runs unchanged on practice nodes, and tells what it tells of real files. */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clockScript, readClock } from "../../electron/logs/far/clock.ts";
import { commandArguments, commandScript } from "../../electron/logs/far/command-script.ts";
import { disksScript } from "../../electron/logs/far/disks.ts";
import { fileArguments, fileScript } from "../../electron/logs/far/file-script.ts";
import { hostScript, pathsScript } from "../../electron/logs/far/look.ts";
import { octalText } from "../../electron/logs/far/octal.ts";
import type { Reach } from "../../electron/logs/far/reach.node.ts";
import { searchScript } from "../../electron/logs/far/search.ts";
import { readTools, toolsScript } from "../../electron/logs/far/tools.ts";
import { findSticks } from "../../electron/logs/find/sticks.node.ts";
import { createHost } from "../../electron/practice/machine.ts";
import { loginVariables } from "../../electron/practice/shell/bash.ts";
import { Shell } from "../../electron/practice/shell/interpreter.ts";
import { Collector, emptySource } from "../../electron/practice/shell/io.ts";
import { commandTable } from "../../electron/practice/shell/table.ts";
import { World } from "../../electron/practice/world.ts";
import { loadStickLayouts } from "../../electron/sticks/layouts.node.ts";
import { TwoShells } from "./two-shells.ts";

const everyByte = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join("");
const log = "2026-01-05T08:00:00 node1 kernel: mlx4_core failed\nsecond line\n".repeat(50);
const tree = {
  "var/log/messages": log,
  "var/log/messages.1": "Jan  4 08:00:00 node1 kernel: old\n",
  "var/log/empty": "",
  "var/log/a b\nc": "odd name\n",
  "var/log/sub/inner.log": "x\n",
  "opt/binary": everyByte.repeat(700),
  "var/log/latest": "->messages",
};

let shells: TwoShells;
beforeAll(async () => {
  shells = await TwoShells.over(tree);
});
afterAll(() => shells[Symbol.asyncDispose]());

const parts = (out: string) => out.split("\0");
/** What differs between two hosts: times, devices, inodes, owners' marks. */
const masked = (out: string) =>
  parts(out)
    .map((part) =>
      part.replace(/^\d{10}$/, "<time>").replace(/^((?:[a-z]. )?\d+) \d+ \d+ \d+ (\S+) (\S+)$/, "$1 <when> $2 $3"),
    )
    .map((part) => part.replace(/^(\d+) \d{10}(?:\.\d+)?$/, "$1 <when>"));

test("the finder's look at paths tells the same as of real files", async () => {
  const wanted = ["messages*", "nothing*", "*", "sub", "latest"].flatMap((name) => [
    "t",
    "",
    octalText(`${shells.dir}/var/log/${name}`),
  ]);
  const args = [
    "100",
    "heads",
    ...wanted,
    "t",
    octalText("mlx4"),
    octalText(`${shells.dir}/var/log/mess*`),
    "p",
    "",
    "dd",
  ];
  const { real, practice } = await shells.run(pathsScript, args);
  expect(practice.code).toBe(real.code);
  expect(masked(practice.out)).toEqual(masked(real.out));
});

test("the search finds the same as in real files", async () => {
  for (const args of [
    ["", "", "", ""],
    ["*.log", "", "", ""],
    ["", "5", "", "log"],
    ["", "", octalText("mlx4_core"), ""],
    ["", "", octalText("x"), "log"],
  ]) {
    const folder = octalText(`${shells.dir}/var`);
    const { real, practice } = await shells.run(searchScript, [...args, "", folder], null);
    expect(practice.code, args.join()).toBe(real.code);
    expect(masked(practice.out).sort(), args.join()).toEqual(masked(real.out).sort());
  }
});

test("a file is collected to the last byte with its sum, whole and in part, and what is none is told", async () => {
  const tools = readTools((await shells.practice(toolsScript)).out);
  expect(tools).toMatchObject({
    uid: 0,
    packer: "gz",
    summer: "sha256sum",
    fds: true,
    dd: true,
    stat: true,
    limit: true,
  });
  if (!tools) throw new Error("the tools were told");
  for (const path of [
    `${shells.dir}/opt/binary`,
    `${shells.dir}/var/log/messages`,
    `${shells.dir}/var/log/empty`,
    `${shells.dir}/var/log`,
    `${shells.dir}/no`,
  ]) {
    for (const [capBytes, atOnce] of [
      [10_000_000, false],
      [10_000_000, true],
      [1000, true],
    ] as const) {
      const asked = { kind: "file", path: octalText(path), capBytes, keep: "tail", resume: null, atOnce } as const;
      const args = ["mark", "raw", "sha256sum", ...fileArguments(tools, asked)];
      const { real, practice } = await shells.run(fileScript, args, null);
      const same = (out: string) => out.replace(/^(mark file )\S+( \d+ )\d+/, "$1<id>$2<when>");
      expect(same(practice.out), path).toBe(same(real.out));
      expect(practice.code).toBe(real.code);
    }
  }
});

test("a command is collected with its exit code, and one that is not there is told", async () => {
  const tools = readTools((await shells.practice(toolsScript)).out);
  if (!tools) throw new Error("the tools were told");
  for (const argv of [
    ["sh", "-c", "echo out; echo err >&2; exit 3"],
    ["cat", `${shells.dir}/opt/binary`],
    ["nosuchprogram"],
    ["yes"],
  ]) {
    const args = ["mark", "raw", "sha256sum", ...commandArguments(tools, { argv, capBytes: 5000, timeoutMs: 5000 })];
    const { real, practice } = await shells.run(commandScript, args, null);
    expect({ argv, ...practice }).toEqual({ argv, ...real });
  }
});

test("the stick of the primary node is recognised through its disks, and its log is read bit for bit", async () => {
  const world = new World(Date.now);
  const host = createHost(world, "node1", () => []);
  const run = async (argv: readonly string[]) => {
    const out = new Collector(64 * 1024 * 1024);
    const shell = new Shell({ host, commands: commandTable, terminal: null, variables: loginVariables(new Map()) });
    const line = argv.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
    const exitCode = await shell.run(line, { in: emptySource, out, err: out }, AbortSignal.timeout(20_000));
    return { exitCode, bytes: Buffer.from(out.text, "latin1") };
  };
  const reach: Reach = {
    device: "node1",
    run: async (argv, { onStdout }) => {
      const { exitCode, bytes } = await run(argv);
      // dd tells what it copied behind what it copied
      await onStdout?.(bytes);
      return {
        device: "node1",
        argv: [...argv],
        exitCode,
        signal: null,
        stdout: "",
        stderr: "",
        truncated: false,
        startedAt: 0,
        durationMs: 0,
      };
    },
  };
  const { layouts } = await loadStickLayouts(shells.dir);
  const found = await Array.fromAsync(findSticks(reach, { layouts, becomesRoot: "is-root", loops: false }));
  expect(found.map(({ stick }) => [stick.disk, stick.verdict, stick.version])).toEqual([
    ["/dev/sdb", "matches", "vSMP Foundation version 0.0.0 (practice lab; no software of any vendor)"],
  ]);
  const log = await run(["dd", "if=/dev/sdb", "bs=1M", "skip=12", "count=20", "status=none"]);
  expect(log.bytes).toHaveLength(20 * 1024 * 1024);
  expect(
    (await run(["sh", "-c", "dd if=/dev/sdb bs=64K skip=192 count=320 status=none | sha256sum"])).bytes.toString(),
  ).toBe(`${createHash("sha256").update(log.bytes).digest("hex")}  -\n`);
});

test("a practice node says what it is, what disks it has, and what its clock is", async () => {
  const host = parts((await shells.practice(hostScript, [""])).out);
  expect(host.find((part) => part.startsWith("uname="))).toBe("uname=Linux 3.10.0-1160.el7.x86_64 x86_64");
  expect(host).toContain('release="CentOS Linux 7 (Core)"');
  const disks = parts((await shells.practice(disksScript)).out);
  expect(disks.slice(0, 4)).toEqual(["sda", expect.stringMatching(/^\d+ $/), "8:0 ", "8:0"]);
  const clock = readClock((await shells.practice(clockScript)).out);
  expect(clock).toMatchObject({ zoneMinutes: 0, zone: "UTC", bootedAt: expect.any(Number) });
  expect(Math.abs((clock?.nowMs ?? 0) - Date.now())).toBeLessThan(60_000);
});
