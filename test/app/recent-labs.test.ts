/** What is remembered of labs that were opened, in the settings. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { goneOf } from "../../electron/files.node.ts";
import { testApp } from "../contract/transports.ts";

test("recent labs have the lab's own name, also after it changed; of a broken file the one before stays", async () => {
  await using app = await testApp();
  const write = async (file: string, text: string) => {
    const path = join(app.dir, file);
    await mkdir(join(path, ".."), { recursive: true });
    await writeFile(path, text);
    return path;
  };
  const recent = () => app.settings.state.get().recentLabs;
  const one = await write("one/lab.yaml", "halfrack: 1\nname: One\n");
  const two = await write("two/lab.yaml", "halfrack: 1\nname: Two\n");
  await app.lab.open({ path: one });
  await app.lab.open({ path: two });
  expect(recent()).toEqual([
    { path: two, name: "Two" },
    { path: one, name: "One" },
  ]);
  await app.lab.edit({ edits: [{ op: "set-name", name: "Second" }] });
  expect(recent()[0]).toEqual({ path: two, name: "Second" });
  await write("one/lab.yaml", "halfrack: [");
  await app.lab.open({ path: one });
  expect(recent()).toEqual([
    { path: one, name: "One" },
    { path: two, name: "Second" },
  ]);
  await app.lab.openPractice(two);
  await app.lab.close();
  expect(recent()[0]).toEqual({ path: one, name: "One" });
});

test("a recent lab's file that is gone is told, and a folder on its way that is none is no fault", async () => {
  await using app = await testApp();
  const there = join(app.dir, "there.yaml");
  await writeFile(there, "halfrack: 1\n");
  const paths = [there, join(app.dir, "gone.yaml"), join(there, "under-a-file.yaml")];
  expect(await goneOf(paths)).toEqual(paths.slice(1));
});
