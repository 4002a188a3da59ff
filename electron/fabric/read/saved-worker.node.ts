/** A thread that reads saved outputs: a large fabric takes a second, in which sessions and windows must go on. */
import { parentPort, workerData } from "node:worker_threads";
import * as z from "zod";
import { FaultError, invariant } from "../../contract/error.ts";
import { readSavedFiles } from "./files.node.ts";
import { readSaved } from "./saved.ts";

invariant(parentPort, "this file runs as a thread");
const { paths, asJson } = z.object({ paths: z.array(z.string()), asJson: z.boolean() }).parse(workerData);
try {
  const { texts, left } = await readSavedFiles(paths);
  const fabric = readSaved(texts);
  const problems = left.map(({ source, reason }) => ({
    code: "fabric.unread-file",
    severity: "warning" as const,
    subject: source,
    evidence: { source, line: 1, text: reason },
  }));
  const whole = { ...fabric, problems: [...fabric.problems, ...problems] };
  // As text it is handed over in a moment; as values, of thousands of hosts, it holds up the thread that takes them.
  parentPort.postMessage(asJson ? { json: JSON.stringify(whole) } : { fabric: whole });
} catch (error) {
  // An error loses its class on the way to the other thread.
  if (!(error instanceof FaultError)) throw error;
  parentPort.postMessage({ fault: error.fault });
}
