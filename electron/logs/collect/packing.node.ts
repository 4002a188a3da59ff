/** Unpacks what is stored of an item, also where the frame was cut off: all that can be read of it, and no complaint. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline, Readable, type Transform } from "node:stream";
import { constants, createGunzip, createZstdDecompress } from "node:zlib";
import type { Packing, Segment } from "./journal.ts";

/** Few large chunks: each is a turn of the loop, and one update of a sum. */
export const chunkBytes = 256 * 1024;
/** What is unpacked is many times as much as what comes; chunks of this size are used again soon, larger ones are new memory. */
const unpackedBytes = 64 * 1024;

/** Of what is packed here. */
export const packingOptions = { params: { [constants.ZSTD_c_compressionLevel]: 1 }, chunkSize: chunkBytes };

/** A frame that was cut off is unpacked to its last whole block. */
export function unpacker(packing: Exclude<Packing, "raw">): Transform {
  const { ZSTD_e_flush, Z_SYNC_FLUSH } = constants;
  return packing === "zst"
    ? createZstdDecompress({ chunkSize: unpackedBytes, finishFlush: ZSTD_e_flush })
    : createGunzip({ chunkSize: unpackedBytes, finishFlush: Z_SYNC_FLUSH });
}

/** The content of an item, unpacked piece by piece. */
export function readItem(path: string, { pieces, storedBytes }: Pick<Segment, "pieces" | "storedBytes">): Readable {
  const content = async function* (): AsyncGenerator<Uint8Array> {
    for (const [index, { packing, at }] of pieces.entries()) {
      const end = pieces[index + 1]?.at ?? storedBytes;
      if (end <= at) continue;
      const stored = createReadStream(path, { start: at, end: end - 1, highWaterMark: chunkBytes });
      if (packing === "raw") yield* stored;
      else yield* pipeline(stored, unpacker(packing), () => undefined); // an error reaches who reads
    }
  };
  return Readable.from(content(), { objectMode: false, highWaterMark: chunkBytes });
}

/** Whether the disk still holds what the journal says. */
export async function holdsAll(path: string, storedBytes: number): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found !== null && found.size >= storedBytes;
}
