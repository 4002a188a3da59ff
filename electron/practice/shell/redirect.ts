/** A command's streams by number, and how they are led to practice files and to each other. */
import { FileFault, type FileSystem } from "./filesystem.ts";
import { breathe, contentSource, emptySource, type Sink, type Source, textContent } from "./io.ts";
import type { Redirect } from "./syntax.ts";

/** What stands behind a number: to be read, to be written, or both. */
export interface Descriptor {
  readonly source?: Source;
  readonly sink?: Sink;
}

const badDescriptor = () => Promise.reject(new FileFault("Bad file descriptor"));
const closed = { source: { read: badDescriptor }, sink: { write: badDescriptor } };

export class Streams {
  readonly #open: ReadonlyMap<number, Descriptor>;

  constructor(open: ReadonlyMap<number, Descriptor>) {
    this.#open = open;
  }

  static of({ in: source, out, err }: { readonly in: Source; readonly out: Sink; readonly err: Sink }): Streams {
    return new Streams(
      new Map<number, Descriptor>([
        [0, { source }],
        [1, { sink: out }],
        [2, { sink: err }],
      ]),
    );
  }

  get in(): Source {
    return this.source(0);
  }
  get out(): Sink {
    return this.sink(1);
  }
  get err(): Sink {
    return this.sink(2);
  }

  /** What is read from a number; an error of its own where nothing is. */
  source(fd: number): Source {
    return this.#open.get(fd)?.source ?? closed.source;
  }

  sink(fd: number): Sink {
    return this.#open.get(fd)?.sink ?? closed.sink;
  }

  descriptor(fd: number): Descriptor | null {
    return this.#open.get(fd) ?? null;
  }

  /** With something else behind a number, or nothing. */
  with(fd: number, descriptor: Descriptor | null): Streams {
    const open = new Map(this.#open);
    if (descriptor) open.set(fd, descriptor);
    else open.delete(fd);
    return new Streams(open);
  }
}

/** The number that a path of /dev stands for, null for any other path. */
export function descriptorPath(path: string): number | null {
  const named = ["/dev/stdin", "/dev/stdout", "/dev/stderr"].indexOf(path);
  if (named >= 0) return named;
  const number = /^(?:\/dev\/fd|\/proc\/self\/fd)\/(\d{1,3})$/.exec(path)?.[1];
  return number === undefined ? null : Number(number);
}

/** `streams` with one redirection applied; throws a FileFault when the file cannot be read or written. */
export function redirected(
  streams: Streams,
  { op, fd }: Redirect,
  target: string,
  place: { readonly files: FileSystem; readonly cwd: string },
): Streams {
  if (op === "<<") return streams.with(fd, { source: contentSource(textContent(target)) });
  if (op === "<&" || (op === ">&" && /^(?:\d+|-)$/.test(target))) {
    if (target === "-") return streams.with(fd, null);
    return streams.with(fd, openDescriptor(streams, Number(target)));
  }
  const path = place.files.absolute(place.cwd, target);
  const number = descriptorPath(path);
  if (op === "<") {
    if (number !== null) return streams.with(fd, openDescriptor(streams, number));
    const content = place.files.content(path);
    return streams.with(fd, { source: content.size === 0 ? emptySource : contentSource(content) });
  }
  const descriptor = number === null ? fileSink(place.files, path, op === ">>") : openDescriptor(streams, number);
  // `&>` and `>&` with a file take both.
  return op === ">" || op === ">>" ? streams.with(fd, descriptor) : streams.with(1, descriptor).with(2, descriptor);
}

function openDescriptor(streams: Streams, fd: number): Descriptor {
  const descriptor = streams.descriptor(fd);
  if (!descriptor) throw new FileFault("Bad file descriptor");
  return descriptor;
}

function fileSink(files: FileSystem, path: string, appends: boolean): Descriptor {
  const append = files.open(path, appends);
  return {
    sink: {
      write: async (text) => {
        append(text);
        await breathe();
      },
    },
  };
}
