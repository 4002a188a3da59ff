/** Owns the files of a history: their rights, which one is meant, and what becomes of a damaged one. */
import { chmodSync, closeSync, fstatSync, openSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** SQLite keeps what was written last, and who reads what, in files beside the database. */
const endings = ["", "-wal", "-shm"];

/** What tells a file from another one of the same name; null where there is none. */
export type FileId = bigint | null;

export function fileIdOf(path: string): FileId {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino ?? null;
}

/** Makes the file where there is none. Who counts what in a lab is nobody else's business: it is its owner's alone. */
export function ownFile(path: string): FileId {
  const file = openSync(path, "a", 0o600);
  const { ino } = fstatSync(file, { bigint: true });
  closeSync(file);
  for (const ending of endings) {
    const stats = statSync(path + ending, { throwIfNoEntry: false });
    if (stats === undefined || (stats.mode & 0o077) === 0) continue;
    try {
      chmodSync(path + ending, 0o600);
    } catch {
      // Somebody else's file keeps the rights that they gave it.
    }
  }
  return ino;
}

/** Bytes on disk, with what is not yet in the main file. */
export function sizeOf(path: string): number {
  return [path, `${path}-wal`].reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
}

/**
 * Renames a damaged database; gives its new name. Of those that were moved aside before, the largest stays for a look: on
 * a disk that fails each new file is damaged soon, and the months are in the first.
 */
export function moveAside(path: string): string {
  const bySize = damagedOf(path).toSorted((a, b) => sizeOf(a) - sizeOf(b));
  for (const old of bySize.slice(0, -1)) remove(old);
  const aside = `${path}.damaged-${new Date().toISOString().replaceAll(/[:.]/g, "-")}`;
  for (const ending of endings) {
    try {
      renameSync(path + ending, aside + ending);
    } catch {
      // There is none, or it cannot be moved; then opening fails again and says so.
    }
  }
  return aside;
}

/** Damaged databases that were moved aside, the oldest first. */
export function damagedOf(path: string): readonly string[] {
  const name = `${basename(path)}.damaged-`;
  try {
    const found = readdirSync(dirname(path)).filter((each) => each.startsWith(name) && !/-(?:wal|shm)$/.test(each));
    return found.sort().map((each) => join(dirname(path), each));
  } catch {
    return [];
  }
}

/** Deletes a database that nobody has open. */
export function remove(path: string): void {
  for (const ending of endings) rmSync(path + ending, { force: true });
}
