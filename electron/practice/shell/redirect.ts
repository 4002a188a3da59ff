/** Redirects a command's streams to practice files and to each other. */
import type { FileSystem } from "./filesystem.ts";
import { breathe, emptySource, type Sink, type Source } from "./io.ts";
import type { Redirect } from "./syntax.ts";

export interface Streams {
  readonly in: Source;
  readonly out: Sink;
  readonly err: Sink;
}

/** `streams` with one redirection applied; throws a FileFault when the file cannot be read or written. */
export function redirected(
  streams: Streams,
  { op, fd }: Redirect,
  target: string,
  place: { readonly files: FileSystem; readonly cwd: string },
): Streams {
  if (op === ">&" && /^\d+$/.test(target)) {
    if (target === "1" && fd === 2) return { ...streams, err: streams.out };
    if (target === "2" && fd === 1) return { ...streams, out: streams.err };
    return streams;
  }
  const path = place.files.absolute(place.cwd, target);
  if (op === "<") return { ...streams, in: textOf(place.files.read(path)) };
  const append = place.files.open(path, op === ">>");
  const sink: Sink = {
    write: async (text) => {
      append(text);
      await breathe();
    },
  };
  // `&>` and `>&` with a file take both.
  if (op === "&>" || op === ">&") return { ...streams, out: sink, err: sink };
  return fd === 2 ? { ...streams, err: sink } : { ...streams, out: sink };
}

function textOf(text: string): Source {
  if (text === "") return emptySource;
  let rest: string | null = text;
  return {
    read: () => {
      const chunk = rest;
      rest = null;
      return Promise.resolve(chunk);
    },
  };
}
