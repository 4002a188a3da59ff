/** A small store of collections on disk, for what only needs one that keeps bytes. */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { FaultError, invariant } from "../../electron/contract/error.ts";
import type { Clock, CollectionHeader, EntryResult } from "../../electron/contract/logs/entry.ts";
import type { CollectionStore, StoredCollection } from "../../electron/logs/stored.node.ts";

export function diskStore(dir: string): CollectionStore & { readonly all: ReadonlyMap<string, StoredCollection> } {
  const all = new Map<string, StoredCollection>();
  const gone = (id: string) =>
    new FaultError({ code: "logs.no-such-collection", title: "Gone", detail: id, next: "Choose another." });
  return {
    all,
    list: async () => [...all.values()],
    get: async (id) => {
      const found = all.get(id);
      if (found === undefined) throw gone(id);
      return found;
    },
    create: async (header: CollectionHeader, of) => {
      const folder = join(dir, header.id);
      mkdirSync(folder, { recursive: true });
      const results = new Map<number, EntryResult>();
      const clocks = new Map<string, Clock>();
      const open = async (n: number) => {
        const result = results.get(n);
        if (result?.sha256 == null) throw gone(`${header.id}/${n}`);
        return createReadStream(join(folder, String(n)));
      };
      all.set(header.id, { id: header.id, kind: of.kind, path: of.path, header, results, clocks, open });
      return {
        put: async (n, content, result) => {
          invariant(content instanceof Readable, "content is a stream");
          const sum = createHash("sha256");
          let sizeBytes = 0;
          const counted = async function* (source: AsyncIterable<Buffer>) {
            for await (const chunk of source) {
              sum.update(chunk);
              sizeBytes += chunk.length;
              yield chunk;
            }
          };
          await pipeline(content, counted, createWriteStream(join(folder, String(n))));
          const whole = { n, ...result, sizeBytes, sha256: sum.digest("hex") };
          results.set(n, whole);
          return whole;
        },
        note: async (result) => void results.set(result.n, result),
        noteClock: async (clock) => void clocks.set(clock.target, clock),
        close: async () => undefined,
      };
    },
    remove: async (id) => {
      rmSync(join(dir, id), { recursive: true, force: true });
      all.delete(id);
    },
  };
}
