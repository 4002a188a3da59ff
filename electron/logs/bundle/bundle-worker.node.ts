/** The thread of one bundle (`bundling-thread.node.ts`): redacts and packs, or opens, while sessions go on. */
import { flushCompileCache } from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import { type Fault, FaultError, invariant } from "../../contract/error.ts";
import { Unfinished } from "../../unfinished.node.ts";
import { createCollectionStore } from "../collect/store.node.ts";
import { type BundleJob, type BundleSaid, bundleFailed, type Progress } from "./job.ts";
import { openBundle } from "./open.node.ts";
import { previewOf, redactorFor } from "./redacting.node.ts";
import { checkPlace, writeBundle } from "./write.node.ts";

const port = parentPort;
invariant(port, "this file runs as a thread");
const say = (message: BundleSaid) => port.postMessage(message);
const given = new AbortController();
port.on("message", () => given.abort(new Error("given up")));
const { signal } = given;

/** Between two tellings of how far it is. */
const progressMs = 100;
let toldAt = Number.NEGATIVE_INFINITY;
let phase = "";
const onProgress = (progress: Progress) => {
  if (progress.phase === phase && performance.now() - toldAt < progressMs) return;
  toldAt = performance.now();
  phase = progress.phase;
  say({ said: "progress", progress });
};

async function work(job: BundleJob): Promise<unknown> {
  const store = createCollectionStore({ dir: job.collections });
  if (job.kind === "open") return openBundle(job.path, store, { signal, passing: job.passing ?? false, onProgress });
  const collection = await store.get(job.id);
  const all = collection.header.entries.length;
  // Everything is read twice before it is written: to learn what is to be redacted, and to know what it comes to.
  const onEntry = (done: number) =>
    onProgress({ kind: "progress", phase: "reading", done, entries: 2 * all, bytes: 0 });
  if (job.kind === "preview") return previewOf(collection, job, { signal, onEntry });
  const { rules } = job;
  await checkPlace(job);
  const redactor = await redactorFor(collection, job, { signal, onEntry });
  return writeBundle(collection, {
    ...job,
    redactor,
    unfinished: new Unfinished(job.unfinished),
    redaction: { on: rules.on, classes: rules.on ? rules.classes : [] },
    signal,
    onProgress: (progress) =>
      onProgress(
        progress.phase === "reading" ? { ...progress, done: all + progress.done, entries: 2 * all } : progress,
      ),
  });
}

const faultOf = (error: unknown): Fault => (error instanceof FaultError ? error.fault : bundleFailed(error));

work(workerData as BundleJob)
  .then(
    (value) => say({ said: "done", value }),
    (error: unknown) => say(signal.aborted ? { said: "cancelled" } : { said: "fault", fault: faultOf(error) }),
  )
  .finally(() => {
    port.close();
    flushCompileCache();
  });
