import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logSeveritySchema } from "../../../electron/contract/logs/reading.ts";
import { LineFinder } from "../../../electron/logs/read/line-finder.ts";
import { mergeLines } from "../../../electron/logs/read/merge.ts";
import type { Circumstances } from "../../../electron/logs/read/placing.ts";
import { severities } from "../../../electron/logs/read/severity.ts";
import { stampKinds } from "../../../electron/logs/read/table.ts";
import { zoneOf } from "../../../electron/logs/read/zone.ts";

const utc = zoneOf("UTC", 0, 0);
const berlin = zoneOf("Europe/Berlin", 60, Date.UTC(2026, 0, 20));
const last = Date.UTC(2026, 0, 20, 12);

function found(text: string, known: Partial<Circumstances> = {}, kind: "log" | "sel" | "switch" = "log", pieces = 1) {
  const finder = new LineFinder({
    circumstances: { zone: utc, offsetMs: 0, lastMs: last, bootedMs: null, ...known },
    collectedMs: 1000,
    kind,
    judged: true,
  });
  const size = Math.ceil(text.length / pieces);
  for (let at = 0; at < text.length; at += size) finder.feed(text.slice(at, at + size));
  const { format, notes } = finder.finish();
  const { table } = finder;
  const lines = Array.from({ length: table.lines }, (_, line) => ({
    at: Number.isNaN(table.at(line)) ? null : new Date(table.at(line)).toISOString(),
    text: text.slice(table.offset(line), table.offset(line + 1)),
    stamp: stampKinds[table.stamp(line)],
    severity: table.severity(line),
  }));
  return { lines, times: lines.map(({ at }) => at), format, notes, table };
}

describe("the year of stamps that have none", () => {
  it("changes over New Year, in a file that was last changed after it", () => {
    const { lines, format, notes } = found("Dec 31 23:59:59 h a: old\nJan  1 00:00:00 h a: new\n", {
      lastMs: Date.UTC(2026, 0, 1, 0, 0, 5),
    });
    expect(lines).toEqual([
      { at: "2025-12-31T23:59:59.000Z", text: "Dec 31 23:59:59 h a: old\n", stamp: "guessed", severity: 6 },
      { at: "2026-01-01T00:00:00.000Z", text: "Jan  1 00:00:00 h a: new\n", stamp: "guessed", severity: 6 },
    ]);
    expect(format).toBe("syslog");
    expect(notes).toEqual(["Its stamps have no year: concluded from their order and from when it last changed."]);
  });

  it("is an earlier one in a rotated file", () => {
    expect(found("Nov  3 10:00:00 h a: b\n", { lastMs: Date.UTC(2024, 10, 9) }).times).toEqual([
      "2024-11-03T10:00:00.000Z",
    ]);
  });

  it("is right where a file runs over more than a year", () => {
    const text = "Jan  3 00:00:00 h a: b\nJul  1 00:00:00 h a: b\nDec 20 00:00:00 h a: b\nJan  5 00:00:00 h a: b\n";
    expect(found(text, { lastMs: Date.UTC(2026, 0, 5, 0, 1) }).times).toEqual([
      "2025-01-03T00:00:00.000Z",
      "2025-07-01T00:00:00.000Z",
      "2025-12-20T00:00:00.000Z",
      "2026-01-05T00:00:00.000Z",
    ]);
  });

  it("goes back for a line that comes late", () => {
    const text = "Jan  1 00:00:02 h a: b\nDec 31 23:59:58 h a: late\nJan  1 00:00:03 h a: b\n";
    expect(found(text, { lastMs: Date.UTC(2026, 0, 1, 1) }).times).toEqual([
      "2026-01-01T00:00:02.000Z",
      "2025-12-31T23:59:58.000Z",
      "2026-01-01T00:00:03.000Z",
    ]);
  });

  it("is a leap year for 29 February", () => {
    expect(found("Feb 29 10:00:00 h a: b\n", { lastMs: Date.UTC(2026, 2, 1) }).times).toEqual([
      "2024-02-29T10:00:00.000Z",
    ]);
  });
});

