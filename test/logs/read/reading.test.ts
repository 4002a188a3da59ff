import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import {
  errorIndexSchema,
  histogramSchema,
  type LogFilter,
  linePageSchema,
  readingStateSchema,
} from "../../../electron/contract/logs/reading.ts";
import { loadPatterns } from "../../../electron/logs/patterns.node.ts";
import type { Pattern } from "../../../electron/logs/read/known.ts";
import { openReading, type Reading } from "../../../electron/logs/read/reading.node.ts";
import { unpacked } from "../../../electron/logs/read/unpack.node.ts";
import type { StoredCollection } from "../../../electron/logs/stored.node.ts";
import { clock, type Given, storedOf } from "./stored.ts";

let cacheDir = "";
let patterns: readonly Pattern[] = [];
beforeAll(async () => {
  ({ patterns } = await loadPatterns(join(tmpdir(), "halfrack-no-such-profile")));
});
beforeEach(() => {
  cacheDir = mkdtempSync(join(tmpdir(), "halfrack-reading-"));
});
afterEach(() => {
  rmSync(cacheDir, { recursive: true, force: true });
});

async function opened(collection: StoredCollection, maxCacheBytes?: number): Promise<Reading> {
  const reading = openReading(collection, { cacheDir, patterns, ...(maxCacheBytes && { maxCacheBytes }) });
  await vi.waitFor(() => expect(reading.state.get().done || reading.state.get().fault).toBeTruthy(), 30_000);
  return reading;
}

const page = (reading: Reading, filter: LogFilter = {}) => reading.lines({ filter, from: 0, count: 1000 });
async function texts(reading: Reading, filter: LogFilter = {}): Promise<string[]> {
  const { lines, complete } = await page(reading, filter);
  expect(complete).toBe(true);
  return lines.map(({ text }) => text);
}

const at = (hour: number, minute = 0, second = 0) => Date.UTC(2026, 0, 20, hour, minute, second);
const line = (ms: number, text: string) => `${new Date(ms).toISOString()} ${text}\n`;
const one = (content: Given["content"], more: Partial<Given> = {}): Given => ({
  target: "node1",
  path: "nodes/node1/files/a.log",
  content,
  ...more,
});

it("merges hosts whose clocks are wrong in the order of this machine's clock", async () => {
  using collection = storedOf(
    [
      {
        target: "node1",
        path: "nodes/node1/files/m",
        content: "Jan 20 10:00:00 node1 a: one\nJan 20 10:00:02 node1 a: three\n",
      },
      {
        target: "node2",
        path: "nodes/node2/files/m",
        content: "Jan 20 12:00:01 node2 a: two\nJan 20 12:00:03 node2 a: four\n",
      },
      { target: "node3", path: "nodes/node3/files/dmesg", content: "<3>[    1.500000] between\n" },
    ],
    [
      clock("node1"),
      clock("node2", { offsetMs: 3_600_000, zone: "Europe/Berlin", zoneMinutes: 60 }),
      clock("node3", { offsetMs: -5000, bootedAt: at(9, 59, 55) }),
    ],
  );
  await using reading = await opened(collection);
  const { lines } = await page(reading);
  expect(lines.map(({ text }) => text.split(/[:\]] /).at(-1))).toEqual(["one", "two", "between", "three", "four"]);
  expect(lines[2]).toEqual({
    row: 2,
    target: "node3",
    path: "nodes/node3/files/dmesg",
    line: 1,
    at: at(10, 0, 1) + 500,
    stamp: "guessed",
    severity: "error",
    text: "<3>[    1.500000] between",
    cut: false,
    patterns: [],
  });
  expect(reading.state.get()).toMatchObject({ lines: 5, done: true, fault: null, fromMs: at(10), toMs: at(10, 0, 3) });
});

