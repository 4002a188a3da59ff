/** One event that several logs tell of is counted once; which modules and ports a group of errors is of. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { errorIndexSchema, type LogFilter } from "../../../electron/contract/logs/reading.ts";
import { loadPatterns } from "../../../electron/logs/patterns.node.ts";
import type { Source } from "../../../electron/logs/read/blocks.ts";
import { Events, isFirst } from "../../../electron/logs/read/events.ts";
import type { Pattern } from "../../../electron/logs/read/known.ts";
import { openReading, type Reading } from "../../../electron/logs/read/reading.node.ts";
import { saidIn, saidNumber } from "../../../electron/logs/read/said.ts";
import { LineTable } from "../../../electron/logs/read/table.ts";
import { clock, type Given, storedOf } from "./stored.ts";

let cacheDir = "";
let patterns: readonly Pattern[] = [];
beforeAll(async () => {
  ({ patterns } = await loadPatterns(join(tmpdir(), "halfrack-no-such-profile")));
});
beforeEach(() => {
  cacheDir = mkdtempSync(join(tmpdir(), "halfrack-events-"));
});
afterEach(() => {
  rmSync(cacheDir, { recursive: true, force: true });
});

const bootedAt = Date.UTC(2026, 0, 10);
const dayMs = 86_400_000;

interface Said {
  readonly atMs: number;
  readonly text: string;
  readonly program?: string;
  readonly priority?: number;
  /** A user logged it under the kernel's name. */
  readonly forged?: boolean;
}

