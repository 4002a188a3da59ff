/** Logs of five hosts as a collection holds them, for benchmarks of what comes after collecting. */
import { createReadStream } from "node:fs";
import { mkdir, open, stat } from "node:fs/promises";
import { join } from "node:path";
import { createCollectionStore, type DiskStore } from "../../../electron/logs/collect/store.node.ts";
import { entryOf, headerOf, toldOf } from "../../logs/collection-samples.ts";

const hosts = 5;
const filesEach = 10;

/** Megabytes in all, unless `BENCH_LOGS_MB` says otherwise. */
const megabytes = Number(process.env.BENCH_LOGS_MB ?? 1000);

export interface Scene {
  readonly files: readonly string[];
  readonly bytes: number;
  readonly store: DiskStore;
  readonly id: string;
}

/** Writes the files below `work`, and a collection of them into `collections`. */
export async function logScene(work: string, collections: string): Promise<Scene> {
  const files: string[] = [];
  for (let host = 1; host <= hosts; host++)
    for (let day = 0; day < filesEach; day++) {
      const folder = join(work, `node${host}`);
      await mkdir(folder, { recursive: true });
      files.push(join(folder, `messages-${day}`));
      await writeLines(files.at(-1) ?? "", host, day, Math.round((megabytes * 1e6) / hosts / filesEach));
    }
  const store = createCollectionStore({ dir: collections });
  const id = "2026-11-01T00-00-00-bench";
  const entries = files.map((path, n) => {
    const target = path.split("/").at(-2) ?? "";
    const name = path.split("/").at(-1) ?? "";
    const source = { how: "file" as const, path: `/var/log/${name}` };
    return entryOf(n, { target, source, path: `nodes/${target}/files/var/log/${name}` });
  });
  const header = headerOf(
    id,
    entries,
    Array.from({ length: hosts }, (_, host) => `node${host + 1}`),
  );
  const writer = await store.create(header, { kind: "collection", path: null });
  let bytes = 0;
  for (const [n, path] of files.entries()) {
    await writer.put(n, createReadStream(path), toldOf({ modifiedAt: Date.UTC(2026, 10, 12) }));
    bytes += (await stat(path)).size;
  }
  await writer.close();
  return { files, bytes, store, id };
}

/** Lines with stamps, names and numbers that vary as those of a busy system do; one in a thousand tells of an error. */
async function writeLines(path: string, host: number, day: number, bytes: number): Promise<void> {
  const programs = ["kernel", "sshd[2214]", "systemd[1]", "opensm[911]", "CRON[31337]"];
  const from = Date.UTC(2026, 10, 1) + day * 86_400_000;
  let seed = host * 1000 + day;
  await using file = await open(path, "w");
  for (let at = 0, line = 0; at < bytes; ) {
    const lines: string[] = [];
    for (let n = 0; n < 5000; n++, line++) {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      const what = line % 1000 === 999 ? "error: no answer from" : "request of";
      lines.push(
        `${new Date(from + line * 137).toISOString()} node${host} ${programs[line % 5]}: ${what} ${(seed >>> 8).toString(16).padStart(6, "0")} on port ${line % 36} took ${seed >>> 20} us, state Active\n`,
      );
    }
    at += (await file.write(lines.join(""))).bytesWritten;
  }
}
