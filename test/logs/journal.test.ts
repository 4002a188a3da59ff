/** The journal of a collection: the last word counts, what is torn or foreign does not. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { readJournal, writeJournalLine } from "../../electron/logs/collect/journal.ts";
import { atOnce } from "../../electron/steps.ts";
import { toldOf } from "./collection-samples.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const result = { ...toldOf(), n: 3, sizeBytes: 5, sha256: "ab" };
const segment = { n: 3, pieces: [{ packing: "zst" as const, at: 0 }], storedBytes: 9, source: null };
const clock = {
  target: "node01",
  offsetMs: 5,
  uncertaintyMs: 1,
  measuredAt: 1,
  zone: "CET",
  zoneMinutes: 60,
  bootedAt: null,
};

test("results, clocks and segments are read, the last of each", () => {
  const text = [
    { result: { ...result, n: 1 } },
    { segment },
    { result: { ...result, sizeBytes: 4 } },
    { result },
    { clock },
    { clock: { ...clock, offsetMs: 7 } },
  ]
    .map(writeJournalLine)
    .join("");
  expect(atOnce(readJournal(bytes(text)))).toEqual({
    results: new Map([
      [1, { ...result, n: 1 }],
      [3, result],
    ]),
    clocks: new Map([["node01", { ...clock, offsetMs: 7 }]]),
    segments: new Map([[3, segment]]),
    goodBytes: bytes(text).length,
  });
});

test("a result that was gone on with counts no more until there is a new one", () => {
  const text = writeJournalLine({ result }) + writeJournalLine({ segment });
  expect(atOnce(readJournal(bytes(text))).results.size).toBe(0);
});

test("a torn last line is dropped, also where it would read as a line, and what is foreign is passed over", () => {
  const whole = `${writeJournalLine({ result })}\0\0\n{"result":{"n":1}}\n`;
  const torn = writeJournalLine({ clock }).trimEnd();
  for (let length = 0; length <= torn.length; length++) {
    const journal = atOnce(readJournal(bytes(whole + torn.slice(0, length))));
    expect(journal.results).toEqual(new Map([[3, result]]));
    expect(journal.clocks.size).toBe(0);
    expect(journal.goodBytes).toBe(bytes(whole).length);
  }
});

test("any bytes give a journal", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (noise) => {
      const journal = atOnce(readJournal(Uint8Array.from([...bytes(writeJournalLine({ result })), ...noise])));
      expect(journal.goodBytes).toBeLessThanOrEqual(noise.length + writeJournalLine({ result }).length);
      expect(journal.results.has(3)).toBe(true);
    }),
  );
});
