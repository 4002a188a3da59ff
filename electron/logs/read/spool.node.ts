/**
 * Owns the private copy of all content, unpacked, in which lines are found again: one file that nobody else can open. Where
 * the system allows, it has no name from the start, so that nothing is left of it however the process ends.
 */
import { closeSync, mkdirSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "../../contract/error.ts";

export class Spool {
  readonly #dir: string;
  readonly #file: number;
  readonly #maxBytes: number;
  #size = 0;
  /** Why nothing more is taken; null while there is room. */
  full: string | null = null;

  constructor(parent: string, maxBytes: number) {
    mkdirSync(parent, { recursive: true, mode: 0o700 });
    this.#dir = mkdtempSync(join(parent, "reading-"));
    this.#file = openSync(join(this.#dir, "content"), "wx+", 0o600);
    this.#maxBytes = maxBytes;
    if (process.platform !== "win32") rmSync(this.#dir, { recursive: true });
  }

  get size(): number {
    return this.#size;
  }

  /** Takes as much as there is room for; returns how much that is. */
  append(bytes: Uint8Array): number {
    const room = Math.min(bytes.length, this.#maxBytes - this.#size);
    let written = 0;
    try {
      while (written < room) {
        const more = writeSync(this.#file, bytes, written, room - written, this.#size);
        written += more;
        this.#size += more;
      }
    } catch (error) {
      if (!["ENOSPC", "EDQUOT", "EFBIG"].includes(errorCode(error))) throw error;
      this.full = "the disk that holds Halfrack's cache is full";
    }
    if (this.full === null && room < bytes.length) this.full = "more would not fit into the cache of a reading";
    return written;
  }

  /** `into` what is given, which has room for it. */
  read(position: number, length: number, into?: Buffer): Buffer {
    const bytes = into?.subarray(0, Math.max(0, length)) ?? Buffer.allocUnsafe(Math.max(0, length));
    let read = 0;
    while (read < bytes.length) {
      const more = readSync(this.#file, bytes, read, bytes.length - read, position + read);
      if (more === 0) break;
      read += more;
    }
    return bytes.subarray(0, read);
  }

  close(): void {
    closeSync(this.#file);
    rmSync(this.#dir, { recursive: true, force: true });
  }
}
