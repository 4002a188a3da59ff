/** How a collection's header is kept: read in turns however large somebody else's is, named anew without being read. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { CollectionHeader } from "../../electron/contract/logs/entry.ts";
import { type HeaderFile, readHeader, renamed, writeHeader } from "../../electron/logs/collect/header.ts";
import { readJournal, writeJournalLine } from "../../electron/logs/collect/journal.ts";
import { atOnce, itemsAStep, type Steps } from "../../electron/steps.ts";
import { headerOf } from "./bundle-scene.ts";
import { toldOf } from "./collection-samples.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const read = (text: string) => atOnce(readHeader(bytes(text)));
const fileOf = (count: number, of: Partial<CollectionHeader> = {}): HeaderFile => ({
  kind: "bundle",
  path: "/home/admin/case.tar.zst",
  header: headerOf(
    Array.from({ length: count }, (_, n) => ({ target: "node1", item: "log", path: `nodes/node1/${n}`, content: "" })),
    of,
  ),
});

function stopsOf(steps: Steps<unknown>): number {
  let stops = 0;
  while (!steps.next().done) stops++;
  return stops;
}

test("any header comes back as it was, also after it was named anew", () => {
  const word = fc.string({ unit: "binary" });
  fc.assert(
    fc.property(fc.nat(3), word, word, word, (count, name, notes, other) => {
      const file = fileOf(count, { name, notes });
      const text = writeHeader(file);
      expect(read(text)).toEqual(file);
      const again = `${Buffer.from(renamed(bytes(text), { name: other }))}`;
      expect(again).toBe(writeHeader({ ...file, header: { ...file.header, name: other } }));
    }),
  );
});

test("one that ends early is none", () => {
  const text = writeHeader(fileOf(2));
  for (let length = 0; length < text.length; length++) expect(() => read(text.slice(0, length))).toThrow();
});

test("the loop has a turn after some entries and some lines of the journal, however many there are", () => {
  const entries = 20 * itemsAStep;
  expect(stopsOf(readHeader(bytes(writeHeader(fileOf(entries)))))).toBeGreaterThanOrEqual(19);
  const line = (n: number) => writeJournalLine({ result: { ...toldOf(), n, sizeBytes: 0, sha256: null } });
  const journal = bytes(Array.from({ length: entries }, (_, n) => line(n)).join(""));
  expect(stopsOf(readJournal(journal))).toBeGreaterThanOrEqual(19);
});
