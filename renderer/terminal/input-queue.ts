/** Owns the order of keystrokes: one call at a time, what is typed meanwhile goes with the next. */

/** Longest text of one call, in UTF-16 code units; the contract allows four times as much. */
const maxCallLength = 256 * 1024;

export class InputQueue {
  readonly #send: (data: string) => Promise<unknown>;
  readonly #refused: (error: unknown) => void;
  #waiting = "";
  #busy = false;

  constructor(send: (data: string) => Promise<unknown>, refused: (error: unknown) => void) {
    this.#send = send;
    this.#refused = refused;
  }

  /** Sends `data` after everything pushed before it. A refused call drops what waited behind it. */
  push(data: string): void {
    this.#waiting += data;
    if (!this.#busy) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    try {
      while (this.#waiting !== "") {
        const piece = firstPiece(this.#waiting, maxCallLength);
        this.#waiting = this.#waiting.slice(piece.length);
        await this.#send(piece);
      }
    } catch (error) {
      this.#waiting = "";
      this.#refused(error);
    } finally {
      this.#busy = false;
    }
  }
}

/** At most `length` code units from the start of `text`, never half of a surrogate pair. */
export function firstPiece(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff && length > 1 ? length - 1 : length);
}
