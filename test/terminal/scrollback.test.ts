import fc from "fast-check";
import { expect, test } from "vitest";
import { StreamScanner } from "../../electron/terminal/scan.ts";
import { blockUnits, Scrollback } from "../../electron/terminal/scrollback.ts";

const limit = 4 * blockUnits;

function fill(scrollback: Scrollback, pieces: Iterable<string>): void {
  const scanner = new StreamScanner();
  for (const piece of pieces) scrollback.append(piece, scanner.scan(piece));
}

function readAll(scrollback: Scrollback, from: number): string {
  let text = "";
  for (let offset = from; offset < scrollback.end; ) {
    const chunk = scrollback.read(offset, 10_000);
    text += chunk;
    offset += chunk.length;
  }
  return text;
}

test("holds the newest text within its limit and replays it from a line start", () => {
  const lines = Array.from({ length: 40_000 }, (_, index) => `\x1b[32mline ${index}\x1b[0m 😀\r\n`);
  const whole = lines.join("");
  const scrollback = new Scrollback(limit);
  fill(scrollback, lines);
  expect(scrollback.end).toBe(whole.length);
  expect(scrollback.end - scrollback.start).toBeLessThanOrEqual(limit);
  const start = scrollback.replayStart();
  expect(start).toBeGreaterThan(0);
  expect(whole.slice(start - 2, start)).toBe("\r\n");
  expect(readAll(scrollback, start)).toBe(whole.slice(start));
});

test("a stream without newlines is cut between sequences and never inside a surrogate pair", () => {
  const piece = "\x1b[1;31m😀\x1b]0;t\x07";
  const scrollback = new Scrollback(limit);
  const whole = piece.repeat(60_000);
  // 997 is prime, so that block borders meet every place of the piece.
  fill(scrollback, whole.match(/[\s\S]{1,997}/g) ?? []);
  const start = scrollback.replayStart();
  expect(start).toBeGreaterThan(0);
  expect(["\x1b[1", "😀\x1b", "\x1b]0"]).toContain(whole.slice(start, start + 3));
  expect(readAll(scrollback, start)).toBe(whole.slice(start));
});

test("the inside of one endless sequence is never replayed; what follows its end is", () => {
  const scanner = new StreamScanner();
  const scrollback = new Scrollback(limit);
  const add = (text: string) => scrollback.append(text, scanner.scan(text));
  add("\x1bPq");
  for (let index = 0; index < 20; index += 1) add("s".repeat(blockUnits));
  expect(scrollback.replayStart()).toBe(scrollback.end);
  add("\x1b\\shown");
  expect(readAll(scrollback, scrollback.replayStart())).toBe("shown");
});

test("reads are exact and split no pair, whatever the writes and the sizes", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: "binary", maxLength: 50 }), { maxLength: 30 }),
      fc.integer({ min: 2, max: 40 }),
      (pieces, size) => {
        const scrollback = new Scrollback(limit);
        fill(scrollback, pieces);
        const whole = pieces.join("");
        let text = "";
        while (text.length < whole.length) {
          const chunk = scrollback.read(text.length, size);
          expect(chunk.isWellFormed()).toBe(true);
          text += chunk;
        }
        expect(text).toBe(whole);
      },
    ),
  );
});

test("text of one and of two bytes a character is held exactly, whatever follows what", () => {
  const scrollback = new Scrollback(8 * blockUnits);
  const whole = ["é".repeat(blockUnits - 1), "日本😀\n", "x".repeat(blockUnits), "ÿĀ", "y".repeat(blockUnits)];
  fill(scrollback, whole);
  expect(readAll(scrollback, 0)).toBe(whole.join(""));
  scrollback.setLimit(2 * blockUnits);
  fill(scrollback, whole);
  expect(readAll(scrollback, scrollback.start)).toBe(whole.join("").repeat(2).slice(scrollback.start));
});

test("a smaller share takes effect at once", () => {
  const scrollback = new Scrollback(limit);
  fill(scrollback, Array<string>(6).fill("x\n".repeat(blockUnits / 2)));
  scrollback.setLimit(blockUnits);
  expect(scrollback.end - scrollback.start).toBe(blockUnits);
});
