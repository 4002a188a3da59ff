/** Owns the processes of one practice session that are not waited for, and the signals that reach them. */

const signals: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  KILL: 9,
  USR1: 10,
  USR2: 12,
  PIPE: 13,
  TERM: 15,
};

/** The number of a signal by its name or number; null for what is none. */
export function signalNumber(word: string): number | null {
  if (/^\d{1,2}$/.test(word)) return Number(word);
  return signals[word.toUpperCase().replace(/^SIG/, "")] ?? null;
}

interface Job {
  readonly stop: AbortController;
  /** 128 and the signal's number. */
  status: Promise<number>;
  endedBy: number | null;
}

/** Jobs at once; more are refused. */
const maxJobs = 64;

export class Jobs {
  readonly #jobs = new Map<number, Job>();
  /** Fires when the whole process group is ended. */
  readonly #group = new AbortController();
  #next = 2400;
  /** 128 and the signal that ended the process group. */
  endedBy: number | null = null;

  get group(): AbortSignal {
    return this.#group.signal;
  }

  /** Starts what is not waited for; null when there are too many. */
  start(run: (signal: AbortSignal) => Promise<number>): number | null {
    if ([...this.#jobs.values()].filter(({ stop }) => !stop.signal.aborted).length >= maxJobs) return null;
    const pid = this.#next;
    this.#next += 7;
    const stop = new AbortController();
    const job: Job = { stop, endedBy: null, status: Promise.resolve(0) };
    job.status = run(stop.signal).then(
      (status) => job.endedBy ?? status,
      () => job.endedBy ?? 1,
    );
    job.status.then(() => stop.abort()).catch(() => {});
    this.#jobs.set(pid, job);
    return pid;
  }

  /** Sends a signal to a job, or with 0 to the whole group; false where there is no such process. */
  kill(pid: number, signal: number): boolean {
    if (pid === 0) {
      if (signal === 0) return true;
      this.endedBy ??= 128 + signal;
      this.#group.abort();
      return true;
    }
    const job = this.#jobs.get(pid);
    if (!job || job.stop.signal.aborted) return false;
    if (signal === 0) return true;
    job.endedBy = 128 + signal;
    job.stop.abort();
    return true;
  }

  /** The status of a job when it has ended, 127 for one that never was. */
  wait(pid: number): Promise<number> {
    return this.#jobs.get(pid)?.status ?? Promise.resolve(127);
  }

  async waitAll(): Promise<void> {
    await Promise.all([...this.#jobs.values()].map(({ status }) => status));
  }

  /** The session's end: nothing goes on. */
  end(): void {
    for (const { stop } of this.#jobs.values()) stop.abort();
  }
}
