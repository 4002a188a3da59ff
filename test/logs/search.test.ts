/** Searching real hosts: by name, age, looks and content, with odd names, what may not be read, and hosts without GNU tools. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type FileSearch, fileSearchSchema, type SearchMessage } from "../../electron/contract/logs/find.ts";
import { readPath } from "../../electron/contract/logs/remote-path.ts";
import { here } from "../../electron/contract/logs/target.ts";
import { Parts } from "../../electron/logs/far/parts.ts";
import { hereReach } from "../../electron/logs/far/reach.node.ts";
import { HitsReader } from "../../electron/logs/find/hits.ts";
import { search, searchHost } from "../../electron/logs/find/search.node.ts";
import { type Bench, deviceFor, labState, rejectedWith, trustingBench } from "../ssh/bench.ts";
import { type Sshd, startSshd, whyNoSshd } from "../ssh/sshd.ts";
import { type Account, busyboxHost, makeAccount, whyNoAccount, whyNoBusybox } from "./hosts.ts";

const hourMs = 3_600_000;
const old = new Date(Date.UTC(2020, 0, 1));

/** Files to be found and not to be found, below `at`. */
function seed(at: string): void {
  mkdirSync(join(at, "sub/deep"), { recursive: true });
  mkdirSync(join(at, "closed"));
  const files: [string, string][] = [
    ["fresh.log", "2026-01-02T03:04:05Z one needle here\nsecond needle\n"],
    ["stale.log", "2020-01-01T00:00:00Z needle\n"],
    ["journal", "Jan  2 03:04:05 node1 kernel: quiet\n"],
    ["notes", "no stamp, but a needle\n"],
    ["sub/deep/new\nline.log", "[    0.000001] needle $(touch pwned) `x` 'y'\n"],
    ["sub/-name.log", "a.b*c [needle] \\d\n"],
    ["closed/in.log", "needle\n"],
    ["shut.log", "needle\n"],
    ["nul.log", "a\0b needle\0c\n"],
  ];
  for (const [name, content] of files) writeFileSync(join(at, name), content);
  writeFileSync(Buffer.concat([Buffer.from(`${at}/odd-`), Buffer.from([0xff]), Buffer.from(".log")]), "needle\n");
  utimesSync(join(at, "stale.log"), old, old);
  symlinkSync(".", join(at, "loop"));
  symlinkSync("loop2", join(at, "loop2"));
  symlinkSync(at, join(at, "sub/up"));
  execFileSync("mkfifo", [join(at, "pipe.log")]);
  chmodSync(at, 0o755);
  chmodSync(join(at, "shut.log"), 0o600);
  chmodSync(join(at, "closed"), 0o700);
}

const request = (more: Partial<FileSearch>): FileSearch => fileSearchSchema.parse({ under: ["/var/log"], ...more });

async function collect(messages: AsyncIterable<SearchMessage>) {
  const hits: Extract<SearchMessage, { kind: "hits" }>["hits"] = [];
  const done: Extract<SearchMessage, { kind: "done" }>[] = [];
  for await (const message of messages)
    if (message.kind === "hits") hits.push(...message.hits);
    else done.push(message);
  return { hits, done };
}

const namesIn = (dir: string, hits: readonly { readonly path: string }[]) =>
  hits
    .map((hit) =>
      Buffer.from(readPath(hit.path))
        .toString("latin1")
        .slice(dir.length + 1),
    )
    .toSorted();

