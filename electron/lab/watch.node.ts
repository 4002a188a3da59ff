/** Owns when a file is looked at again: on events of its folder, and every two seconds where events do not come. */
import { type FSWatcher, watch } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";

/** Network file systems and full inotify tables give no events. */
const lookEveryMs = 2000;
/** Editors write, rename and touch in one go; what they do within this time is one change. */
const settleMs = 50;

/**
 * Calls `look` after something may have happened to `path` (or to what it links to); never twice at once. The folders
 * are watched, not the file: editors that save by renaming put another file in its place.
 */
export function watchFile(path: string, look: () => Promise<void>): Disposable {
  const watchers = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | null = null;
  let looking = false;
  let again = false;
  let ended = false;
  let seen = "";

  const run = async () => {
    timer = null;
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    try {
      do {
        again = false;
        await follow();
        // A look that failed must not end the process: the next event looks again.
        if (!ended) await look().catch(() => undefined);
      } while (again && !ended);
    } finally {
      looking = false;
    }
  };
  const soon = () => {
    if (ended) return;
    timer ??= setTimeout(() => void run(), settleMs);
  };
  /** Watches the folder of the name and, for a link, of its target. */
  const follow = async () => {
    const real = await realpath(path).catch(() => path);
    for (const file of new Set([path, real])) {
      const folder = dirname(file);
      if (ended || watchers.has(folder)) continue;
      try {
        const names = new Set([basename(path), basename(real)]);
        const watcher = watch(folder, { persistent: false }, (_, name) => {
          if (name === null || names.has(name)) soon();
        });
        watcher.on("error", () => drop(folder));
        watchers.set(folder, watcher);
      } catch {
        // The two-second look stands in.
      }
    }
  };
  const drop = (folder: string) => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
    soon();
  };
  const poll = setInterval(() => {
    void stat(path).then(
      (stats) => compare(`${stats.ino} ${stats.size} ${stats.mtimeMs}`),
      () => compare("gone"),
    );
  }, lookEveryMs);
  poll.unref();
  const compare = (now: string) => {
    if (now !== seen) soon();
    seen = now;
  };
  void follow();
  return {
    [Symbol.dispose]() {
      ended = true;
      clearInterval(poll);
      if (timer) clearTimeout(timer);
      for (const watcher of watchers.values()) watcher.close();
      watchers.clear();
    },
  };
}