it("reads every kind of source, and says which it is", async () => {
  const journal = {
    __REALTIME_TIMESTAMP: String(at(10, 0, 1) * 1000),
    PRIORITY: "3",
    _HOSTNAME: "node1",
    SYSLOG_IDENTIFIER: "kernel",
    MESSAGE: "two\nlines",
  };
  const cursor = `__CURSOR=s=1\n__REALTIME_TIMESTAMP=${at(10, 0, 2) * 1000}\nPRIORITY=4\n_HOSTNAME=node1\n_COMM=app\n_PID=7\n`;
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(3n);
  const exported = Buffer.concat([
    Buffer.from(`${cursor}MESSAGE\n`),
    length,
    Buffer.from("a\nb\n\n"),
    Buffer.from(`${cursor}MESSAGE=c=d\n\n`),
  ]);
  using collection = storedOf(
    [
      one(`${JSON.stringify(journal)}\n{"MESSAGE":broken\n`, { path: "journal.json" }),
      one(exported, { path: "journal.export" }),
      one("   1 | 01/20/2026 | 10:00:03 | PS2 Status | Power Supply AC lost | Asserted\n", {
        target: "node1 bmc",
        path: "sel.txt",
        source: { how: "ipmi", argv: ["sel", "elist"] },
      }),
      one("Jan 20 10:00:04 sw mgmtd[1]: [mgmtd.NOTICE]: failed once\n", {
        target: "sw",
        path: "log.txt",
        source: { how: "switch", line: "show log" },
      }),
      one(`${JSON.stringify({ at: at(10, 0, 5), severity: "warning", text: "IB1/17 went down" })}\n`, {
        target: "/",
        path: "events.jsonl",
        source: { how: "own", what: "events" },
      }),
      one("00:00.0 Host bridge: error register\n", {
        path: "lspci.txt",
        source: { how: "command", argv: ["lspci"] },
        result: { modifiedAt: null, startedAt: at(11), durationMs: 0 },
      }),
      one(Buffer.from([7, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 65, 66]), { path: "wtmp" }),
    ],
    [clock("node1"), clock("node1 bmc", { offsetMs: 60_000 }), clock("/")],
    [{ id: "sw", device: "sw", kinds: ["switch"] }],
  );
  await using reading = await opened(collection);
  const { lines } = await page(reading);
  expect(lines.map(({ path, at, stamp, severity, text }) => [path, at, stamp, severity, text])).toEqual([
    [
      "sel.txt",
      at(9, 59, 3),
      "own",
      "critical",
      "   1 | 01/20/2026 | 10:00:03 | PS2 Status | Power Supply AC lost | Asserted",
    ],
    ["journal.json", at(10, 0, 1), "own", "error", "node1 kernel: two\u240Alines"],
    ["journal.json", at(10, 0, 1), "line-before", "info", '{"MESSAGE":broken'],
    ["journal.export", at(10, 0, 2), "own", "warning", "node1 app[7]: a\u240Ab"],
    ["journal.export", at(10, 0, 2), "own", "warning", "node1 app[7]: c=d"],
    ["log.txt", at(10, 0, 4), "guessed", "notice", "Jan 20 10:00:04 sw mgmtd[1]: [mgmtd.NOTICE]: failed once"],
    ["events.jsonl", at(10, 0, 5), "own", "warning", "IB1/17 went down"],
    ["lspci.txt", at(11), "collected", "info", "00:00.0 Host bridge: error register"],
  ]);
  const formats = Object.fromEntries(reading.state.get().sources.map(({ path, format }) => [path, format]));
  expect(formats).toEqual({
    "journal.json": "journal-json",
    "journal.export": "journal-export",
    "sel.txt": "sel",
    "log.txt": "switch",
    "events.jsonl": "halfrack",
    "lspci.txt": "text",
    wtmp: "binary",
  });
});