const who = ({ program = "kernel", text }: Said) => `node4 ${program}: ${text}`;
/** `journalctl -o json`. */
const journal = (said: readonly Said[]) =>
  said
    .map(({ atMs, text, program = "kernel", priority = 4, forged = false }) => {
      const [, name, pid] = /^([^[]+)(?:\[(\d+)\])?$/.exec(program) ?? [];
      return `${JSON.stringify({
        __REALTIME_TIMESTAMP: String(atMs * 1000),
        PRIORITY: String(priority),
        _HOSTNAME: "node4",
        _TRANSPORT: name === "kernel" && !forged ? "kernel" : "syslog",
        SYSLOG_IDENTIFIER: name,
        ...(pid === undefined ? {} : { SYSLOG_PID: pid }),
        MESSAGE: text,
      })}\n`;
    })
    .join("");
/** RFC 3164, as rsyslog writes /var/log/messages. */
const messages = (said: readonly Said[]) =>
  said
    .map((each) => {
      const [, month, day, time] =
        /^\w+, (\w+) (\d+), \d+ at (.*)$/.exec(
          new Intl.DateTimeFormat("en-US", {
            dateStyle: "full",
            timeStyle: "medium",
            hourCycle: "h23",
            timeZone: "UTC",
          }).format(each.atMs),
        ) ?? [];
      return `${month?.slice(0, 3)} ${day?.padStart(2)} ${time} ${who(each)}\n`;
    })
    .join("");
/** `dmesg -r`; the kernel's clock is ahead by `drift` of the time since the boot. */
const dmesg = (said: readonly Said[], drift = 0) =>
  said
    .map(({ atMs, text, priority = 4 }) => {
      const seconds = ((atMs - bootedAt) / 1000) * (1 + drift);
      return `<${priority}>[${seconds.toFixed(6).padStart(12)}] ${text}\n`;
    })
    .join("");

async function opened(given: readonly Pick<Given, "path" | "content">[]): Promise<Reading> {
  const collection = storedOf(
    given.map((each) => ({ target: "node4", ...each })),
    [clock("node4", { bootedAt })],
  );
  const reading = openReading(collection, { cacheDir, patterns });
  await vi.waitFor(() => expect(reading.state.get().done || reading.state.get().fault).toBeTruthy(), 30_000);
  const closed = reading[Symbol.asyncDispose].bind(reading);
  return Object.assign(reading, {
    [Symbol.asyncDispose]: async () => {
      await closed();
      collection[Symbol.dispose]();
    },
  });
}

const module = (channel: number) =>
  `EDAC MC0: 1 CE error on CPU#0Channel#${channel}_DIMM#0 (channel:${channel} slot:0 page:0x${(channel * 4096).toString(16)} offset:0x0 grain:8 syndrome:0x0)`;
const at = bootedAt + 3 * dayMs + 250;
/** Two within one second; a text's own repetition is another event. */
const corrected: readonly Said[] = [
  { atMs: at, text: module(1) },
  { atMs: at + 300, text: module(1) },
  { atMs: at + 5000, text: module(2) },
  { atMs: at + 90_000, text: module(1) },
];

describe("what the journal, dmesg and files of /var/log tell of one event", () => {
  it("is counted once, as severe as the journal has it, and all lines stay", async () => {
    await using reading = await opened([
      { path: "journal.json", content: journal(corrected) },
      { path: "dmesg.txt", content: dmesg(corrected, 20e-6) },
      { path: "var/log/dmesg", content: dmesg(corrected.slice(1)).replaceAll(/^<\d>/gm, "") },
      { path: "var/log/messages", content: messages(corrected) },
    ]);
    const errors = errorIndexSchema.parse(await reading.errors({ filter: {} }));
    expect(errors.map(({ severity, times, lines, sources }) => ({ severity, times, lines, sources }))).toEqual([
      { severity: "warning", times: 4, lines: 15, sources: 4 },
    ]);
    const known = await reading.known({ filter: {} });
    expect(known.map(({ pattern, times, lines, sources }) => ({ pattern, times, lines, sources }))).toEqual([
      { pattern: "ecc-corrected", times: 4, lines: 15, sources: 4 },
    ]);
    const { buckets } = await reading.histogram({ filter: {}, buckets: 1 });
    expect(buckets).toEqual([{ lines: 15, warnings: 4, errors: 0 }]);
    const { lines } = await reading.lines({ filter: {}, from: 0, count: 100 });
    expect(lines.map(({ severity }) => severity)).toEqual(Array(15).fill("warning"));
  });

  it("is counted where a filter leaves one source of it", async () => {
    await using reading = await opened([
      { path: "journal.json", content: journal(corrected) },
      { path: "var/log/messages", content: messages(corrected) },
    ]);
    const times = async (filter: LogFilter) => (await reading.errors({ filter })).map((group) => group.times);
    expect(await times({ paths: ["journal.json"] })).toEqual([4]);
    expect(await times({ paths: ["var/log/messages"] })).toEqual([4]);
    expect(await times({ text: "Jan 13" })).toEqual([4]);
  });

  it("has one severity: a field's before words, but words before the info of a program that only printed", async () => {
    const said: readonly Said[] = [
      { atMs: at, text: "mlx4_en: eth0: Link DOWN", priority: 4 },
      { atMs: at + 10_000, text: "EXT4-fs (sda1): mounted. Opts: errors=remount-ro", priority: 6 },
      { atMs: at + 20_000, text: "ERROR: no such queue", program: "app[7]", priority: 6 },
      { atMs: at + 30_000, text: "was asked", program: "app[7]", priority: 3 },
    ];
    await using reading = await opened([
      { path: "journal.json", content: journal(said) },
      { path: "var/log/messages", content: messages(said) },
    ]);
    const { lines } = await reading.lines({ filter: {}, from: 0, count: 100 });
    expect(lines.map(({ text, severity }) => `${severity} ${text.split(": ").at(-1)}`)).toEqual(
      ["warning Link DOWN", "info errors=remount-ro", "error no such queue", "error was asked"].flatMap((one) => [
        one,
        one,
      ]),
    );
  });

  it("is known again however daemons write line ends, stamps and numbers of processes", async () => {
    await using reading = await opened([
      {
        path: "journal.json",
        content: journal([
          { atMs: at, text: "error one\ntwo", program: "app[7]", priority: 3 },
          { atMs: at + 10_000, text: "error four\nfive", priority: 3 },
          { atMs: at + 15_000, text: "error six", program: "systemd[1]", priority: 3 },
        ]),
      },
      { path: "var/log/messages", content: messages([{ atMs: at, text: "error one#012two", program: "app[7]" }]) },
      {
        path: "var/log/kern.log",
        content: `${new Date(at + 5000).toISOString()} node4 kernel: [259205.250000] error three\n`,
      },
      {
        path: "dmesg.txt",
        content: dmesg([
          { atMs: at + 5000, text: "error three", priority: 3 },
          { atMs: at + 10_000, text: "error four\\x0afive", priority: 3 },
          { atMs: at + 15_000, text: "systemd[1]: error six", priority: 3 },
        ]),
      },
    ]);
    const errors = await reading.errors({ filter: {} });
    expect(errors.map(({ times, lines }) => [times, lines])).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
  });
});

it("is one event where dmesg stands 3 s away, for seconds since the boot are not exact, and not farther", async () => {
  const moments = [10_000, 30_000].map((sinceBootMs) => bootedAt + sinceBootMs);
  const error = (atMs: number) => ({ atMs, text: "error", priority: 3 });
  await using reading = await opened([
    { path: "journal.json", content: journal(moments.map(error)) },
    { path: "dmesg.txt", content: dmesg([error(bootedAt + 12_900), error(bootedAt + 33_100)]) },
  ]);
  expect(await reading.errors({ filter: {} })).toMatchObject([{ times: 3, lines: 4 }]);
});

describe("what somebody else logs", () => {
  it("takes no error out of the index, though it be made to look the same to a hash", async () => {
    const error: Said = { atMs: at, text: "Port module event[error]: module 0, Cable error", priority: 3 };
    const forged: Said = { atMs: at + 200, text: sameNumber(`kernel: ${error.text}`), program: "x", priority: 5 };
    await using reading = await opened([
      { path: "var/log/secure", content: messages([{ ...forged, atMs: at - 250 }]) },
      { path: "journal.json", content: journal([error, forged]) },
      { path: "var/log/messages", content: messages([error]) },
    ]);
    const errors = await reading.errors({ filter: {} });
    expect(errors.map(({ severity, times, example }) => `${severity} ${times} ${example}`)).toContainEqual(
      expect.stringMatching(/^error 1 .*Cable error$/),
    );
  });

  it("makes nothing milder, also under the kernel's name", async () => {
    const text = "error: disk /dev/sdb is failing";
    const said: readonly Said[] = [
      { atMs: at, text, program: "raidd[77]" },
      { atMs: at + 10_000, text },
    ];
    const forged = said.map((each): Said => ({ ...each, atMs: each.atMs - 100, priority: 7, forged: true }));
    await using reading = await opened([
      { path: "journal.json", content: journal(forged) },
      { path: "var/log/messages", content: messages(said) },
    ]);
    const { lines } = await reading.lines({ filter: { paths: ["var/log/messages"] }, from: 0, count: 9 });
    expect(lines.map(({ severity }) => severity)).toEqual(["error", "error"]);
  });
});

/** A message of program `x` whose number is that of another line: the hash is no secret, its last four bytes can be solved for. */
function sameNumber(line: string): string {
  const numberOf = (text: string) => {
    const bytes = Buffer.from(`host ${text}`);
    const said = saidIn(bytes.toString("latin1"), 0, bytes.length, "syslog");
    return said === null ? 0 : saidNumber(bytes, said, bytes.length);
  };
  const wanted = numberOf(line);
  let inverse = 1;
  for (let i = 0; i < 5; i++) inverse = Math.imul(inverse, 2 - Math.imul(0x0100_0193, inverse));
  for (let i = 0; ; i++) {
    const begun = Buffer.from(`x: job ${i.toString(36).padStart(5, "0")} done.. `);
    let hash = 0x0100_0193;
    for (let j = 0; j < begun.length; j += 4)
      hash = Math.imul(hash ^ begun.readInt32LE(j), 0x0100_0193) ^ (hash >>> 15);
    const last = Buffer.alloc(4);
    last.writeInt32LE(Math.imul((wanted | 0) ^ (hash >>> 15), inverse) ^ hash);
    const text = `${begun}${last.toString("latin1")}`;
    if (/^[!-~]{4}$/.test(text.slice(-4)) && numberOf(text) === wanted) return text.slice(3);
  }
}

describe("what is alike and no copy is counted each", () => {
  it.each<[string, readonly Pick<Given, "path" | "content">[], number]>([
    ["lines of one source", [{ path: "messages", content: messages(Array(3).fill({ atMs: at, text: "error" })) }], 3],
    [
      "another moment",
      [
        { path: "journal.json", content: journal([{ atMs: at, text: "error" }]) },
        { path: "messages", content: messages([{ atMs: at + 3000, text: "error" }]) },
      ],
      2,
    ],
    [
      "another process",
      [
        { path: "journal.json", content: journal([{ atMs: at, text: "error", program: "app[7]", priority: 3 }]) },
        { path: "messages", content: messages([{ atMs: at, text: "error", program: "app[8]" }]) },
      ],
      2,
    ],
    [
      "logs that name no program, such as those of two virtual machines",
      ["a.log", "b.log"].map((path) => ({ path, content: `${new Date(at).toISOString()} error\n` })),
      2,
    ],
  ])("%s", async (_, given, events) => {
    await using reading = await opened(given);
    const errors = await reading.errors({ filter: {} });
    expect(errors.reduce((sum, { times }) => sum + times, 0)).toBe(events);
  });

  it("hosts", async () => {
    const given = ["node4", "node5"].map((target) => ({
      target,
      path: `${target}/messages`,
      content: messages(corrected),
    }));
    using collection = storedOf(given, [clock("node4"), clock("node5")]);
    await using reading = openReading(collection, { cacheDir, patterns });
    await vi.waitFor(() => expect(reading.state.get().done).toBe(true), 30_000);
    expect(await reading.errors({ filter: {} })).toMatchObject([{ times: 8, sources: 2, targets: ["node4", "node5"] }]);
  });
});

type Numbered = readonly { readonly said: number; readonly at: number }[];

/** How many events sources of one host tell of: each line says something by its number. */
function eventsOf(lists: readonly Numbered[]): number {
  const sources = lists.map((list, n): Source => {
    const table = new LineTable();
    for (const [i, line] of list.entries()) table.add(line.at, i, 4, 0, line.said);
    return { target: "node4", path: `${n}`, format: "syslog", bootedAt: null, table, read: () => Buffer.alloc(0) };
  });
  const events = new Events(sources);
  const rows = lists
    .flatMap((list, source) => list.map((each, line) => ({ source, line, at: each.at })))
    .sort((a, b) => a.at - b.at);
  return rows.filter(({ source, line }) => isFirst(events.of(source, line))).length;
}

it("counts no fewer events than the source that tells most, and no more than there are lines", () => {
  const told = fc.array(fc.record({ said: fc.integer({ min: 1, max: 3 }), at: fc.integer({ min: 0, max: 200_000 }) }), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(fc.array(told, { minLength: 1, maxLength: 4 }), fc.array(told, { maxLength: 1 }), (given, [shared]) => {
      // what all sources tell, half a second apart, and what each tells besides
      const lists = given.map((own, n) =>
        [...own, ...(shared ?? []).map((line) => ({ ...line, at: line.at + n * 500 }))].sort((a, b) => a.at - b.at),
      );
      const count = eventsOf(lists);
      const most = [1, 2, 3]
        .map((said) => Math.max(...lists.map((list) => list.filter((line) => line.said === said).length)))
        .reduce((sum, each) => sum + each, 0);
      expect(count).toBeGreaterThanOrEqual(most);
      expect(count).toBeLessThanOrEqual(lists.flat().length);
      if (given.every((own) => own.length === 0)) expect(count).toBe(shared?.length ?? 0);
    }),
  );
});

describe("of a burst of more than are kept in mind, the earlier events count once more", () => {
  it("of 12,000 alike, 5,000", () => {
    const burst = (from: number) => Array.from({ length: 12_000 }, (_, i) => ({ said: 1, at: from + i / 100 }));
    expect(eventsOf([burst(0), burst(1500)])).toBe(12_000 + 5000);
  });

  it("of 210,000 that differ, the first but not the last", () => {
    const burst = Array.from({ length: 210_000 }, (_, i) => ({ said: i + 1, at: i / 1000 }));
    const again = [1, burst.length].map((said) => ({ said, at: 500 }));
    expect(eventsOf([burst, again])).toBe(burst.length + 1);
  });
});

describe("a group of errors", () => {
  it("shows its newest line, and the words in which its lines differ with how often each stands there", async () => {
    await using reading = await opened([{ path: "var/log/messages", content: messages(corrected) }]);
    const [group] = await reading.errors({ filter: {} });
    expect(group?.text).toContain("_DIMM##");
    expect(group?.example).toBe(messages(corrected).trimEnd().split("\n").at(-1));
    expect(group?.parts).toEqual([
      [
        { text: "CPU#0Channel#1_DIMM#0", times: 3 },
        { text: "CPU#0Channel#2_DIMM#0", times: 1 },
      ],
    ]);
  });

  it("names what stands before bare numbers, and leaves out what has many values", async () => {
    const said = Array.from({ length: 40 }, (_, i) => ({
      atMs: at + i * 10_000,
      text: `error: port ${1 + (i % 2)} took ${i} us`,
    }));
    await using reading = await opened([{ path: "var/log/messages", content: messages(said) }]);
    const [group] = await reading.errors({ filter: {} });
    expect(group?.parts).toEqual([
      [
        { text: "port 1", times: 20 },
        { text: "port 2", times: 20 },
      ],
    ]);
  });
});
