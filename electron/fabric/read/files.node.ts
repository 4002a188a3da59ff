/**
 * Owns how saved outputs come from disk: files, folders and bundles (tar, tar.gz, zip), bounded in number and bytes; files
 * may be gzipped. What cannot be read is told in place of its text; nothing is unpacked to disk.
 */
import { isAscii } from "node:buffer";
import { createReadStream } from "node:fs";
import { lstat, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip, gunzipSync } from "node:zlib";
import { FaultError, invariant, messageOf } from "../../contract/error.ts";
import { savedLimits } from "../../contract/saved-limits.ts";
import type { SavedText } from "./saved.ts";

export interface SavedFiles {
  readonly texts: readonly SavedText[];
  /** What is there and was not read, with the reason. */
  readonly left: readonly { readonly source: string; readonly reason: string }[];
}

export interface SavedLimits {
  readonly files: number;
  readonly fileBytes: number;
  readonly allBytes: number;
  /** What archives and gzipped files may unpack to in all, with what is passed over: a small one can unpack for hours. */
  readonly archiveBytes: number;
}

/** An iblinkinfo of 5,000 hosts is some 7 MB; a support bundle of a large fabric some hundred. */
const defaultLimits: SavedLimits = {
  files: savedLimits.files,
  fileBytes: 64 * 2 ** 20,
  allBytes: savedLimits.bytes,
  archiveBytes: 2 ** 30,
};

/** Reads every path; throws FaultError `fabric.no-such-path` for one that is not there. */
export async function readSavedFiles(paths: readonly string[], limits: Partial<SavedLimits> = {}): Promise<SavedFiles> {
  const collector = new Collector({ ...defaultLimits, ...limits });
  for (const path of paths) {
    const what = await stat(path).catch((cause: unknown) => {
      throw new FaultError(
        {
          code: "fabric.no-such-path",
          title: "A saved output cannot be opened",
          detail: messageOf(cause),
          next: "Check the path, and that it may be read.",
          subject: path,
        },
        { cause },
      );
    });
    await collector.open(path, what.isDirectory() ? "folder" : what.isFile() ? "file" : "other");
  }
  return collector.files;
}

/** A large file comes in few pieces: each is a turn of the loop. */
const pieceBytes = 2 ** 20;
/** Bytes that are no text: what was recorded by a program, not printed. */
const binary = /\0/;

/** How files begin that were packed in ways that Node does not unpack, or not in every release. */
const packers = [
  ["xz", Buffer.from("fd377a585a00", "hex")],
  ["bzip2", Buffer.from("BZh")],
  ["zstd", Buffer.from("28b52ffd", "hex")],
] as const;

const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

class Collector {
  readonly files: { texts: SavedText[]; left: { source: string; reason: string }[] } = { texts: [], left: [] };
  readonly #limits: SavedLimits;
  #count = 0;
  #bytes = 0;
  /** Of {@link SavedLimits.archiveBytes}. */
  #unpackedBytes = 0;

  constructor(limits: SavedLimits) {
    this.#limits = limits;
  }

  /** Takes a path that was asked for: one that gives nothing is told. Bundles hold many empty folders. */
  async open(path: string, what: "file" | "folder" | "other"): Promise<void> {
    const { texts, left } = this.files;
    const before = texts.length + left.length;
    await this.take(path, what);
    if (texts.length + left.length === before) this.#leave(path, "no file is in it");
  }

  async take(path: string, what: "file" | "folder" | "other"): Promise<void> {
    try {
      if (what === "other") this.#leave(path, "neither a file nor a folder");
      else if (what === "folder") await this.#folder(path);
      else if (/\.zip$/i.test(path)) await this.#zip(path);
      else if (/\.(?:tar|tgz|tar\.gz)$/i.test(path)) await this.#tar(path);
      else await this.#file(path);
    } catch (error) {
      this.#leave(path, messageOf(error));
    }
  }

