/** A time in which nothing can lie is refused before anything is asked, also to who gives it on the command line. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { selectionSchema } from "../../electron/contract/logs/collect.ts";
import { appIn } from "../app.ts";

test("a collection of a reversed, empty or coming time is not begun", async () => {
  const dir = await mkdtemp(join(tmpdir(), "halfrack-no-time-"));
  const app = await appIn(dir);
  try {
    const collect = (fromMs: number, toMs: number | null) =>
      app.logs.collect({ selection: selectionSchema.parse({ window: { fromMs, toMs } }) });
    const empty = { fault: { code: "logs.no-time", title: "The time that is asked for is empty" } };
    await expect(collect(2000, 1000)).rejects.toMatchObject(empty);
    await expect(collect(1000, 1000)).rejects.toMatchObject(empty);
    await expect(collect(Date.now() + 3_600_000, null)).rejects.toMatchObject({
      fault: { code: "logs.no-time", title: "The time that is asked for has not come yet" },
    });
    expect(app.logs.state.get().collections).toEqual([]);
  } finally {
    await app[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  }
});
