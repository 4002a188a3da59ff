/**
 * Owns one reading of a collection: feeds a thread with its texts, tells how far it is, and passes questions on. Answers
 * are there from the first piece on.
 */
import { randomUUID } from "node:crypto";
import type { Worker } from "node:worker_threads";
import { type Fault, FaultError, messageOf } from "../../contract/error.ts";
import type {
  ErrorIndex,
  Histogram,
  KnownFound,
  KnownPattern,
  LinePage,
  LineSearchMessage,
  LogFilter,
  ReadingState,
} from "../../contract/logs/reading.ts";
import { Published } from "../../published.ts";
import { startThread } from "../../thread.node.ts";
import type { StoredCollection } from "../stored.node.ts";
import type { Pattern } from "./known.ts";
import { type ReadableEntry, readableEntries } from "./sources.ts";
import type { FromThread, Question, ThreadData, ToThread } from "./thread.ts";

export interface Reading {
  readonly state: Published<ReadingState>;
  readonly patterns: readonly KnownPattern[];
  /** At most {@link maxLines} from row `from` on; not all of them where the looking takes long. */
  lines(input: { filter: LogFilter; from: number; count: number }, signal?: AbortSignal): Promise<LinePage>;
  /** The first row at that time or later. */
  rowAt(input: { filter: LogFilter; atMs: number }, signal?: AbortSignal): Promise<number>;
  /** Rows of what `filter` lets through that `find` lets through too. */
  search(
    input: { filter: LogFilter; find: LogFilter; from: number; direction: "forward" | "backward" },
    signal?: AbortSignal,
  ): AsyncGenerator<LineSearchMessage, void, void>;
  histogram(input: { filter: LogFilter; buckets: number }, signal?: AbortSignal): Promise<Histogram>;
  errors(input: { filter: LogFilter }, signal?: AbortSignal): Promise<ErrorIndex>;
  known(input: { filter: LogFilter }, signal?: AbortSignal): Promise<KnownFound>;
  [Symbol.asyncDispose](): Promise<void>;
}

export const maxLines = 2000;
const maxBuckets = 2000;
/** Content on its way to the thread. */
const maxAwayBytes = 8 << 20;
/** Room for content, unpacked, on disk. */
const defaultCacheBytes = 64 * 2 ** 30;
/** JavaScript's own memory of the thread; what is kept of lines and blocks of content stands beside it. */
const maxHeapMb = 512;
/** Of it for what was just made. */
const maxYoungMb = 16;

/** Beside this file: as source, or built beside the program that holds this file. */
const program = new URL(
  import.meta.url.endsWith(".ts") ? "./reading-worker.node.ts" : "./logs-reading-worker.js",
  import.meta.url,
);

interface Asked {
  answer(value: unknown): void;
  part(value: unknown): void;
  fail(error: unknown): void;
}

/** `cacheDir` takes a private copy of all content for as long as the reading lasts. */
export function openReading(
  collection: StoredCollection,
  deps: { cacheDir: string; patterns: readonly Pattern[]; maxCacheBytes?: number },
): Reading {
  return new ThreadReading(collection, deps);
}

class ThreadReading implements Reading {
  readonly state: Published<ReadingState>;
  readonly patterns: readonly KnownPattern[];
  readonly #worker: Worker;
  readonly #asked = new Map<number, Asked>();
  #nextId = 0;
  #awayBytes = 0;
  #tookBytes = 0;
  /** Sources that the thread is done with. */
  #sources = 0;
  #lost: Fault | null = null;
  #wake = () => {};
  /** What went wrong with a stream on this side, by path. */
  readonly #streamNotes = new Map<string, string>();

