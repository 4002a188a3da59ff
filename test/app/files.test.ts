/** Where the app's own file picker begins: beside the lab opened last, at home where that folder is gone. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listFirst } from "../../electron/files.node.ts";

test("the first folder that can be read is listed", async () => {
  const home = await mkdtemp(join(tmpdir(), "halfrack-files-"));
  const labs = join(home, "labs");
  try {
    await mkdir(labs);
    expect((await listFirst([labs, home], [])).dir).toBe(labs);
    expect((await listFirst([join(home, "gone"), home], [])).dir).toBe(home);
    await expect(listFirst([join(home, "gone")], [])).rejects.toMatchObject({
      fault: { code: "app.folder-unreadable" },
    });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
