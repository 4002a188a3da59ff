/**
 * Owns how archives are read: tar (plain or packed by gzip, zstd, xz, bzip2) and zip, member by member, as streams. Names
 * are only told, never used; what an archive unpacks to is bounded, whatever its headers claim.
 */
import { isUtf8 } from "node:buffer";
import { spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { PassThrough, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { type Fault, FaultError, messageOf } from "../../contract/error.ts";
import { unzstd } from "../unzstd.node.ts";

export interface Member {
  /** As the archive tells it. Hostile. */
  readonly name: string;
  readonly kind: "file" | "folder" | "link" | "other";
  /** As the archive claims. */
  readonly sizeBytes: number;
  readonly modifiedAt: number | null;
  /** Where a link leads. Hostile. */
  readonly link: string;
  /** Its content, once, while it is visited. What is not read of it is passed over. */
  open(): Promise<Readable>;
}

export interface ArchiveLimits {
  /** What an archive may unpack to. */
  readonly bytes: number;
  /** More than `freeBytes` only as `ratio` times the archive's own size: log texts pack to a twentieth, seldom to a hundredth. */
  readonly ratio: number;
  readonly freeBytes: number;
  readonly members: number;
}

export const archiveLimits: ArchiveLimits = { bytes: 2 ** 38, ratio: 200, freeBytes: 2 ** 32, members: 200_000 };

export interface ReadingArchive {
  readonly limits?: Partial<ArchiveLimits> | undefined;
  /** How many bytes of the archive's file were read, of how many. */
  readonly onRead?: ((bytes: number, of: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The archive itself is broken: what came before is right, what came after is missing. */
export class ArchiveDamage extends Error {}

/**
 * Shows each member in the archive's order; a visit that returns `stop` is the last. Throws what a visit throws,
 * {@link ArchiveDamage}, or FaultError `logs.not-an-archive`, `logs.archive-packed`, `logs.archive-too-large`.
 */
export async function eachMember(
  path: string,
  visit: (member: Member) => Promise<"on" | "stop">,
  options: ReadingArchive = {},
): Promise<void> {
  const walk = new Walk(path, visit, { ...archiveLimits, ...options.limits }, options);
  await walk.run();
}

type Packing = "tar" | "gzip" | "zstd" | "xz" | "bzip2" | "zip";
const starts: readonly (readonly [Packing, RegExp])[] = [
  ["zip", /^PK(?:\x03\x04|\x05\x06)/],
  ["gzip", /^\x1f\x8b/],
  ["zstd", /^(?:\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18)/],
  ["xz", /^\xfd7zXZ\0/],
  ["bzip2", /^BZh/],
];
/** What Node does not unpack is unpacked by these programs; how much memory a hostile file makes them take is bounded. */
const programs = { xz: ["xz", "-dc", "--memlimit-decompress=512MiB"], bzip2: ["bzip2", "-dc"] } as const;

async function packingOf(path: string): Promise<Packing> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(8), 0, 8, 0);
    const start = buffer.toString("latin1", 0, bytesRead);
    return starts.find(([, magic]) => magic.test(start))?.[0] ?? "tar";
  } finally {
    await file.close();
  }
}

class Walk {
  readonly #path: string;
  readonly #visit: (member: Member) => Promise<"on" | "stop">;
  readonly #limits: ArchiveLimits;
  readonly #options: ReadingArchive;
  readonly #ended = new AbortController();
  #sizeBytes = 0;
  #readBytes = 0;
  #unpackedBytes = 0;
  #members = 0;
  /** What ends the walk for another reason than the archive's bytes. */
  #cause: unknown = null;

  constructor(
    path: string,
    visit: (member: Member) => Promise<"on" | "stop">,
    limits: ArchiveLimits,
    options: ReadingArchive,
  ) {
    this.#path = path;
    this.#visit = visit;
    this.#limits = limits;
    this.#options = options;
  }

  async run(): Promise<void> {
    const { signal } = this.#options;
    signal?.throwIfAborted();
    this.#sizeBytes = (await stat(this.#path)).size;
    const packing = await packingOf(this.#path);
    const onAbort = () => this.#end(signal?.reason);
    signal?.addEventListener("abort", onAbort);
    try {
      await (packing === "zip" ? this.#zip() : this.#tar(packing));
    } catch (error) {
      if (this.#cause === stopped) return;
      if (this.#cause !== null) throw this.#cause;
      if (error instanceof FaultError) throw error;
      const cause = messageOf(error);
      if (this.#members === 0) throw new FaultError(notAnArchive(this.#path, cause), { cause: error });
      throw new ArchiveDamage(cause, { cause: error });
    } finally {
      signal?.removeEventListener("abort", onAbort);
    }
    if (this.#members === 0) throw new FaultError(notAnArchive(this.#path, "it has no members"));
  }

  #end(cause: unknown): void {
    this.#cause ??= cause;
    this.#ended.abort(this.#cause);
  }

  async #tar(packing: Exclude<Packing, "zip">): Promise<void> {
    const { extract } = await import("tar-stream");
    // Its types do not know that archives of before POSIX are read too.
    const old: object = { allowUnknownFormat: true };
    const unpack = extract(old);
    unpack.on("entry", (header, stream, next) => {
      const kind = tarKinds[header.type ?? ""] ?? "other";
      const { name, size: sizeBytes = 0, linkname, mtime } = header;
      // It fails with the archive, also while nobody reads it.
      stream.on("error", () => undefined);
      const told = { name, kind, sizeBytes, link: linkname ?? "", modifiedAt: timeOf(mtime) };
      this.#member(told, async () => stream as unknown as Readable, true).then(() => next(), next);
    });
    const bounded = (source: AsyncIterable<Uint8Array>) => this.#counted(source);
    await pipeline(this.#unpacked(packing), bounded, unpack, { signal: this.#ended.signal });
  }

  async *#unpacked(packing: Exclude<Packing, "zip">): AsyncGenerator<Uint8Array> {
    const file = createReadStream(this.#path, { highWaterMark: 2 ** 18 });
    file.on("data", (chunk) => this.#tellRead(chunk.length)).pause();
    if (packing === "xz" || packing === "bzip2") yield* unpackedBy(programs[packing], this.#path, file);
    else if (packing === "tar") yield* file;
    else if (packing === "zstd") yield* unzstd(file);
    else {
      const unpacker = createGunzip();
      file.on("error", (error) => unpacker.destroy(error));
      try {
        yield* file.pipe(unpacker);
      } finally {
        file.destroy();
      }
    }
  }

  #tellRead(bytes: number): void {
    this.#readBytes += bytes;
    this.#options.onRead?.(this.#readBytes, this.#sizeBytes);
  }

  async *#counted(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      this.#count(chunk.length);
      yield chunk;
    }
  }

  #count(bytes: number): void {
    this.#unpackedBytes += bytes;
    const { bytes: limit, freeBytes, ratio } = this.#limits;
    const most = Math.min(limit, Math.max(freeBytes, ratio * this.#sizeBytes));
    if (this.#unpackedBytes > most) this.#refuse(`it unpacks to more than ${most} bytes`);
  }

  #refuse(detail: string): never {
    const fault = new FaultError(tooLarge(this.#path, detail));
    this.#end(fault);
    throw fault;
  }

  async #zip(): Promise<void> {
    const { default: yauzl } = await import("yauzl");
    // Names are decoded here: where yauzl does, one that it refuses ends the whole.
    const zip = await yauzl.openPromise(this.#path, { decodeStrings: false });
    try {
      if (zip.entryCount > this.#limits.members) this.#refuse(`it has more than ${this.#limits.members} members`);
      for await (const entry of zip.eachEntry()) {
        const { generalPurposeBitFlag, fileNameRaw, extraFields, externalFileAttributes } = entry;
        // Some tools write UTF-8 and do not say so.
        const name = isUtf8(fileNameRaw)
          ? fileNameRaw.toString()
          : yauzl.getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
        const kind = name.endsWith("/") ? "folder" : (zipKinds[(externalFileAttributes >>> 28) & 0xf] ?? "file");
        const told = {
          name,
          kind,
          sizeBytes: entry.uncompressedSize,
          link: "",
          modifiedAt: timeOf(entry.getLastModDate()),
        };
        await this.#member(told, () => zip.openReadStreamPromise(entry), false);
        this.#tellRead(entry.compressedSize);
        if (this.#cause !== null) throw this.#cause;
      }
    } finally {
      zip.close();
    }
  }

  /** Visits one member; of a tar, its bytes must flow to the end all the same: `inline`. */
  async #member(told: Omit<Member, "open">, source: () => Promise<Readable>, inline: boolean): Promise<void> {
    this.#members += 1;
    if (this.#members > this.#limits.members) this.#refuse(`it has more than ${this.#limits.members} members`);
    let flowing: Promise<void> | null = null;
    const open = async (): Promise<Readable> => {
      const content = new PassThrough();
      // Who reads it is told; who stopped reading has no need to be.
      content.on("error", () => undefined);
      const stream = await source().catch((cause: unknown) => {
        throw new ArchiveDamage(messageOf(cause), { cause });
      });
      flowing = this.#flow(stream, content, inline);
      return content;
    };
    try {
      const go = await this.#visit({ ...told, open });
      if (inline && flowing === null) await open().then((content) => content.destroy());
      await flowing;
      if (go === "stop") {
        this.#end(stopped);
        throw stopped;
      }
    } catch (error) {
      // A visit that read on a damaged archive fails for it; the archive says so itself.
      if (!(error instanceof ArchiveDamage)) this.#end(error);
      throw error;
    }
  }

  /** Moves bytes on, at the speed of who reads them; passes the rest over when nobody does. */
  #flow(stream: Readable, content: PassThrough, inline: boolean): Promise<void> {
    if (stream.destroyed) {
      content.destroy(new ArchiveDamage("it ends early"));
      return Promise.resolve();
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    const ended = () => resolve();
    const go = () => {
      if (!inline && content.destroyed) stream.destroy();
      else stream.resume();
    };
    content.on("drain", go).on("close", go);
    stream.on("data", (chunk: Buffer) => {
      try {
        if (!inline) this.#count(chunk.length);
      } catch (error) {
        content.destroy(error as Error);
        stream.destroy();
        return;
      }
      if (!content.destroyed && !content.write(chunk)) stream.pause();
    });
    stream.on("end", () => {
      content.end();
      ended();
    });
    stream.on("error", (error) => content.destroy(new ArchiveDamage(messageOf(error), { cause: error })));
    stream.on("close", () => {
      if (!content.writableEnded) content.destroy(new ArchiveDamage("it ends early"));
      ended();
    });
    return promise;
  }
}

const stopped = new Error("no more is wanted");

const tarKinds: Readonly<Record<string, Member["kind"]>> = {
  file: "file",
  "contiguous-file": "file",
  directory: "folder",
  link: "link",
  symlink: "link",
};
/** By the upper four bits of a Unix mode; what was packed elsewhere has none. */
const zipKinds: Readonly<Record<number, Member["kind"]>> = {
  1: "other",
  2: "other",
  4: "folder",
  6: "other",
  10: "link",
  12: "other",
};

/** Null for a time that contracts do not take. */
function timeOf(date: Date | undefined): number | null {
  const at = date?.getTime() ?? Number.NaN;
  return Number.isSafeInteger(at) && at >= 0 ? at : null;
}

/** Throws FaultError `logs.archive-packed` where the program is not there. */
async function* unpackedBy(
  [program, ...args]: readonly [string, ...string[]],
  path: string,
  file: Readable,
): AsyncGenerator<Uint8Array> {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
  const { promise: ended, resolve, reject } = Promise.withResolvers<number | null>();
  child.on("error", (cause) => reject(new FaultError(packed(path, program, messageOf(cause)), { cause })));
  child.on("close", resolve);
  // Waited for below; until then a failed start is no unhandled rejection.
  ended.catch(() => undefined);
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(0, 1000);
  });
  // A program that ends early says why itself.
  const fed = pipeline(file, child.stdin).catch(() => undefined);
  try {
    yield* child.stdout;
    const code = await ended;
    if (code !== 0) throw new Error(`${program}: ${complaint.trim() || `exit code ${code}`}`);
  } finally {
    child.kill();
    file.destroy();
    await fed;
  }
}

const notAnArchive = (subject: string, evidence: string): Fault => ({
  code: "logs.not-an-archive",
  title: "The file is neither a bundle nor an archive of logs",
  detail: "It was read as tar (plain, or packed by gzip, zstd, xz or bzip2) and as zip, and is none of them.",
  next: "Choose another file.",
  evidence,
  subject,
});

const tooLarge = (subject: string, detail: string): Fault => ({
  code: "logs.archive-too-large",
  title: "The archive unpacks to more than is opened",
  detail: `For its size, ${detail}. Archives that are made to fill a disk look so.`,
  next: "Unpack it by hand where its sender is trusted, and open a part of it.",
  subject,
});

const packed = (subject: string, program: string, evidence: string): Fault => ({
  code: "logs.archive-packed",
  title: `The archive is packed by ${program}, which Halfrack does not unpack itself`,
  detail: `The program ${program} could not be started on this machine.`,
  next: `Install ${program}, or unpack the archive elsewhere and pack it as .tar.gz or .zip.`,
  evidence,
  subject,
});
