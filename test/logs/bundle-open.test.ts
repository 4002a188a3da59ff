/** Opening what somebody else sent: archives of real tools, and archives that are made to do harm. */

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { FaultError } from "../../electron/contract/error.ts";
import type { OpenProgress } from "../../electron/logs/bundle/job.ts";
import type { ArchiveLimits } from "../../electron/logs/bundle/members.node.ts";
import { openBundle } from "../../electron/logs/bundle/open.node.ts";
import { writeBundle } from "../../electron/logs/bundle/write.node.ts";
import { createCollectionStore, type DiskStore } from "../../electron/logs/collect/store.node.ts";
import { type MadeMember, tarOf, zipOf } from "./archive-maker.ts";
import { at, bytes, collected, pieces, writing } from "./bundle-scene.ts";

let dir = "";
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "halfrack-open-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const folder = () => mkdtempSync(join(dir, "f"));
function fileOf(name: string, content: Uint8Array): string {
  const path = join(folder(), name);
  writeFileSync(path, content);
  return path;
}
const store = () => createCollectionStore({ dir: folder() });
const open = (path: string, into: DiskStore, limits: Partial<ArchiveLimits> = {}) =>
  openBundle(path, into, { limits, signal: new AbortController().signal });

/** What was made of an archive: state, path and content of each entry. */
async function opened(path: string, limits: Partial<ArchiveLimits> = {}) {
  const into = store();
  const { id, manifest, problems } = await open(path, into, limits);
  const collection = await into.get(id);
  const entries = await Promise.all(
    collection.header.entries.map(async ({ n, path: at, text }) => {
      const result = collection.results.get(n);
      const content = result?.sha256 == null ? null : Buffer.concat(await (await collection.open(n)).toArray());
      return { at, text, state: result?.state, reason: result?.reason, content: content?.toString("latin1") ?? null };
    }),
  );
  const told = [...collection.results.values()].map(({ startedAt, durationMs, attempts }) => ({
    ...{ startedAt, durationMs, attempts },
  }));
  return { manifest, problems, entries, header: collection.header, told, clocks: [...collection.clocks.values()] };
}
const clock = {
  ...{ target: "node1", offsetMs: 0, uncertaintyMs: 1, measuredAt: at, zone: "UTC", zoneMinutes: 0, bootedAt: null },
};
const got = (at: string, content: string) => ({ at, text: true, state: "got", reason: "", content });

/** A bundle of Halfrack, unpacked into its members, so that they can be changed. */
async function bundleMembers(): Promise<MadeMember[]> {
  const { path } = await writeBundle(await collected(store(), pieces), writing({ to: folder() }));
  const out = folder();
  execFileSync("tar", ["--zstd", "-xf", path, "-C", out]);
  const names = execFileSync("tar", ["--zstd", "-tf", path], { encoding: "utf8" }).trimEnd().split("\n");
  return names.map((name) => ({ name, content: readFileSync(join(out, name)) }));
}
const changed = (members: readonly MadeMember[], end: string, change: (member: MadeMember) => MadeMember[]) =>
  members.flatMap((member) => (member.name.endsWith(end) ? change(member) : [member]));