  async #folder(path: string): Promise<void> {
    // Whoever opens a whole disk is told so, and not kept waiting for it.
    if (this.#count >= this.#limits.files) return this.#leave(path, `more than ${this.#limits.files} files`);
    const entries = await readdir(path, { withFileTypes: true });
    // In the order of their names, so that equal folders give equal answers; links could lead anywhere, also in a circle.
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const inside = join(path, entry.name);
      await this.take(inside, entry.isDirectory() ? "folder" : entry.isFile() ? "file" : "other");
    }
  }

  async #file(path: string): Promise<void> {
    const { size } = await lstat(path);
    // The kernel's files say nothing true of their size.
    if (this.#admits(path, size))
      this.#text(path, await bytesOf(createReadStream(path, { highWaterMark: pieceBytes }), this.#limits.fileBytes));
  }

  async #tar(path: string): Promise<void> {
    const { extract } = await import("tar-stream");
    const unpack = extract();
    unpack.on("entry", (header, stream, next) => {
      const source = `${path}: ${header.name}`;
      this.#member(source, header.type === "file" ? (header.size ?? 0) : null, stream).then(() => next(), next);
    });
    const bytes = createReadStream(path);
    const bounded = (source: AsyncIterable<Buffer>) => this.#atMost(source);
    const isTar = /\.tar$/i.test(path);
    const whole = isTar ? pipeline(bytes, bounded, unpack) : pipeline(bytes, createGunzip(), bounded, unpack);
    // Its files stand one behind the other.
    await whole.catch((cause: unknown) => {
      throw new Error(`${messageOf(cause)}: what came after in it is missing here`, { cause });
    });
  }

  async #zip(path: string): Promise<void> {
    const { default: yauzl } = await import("yauzl");
    // Names are decoded here: where yauzl does, one that it refuses ends the whole.
    const zip = await yauzl.openPromise(path, { decodeStrings: false });
    try {
      for await (const entry of zip.eachEntry()) {
        const { generalPurposeBitFlag, fileNameRaw, extraFields } = entry;
        const name = yauzl.getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
        if (name.endsWith("/")) continue;
        const source = `${path}: ${name}`;
        if (yauzl.validateFileName(name) !== null) this.#leave(source, "its name leads out of the archive");
        else if (this.#admits(source, entry.uncompressedSize)) {
          const read = async () => bytesOf(await zip.openReadStreamPromise(entry), this.#limits.fileBytes);
          await read().then(
            (bytes) => this.#text(source, bytes),
            (error: unknown) => this.#leave(source, messageOf(error)),
          );
        }
      }
    } finally {
      zip.close();
    }
  }

  /** A member of an archive; `size` is null for what is no file. Its stream must be read to the end. */
  async #member(source: string, size: number | null, stream: AsyncIterable<unknown>): Promise<void> {
    if (size !== null && this.#admits(source, size)) this.#text(source, await bytesOf(stream, this.#limits.fileBytes));
    else for await (const _ of stream);
  }

  #text(source: string, packed: Buffer): void {
    const packer = packers.find(([, start]) => packed.subarray(0, start.length).equals(start))?.[0];
    const bytes = isGzip(packed) ? this.#unzipped(source, packed) : packed;
    if (bytes === null) return;
    if (packer !== undefined) this.#leave(source, `packed with ${packer}, which is not read here: unpack it first`);
    // What Windows' shell writes when it is told to write a file.
    else if (bytes[0] === 0xff && bytes[1] === 0xfe) {
      this.files.texts.push({ source, text: new TextDecoder("utf-16le").decode(bytes) });
    } else if (binary.test(bytes.subarray(0, 4096).toString("latin1"))) this.#leave(source, "no text");
    else
      this.files.texts.push({
        source,
        text: isAscii(bytes) ? bytes.toString("latin1") : new TextDecoder().decode(bytes),
      });
  }

  /** Null where it cannot be unpacked, or not to what may be read. */
  #unzipped(source: string, packed: Buffer): Buffer | null {
    const { fileBytes, allBytes, archiveBytes } = this.#limits;
    const most = Math.min(fileBytes, archiveBytes - this.#unpackedBytes);
    if (most <= 0) {
      this.#leave(source, tooMuch(archiveBytes));
      return null;
    }
    try {
      const bytes = gunzipSync(packed, { maxOutputLength: most });
      this.#unpackedBytes += bytes.length;
      this.#bytes += bytes.length - packed.length;
      if (this.#bytes <= allBytes) return bytes;
      this.#bytes -= bytes.length - packed.length;
      this.#leave(source, `more than ${allBytes} bytes in all`);
    } catch (error) {
      // What is refused was unpacked up to there.
      const tooLong = error instanceof RangeError;
      if (tooLong) this.#unpackedBytes += most;
      const why = tooLong
        ? `unpacks to more than the ${most} bytes that are read`
        : `cannot be unpacked: ${messageOf(error)}`;
      this.#leave(source, why);
    }
    return null;
  }

  /** Passes an archive's bytes on, and fails where they are more than may be unpacked in all. */
  async *#atMost(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      this.#unpackedBytes += chunk.length;
      if (this.#unpackedBytes > this.#limits.archiveBytes) throw new Error(tooMuch(this.#limits.archiveBytes));
      yield chunk;
    }
  }

  #admits(source: string, sizeBytes: number): boolean {
    const { files, fileBytes, allBytes } = this.#limits;
    if (sizeBytes > fileBytes) this.#leave(source, `${sizeBytes} bytes are more than the ${fileBytes} that are read`);
    else if (this.#count >= files) this.#leave(source, `more than ${files} files`);
    else if (this.#bytes + sizeBytes > allBytes) this.#leave(source, `more than ${allBytes} bytes in all`);
    else {
      this.#count += 1;
      this.#bytes += sizeBytes;
      return true;
    }
    return false;
  }

  /** Told up to a limit: a folder may hold a million files. */
  #leave(source: string, reason: string): void {
    if (this.files.left.length < 1000) this.files.left.push({ source, reason });
  }
}

const tooMuch = (bytes: number): string => `unpacks to more than the ${bytes} bytes that are read of archives`;

/** What a header claims may be less than what comes. */
async function bytesOf(stream: AsyncIterable<unknown>, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    invariant(chunk instanceof Uint8Array, "archives and files are read as bytes");
    size += chunk.length;
    if (size > maxBytes) throw new Error(`more than the ${maxBytes} bytes that are read`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
