/** A small real collection on disk, for tests of reading: files in a directory, and what is known of them. */
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock, CollectionHeader, Entry, EntryResult } from "../../../electron/contract/logs/entry.ts";
import type { StoredCollection } from "../../../electron/logs/stored.node.ts";

export interface Given {
  readonly target: string;
  readonly path: string;
  readonly content: string | Uint8Array;
  readonly source?: Entry["source"];
  readonly result?: Partial<EntryResult>;
}

export const collectedAt = Date.UTC(2026, 0, 20, 12);

export function clock(target: string, more: Partial<Clock> = {}): Clock {
  return {
    target,
    offsetMs: 0,
    uncertaintyMs: 5,
    measuredAt: collectedAt,
    zone: "UTC",
    zoneMinutes: 0,
    bootedAt: null,
    ...more,
  };
}

export function storedOf(
  given: readonly Given[],
  clocks: readonly Clock[] = [],
  kinds: CollectionHeader["targets"] = [],
): StoredCollection & Disposable {
  const dir = mkdtempSync(join(tmpdir(), "halfrack-stored-"));
  const results = new Map<number, EntryResult>();
  const entries = given.map(({ target, path, content, source, result }, n): Entry => {
    writeFileSync(join(dir, String(n)), content);
    results.set(n, {
      n,
      state: "got",
      reason: "",
      sizeBytes: Buffer.byteLength(content),
      sha256: null,
      sumAgrees: null,
      exitCode: null,
      stderr: "",
      fromByte: 0,
      modifiedAt: collectedAt,
      startedAt: collectedAt,
      durationMs: 10,
      attempts: 1,
      ...result,
    });
    return {
      n,
      target,
      item: "item",
      source: source ?? { how: "file", path: `/${path}` },
      path,
      root: false,
      timeoutMs: 1000,
      capBytes: 1e9,
      keep: "tail",
      text: true,
      estimateBytes: null,
    };
  });
  return {
    id: "c1",
    kind: "collection",
    path: null,
    header: {
      halfrack: 1,
      id: "c1",
      name: "",
      lab: "",
      preset: "everything",
      createdAt: collectedAt,
      fromMs: null,
      toMs: null,
      targets: [...kinds],
      entries,
      notes: "",
    },
    results,
    clocks: new Map(clocks.map((one) => [one.target, one])),
    open: async (n) => createReadStream(join(dir, String(n))),
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }),
  };
}