describe("an archive without a manifest", () => {
  it.each(["tar", "tar.gz", "tar.zst", "tar.xz", "tar.bz2"])("is opened as %s of a real tool", async (ending) => {
    const from = folder();
    const top = join(from, "sosreport-node4-2026");
    execFileSync("mkdir", ["-p", join(top, "var/log"), join(top, "sos_commands")]);
    writeFileSync(join(top, "var/log/messages"), "line\n");
    writeFileSync(join(top, "sos_commands/blob"), Buffer.from([1, 0, 2]));
    writeFileSync(join(top, "manifest.json"), '{"version":"4.5"}');
    execFileSync("ln", ["-s", "../etc/passwd", join(top, "link")]);
    const path = join(folder(), `sosreport-node4-2026.${ending}`);
    execFileSync("tar", ["--sort=name", "-caf", path, "-C", from, "sosreport-node4-2026"]);
    expect(await opened(path)).toMatchObject({
      manifest: false,
      problems: [],
      header: { targets: [{ id: "node4", device: "node4" }], name: `sosreport-node4-2026.${ending}` },
      entries: [
        {
          at: "nodes/node4/files/link",
          state: "left-out",
          reason: "a link to ../etc/passwd; links are not followed",
          content: null,
        },
        got("nodes/node4/files/manifest.json", '{"version":"4.5"}'),
        { at: "nodes/node4/files/sos_commands/blob", text: false, state: "got", content: "\x01\0\x02" },
        got("nodes/node4/files/var/log/messages", "line\n"),
      ],
    });
  });

  it.each(["tar", "tar.gz", "tar.zst", "tar.xz", "tar.bz2", "zip"])(
    "tells of a %s how much of its file was read while it is opened",
    async (ending) => {
      const from = folder();
      writeFileSync(join(from, "a.bin"), bytes(900_000, 3));
      writeFileSync(join(from, "b.bin"), bytes(900_000, 4));
      const path = join(folder(), `logs.${ending}`);
      if (ending === "zip") execFileSync("zip", ["-q", path, "a.bin", "b.bin"], { cwd: from });
      else execFileSync("tar", ["-caf", path, "-C", from, "a.bin", "b.bin"]);
      const told: OpenProgress[] = [];
      const { signal } = new AbortController();
      await openBundle(path, store(), { signal, onProgress: (progress) => told.push(progress) });
      const { size } = statSync(path);
      expect([...new Set(told.map(({ phase }) => phase))]).toEqual(["looking", "reading"]);
      for (const phase of ["looking", "reading"]) {
        const read = told.filter((each) => each.phase === phase).map(({ bytes: count }) => count);
        expect(read.length).toBeGreaterThan(1);
        expect(read).toEqual(read.toSorted((one, other) => one - other));
        // a zip's index and headers are not counted
        expect(read.at(-1)).toBeGreaterThan(ending === "zip" ? size - 2000 : size - 1);
        expect(read.at(-1)).toBeLessThanOrEqual(size);
      }
      expect(told.every(({ ofBytes }) => ofBytes === size)).toBe(true);
    },
  );

  it("is opened as zip of a real tool", async () => {
    const from = folder();
    writeFileSync(join(from, "messages"), "line\n");
    writeFileSync(join(from, "café.log"), "été\n");
    const path = join(folder(), "logs.zip");
    execFileSync("zip", ["-q", path, "messages", "café.log"], { cwd: from });
    const { entries } = await opened(path);
    expect(entries.map(({ at, state }) => [at, state])).toEqual([
      ["nodes/logs/files/messages", "got"],
      ["nodes/logs/files/café.log", "got"],
    ]);
  });

  it("is opened to its last frame where its packer wrote several", async () => {
    const tar = tarOf([
      { name: "top/a", content: bytes(700_000) },
      { name: "top/b", content: "the end" },
    ]);
    const frames = [tar.subarray(0, 300_000), tar.subarray(300_000, 600_000), tar.subarray(600_000)];
    const { problems, entries } = await opened(
      fileOf("top.tar.zst", Buffer.concat(frames.map((f) => zstdCompressSync(f)))),
    );
    expect([problems, entries.map(({ at, state, content }) => [at, state, content?.length])]).toEqual([
      [],
      [
        ["nodes/top/files/a", "got", 700_000],
        ["nodes/top/files/b", "got", 7],
      ],
    ]);
  });

  it("keeps archives within it as they are", async () => {
    const inner = gzipSync(tarOf([{ name: "0.binlog", content: "\0binary" }]));
    const outer = tarOf([{ name: "x/persistent/usbnvme_log.tgz", content: inner }, { name: "x/system_info.out" }]);
    const { entries, header } = await opened(
      fileOf("system_info-node1-NATIVE-2026-11-20-093015-CET.tgz", gzipSync(outer)),
    );
    expect(header.targets).toEqual([{ id: "node1", device: "node1", kinds: ["linux"] }]);
    expect(entries).toMatchObject([
      { at: "nodes/node1/files/persistent/usbnvme_log.tgz", text: false, content: inner.toString("latin1") },
      got("nodes/node1/files/system_info.out", ""),
    ]);
  });

  const names = ["../../up.log", "/etc/passwd", "a/../../b.log", "C:\\win.ini", "nul", "a\nb", "-rf", "x".repeat(90)];
  test.each([
    ["tar", tarOf(names.map((name) => ({ name, content: name })))],
    ["zip", zipOf(names.map((name) => ({ name, content: name })))],
  ])("whose names lead out of it leads nowhere (%s)", async (kind, archive) => {
    const path = fileOf(`evil.${kind}`, archive);
    const around = readdirSync(dir).length;
    const { entries, problems } = await opened(path);
    expect(entries.map(({ content }) => content)).toEqual(names);
    expect(entries.map(({ at }) => at)).toEqual([
      "nodes/evil/files/up.log",
      "nodes/evil/files/etc/passwd",
      "nodes/evil/files/a/b.log",
      expect.stringMatching(/^nodes\/evil\/files\/C_[_/]win\.ini$/),
      "nodes/evil/files/nul_",
      "nodes/evil/files/a_b",
      "nodes/evil/files/-rf",
      `nodes/evil/files/${"x".repeat(90)}`,
    ]);
    expect(problems.map((problem) => problem.path).slice(0, 3)).toEqual(names.slice(0, 3));
    // One folder more: the store's.
    expect(readdirSync(dir)).toHaveLength(around + 1);
  });

  it("tells links, devices and pipes apart from files, and reads none of them", async () => {
    const special = [..."12346"].map((type) => ({ name: `s${type}`, type, link: type < "3" ? "/etc/shadow" : "" }));
    const archive = tarOf([{ name: "a", content: "1" }, ...special, { name: "b", content: "2" }]);
    const { entries } = await opened(fileOf("s.tar", archive));
    expect(entries.map(({ at, state, content }) => [at.slice(14), state, content])).toEqual([
      ["a", "got", "1"],
      ...special.map(({ name }) => [name, "left-out", null]),
      ["b", "got", "2"],
    ]);
    const zip = zipOf([
      { name: "l", content: "/etc/shadow", mode: 0o120777 },
      { name: "b", content: "2" },
    ]);
    expect((await opened(fileOf("s.zip", zip))).entries).toMatchObject([
      { state: "left-out", content: null },
      { content: "2" },
    ]);
  });

  it("keeps both of two files of one name, or of names that differ in case alone", async () => {
    const twice = ["log", "log", "LOG", "log/below", "lo\u0301g", "l\u00f3g"];
    const { entries } = await opened(fileOf("t.tar", tarOf(twice.map((name, n) => ({ name, content: String(n) })))));
    expect(entries.map(({ at, content }) => [at.slice(14), content])).toEqual([
      ["log", "0"],
      ["log~2", "1"],
      ["LOG~3", "2"],
      ["log~4/below", "3"],
      ["lo\u0301g", "4"],
      ["l\u00f3g~2", "5"],
    ]);
  });

  it("is told from what is no archive", async () => {
    for (const [name, content] of [
      ["empty.tar", Buffer.alloc(0)],
      ["zeros.tar", Buffer.alloc(10_240)],
      ["text.log", Buffer.from("Nov 20 09:30:15 node1 kernel: up\n".repeat(100))],
      ["text.gz", gzipSync("Nov 20 09:30:15 node1 kernel: up\n".repeat(100))],
      ["noise.zip", Buffer.from(`PK\x03\x04${"x".repeat(100)}`)],
    ] as const) {
      const into = store();
      await expect(open(fileOf(name, content), into)).rejects.toMatchObject({ fault: { code: "logs.not-an-archive" } });
      expect(await into.list()).toEqual([]);
    }
    await expect(open(join(dir, "nowhere"), store())).rejects.toMatchObject({
      fault: { subject: join(dir, "nowhere") },
    });
  });

  it("says which program is missing to unpack it", async () => {
    const path = fileOf("a.tar.xz", execFileSync("xz", ["-c"], { input: tarOf([{ name: "a" }]) }));
    const { PATH } = process.env;
    try {
      process.env.PATH = folder();
      await expect(open(path, store())).rejects.toMatchObject({
        fault: { code: "logs.archive-packed", next: expect.stringContaining("Install xz") },
      });
    } finally {
      process.env.PATH = PATH;
    }
  });
});

