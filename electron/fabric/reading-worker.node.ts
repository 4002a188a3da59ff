/** A thread that reads outputs, one job after the other (`reading-thread.node.ts`). It loads no schemas: they are most of a start. */
import { flushCompileCache } from "node:module";
import { parentPort } from "node:worker_threads";
import { FaultError, invariant } from "../contract/error.ts";
import { partsOf } from "../contract/fabric-parts.ts";
import { outputReaders } from "./output-readers.ts";
import { problem } from "./problems.ts";
import { readSavedFiles } from "./read/files.node.ts";
import { readSaved } from "./read/saved.ts";
import type { ReadingAnswer, ReadingJob } from "./reading-thread.node.ts";

async function read(job: ReadingJob): Promise<readonly string[]> {
  if (job.kind !== "saved") return [JSON.stringify(outputReaders[job.kind](job.text))];
  const { texts, left } = await readSavedFiles(job.paths);
  const fabric = readSaved(texts);
  const unread = left.map(({ source, reason }) =>
    problem("fabric.unread-file", "warning", source, source, 0, "", reason),
  );
  return [...partsOf({ ...fabric, problems: [...fabric.problems, ...unread] })];
}

const port = parentPort;
invariant(port, "this file runs as a thread");
port.on("message", (job: ReadingJob) => {
  const answer = (message: ReadingAnswer) => port.postMessage(message);
  read(job).then(
    (json) => answer({ json }),
    (error: unknown) => {
      // An error loses its class on the way to the other thread.
      if (!(error instanceof FaultError)) throw error;
      answer({ fault: error.fault });
    },
  );
});
flushCompileCache();
