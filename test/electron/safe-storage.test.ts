/** Secrets in a file, encrypted by a stand-in for the system's key store. */
import { mkdtemp, readdir, readFile, readlink, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SafeStorage } from "electron";
import { expect, test } from "vitest";
import { systemSecrets } from "../../electron/safe-storage.node.ts";

const keyStore = {
  isEncryptionAvailable: () => true,
  getSelectedStorageBackend: () => "gnome_libsecret",
  encryptString: (text: string) => Buffer.from(text).reverse(),
  decryptString: (bytes: Buffer) => Buffer.from(bytes).reverse().toString(),
} as unknown as SafeStorage;

test("secrets are kept for the next start, readable by this user alone, and forgotten on request", async () => {
  const dir = await mkdtemp(join(tmpdir(), "halfrack-secrets-"));
  try {
    const path = join(dir, "secrets.json");
    const store = systemSecrets(keyStore, path);
    await Promise.all([store.set("one", "first"), store.set("__proto__", "second"), store.set("gone", "third")]);
    await store.delete("gone");
    const next = systemSecrets(keyStore, path);
    expect(await Promise.all(["one", "__proto__", "gone"].map((key) => next.get(key)))).toEqual([
      "first",
      "second",
      null,
    ]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(path, "utf8")).not.toContain("first");
    expect(await readdir(dir)).toEqual(["secrets.json"]);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});

test("a file that cannot be read is not written over as if it had been empty", async () => {
  const dir = await mkdtemp(join(tmpdir(), "halfrack-secrets-"));
  try {
    const path = join(dir, "secrets.json");
    await symlink("secrets.json", path); // a link to itself: every way of opening it fails
    await expect(systemSecrets(keyStore, path).set("one", "first")).rejects.toMatchObject({ code: "ELOOP" });
    expect(await readlink(path)).toBe("secrets.json");
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
