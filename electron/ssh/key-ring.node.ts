/**
 * Owns the private keys unlocked in this process: each is decrypted once, as bcrypt takes a good part of a second on
 * the main thread. Keys are found by what their file holds, so a file that changed is unlocked anew.
 */
import { createHash } from "node:crypto";
import type { ParsedKey } from "ssh2";

export class KeyRing {
  readonly #keys = new Map<string, ParsedKey>();

  get(file: Buffer): ParsedKey | undefined {
    return this.#keys.get(nameOf(file));
  }

  keep(file: Buffer, key: ParsedKey): void {
    this.#keys.set(nameOf(file), key);
  }

  forget(): void {
    this.#keys.clear();
  }
}

function nameOf(file: Buffer): string {
  return createHash("sha256").update(file).digest("hex");
}