describe("an archive that is made to fill the disk", () => {
  const limits = { freeBytes: 2 ** 20, ratio: 20 };
  const zeros = tarOf([{ name: "zeros", content: Buffer.alloc(8 * 2 ** 20) }]);

  it.each([
    ["tar.gz", gzipSync(zeros)],
    ["tar.zst", zstdCompressSync(zeros)],
    ["zip", zipOf([{ name: "zeros", content: Buffer.alloc(8 * 2 ** 20) }])],
    ["tar.xz", execFileSync("xz", ["-c"], { input: zeros })],
  ])("is refused, and nothing is kept (%s)", async (ending, archive) => {
    const into = store();
    const opening = open(fileOf(`bomb.${ending}`, archive), into, limits);
    await expect(opening).rejects.toMatchObject({ fault: { code: "logs.archive-too-large" } });
    expect(await into.list()).toEqual([]);
  });

  it("is refused for the number of its members", async () => {
    const many = Array.from({ length: 30 }, (_, n) => ({ name: `f${n}` }));
    for (const archive of [tarOf(many), zipOf(many)]) {
      const opening = open(fileOf("many", archive), store(), { members: 20 });
      await expect(opening).rejects.toMatchObject({ fault: { code: "logs.archive-too-large" } });
    }
  });

  it("is not what a well-packed log is", async () => {
    const log = tarOf([{ name: "log", content: "the same line again\n".repeat(20_000) }]);
    expect((await opened(fileOf("log.tar.gz", gzipSync(log)), limits)).entries).toMatchObject([{ state: "got" }]);
  });
});

