/** Owns the threads that write and open bundles: gigabytes are redacted and packed while windows and sessions go on. */
import { on } from "node:events";
import { type Fault, FaultError } from "../../contract/error.ts";
import type { BundleMessage, BundleResult } from "../../contract/logs/bundle.ts";
import type { RedactionPreview } from "../../contract/logs/redact.ts";
import { startThread } from "../../thread.node.ts";
import {
  type BundleJob,
  type BundleSaid,
  type BundleSubject,
  bundleFailed,
  type OpenProgress,
  type WriteProgress,
} from "./job.ts";
import type { OpenedBundle } from "./open.node.ts";

/** Beside this file: as source, or built beside the program that holds this file. */
const program = new URL(
  import.meta.url.endsWith(".ts") ? "./bundle-worker.node.ts" : "./bundle-worker.js",
  import.meta.url,
);
/** A manifest of 100,000 entries, with page and sums, takes part of it; contents are streams. */
const maxHeapMb = 1024;

type JobOf<Kind extends BundleJob["kind"]> = Omit<Extract<BundleJob, { kind: Kind }>, "kind">;

export class BundleThreads implements AsyncDisposable {
  readonly #ending = new AbortController();
  readonly #running = new Set<Promise<void>>();

  /** How far it is, then what came of it. Throws as {@link writeBundle} does; an aborted `signal` leaves nothing behind. */
  async *write(job: JobOf<"write">, signal: AbortSignal): AsyncGenerator<BundleMessage> {
    for await (const said of this.#work({ kind: "write", ...job }, signal)) {
      if (said.said === "progress") yield said.progress as WriteProgress;
      else {
        const result = said.value as BundleResult;
        yield { kind: "ended", result, complete: result.complete };
      }
    }
  }

  /** How far it is, then what it is. Throws as {@link openBundle} does. */
  async *open(
    job: JobOf<"open">,
    signal: AbortSignal,
  ): AsyncGenerator<OpenProgress | ({ readonly kind: "opened" } & OpenedBundle)> {
    for await (const said of this.#work({ kind: "open", ...job }, signal))
      yield said.said === "progress"
        ? (said.progress as OpenProgress)
        : { kind: "opened", ...(said.value as OpenedBundle) };
  }

  /** What redaction would replace in a collection. */
  async preview(job: BundleSubject, signal: AbortSignal): Promise<RedactionPreview> {
    for await (const said of this.#work({ kind: "preview", ...job }, signal))
      if (said.said === "done") return said.value as RedactionPreview;
    throw new Error("the thread ended without an answer");
  }

  /** Gives up what is under way; settles when nothing is left of it, whoever listens. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort(new FaultError(halfrackEnds));
    await Promise.all(this.#running);
  }

  async *#work(job: BundleJob, listening: AbortSignal): AsyncGenerator<Told> {
    const signal = AbortSignal.any([listening, this.#ending.signal]);
    signal.throwIfAborted();
    const worker = startThread(program, {
      workerData: job,
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
    });
    const cancel = () => worker.postMessage("cancel");
    signal.addEventListener("abort", cancel);
    let broken = null as Error | null;
    worker.on("error", (error) => {
      broken = error;
    });
    const exited = new Promise<void>((resolve) => worker.on("exit", () => resolve()));
    this.#running.add(exited);
    void exited.then(() => this.#running.delete(exited));
    const messages = on(worker, "message", { close: ["exit"] }) as AsyncIterableIterator<[BundleSaid]>;
    try {
      for await (const [said] of messages) {
        if (said.said === "fault") throw new FaultError(said.fault);
        if (said.said === "cancelled") throw signal.reason;
        yield said;
        if (said.said === "done") return;
      }
      throw new FaultError(bundleFailed(new Error("Its thread ended without an answer.")));
    } catch (error) {
      throw broken === null ? error : new FaultError(bundleFailed(broken));
    } finally {
      signal.removeEventListener("abort", cancel);
      // Who no longer listens gives it up as well; it removes what it began.
      cancel();
      await exited;
    }
  }
}

const halfrackEnds: Fault = {
  code: "logs.given-up",
  title: "This was given up because Halfrack ends",
  detail: "Nothing is left of what was begun.",
  next: "Start Halfrack again, and begin it anew.",
};

type Told = Extract<BundleSaid, { said: "progress" | "done" }>;
