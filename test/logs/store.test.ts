/** Collections on a real disk: what was told survives, what was torn is cut off, a full disk is a fault. */
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { appendFile, mkdir, mkdtemp, readFile, rm, stat, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createCollectionStore, type DiskStore } from "../../electron/logs/collect/store.node.ts";
import { TooMuch } from "../../electron/logs/collect/summing.node.ts";
import { rejectedWith } from "../ssh/bench.ts";
import { entryOf, headerOf, toldOf } from "./collection-samples.ts";

const collection = { kind: "collection", path: null } as const;
const sumOf = (content: Uint8Array | string) => createHash("sha256").update(content).digest("hex");
const bytesOf = async (stream: Readable) => Buffer.concat(await stream.toArray());
const entries = [0, 1, 2].map((n) => entryOf(n, { source: { how: "own", what: "events" } }));
const text = Buffer.from(Array.from({ length: 60_000 }, (_, line) => `line ${line * 7919} of some log\n`).join(""));

let dir: string;
let store: DiskStore;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "halfrack-collections-"));
  store = createCollectionStore({ dir: join(dir, "collections") });
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test("what was put is there for the user alone, with its size and sum, after it is opened anew", async () => {
  const writer = await store.create(headerOf("c1", entries), collection);
  const result = await writer.put(0, Readable.from([text.subarray(0, 1000), text.subarray(1000)]), toldOf());
  expect(result).toEqual({ ...toldOf(), n: 0, sizeBytes: text.length, sha256: sumOf(text) });
  const noise = randomBytes(3_000_000);
  await writer.put(1, Readable.from([noise]), toldOf());
  await writer.put(2, Readable.from([]), toldOf({ state: "empty" }));
  await writer.close();
  const found = await createCollectionStore({ dir: join(dir, "collections") }).get("c1");
  expect(found).toMatchObject({ id: "c1", kind: "collection", path: null, header: headerOf("c1", entries) });
  expect(found.results.get(0)).toEqual(result);
  expect(await bytesOf(await found.open(0))).toEqual(text);
  expect(sumOf(await bytesOf(await found.open(1)))).toBe(sumOf(noise));
  expect((await bytesOf(await found.open(2))).length).toBe(0);
  expect((await rejectedWith(found.open(3))).code).toBe("logs.entry-gone");
  for (const [path, mode] of [
    ["", 0o700],
    ["items", 0o700],
    ["items/0", 0o600],
    ["journal.jsonl", 0o600],
    ["header.json", 0o600],
  ] as const)
    expect((await stat(join(dir, "collections", "c1", path))).mode & 0o777).toBe(mode);
  expect((await stat(join(dir, "collections", "c1", "items", "0"))).size).toBeLessThan(text.length / 2);
});

test("unknown, foreign and taken ids are told as such, and no id leads out of the folder", async () => {
  for (const id of ["nope", "..", "../x", "a/b", ""])
    expect((await rejectedWith(store.get(id))).code).toBe("logs.no-such-collection");
  await (await store.create(headerOf("c1", entries), collection)).close();
  expect((await rejectedWith(store.create(headerOf("c1", entries), collection))).code).toBe("logs.collection-exists");
  expect((await store.list()).map(({ id }) => id)).toEqual(["c1"]);
  await store.remove("c1");
  expect(await store.list()).toEqual([]);
});

test("one writer at a time; what a dead process claimed is taken over", async () => {
  const writer = await store.create(headerOf("c1", entries), collection);
  expect((await rejectedWith(store.resume("c1"))).code).toBe("logs.collection-busy");
  await writer.close();
  const dead = Number(execFileSync("sh", ["-c", "echo $$"], { encoding: "utf8" }));
  await appendFile(join(dir, "collections", "c1", "writer.json"), JSON.stringify({ pid: dead, mark: "x", run: "" }));
  await (await store.resume("c1")).close();
  // a process of the same number that lives on from before this one
  await appendFile(
    join(dir, "collections", "c1", "writer.json"),
    JSON.stringify({ pid: process.pid, mark: "x", run: "" }),
  );
  await (await store.resume("c1")).close();
});

