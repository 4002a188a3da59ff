/** Files that a window hands over: kept under their names, read once, and nothing outside their folder. */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DroppedFiles } from "../../electron/fabric/read/dropped.node.ts";
import { readSavedParts } from "../../electron/fabric/read/saved.node.ts";
import { Unfinished } from "../../electron/unfinished.node.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const line =
  '0x0002c90310002881 "              node00648 mlx4_0"    409    1[  ] ==( 4X       14.0625 Gbps Active/  LinkUp)==>  0x0002c90300000d40    191   18[  ] "MF0;leaf36:SX6036/U1" ( )\n';

let home: string;
/** Whose notes nobody keeps here. */
const unfinished = new Unfinished("/dev/null/unfinished");
let dropped: DroppedFiles;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "halfrack-test-"));
  dropped = new DroppedFiles(unfinished, home);
});

afterEach(async () => {
  await dropped[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

test("pieces of one name are one file; the answer names files as they were dropped", async () => {
  const half = Math.floor(line.length / 2);
  const drop = await dropped.take({ drop: null, name: "saved/links.txt", base64: base64(line.slice(0, half)) });
  await dropped.take({ drop, name: "saved/links.txt", base64: base64(line.slice(half)) });
  await dropped.take({ drop, name: "saved/other.txt", base64: base64("what is this\n") });
  const [json = ""] = await dropped.read(drop, (dir) => readSavedParts([dir]));
  const fabric = JSON.parse(json);
  expect(fabric.nodes.map(({ description }: { description: string }) => description)).toEqual([
    "MF0;leaf36:SX6036/U1",
    "node00648 mlx4_0",
  ]);
  expect(fabric.problems).toEqual([
    {
      code: "fabric.unrecognised-file",
      severity: "info",
      subject: "saved/other.txt",
      evidence: { source: "saved/other.txt", line: 1, text: "what is this" },
    },
  ]);
});

test("what was read is gone, and cannot be read again", async () => {
  const drop = await dropped.take({ drop: null, name: "a", base64: base64("x") });
  const where = await dropped.read(drop, async (dir) => {
    expect(await readFile(join(dir, "a"), "utf8")).toBe("x");
    // For nobody else to read.
    expect((await stat(dir)).mode & 0o077).toBe(0);
    expect((await stat(join(dir, "a"))).mode & 0o077).toBe(0);
    return [];
  });
  expect(where).toEqual([]);
  expect(await readdir(home)).toEqual([]);
  await expect(dropped.read(drop, async () => [])).rejects.toMatchObject({ fault: { code: "fabric.drop-unknown" } });
  await expect(dropped.take({ drop, name: "b", base64: "" })).rejects.toMatchObject({
    fault: { code: "fabric.drop-unknown" },
  });
});

for (const name of ["../outside", "a/../../outside", "..", ".", "a\0b", "/", "\\..\\outside", `${"x".repeat(256)}`])
  test(`a name that is no path within the drop is refused: ${JSON.stringify(name).slice(0, 24)}`, async () => {
    await expect(dropped.take({ drop: null, name, base64: base64("x") })).rejects.toMatchObject({
      fault: { code: "fabric.drop-refused" },
    });
    const everything = await readdir(home, { recursive: true });
    expect(everything.filter((path) => path.includes("outside"))).toEqual([]);
  });

test("an absolute name stands within the drop", async () => {
  const drop = await dropped.take({ drop: null, name: "/etc/halfrack-test", base64: base64("x") });
  expect(existsSync("/etc/halfrack-test")).toBe(false);
  await dropped.read(drop, async (dir) => {
    expect(await readFile(join(dir, "etc", "halfrack-test"), "utf8")).toBe("x");
    return [];
  });
});

test("of drops that nobody reads, the newest stay", async () => {
  const drops: string[] = [];
  for (let n = 0; n < 6; n += 1) drops.push(await dropped.take({ drop: null, name: "a", base64: base64(String(n)) }));
  expect((await readdir(home)).length).toBe(4);
  await expect(dropped.read(drops[0] ?? "", async () => [])).rejects.toMatchObject({
    fault: { code: "fabric.drop-unknown" },
  });
  await dropped.read(drops[5] ?? "", async (dir) => {
    expect(await readFile(join(dir, "a"), "utf8")).toBe("5");
    return [];
  });
});

for (const [first, name] of [
  ["a/b", "a\\b"],
  ["a/b", "a//b"],
  ["a/b", "/a/b"],
  // What macOS and Windows take for one.
  ["a/b", "a/B"],
  ["a/\u00e9", "a/e\u0301"],
] as const)
  test(`two files are not put one behind the other because their names are one path: ${first} and ${name}`, async () => {
    const drop = await dropped.take({ drop: null, name: first, base64: base64("one") });
    await expect(dropped.take({ drop, name, base64: base64("two") })).rejects.toMatchObject({
      fault: { code: "fabric.drop-refused", subject: name },
    });
    await dropped.read(drop, async (dir) => {
      expect(await readFile(join(dir, first), "utf8")).toBe("one");
      return [];
    });
  });

test("a drop that is being read makes no room for newer ones", async () => {
  const drop = await dropped.take({ drop: null, name: "a", base64: base64("x") });
  const text = await dropped.read(drop, async (dir) => {
    for (let n = 0; n < 5; n += 1) await dropped.take({ drop: null, name: "a", base64: base64(String(n)) });
    return [await readFile(join(dir, "a"), "utf8")];
  });
  expect(text).toEqual(["x"]);
});

test("a process that ends beside another takes nothing of the other's along", async () => {
  const drop = await dropped.take({ drop: null, name: "a", base64: base64("one ") });
  const other = new DroppedFiles(unfinished, home);
  await other.take({ drop: null, name: "a", base64: base64("x") });
  await other[Symbol.asyncDispose]();
  await new DroppedFiles(unfinished, home)[Symbol.asyncDispose]();
  await dropped.take({ drop, name: "a", base64: base64("two") });
  const text = await dropped.read(drop, async (dir) => [await readFile(join(dir, "a"), "utf8")]);
  expect(text).toEqual(["one two"]);
});

test("a drop whose folder was removed is refused, not read without its beginning", async () => {
  const drop = await dropped.take({ drop: null, name: "a", base64: base64("one ") });
  for (const folder of await readdir(home)) await rm(join(home, folder), { recursive: true });
  await expect(dropped.take({ drop, name: "a", base64: base64("two") })).rejects.toMatchObject({
    fault: { code: "fabric.drop-unknown" },
  });
});

test("what was removed from the temporary folder keeps no later drop from being taken", async () => {
  await dropped.take({ drop: null, name: "a", base64: base64("x") });
  for (const folder of await readdir(home)) await rm(join(home, folder), { recursive: true });
  const drop = await dropped.take({ drop: null, name: "a", base64: base64("y") });
  expect(await dropped.read(drop, async (dir) => [await readFile(join(dir, "a"), "utf8")])).toEqual(["y"]);
});

test("a folder that could not be made once can be made the next time, and the end does not fail for it", async () => {
  await rm(home, { recursive: true });
  await expect(dropped.take({ drop: null, name: "a", base64: base64("x") })).rejects.toThrow("ENOENT");
  await mkdir(home);
  const drop = await dropped.take({ drop: null, name: "a", base64: base64("y") });
  expect(await dropped.read(drop, async (dir) => [await readFile(join(dir, "a"), "utf8")])).toEqual(["y"]);
  await dropped[Symbol.asyncDispose]();
});

test("nothing is left when the process ends", async () => {
  await dropped.take({ drop: null, name: "a", base64: base64("x") });
  await dropped[Symbol.asyncDispose]();
  expect(await readdir(home)).toEqual([]);
});
