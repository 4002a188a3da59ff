/** Owns how xz is unpacked: by WebAssembly, 64 MiB of memory at most; what was packed to need more is told as damaged. */
import { ReadableStream } from "node:stream/web";
import { messageOf } from "../contract/error.ts";

/** Throws an error with the code `Z_XZ_ERROR` where what is packed is damaged or cut off, after what came before. */
export async function* unxz(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { default: xz } = await import("xz-decompress");
  const stream = ReadableStream.from(packed) as unknown as globalThis.ReadableStream<Uint8Array>;
  try {
    yield* new xz.XzReadableStream(stream) as unknown as AsyncIterable<Uint8Array>;
  } catch (cause) {
    if (!messageOf(cause).startsWith("get_next_output")) throw cause;
    throw Object.assign(new Error("xz data is damaged, cut off, or needs too much memory", { cause }), {
      code: "Z_XZ_ERROR",
    });
  }
}
