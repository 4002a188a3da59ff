import { Buffer } from "node:buffer";

/** The first bytes of a stream. */
export class Head {
  readonly #limit: number;
  readonly #chunks: Uint8Array[] = [];
  #size = 0;
  dropped = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  take(chunk: Uint8Array): void {
    const room = this.#limit - this.#size;
    if (chunk.length > room) this.dropped = true;
    if (room <= 0) return;
    // a slice would keep ssh2's whole packet alive; small chunks are cheap to copy
    const kept = chunk.length > room ? Uint8Array.from(chunk.subarray(0, room)) : chunk;
    this.#chunks.push(kept);
    this.#size += kept.length;
  }

  text(): string {
    return new TextDecoder().decode(Buffer.concat(this.#chunks));
  }
}
