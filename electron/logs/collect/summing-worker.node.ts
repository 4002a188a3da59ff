/**
 * The thread that sums what is collected (`summing.node.ts`): it reads items behind the writer, from the disk, unpacks and
 * sums them. So what is summed is what is kept, and the loop in which sessions live is free of it.
 */
import { createHash, type Hash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { flushCompileCache } from "node:module";
import type { Transform } from "node:stream";
import { parentPort } from "node:worker_threads";
import { invariant, messageOf } from "../../contract/error.ts";
import { unpacker } from "./packing.node.ts";
import type { Broken, Follow, Leave, SummingSaid } from "./summing.ts";

const port = parentPort;
invariant(port, "this file runs as a thread");
const say = (said: SummingSaid) => port.postMessage(said);

/** Of what is read at one time. */
const chunkBytes = 64 * 1024;

class TooMuch extends Error {}

class Follower {
  readonly #item: number;
  readonly #fd: number;
  readonly #chunk = Buffer.allocUnsafe(chunkBytes);
  readonly #whole = createHash("sha256");
  /** Null while the first piece is read: it is the whole until then. */
  #ofPiece: Hash | null = null;
  #contentBytes = 0;
  #limitBytes = 0;
  /** Of the pieces, the one that is read. */
  #index = 0;
  #at = 0;
  #unpacking: { readonly stream: Transform; readonly over: Promise<void> } | null = null;
  #unpackingFailed: unknown = null;
  #broken = false;
  #work: Promise<void> = Promise.resolve();

  constructor({ item, path }: Follow) {
    this.#item = item;
    this.#fd = openSync(path, "r");
  }

  follow(to: Follow): void {
    this.#work = this.#work.then(() => this.#goOn(to)).catch((error: unknown) => this.#break(error));
  }

  leave(): void {
    this.#work = this.#work.finally(() => {
      this.#unpacking?.stream.destroy();
      closeSync(this.#fd);
    });
  }

  async #goOn({ pieces, storedBytes, limitBytes, ended }: Follow): Promise<void> {
    if (this.#broken) return;
    this.#limitBytes = limitBytes;
    for (;;) {
      const packing = pieces[this.#index]?.packing;
      const end = pieces[this.#index + 1]?.at ?? storedBytes;
      if (packing !== undefined) await this.#read(packing, end);
      if (this.#index >= pieces.length - 1) break;
      await this.#endPiece();
      this.#ofPiece = createHash("sha256");
      this.#index++;
    }
    if (!ended) return;
    await this.#endPiece();
    say({
      item: this.#item,
      summed: {
        contentBytes: this.#contentBytes,
        sum: this.#whole.copy().digest("hex"),
        sumOfPiece: (this.#ofPiece ?? this.#whole).copy().digest("hex"),
      },
    });
  }

  async #read(packing: Follow["pieces"][number]["packing"], end: number): Promise<void> {
    const stream = packing === "raw" ? null : this.#unpacker(packing);
    while (this.#at < end) {
      const chunk = this.#chunk.subarray(0, Math.min(chunkBytes, end - this.#at));
      const read = readSync(this.#fd, chunk, 0, chunk.length, this.#at);
      if (read === 0) throw new Error("the item is shorter than what was written to it");
      this.#at += read;
      if (stream === null) this.#take(chunk.subarray(0, read));
      else await write(stream, chunk.subarray(0, read));
      if (this.#unpackingFailed !== null) throw this.#unpackingFailed;
    }
  }

  #unpacker(packing: "zst" | "gz"): Transform {
    if (this.#unpacking) return this.#unpacking.stream;
    const stream = unpacker(packing);
    const over = new Promise<void>((resolve) => stream.once("close", resolve));
    stream.on("error", (error) => {
      this.#unpackingFailed ??= error;
    });
    stream.on("data", (content: Buffer) => {
      try {
        this.#take(content);
      } catch (error) {
        this.#unpackingFailed ??= error;
        stream.destroy();
      }
    });
    this.#unpacking = { stream, over };
    return stream;
  }

  async #endPiece(): Promise<void> {
    const unpacking = this.#unpacking;
    this.#unpacking = null;
    unpacking?.stream.end();
    await unpacking?.over;
    if (this.#unpackingFailed !== null) throw this.#unpackingFailed;
  }

  #take(content: Uint8Array): void {
    if (this.#contentBytes + content.length > this.#limitBytes) throw new TooMuch();
    this.#contentBytes += content.length;
    this.#whole.update(content);
    this.#ofPiece?.update(content);
  }

  #break(error: unknown): void {
    this.#broken = true;
    this.#unpacking?.stream.destroy();
    const broken: Broken =
      error instanceof TooMuch ? { why: "too-much" } : { why: "unreadable", message: messageOf(error) };
    say({ item: this.#item, broken });
  }
}

function write(stream: Transform, bytes: Uint8Array): Promise<void> {
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

const followers = new Map<number, Follower>();
port.on("message", (message: Follow | Leave) => {
  const known = followers.get(message.item);
  if ("leave" in message) {
    known?.leave();
    followers.delete(message.item);
    return;
  }
  try {
    const follower = known ?? new Follower(message);
    followers.set(message.item, follower);
    follower.follow(message);
  } catch (error) {
    say({ item: message.item, broken: { why: "unreadable", message: messageOf(error) } });
  }
});
port.on("close", () => flushCompileCache());