describe("summer time", () => {
  it("gives the hour that comes twice both its meanings, by order", () => {
    const text = ["01:59:59", "02:30:00", "02:59:59", "02:00:00", "02:30:00", "03:00:00"]
      .map((time) => `2025-10-26 ${time} a\n`)
      .join("");
    expect(found(text, { zone: berlin }).times).toEqual([
      "2025-10-25T23:59:59.000Z",
      "2025-10-26T00:30:00.000Z",
      "2025-10-26T00:59:59.000Z",
      "2025-10-26T01:00:00.000Z",
      "2025-10-26T01:30:00.000Z",
      "2025-10-26T02:00:00.000Z",
    ]);
  });

  it("reads the hour that does not exist as a clock that was not put forward", () => {
    expect(
      found("2025-03-30 01:59:59 a\n2025-03-30 02:30:00 a\n2025-03-30 03:31:00 a\n", { zone: berlin }).times,
    ).toEqual(["2025-03-30T00:59:59.000Z", "2025-03-30T01:30:00.000Z", "2025-03-30T01:31:00.000Z"]);
  });

  it("is not believed of a zone whose offset is another than was measured", () => {
    expect(zoneOf("Europe/Berlin", 0, last).offsetAt(Date.UTC(2025, 6, 1))).toBe(0);
    expect(zoneOf("no such zone", 330, last).offsetAt(0)).toBe(330 * 60_000);
  });

  it("takes every wall clock there and back", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2e12 }), (ms) => {
        const back = berlin.toUtc(ms + berlin.offsetAt(ms), Number.NEGATIVE_INFINITY);
        expect([0, 3_600_000]).toContain(ms - back);
      }),
    );
  });
});

describe("seconds since the boot", () => {
  const text = "[    0.000000] Linux version 3.10\n[   12.500000] ready\n";
  it("are put after it, on this machine's clock", () => {
    const { times, notes } = found(text, { bootedMs: Date.UTC(2026, 0, 20, 8), offsetMs: 60_000 });
    expect(times).toEqual(["2026-01-20T07:59:00.000Z", "2026-01-20T07:59:12.500Z"]);
    expect(notes).toEqual(["It counts seconds since the boot: where the host slept, its lines stand too early."]);
  });

  it("of an earlier boot end where the file last changed", () => {
    const { times } = found(text, { bootedMs: Date.UTC(2026, 0, 20, 8), lastMs: Date.UTC(2026, 0, 10) });
    expect(times).toEqual(["2026-01-09T23:59:47.500Z", "2026-01-10T00:00:00.000Z"]);
  });

  it("have no time where the boot is not known, and none before the last boot in the file", () => {
    expect(found(text).times).toEqual([null, null]);
    const twice = "[  900.000000] first\n[    1.000000] second\n";
    expect(found(twice, { bootedMs: Date.UTC(2026, 0, 20, 8) }).times).toEqual([null, "2026-01-20T08:00:01.000Z"]);
  });
});

