/** What text commands read and how they write: files or standard input in, lines out in chunks. */
import { type Context, fail } from "../command.ts";
import { FileFault } from "../filesystem.ts";
import {
  BrokenPipe,
  breathe,
  chunkSize,
  contentSource,
  linesOf,
  orInterrupted,
  type Sink,
  type Source,
} from "../io.ts";
import { descriptorPath } from "../redirect.ts";

/** Gathers lines into chunks. */
export class Batch {
  readonly #sink: Sink;
  #held = "";

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  async add(text: string): Promise<void> {
    this.#held += text;
    if (this.#held.length >= chunkSize) await this.flush();
  }

  async flush(): Promise<void> {
    const held = this.#held;
    this.#held = "";
    if (held !== "") await this.#sink.write(held);
  }
}

const zeros = "\0".repeat(chunkSize);

/** A file, a device or (for `-`) standard input; null with a message when it cannot be read. */
export async function openInput(context: Context, path: string): Promise<Source | null> {
  if (path === "-") return context.in;
  const { files } = context.host;
  const at = files.absolute(context.cwd, path);
  const number = descriptorPath(at);
  if (number !== null) return context.streams.source(number);
  const entry = files.find(at);
  if (entry?.kind === "device" && entry.device === "zero") {
    return {
      read: async () => {
        await orInterrupted(context.signal, breathe());
        return zeros;
      },
    };
  }
  try {
    return contentSource(files.content(at));
  } catch (error) {
    if (!(error instanceof FileFault)) throw error;
    await fail(context, `${path}: ${error.message}`);
    return null;
  }
}

/** The sources named on the command line, standard input when none is. */
export async function inputs(context: Context, words: readonly string[]) {
  const found: { name: string; source: Source }[] = [];
  let status = 0;
  for (const name of words.length === 0 ? ["-"] : words) {
    const source = await openInput(context, name);
    if (source) found.push({ name, source });
    else status = 1;
  }
  return { found, status };
}

export async function* allLines(sources: readonly { source: Source }[]) {
  for (const { source } of sources) yield* linesOf(source);
}

export const unknownOption = (context: Context, option: string) =>
  fail(
    context,
    `${option.startsWith("--") ? "unrecognized option" : "invalid option --"} '${option.replace(/^-(?!-)/, "")}'`,
    2,
  );

/** Lines a command may hold at once (sort, tac). */
const maxHeld = 500_000;

export async function heldLines(
  context: Context,
  words: readonly string[],
): Promise<{ lines: string[]; status: number }> {
  const { found, status } = await inputs(context, words);
  const lines: string[] = [];
  let size = 0;
  for await (const line of allLines(found)) {
    lines.push(line);
    size += line.length;
    if (lines.length > maxHeld || size > 32 * 1024 * 1024) {
      await fail(context, "input too large for the practice shell");
      throw new BrokenPipe();
    }
  }
  return { lines, status };
}
