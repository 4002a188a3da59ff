/**
 * Owns files that a window hands over because they have no path here: each drop kept in a folder of its own until
 * it is read once, bounded in number and bytes. A name decides where in that folder a file stands, and nothing outside it.
 */
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { appendFile, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Fault, FaultError } from "../../contract/error.ts";
import { savedLimits } from "../../contract/saved-limits.ts";
import type { Unfinished } from "../../unfinished.node.ts";
import { readyThread } from "../reading-thread.node.ts";

/** Windows that were closed half way leave theirs behind; the oldest makes room. */
const maxDrops = 4;

interface Drop {
  readonly dir: string;
  /** Removes the folder. */
  readonly kept: AsyncDisposable;
  /** What the window calls each file, by the path it was given here; paths that some file system takes for one are one. */
  readonly names: Map<string, string>;
  bytes: number;
}

export class DroppedFiles implements AsyncDisposable {
  readonly #unfinished: Unfinished;
  readonly #parent: string;
  readonly #drops = new Map<string, Drop>();

  /**
   * Each drop's folder is made in `parent`, the system's temporary folder, under a name that nobody could take before:
   * the system may remove what lies there for days, and others may write there. It is noted in `unfinished`.
   */
  constructor(unfinished: Unfinished, parent: string = tmpdir()) {
    this.#unfinished = unfinished;
    this.#parent = parent;
  }

  /** Takes one piece; returns how the drop is called. Throws FaultError `fabric.drop-unknown` and `fabric.drop-refused`. */
  async take(piece: { readonly drop: string | null; readonly name: string; readonly base64: string }): Promise<string> {
    const id = piece.drop ?? (await this.#begin());
    const drop = this.#known(id);
    const parts = piece.name.split(/[\\/]/).filter((part) => part !== "");
    if (parts.length === 0 || parts.length > 40 || parts.some((part) => !isPlain(part)))
      throw new FaultError(refused("A name is no path within what was dropped.", piece.name));
    const path = join(drop.dir, ...parts);
    const bytes = Buffer.from(piece.base64, "base64");
    // `a/b` and `a\b` would be put one behind the other, as the pieces of one file are; so would names that differ in
    // case or Unicode form alone, where the file system does not tell them apart.
    const file = path.normalize("NFC").toLowerCase();
    if ((drop.names.get(file) ?? piece.name) !== piece.name)
      throw new FaultError(refused("Two files would have one name here.", piece.name));
    drop.bytes += bytes.length;
    drop.names.set(file, piece.name);
    if (drop.bytes > savedLimits.bytes || drop.names.size > savedLimits.files) {
      await this.#end(id);
      throw new FaultError(
        refused(`More than ${savedLimits.files} files or ${savedLimits.bytes / 2 ** 20} MiB were dropped.`, piece.name),
      );
    }
    // Where the drop's folder is gone, what came before is too: a file without its beginning must not be read.
    if (!existsSync(drop.dir)) {
      await this.#end(id);
      throw new FaultError(gone);
    }
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await appendFile(path, bytes, { mode: 0o600 });
    return id;
  }

  /** Gives the drop's folder to `work` once; in its answer, files are called as they were dropped. */
  async read(id: string, work: (dir: string) => Promise<readonly string[]>): Promise<readonly string[]> {
    const { dir, kept } = this.#known(id);
    await using _ = kept;
    // From now on no other drop takes its place.
    this.#drops.delete(id);
    // The folder's name as JSON holds it: what is left are the names that the window gave.
    const within = JSON.stringify(join(dir, "x")).slice(1, -2);
    return (await work(dir)).map((json) => json.replaceAll(within, ""));
  }

  /** Gives the path of the one file that was dropped to `work`, once. Throws FaultError where there are several. */
  async *use<T>(id: string, work: (path: string) => AsyncIterable<T>): AsyncGenerator<T, void, void> {
    const { dir, names, kept } = this.#known(id);
    const [name, second] = names.values();
    if (name === undefined || second !== undefined)
      throw new FaultError(refused("One file can be opened at a time.", [...names.values()].join(", ").slice(0, 300)));
    this.#drops.delete(id);
    await using _ = kept;
    yield* work(join(dir, ...name.split(/[\\/]/)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#drops.keys()].map((id) => this.#end(id)));
  }

  async #begin(): Promise<string> {
    const [oldest] = this.#drops.keys();
    if (this.#drops.size >= maxDrops && oldest !== undefined) await this.#end(oldest);
    // What comes is read soon: the thread is loaded while the pieces arrive.
    readyThread();
    const id = randomUUID();
    const dir = join(this.#parent, `halfrack-dropped-${randomUUID()}`);
    const kept = await this.#unfinished.begin(dir);
    try {
      await mkdir(dir, { mode: 0o700 });
    } catch (error) {
      await kept[Symbol.asyncDispose]();
      throw error;
    }
    this.#drops.set(id, { dir, kept, names: new Map(), bytes: 0 });
    return id;
  }

  #known(id: string): Drop {
    const drop = this.#drops.get(id);
    if (drop) return drop;
    throw new FaultError(gone);
  }

  async #end(id: string): Promise<void> {
    const drop = this.#drops.get(id);
    this.#drops.delete(id);
    await drop?.kept[Symbol.asyncDispose]();
  }
}

const isPlain = (part: string): boolean =>
  part !== "." && part !== ".." && !part.includes("\0") && Buffer.byteLength(part) <= 255;

const gone: Fault = {
  code: "fabric.drop-unknown",
  title: "The dropped files are not here any more",
  detail: "They were read already, newer ones took their place, or their folder was removed.",
  next: "Drop them again.",
};

const refused = (detail: string, subject: string): Fault => ({
  code: "fabric.drop-refused",
  title: "The dropped files cannot be read",
  detail,
  next: "Drop fewer files, or the outputs of the fabric tools alone.",
  subject,
});
