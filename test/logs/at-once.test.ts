/** Files that are read at once, and hosts that do not say the truth of what they send. */
import { createHash, randomBytes } from "node:crypto";
import { appendFile, mkdtemp, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Entry } from "../../electron/contract/logs/entry.ts";
import { fetchEntry } from "../../electron/logs/collect/fetch.node.ts";
import { createCollectionStore, type DiskStore } from "../../electron/logs/collect/store.node.ts";
import { lookAtHost } from "../../electron/logs/far/host.node.ts";
import { hereReach, type Reach } from "../../electron/logs/far/reach.node.ts";
import { entryOf, headerOf } from "./collection-samples.ts";

const sumOf = (content: Uint8Array | string) => createHash("sha256").update(content).digest("hex");
let dir: string;
let store: DiskStore;
let number = 0;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "halfrack-at-once-"));
  store = createCollectionStore({ dir: join(dir, "collections") });
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function fetched(reach: Reach, part: Partial<Entry> & Pick<Entry, "source">) {
  const far = await lookAtHost(hereReach, { sudo: "never", askPassword: async () => null }, undefined);
  const entry = entryOf(0, part);
  const writer = await store.create(headerOf(`c${number++}`, [entry]), { kind: "collection", path: null });
  const item = await writer.item(0);
  try {
    const options = {
      signal: new AbortController().signal,
      absence: undefined,
      onBytes: () => undefined,
      timeoutMs: 20_000,
    };
    const result = await fetchEntry({ ...far, reach }, entry, item, options);
    return { ...result, sizeBytes: item.contentBytes, sum: item.sum, storedBytes: item.storedBytes };
  } finally {
    await item.close();
    await writer.close();
  }
}

/** This machine, counting what it was asked; `meanwhile` is done when the first bytes of the first answer are here. */
function watched(meanwhile: () => Promise<unknown>) {
  let runs = 0;
  const reach: Reach = {
    device: "node01",
    run(argv, options) {
      let first = ++runs === 1;
      const onStdout = async (chunk: Uint8Array) => {
        if (first) await meanwhile();
        first = false;
        await options.onStdout?.(chunk);
      };
      return hereReach.run(argv, { ...options, onStdout });
    },
  };
  return { reach, runs: () => runs };
}

describe("a file that nobody wrote to for a while", () => {
  const content = randomBytes(6_000_000);
  const quiet = async (name: string) => {
    const path = join(dir, name);
    await writeFile(path, content);
    await utimes(path, 1_790_000_000, 1_790_000_000);
    return path;
  };

  test("is read at once, and both sums agree", async () => {
    const path = await quiet("quiet");
    const host = watched(async () => undefined);
    expect(await fetched(host.reach, { source: { how: "file", path } })).toMatchObject({
      state: "got",
      sum: sumOf(content),
      sumAgrees: true,
      modifiedAt: 1_790_000_000_000,
    });
    expect(host.runs()).toBe(1);
  });

  test("that grows while it is read all the same is read again, to what it holds then", async () => {
    const path = await quiet("grows");
    const host = watched(() => appendFile(path, "more\n"));
    expect(await fetched(host.reach, { source: { how: "file", path } })).toMatchObject({
      state: "got",
      sum: sumOf(Buffer.concat([content, Buffer.from("more\n")])),
      sumAgrees: true,
    });
    expect(host.runs()).toBe(2);
  });

  test("whose bytes are changed while it is read, with the same size and time, is here as both sides summed it", async () => {
    const path = await quiet("changes");
    const other = Buffer.from(content).fill(0, 5_000_000);
    const host = watched(async () => {
      const { mtime } = await stat(path);
      await writeFile(path, other);
      await utimes(path, mtime, mtime);
    });
    expect(await fetched(host.reach, { source: { how: "file", path } })).toMatchObject({
      state: "got",
      sum: sumOf(other),
      sumAgrees: true,
    });
  });
});

describe("a host that lies", () => {
  /** Answers with what a script prints, which knows the run's mark as $1. */
  const liar = (script: string) =>
    ({
      device: "node01",
      run: (argv, options) =>
        hereReach.run(["sh", "-c", script, "sh", argv[argv.indexOf("halfrack") + 1] ?? ""], options),
    }) satisfies Reach;
  const part = { source: { how: "file", path: "/var/log/messages" }, capBytes: 1_000_000 } as const;

  test.each([
    ["of a greater length than the cap", 'echo "$1 file 1:1 9000000000000 0 0 9000000000000 raw"; exec yes'],
    ["of no length", 'echo "$1 file 1:1 0 0 0 0 raw"; exec yes'],
    [
      "and sends blocks that hold nothing", // RFC 8878: a frame's header, then raw blocks of no bytes
      `echo "$1 file 1:1 500 0 0 500 zst"; printf '\\050\\265\\057\\375\\000\\130'; exec cat /dev/zero`,
    ],
  ])("%s is ended, and what it sent does not count", async (_, script) => {
    expect(await fetched(liar(script), part)).toMatchObject({
      state: "failed",
      reason: "The host sent more than was asked for.",
      sizeBytes: 0,
    });
  });

  test("and says that a file changed before any of it came is not asked for ever", async () => {
    const script = 'echo "$1 changed"; echo >&2; echo "$1 end" >&2';
    expect(await fetched(liar(script), part)).toMatchObject({ state: "failed" });
  });

  test("in what it sent as packed is told so", async () => {
    const script = `echo "$1 file 1:1 500 0 0 500 zst"; head -c 400 /dev/zero; echo >&2; echo "$1 end size 500" >&2`;
    const { state, reason, sizeBytes } = await fetched(liar(script), part);
    expect({ state, sizeBytes }).toEqual({ state: "failed", sizeBytes: 0 });
    expect(reason).toContain("cannot be unpacked");
  });
});
