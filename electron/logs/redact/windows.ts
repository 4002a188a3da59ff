/**
 * Cuts a stream of any length, with lines of any length, into stretches that overlap: what is found in one is whole, and it
 * does not matter in which pieces the stream came.
 */
import { Buffer } from "node:buffer";
import { longestKey } from "./private-keys.ts";

/** Bytes that are looked at together. */
const windowBytes = 512 * 1024;
/** At its end: looked at again with what follows, so that the longest thing to be found is whole somewhere. */
const holdBytes = longestKey + 4096;
/** Before its beginning: what was done with already, which tells what the next words are. */
const leadBytes = 4096;

/** Looks at `bytes`; only what begins at `from` or behind is new. Answers how far it is done, up to `to` if it can be. */
export type Look = (bytes: Buffer, from: number, to: number) => number;

export class Windows {
  readonly #look: Look;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #from = 0;

  constructor(look: Look) {
    this.#look = look;
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      const piece = chunk.subarray(at, at + windowBytes - this.#waitingBytes);
      this.#waiting.push(piece);
      this.#waitingBytes += piece.length;
      at += piece.length;
      if (this.#waitingBytes === windowBytes) this.#turn(windowBytes - holdBytes);
    }
  }

  end(): void {
    if (this.#waitingBytes > this.#from) this.#turn(this.#waitingBytes);
  }

  #turn(to: number): void {
    const bytes = Buffer.concat(this.#waiting);
    const done = this.#look(bytes, this.#from, to);
    const keep = Math.max(0, done - leadBytes);
    this.#waiting = [bytes.subarray(keep)];
    this.#waitingBytes = bytes.length - keep;
    this.#from = done - keep;
  }
}