/** What is found alike with GNU tools and without; `dir` is where the files are on the host. */
function cases(ask: (search: Partial<FileSearch>) => ReturnType<typeof collect>, dir: () => string) {
  test("by name: each file once, whatever its name, and links lead nowhere", async () => {
    const { hits, done } = await ask({ name: "*.log" });
    expect(namesIn(dir(), hits)).toEqual(
      ["-name.log", "closed/in.log", "fresh.log", "nul.log", "odd-\xff.log", "shut.log", "stale.log"]
        .map((name) => (name === "-name.log" ? `sub/${name}` : name))
        .concat("sub/deep/new\nline.log")
        .toSorted(),
    );
    expect(done).toMatchObject([{ fault: null, truncated: false }]);
    expect(hits.every((hit) => hit.line === null && hit.sizeBytes > 0)).toBe(true);
    expect(hits.find((hit) => hit.path.endsWith("/stale.log"))?.modifiedAt).toBe(old.getTime());
  });

  test("by age, by the host's own clock", async () => {
    const { hits } = await ask({ changedWithinMs: hourMs, name: "*e.log" });
    expect(namesIn(dir(), hits)).toEqual(["sub/-name.log", "sub/deep/new\nline.log"].toSorted());
  });

  test("what looks like a log does so by its name or its first lines", async () => {
    const { hits } = await ask({ looksLikeLog: true, changedWithinMs: hourMs });
    const names = namesIn(dir(), hits);
    expect(names).toContain("journal");
    expect(names).toContain("fresh.log");
    expect(names).not.toContain("notes");
    expect(names).not.toContain("stale.log");
  });

  test("by content: letter by letter, with the first line that holds it", async () => {
    const { hits } = await ask({ content: "needle" });
    expect(namesIn(dir(), hits)).toEqual(
      ["fresh.log", "stale.log", "notes", "sub/deep/new\nline.log", "sub/-name.log", "closed/in.log", "shut.log"]
        .concat("nul.log", "odd-\xff.log")
        .toSorted(),
    );
    expect(hits.find((hit) => hit.path.endsWith("/fresh.log"))?.line).toBe("2026-01-02T03:04:05Z one needle here");
    expect(hits.find((hit) => hit.path.endsWith("/nul.log"))?.line).toBe("ab needlec");
  });

  test.each(["$(touch pwned) `x` 'y'", "a.b*c [needle] \\d"])(
    "no letter of %j means anything to a shell or to grep",
    async (content) => {
      const { hits } = await ask({ content });
      expect(hits).toHaveLength(1);
      expect((await ask({ content: content.slice(0, -1).replace(/[.$]/, "x") })).hits).toEqual([]);
    },
  );

  test("by name and content together", async () => {
    expect(namesIn(dir(), (await ask({ name: "f*", content: "needle" })).hits)).toEqual(["fresh.log"]);
  });

  test("a folder that is not there is told, and the others are searched", async () => {
    const { hits, done } = await ask({ name: "fresh.log", under: [dir(), "/no/such/folder"] });
    expect(hits).toHaveLength(1);
    expect(done[0]?.refused).toEqual([expect.stringContaining("/no/such/folder")]);
  });

  test("no more than was asked for", async () => {
    const { hits, done } = await ask({ name: "*.log", maxHits: 3 });
    expect(hits).toHaveLength(3);
    expect(done).toMatchObject([{ truncated: true, fault: null }]);
  });
}

describe("this machine", () => {
  let dir = "";
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), "halfrack-search-"));
    seed(dir);
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  const deps = { ssh: { run: () => Promise.reject(new Error("no host")) }, lab: () => labState([], []) };
  const ask = (more: Partial<FileSearch>) => collect(search(deps, request({ devices: [here], under: [dir], ...more })));
  cases(ask, () => dir);

  test("neither line breaks nor NULs can be searched for", async () => {
    expect((await rejectedWith(ask({ content: "a\nb" }))).code).toBe("logs.search-text");
    expect((await rejectedWith(ask({ under: ["/a\0b"] }))).code).toBe("logs.search-text");
  });

  test("/proc is not searched, whatever leads there", async () => {
    symlinkSync("/proc", join(dir, "proc"));
    const { hits, done } = await ask({ under: ["/proc", join(dir, "proc")], name: "version", otherFileSystems: true });
    expect([hits, done[0]?.fault]).toEqual([[], null]);
    rmSync(join(dir, "proc"));
  });

  test("leaving early ends what runs there", async () => {
    const mark = `halfrack-never-${process.pid}`;
    const running = async () =>
      (await hereReach.run(["pgrep", "-f", `find .*-name ${mark}`], { timeoutMs: 5000 })).stdout.trim();
    const stop = new AbortController();
    const wanted = request({ devices: [here], under: ["/"], name: mark, otherFileSystems: true });
    const going = collect(search(deps, wanted, stop.signal)).catch((error: unknown) => error);
    await vi.waitFor(async () => expect(await running()).not.toBe(""), { timeout: 10_000 });
    stop.abort(new Error("left"));
    expect(await going).toEqual(new Error("left"));
    await vi.waitFor(async () => expect(await running()).toBe(""), { timeout: 10_000 });
  }, 30_000);
});

describe.skipIf(whyNoBusybox)(`a host with busybox alone ${whyNoBusybox}`, () => {
  let host: ReturnType<typeof busyboxHost>;
  beforeAll(() => {
    host = busyboxHost();
    mkdirSync(join(host.root, "var/log/x"));
    seed(join(host.root, "var/log/x"));
  });
  afterAll(() => host?.[Symbol.dispose]());
  const ask = (more: Partial<FileSearch>) =>
    collect(searchHost(host.reach, request({ under: ["/var/log/x"], ...more }), 20_000));
  cases(ask, () => "/var/log/x");
});

