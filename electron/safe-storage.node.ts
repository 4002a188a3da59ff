/** Secrets in Electron: encrypted by the system's key store where there is one, else in memory only. */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
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
  const read = async (): Promise<Record<string, string>> => {
    try {
      return JSON.parse(await readFile(path, "utf8")) as Record<string, string>;
    } catch {
      return {};
    }
  };
  const change = (recipe: (secrets: Record<string, string>) => void): Promise<void> => {
    const next = queue.then(async () => {
      const secrets = await read();
      recipe(secrets);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await writeFile(`${path}.new`, JSON.stringify(secrets), { mode: 0o600 });
      await rename(`${path}.new`, path);
    });
    queue = next.catch(() => undefined);
    return next;
  };
  return {
    persists: true,
    async get(key) {
      const stored = (await read())[key];
      if (stored === undefined) return null;
      try {
        return safeStorage.decryptString(Buffer.from(stored, "base64"));
      } catch {
        return null; // encrypted by another user or key store: as if it were not there
      }
    },
    set: (key, value) =>
      change((secrets) => {
        secrets[key] = safeStorage.encryptString(value).toString("base64");
      }),
    delete: (key) =>
      change((secrets) => {
        delete secrets[key];
      }),
  };
}
