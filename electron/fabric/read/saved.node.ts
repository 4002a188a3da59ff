/** Runs the thread that reads saved outputs, one at a time for each call, and ends it with the call. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { type Fault, FaultError, messageOf } from "../../contract/error.ts";
import type { Fabric } from "../../contract/fabric.ts";

/** Beside this file: as source, or built beside the program that holds this file. */
const program = new URL(
  import.meta.url.endsWith(".ts") ? "./saved-worker.node.ts" : "./saved-worker.js",
  import.meta.url,
);
/** What one call may use; far more than a fabric of 10,000 hosts takes. */
const maxHeapMb = 1024;

/**
 * Reads saved outputs of fabric tools from files, folders and bundles. Throws FaultError: `fabric.no-such-path`, or
 * `fabric.unreadable` where the thread failed. An aborted `signal` ends the thread.
 */
export async function readSavedPaths(paths: readonly string[], signal?: AbortSignal): Promise<Fabric> {
  return (await readInThread<{ readonly fabric: Fabric }>(paths, false, signal)).fabric;
}

/** The same as {@link readSavedPaths}, as JSON: a window takes a fabric of thousands of hosts that nothing here looks at. */
export async function readSavedJson(paths: readonly string[], signal?: AbortSignal): Promise<string> {
  return (await readInThread<{ readonly json: string }>(paths, true, signal)).json;
}

async function readInThread<T>(paths: readonly string[], asJson: boolean, signal?: AbortSignal): Promise<T> {
  signal?.throwIfAborted();
  const workerData = { paths, asJson };
  const worker = new Worker(program, { workerData, resourceLimits: { maxOldGenerationSizeMb: maxHeapMb } });
  try {
    const [answer] = (await once(worker, "message", signal ? { signal } : {})) as [T | { fault: Fault }];
    if (typeof answer === "object" && answer !== null && "fault" in answer) throw new FaultError(answer.fault);
    return answer as T;
  } catch (cause) {
    if (cause instanceof FaultError || signal?.aborted) throw cause;
    throw new FaultError(
      {
        code: "fabric.unreadable",
        title: "The saved outputs could not be read",
        detail: messageOf(cause),
        next: "Open fewer or smaller files at once.",
      },
      { cause },
    );
  } finally {
    await worker.terminate();
  }
}