const whyNoHosts = whyNoSshd || whyNoAccount;
describe.skipIf(whyNoHosts)(`hosts over SSH ${whyNoHosts}`, () => {
  let dir = "";
  let plain: Account;
  let sshd: Sshd;
  let bench: Bench;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), "halfrack-search-"));
    seed(dir);
    plain = makeAccount("hrsearch", false);
    sshd = await startSshd();
    chmodSync(sshd.dir, 0o755);
    bench = await trustingBench([sshd], {
      devices: [deviceFor("node1", sshd), deviceFor("node2", sshd, { user: plain.user })],
    });
  });
  afterAll(async () => {
    await bench?.[Symbol.asyncDispose]();
    await sshd?.[Symbol.asyncDispose]();
    plain?.[Symbol.dispose]();
    rmSync(dir, { recursive: true, force: true });
  });
  const ask = (more: Partial<FileSearch>) =>
    collect(search({ ssh: bench.ssh, lab: () => bench.lab.get() }, request({ under: [dir], ...more })));

  test("all are searched at once; each tells what it could not read, and one that is not there has its fault", async () => {
    const { hits, done } = await ask({ content: "needle", devices: ["node1", "node2", "gone"] });
    const of = (device: string) =>
      namesIn(
        dir,
        hits.filter((hit) => hit.device === device),
      );
    expect(of("node1")).toContain("closed/in.log");
    expect(of("node2")).toEqual(of("node1").filter((name) => name !== "closed/in.log" && name !== "shut.log"));
    const told = Object.fromEntries(done.map((one) => [one.device, one]));
    expect(told.node1).toMatchObject({ refused: [], fault: null });
    expect(told.node2?.refused.toSorted()).toEqual([
      expect.stringContaining(`${dir}/closed`),
      expect.stringContaining(`${dir}/shut.log`),
    ]);
    expect(told.gone?.fault?.code).toBe("ssh.unknown-device");
  });

  test("a host that is lost on the way keeps what it told", async () => {
    await using server = await startSshd();
    await using lab = await trustingBench([server], { devices: [deviceFor("node1", server)] });
    const deps = { ssh: lab.ssh, lab: () => lab.lab.get() };
    let told = 0;
    let last: SearchMessage | undefined;
    for await (const message of search(
      deps,
      request({ devices: ["node1"], under: ["/"], name: "*", maxHits: 10_000 }),
    )) {
      if (message.kind === "hits" && told === 0) await server.kill();
      if (message.kind === "hits") told += message.hits.length;
      last = message;
    }
    expect(told).toBeGreaterThan(0);
    expect(last).toMatchObject({ kind: "done", device: "node1", fault: { code: "ssh.connection-lost" } });
  });
});

test("whatever a host prints, what is told are paths and numbers", () => {
  const part = fc.oneof(
    fc.uint8Array({ maxLength: 20 }),
    fc.constantFrom("H", "U", "T", "Z", "12 1767323045.5", "/a/b", "1767323045").map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
      const reader = new HitsReader("node1", { changedWithinMs: 1000, content: "x" });
      const cut = new Parts((one) => reader.take(one));
      for (const one of parts) cut.take(Buffer.concat([one, Buffer.from([0])]));
      for (const hit of reader.drain()) {
        expect(hit.path.startsWith("/")).toBe(true);
        expect(Number.isSafeInteger(hit.sizeBytes) && Number.isSafeInteger(hit.modifiedAt)).toBe(true);
      }
    }),
  );
});

test("parts come whole however they are cut, and one without an end is bounded", () => {
  const texts = fc.array(fc.uint8Array({ max: 255, maxLength: 40 }).map((bytes) => bytes.filter((byte) => byte !== 0)));
  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: 17 }), (all, step) => {
      const whole = Buffer.concat(all.flatMap((one) => [one, Buffer.from([0])]));
      const got: Buffer[] = [];
      const cut = new Parts((one) => got.push(Buffer.from(one)));
      for (let at = 0; at < whole.length; at += step) cut.take(whole.subarray(at, at + step));
      expect(got).toEqual(all.map((one) => Buffer.from(one)));
    }),
  );
  let size = 0;
  const cut = new Parts((one) => {
    size = one.length;
  });
  for (let times = 0; times < 20; times += 1) cut.take(new Uint8Array(64 * 1024).fill(1));
  cut.take(new Uint8Array(1));
  expect(size).toBe(256 * 1024);
});
