/** Does work in turns of the event loop, one piece of work after the other; of each kind at most one waits, the newest. */

/** Does a part of it; true where more is to be done. */
export type Work = () => boolean;

export class Turns {
  readonly #waiting = new Map<string, Work>();
  #busy = false;

  /** The first turn is taken at once where nothing else is being done. */
  add(kind: string, work: Work): void {
    this.#waiting.set(kind, work);
    if (!this.#busy) this.#next();
  }

  #next(): void {
    const [first] = this.#waiting;
    this.#busy = first !== undefined;
    if (first === undefined) return;
    this.#waiting.delete(first[0]);
    this.#turn(first[1]);
  }

  #turn(work: Work): void {
    if (work()) setImmediate(() => this.#turn(work));
    else this.#next();
  }
}
