/** A file that was written is shown in its folder where the host has a file manager; elsewhere that is told. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRouterClient } from "@orpc/server";
import { expect, test } from "vitest";
import { createRouter } from "../../electron/router.ts";
import { testApp } from "../contract/transports.ts";

test("the host's file manager is asked for what is there, and for nothing else", async () => {
  const shown: string[] = [];
  await using app = await testApp({ showInFolder: (path) => shown.push(path) });
  const client = createRouterClient(createRouter(app));
  const path = join(app.dir, "a bundle.tar.zst");
  await writeFile(path, "");
  expect((await client.app.info()).fileManager).toBe(true);
  await client.app.showInFolder({ path });
  for (const gone of [join(app.dir, "gone.tar.zst"), "a bundle.tar.zst", ""])
    await expect(client.app.showInFolder({ path: gone }), gone).rejects.toMatchObject({
      data: { code: "app.not-there" },
    });
  expect(shown).toEqual([path]);
});

test("a host without one says so", async () => {
  await using app = await testApp();
  const client = createRouterClient(createRouter(app));
  expect((await client.app.info()).fileManager).toBe(false);
  await expect(client.app.showInFolder({ path: app.dir })).rejects.toMatchObject({
    data: { code: "app.no-file-manager" },
  });
});
