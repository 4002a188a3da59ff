/**
 * Owns the file that one entry's bytes go to while they come: stored as they came packed, summed behind the disk by a
 * thread, noted in the journal once they are on the disk, and gone on with after a cut by a further piece.
 */
import { once } from "node:events";
import { type FileHandle, open } from "node:fs/promises";
import { createZstdCompress, type ZstdCompress } from "node:zlib";
import type { ItemSource, Packing, Segment } from "./journal.ts";
import { chunkBytes, packingOptions } from "./packing.node.ts";
import { type Following, type Summing, TooMuch } from "./summing.node.ts";
import type { Summed } from "./summing.ts";

/**
 * After so many stored bytes it is said in the journal how far the item is good, unless that is under way: so a slow disk
 * is not kept busy with it.
 */
const noteEveryBytes = 4 * 1024 * 1024;
/** After so many the thread that sums reads on. */
const followEveryBytes = 1024 * 1024;

const sumOfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const nothing: Summed = { contentBytes: 0, sum: sumOfNothing, sumOfPiece: sumOfNothing };

export class ItemWriter {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #n: number;
  readonly #note: (segment: Segment) => Promise<void>;
  readonly #summing: Summing;
  #following: Following;
  #pieces: { packing: Packing; at: number }[] = [];
  #storedBytes = 0;
  #notedBytes = 0;
  #followedBytes = 0;
  #noting: Promise<void> = Promise.resolve();
  #isNoting = false;
  #notingFailed: unknown = null;
  #limitBytes = Number.POSITIVE_INFINITY;
  /** A frame may be endless and hold nothing. */
  #mostStored = Number.POSITIVE_INFINITY;
  #summed = nothing;
  /** Packs what comes, where the host could not. */
  #packer: ZstdCompress | null = null;
  /** Packed here, and not on its way to the disk yet: of one chunk at most. */
  #packed: Uint8Array[] = [];
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  source: ItemSource | null = null;

  private constructor(
    path: string,
    file: FileHandle,
    n: number,
    note: (segment: Segment) => Promise<void>,
    summing: Summing,
  ) {
    this.#path = path;
    this.#file = file;
    this.#n = n;
    this.#note = note;
    this.#summing = summing;
    this.#following = summing.follow(path);
  }

