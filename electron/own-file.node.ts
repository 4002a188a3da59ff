/** Owns how a file that the admin writes into the profile is read: when it changed, and as a file of a size that one writes by hand. */
import { constants } from "node:fs";
import { open, stat } from "node:fs/promises";
import { errorCode } from "./contract/error.ts";

/** The largest that ships has a tenth of it. */
const maxBytes = 4 * 1024 * 1024;

/** Its text; null where it is not there. Throws an Error that says why it is not read. */
export async function readOwnFile(path: string): Promise<string | null> {
  try {
    // a pipe by that name keeps nobody waiting
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const about = await file.stat();
    if (!about.isFile()) throw new Error("It is no file.");
    if (about.size > maxBytes) throw new Error(`It has ${about.size} bytes; at most ${maxBytes} are read.`);
    return await file.readFile("utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
}

/** What `load` gave, until the file at `path` is another than it was then. */
export function whileUnchanged<T>(path: string, load: () => Promise<T>): () => Promise<T> {
  let kept: { readonly as: string; readonly loaded: Promise<T> } | null = null;
  return async () => {
    const as = await stat(path, { bigint: true }).then(
      ({ dev, ino, size, mtimeNs, ctimeNs }) => [dev, ino, size, mtimeNs, ctimeNs].join(" "),
      errorCode,
    );
    if (kept?.as === as) return kept.loaded;
    const loaded = load();
    kept = { as, loaded };
    loaded.catch(() => {
      if (kept?.loaded === loaded) kept = null;
    });
    return loaded;
  };
}
