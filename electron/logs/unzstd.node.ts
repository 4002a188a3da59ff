/**
 * Unpacks zstd to its last frame. Node's own stream ends with the first one and drops what follows in the same chunk, and
 * many files have several: what was appended to, and what tools that work in parallel pack (RFC 8878, 3).
 */
import { createZstdDecompress, type ZstdDecompress, type ZstdOptions } from "node:zlib";

export async function* unzstd(
  packed: AsyncIterable<Uint8Array>,
  options: ZstdOptions = {},
): AsyncGenerator<Uint8Array> {
  const chunks = packed[Symbol.asyncIterator]();
  try {
    for (let rest = await nextOf(chunks); rest !== null; ) {
      const frame = createZstdDecompress(options);
      const fed = feed(frame, rest, chunks);
      yield* frame;
      rest = await fed;
    }
  } finally {
    await chunks.return?.();
  }
}

const nextOf = async (chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array | null> => {
  const { done, value } = await chunks.next();
  return done ? null : value;
};

/** Gives a frame what it takes; what stands behind it in the chunk in which it ended, or null at the end of all. */
async function feed(
  frame: ZstdDecompress,
  first: Uint8Array,
  chunks: AsyncIterator<Uint8Array>,
): Promise<Uint8Array | null> {
  let takenBytes = 0;
  try {
    for (let chunk: Uint8Array | null = first; chunk !== null; chunk = await nextOf(chunks)) {
      if (chunk.length === 0) continue;
      await taken(frame, chunk);
      const ofChunk = frame.bytesWritten - takenBytes;
      if (ofChunk < chunk.length) return chunk.subarray(ofChunk);
      takenBytes += chunk.length;
    }
    frame.end();
  } catch (error) {
    frame.destroy(error as Error);
  }
  return null;
}

/** A frame that ended within the chunk calls nobody back; it closes once it was read. */
function taken(frame: ZstdDecompress, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      frame.off("close", done);
      resolve();
    };
    frame.once("close", done);
    frame.write(chunk, done);
  });
}