  constructor(
    collection: StoredCollection,
    { cacheDir, patterns, maxCacheBytes = defaultCacheBytes }: Parameters<typeof openReading>[1],
  ) {
    const own = { name: Intl.DateTimeFormat().resolvedOptions().timeZone, minutes: -new Date().getTimezoneOffset() };
    const entries = readableEntries(collection, own);
    this.patterns = patterns;
    this.state = new Published<ReadingState>({
      id: randomUUID(),
      collection: collection.id,
      lines: 0,
      bytes: 0,
      totalBytes: entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      done: false,
      fault: null,
      fromMs: null,
      toMs: null,
      sources: [],
    });
    this.#worker = startThread(program, {
      workerData: { cacheDir, maxCacheBytes, patterns } satisfies ThreadData,
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb, maxYoungGenerationSizeMb: maxYoungMb },
    });
    this.#worker
      .on("message", (message: FromThread) => this.#heard(message))
      .on("error", (error) => this.#lose(failed(messageOf(error))))
      .on("exit", () => this.#lose(closed));
    void this.#feed(collection, entries);
  }

  lines({ filter, from, count }: Parameters<Reading["lines"]>[0], signal?: AbortSignal): Promise<LinePage> {
    const question = { kind: "lines", filter, from, count: Math.min(count, maxLines) } as const;
    return this.#ask(question, signal) as Promise<LinePage>;
  }

  rowAt(input: Parameters<Reading["rowAt"]>[0], signal?: AbortSignal): Promise<number> {
    return this.#ask({ kind: "rowAt", ...input }, signal) as Promise<number>;
  }

  histogram({ filter, buckets }: Parameters<Reading["histogram"]>[0], signal?: AbortSignal): Promise<Histogram> {
    const question = { kind: "histogram", filter, buckets: Math.min(buckets, maxBuckets) } as const;
    return this.#ask(question, signal) as Promise<Histogram>;
  }

  errors(input: Parameters<Reading["errors"]>[0], signal?: AbortSignal): Promise<ErrorIndex> {
    return this.#ask({ kind: "errors", ...input }, signal) as Promise<ErrorIndex>;
  }

  known(input: Parameters<Reading["known"]>[0], signal?: AbortSignal): Promise<KnownFound> {
    return this.#ask({ kind: "known", ...input }, signal) as Promise<KnownFound>;
  }

  async *search(
    input: Parameters<Reading["search"]>[0],
    signal?: AbortSignal,
  ): AsyncGenerator<LineSearchMessage, void, void> {
    const parts: LineSearchMessage[] = [];
    const leave = new AbortController();
    let wake = () => {};
    let ended = false;
    const all = signal ? AbortSignal.any([signal, leave.signal]) : leave.signal;
    const done = this.#ask({ kind: "search", ...input }, all, (part) => {
      parts.push(part as LineSearchMessage);
      wake();
    }).finally(() => {
      ended = true;
      wake();
    });
    // It is waited for below, once all parts were given.
    done.catch(() => {});
    try {
      while (!ended || parts.length > 0) {
        yield* parts.splice(0);
        if (!ended && parts.length === 0)
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
      await done;
    } finally {
      leave.abort();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#lost === null) {
      const gone = new Promise<void>((resolve) => this.#worker.once("exit", () => resolve()));
      this.#say({ to: "close" });
      await gone;
    }
    await this.#worker.terminate();
  }

  async #feed(collection: StoredCollection, entries: readonly ReadableEntry[]): Promise<void> {
    for (const [index, { facts }] of entries.entries()) {
      if (this.#lost !== null) return;
      this.#say({ to: "begin", source: facts });
      try {
        for await (const chunk of await collection.open(facts.n)) {
          await this.#room();
          if (this.#lost !== null || this.#sources > index) break;
          const bytes = Uint8Array.from(chunk as Uint8Array);
          this.#awayBytes += bytes.length;
          this.#worker.postMessage({ to: "piece", bytes } satisfies ToThread, [bytes.buffer]);
        }
      } catch (error) {
        this.#streamNotes.set(facts.path, `It could not be read to its end: ${messageOf(error)}.`);
      }
      this.#say({ to: "end" });
    }
    this.#say({ to: "complete" });
  }

  async #room(): Promise<void> {
    while (this.#awayBytes > maxAwayBytes && this.#lost === null)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
  }

  #say(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  #heard(message: FromThread): void {
    switch (message.from) {
      case "took":
        this.#awayBytes -= message.bytes;
        this.#tookBytes += message.bytes;
        this.#wake();
        break;
      case "progress":
        this.#publish(message.lines);
        break;
      case "source":
        this.#sources++;
        this.#publish(message.lines, message.state);
        break;
      case "completed":
        this.state.update((draft) => {
          draft.lines = message.lines;
          draft.bytes = this.#tookBytes;
          draft.done = true;
        });
        break;
      case "answer":
        this.#asked.get(message.id)?.answer(message.value);
        break;
      case "part":
        this.#asked.get(message.id)?.part(message.value);
        break;
      case "fault":
        this.#asked.get(message.id)?.fail(new FaultError(message.fault));
    }
  }

  #publish(lines: number, source?: ReadingState["sources"][number]): void {
    this.state.update((draft) => {
      draft.lines = lines;
      draft.bytes = this.#tookBytes;
      if (!source) return;
      const note = this.#streamNotes.get(source.path);
      draft.sources.push({ ...source, notes: note === undefined ? source.notes : [...source.notes, note] });
      if (source.fromMs !== null) draft.fromMs = Math.min(draft.fromMs ?? source.fromMs, source.fromMs);
      if (source.toMs !== null) draft.toMs = Math.max(draft.toMs ?? source.toMs, source.toMs);
    });
  }

  async #ask(question: Question, signal?: AbortSignal, part: Asked["part"] = () => {}): Promise<unknown> {
    signal?.throwIfAborted();
    if (this.#lost !== null) throw new FaultError(this.#lost);
    const id = this.#nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const onAbort = () => {
      this.#say({ to: "forget", id });
      reject(signal?.reason);
    };
    this.#asked.set(id, { answer: resolve, part, fail: reject });
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#say({ to: "ask", id, question });
    try {
      return await promise;
    } finally {
      this.#asked.delete(id);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  #lose(fault: Fault): void {
    if (this.#lost !== null) return;
    this.#lost = fault;
    this.#wake();
    for (const { fail } of this.#asked.values()) fail(new FaultError(fault));
    if (fault !== closed)
      this.state.update((draft) => {
        draft.fault = fault;
      });
  }
}

const closed: Fault = {
  code: "logs.reading-closed",
  title: "This reading was closed",
  detail: "Its thread has ended.",
  next: "Open the collection again.",
};

const failed = (detail: string): Fault => ({
  code: "logs.reading-failed",
  title: "The logs could not be read",
  detail,
  next: "Open the collection again. Where memory was short, collect less at once.",
});