describe("an archive whose headers lie", () => {
  it("gives what came before a file that claims more than there is, or less than nothing", async () => {
    const whole = { name: "a", content: "a" };
    const { entries, problems } = await opened(
      fileOf("l.tar", tarOf([whole, { name: "b", content: "b", claims: 8 * 2 ** 30 - 1 }], true)),
    );
    expect(entries[0]).toEqual(got("nodes/l/files/a", "a"));
    expect(entries[1]).toMatchObject({ state: "failed", reason: expect.stringMatching(/Unexpected end of data$/) });
    expect(problems).toMatchObject([{ path: "l.tar", reason: expect.stringMatching(/^the archive is damaged/) }]);
    const negative = await opened(fileOf("n.tar", tarOf([whole, { name: "b", content: "b", claims: -512 }])));
    expect(negative.entries).toEqual([got("nodes/n/files/a", "a")]);
    expect(negative.problems).toHaveLength(1);
  });

  it("gives the other members of a zip", async () => {
    const lying = zipOf([
      { name: "a", content: "a".repeat(1000), claims: 10 },
      { name: "b", content: "b", claims: 1000 },
      { name: "c", content: "c" },
    ]);
    const { entries } = await opened(fileOf("l.zip", lying));
    expect(entries).toMatchObject([
      { state: "failed", content: null },
      { state: "failed", content: null },
      { state: "got", content: "c" },
    ]);
  });
});

