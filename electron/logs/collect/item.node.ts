/**
 * Owns the file that one entry's bytes go to while they come: stored as they came packed, unpacked here for size and sum,
 * noted in the journal once they are on the disk, and gone on with after a cut by a further piece.
 */
import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import type { Transform } from "node:stream";
import { constants, createZstdCompress } from "node:zlib";
import type { ItemSource, Packing, Segment } from "./journal.ts";
import { chunkBytes, readItem, unpacker } from "./packing.node.ts";

/**
 * After so many stored bytes it is said in the journal how far the item is good, unless that is under way: so a slow disk
 * is not kept busy with it.
 */
const noteEveryBytes = 4 * 1024 * 1024;

/** What came unpacks to more than was asked for: a fault of the far side, or its malice. */
export class TooMuch extends Error {}

export class ItemWriter {
  readonly #file: FileHandle;
  readonly #n: number;
  readonly #note: (segment: Segment) => Promise<void>;
  #whole = createHash("sha256");
  /** Of the piece under way, where the item began with another one. */
  #ofPiece: Hash | null = null;
  #pieces: { packing: Packing; at: number }[] = [];
  #storedBytes = 0;
  #notedBytes = 0;
  #noting: Promise<void> = Promise.resolve();
  #isNoting = false;
  #contentBytes = 0;
  #limitBytes = Number.POSITIVE_INFINITY;
  /** Unpacks what came, or packs it: whichever the piece needs. */
  #through: { readonly stream: Transform; readonly to: "content" | "file" } | null = null;
  /** Packed here, and not on its way to the disk yet: of one chunk at most. */
  readonly #packed: Uint8Array[] = [];
  #failed: unknown = null;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  source: ItemSource | null = null;

  private constructor(file: FileHandle, n: number, note: (segment: Segment) => Promise<void>) {
    this.#file = file;
    this.#n = n;
    this.#note = note;
  }

  /** Goes on behind what `before` says is good, which is read and summed again; begins anew where there is nothing. */
  static async open(
    path: string,
    n: number,
    before: Segment | null,
    note: (segment: Segment) => Promise<void>,
  ): Promise<ItemWriter> {
    const item = new ItemWriter(await open(path, before ? "r+" : "w+", 0o600), n, note);
    if (!before) return item;
    try {
      await item.#file.truncate(before.storedBytes);
      for await (const chunk of readItem(path, before) as AsyncIterable<Uint8Array>) item.#content(chunk);
      item.#pieces = [...before.pieces];
      item.#storedBytes = before.storedBytes;
      item.#notedBytes = before.storedBytes;
      item.source = before.source;
      return item;
    } catch (error) {
      await item.close();
      throw error;
    }
  }

  /** Bytes of content so far, unpacked. */
  get contentBytes(): number {
    return this.#contentBytes;
  }

  get storedBytes(): number {
    return this.#storedBytes;
  }

  /** Of all content so far. */
  sum(): string {
    return this.#whole.copy().digest("hex");
  }

