/** Secrets in Electron: encrypted by the system's key store where there is one, else in memory only. */
import { readFile } from "node:fs/promises";
import type { SafeStorage } from "electron";
import { errorCode } from "./contract/error.ts";
import { memorySecrets, type SecretStore } from "./secrets.ts";
import { writeWhole } from "./whole-file.node.ts";

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
      if (error instanceof SyntaxError || errorCode(error) === "ENOENT") return new Map();
      throw error;
    }
  };
  const change = (recipe: (secrets: Map<string, string>) => void): Promise<void> => {
    const next = queue.then(async () => {
      const secrets = await read();
      recipe(secrets);
      await writeWhole(path, JSON.stringify(Object.fromEntries(secrets)));
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
