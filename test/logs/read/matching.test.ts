/** Looking through blocks of bytes finds what looking at each line would. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import type { LogFilter } from "../../../electron/contract/logs/reading.ts";
import { literalOf } from "../../../electron/logs/read/literal.ts";
import { openReading } from "../../../electron/logs/read/reading.node.ts";
import { clock, storedOf } from "./stored.ts";

it.each([
  ["port 11 took [1-9] us", "port 11 took "],
  ["a\\.b\\\\c", "a.b\\c"],
  ["^\\bkernel: .*panic$", "kernel: "],
  ["colou?r", "colo"],
  ["ab+c", "ab"],
  ["abc{2}de", "ab"],
  ["abc*de", "ab"],
  ["(error|failed) at", " at"],
  ["error|failed", ""],
  ["kiss.{1,10000000000000000000}end", "kiss"],
  ["[)|(]rest(?<!\\)|[)])end", "rest"],
  ["größe", "gr"],
  ["\\x41BC", ""],
  ["\\u{41}BC", ""],
  ["(?<n>a)\\k<n>bcd", ""],
  ["", ""],
])("%s holds %j in each match", (source, literal) => {
  expect(literalOf(source)).toBe(literal);
  expect(() => new RegExp(source, "iu")).not.toThrow();
});

it("gives only texts that all matches hold", () => {
  const piece = fc.constantFrom(
    ...["a", "bc", "K", "s", " ", "\\.", "\\d", "\\w", ".", "[x|(]", "[^a\\]]", "(p|qr)", "(?:ab)", "é", "-", "\\/"],
  );
  const quantifier = fc.constantFrom("", "", "", "+", "*", "?", "{2}", "{0,1}", "+?", "*?");
  const source = fc
    .array(fc.tuple(piece, quantifier), { minLength: 1, maxLength: 8 })
    .map((parts) =>
      parts.map(([each, times]) => `${each.length === 2 && times ? `(?:${each})` : each}${times}`).join(""),
    );
  fc.assert(
    fc.property(
      source.chain((text) => fc.tuple(fc.constant(text), fc.stringMatching(new RegExp(text, "u")))),
      ([text, match]) => {
        fc.pre(new RegExp(text, "iu").test(match));
        expect(match.toLowerCase()).toContain(literalOf(text).toLowerCase());
      },
    ),
    { numRuns: 500 },
  );
});

it("finds in megabytes, over the borders of blocks, what looking at each line finds", async () => {
  const words = ["Port", "ERROR", "größe", "\u212Aernel", "di\u017Fk", "disk", "kernel", "a.b", "x\ry", "took 5 us"];
  let seed = 7;
  const next = (below: number) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return (seed >>> 8) % below;
  };
  const lines = Array.from({ length: 30_000 }, (_, i) => {
    const said = Array.from({ length: 2 + next(12) }, () => (next(6) === 0 ? words[next(words.length)] : "padding"));
    return `${new Date(Date.UTC(2026, 0, 20) + i * 10).toISOString()} ${i} ${said.join(" ")}${next(9) === 0 ? "\r" : ""}`;
  });
  const cacheDir = mkdtempSync(join(tmpdir(), "halfrack-matching-"));
  // two sources, so that windows hold lines of both by turns
  using collection = storedOf(
    [0, 1].map((rest) => ({
      target: "node1",
      path: `${rest}`,
      content: lines
        .filter((_, i) => i % 2 === rest)
        .map((line) => `${line}\n`)
        .join(""),
    })),
    [clock("node1")],
  );
  // U+212A is no k in a text, but is in an expression with the flags iu.
  const small = (text: string) => text.replaceAll(/[A-ZÖ]/g, (letter) => letter.toLowerCase());
  const naive = ({ text, regex }: LogFilter) => {
    const expression = regex === undefined ? null : new RegExp(regex, "iu");
    return lines.filter((line) => {
      const shown = line.replace(/\r$/, "");
      return expression ? expression.test(shown) : small(line).includes(small(text ?? ""));
    }).length;
  };
  try {
    await using reading = openReading(collection, { cacheDir, patterns: [] });
    await vi.waitFor(() => expect(reading.state.get().done).toBe(true), 30_000);
    for (const filter of [
      ...["port error", "PORT", "größe", "A.B", "took 5 us", "padding p", "kernel", "999", "x\ry"].map((text) => ({
        text,
      })),
      ...[
        "port",
        "port.*error",
        "kernel",
        "disk",
        "^\\S+ \\d*77 ",
        "us$",
        "größe|port",
        "a\\.b (?!padding)",
        "[k]ernel",
        "x\\sy",
      ].map((regex) => ({ regex })),
      { regex: "port", text: "error" },
    ]) {
      let found = await reading.lines({ filter, from: 2 ** 40, count: 1 });
      while (!found.complete) found = await reading.lines({ filter, from: 2 ** 40, count: 1 });
      const both = "text" in filter && "regex" in filter;
      const wanted = both
        ? lines.filter((line) => /port/iu.test(line) && line.toLowerCase().includes("error")).length
        : naive(filter);
      expect({ filter, total: found.total }).toEqual({ filter, total: wanted });
      expect(wanted).toBeGreaterThan(0);
    }
  } finally {
    rmSync(cacheDir, { recursive: true, force: true });
  }
}, 60_000);

it("looks for several things in the beginning of a very long line", async () => {
  const cacheDir = mkdtempSync(join(tmpdir(), "halfrack-matching-"));
  const content = `Jan 13 10:00:05 node4 app[7]: alpha beta ${"x".repeat(1_200_000)}\n`;
  using collection = storedOf([{ target: "node4", path: "messages", content }], [clock("node4")]);
  await using reading = openReading(collection, { cacheDir, patterns: [] });
  await vi.waitFor(() => expect(reading.state.get().done).toBe(true), 30_000);
  const rows = async (filter: LogFilter) => (await reading.lines({ filter, from: 0, count: 9 })).total;
  expect([await rows({ text: "alpha", regex: "beta" }), await rows({ text: "alpha", regex: "gamma" })]).toEqual([1, 0]);
  rmSync(cacheDir, { recursive: true, force: true });
});
