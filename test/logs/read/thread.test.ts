/** The thread that reads starts from what is kept compiled, as the program that starts it does. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { openReading } from "../../../electron/logs/read/reading.node.ts";
import { storedOf } from "./stored.ts";

it("keeps its modules compiled where this program does", async () => {
  const dir = mkdtempSync(join(tmpdir(), "halfrack-compiled-"));
  enableCompileCache(join(dir, "compiled"));
  using collection = storedOf([]);
  try {
    const reading = openReading(collection, { cacheDir: dir, patterns: [] });
    await vi.waitFor(() => expect(reading.state.get().done).toBe(true), 30_000);
    await reading[Symbol.asyncDispose]();
    // of this process nothing is written before its end
    expect(readdirSync(join(dir, "compiled"), { recursive: true }).length).toBeGreaterThan(10);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
