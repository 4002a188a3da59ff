/** A plan: what is read, in which window, under which path, and why the rest is not. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { collectionPlanSchema, type LogSelection, selectionSchema } from "../../electron/contract/logs/collect.ts";
import type { FoundFile, TargetFindings } from "../../electron/contract/logs/find.ts";
import { logsContract } from "../../electron/contract/logs/index.ts";
import { type Item, itemSchema } from "../../electron/contract/logs/item.ts";
import { writePath } from "../../electron/contract/logs/remote-path.ts";
import { planInSteps } from "../../electron/logs/catalogue/plan.ts";
import { isFor } from "../../electron/logs/catalogue/wanted.ts";
import { loadCatalogue } from "../../electron/logs/catalogue.node.ts";
import { atOnce, inTurns } from "../../electron/steps.ts";

const shipped = await loadCatalogue(join(tmpdir(), "halfrack-no-such-profile"));
const nowMs = Date.UTC(2026, 2, 1, 12, 0, 0);
const bootedAt = Date.UTC(2026, 1, 27, 6, 30, 0);

function host(device: string, more: Partial<TargetFindings> = {}): TargetFindings {
  return {
    target: { id: device, device, kinds: ["linux"] },
    fault: null,
    observedAt: nowMs,
    clock: {
      target: device,
      offsetMs: 90_000,
      uncertaintyMs: 5,
      measuredAt: nowMs,
      zone: "CET",
      zoneMinutes: 60,
      bootedAt,
    },
    system: "Linux",
    user: "admin",
    becomesRoot: "sudo",
    boots: [],
    files: [],
    commands: {},
    more: 0,
    stick: null,
    ...more,
  };
}

const file = (item: string, path: string, more: Partial<FoundFile> = {}): FoundFile => ({
  item,
  path,
  kind: "file",
  sizeBytes: 1000,
  modifiedAt: nowMs,
  inode: "",
  reachesBackTo: null,
  unreadable: "",
  changedSinceGoodBoot: null,
  ...more,
});

const common = { why: "W", title: "T", group: "logs", on: ["linux"] };
const item = (rest: Record<string, unknown>): Item => itemSchema.parse({ ...common, ...rest });
const select = (rest: Record<string, unknown> = {}): LogSelection => selectionSchema.parse(rest);

function plan(findings: readonly TargetFindings[], items: readonly Item[], selection: Record<string, unknown> = {}) {
  const catalogue = { items: [...items], presets: shipped.presets };
  const made = atOnce(
    planInSteps({ id: "c", lab: "The cube", nowMs, selection: select(selection), findings, catalogue }),
  );
  const left = new Map(made.leftOut.map(({ n, state, reason }) => [n, `${state}: ${reason}`]));
  return { ...made, told: made.header.entries.map(({ n, path }) => [path, left.get(n) ?? "tried"]) };
}

test("each host's window begins at its own boot, in seconds and in its zone", () => {
  const journal = item({
    id: "journal",
    command: ["journalctl", "-o", "json"],
    since: ["--since=@{sinceSeconds}"],
    until: ["--until=@{untilSeconds}"],
    file: "journal.json",
  });
  const last = item({ id: "last", command: ["last"], since: ["-s", "{since}"], until: ["-t", "{until}"] });
  const other = host("node2", { clock: null, boots: [{ startedAt: bootedAt + 1000, endedAt: null, good: true }] });
  const lines = (selection: Record<string, unknown>) =>
    plan([host("node1"), other], [journal, last], selection).commands.map(({ target, line }) => `${target}: ${line}`);
  expect(lines({})).toEqual([
    "node1: journalctl -o json --since=@1772173800",
    "node1: last -s '2026-02-27 07:30:00'",
    "node2: journalctl -o json --since=@1772173801",
    "node2: last -s '2026-02-27 06:30:01'",
  ]);
  expect(lines({ window: { lastMs: 3_600_000 }, targets: ["node1"] })).toEqual([
    "node1: journalctl -o json --since=@1772362890",
    "node1: last -s '2026-03-01 12:01:30'",
  ]);
  expect(lines({ window: { fromMs: null, toMs: nowMs }, targets: ["node1"] })).toEqual([
    "node1: journalctl -o json --until=@1772366490",
    "node1: last -t '2026-03-01 13:01:30'",
  ]);
  const { header } = plan([host("node1"), other], [journal]);
  expect([header.fromMs, header.toMs]).toEqual([bootedAt - 90_000, null]);
  const ranged = plan([host("node1"), other], [journal], { window: { fromMs: 5000, toMs: nowMs } }).header;
  expect([ranged.fromMs, ranged.toMs]).toEqual([5000, nowMs]);
});

test("files become entries under readable paths; what is not opened, not in the window or a second name is told", () => {
  const logs = item({ id: "logs", files: ["/var/log/messages*"], window: true });
  const proc = item({ id: "proc", files: ["/proc/cpuinfo"], keep: "head" });
  const found = [
    file("logs", "/var/log/messages-old", { modifiedAt: bootedAt - 1 }),
    file("logs", "/var/log/messages", { inode: "1/2" }),
    file("logs", "/var/log/messages.link", { inode: "1/2" }),
    file("logs", "/var/log/messages.d", { kind: "folder" }),
    file("logs", "/var/log/messages.fifo", { kind: "fifo" }),
    file("logs", "/var/log/messages\\x0a1", { sizeBytes: 5 }),
    file("proc", "/proc/cpuinfo", { sizeBytes: 0 }),
  ];
  const made = plan([host("node1", { files: found })], [logs, proc]);
  expect(made.told).toEqual([
    ["nodes/node1/files/var/log/messages", "tried"],
    ["nodes/node1/files/var/log/messages-old", "left-out: It was last changed before the window."],
    ["nodes/node1/files/var/log/messages.d", "not-applicable: It is a folder."],
    ["nodes/node1/files/var/log/messages.fifo", "not-applicable: It is a named pipe and is not opened."],
    ["nodes/node1/files/var/log/messages.link", "not-applicable: It is the same file as /var/log/messages."],
    ["nodes/node1/files/var/log/messages_x0a1", "tried"],
    ["nodes/node1/files/proc/cpuinfo", "tried"],
  ]);
  expect(made.header.entries.map(({ estimateBytes }) => estimateBytes)).toEqual([
    1000,
    1000,
    1000,
    1000,
    1000,
    5,
    null,
  ]);
  expect(made.header.entries[5]?.source).toEqual({ how: "file", path: "/var/log/messages\\x0a1" });
  expect(made.leftOut[0]).toMatchObject({ n: 1, attempts: 0, sizeBytes: 0, sha256: null });
});

test("a file that an item names and that is not there is told beside those that are", () => {
  const proc = item({
    id: "proc",
    files: ["/proc/cpuinfo", "/proc/mtrr", "/sys/fs/pstore/*"],
    absent: { noFile: true },
  });
  const rotated = item({ id: "rotated", files: ["/var/log/a*", "/var/log/b*"] });
  expect(plan([host("node1", { files: [file("proc", "/proc/cpuinfo")] })], [proc, rotated]).told).toEqual([
    ["nodes/node1/files/proc/cpuinfo", "tried"],
    ["nodes/node1/files/proc/mtrr", "not-applicable: It is not there."],
    ["nodes/node1/files/var/log/a_", "missing: Nothing matches /var/log/a*, /var/log/b*."],
  ]);
});

test("a command runs once for each path that was found, and never for a name that it could take for something else", () => {
  const perf = item({
    id: "perf",
    command: ["perfquery", "-C", "{1}", "-P", "{2}"],
    each: ["/sys/class/infiniband/*/ports/*"],
    absent: { noCommand: true, noFile: true },
  });
  const guest = item({ id: "xml", command: ["virsh", "dumpxml", "{stem}"], each: ["/etc/libvirt/qemu/*.xml"] });
  const any = (id: string, path: string) => file(id, path, { kind: "folder" });
  const files = [
    any("perf", "/sys/class/infiniband/mlx4_0/ports/2"),
    any("perf", "/sys/class/infiniband/mlx4_0/ports/1"),
    any("xml", "/etc/libvirt/qemu/web server.xml"),
    any("xml", "/etc/libvirt/qemu/--all.xml"),
    any("xml", "/etc/libvirt/qemu/a\\x0ab.xml"),
  ];
  const made = plan([host("node1", { files, commands: { perf: true, xml: true } })], [perf, guest]);
  expect(made.commands.map(({ line }) => line)).toEqual([
    "perfquery -C mlx4_0 -P 2",
    "perfquery -C mlx4_0 -P 1",
    "virsh dumpxml 'web server'",
  ]);
  expect(made.told).toEqual([
    ["nodes/node1/commands/perfquery_-C_mlx4_0_-P_2.txt", "tried"],
    ["nodes/node1/commands/perfquery_-C_mlx4_0_-P_1.txt", "tried"],
    ["nodes/node1/commands/virsh_dumpxml_web_server.txt", "tried"],
    ["nodes/node1/commands/virsh_dumpxml_--all.txt", "failed: Its name cannot be given to a command."],
    ["nodes/node1/commands/virsh_dumpxml_a_x0ab.txt", "failed: Its name cannot be given to a command."],
  ]);
  const none = (commands: Record<string, boolean>) =>
    plan([host("node1", { commands })], [perf, guest]).told.map(([, why]) => why);
  expect(none({ perf: false, xml: false })).toEqual([
    "not-applicable: Nothing matches /sys/class/infiniband/*/ports/*.",
    "missing: Nothing matches /etc/libvirt/qemu/*.xml.",
  ]);
});

test("what is not installed is missing, or not applicable where the item says so; of a silent host all is lost", () => {
  const must = item({ id: "must", command: ["uname", "-a"] });
  const may = item({ id: "may", command: ["ibstat"], absent: { noCommand: true } });
  const logs = item({ id: "logs", files: ["/var/log/a"] });
  const own = item({ id: "own", own: "events", on: ["here"] });
  const fault = { code: "ssh.unreachable", title: "node2 cannot be reached", detail: "No route.", next: "Look." };
  const here = host("/", { target: { id: "/", device: "/", kinds: ["here"] }, fault });
  const made = plan(
    [host("node1", { commands: { must: false, may: false } }), host("node2", { fault, clock: null }), here],
    [must, may, logs, own],
  );
  expect(made.told).toEqual([
    ["nodes/node1/commands/uname_-a.txt", "missing: uname is not installed."],
    ["nodes/node1/commands/ibstat.txt", "not-applicable: ibstat is not installed."],
    ["nodes/node1/files/var/log/a", "missing: It is not there."],
    ["nodes/node2/commands/uname_-a.txt", "lost: node2 cannot be reached: No route."],
    ["nodes/node2/commands/ibstat.txt", "lost: node2 cannot be reached: No route."],
    ["nodes/node2/files/var/log/a", "lost: node2 cannot be reached: No route."],
    ["here/events.jsonl", "tried"],
  ]);
});

test("root is used where it helps and is allowed; where it is needed and not to be had, that is the result", () => {
  const needed = item({ id: "needed", command: ["dmidecode"], root: "needed" });
  const helps = item({ id: "helps", command: ["dmesg"], root: "helps" });
  const logs = item({ id: "logs", files: ["/var/log/secure"] });
  const found = { files: [file("logs", "/var/log/secure", { unreadable: "Permission denied." })] };
  const of = (becomesRoot: TargetFindings["becomesRoot"], sudo: LogSelection["sudo"]) => {
    const made = plan([host("node1", { becomesRoot, ...found })], [needed, helps, logs], { sudo });
    return made.told.map(([, why], n) => `${made.header.entries[n]?.root === true ? "root " : ""}${why}`);
  };
  expect(of("sudo", "without-password")).toEqual(["root tried", "root tried", "root tried"]);
  expect(of("sudo", "never")).toEqual([
    "refused: It needs root, and sudo was not allowed.",
    "tried",
    "refused: Permission denied; sudo was not allowed.",
  ]);
  expect(of("sudo-password", "without-password")).toEqual([
    "refused: It needs root, and sudo asks for a password there.",
    "tried",
    "refused: Permission denied; sudo asks for a password there.",
  ]);
  expect(of("sudo-password", "ask")).toEqual(["root tried", "root tried", "root tried"]);
  expect(of("no", "ask")[0]).toBe("refused: It needs root, and admin may not become root by sudo.");
  expect(of("is-root", "never")).toEqual(["tried", "tried", "refused: Permission denied."]);
});

test("what changes a target runs only where it was chosen and agreed to", () => {
  const dump = item({ id: "dump", command: ["vsmplog"], consent: "It writes a file." });
  const state = (selection: Record<string, unknown>) => plan([host("node1")], [dump], selection).told[0]?.[1];
  const refused = "left-out: It changes something on the target, which was not agreed to. It writes a file.";
  expect(state({})).toBe(refused);
  expect(state({ items: ["dump"] })).toBe(refused);
  expect(state({ consented: ["dump"] })).toBe(refused);
  expect(state({ items: ["dump"], consented: ["dump"] })).toBe("tried");
  expect(state({ also: [{ target: "node1", item: "dump" }], consented: ["dump"] })).toBe("tried");
});

test("a stick of the known layout gives its regions, any other a copy of the whole", () => {
  const sticks = shipped.items.filter(({ group }) => group === "sticks");
  const stick = (verdict: "matches" | "not"): TargetFindings => ({
    ...host("node1"),
    target: { id: "node1 stick sdb", device: "node1", kinds: ["stick"], disk: "/dev/sdb" },
    stick: {
      disk: "/dev/sdb",
      sizeBytes: 4e9,
      removable: true,
      model: "",
      serial: "",
      layout: "vsmp-10.0",
      verdict,
      reasons: ["No partition of type EF is at sector 8."],
      version: null,
      strings: [],
      ranges: [
        { range: "whole", offsetBytes: 0, lengthBytes: 33_554_432 },
        ...(verdict === "matches"
          ? [
              { range: "log" as const, offsetBytes: 12_582_912, lengthBytes: 20_971_520 },
              { range: "version" as const, offsetBytes: 5_242_880, lengthBytes: 1_048_576 },
            ]
          : []),
      ],
      unreadable: "",
    },
  });
  const known = plan([stick("matches")], sticks, { preset: "vsmp" });
  expect(known.told).toEqual([
    ["sticks/node1-sdb/version.bin", "tried"],
    ["sticks/node1-sdb/log.bin", "tried"],
  ]);
  expect(known.commands[1]?.line).toBe("sudo read /dev/sdb, 20971520 bytes from byte 12582912");
  const reason =
    "not-applicable: The layout vsmp-10.0 does not say where it is on this stick: No partition of type EF is at sector 8.";
  expect(plan([stick("not")], sticks, { preset: "vsmp" }).told).toEqual([
    ["sticks/node1-sdb/version.bin", reason],
    ["sticks/node1-sdb/log.bin", reason],
    ["sticks/node1-sdb/whole.bin", "tried"],
  ]);
});

test("files found by a search are collected too, once, and beyond the window", () => {
  const logs = item({ id: "logs", files: ["/var/log/a"], window: true });
  const files = [file("logs", "/var/log/a", { modifiedAt: 5 })];
  const made = plan([host("node1", { files }), host("node2")], [logs], {
    files: [
      { device: "node1", path: "/var/log/a" },
      { device: "node1", path: "/srv/b\\x0a" },
      { device: "node1", path: "/srv/b\n" },
    ],
  });
  expect(made.told).toEqual([
    ["nodes/node1/files/var/log/a~2", "not-applicable: Its files are those of chosen-file."],
    ["nodes/node1/files/srv/b_x0a", "tried"],
    ["nodes/node1/files/var/log/a", "tried"],
    ["nodes/node2/files/var/log/a", "missing: It is not there."],
  ]);
});

test("an unknown target, item or preset is told by its name", () => {
  const uname = item({ id: "uname", command: ["uname"] });
  expect(() => plan([host("node1")], [uname], { targets: ["node9"] })).toThrow("There is no target node9");
  expect(() => plan([host("node1")], [uname], { items: ["unmae"] })).toThrow("There is no item unmae");
  expect(() => plan([host("node1")], [uname], { preset: "vsm" })).toThrow("There is no preset vsm");
  expect(() => plan([host("node1")], [uname], { files: [{ device: "node9", path: "/a" }] })).toThrow(
    "There is no target node9",
  );
});

test("beyond the budget the least asked for, the costliest and the oldest are left out, and told", () => {
  const items = [
    item({ id: "cheap", command: ["uname"], presets: ["vsmp"] }),
    item({ id: "dumps", files: ["/var/crash/*"], cost: "high" }),
    item({ id: "logs", files: ["/var/log/*"], presets: ["vsmp"], cost: "medium" }),
  ];
  const files = [
    file("dumps", "/var/crash/core", { sizeBytes: 100_000 }),
    file("logs", "/var/log/new", { sizeBytes: 500_000 }),
    file("logs", "/var/log/old", { sizeBytes: 500_000, modifiedAt: nowMs - 86_400_000 }),
  ];
  const within = (budgetBytes: number) => plan([host("node1", { files })], items, { budgetBytes });
  const states = (budgetBytes: number) =>
    within(budgetBytes).told.map(([path, why]) => `${path?.split("/").at(-1)} ${why?.split(":")[0]}`);
  expect(states(2_000_000)).toEqual(["uname.txt tried", "new tried", "old tried", "core tried"]);
  expect(states(1_100_000)).toEqual(["uname.txt tried", "new tried", "old tried", "core left-out"]);
  expect(states(700_000)).toEqual(["uname.txt tried", "new tried", "old left-out", "core tried"]);
  expect(states(70_000)).toEqual(["uname.txt tried", "new left-out", "old left-out", "core left-out"]);
  expect(within(70_000).told[3]?.[1]).toBe(
    "left-out: It does not fit into the size budget of 70000 bytes: it is taken for 100000.",
  );
});

const bytes = fc
  .uint8Array({ minLength: 1, maxLength: 300 })
  .map((raw) => raw.map((byte) => (byte === 0 || byte === 0x2f ? 0x41 : byte)));
const odd = fc.constantFrom(
  "CON",
  "con.txt",
  "a.",
  "A.",
  "a ",
  "..",
  ".",
  "~2",
  "a~2",
  "-rf",
  "NUL",
  "ä",
  "a\u0308",
  "\n",
  "*",
  "?",
  "\\",
  "\u202e",
  "x".repeat(250),
  "X".repeat(250),
);
const part = fc.oneof(
  bytes.map((raw) => writePath(raw)),
  odd.map((text) => writePath(new TextEncoder().encode(text))),
);
const path = fc.array(part, { minLength: 1, maxLength: 50 }).map((parts) => `/${parts.join("/")}`);
const device = fc.oneof(
  fc.constantFrom("node1", "NODE1", "node/1", "..", "con", "here", "a*", "a?"),
  fc.string({ minLength: 1, maxLength: 64, unit: "grapheme" }),
);
const found = fc.record({
  item: fc.constantFrom(
    "syslog",
    "other-logs",
    "proc",
    "ethtool",
    "perfquery",
    "vsmp-version",
    "crash-dumps",
    "nobodys",
  ),
  path,
  kind: fc.constantFrom<FoundFile["kind"][]>("file", "file", "file", "folder", "fifo", "dangling"),
  sizeBytes: fc.oneof(fc.nat(), fc.maxSafeNat()),
  modifiedAt: fc.option(fc.maxSafeNat()),
  inode: fc.constantFrom("", "", "1/1", "1/2"),
  reachesBackTo: fc.option(fc.maxSafeNat()),
  unreadable: fc.constantFrom("", "", "Permission denied"),
  changedSinceGoodBoot: fc.constant(null),
});
const kinds = fc.constantFrom<TargetFindings["target"]["kinds"][]>(
  ["linux"],
  ["linux", "vsmp"],
  ["linux", "kvm"],
  ["esxi"],
  ["switch"],
  ["bmc"],
  ["stick"],
  ["here"],
);
const anyHost = fc
  .record({
    device,
    kinds,
    files: fc.array(found, { maxLength: 25 }),
    bootedAt: fc.option(fc.maxSafeNat()),
    offsetMs: fc.integer(),
    zoneMinutes: fc.integer({ min: -900, max: 900 }),
    becomesRoot: fc.constantFrom<TargetFindings["becomesRoot"][]>("is-root", "sudo", "sudo-password", "no"),
    commands: fc.dictionary(fc.constantFrom(...shipped.items.map(({ id }) => id)), fc.boolean()),
    more: fc.constantFrom(0, 0, 7),
    lost: fc.boolean(),
  })
  .map(({ device, kinds, bootedAt, offsetMs, zoneMinutes, lost, ...rest }) => ({
    ...host(device),
    ...rest,
    target: { id: `${device} ${kinds.join()}`, device, kinds },
    fault: lost ? { code: "a.b", title: "T", detail: "D", next: "N" } : null,
    clock: { target: device, offsetMs, uncertaintyMs: 0, measuredAt: 0, zone: "", zoneMinutes, bootedAt },
  }));
const windows = fc.oneof(
  fc.constantFrom({ last: "boot" as const }, { last: "good-boot" as const }),
  fc.record({ lastMs: fc.integer({ min: 1 }) }),
  fc.record({ fromMs: fc.option(fc.maxSafeNat()), toMs: fc.option(fc.maxSafeNat()) }),
);

test("entries of a plan and of a collection are not looked through once more on their way to a window", async () => {
  const touched: string[] = [];
  const untouched = new Proxy(
    {},
    {
      get: (_, key) => void touched.push(String(key)),
      has: (_, key) => touched.push(String(key)) > 0,
      ownKeys: () => [],
    },
  );
  for (const method of [logsContract.plan, logsContract.collected])
    await method["~orpc"].outputSchema?.["~standard"].validate(untouched);
  expect(touched).toEqual([]);
});

test("whatever hosts tell: paths are unique and safe, the budget holds, and nothing is silently absent", () => {
  const refused = /[<>:"|?*\\\p{Cc}\p{Cf}]|[. ]$|^$|^\.\.?$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/iu;
  fc.assert(
    fc.property(
      fc.uniqueArray(anyHost, { maxLength: 4, selector: ({ target }) => target.id }),
      windows,
      fc.option(fc.integer({ min: 1, max: 1e9 })),
      fc.constantFrom("vsmp", "hca", "everything"),
      (findings, window, budgetBytes, preset) => {
        const made = atOnce(
          planInSteps({
            id: "c",
            lab: "L",
            nowMs,
            selection: select({ window, budgetBytes, preset }),
            findings,
            catalogue: shipped,
          }),
        );
        // nothing checks it on its way to a window
        expect(collectionPlanSchema.shape.leftOut.parse(made.leftOut)).toEqual(made.leftOut);
        expect(collectionPlanSchema.shape.header.parse(made.header)).toEqual(made.header);
        const { entries } = made.header;
        const keys = new Set(entries.map((entry) => entry.path.normalize("NFKC").toLowerCase()));
        expect(keys.size).toBe(entries.length);
        const folders = new Set<string>();
        for (const key of keys) {
          const parts = key.split("/");
          for (let length = 1; length < parts.length; length++) folders.add(parts.slice(0, length).join("/"));
        }
        expect([...keys].filter((key) => folders.has(key))).toEqual([]);
        for (const entry of entries) {
          expect(entry.path.length).toBeLessThan(2000);
          expect(entry.path).toMatch(/^(nodes|sticks|bmc|switch|here)\//);
          const bad = entry.path.split("/").filter((each, index) => index > 0 && refused.test(each));
          expect(bad).toEqual([]);
        }
        const left = new Set(made.leftOut.map(({ n }) => n));
        const tried = entries.filter(({ n }) => !left.has(n));
        if (budgetBytes !== null) {
          expect(made.estimateBytes).toBeLessThanOrEqual(budgetBytes);
          expect(tried.reduce((sum, { capBytes }) => sum + capBytes, 0)).toBeLessThanOrEqual(budgetBytes);
        }
        expect(made.commands.length).toBe(tried.length);
        const there = new Set(entries.map((entry) => `${entry.target}\n${entry.item}`));
        for (const { target, files } of findings) {
          for (const each of shipped.items)
            if (isFor(each, target.kinds) && (preset === "everything" || each.presets.includes(preset)))
              expect(there.has(`${target.id}\n${each.id}`), `${each.id} on ${target.id}`).toBe(true);
          const read = new Set(
            entries
              .filter((entry) => entry.target === target.id)
              .map(({ source }) => ("path" in source ? source.path : "")),
          );
          const asked = shipped.items.filter(
            (each) =>
              "files" in each &&
              isFor(each, target.kinds) &&
              (preset === "everything" || each.presets.includes(preset)),
          );
          for (const each of files)
            if (asked.some(({ id }) => id === each.item)) expect(read.has(each.path)).toBe(true);
        }
      },
    ),
    { numRuns: 60 },
  );
});

test("a plan of thousands of files stops while it is made, so that others' turns come in between", async () => {
  const files = Array.from({ length: 4000 }, (_, n) => file("logs", `/var/log/${n % 40}/${n}.log`));
  const items = [item({ id: "logs", files: ["/var/log/*/*.log"] }), item({ id: "date", command: ["date"] })];
  const catalogue = { items, presets: shipped.presets };
  const findings = [host("node1", { files }), host("node2", { files })];
  const input = { id: "c", lab: "L", nowMs, selection: select(), findings, catalogue };
  const steps = planInSteps(input);
  let stops = 0;
  while (!steps.next().done) stops += 1;
  expect(stops).toBeGreaterThan(60);
  const abort = new AbortController();
  setImmediate(() => abort.abort(new Error("given up")));
  await expect(inTurns(planInSteps(input), abort.signal)).rejects.toThrow("given up");
  expect(await inTurns(planInSteps(input))).toEqual(atOnce(planInSteps(input)));
});
