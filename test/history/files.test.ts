/** The files of a history: whose they are, and what becomes of damaged ones. */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openStore, readingOf, sampleOf } from "./store.ts";

let dir = "";
let path = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "halfrack-history-"));
  path = join(dir, "history.sqlite");
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const start = Date.UTC(2026, 0, 5, 8);
const now = () => start + 86_400_000;
const damaged = () => readdirSync(dir).filter((name) => /damaged-[^.]*Z$/.test(name));

it.skipIf(process.platform === "win32")("are their owner's alone, also those that others could read before", () => {
  const first = openStore(dir, { now }).history;
  first.counters(readingOf(start, sampleOf(1, {})));
  const files = ["", "-wal", "-shm"].map((ending) => path + ending);
  for (const file of files) chmodSync(file, 0o664);
  const { history } = openStore(dir, { now });
  history.counters(readingOf(start + 1000, sampleOf(1, {})));
  expect(files.map((file) => (statSync(file).mode & 0o777).toString(8))).toEqual(["600", "600", "600"]);
  first[Symbol.dispose]();
  history[Symbol.dispose]();
});

it("stay in place when the second process meets the damage that the first one has moved aside", () => {
  const before = openStore(dir, { now }).history;
  for (let at = 0; at < 300; at++)
    before.counters(readingOf(start + at * 10_000, ...[1, 2, 3, 4].map((port) => sampleOf(port, {}, at))));
  before[Symbol.dispose]();
  const late = openStore(dir, { now }).history;
  expect(late.usage().readings).toBe(300);
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.fill(0x5a));
  const first = openStore(dir, { now }).history;
  first.counters(readingOf(start + 4_000_000, sampleOf(1, {})));
  expect(first.usage()).toMatchObject({ readings: 1, fault: { code: "history.moved-aside" } });

  // What it reads is damaged, whichever of its pages it still remembers.
  expect(late.ports({ sinceMs: 86_400_000, points: 10 }).ports).toHaveLength(1);
  late.counters(readingOf(start + 4_010_000, sampleOf(1, {})));
  expect(damaged()).toHaveLength(1);
  expect(late.usage()).toMatchObject({ kept: true, readings: 2 });
  expect(first.usage()).toMatchObject({ kept: true, readings: 2, damaged: { files: 1 } });
  first[Symbol.dispose]();
  late[Symbol.dispose]();
});

it("that were moved aside are few, counted, and deleted with the history", async () => {
  for (const round of [1, 2, 3, 4, 5]) {
    writeFileSync(path, `Damage ${round}. `.repeat(500));
    const { history } = openStore(dir, { now });
    history.counters(readingOf(start, sampleOf(1, {})));
    history[Symbol.dispose]();
  }
  const { history } = openStore(dir, { now });
  const texts = damaged().map((name) => readFileSync(join(dir, name), "utf8").slice(0, 9));
  expect(texts.sort()).toEqual(["Damage 4.", "Damage 5."]);
  expect(history.usage().damaged).toEqual({ files: 2, sizeBytes: 2 * 500 * 10 });
  expect((await history.clear()).damaged).toEqual({ files: 0, sizeBytes: 0 });
  expect(damaged()).toEqual([]);
  history[Symbol.dispose]();
});

it("that were moved aside keep the largest among them: the one with the months goes for no empty one", () => {
  for (const [round, size] of [
    [1, 900],
    [2, 500],
    [3, 500],
    [4, 500],
  ] as const) {
    writeFileSync(path, `Damage ${round}. `.repeat(size));
    const { history } = openStore(dir, { now });
    history.counters(readingOf(start, sampleOf(1, {})));
    history[Symbol.dispose]();
  }
  const texts = damaged().map((name) => readFileSync(join(dir, name), "utf8").slice(0, 9));
  expect(texts.sort()).toEqual(["Damage 1.", "Damage 4."]);
});

it("are not deleted while another process holds the history, and that is told", async () => {
  writeFileSync(path, "Damage. ".repeat(500));
  const { history } = openStore(dir, { now });
  history.counters(readingOf(start, sampleOf(1, {})));
  const other = new DatabaseSync(path);
  other.exec("BEGIN IMMEDIATE");
  await expect(history.clear()).rejects.toMatchObject({ fault: { code: "history.busy", retry: true } });
  expect(damaged()).toHaveLength(1);
  other.exec("ROLLBACK");
  other.close();
  expect(history.usage().readings).toBe(1);
  expect(await history.clear()).toMatchObject({ readings: 0, damaged: { files: 0 } });
  history[Symbol.dispose]();
});

it("stay closed once the history was, also where something is asked of it then", async () => {
  const { history } = openStore(dir, { now });
  history.counters(readingOf(start, sampleOf(1, {})));
  const clearing = history.clear();
  history[Symbol.dispose]();
  rmSync(path);
  expect(history.usage()).toMatchObject({ readings: 0, sizeBytes: 0 });
  expect(history.events({ sinceMs: 1000, limit: 1, filter: {} }).events).toEqual([]);
  await clearing;
  expect(readdirSync(dir)).toEqual([]);
});
