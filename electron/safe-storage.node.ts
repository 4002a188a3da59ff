/** Secrets in Electron: encrypted by the system's key store where there is one, else in memory only. */
import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { SafeStorage } from "electron";
import { memorySecrets, type SecretStore } from "./secrets.ts";

/** Linux falls back to a fixed key when no key store answers; that is no protection, so memory is used instead. */
function isProtected(safeStorage: SafeStorage): boolean {
  if (!safeStorage.isEncryptionAvailable()) return false;
  return process.platform !== "linux" || safeStorage.getSelectedStorageBackend() !== "basic_text";
}

export function systemSecrets(safeStorage: SafeStorage, path: string): SecretStore {
  if (!isProtected(safeStorage)) return memorySecrets();
  let queue: Promise<unknown> = Promise.resolve();
  /** A file that is there and cannot be read is an error: it must not be written over as if it had been empty. */
  const read = async (): Promise<Map<string, string>> => {
    try {
      const stored: unknown = JSON.parse(await readFile(path, "utf8"));
      const entries = typeof stored === "object" && stored !== null ? Object.entries(stored) : [];
      return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
    } catch (error) {
      const empty =
        error instanceof SyntaxError || (error instanceof Error && "code" in error && error.code === "ENOENT");
      if (empty) return new Map();
      throw error;
    }
  };
  const change = (recipe: (secrets: Map<string, string>) => void): Promise<void> => {
    const next = queue.then(async () => {
      const secrets = await read();
      recipe(secrets);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await replace(path, JSON.stringify(Object.fromEntries(secrets)));
    });
    queue = next.catch(() => undefined);
    return next;
  };
  return {
    persists: true,
    async get(key) {
      const stored = (await read()).get(key);
      if (stored === undefined) return null;
      try {
        return safeStorage.decryptString(Buffer.from(stored, "base64"));
      } catch {
        return null; // encrypted by another user or key store: as if it were not there
      }
    },
    set: (key, value) =>
      change((secrets) => {
        secrets.set(key, safeStorage.encryptString(value).toString("base64"));
      }),
    delete: (key) =>
      change((secrets) => {
        secrets.delete(key);
      }),
  };
}

/** Whole and on the disk before it takes the old one's place. */
async function replace(path: string, text: string): Promise<void> {
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
    await rm(temporary, { force: true });
    throw error;
  }
}
