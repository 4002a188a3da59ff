/** The watch of a lab file against real files. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { watchFile } from "../../electron/lab/watch.node.ts";

test("a look that fails is followed by the next one, and rejects nowhere", async () => {
  const dir = await mkdtemp(join(tmpdir(), "halfrack-watch-"));
  const path = join(dir, "lab.yaml");
  const unhandled: unknown[] = [];
  const onUnhandled = (error: unknown) => unhandled.push(error);
  process.on("unhandledRejection", onUnhandled);
  await writeFile(path, "a");
  let looks = 0;
  const watching = watchFile(path, async () => {
    looks++;
    if (looks === 1) throw new Error("the disk is gone");
  });
  try {
    await vi.waitFor(() => expect(looks).toBe(1), 10_000);
    await writeFile(path, "b");
    await vi.waitFor(() => expect(looks).toBeGreaterThan(1), 10_000);
    expect(unhandled).toEqual([]);
  } finally {
    watching[Symbol.dispose]();
    process.off("unhandledRejection", onUnhandled);
    await rm(dir, { recursive: true, force: true });
  }
});
