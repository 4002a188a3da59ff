/** Decides when each device is asked: one read at a time, while anybody watches, later and later when it does not answer. */
import { pollDelayMs } from "./reach.ts";
import type { TimeLeft, Tracked } from "./tracked.ts";

export interface PollingDeps {
  readonly intervalMs: () => number;
  /** Reads one device. Never rejects. */
  readonly read: (tracked: Tracked, left: TimeLeft) => Promise<void>;
}

/** A host that has not answered a poll for this long is not waited for any longer. */
const pollTimeoutMs = 10_000;
/** A polled command gets at least this long, however long its device was busy before. */
const shortestTimeoutMs = 2000;

export class Polling {
  readonly #deps: PollingDeps;
  /** The end of each device's queue of reads. */
  readonly #queues = new Map<Tracked, Promise<void>>();
  readonly #timers = new Map<Tracked, NodeJS.Timeout>();
  #on = false;

  constructor(deps: PollingDeps) {
    this.#deps = deps;
  }

  get on(): boolean {
    return this.#on;
  }

  start(all: Iterable<Tracked>): void {
    this.#on = true;
    for (const tracked of all) this.soon(tracked);
  }

  /** Reads that run go on to their end. */
  stop(): void {
    this.#on = false;
    for (const tracked of [...this.#timers.keys()]) this.#clear(tracked);
  }

  /** Its next poll is now, unless one runs or polling is off. */
  soon(tracked: Tracked): void {
    this.#schedule(tracked, 0);
  }

  /** True between two polls of a device, false while it is being polled. */
  waits(tracked: Tracked): boolean {
    return this.#timers.has(tracked);
  }

  /** Reads a device after the reads of it that were asked for before; not at all when no time is left by then. */
  ask(tracked: Tracked, left: TimeLeft): Promise<void> {
    const before = this.#queues.get(tracked) ?? Promise.resolve();
    const next = before.then(() =>
      tracked.stop.signal.aborted || left() <= 0 ? undefined : this.#deps.read(tracked, left),
    );
    this.#queues.set(tracked, next);
    return next;
  }

  /** Polls it no more; resolves when its last read is over. */
  async forget(tracked: Tracked): Promise<void> {
    this.#clear(tracked);
    const last = this.#queues.get(tracked);
    this.#queues.delete(tracked);
    await last;
  }

  #clear(tracked: Tracked): void {
    clearTimeout(this.#timers.get(tracked));
    this.#timers.delete(tracked);
  }

  #schedule(tracked: Tracked, delayMs: number): void {
    this.#clear(tracked);
    if (!this.#on || tracked.stop.signal.aborted) return;
    const timer = setTimeout(() => {
      this.#timers.delete(tracked);
      const deadlineMs = Date.now() + pollTimeoutMs;
      void this.ask(tracked, () => Math.max(shortestTimeoutMs, deadlineMs - Date.now())).then(() => {
        if (this.#timers.has(tracked)) return;
        this.#schedule(tracked, pollDelayMs(this.#deps.intervalMs(), tracked.failures, Math.random()));
      });
    }, delayMs);
    timer.unref();
    this.#timers.set(tracked, timer);
  }
}
