/** Owns how a bundle's bytes are made: the same files give the same bytes, however large, one at a time. */
import { createWriteStream } from "node:fs";
import type { Readable } from "node:stream";
import { finished, pipeline } from "node:stream/promises";
import { constants, createGzip, createZstdCompress } from "node:zlib";
import { pack } from "tar-stream";
import yazl from "yazl";
import { invariant } from "../../contract/error.ts";
import type { BundleFormat } from "../../contract/logs/bundle.ts";

export interface PackedFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedAt: number;
  open(): Promise<Readable>;
}

/** Of ustar's headers as tar-stream writes them, and of zip's. */
const lastSecond = 2 ** 31 - 1;
const mode = 0o644;

/** Writes to `target`, a file that is there and empty, and has it on the disk when it returns. */
export async function packFiles(
  target: string,
  format: BundleFormat,
  files: Iterable<PackedFile>,
  signal: AbortSignal,
): Promise<void> {
  const out = createWriteStream(target, { flags: "r+", flush: true, highWaterMark: 2 ** 20 });
  await (format === "zip" ? zipped(out, files, signal) : tarred(out, format, files, signal));
}

async function tarred(
  out: NodeJS.WritableStream,
  format: "tar.zst" | "tar.gz",
  files: Iterable<PackedFile>,
  signal: AbortSignal,
): Promise<void> {
  const tar = pack();
  const packer =
    format === "tar.gz"
      ? createGzip()
      : createZstdCompress({ params: { [constants.ZSTD_c_checksumFlag]: 1 }, chunkSize: 2 ** 17 });
  const feed = async () => {
    for (const { path: name, sizeBytes: size, modifiedAt, open } of files) {
      const header = { name, size, mode, mtime: secondOf(modifiedAt), type: "file", uid: 0, gid: 0 } as const;
      await pipeline(await open(), tar.entry(header), { signal });
    }
    tar.finalize();
  };
  const fed = feed().catch((error: Error) => {
    tar.destroy(error);
    throw error;
  });
  // What fails first says why; the other one fails for it.
  await Promise.all([pipeline(tar, packer, out, { signal }), fed]);
}

async function zipped(out: NodeJS.WritableStream, files: Iterable<PackedFile>, signal: AbortSignal): Promise<void> {
  const zip = new yazl.ZipFile();
  const packed = zip.outputStream as Readable;
  const { promise: broken, reject } = Promise.withResolvers<never>();
  broken.catch(() => undefined);
  zip.on("error", reject);
  const feed = async () => {
    for (const { path, sizeBytes: size, modifiedAt, open } of files) {
      const content = await open();
      content.on("error", reject);
      zip.addReadStream(content, path, { size, mode: 0o100000 | mode, mtime: new UtcDate(secondOf(modifiedAt)) });
      // One after the other, so that no more than one is open.
      await Promise.race([finished(content, { signal }), broken]);
    }
    zip.end();
  };
  const fed = Promise.race([feed(), broken]).catch((error: Error) => {
    packed.destroy(error);
    throw error;
  });
  invariant(packed.readable, "a zip file is read from the stream it offers");
  await Promise.all([pipeline(packed, out, { signal }), fed]);
}

const secondOf = (at: number): Date => new Date(Math.min(lastSecond, Math.max(0, Math.floor(at / 1000))) * 1000);

/** Zip's older time stamp is local time: here it is UTC, so that it does not depend on where a bundle is written. */
class UtcDate extends Date {
  override getFullYear(): number {
    return this.getUTCFullYear();
  }
  override getMonth(): number {
    return this.getUTCMonth();
  }
  override getDate(): number {
    return this.getUTCDate();
  }
  override getHours(): number {
    return this.getUTCHours();
  }
  override getMinutes(): number {
    return this.getUTCMinutes();
  }
  override getSeconds(): number {
    return this.getUTCSeconds();
  }
}