describe("lines", () => {
  it("without a stamp stay with the line before, and are as grave", () => {
    const { lines } = found(
      "2026-01-20T10:00:00Z app: error: it broke\n  at a.c:1\n  at b.c:2\n2026-01-20T10:00:01Z app: fine\n",
    );
    expect(lines.map(({ at, stamp, severity }) => [at, stamp, severity])).toEqual([
      ["2026-01-20T10:00:00.000Z", "own", 3],
      ["2026-01-20T10:00:00.000Z", "line-before", 3],
      ["2026-01-20T10:00:00.000Z", "line-before", 3],
      ["2026-01-20T10:00:01.000Z", "own", 6],
    ]);
  });

  it("of a file without any stamp stand where it was collected", () => {
    const { lines, format, notes } = found("one\nkernel panic\n");
    expect(lines.map(({ at, stamp, severity }) => [at, stamp, severity])).toEqual([
      ["1970-01-01T00:00:01.000Z", "collected", 6],
      ["1970-01-01T00:00:01.000Z", "collected", 2],
    ]);
    expect([format, notes]).toEqual(["text", ["No stamps: it stands where it was collected."]]);
  });

  it("are judged by their words, where none says that there is nothing", () => {
    const severity = (words: string) => found(`2026-01-20T10:00:00Z a: ${words}\n`).lines[0]?.severity;
    expect(
      ["an error", "no errors", "0 errors", "errors: 0", "errors: 3", "it failed", "warning", "timed out", "panic"].map(
        severity,
      ),
    ).toEqual([3, 6, 6, 6, 3, 3, 4, 4, 2]);
    // /proc/interrupts counts them, also where there was none
    expect(["MCP:  27  11   Machine check polls", "CPU 2: Machine Check Exception: 4 Bank 4"].map(severity)).toEqual([
      6, 2,
    ]);
  });

  it("are the same however the content comes in pieces", () => {
    const line = fc.oneof(
      fc.constant("2026-01-20T10:00:00Z a: error"),
      fc.constant("Jan 20 10:00:00 h a: b\r"),
      fc.constant(`Jan 20 10:00:01 h ${"x".repeat(70_000)}`),
      fc.string().map((text) => Buffer.from(text).toString("latin1").replaceAll("\n", "")),
    );
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 12 }),
        fc.integer({ min: 2, max: 9 }),
        fc.boolean(),
        (lines, pieces, ends) => {
          const text = lines.join("\n") + (ends ? "\n" : "");
          const whole = found(text);
          const parts = found(text, {}, "log", pieces);
          expect(parts.lines.map(({ at, text }) => [at, text])).toEqual(whole.lines.map(({ at, text }) => [at, text]));
          expect(whole.lines.map(({ text }) => text).join("")).toBe(text);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("merging", () => {
  const order = (...texts: string[]) => {
    const all = texts.map((text) => found(text));
    const { lines, bases } = mergeLines(all.map(({ table }) => table));
    const words = all.flatMap((one) => one.lines.map(({ text }) => text.trim().split(" ").at(-1)));
    expect(bases.at(-1)).toBe(words.length);
    return [...lines].map((number) => words[number]);
  };

  it("keeps a message of several lines together among lines of the same time", () => {
    const a = "2026-01-20T10:00:00Z a1\n a2\n a3\n2026-01-20T10:00:01Z a4\n";
    const b = "2026-01-20T10:00:00Z b1\n b2\n2026-01-20T10:00:00Z b3\n";
    expect(order(a, b)).toEqual(["a1", "a2", "a3", "b1", "b2", "b3", "a4"]);
  });

  it("keeps a file's own order where its clock shook", () => {
    const a = "2026-01-20T10:00:05Z a1\n2026-01-20T10:00:03Z a2\n2026-01-20T10:00:06Z a3\n";
    expect(order(a, "2026-01-20T10:00:04Z b1\n")).toEqual(["b1", "a1", "a2", "a3"]);
  });

  it("goes by a file's own stamps again where its clock was set back", () => {
    const a = "2026-01-20T12:00:00Z a1\n2026-01-20T10:00:00Z a2\n2026-01-20T10:00:02Z a3\n";
    expect(order(a, "2026-01-20T10:00:01Z b1\n")).toEqual(["a2", "b1", "a3", "a1"]);
    expect(found(a).notes).toEqual(["Its clock was set back once."]);
  });

  it("loses no line and keeps the order of files whose clocks only go forward", () => {
    const file = fc.array(fc.nat(500), { maxLength: 30 }).map((steps) => {
      let second = 0;
      return steps.map((step) => {
        second += step;
        return new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString();
      });
    });
    fc.assert(
      fc.property(fc.array(file, { minLength: 1, maxLength: 6 }), (files) => {
        const tables = files.map((stamps) => found(stamps.map((stamp) => `${stamp} x\n`).join("")).table);
        const { lines, bases } = mergeLines(tables);
        expect([...lines].sort((a, b) => a - b)).toEqual([...lines.keys()]);
        const times = [...lines].map((number) => {
          const source = bases.findLastIndex((base) => base <= number);
          return tables[source]?.at(number - (bases[source] ?? 0)) ?? 0;
        });
        expect(times).toEqual([...times].sort((a, b) => a - b));
      }),
    );
  });
});

it("severities are numbered as the contract lists them", () => {
  expect(severities).toEqual(logSeveritySchema.options);
});
