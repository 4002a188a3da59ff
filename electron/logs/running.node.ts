/** Owns the one run that collects: what it tells watchers meanwhile, how it is ended, and what its callers hear. */
import { setTimeout as delay } from "node:timers/promises";
import type { CollectionSummary, CollectMessage, LogsState, TargetProgress } from "../contract/logs/collect.ts";
import type { CollectDeps } from "./collect/run.node.ts";
import { CollectRun } from "./collect/run.node.ts";
import type { DiskWriter } from "./collect/store.node.ts";
import { summaryOf } from "./summary.ts";

/** Between two looks at how far it is. */
const tellMs = 400;
/** The rate is that of the last few seconds. */
const rateOverMs = 5000;

type Told = NonNullable<LogsState["running"]>;

export interface RunningDeps extends Omit<CollectDeps, "onResult"> {
  readonly writer: DiskWriter;
  /** Hears how far it is; last with null, once it is over. */
  readonly tell: (running: Told | null, summary: CollectionSummary) => void;
}

const sumOf = (targets: readonly TargetProgress[], what: "entries" | "done" | "bytes" | "estimateBytes") =>
  targets.reduce((sum, target) => sum + target[what], 0);

export class Running {
  readonly id: string;
  readonly #deps: RunningDeps;
  readonly #stop = new AbortController();
  readonly #listeners = new Set<(message: CollectMessage) => void>();
  readonly #startedAt = Date.now();
  readonly #samples: { readonly atMs: number; readonly bytes: number }[] = [];
  readonly #run: CollectRun;
  /** Settles when it is over; rejects with what ended it before its time (a full disk). */
  readonly over: Promise<CollectionSummary>;

  constructor(deps: RunningDeps) {
    const { writer } = deps;
    this.id = writer.header.id;
    this.#deps = deps;
    this.#run = new CollectRun(
      writer,
      {
        ...deps,
        onResult: (entry, result) => this.#say({ kind: "result", target: entry.target, path: entry.path, result }),
      },
      this.#stop.signal,
    );
    this.over = this.#work();
    this.over.catch(() => undefined); // told to whoever listens
  }

  /** Ends it; what came is kept. */
  stop(): void {
    this.#stop.abort(new Error("the run was ended"));
  }

  /** What it tells from now on, to its end; the run does not need anybody to listen. */
  async *messages(signal?: AbortSignal): AsyncGenerator<CollectMessage, void, void> {
    const targets = this.#run.progress.targets();
    yield {
      kind: "begun",
      id: this.id,
      entries: sumOf(targets, "entries"),
      estimateBytes: sumOf(targets, "estimateBytes"),
    };
    const waiting: CollectMessage[] = [];
    let wake = () => {};
    const listener = (message: CollectMessage) => {
      // Of a slow listener's progress only the last counts.
      if (message.kind === "progress" && waiting.at(-1)?.kind === "progress") waiting.pop();
      waiting.push(message);
      wake();
    };
    let ended = false;
    const over = this.over.finally(() => {
      ended = true;
      wake();
    });
    over.catch(() => undefined);
    const left = () => wake();
    signal?.addEventListener("abort", left);
    this.#listeners.add(listener);
    try {
      while (!signal?.aborted && !(ended && waiting.length === 0)) {
        yield* waiting.splice(0);
        if (ended || waiting.length > 0 || signal?.aborted) continue;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (signal?.aborted) return;
      const summary = await over;
      yield { kind: "ended", id: this.id, summary, complete: summary.complete };
    } finally {
      this.#listeners.delete(listener);
      signal?.removeEventListener("abort", left);
    }
  }

  async #work(): Promise<CollectionSummary> {
    const over = new AbortController();
    const telling = this.#tellOn(over.signal);
    try {
      await this.#run.run();
    } finally {
      over.abort();
      await telling;
      await this.#deps.writer.close();
      this.#deps.tell(null, this.#summary(false));
    }
    return this.#summary(false);
  }

  async #tellOn(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const targets = this.#run.progress.targets();
      this.#deps.tell(
        {
          id: this.id,
          startedAt: this.#startedAt,
          targets,
          bytes: sumOf(targets, "bytes"),
          bytesPerSecond: this.#rate(),
        },
        this.#summary(true),
      );
      this.#say({
        kind: "progress",
        bytes: this.#run.progress.bytes,
        done: sumOf(targets, "done"),
        entries: sumOf(targets, "entries"),
      });
      await delay(tellMs, undefined, { signal }).catch(() => undefined);
    }
  }

  #rate(): number {
    const now = { atMs: performance.now(), bytes: this.#run.progress.bytes };
    this.#samples.push(now);
    while ((this.#samples[0]?.atMs ?? now.atMs) < now.atMs - rateOverMs) this.#samples.shift();
    const first = this.#samples[0] ?? now;
    return now.atMs === first.atMs ? 0 : ((now.bytes - first.bytes) * 1000) / (now.atMs - first.atMs);
  }

  #summary(running: boolean): CollectionSummary {
    const { header, results } = this.#deps.writer;
    return summaryOf({ header, results, kind: "collection", path: null }, running);
  }

  #say(message: CollectMessage): void {
    for (const listener of this.#listeners) listener(message);
  }
}
