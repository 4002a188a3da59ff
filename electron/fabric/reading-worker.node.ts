/** A thread that reads outputs, one job after the other (`reading-thread.node.ts`). It loads no schemas: they are most of a start. */
import { flushCompileCache } from "node:module";
import { parentPort } from "node:worker_threads";
import { FaultError, invariant } from "../contract/error.ts";
import { outputReaders } from "./output-readers.ts";
import { readSavedFiles } from "./read/files.node.ts";
import { readSaved } from "./read/saved.ts";
import type { ReadingAnswer, ReadingJob } from "./reading-thread.node.ts";

async function read(job: ReadingJob): Promise<object> {
  if (job.kind !== "saved") return outputReaders[job.kind](job.text);
  const { texts, left } = await readSavedFiles(job.paths);
  const fabric = readSaved(texts);
  const problems = left.map(({ source, reason }) => ({
    code: "fabric.unread-file",
    severity: "warning" as const,
    subject: source,
    detail: reason,
    evidence: { source, line: 0, text: "" },
  }));
  return { ...fabric, problems: [...fabric.problems, ...problems] };
}

const port = parentPort;
invariant(port, "this file runs as a thread");
port.on("message", (job: ReadingJob) => {
  const answer = (message: ReadingAnswer) => port.postMessage(message);
  read(job).then(
    (found) => answer({ json: JSON.stringify(found) }),
    (error: unknown) => {
      // An error loses its class on the way to the other thread.
      if (!(error instanceof FaultError)) throw error;
      answer({ fault: error.fault });
    },
  );
});
flushCompileCache();