describe("packed files", () => {
  const text = line(at(10), "kept");
  const xz = () => execFileSync("xz", ["-c"], { input: text });
  it("are opened, by gzip, zstd and xz, whatever their names", async () => {
    using collection = storedOf([
      one(gzipSync(text), { path: "a" }),
      one(zstdCompressSync(Buffer.from(text)), { path: "b" }),
      one(xz(), { path: "c" }),
    ]);
    await using reading = await opened(collection);
    expect(await texts(reading)).toEqual([text.trim(), text.trim(), text.trim()]);
  });

  it("of zstd are read to their last frame, also behind frames to be skipped", async () => {
    const skipped = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 7, 7]);
    const lines = [1, 2, 3].map((n) => line(at(10, n), `number ${n}`));
    using collection = storedOf([
      one(Buffer.concat([skipped, ...lines.flatMap((each) => [zstdCompressSync(Buffer.from(each)), skipped])])),
    ]);
    await using reading = await opened(collection);
    expect(await texts(reading)).toEqual(lines.map((each) => each.trim()));
  });

  it("that are made to fill a disk end where they have taken all there is room for", async () => {
    const made = (size: number) => Readable.from([zstdCompressSync(Buffer.alloc(size, "x"))]);
    const room = { freeBytes: 1_000_000 };
    const sizes: number[] = [];
    const notes: string[] = [];
    for (const size of [400_000, 8_000_000, 100_000]) {
      const content = await unpacked(made(size), room);
      let bytes = 0;
      for await (const piece of content.pieces) bytes += piece.length;
      sizes.push(bytes);
      notes.push(...content.notes);
    }
    expect(sizes[0]).toBe(400_000);
    expect(sizes[1]).toBeLessThan(1_500_000);
    expect(sizes[2]).toBe(100_000);
    expect(notes).toEqual([expect.stringContaining("its end is not here")]);
  });

  it("that are cut off give what came before", async () => {
    const packed = gzipSync(
      Array.from({ length: 20_000 }, (_, i) => line(at(10) + i, `number ${i} ${Math.sin(i)}`)).join(""),
    );
    using collection = storedOf([one(packed.subarray(0, packed.length / 2))]);
    await using reading = await opened(collection);
    const { lines, notes } = reading.state.get().sources[0] ?? { lines: 0, notes: [] };
    expect(lines).toBeGreaterThan(1000);
    expect(notes).toEqual(
      [expect.stringMatching(/damaged or cut off/), expect.stringMatching(/clock was not measured/)].reverse(),
    );
  });
});

