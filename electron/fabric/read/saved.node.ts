/** Reads saved outputs of fabric tools from files, folders and bundles, in a thread. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Fabric } from "../../contract/fabric.ts";
import { joinParts } from "../../contract/fabric-parts.ts";
import { readInThread } from "../reading-thread.node.ts";

/**
 * Reads paths into one fabric. Throws FaultError: `fabric.no-such-path`, or `fabric.unreadable` where the thread failed.
 * An aborted `signal` ends the thread.
 */
export async function readSavedPaths(paths: readonly string[], signal?: AbortSignal): Promise<Fabric> {
  // Its values take much memory here: the thread's own must not stand beside them.
  return joinParts(inTurns(await readInThread({ kind: "saved", paths }, signal, false)));
}

/** The same as {@link readSavedPaths}, as texts of its parts: a window takes a fabric of thousands of hosts that nothing here looks at. */
export function readSavedParts(paths: readonly string[], signal?: AbortSignal): Promise<readonly string[]> {
  return readInThread({ kind: "saved", paths }, signal);
}

/** One after the other, each in a turn of the event loop. */
export async function* inTurns<T>(values: readonly T[]): AsyncGenerator<T, void, void> {
  for (const value of values) {
    yield value;
    await nextTurn();
  }
}