describe("a bundle that was changed", () => {
  it("is told file by file", async () => {
    const members = await bundleMembers();
    const top = members[0]?.name.split("/")[0] ?? "";
    const some = changed(members, "node1/files/var/log/messages", ({ name }) => [{ name, content: "forged" }]);
    const fewer = changed(some, "node2/commands/lspci_-vvv.txt", () => []);
    const page = changed(fewer, "index.html", ({ name }) => [{ name, content: "<script>" }]);
    const twice = changed(page, "show_log.txt", (member) => [member, { ...member, content: "again" }]);
    const archive = tarOf([...twice, { name: `${top}/run.sh`, content: "rm" }, { name: "../out", content: "x" }]);
    const { manifest, entries, problems } = await opened(fileOf("b.tar", archive));
    expect(manifest).toBe(true);
    const by = new Map(entries.map((entry) => [entry.at, entry]));
    expect(by.get("nodes/node1/files/var/log/messages")).toMatchObject({
      state: "failed",
      reason: "its content is not what the bundle's manifest says",
      content: "forged",
    });
    expect(by.get("nodes/node2/commands/lspci_-vvv.txt")).toMatchObject({
      state: "failed",
      reason: "the manifest names it, and the archive does not hold it",
      content: null,
    });
    expect(by.get("switch/switch1/show_log.txt")).toMatchObject({ state: "got", content: "log\n" });
    expect(problems).toEqual([
      { path: `${top}/index.html`.slice(top.length + 1), reason: "its content is not what SHA256SUMS says" },
      { path: `${top}/switch/switch1/show_log.txt`, reason: "it is there twice; the first counts" },
      { path: `${top}/run.sh`, reason: "the manifest does not name it; it was passed over" },
      { path: "../out", reason: "the manifest does not name it; it was passed over" },
    ]);
  });

  it("opens in whatever order its members are, and without its top folder", async () => {
    const members = await bundleMembers();
    const flat = members.map(({ name, content = "" }) => ({ name: name.slice(name.indexOf("/") + 1), content }));
    for (const archive of [tarOf([...members].reverse()), tarOf(flat), zipOf([...flat].reverse())]) {
      const { manifest, entries, told } = await opened(fileOf("again", archive));
      expect(manifest).toBe(true);
      expect(told[0]).toEqual({ startedAt: at, durationMs: 120, attempts: 1 });
      expect(entries.map(({ state }) => state)).toEqual(pieces.map(({ result }) => result?.state ?? "got"));
    }
  });

  it("tells the run's times; without them, it says so", async () => {
    const members = await bundleMembers();
    const whole = await opened(fileOf("whole.tar", tarOf(members)));
    expect(whole.problems).toEqual([]);
    expect(whole.told).toContainEqual({ startedAt: at, durationMs: 120, attempts: 1 });
    expect(whole.clocks).toMatchObject([
      { target: "node1", offsetMs: 41_500, measuredAt: at, bootedAt: at - 3_600_000 },
    ]);
    const without = changed(members, "/run.json", () => []);
    const { problems, told, clocks, entries } = await opened(fileOf("without.tar", tarOf(without)));
    expect(problems).toEqual([{ path: "run.json", reason: expect.stringMatching(/^it is absent or damaged: when/) }]);
    expect({ told: told[0], clocks, entries }).toEqual({
      ...{ told: { startedAt: 0, durationMs: 0, attempts: 0 }, clocks: [], entries: whole.entries },
    });
  });

  it("is refused for a manifest that is not right, with what is wrong", async () => {
    const members = await bundleMembers();
    const withManifest = (change: (manifest: Record<string, unknown>) => unknown) =>
      tarOf(
        changed(members, "/manifest.json", ({ name, content = "" }) => [
          { name, content: JSON.stringify(change(JSON.parse(Buffer.from(content).toString()))) },
        ]),
      );
    const bad = withManifest((manifest) => ({ ...manifest, lab: 7, entries: [{}] }));
    await expect(open(fileOf("bad.tar", bad), store())).rejects.toMatchObject({
      fault: { code: "logs.bundle-manifest", evidence: expect.stringMatching(/^lab: .*\nentries\.0\./) },
    });
    const newer = withManifest((manifest) => ({ ...manifest, halfrack: 2 }));
    await expect(open(fileOf("new.tar", newer), store())).rejects.toMatchObject({
      fault: { code: "logs.bundle-version" },
    });
  });

  it("is refused where one record is so large that reading it would hold up everything else", async () => {
    const members = await bundleMembers();
    const long = "x".repeat(70_000);
    const changes: readonly [string, RegExp][] = [
      ["entries", /^record 0 is larger/],
      ["notes", /^what stands beside entries is larger/],
    ];
    for (const [key, evidence] of changes) {
      const archive = changed(members, "/manifest.json", ({ name, content = "" }) => {
        const manifest = JSON.parse(Buffer.from(content).toString());
        if (key === "entries") manifest.entries[0].stderr = long;
        else manifest.notes = long.repeat(16);
        return [{ name, content: JSON.stringify(manifest) }];
      });
      await expect(open(fileOf("long.tar", tarOf(archive)), store())).rejects.toMatchObject({
        fault: { code: "logs.bundle-manifest", evidence: expect.stringMatching(evidence) },
      });
    }
    const run = changed(members, "/run.json", ({ name, content = "" }) => {
      const told = JSON.parse(Buffer.from(content).toString());
      return [{ name, content: JSON.stringify({ ...told, clocks: [{ ...clock, zone: long }] }) }];
    });
    const { problems } = await opened(fileOf("run.tar", tarOf(run)));
    expect(problems).toContainEqual(expect.objectContaining({ path: "run.json" }));
  });

  it("leads nowhere by paths of its manifest", async () => {
    const members = await bundleMembers();
    const evil = ["/etc/cron.d/x", "../../x", "nodes/a", "NODES/A"];
    const archive = changed(members, "/manifest.json", ({ name, content = "" }) => {
      const manifest = JSON.parse(Buffer.from(content).toString());
      const entries = evil.map((path) => ({ ...manifest.entries[0], path }));
      return [{ name, content: JSON.stringify({ ...manifest, entries }) }];
    });
    const { entries } = await opened(fileOf("evil.tar", tarOf(archive)));
    expect(entries.map(({ at }) => at)).toEqual(["etc/cron.d/x", "x", "nodes/a", "nodes/A~2"]);
    expect(existsSync("/etc/cron.d/x")).toBe(false);
  });
});