it("gives whole milliseconds, however finely a host's clock was measured", async () => {
  using collection = storedOf(
    [one("2026-01-20T10:00:00.250Z node1 a: x\n2026-01-20T10:00:01Z node1 a: y\n")],
    [clock("node1", { offsetMs: 2.6 })],
  );
  await using reading = await opened(collection);
  const state = readingStateSchema.parse(reading.state.get());
  expect([state.fromMs, state.toMs]).toEqual([at(10) + 247, at(10) + 997]);
  expect(state.sources.map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([[state.fromMs, state.toMs]]);
  linePageSchema.parse(await page(reading, { fromMs: state.fromMs ?? 0, toMs: state.toMs ?? 0 }));
});

describe("hostile content", () => {
  it("with times that no calendar has gives times that the contract takes", async () => {
    using collection = storedOf(
      [
        one("1970-01-01T00:00:05+01:00 node1 kernel: a clock without a battery\n"),
        one("2026-01-20T10:00:00Z node2 a: x\n", { target: "node2", path: "b" }),
        one("2026-01-20T10:00:00Z node3 a: x\n", { target: "node3", path: "c" }),
      ],
      [clock("node1"), clock("node2", { offsetMs: 1e300 }), clock("node3", { offsetMs: -1e300 })],
    );
    await using reading = await opened(collection);
    const { lines } = linePageSchema.parse(await page(reading));
    expect(lines.map(({ at }) => at)).toEqual([0, 0, 8.64e15]);
    expect(readingStateSchema.parse(reading.state.get())).toMatchObject({ fromMs: 0, toMs: 8.64e15 });
    expect(histogramSchema.parse(await reading.histogram({ filter: {}, buckets: 4 })).buckets).toHaveLength(4);
    errorIndexSchema.parse(await reading.errors({ filter: {} }));
  });

  it("is shown as what it is, cut, without what a terminal would act on", async () => {
    const lines = [
      "\u001b[31mred\u001b[0m \u001b]0;title\u0007x\u0000y\u007f\u202egnp.exe",
      "windows\r",
      `long ${"x".repeat(5000)}`,
      "",
    ];
    const bytes = Buffer.concat([Buffer.from(lines.join("\n")), Buffer.from([0xff, 0xfe, 0x41, 10])]);
    using collection = storedOf([one(bytes)]);
    await using reading = await opened(collection);
    const shown = (await page(reading)).lines;
    expect(shown.map(({ text }) => text.slice(0, 30))).toEqual([
      "red x\u2400y\u2421\ufffdgnp.exe",
      "windows",
      `long ${"x".repeat(25)}`,
      "\ufffd\ufffdA",
    ]);
    expect(shown.map(({ text, cut }) => [text.length, cut])).toEqual([
      [16, false],
      [7, false],
      [4096, true],
      [3, false],
    ]);
  });

  it("of one line of 30 MB is searched to its end", async () => {
    const long = Buffer.concat([
      Buffer.from(line(at(10), "first")),
      Buffer.alloc(30 << 20, "ab "),
      Buffer.from("NeedLe\n"),
      Buffer.from(line(at(11), "last")),
    ]);
    using collection = storedOf([one(long)]);
    await using reading = await opened(collection);
    const { lines, total } = await page(reading, { text: "needle" });
    expect(total).toBe(1);
    expect(lines[0]).toMatchObject({ line: 2, cut: true, at: at(10), stamp: "line-before" });
    expect(await texts(reading, { text: "last" })).toHaveLength(1);
  });
});

describe("filters", () => {
  const content = [
    line(at(10, 0, 0), "app: started"),
    line(at(10, 0, 1), "kernel: vSMP CTL: Capping CPUs to 32 (CONFIG_X86_VSMP is unset)"),
    line(at(10, 0, 2), "app: ERROR on ib0 port 1"),
    line(at(10, 0, 3), "app: error on ib1 port 22"),
    line(at(10, 0, 4), "app: warning: Größe"),
  ].join("");
  const words = (list: readonly string[]) => list.map((text) => text.slice(25));
  let collection: ReturnType<typeof storedOf>;
  let reading: Reading;
  beforeEach(async () => {
    collection = storedOf(
      [one(content), one(line(at(10, 0, 2), "app: other host"), { target: "node2", path: "b" })],
      [clock("node1"), clock("node2")],
    );
    reading = await opened(collection);
  });
  afterEach(async () => {
    await reading[Symbol.asyncDispose]();
    collection[Symbol.dispose]();
  });

  it.each<[LogFilter, number[]]>([
    [{ targets: ["node2"] }, [3]],
    [{ paths: ["nodes/node1/files/a.log"], severity: "error" }, [2, 4]],
    [{ fromMs: at(10, 0, 1), toMs: at(10, 0, 2) }, [1, 2, 3]],
    [{ text: "error ON" }, [2, 4]],
    [{ text: "GRÖSSE" }, []],
    [{ text: "größe" }, [5]],
    [{ text: "GRÖßE" }, [5]],
    [{ regex: "port \\d$" }, [2]],
    [{ regex: "ERROR", text: "22" }, [4]],
    [{ pattern: "vsmp-capping" }, [1]],
    [{ pattern: "no-such" }, []],
    [{ severity: "warning", text: "i" }, [2, 4, 5]],
  ])("%j", async (filter, rows) => {
    const all = await texts(reading);
    expect(words(await texts(reading, filter))).toEqual(words(rows.map((row) => all[row] ?? "")));
  });

  it("find no text that runs over the end of a line", async () => {
    expect(await texts(reading, { text: "started\n2026" })).toEqual([]);
  });

  it("name the known patterns of lines, and count them", async () => {
    const { lines } = await page(reading, { text: "capping" });
    expect(lines[0]?.patterns).toEqual(["vsmp-capping"]);
    expect(await reading.known({ filter: {} })).toEqual([
      {
        pattern: "vsmp-capping",
        times: 1,
        lines: 1,
        sources: 1,
        targets: ["node1"],
        firstAt: at(10, 0, 1),
        lastAt: at(10, 0, 1),
        row: 1,
      },
    ]);
  });

  it("give the row at a time", async () => {
    expect(await reading.rowAt({ filter: {}, atMs: at(10, 0, 2) })).toBe(2);
    expect(await reading.rowAt({ filter: { severity: "error" }, atMs: at(10, 0, 3) })).toBe(1);
    expect(await reading.rowAt({ filter: {}, atMs: at(12) })).toBe(6);
    expect(await reading.rowAt({ filter: {}, atMs: 0 })).toBe(0);
  });

  it("count what says the same but for numbers", async () => {
    expect(await reading.errors({ filter: {} })).toEqual([
      {
        severity: "error",
        text: "app: ERROR on ib# port #",
        times: 1,
        lines: 1,
        sources: 1,
        example: "2026-01-20T10:00:02.000Z app: ERROR on ib0 port 1",
        parts: [],
        targets: ["node1"],
        firstAt: at(10, 0, 2),
        lastAt: at(10, 0, 2),
        row: 2,
        pattern: null,
      },
      {
        severity: "error",
        text: "app: error on ib# port #",
        times: 1,
        lines: 1,
        sources: 1,
        example: "2026-01-20T10:00:03.000Z app: error on ib1 port 22",
        parts: [],
        targets: ["node1"],
        firstAt: at(10, 0, 3),
        lastAt: at(10, 0, 3),
        row: 4,
        pattern: null,
      },
      {
        severity: "warning",
        text: "app: warning: Größe",
        times: 1,
        lines: 1,
        sources: 1,
        example: "2026-01-20T10:00:04.000Z app: warning: Größe",
        parts: [],
        targets: ["node1"],
        firstAt: at(10, 0, 4),
        lastAt: at(10, 0, 4),
        row: 5,
        pattern: null,
      },
    ]);
  });

  it("draw a histogram", async () => {
    expect(await reading.histogram({ filter: {}, buckets: 2 })).toEqual({
      fromMs: at(10),
      bucketMs: 2000.5,
      buckets: [
        { lines: 4, warnings: 0, errors: 1 },
        { lines: 2, warnings: 1, errors: 1 },
      ],
    });
    expect(await reading.histogram({ filter: { text: "nothing like it" }, buckets: 2 })).toEqual({
      fromMs: 0,
      bucketMs: 1,
      buckets: [],
    });
  });

  it("are told apart: logs, and what commands printed or settings hold", async () => {
    using collection = storedOf([
      one(line(at(10), "a log") + line(at(11), "of two lines")),
      one("MemTotal: 4\nMemFree: 2\n", { path: "nodes/node1/commands/free.txt" }),
      one(line(at(10), "only one stamp"), { path: "nodes/node1/commands/date.txt" }),
      one("no stamps, but among logs\n", { path: "nodes/node1/files/var/log/boot.log" }),
    ]);
    await using mixed = await opened(collection);
    expect((await texts(mixed, { logs: true })).toSorted()).toEqual([
      expect.stringContaining("a log"),
      expect.stringContaining("of two lines"),
      "no stamps, but among logs",
    ]);
    expect(await texts(mixed, { logs: false })).toHaveLength(6);
  });

  it("are searched forward and backward", async () => {
    const rows = async (from: number, direction: "forward" | "backward", filter: LogFilter = {}) => {
      const found: number[] = [];
      for await (const message of reading.search({ filter, find: { text: "error" }, from, direction }))
        if (message.kind === "hits") found.push(...message.rows);
      return found;
    };
    expect(await rows(0, "forward")).toEqual([2, 4]);
    expect(await rows(3, "forward")).toEqual([4]);
    expect(await rows(4, "backward")).toEqual([4, 2]);
    expect(await rows(1, "backward")).toEqual([]);
    expect(await rows(0, "forward", { targets: ["node1"] })).toEqual([2, 3]);
  });

  it("say what is wrong with an expression", async () => {
    await expect(page(reading, { regex: "(" })).rejects.toMatchObject({
      fault: { code: "logs.bad-regex", evidence: "(" },
    });
    expect(await texts(reading, { text: "started" })).toHaveLength(1);
  });
});

it("stops an expression that would run for ever, and goes on answering", async () => {
  using collection = storedOf([
    one(Array.from({ length: 50 }, (_, i) => line(at(10) + i, `${"a".repeat(40)}!`)).join("")),
  ]);
  await using reading = await opened(collection);
  await expect(page(reading, { regex: "(a+)+$" })).rejects.toMatchObject({ fault: { code: "logs.regex-slow" } });
  expect(await texts(reading, { text: "!" })).toHaveLength(50);
});

it("answers before all is read, and gives an abandoned search up", async () => {
  using collection = storedOf([one("")]);
  let more: (bytes: Buffer | null) => void = () => {};
  const slow: StoredCollection = {
    ...collection,
    results: new Map([...collection.results].map(([n, result]) => [n, { ...result, sizeBytes: 1000 }])),
    open: async () => {
      const stream = new Readable({ read() {} });
      more = (bytes) => void stream.push(bytes);
      more(Buffer.alloc(300_000, line(at(10), "early")));
      return stream;
    },
  };
  await using reading = openReading(slow, { cacheDir, patterns: [] });
  await vi.waitFor(async () => expect((await page(reading)).total).toBeGreaterThan(0), 20_000);
  expect(reading.state.get().done).toBe(false);
  const abort = new AbortController();
  const search = reading.search({ filter: {}, find: { text: "no such" }, from: 0, direction: "forward" }, abort.signal);
  await search.next();
  abort.abort();
  await expect(
    (async () => {
      for await (const _ of search);
    })(),
  ).rejects.toThrow(/abort/);
  more(null);
  await vi.waitFor(() => expect(reading.state.get().done).toBe(true), 20_000);
});

it("says what could not be read to its end, and reads the rest", async () => {
  using collection = storedOf([
    one(line(at(10), "whole"), { path: "a" }),
    one(line(at(11), "second"), { path: "b", result: { state: "lost", reason: "the host went away" } }),
  ]);
  const broken: StoredCollection = {
    ...collection,
    open: async (n) =>
      n === 1
        ? collection.open(n)
        : Readable.from(
            (async function* () {
              yield Buffer.from(line(at(10), "half"));
              throw new Error("the disk is gone");
            })(),
          ),
  };
  await using reading = await opened(broken);
  expect((await texts(reading)).map((text) => text.slice(25))).toEqual(["half", "second"]);
  expect(
    reading.state.get().sources.map(({ path, notes }) => [path, notes.filter((note) => !/measured/.test(note))]),
  ).toEqual([
    ["a", ["It could not be read to its end: the disk is gone."]],
    ["b", ["It is not whole: the host went away."]],
  ]);
});

it("keeps no more than its cache may, and leaves nothing behind", async () => {
  const content = Array.from({ length: 5000 }, (_, i) => line(at(10) + i, "x")).join("");
  using collection = storedOf([one(content), one(`${content}y`, { path: "b" })]);
  const reading = await opened(collection, 10_000);
  const { sources, lines } = reading.state.get();
  expect(sources.map(({ notes }) => notes.at(-1))).toEqual([
    "Not all of it is here: more would not fit into the cache of a reading.",
    "Not all of it is here: more would not fit into the cache of a reading.",
  ]);
  expect(lines).toBe(Math.ceil(10_000 / 27));
  await reading[Symbol.asyncDispose]();
  expect(readdirSync(cacheDir)).toEqual([]);
  await expect(page(reading)).rejects.toMatchObject({ fault: { code: "logs.reading-closed" } });
});

it("tells of each source how far its host's clock was off, and how well that is known", async () => {
  using collection = storedOf(
    [
      one(line(at(10), "a"), { path: "a" }),
      one(line(at(10), "b"), { path: "b", target: "node2" }),
      one(line(at(10), "c"), { path: "c", source: { how: "own", what: "events" } }),
    ],
    [clock("node1", { offsetMs: -420_000, uncertaintyMs: 3.5 })],
  );
  await using reading = await opened(collection);
  const clocks = readingStateSchema.parse(reading.state.get()).sources.map((source) => [source.path, source.clock]);
  expect(Object.fromEntries(clocks)).toEqual({ a: { offsetMs: -420_000, uncertaintyMs: 3.5 }, b: null, c: null });
});
