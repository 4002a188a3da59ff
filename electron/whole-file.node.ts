/** Owns how the profile's small files are written: whole, for the user alone, over what was there. */
import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, link, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { errorCode } from "./contract/error.ts";

/** On the disk before it takes the old one's place, so that a crash leaves one or the other. Makes the folder too. */
export async function writeWhole(path: string, text: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomUUID()}.new`;
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Puts the whole of `draft` at `path` at once, unless something is there: then false. */
export async function takesPlace(draft: string, path: string): Promise<boolean> {
  try {
    // Not every file system has hard links.
    await link(draft, path).catch((error: unknown) => {
      if (errorCode(error) === "EEXIST") throw error;
      return copyFile(draft, path, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  }
}
