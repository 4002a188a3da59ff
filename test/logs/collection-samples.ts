/** Headers and entries for tests of what is collected. */
import type { CollectionHeader, Entry, EntryResult } from "../../electron/contract/logs/entry.ts";

export function entryOf(n: number, more: Partial<Entry> & Pick<Entry, "source">): Entry {
  return {
    n,
    target: "node01",
    item: "some-item",
    path: `nodes/node01/files/${n}`,
    root: false,
    timeoutMs: 60_000,
    capBytes: 1024 * 1024 * 1024,
    keep: "tail",
    text: true,
    estimateBytes: null,
    ...more,
  };
}

export function headerOf(
  id: string,
  entries: readonly Entry[],
  devices: readonly string[] = ["node01"],
): CollectionHeader {
  return {
    halfrack: 1,
    id,
    name: "",
    lab: "Test",
    preset: "everything",
    createdAt: 1,
    fromMs: null,
    toMs: null,
    targets: devices.map((device) => ({ id: device, device, kinds: ["linux" as const] })),
    entries: [...entries],
    notes: "",
  };
}

export const toldOf = (more: Partial<EntryResult> = {}): Omit<EntryResult, "n" | "sizeBytes" | "sha256"> => ({
  state: "got",
  reason: "",
  sumAgrees: null,
  exitCode: null,
  stderr: "",
  fromByte: 0,
  modifiedAt: null,
  startedAt: 1,
  durationMs: 1,
  attempts: 1,
  ...more,
});