  /** Of the content of the last piece. */
  sumOfPiece(): string {
    return (this.#ofPiece ?? this.#whole).copy().digest("hex");
  }

  /** Forgets all that came so far; in the journal first, or other bytes would stand under what it says is good. */
  async restart(): Promise<void> {
    await this.#noting.catch(() => undefined);
    const isBegun = this.#pieces.length > 0;
    this.#whole = createHash("sha256");
    this.#ofPiece = null;
    this.#pieces = [];
    this.#storedBytes = 0;
    this.#notedBytes = 0;
    this.#contentBytes = 0;
    this.source = null;
    if (isBegun) await this.#noteNow();
    await this.#file.truncate(0);
  }

  /** What comes next is packed as `coming`; it is stored so, but what is not packed yet is packed here when `pack` says so. */
  beginPiece(coming: Packing, pack: boolean, limitBytes: number): void {
    const packing = coming === "raw" && pack ? "zst" : coming;
    this.#pieces.push({ packing, at: this.#storedBytes });
    this.#ofPiece = this.#contentBytes === 0 ? null : createHash("sha256");
    this.#limitBytes = this.#contentBytes + limitBytes;
    this.#failed = null;
    if (packing === "raw") return;
    const stream =
      coming === "raw"
        ? createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 1 }, chunkSize: chunkBytes })
        : unpacker(coming);
    const to = coming === "raw" ? "file" : "content";
    this.#through = { stream, to };
    stream.on("error", (error) => {
      this.#failed ??= error;
    });
    stream.on("data", (chunk: Buffer) => {
      if (to === "content") this.#content(chunk);
      else this.#packed.push(chunk);
    });
  }

  /** Takes what came; what it returns settles when more may come. Rejects with {@link TooMuch}, or as the disk does. */
  take(chunk: Uint8Array): void | Promise<void> {
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    if (this.#waitingBytes >= chunkBytes) return this.#flush();
  }

  /** Ends the piece, whole or cut off; what came is unpacked as far as it goes, and on the disk. */
  async endPiece(): Promise<void> {
    await this.#flush();
    const through = this.#through;
    this.#through = null;
    if (through) {
      const ended = new Promise<void>((resolve) => through.stream.once("close", resolve));
      through.stream.end();
      await ended;
      await this.#storePacked();
    }
    await this.note();
    if (this.#failed) throw this.#failed;
  }

  /** Says in the journal how far the item is good. */
  async note(): Promise<void> {
    await this.#noting;
    await this.#noteNow();
  }

  async close(): Promise<void> {
    this.#through?.stream.destroy();
    await this.#noting.catch(() => undefined);
    await this.#file.close();
  }

  async #flush(): Promise<void> {
    if (this.#waitingBytes === 0) return;
    const bytes = this.#waiting.length === 1 && this.#waiting[0] ? this.#waiting[0] : Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    const { stream, to } = this.#through ?? {};
    if (to === "content" && stream) await Promise.all([this.#store(bytes), this.#feed(stream, bytes)]);
    else {
      this.#content(bytes);
      if (stream) await this.#feed(stream, bytes);
      else await this.#store(bytes);
      await this.#storePacked();
    }
    if (this.#failed) throw this.#failed;
    if (this.#storedBytes - this.#notedBytes >= noteEveryBytes && !this.#isNoting) {
      this.#isNoting = true;
      this.#notedBytes = this.#storedBytes;
      this.#noting = this.#noteNow();
      this.#noting
        .catch((error: unknown) => {
          this.#failed ??= error;
        })
        .finally(() => {
          this.#isNoting = false;
        });
    }
  }

  #feed(stream: Transform, bytes: Uint8Array): Promise<void> {
    if (stream.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        stream.off("close", done);
        resolve();
      };
      stream.once("close", done); // after an error nothing is called back
      stream.write(bytes, done);
    });
  }

  async #storePacked(): Promise<void> {
    for (const packed of this.#packed.splice(0)) await this.#store(packed);
  }

  async #store(bytes: Uint8Array): Promise<void> {
    let written = 0;
    while (written < bytes.length) {
      const { bytesWritten } = await this.#file.write(bytes, written, bytes.length - written, this.#storedBytes);
      written += bytesWritten;
      this.#storedBytes += bytesWritten;
    }
  }

  #content(chunk: Uint8Array): void {
    if (this.#failed) return;
    this.#whole.update(chunk);
    this.#ofPiece?.update(chunk);
    this.#contentBytes += chunk.length;
    if (this.#contentBytes <= this.#limitBytes) return;
    this.#failed = new TooMuch("more came than was asked for");
    this.#through?.stream.destroy();
  }

  async #noteNow(): Promise<void> {
    const segment = { n: this.#n, pieces: [...this.#pieces], storedBytes: this.#storedBytes, source: this.source };
    await this.#file.datasync();
    await this.#note(segment);
  }
}
