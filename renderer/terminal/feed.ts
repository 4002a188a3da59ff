/**
 * Owns how output is handed to xterm.js. What it is given at once it parses in timers started by timers, which browsers
 * delay by 4 ms each, a quarter of the time; here every turn is a task of its own, and others get theirs in between.
 */

/** Code units of one turn, unless a single piece is longer: some 5 ms of parsing. */
const turnUnits = 128 * 1024;

/** More than this within a window's time is a flood: 650 kB/s, a hundred screens a second. */
const floodUnits = 64 * 1024;
const windowMs = 100;

interface Piece {
  readonly data: string;
  /** Called when the piece was parsed. */
  readonly parsed: (() => void) | undefined;
}

/** Pieces of output, parsed in the order they came. */
export class Feed {
  readonly #write: (data: string, parsed: () => void) => void;
  #waiting: Piece[] = [];
  #parsing = 0;
  #closed = false;
  /** Code units of this window of time and of the one just before it. */
  #units = 0;
  #unitsBefore = 0;
  #windowStartMs = 0;

  constructor(write: (data: string, parsed: () => void) => void) {
    this.#write = write;
  }

  /** True while output comes faster than anybody can read. */
  get flooding(): boolean {
    this.#count(0);
    return Math.max(this.#units, this.#unitsBefore) > floodUnits;
  }

  push(data: string, parsed?: () => void): void {
    this.#waiting.push({ data, parsed });
    this.#count(data.length);
    if (this.#parsing === 0) this.#turn();
  }

  /** Drops what waits. */
  close(): void {
    this.#closed = true;
    this.#waiting = [];
  }

  #count(units: number): void {
    const sinceMs = performance.now() - this.#windowStartMs;
    if (sinceMs >= windowMs) {
      this.#unitsBefore = sinceMs < 2 * windowMs ? this.#units : 0;
      this.#units = 0;
      this.#windowStartMs += sinceMs;
    }
    this.#units += units;
  }

  #turn(): void {
    if (this.#closed) return;
    let count = 0;
    for (let units = 0; units < turnUnits && count < this.#waiting.length; count += 1) {
      units += this.#waiting[count]?.data.length ?? 0;
    }
    const pieces = this.#waiting.splice(0, count);
    this.#parsing = pieces.length;
    for (const { data, parsed } of pieces) this.#write(data, () => this.#parsed(parsed));
  }

  #parsed(parsed: (() => void) | undefined): void {
    this.#parsing -= 1;
    parsed?.();
    if (this.#parsing > 0 || this.#waiting.length === 0) return;
    // what is pushed until then must not begin a turn of its own
    this.#parsing = 1;
    nextTask(() => {
      this.#parsing = 0;
      this.#turn();
    });
  }
}

const { port1, port2 } = new MessageChannel();
const tasks: (() => void)[] = [];
port1.onmessage = () => tasks.shift()?.();

/** Runs `task` soon, after whatever waits for the thread by then; not a timer, and so never delayed. */
function nextTask(task: () => void): void {
  tasks.push(task);
  port2.postMessage(null);
}
