/** Owns how what far-side scripts print is taken apart: parts that end in a NUL, in chunks as they come. */

/** No part is longer: a name has 4096 bytes at most, the longest outputs are lists of boots. */
const maxPartBytes = 256 * 1024;

/**
 * Cuts chunks into parts. A part beyond the bound is cut short; what comes after the last NUL is no part. Memory is
 * bounded by one part.
 */
export class Parts {
  readonly #onPart: (part: Uint8Array) => void;
  #kept: Uint8Array[] = [];
  #size = 0;

  constructor(onPart: (part: Uint8Array) => void) {
    this.#onPart = onPart;
  }

  take(chunk: Uint8Array): void {
    let from = 0;
    for (let at = chunk.indexOf(0); at >= 0; at = chunk.indexOf(0, from)) {
      this.#keep(chunk.subarray(from, at));
      const part = this.#kept.length === 1 ? this.#kept[0] : joined(this.#kept, this.#size);
      this.#kept = [];
      this.#size = 0;
      this.#onPart(part ?? new Uint8Array());
      from = at + 1;
    }
    // what waits for its end must not keep the connection's buffers
    this.#keep(Uint8Array.from(chunk.subarray(from)));
  }

  #keep(piece: Uint8Array): void {
    const room = maxPartBytes - this.#size;
    const kept = piece.length > room ? piece.subarray(0, room) : piece;
    if (kept.length === 0) return;
    this.#kept.push(kept);
    this.#size += kept.length;
  }
}

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** A part as text; what is no UTF-8 is U+FFFD. */
export const textOf = (part: Uint8Array) => new TextDecoder().decode(part);
