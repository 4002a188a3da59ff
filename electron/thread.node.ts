/** Starts threads. Features that work in threads of their own start them by this file. */
import { getCompileCacheDir } from "node:module";
import { Worker, type WorkerOptions } from "node:worker_threads";

/** Where this program keeps its modules compiled, the thread finds and keeps its own: they are most of its start. */
export function startThread(program: URL, options: Pick<WorkerOptions, "workerData" | "resourceLimits">): Worker {
  const cacheDir = getCompileCacheDir();
  return new Worker(program, {
    ...options,
    ...(cacheDir === undefined ? {} : { env: { ...process.env, NODE_COMPILE_CACHE: cacheDir } }),
  });
}
