import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it, vi } from "vitest";
import { openReading } from "../../../electron/logs/read/reading.node.ts";
import type { StoredCollection } from "../../../electron/logs/stored.node.ts";
import { clock, storedOf } from "./stored.ts";

const megabytes = 200;
const begun = Date.UTC(2026, 0, 20);

/** A megabyte of lines a hundredth of a second apart; one of them alone holds `needle`. */
function piece(index: number): Buffer {
  const lines: string[] = [];
  for (let bytes = 0, i = 0; bytes < 1 << 20; i++) {
    const stamp = new Date(begun + index * 100_000 + i * 10).toISOString();
    const line = `${stamp} node1 app[${i}]: request ${index * 31 + i} took ${(i * 7) % 900} ms${index === 170 && i === 5 ? " Needle" : ""}`;
    lines.push(line);
    bytes += line.length + 1;
  }
  return Buffer.from(`${lines.join("\n")}\n`);
}

setFlagsFromString("--expose-gc");
/** Without what only waits to be collected in this thread, where the lines are made. */
const collectGarbage: () => void = runInNewContext("gc");
function residentBytes(): number {
  collectGarbage();
  return process.memoryUsage().rss;
}

it(`reads ${megabytes} MB in bounded memory, and finds one line among millions`, { timeout: 240_000 }, async () => {
  const cacheDir = mkdtempSync(join(tmpdir(), "halfrack-reading-"));
  using small = storedOf(
    [{ target: "node1", path: "a", content: "x", result: { sizeBytes: megabytes << 20 } }],
    [clock("node1")],
  );
  const first = 60;
  let afterFirst = 0;
  let most = 0;
  const collection: StoredCollection = {
    ...small,
    open: async () =>
      Readable.from(
        (function* () {
          for (let i = 0; i < megabytes; i++) {
            if (i % 10 === 0) most = Math.max(most, residentBytes());
            if (i === first) afterFirst = most;
            yield piece(i);
          }
        })(),
      ),
  };
  try {
    await using reading = openReading(collection, { cacheDir, patterns: [] });
    await vi.waitFor(() => expect(reading.state.get().done).toBe(true), { timeout: 200_000, interval: 200 });
    let found = await reading.lines({ filter: { text: "needle" }, from: 0, count: 10 });
    while (!found.complete) found = await reading.lines({ filter: { text: "needle" }, from: 0, count: 10 });
    most = Math.max(most, residentBytes());
    expect(found.lines.map(({ at, text }) => [at, text.endsWith("Needle")])).toEqual([
      [begun + 170 * 100_000 + 50, true],
    ]);
    expect(reading.state.get().lines).toBeGreaterThan(2_000_000);
    // What came after the first part is not held: only 21 bytes a line are, and they are two million.
    expect((most - afterFirst) / 2 ** 20).toBeLessThan((megabytes - first) * 0.85);
  } finally {
    rmSync(cacheDir, { recursive: true, force: true });
  }
});