describe("a bundle that ends early or was damaged", () => {
  it("is opened as far as it goes: each entry is right or says that it is not", async () => {
    const { path } = await writeBundle(await collected(store(), pieces), writing({ to: folder() }));
    const whole = readFileSync(path);
    const tar = zstdDecompressSync(whole);
    const contents = pieces.map(({ content }) => (content === null ? null : Buffer.from(content).toString("latin1")));
    for (const archive of [0.3, 0.6, 0.9, 0.999].flatMap((part) => [
      whole.subarray(0, Math.floor(whole.length * part)),
      tar.subarray(0, Math.floor(tar.length * part)),
    ])) {
      const { manifest, entries, problems } = await opened(fileOf("cut", archive));
      expect(manifest).toBe(true);
      for (const [n, { state, content }] of entries.entries()) {
        if (content !== null) expect(content).toBe(contents[n]);
        else if (contents[n] !== null) expect(state).toBe("failed");
      }
      if (archive.length < tar.length * 0.95) expect(problems).toHaveLength(1);
    }
  });

  it("never does anything but open or say what is wrong, whatever bytes were changed", async () => {
    const { path } = await writeBundle(await collected(store(), pieces.slice(0, 3)), writing({ to: folder() }));
    const bundle = readFileSync(path);
    const sources = [bundle, zstdDecompressSync(bundle), zipOf([{ name: "a", content: bytes(500) }, { name: "b" }])];
    const change = fc.record({
      source: fc.constantFrom(...sources),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      put: fc.uint8Array({ minLength: 1, maxLength: 64 }),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ source, at, put }) => {
        const damaged = Buffer.from(source);
        damaged.set(put.subarray(0, damaged.length), Math.floor(at * (damaged.length - put.length)));
        const into = store();
        const result = await open(fileOf("x", damaged), into).catch((error: unknown) => error);
        if (result instanceof Error) {
          expect(result).toBeInstanceOf(FaultError);
          expect(await into.list()).toEqual([]);
        }
      }),
      { numRuns: 150 },
    );
  });
});
