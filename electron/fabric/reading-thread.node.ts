/**
 * Owns the threads that read what is large: a fabric of thousands of hosts takes part of a second, in which sessions and
 * windows must go on. One thread stays for a while after its work, loaded and warm, for what comes next.
 */
import type { Worker } from "node:worker_threads";
import { type Fault, FaultError, messageOf } from "../contract/error.ts";
import { startThread } from "../thread.node.ts";
import { type OutputKind, outputReaders } from "./output-readers.ts";

/** What a thread is given. */
export type ReadingJob =
  | { readonly kind: "saved"; readonly paths: readonly string[] }
  | { readonly kind: OutputKind; readonly text: string };

/** What it answers with: JSON is taken over in a part of the time that values take. */
export type ReadingAnswer = { readonly json: readonly string[] } | { readonly fault: Fault };

type Reading<Kind extends OutputKind> = ReturnType<(typeof outputReaders)[Kind]>;

/** Beside this file: as source, or built beside the program that holds this file. */
const program = new URL(
  import.meta.url.endsWith(".ts") ? "./reading-worker.node.ts" : "./reading-worker.js",
  import.meta.url,
);
/** What one thread may use; far more than a fabric of 10,000 hosts takes. */
const maxHeapMb = 1024;
/** Of it for what was just made: more is no faster, and is kept. */
const maxYoungMb = 16;
/** Up to here an output is read at once, in a hundredth of a second; it is one of some hundred hosts. */
const largeChars = 256 * 1024;
/** Longer than the time between two polls, so that a fabric that is watched finds its thread warm. */
const idleMs = 60_000;

/** The thread that waits for work, and the end of its wait. */
let waiting: { readonly worker: Worker; readonly end: NodeJS.Timeout } | null = null;

/** Has a thread ready before there is work for it. */
export function readyThread(): void {
  if (waiting === null) wait(start());
}

/**
 * Reads in a thread. Throws FaultError: the reading's own, or `fabric.unreadable` where the thread failed. An aborted
 * `signal` ends the thread. Where it does not `stay`, it ends with its memory before the answer is given.
 */
export async function readInThread(job: ReadingJob, signal?: AbortSignal, stay = true): Promise<readonly string[]> {
  signal?.throwIfAborted();
  const worker = take() ?? start();
  worker.ref();
  try {
    const answer = await answerOf(worker, job, signal);
    if (stay) wait(worker);
    else await worker.terminate();
    if ("fault" in answer) throw new FaultError(answer.fault);
    return answer.json;
  } catch (cause) {
    if (cause instanceof FaultError) throw cause;
    await worker.terminate();
    if (signal?.aborted) throw cause;
    throw new FaultError(unreadable(messageOf(cause)), { cause });
  }
}

/** Reads one output of a tool: a large one in a thread, where it throws as {@link readInThread} does. */
export async function readOutput<Kind extends OutputKind>(kind: Kind, text: string): Promise<Reading<Kind>> {
  if (text.length <= largeChars) return outputReaders[kind](text) as Reading<Kind>;
  return JSON.parse((await readInThread({ kind, text })).join("")) as Reading<Kind>;
}

function answerOf(worker: Worker, job: ReadingJob, signal?: AbortSignal): Promise<ReadingAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<ReadingAnswer>();
  const onExit = () => reject(new Error("the thread ended"));
  const onAbort = () => reject(signal?.reason);
  worker.once("message", resolve).once("error", reject).once("exit", onExit);
  signal?.addEventListener("abort", onAbort);
  worker.postMessage(job);
  return promise.finally(() => {
    worker.off("message", resolve).off("error", reject).off("exit", onExit);
    signal?.removeEventListener("abort", onAbort);
  });
}

function start(): Worker {
  const worker = startThread(program, {
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMb, maxYoungGenerationSizeMb: maxYoungMb },
  });
  // One that fails while it waits is not missed.
  worker.on("error", () => forget(worker)).on("exit", () => forget(worker));
  return worker;
}

function take(): Worker | null {
  const worker = waiting?.worker ?? null;
  if (worker !== null) forget(worker);
  return worker;
}

/** One waits; nothing else is kept from ending for it. */
function wait(worker: Worker): void {
  if (waiting !== null) {
    void worker.terminate();
    return;
  }
  worker.unref();
  const end = setTimeout(() => {
    forget(worker);
    void worker.terminate();
  }, idleMs);
  waiting = { worker, end: end.unref() };
}

function forget(worker: Worker): void {
  if (waiting?.worker !== worker) return;
  clearTimeout(waiting.end);
  waiting = null;
}

const unreadable = (detail: string): Fault => ({
  code: "fabric.unreadable",
  title: "The outputs could not be read",
  detail,
  next: "Open fewer or smaller files at once.",
});
