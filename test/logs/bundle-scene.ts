/** A collection as a small lab gives it: two hosts, a BMC, a stick, a switch, this machine; some of it absent, some odd. */
import { Readable } from "node:stream";
import type { CollectionHeader, Entry, EntryResult, EntrySource } from "../../electron/contract/logs/entry.ts";
import type { Target } from "../../electron/contract/logs/target.ts";
import type { WriteOptions } from "../../electron/logs/bundle/write.node.ts";
import type { DiskStore } from "../../electron/logs/collect/store.node.ts";
import type { StoredCollection } from "../../electron/logs/stored.node.ts";
import { Unfinished } from "../../electron/unfinished.node.ts";

export interface Piece {
  readonly target: string;
  readonly item: string;
  readonly path: string;
  readonly source?: EntrySource;
  readonly text?: boolean;
  /** Null for what brought nothing. */
  readonly content: Uint8Array | string | null;
  readonly result?: Partial<EntryResult>;
}

export const at = Date.UTC(2026, 10, 20, 9, 30, 15);

const host = (id: string): Target => ({ id, device: id, kinds: ["linux"] });
export const targets: readonly Target[] = [
  host("node1"),
  host("node2"),
  { id: "node1 bmc", device: "node1", kinds: ["bmc"] },
  { id: "node1 stick sdb", device: "node1", kinds: ["stick"], disk: "/dev/sdb" },
  { id: "switch1", device: "switch1", kinds: ["switch"] },
  { id: "/", device: "/", kinds: ["here"] },
];

export function headerOf(pieces: readonly Piece[], of: Partial<CollectionHeader> = {}): CollectionHeader {
  return {
    halfrack: 1,
    id: "c1",
    name: "CPU fault with two nodes",
    lab: "Lab five",
    preset: "vsmp-support",
    createdAt: at,
    fromMs: at - 7_200_000,
    toMs: null,
    targets: [...targets],
    entries: pieces.map(
      ({ target, item, path, source, text = true }, n): Entry => ({
        n,
        target,
        item,
        source: source ?? { how: "file", path: `/var/log/${item}` },
        path,
        root: false,
        timeoutMs: 90_000,
        capBytes: 64_000_000,
        keep: "tail",
        text,
        estimateBytes: null,
      }),
    ),
    notes: "",
    ...of,
  };
}

const outcome: Omit<EntryResult, "n" | "sizeBytes" | "sha256"> = {
  state: "got",
  reason: "",
  sumAgrees: true,
  exitCode: null,
  stderr: "",
  fromByte: 0,
  modifiedAt: at - 60_000,
  startedAt: at,
  durationMs: 120,
  attempts: 1,
};

/** Stores the pieces as a collection. A piece whose result is `waiting` gets none. */
export async function collected(
  store: DiskStore,
  pieces: readonly Piece[],
  of: Partial<CollectionHeader> = {},
): Promise<StoredCollection> {
  const header = headerOf(pieces, of);
  const writer = await store.create(header, { kind: "collection", path: null });
  for (const [n, { content, result }] of pieces.entries()) {
    const told = { ...outcome, ...result };
    if (content !== null) await writer.put(n, Readable.from(content.length === 0 ? [] : [Buffer.from(content)]), told);
    else await writer.note({ n, ...told, sumAgrees: null, sizeBytes: 0, sha256: null });
  }
  await writer.noteClock({
    target: "node1",
    offsetMs: 41_500,
    uncertaintyMs: 12,
    measuredAt: at,
    zone: "CET",
    zoneMinutes: 60,
    bootedAt: at - 3_600_000,
  });
  await writer.close();
  return store.get(header.id);
}

/** Bytes that pack badly and hold what sits on block borders; the same for the same seed. */
export function bytes(length: number, seed = 1): Buffer {
  const made = Buffer.alloc(length);
  let state = seed;
  for (let index = 0; index < length; index += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    made[index] = state >>> 24;
  }
  return made;
}

const command = (...argv: string[]): EntrySource => ({ how: "command", argv });

export const pieces: readonly Piece[] = [
  {
    target: "node1",
    item: "lspci",
    path: "nodes/node1/commands/lspci_-vvv.txt",
    source: command("lspci", "-vvv"),
    content: "11:00.0 Network controller: Mellanox Technologies MT27500 Family [ConnectX-3]\n",
    result: { exitCode: 0 },
  },
  {
    target: "node1",
    item: "dmidecode",
    path: "nodes/node1/commands/dmidecode.txt",
    source: command("dmidecode"),
    content: "# dmidecode 3.3\n",
    result: { exitCode: 1, stderr: "/dev/mem: Permission denied\n", state: "refused", reason: "needs root" },
  },
  { target: "node1", item: "syslog", path: "nodes/node1/files/var/log/messages", content: bytes(70_000, 3) },
  {
    target: "node1",
    item: "syslog",
    path: "nodes/node1/files/var/log/messages-old",
    content: "",
    result: { state: "empty" },
  },
  {
    target: "node1",
    item: "syslog",
    path: "nodes/node1/files/var/log/secure",
    content: null,
    result: { state: "refused", reason: "Permission denied, and sudo asks for a password" },
  },
  {
    target: "node2",
    item: "lspci",
    path: "nodes/node2/commands/lspci_-vvv.txt",
    source: command("lspci", "-vvv"),
    content: "11:00.0 Network controller\n",
    result: { exitCode: 0 },
  },
  {
    target: "node2",
    item: "syslog",
    path: "nodes/node2/files/var/log/messages",
    content: "half of",
    result: { state: "lost", reason: "the connection was lost" },
  },
  {
    target: "node2",
    item: "dmidecode",
    path: "nodes/node2/commands/dmidecode.txt",
    content: null,
    result: { state: "not-applicable", reason: "dmidecode is not installed" },
  },
  {
    target: "node1 bmc",
    item: "sel",
    path: "bmc/node1/sel_elist.txt",
    source: { how: "ipmi", argv: ["sel", "elist"] },
    content: "   1 | 06/14/2023 | 10:01:17 | Power Supply PS2 Status | Power Supply AC lost | Asserted\n",
  },
  {
    target: "node1 stick sdb",
    item: "stick-log",
    path: "sticks/node1-sdb/log.bin",
    source: { how: "range", path: "/dev/sdb", offsetBytes: 12_582_912, lengthBytes: 20_971_520 },
    text: false,
    content: bytes(300_000, 7),
    result: { modifiedAt: null },
  },
  {
    target: "switch1",
    item: "switch-log",
    path: "switch/switch1/show_log.txt",
    source: { how: "switch", line: "show log" },
    content: "log\n",
  },
  {
    target: "/",
    item: "own-events",
    path: "here/events.jsonl",
    source: { how: "own", what: "events" },
    content: '{"at":1}\n',
  },
];

export const writing = (of: Partial<WriteOptions> & Pick<WriteOptions, "to">): WriteOptions => ({
  overwrite: false,
  format: "tar.zst",
  redactor: null,
  redaction: { on: false, classes: [] },
  items: new Map(),
  writtenBy: "Halfrack 0.1.0",
  // A profile that cannot be written to: the bundle is written all the same.
  unfinished: new Unfinished("/dev/null/unfinished"),
  signal: new AbortController().signal,
  onProgress: () => undefined,
  ...of,
});
