/** Times an attempt to connect: each stage gets the same time, and the clock stands while the admin is asked. */
import type { Stage } from "./faults.ts";

export class StageClock {
  readonly #limitMs: number;
  readonly #onTimeout: (stage: Stage) => void;
  #stage: Stage = "connecting";
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking = 0;

  constructor(limitMs: number, onTimeout: (stage: Stage) => void) {
    this.#limitMs = limitMs;
    this.#onTimeout = onTimeout;
    this.#restart();
  }

  get stage(): Stage {
    return this.#stage;
  }

  get asking(): boolean {
    return this.#asking > 0;
  }

  enter(stage: Stage): void {
    this.#stage = stage;
    this.#restart();
  }

  async whileAsking<T>(answer: Promise<T>): Promise<T> {
    this.#asking++;
    clearTimeout(this.#timer);
    try {
      return await answer;
    } finally {
      this.#asking--;
      this.#restart();
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#asking = Number.POSITIVE_INFINITY;
  }

  #restart(): void {
    clearTimeout(this.#timer);
    if (this.#asking === 0) this.#timer = setTimeout(() => this.#onTimeout(this.#stage), this.#limitMs);
  }
}
