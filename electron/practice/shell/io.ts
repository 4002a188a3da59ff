/** Streams of the practice shell: bytes with back-pressure, bounded pipes, and the two ways a command is cut short. */
import { asBytes } from "./bytes.ts";

/** Ctrl-C, or the session went away: unwinds a running command. */
export class Interrupted extends Error {}
/** The reader of a pipe ended: the writer ends quietly, as by SIGPIPE. */
export class BrokenPipe extends Error {}

export interface Sink {
  /** Resolves when the reader has room for more. */
  write(text: string): Promise<void>;
}
export interface Source {
  /** The next chunk, null at the end. */
  read(): Promise<string | null>;
}

/** Lets timers and sockets of all sessions run between two chunks of a flood. */
export const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

/** `promise`, or a rejection with {@link Interrupted} as soon as `signal` fires. */
export async function orInterrupted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  if (signal.aborted) throw new Interrupted();
  let stop = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    const onAbort = () => reject(new Interrupted());
    signal.addEventListener("abort", onAbort, { once: true });
    stop = () => signal.removeEventListener("abort", onAbort);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    stop();
  }
}

/** Waits; Ctrl-C ends the wait. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    await orInterrupted(
      signal,
      new Promise<void>((resolve) => {
        timer = setTimeout(resolve, ms);
      }),
    );
  } finally {
    clearTimeout(timer);
  }
}

/** Bytes a pipe holds before its writer has to wait. */
const pipeCapacity = 64 * 1024;

/** A pipe between two commands. */
export class Pipe implements Sink, Source {
  readonly #signal: AbortSignal;
  #held: string[] = [];
  #size = 0;
  #ended = false;
  #broken = false;
  #wake: (() => void)[] = [];

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  async write(text: string): Promise<void> {
    while (this.#size >= pipeCapacity && !this.#broken) await this.#change();
    if (this.#broken) throw new BrokenPipe();
    if (text === "") return;
    const bytes = asBytes(text);
    this.#held.push(bytes);
    this.#size += bytes.length;
    this.#tell();
    await breathe();
  }

  async read(): Promise<string | null> {
    while (this.#held.length === 0) {
      if (this.#ended) return null;
      await this.#change();
    }
    const text = this.#held.join("");
    this.#held = [];
    this.#size = 0;
    this.#tell();
    return text;
  }

  /** The writer is done. */
  end(): void {
    this.#ended = true;
    this.#tell();
  }

  /** The reader is done. */
  abandon(): void {
    this.#broken = true;
    this.#held = [];
    this.#tell();
  }

  #change(): Promise<void> {
    return orInterrupted(this.#signal, new Promise<void>((resolve) => this.#wake.push(resolve)));
  }

  #tell(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const one of wake) one();
  }
}

export const emptySource: Source = { read: () => Promise.resolve(null) };

/** Bytes handed on at once. */
export const chunkSize = 16 * 1024;

/** What can be read at any place: a file, a disk. */
export interface Content {
  readonly size: number;
  slice(from: number, to: number): string;
}

/** A stored content from its beginning, in chunks. */
export function contentSource(content: Content): Source {
  let at = 0;
  return {
    read: async () => {
      if (at >= content.size) return null;
      const chunk = content.slice(at, Math.min(content.size, at + chunkSize));
      at += chunk.length;
      await Promise.resolve();
      return chunk === "" ? null : chunk;
    },
  };
}

export const textContent = (text: string): Content => ({
  size: text.length,
  slice: (from, to) => text.slice(from, to),
});

/** Collects what is written, up to `limit` bytes; more breaks the pipe. */
export class Collector implements Sink {
  text = "";
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  async write(text: string): Promise<void> {
    const bytes = asBytes(text);
    if (this.text.length + bytes.length > this.#limit) throw new BrokenPipe();
    this.text += bytes;
    await Promise.resolve();
  }
}

/** Longest line kept whole; a longer one is cut into pieces, so that memory stays bounded. */
const maxLine = 256 * 1024;

/** The lines of a source, without their newline. */
export async function* linesOf(source: Source): AsyncGenerator<string, void, void> {
  let rest = "";
  for (let chunk = await source.read(); chunk !== null; chunk = await source.read()) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
    while (rest.length > maxLine) {
      yield rest.slice(0, maxLine);
      rest = rest.slice(maxLine);
    }
  }
  if (rest !== "") yield rest;
}
