/** Lists folders for the app's own file picker, where the host has no system dialog. */
import { readdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { FaultError, messageOf } from "./contract/error.ts";
import { byNumber } from "./contract/order.ts";

interface Listing {
  readonly dir: string;
  readonly parent: string | null;
  readonly entries: { readonly name: string; readonly path: string; readonly folder: boolean }[];
}

/** At most this many entries are shown of one folder. */
const maxEntries = 2000;

export async function listFolder(dir: string, endings: readonly string[]): Promise<Listing> {
  const absolute = resolve(dir);
  try {
    const entries = (await readdir(absolute, { withFileTypes: true }))
      .filter((entry) => !entry.name.startsWith("."))
      .filter((entry) => entry.isDirectory() || endings.some((ending) => entry.name.toLowerCase().endsWith(ending)))
      .map((entry) => ({ name: entry.name, path: join(absolute, entry.name), folder: entry.isDirectory() }))
      .sort((a, b) => Number(b.folder) - Number(a.folder) || byNumber(a.name, b.name))
      .slice(0, maxEntries);
    const parent = dirname(absolute);
    return { dir: absolute, parent: parent === absolute ? null : parent, entries };
  } catch (cause) {
    throw new FaultError(
      {
        code: "app.folder-unreadable",
        title: "The folder cannot be read",
        detail: messageOf(cause),
        next: "Choose another folder.",
        subject: absolute,
      },
      { cause },
    );
  }
}

/** Those of `paths` at which there is nothing. One after the other: a file server that hangs holds up one look, not all of the disk's. */
export async function goneOf(paths: readonly string[]): Promise<string[]> {
  const gone: string[] = [];
  for (const path of paths) {
    const code = await stat(path).then(
      () => "",
      (error: NodeJS.ErrnoException) => error.code,
    );
    if (code === "ENOENT" || code === "ENOTDIR") gone.push(path);
  }
  return gone;
}

/** The first of `dirs` that can be read: a folder of an earlier day may be gone. Throws the last one's fault. */
export async function listFirst(dirs: readonly string[], endings: readonly string[]): Promise<Listing> {
  const [dir = ".", ...others] = dirs;
  if (others.length === 0) return listFolder(dir, endings);
  return listFolder(dir, endings).catch(() => listFirst(others, endings));
}
