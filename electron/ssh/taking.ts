/** Hands what a program prints to who takes it, one chunk at a time, and holds the program back meanwhile. */

export interface Tap {
  pause(): void;
  resume(): void;
}

export class Taking {
  readonly #take: (chunk: Uint8Array) => void | Promise<void>;
  readonly #from: Tap;
  readonly #refuse: (why: unknown) => void;
  #last: Promise<void> = Promise.resolve();
  #behind = 0;

  /** `refuse` hears what `take` threw or rejected with; nothing is handed over after it. */
  constructor(take: (chunk: Uint8Array) => void | Promise<void>, from: Tap, refuse: (why: unknown) => void) {
    this.#take = take;
    this.#from = from;
    this.#refuse = refuse;
  }

  /** A pause need not hold: Node reads on when a child process has ended. Then what comes waits here, a pipe at most. */
  hand(chunk: Uint8Array): void {
    if (this.#behind > 0) {
      this.#wait(this.#last.then(() => this.#take(chunk)));
      return;
    }
    try {
      const taking = this.#take(chunk);
      if (taking) this.#wait(taking);
    } catch (error) {
      this.#wait(Promise.reject(error));
    }
  }

  /** Settles when all that was handed over is taken; rejects as `take` did. */
  get done(): Promise<void> {
    return this.#last;
  }

  #wait(taking: Promise<void>): void {
    this.#behind++;
    this.#from.pause();
    this.#last = taking.then(() => {
      this.#behind--;
      if (this.#behind === 0) this.#from.resume();
    });
    this.#last.catch(this.#refuse);
  }
}
