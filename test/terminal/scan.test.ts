import { Terminal } from "@xterm/headless";
import fc from "fast-check";
import { expect, test } from "vitest";
import { StreamScanner } from "../../electron/terminal/scan.ts";
import { cleanTitle } from "../../electron/terminal/title.ts";

/** What xterm.js makes of `text`: titles and bells in order, and the row of cells it ends with. */
async function byXterm(text: string): Promise<{ titles: string[]; bells: number }> {
  const terminal = new Terminal({ cols: 80, rows: 24, allowProposedApi: true, logLevel: "off" });
  const titles: string[] = [];
  let bells = 0;
  terminal.onTitleChange((title) => titles.push(title));
  terminal.onBell(() => {
    bells += 1;
  });
  await new Promise<void>((resolve) => terminal.write(text, resolve));
  terminal.dispose();
  return { titles, bells };
}

function byScanner(chunks: readonly string[]): { titles: string[]; bells: number } {
  const scanner = new StreamScanner();
  const titles: string[] = [];
  let bells = 0;
  for (const chunk of chunks) {
    const scan = scanner.scan(chunk);
    if (scan.title !== null) titles.push(scan.title);
    bells += scan.bells;
  }
  return { titles, bells };
}

/** Text rich in what moves a terminal's parser: controls, C1, introducers, identifiers, terminators. */
const hostile = fc
  .array(
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.constantFrom("\x1b", "\x07", "\x1b]", "\x1b[", "\x1bP", "\x1b_", "\x1b\\", "\x18", "\x9c"),
      },
      {
        weight: 3,
        arbitrary: fc.constantFrom("0;", "2;", "1;", "02;", ";", "0", "2", "title", "?", ">", " ", "!", "~"),
      },
      { weight: 2, arbitrary: fc.integer({ min: 0, max: 0xff }).map((code) => String.fromCharCode(code)) },
      {
        weight: 1,
        arbitrary: fc.constantFrom("日本", "😀", "é", "\ufeff", "\r\n", "\x7f", "\x9d", "\x9b", "\x90", "\x98"),
      },
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(""));

function splitAt(text: string, cuts: readonly number[]): string[] {
  const at = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  return [...at, text.length].map((to, index) => text.slice(index === 0 ? 0 : at[index - 1], to));
}

test("bells and the last title are those xterm.js sees, however the stream is split", async () => {
  await fc.assert(
    fc.asyncProperty(hostile, fc.array(fc.nat(), { maxLength: 8 }), async (text, cuts) => {
      const expected = await byXterm(text);
      const seen = byScanner(splitAt(text, cuts));
      expect(seen.bells).toBe(expected.bells);
      expect(seen.titles.at(-1) ?? null).toBe(expected.titles.at(-1) ?? null);
      expect(byScanner([...text].flatMap((character) => character.split("")))).toEqual(expected);
    }),
    { numRuns: 600 },
  );
});

test("a stream begun at any place offered as a cut shows what xterm.js shows of a stream begun there", async () => {
  await fc.assert(
    fc.asyncProperty(hostile, hostile, async (before, text) => {
      const scanner = new StreamScanner();
      scanner.scan(before);
      const { cut } = scanner.scan(text);
      if (cut < 0) return;
      const rest = text.slice(cut);
      const whole = await byXterm(before + text);
      const head = await byXterm(before + text.slice(0, cut));
      const tail = await byXterm(rest);
      expect({ titles: [...head.titles, ...tail.titles], bells: head.bells + tail.bells }).toEqual(whole);
    }),
    { numRuns: 300 },
  );
});

test("a title of 12 MB is dropped as xterm.js drops it, one of 9 MB is kept short", () => {
  const megabyte = "x".repeat(1_000_000);
  const title = (megabytes: number) => byScanner(["\x1b]2;", ...Array<string>(megabytes).fill(megabyte), "\x07"]);
  expect(title(12)).toEqual({ titles: [], bells: 0 });
  expect(title(9).titles[0]?.length).toBe(4096);
});

test("a title keeps no control characters, no direction overrides and at most 200 characters", () => {
  expect(cleanTitle("  root@node01:\u202e~\u0000\n/x\u2028 ")).toBe("root@node01: ~ /x");
  expect(cleanTitle("😀".repeat(300))).toBe("😀".repeat(200));
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 500 }), (title) => {
      const clean = cleanTitle(title);
      expect(clean).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect([...clean].length).toBeLessThanOrEqual(200);
      expect(cleanTitle(clean)).toBe(clean);
    }),
  );
});
