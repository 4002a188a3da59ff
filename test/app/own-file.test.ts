/** Files that the admin writes into the profile: read again when they changed, and never waited for. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadCatalogue, ownCatalogueFile } from "../../electron/logs/catalogue.node.ts";
import { knownIn } from "../../electron/logs/own-files.node.ts";
import { loadPatterns, ownPatternsFile } from "../../electron/logs/patterns.node.ts";
import { readOwnFile, whileUnchanged } from "../../electron/own-file.node.ts";
import { loadStickLayouts, ownLayoutsFile } from "../../electron/sticks/layouts.node.ts";

let profile = "";
let path = "";
beforeEach(() => {
  profile = mkdtempSync(join(tmpdir(), "halfrack-own-"));
  path = join(profile, "own.yaml");
});
afterEach(() => rmSync(profile, { recursive: true }));

describe("what is read", () => {
  test("is its text, and nothing where there is none", async () => {
    expect(await readOwnFile(path)).toBeNull();
    writeFileSync(path, "a: 1\n");
    expect(await readOwnFile(path)).toBe("a: 1\n");
    truncateSync(path, 5 * 1024 * 1024);
    await expect(readOwnFile(path)).rejects.toThrow("It has 5242880 bytes");
  });

  test("a pipe or a folder by its name is a problem of each that would read it, and keeps nobody waiting", async () => {
    const own = [ownCatalogueFile(profile), ownPatternsFile(profile), ownLayoutsFile(profile)];
    const problems = async () => [
      ...(await loadCatalogue(profile)).problems.map(({ message }) => message),
      ...(await loadPatterns(profile)).problems.map(({ message }) => message),
      ...(await loadStickLayouts(profile)).problems,
    ];
    execFileSync("mkfifo", own);
    expect(await problems()).toEqual(own.map(() => expect.stringContaining("It is no file.")));
    for (const each of own) rmSync(each);
    execFileSync("mkdir", own);
    expect(await problems()).toEqual(own.map(() => expect.stringContaining("It is no file.")));
  });
});

test("what was made of it is made once, and anew when it comes, changes or goes", async () => {
  let times = 0;
  const loaded = whileUnchanged(path, async () => ({ text: await readOwnFile(path), times: ++times }));
  expect([await loaded(), await loaded()]).toEqual([1, 1].map((n) => ({ text: null, times: n })));
  writeFileSync(path, "one");
  expect([await loaded(), await loaded()]).toEqual([2, 2].map((n) => ({ text: "one", times: n })));
  writeFileSync(path, "two");
  expect(await loaded()).toEqual({ text: "two", times: 3 });
  rmSync(path);
  expect((await loaded()).text).toBeNull();
});

test("a fault is told and not kept", async () => {
  let times = 0;
  const loaded = whileUnchanged(path, async () => {
    if (++times === 1) throw new Error("not yet");
    return times;
  });
  await expect(loaded()).rejects.toThrow("not yet");
  expect(await loaded()).toBe(2);
});

test("whoever asks for the catalogue is told what is wrong with any own file; what is right counts", async () => {
  const known = knownIn(profile);
  expect((await known.catalogue()).problems).toEqual([]);
  writeFileSync(ownCatalogueFile(profile), "halfrack: 1\nwithout: [nothing]\n");
  writeFileSync(ownPatternsFile(profile), "halfrack: 1\npatterns:\n  - {id: A}\n");
  writeFileSync(ownLayoutsFile(profile), "halfrack: 1\nlayouts: [{}]\n");
  const { problems, items } = await known.catalogue();
  expect(problems.map(({ file, line }) => [file, line])).toEqual([
    [ownCatalogueFile(profile), 0],
    [ownPatternsFile(profile), 3],
    [ownLayoutsFile(profile), 0],
  ]);
  expect(items.length).toBeGreaterThan(200);
  expect((await known.patterns()).length).toBeGreaterThan(0);
  expect(await known.layouts()).toHaveLength(1);
});
