/** What a library holds while its sources are still made whole. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { Library, type SourceFacts } from "../../../electron/logs/read/library.node.ts";
import { windowRows } from "../../../electron/logs/read/view.ts";

const at = Date.UTC(2026, 0, 20);
const stamp = (ms: number) => new Date(ms).toISOString();
const facts = (n: number, path: string): SourceFacts => ({
  n,
  target: "node1",
  path,
  kind: "log",
  judged: true,
  zone: "UTC",
  zoneMinutes: 0,
  zoneAskedMs: at,
  offsetMs: 0,
  uncertaintyMs: 5,
  bootedMs: null,
  lastMs: at + 3_600_000,
  notes: [],
});

it("lets nobody go on with rows found before lines of one event were as severe as each other", async () => {
  const cacheDir = mkdtempSync(join(tmpdir(), "halfrack-library-"));
  const library = new Library({ cacheDir, maxCacheBytes: 1e9, patterns: [] });
  try {
    const quiet = Array.from({ length: windowRows }, (_, i) => `${stamp(at + i)} node1 app[7]: request ${i}\n`);
    const told = { __REALTIME_TIMESTAMP: String((at + 60_000) * 1000), PRIORITY: "3", _HOSTNAME: "node1" };
    const record = { ...told, SYSLOG_IDENTIFIER: "app", SYSLOG_PID: "7", MESSAGE: "was asked" };
    const messages = `${quiet.join("")}${stamp(at + 60_000)} node1 app[7]: was asked\n`;
    await library.take(facts(0, "messages"), Readable.from([Buffer.from(messages)]), () => {});
    await library.take(facts(1, "journal.json"), Readable.from([Buffer.from(`${JSON.stringify(record)}\n`)]), () => {});
    const errors = () => {
      const view = library.view({ severity: "error" });
      while (!view.done) view.step();
      return view.length;
    };
    const completed = library.complete();
    expect(errors()).toBe(1);
    await completed;
    expect(errors()).toBe(2);
  } finally {
    library.close();
    rmSync(cacheDir, { recursive: true, force: true });
  }
});
