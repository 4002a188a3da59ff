/** Owns the thread that sums what is collected, and hears it for each item. It starts with the first item. */
import type { Worker } from "node:worker_threads";
import { messageOf } from "../../contract/error.ts";
import { startThread } from "../../thread.node.ts";
import type { Segment } from "./journal.ts";
import type { Broken, Follow, Leave, Summed, SummingSaid } from "./summing.ts";

/** What came unpacks to more than was asked for: a fault of the far side, or its malice. */
export class TooMuch extends Error {}
/** What came cannot be unpacked. */
export class Unreadable extends Error {}

/** Beside this file: as source, or built beside the program that holds this file. */
const program = new URL(
  import.meta.url.endsWith(".ts") ? "./summing-worker.node.ts" : "./summing-worker.js",
  import.meta.url,
);

/** What was unpacked is summed at once: kept for longer, it is memory that waits to be collected. */
const maxYoungMb = 1;

export class Summing {
  #worker: Worker | null = null;
  #ended: Error | null = null;
  #last = 0;
  readonly #items = new Map<number, Following>();

  /** Sums an item from its first byte. */
  follow(path: string): Following {
    const item = ++this.#last;
    const following = new Following(item, path, (message) => this.#post(message));
    this.#items.set(item, following);
    if (this.#ended) following.break(this.#ended);
    return following;
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #post(message: Follow | Leave): void {
    if ("leave" in message) this.#items.delete(message.item);
    this.#worker ??= this.#start();
    if (!this.#ended) this.#worker.postMessage(message);
  }

  #start(): Worker {
    const worker = startThread(program, { resourceLimits: { maxYoungGenerationSizeMb: maxYoungMb } });
    const end = (why: string) => {
      this.#ended ??= new Error(`The thread that sums what is collected ended: ${why}`);
      for (const following of this.#items.values()) following.break(this.#ended);
    };
    worker.on("error", (error) => end(messageOf(error))).on("exit", () => end("without a reason"));
    worker.on("message", (said: SummingSaid) => this.#items.get(said.item)?.hear(said));
    return worker;
  }
}

/** One item as it is summed. */
export class Following {
  readonly #item: number;
  readonly #path: string;
  readonly #post: (message: Follow | Leave) => void;
  #asked: PromiseWithResolvers<Summed> | null = null;
  /** What is wrong with what came; nothing that comes after it is summed. */
  failed: Error | null = null;

  constructor(item: number, path: string, post: (message: Follow | Leave) => void) {
    this.#item = item;
    this.#path = path;
    this.#post = post;
  }

  /** Reads on: so far the item stands on the disk. */
  goOn(to: Pick<Segment, "pieces" | "storedBytes">, limitBytes: number, ended = false): void {
    const { pieces, storedBytes } = to;
    this.#post({ item: this.#item, path: this.#path, pieces: [...pieces], storedBytes, limitBytes, ended });
  }

  /** The sums up to the end of the last piece. Rejects with {@link TooMuch} or {@link Unreadable}. */
  async sums(to: Pick<Segment, "pieces" | "storedBytes">, limitBytes: number): Promise<Summed> {
    if (this.failed) throw this.failed;
    this.#asked = Promise.withResolvers();
    this.goOn(to, limitBytes, true);
    return await this.#asked.promise;
  }

  leave(): void {
    this.#post({ item: this.#item, leave: true });
  }

  hear(said: SummingSaid): void {
    if ("summed" in said) this.#asked?.resolve(said.summed);
    else this.break(errorOf(said.broken));
  }

  break(why: Error): void {
    this.failed ??= why;
    this.#asked?.promise.catch(() => undefined);
    this.#asked?.reject(this.failed);
  }
}

const errorOf = (broken: Broken): Error =>
  broken.why === "too-much" ? new TooMuch("more came than was asked for") : new Unreadable(broken.message);
