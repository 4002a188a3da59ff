import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openReading, type Reading } from "../../../electron/logs/read/reading.node.ts";
import type { StoredCollection } from "../../../electron/logs/stored.node.ts";
import { clock, storedOf } from "./stored.ts";

let cacheDir = "";
beforeEach(() => {
  cacheDir = mkdtempSync(join(tmpdir(), "halfrack-reading-"));
});
afterEach(() => {
  rmSync(cacheDir, { recursive: true, force: true });
});

async function opened(collection: StoredCollection): Promise<Reading> {
  const reading = openReading(collection, { cacheDir, patterns: [] });
  await vi.waitFor(() => expect(reading.state.get().done || reading.state.get().fault).toBeTruthy(), 20_000);
  return reading;
}

it("merges hosts whose clocks are wrong in the order of this machine's clock", async () => {
  using collection = storedOf(
    [
      {
        target: "node1",
        path: "nodes/node1/files/var/log/messages",
        content: "Jan 20 10:00:00 node1 a: one\nJan 20 10:00:02 node1 a: three\n",
      },
      {
        target: "node2",
        path: "nodes/node2/files/var/log/messages",
        content: "Jan 20 11:00:01 node2 a: two\nJan 20 11:00:03 node2 a: four\n",
      },
    ],
    [clock("node1"), clock("node2", { offsetMs: 3_600_000 })],
  );
  await using reading = await opened(collection);
  const page = await reading.lines({ filter: {}, from: 0, count: 10 });
  expect(page.lines.map(({ text }) => text.split(": ")[1])).toEqual(["one", "two", "three", "four"]);
  expect(page.lines[1]).toEqual({
    row: 1,
    target: "node2",
    path: "nodes/node2/files/var/log/messages",
    line: 1,
    at: Date.UTC(2026, 0, 20, 10, 0, 1),
    stamp: "guessed",
    severity: "info",
    text: "Jan 20 11:00:01 node2 a: two",
    cut: false,
    patterns: [],
  });
});
