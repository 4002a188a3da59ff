/** Decides when a view tells the session how far it has drawn. */

/** Code units between two acknowledgements: small beside the session's high watermark, large beside a keystroke. */
export const ackStep = 128 * 1024;

/** Counts what was received and drawn, and says which offset to acknowledge. */
export class AckStepper {
  #received: number;
  #drawn: number;
  #acknowledged: number;

  constructor(offset = 0) {
    this.#received = offset;
    this.#drawn = offset;
    this.#acknowledged = offset;
  }

  /** Where the next output is expected. */
  get received(): number {
    return this.#received;
  }

  /** Starts over at `offset`: what came before is not drawn by this view any more. */
  restart(offset: number): void {
    this.#received = offset;
    this.#drawn = offset;
    this.#acknowledged = offset;
  }

  /** Takes a chunk that begins at `offset` and returns the part that is new (empty for a repetition). */
  take(offset: number, data: string): string {
    const end = offset + data.length;
    if (end <= this.#received) return "";
    const fresh = offset < this.#received ? data.slice(this.#received - offset) : data;
    this.#received = end;
    return fresh;
  }

  /** Notes that everything before `offset` is drawn; returns the offset to acknowledge now, or null. */
  drew(offset: number): number | null {
    this.#drawn = Math.max(this.#drawn, Math.min(offset, this.#received));
    return this.#drawn - this.#acknowledged >= ackStep ? this.#acknowledge() : null;
  }

  /** The offset to acknowledge once output pauses, or null when all is acknowledged. */
  settle(): number | null {
    return this.#drawn > this.#acknowledged ? this.#acknowledge() : null;
  }

  #acknowledge(): number {
    this.#acknowledged = this.#drawn;
    return this.#drawn;
  }
}