  /**
   * Goes on behind what `before` says is good, which is read and summed again; begins anew where there is nothing, or
   * what the disk holds cannot be read any more.
   */
  static async open(
    path: string,
    n: number,
    before: Segment | null,
    note: (segment: Segment) => Promise<void>,
    summing: Summing,
  ): Promise<ItemWriter> {
    const item = new ItemWriter(path, await open(path, before ? "r+" : "w+", 0o600), n, note, summing);
    if (!before) return item;
    try {
      await item.#file.truncate(before.storedBytes);
      item.#pieces = [...before.pieces];
      item.#storedBytes = before.storedBytes;
      item.#notedBytes = before.storedBytes;
      item.source = before.source;
      item.#summed = await item.#following.sums(before, item.#limitBytes).catch(async () => {
        await item.restart();
        return nothing;
      });
      return item;
    } catch (error) {
      await item.close();
      throw error;
    }
  }

  /** Bytes of content up to the end of the last piece, unpacked. */
  get contentBytes(): number {
    return this.#summed.contentBytes;
  }

  /** Of all content up to the end of the last piece. */
  get sum(): string {
    return this.#summed.sum;
  }

  /** Of the content of the last piece that ended. */
  get sumOfPiece(): string {
    return this.#summed.sumOfPiece;
  }

  get storedBytes(): number {
    return this.#storedBytes;
  }

  /** Forgets all that came so far; in the journal first, or other bytes would stand under what it says is good. */
  async restart(): Promise<void> {
    await this.#noting.catch(() => undefined);
    const begun = this.#storedBytes > 0;
    if (this.#pieces.length > 0 || this.#following.failed) {
      this.#following.leave();
      this.#following = this.#summing.follow(this.#path);
    }
    this.#summed = nothing;
    this.#pieces = [];
    this.#storedBytes = 0;
    this.#notedBytes = 0;
    this.#followedBytes = 0;
    this.source = null;
    if (!begun) return;
    await this.#noteNow();
    await this.#file.truncate(0);
  }

  /** What comes next is packed as `coming`; it is stored so, but what is not packed yet is packed here when `pack` says so. */
  beginPiece(coming: Packing, pack: boolean, limitBytes: number): void {
    const packing = coming === "raw" && pack ? "zst" : coming;
    this.#pieces.push({ packing, at: this.#storedBytes });
    this.#limitBytes = this.contentBytes + limitBytes;
    // no packing makes much more of what does not pack
    this.#mostStored = this.#storedBytes + limitBytes + limitBytes / 64 + chunkBytes;
    if (packing === coming) return;
    this.#packer = createZstdCompress(packingOptions);
    this.#packer.on("data", (packed: Buffer) => this.#packed.push(packed));
  }

  /** Takes what came; what it returns settles when more may come. Rejects as {@link Following.sums} and as the disk does. */
  take(chunk: Uint8Array): void | Promise<void> {
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    if (this.#waitingBytes >= chunkBytes) return this.#flush();
  }

  /** Ends the piece, whole or cut off; what came is unpacked and summed as far as it goes, and on the disk. */
  async endPiece(): Promise<void> {
    const failures: unknown[] = [];
    const tried = (step: Promise<unknown>) => step.catch((error: unknown) => failures.push(error));
    await tried(this.#flush());
    const packer = this.#packer;
    this.#packer = null;
    if (packer) {
      const ended = once(packer, "end");
      packer.end();
      await tried(ended.then(() => this.#storePacked()));
    }
    await tried(this.note());
    this.#summed = await this.#following.sums(this.#segment, this.#limitBytes).catch((error: unknown) => {
      failures.push(error);
      return nothing;
    });
    if (failures.length > 0) throw failures[0];
  }

  /** Says in the journal how far the item is good. */
  async note(): Promise<void> {
    await this.#noting;
    await this.#noteNow();
  }

  async close(): Promise<void> {
    this.#packer?.destroy();
    this.#following.leave();
    await this.#noting.catch(() => undefined);
    await this.#file.close();
  }

  async #flush(): Promise<void> {
    if (this.#waitingBytes === 0) return;
    const chunks = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    const packer = this.#packer;
    if (packer) {
      await new Promise((resolve) => packer.write(Buffer.concat(chunks), resolve));
      await this.#storePacked();
    } else await this.#store(chunks);
    if (this.#following.failed) throw this.#following.failed;
    if (this.#storedBytes > this.#mostStored) throw new TooMuch("more came than can hold what was asked for");
    if (this.#notingFailed) throw this.#notingFailed;
    if (this.#storedBytes - this.#followedBytes >= followEveryBytes) {
      this.#followedBytes = this.#storedBytes;
      this.#following.goOn(this.#segment, this.#limitBytes);
    }
    if (this.#storedBytes - this.#notedBytes >= noteEveryBytes && !this.#isNoting) {
      this.#isNoting = true;
      this.#notedBytes = this.#storedBytes;
      this.#noting = this.#noteNow();
      this.#noting
        .catch((error: unknown) => {
          this.#notingFailed ??= error;
        })
        .finally(() => {
          this.#isNoting = false;
        });
    }
  }

  async #storePacked(): Promise<void> {
    const packed = this.#packed;
    this.#packed = [];
    await this.#store(packed);
  }

  async #store(chunks: readonly Uint8Array[]): Promise<void> {
    let left = chunks;
    while (left.length > 0) {
      const { bytesWritten } = await this.#file.writev(left, this.#storedBytes);
      this.#storedBytes += bytesWritten;
      left = behind(left, bytesWritten);
    }
  }

  get #segment(): Segment {
    return { n: this.#n, pieces: [...this.#pieces], storedBytes: this.#storedBytes, source: this.source };
  }

  async #noteNow(): Promise<void> {
    const segment = this.#segment;
    await this.#file.datasync();
    await this.#note(segment);
  }
}

/** What is left of `chunks` after their first `bytes`. */
function behind(chunks: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let skip = bytes;
  return chunks.flatMap((chunk) => {
    const rest = chunk.subarray(Math.min(skip, chunk.length));
    skip = Math.max(0, skip - chunk.length);
    return rest.length > 0 ? [rest] : [];
  });
}
