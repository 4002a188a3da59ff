/**
 * Owns how a lab file is read and written: whole or not at all. A save writes a new file beside the old one, flushes
 * it, takes the old one's mode and owner, and renames it over; a crash or a full disk leaves the old file.
 */
import { createHash, randomBytes } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { access, type FileHandle, open, readdir, realpath, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { errorCode, FaultError, messageOf } from "../contract/error.ts";
import { maxLabBytes } from "./text.ts";

/** A file's content as it was read: at most one byte over the limit is held. */
export type ReadFile = { readonly bytes: Uint8Array; readonly sizeBytes: number; readonly hash: string };

export const hashOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** Temporary files older than this were left by a save that was killed. */
const abandonedAfterMs = 60_000;

/**
 * Reads a regular file, up to the limit of a lab file. Throws FaultError `lab.not-found`, `lab.not-a-file`,
 * `lab.unreadable`.
 */
export async function readLabFile(path: string): Promise<ReadFile> {
  try {
    // Without O_NONBLOCK a named pipe would be waited for until somebody writes to it.
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stats = await handle.stat();
      if (!stats.isFile()) throw notAFile(path, stats);
      const bytes = await readUpTo(handle, maxLabBytes + 1);
      return { bytes, sizeBytes: Math.max(stats.size, bytes.length), hash: hashOf(bytes) };
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw readFault(path, error);
  }
}

async function readUpTo(handle: FileHandle, limitBytes: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(limitBytes);
  let length = 0;
  while (length < limitBytes) {
    const { bytesRead } = await handle.read(buffer, length, limitBytes - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.slice(0, length);
}

function notAFile(path: string, stats: Stats): FaultError {
  const what = stats.isDirectory() ? "a folder" : "not a regular file";
  return new FaultError({
    code: "lab.not-a-file",
    title: `${path} is ${what}`,
    detail: "A lab is one YAML file.",
    next: "Choose the file itself.",
    subject: path,
  });
}

function readFault(path: string, error: unknown): FaultError {
  if (error instanceof FaultError) return error;
  const code = errorCode(error);
  if (code === "ENOENT" || code === "ENOTDIR")
    return new FaultError(
      {
        code: "lab.not-found",
        title: `There is no file ${path}`,
        detail: "It may have been moved, renamed or deleted, or stand on a disk that is not mounted.",
        next: "Check the path, or create a new lab file.",
        subject: path,
      },
      { cause: error },
    );
  return new FaultError(
    {
      code: "lab.unreadable",
      title: `The file ${path} cannot be read`,
      detail: messageOf(error),
      next: "Check its permissions and those of its folder.",
      subject: path,
    },
    { cause: error },
  );
}

/**
 * Replaces the content of `path` (or of what it links to) by `text`, atomically, keeping mode and owner. Returns the
 * hash of what was written. Throws FaultError `lab.save-failed`; the file then is what it was. Hard links to the file
 * keep the old content.
 */
export async function saveLabFile(path: string, text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  try {
    const target = await realpath(path).catch((error: unknown) => {
      if (errorCode(error) === "ENOENT") return path;
      throw error;
    });
    const old = await stat(target).catch(() => null);
    // Renaming needs no right to the file itself: a file made read-only on purpose is respected here.
    if (old) await access(target, constants.W_OK);
    await replace(target, bytes, old);
    return hashOf(bytes);
  } catch (error) {
    throw saveFault(path, error);
  }
}

async function replace(target: string, bytes: Uint8Array, old: Stats | null): Promise<void> {
  const folder = dirname(target);
  const prefix = `.${basename(target).slice(0, 200)}.halfrack-`;
  await sweep(folder, prefix);
  const temporary = join(folder, `${prefix}${randomBytes(6).toString("hex")}.tmp`);
  const handle = await open(temporary, "wx", old ? old.mode & 0o777 : 0o666);
  try {
    try {
      await handle.writeFile(bytes);
      if (old) await keepOwner(handle, old);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  await syncFolder(folder);
}

async function keepOwner(handle: FileHandle, old: Stats): Promise<void> {
  const now = await handle.stat();
  // Changing the owner clears set-id bits, so the mode comes last.
  if (now.uid !== old.uid || now.gid !== old.gid) await handle.chown(old.uid, old.gid);
  await handle.chmod(old.mode & 0o7777);
}

/** Makes the rename itself survive a power cut; a file system that cannot flush folders (Windows) is left to itself. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => null);
  try {
    await handle?.sync();
  } catch (error) {
    if (!["EINVAL", "EPERM", "EISDIR", "ENOTSUP"].includes(errorCode(error))) throw error;
  } finally {
    await handle?.close();
  }
}

/** Removes what killed saves of the same file left behind. */
async function sweep(folder: string, prefix: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((each) => each.startsWith(prefix) && each.endsWith(".tmp"))) {
    const file = join(folder, name);
    const stats = await stat(file).catch(() => null);
    if (stats && Date.now() - stats.mtimeMs > abandonedAfterMs) await unlink(file).catch(() => undefined);
  }
}

/**
 * Writes a new file. Throws FaultError `lab.exists` when there is one already, `lab.no-folder` when there is no folder
 * for it, `lab.save-failed` otherwise.
 */
export async function createLabFile(path: string, text: string): Promise<void> {
  try {
    const handle = await open(path, "wx");
    try {
      await handle.writeFile(text);
      await handle.sync();
    } catch (error) {
      await unlink(path).catch(() => undefined);
      throw error;
    } finally {
      await handle.close();
    }
    await syncFolder(dirname(path));
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") throw noFolder(path, error);
    if (code !== "EEXIST") throw saveFault(path, error, "Nothing was created.");
    throw new FaultError(
      {
        code: "lab.exists",
        title: `${path} exists already`,
        detail: "A new lab never overwrites a file.",
        next: "Open it instead, or choose another name.",
        subject: path,
      },
      { cause: error },
    );
  }
}

function noFolder(path: string, cause: unknown): FaultError {
  return new FaultError(
    {
      code: "lab.no-folder",
      title: `There is no folder ${dirname(path)}`,
      detail: "A new lab file is put into a folder that exists. Nothing was created.",
      next: `Create the folder first (mkdir -p), or choose another place for ${basename(path)}.`,
      evidence: messageOf(cause),
      subject: path,
    },
    { cause },
  );
}

const saveReasons: Readonly<Record<string, string>> = {
  ENOSPC: "The disk is full.",
  EDQUOT: "The disk quota is used up.",
  EROFS: "The disk is mounted read-only.",
  EACCES: "The file or its folder may not be written.",
  EPERM: "The file's owner cannot be kept, or the folder may not be written.",
  ENOENT: "The folder is not there.",
};

function saveFault(path: string, error: unknown, state = "The file on disk is what it was."): FaultError {
  const reason = saveReasons[errorCode(error)] ?? "Writing failed.";
  return new FaultError(
    {
      code: "lab.save-failed",
      title: `The lab file ${path} was not saved`,
      detail: `${reason} ${state}`,
      next: "Remove the cause, then save again.",
      evidence: messageOf(error),
      retry: ["ENOSPC", "EDQUOT"].includes(errorCode(error)),
      subject: path,
    },
    { cause: error },
  );
}