describe.each(["zst", "gz", "raw"] as const)("an item that comes as %s", (packing) => {
  const packed = { zst: zstdCompressSync(text), gz: gzipSync(text), raw: text }[packing];

  test("is unpacked as far as it came when it was cut off anywhere, and gone on with from there", async () => {
    const writer = await store.create(headerOf("c1", entries), collection);
    for (const [n, part] of [0.1, 0.5, 0.99].entries()) {
      const item = await writer.item(n);
      item.beginPiece(packing, false, text.length);
      await item.take(packed.subarray(0, Math.floor(packed.length * part)));
      await item.endPiece();
      const had = item.contentBytes;
      expect(had).toBeLessThan(text.length);
      expect(item.sum).toBe(sumOf(text.subarray(0, had)));
      await item.close();
      const again = await writer.item(n);
      expect(again.sum).toBe(sumOf(text.subarray(0, had)));
      await again.close();
    }
    await writer.close();
    const next = await store.resume("c1");
    for (const n of [0, 1, 2]) {
      const item = await next.item(n);
      const had = item.contentBytes;
      expect(item.sum).toBe(sumOf(text.subarray(0, had)));
      item.beginPiece("raw", n === 1, text.length);
      await item.take(text.subarray(had));
      await item.endPiece();
      expect(item.sumOfPiece).toBe(sumOf(text.subarray(had)));
      expect(item.sum).toBe(sumOf(text));
      await next.note({ ...toldOf(), n, sizeBytes: item.contentBytes, sha256: item.sum });
      await item.close();
    }
    await next.close();
    const found = await store.get("c1");
    for (const n of [0, 1, 2]) expect(await bytesOf(await found.open(n))).toEqual(text);
  });

  test("stays good to its last note when the process ends there, whatever stands behind", async () => {
    const writer = await store.create(headerOf("c1", entries), collection);
    const item = await writer.item(0);
    item.beginPiece(packing, false, text.length);
    const half = Math.floor(packed.length / 2);
    await item.take(packed.subarray(0, half));
    await item.endPiece();
    const had = item.contentBytes;
    await item.close();
    await writer.close();
    await appendFile(join(dir, "collections", "c1", "items", "0"), packed.subarray(half));
    await appendFile(join(dir, "collections", "c1", "journal.jsonl"), '{"segment":{"n":0,"pie');
    const next = await store.resume("c1");
    const again = await next.item(0);
    expect(again.contentBytes).toBe(had);
    expect((await stat(join(dir, "collections", "c1", "items", "0"))).size).toBe(half);
    await again.close();
    await next.close();
    expect((await readFile(join(dir, "collections", "c1", "journal.jsonl"), "utf8")).endsWith("}\n")).toBe(true);
  });
});

test("content beyond what was asked for ends the piece: a small frame may unpack to any amount", async () => {
  const writer = await store.create(headerOf("c1", entries), collection);
  const item = await writer.item(0);
  item.beginPiece("zst", false, 1_000_000);
  const bomb = zstdCompressSync(Buffer.alloc(200_000_000));
  await expect(Promise.resolve(item.take(bomb)).then(() => item.endPiece())).rejects.toBeInstanceOf(TooMuch);
  expect(item.contentBytes).toBeLessThan(3_000_000);
  await item.close();
  await writer.close();
});

test("an item that begins anew is no longer told as what it was, from the first byte on", async () => {
  const writer = await store.create(headerOf("c1", entries), collection);
  await writer.put(0, Readable.from([text]), toldOf({ state: "lost" }));
  const item = await writer.item(0);
  expect(item.contentBytes).toBe(text.length);
  await item.restart();
  item.beginPiece("raw", false, 1e9);
  await item.take(randomBytes(1_000_000));
  // as after the end of the process: nothing of the new content was noted
  const found = await store.get("c1");
  expect(found.results.get(0)).toBeUndefined();
  await item.close();
  await writer.close();
  const next = await store.resume("c1");
  const again = await next.item(0);
  expect(again.contentBytes).toBe(0);
  await again.close();
  await next.close();
});

test("an item whose stored bytes are damaged begins anew; the others are as they were", async () => {
  const writer = await store.create(headerOf("c1", entries), collection);
  for (const n of [0, 1]) await writer.put(n, Readable.from([text]), toldOf({ state: "lost" }));
  await writer.close();
  const path = join(dir, "collections", "c1", "items", "0");
  const { size } = await stat(path);
  await truncate(path, 0);
  await appendFile(path, randomBytes(size));
  const next = await store.resume("c1");
  const items = [await next.item(0), await next.item(1)];
  expect(items.map(({ contentBytes }) => contentBytes)).toEqual([0, text.length]);
  for (const item of items) await item.close();
  await next.close();
});

test("an item whose file was lost begins anew, and is told as gone", async () => {
  const writer = await store.create(headerOf("c1", entries), collection);
  await writer.put(0, Readable.from([text]), toldOf());
  await writer.close();
  await truncate(join(dir, "collections", "c1", "items", "0"), 10);
  expect((await rejectedWith((await store.get("c1")).open(0))).code).toBe("logs.entry-gone");
  const next = await store.resume("c1");
  const item = await next.item(0);
  expect(item.contentBytes).toBe(0);
  await item.close();
  await next.close();
});

const noMount =
  process.getuid?.() === 0 && process.platform === "linux" ? "" : "(skipped: needs root to mount a tmpfs)";
describe.skipIf(noMount)(`a disk that fills up ${noMount}`, () => {
  let mounted: string;
  beforeEach(async () => {
    mounted = join(dir, "small");
    await mkdir(mounted);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", mounted]);
  });
  afterEach(() => void execFileSync("umount", ["-l", mounted]));

  test("is a fault that names the folder; once there is room, everything goes on from the last note", async () => {
    const small = createCollectionStore({ dir: join(mounted, "collections") });
    const writer = await small.create(headerOf("c1", entries), collection);
    await writer.put(0, Readable.from([text]), toldOf());
    const fault = await rejectedWith(writer.put(1, Readable.from([randomBytes(4_000_000)]), toldOf()));
    expect(fault).toMatchObject({ code: "logs.disk-full", subject: join(mounted, "collections", "c1") });
    await writer.close();
    execFileSync("mount", ["-o", "remount,size=32m", mounted]);
    const next = await small.resume("c1");
    expect([...next.results.keys()]).toEqual([0]);
    await next.put(1, Readable.from([text]), toldOf());
    await next.close();
    expect(await bytesOf(await (await small.get("c1")).open(1))).toEqual(text);
  });
});
