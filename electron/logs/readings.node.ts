/** Owns the time lines that are open: one for each collection, kept for a while after nobody looks at it any more. */
import type { WatchMessage } from "../contract/base.ts";
import type { ReadingState } from "../contract/logs/reading.ts";
import type { Pattern } from "./read/known.ts";
import { openReading, type Reading } from "./read/reading.node.ts";
import type { StoredCollection } from "./stored.node.ts";

/** Whoever goes to another view and comes back finds it as it was. */
const idleMs = 5 * 60_000;

interface Open {
  readonly reading: Promise<Reading>;
  users: number;
  end: NodeJS.Timeout | undefined;
}

export interface ReadingsDeps {
  readonly cacheDir: string;
  get(id: string): Promise<StoredCollection>;
  patterns(): Promise<readonly Pattern[]>;
}

export class Readings implements AsyncDisposable {
  readonly #deps: ReadingsDeps;
  readonly #open = new Map<string, Open>();

  constructor(deps: ReadingsDeps) {
    this.#deps = deps;
  }

  /** Runs `work` on the collection's time line, which is opened where it is not. */
  async use<T>(id: string, work: (reading: Reading) => Promise<T>): Promise<T> {
    const open = this.#take(id);
    try {
      return await work(await open.reading);
    } finally {
      this.#leave(id, open);
    }
  }

  /** What `of` gives of the collection's time line, which stays open while anybody takes of it. */
  async *stream<T>(id: string, of: (reading: Reading) => AsyncIterable<T>): AsyncGenerator<T, void, void> {
    const open = this.#take(id);
    try {
      yield* of(await open.reading);
    } finally {
      this.#leave(id, open);
    }
  }

  watch(id: string, signal?: AbortSignal): AsyncGenerator<WatchMessage<ReadingState>, void, void> {
    return this.stream(id, (reading) => reading.state.watch(signal));
  }

  /** Ends it: what it was read from goes, or was collected anew. */
  async forget(id: string): Promise<void> {
    const open = this.#open.get(id);
    if (!open) return;
    this.#open.delete(id);
    clearTimeout(open.end);
    await open.reading.then(
      (reading) => reading[Symbol.asyncDispose](),
      () => undefined,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#open.keys()].map((id) => this.forget(id)));
  }

  #take(id: string): Open {
    const known = this.#open.get(id);
    if (known) {
      clearTimeout(known.end);
      known.users += 1;
      return known;
    }
    const open: Open = { reading: this.#begin(id), users: 1, end: undefined };
    this.#open.set(id, open);
    // One that could not be opened is tried anew by the next who asks.
    open.reading.catch(() => this.#open.get(id) === open && this.#open.delete(id));
    return open;
  }

  #leave(id: string, open: Open): void {
    open.users -= 1;
    if (open.users > 0 || this.#open.get(id) !== open) return;
    open.end = setTimeout(() => void this.forget(id), idleMs);
    open.end.unref();
  }

  async #begin(id: string): Promise<Reading> {
    const [collection, patterns] = await Promise.all([this.#deps.get(id), this.#deps.patterns()]);
    return openReading(collection, { cacheDir: this.#deps.cacheDir, patterns });
  }
}
