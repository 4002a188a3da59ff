/** Reads saved outputs of fabric tools from files, folders and bundles, in a thread. */
import type { Fabric } from "../../contract/fabric.ts";
import { readInThread } from "../reading-thread.node.ts";

/**
 * Reads paths into one fabric. Throws FaultError: `fabric.no-such-path`, or `fabric.unreadable` where the thread failed.
 * An aborted `signal` ends the thread.
 */
export async function readSavedPaths(paths: readonly string[], signal?: AbortSignal): Promise<Fabric> {
  // Its values take much memory here: the thread's own must not stand beside them.
  return JSON.parse(await readInThread({ kind: "saved", paths }, signal, false)) as Fabric;
}

/** The same as {@link readSavedPaths}, as JSON: a window takes a fabric of thousands of hosts that nothing here looks at. */
export function readSavedJson(paths: readonly string[], signal?: AbortSignal): Promise<string> {
  return readInThread({ kind: "saved", paths }, signal);
}
