/** The thread of one reading (`reading.node.ts`): takes sources one after the other and answers questions in between. */
import { flushCompileCache } from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import { type Fault, FaultError, invariant, messageOf } from "../../contract/error.ts";
import { Answers } from "./answers.node.ts";
import { Library, type SourceFacts } from "./library.node.ts";
import type { FromThread, Question, ThreadData, ToThread } from "./thread.ts";

const port = parentPort;
invariant(port, "this file runs as a thread");
const library = new Library(workerData as ThreadData);
const answers = new Answers(library);
const asked = new Map<number, AbortController>();
const say = (message: FromThread) => port.postMessage(message);
/** Between two tellings of how far it is. */
const progressMs = 100;

/** The content of the source that is being read, as it comes. */
class Incoming implements AsyncIterable<Uint8Array> {
  readonly #pieces: Uint8Array[] = [];
  #ended = false;
  #wake = () => {};
  /** Nobody reads it any longer: what still comes is let go. */
  #left = false;

  push(bytes: Uint8Array): void {
    if (this.#left) say({ from: "took", bytes: bytes.length });
    else this.#pieces.push(bytes);
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const piece = this.#pieces.shift();
        if (piece) {
          say({ from: "took", bytes: piece.length });
          yield piece;
        } else if (this.#ended) return;
        else
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
      }
    } finally {
      this.leave();
    }
  }

  leave(): void {
    this.#left = true;
    for (const piece of this.#pieces.splice(0)) say({ from: "took", bytes: piece.length });
  }
}

let incoming = new Incoming();
let reading: Promise<void> = Promise.resolve();
let toldAt = 0;

function begin(source: SourceFacts): void {
  const content = new Incoming();
  incoming = content;
  reading = reading.then(async () => {
    const state = await library.take(source, content, () => {
      if (performance.now() - toldAt < progressMs) return;
      toldAt = performance.now();
      say({ from: "progress", lines: library.lines });
    });
    content.leave();
    say({ from: "source", state, lines: library.lines });
  });
}

async function ask(id: number, question: Question): Promise<void> {
  const abort = new AbortController();
  asked.set(id, abort);
  try {
    const value = await answer(id, question, abort.signal);
    say({ from: "answer", id, value });
  } catch (error) {
    if (!abort.signal.aborted) say({ from: "fault", id, fault: faultOf(error) });
  } finally {
    asked.delete(id);
  }
}

async function answer(id: number, question: Question, signal: AbortSignal): Promise<unknown> {
  const { filter } = question;
  switch (question.kind) {
    case "lines":
      return answers.lines(filter, question.from, question.count, signal);
    case "rowAt":
      return answers.rowAt(filter, question.atMs, signal);
    case "histogram":
      return answers.histogram(filter, question.buckets, signal);
    case "errors":
      return answers.errors(filter, signal);
    case "known":
      return answers.known(filter, signal);
    case "search":
      for await (const value of answers.search(filter, question.find, question.from, question.direction, signal))
        say({ from: "part", id, value });
      return null;
  }
}

const faultOf = (error: unknown): Fault =>
  error instanceof FaultError
    ? error.fault
    : {
        code: "logs.reading-failed",
        title: "The logs could not be read",
        detail: messageOf(error),
        next: "Close the reading and open it again.",
      };

port.on("message", (message: ToThread) => {
  switch (message.to) {
    case "begin":
      begin(message.source);
      break;
    case "piece":
      incoming.push(message.bytes);
      break;
    case "end":
      incoming.end();
      break;
    case "complete":
      void reading.then(async () => {
        await library.complete();
        say({ from: "completed", lines: library.lines });
        flushCompileCache();
      });
      break;
    case "ask":
      void ask(message.id, message.question);
      break;
    case "forget":
      asked.get(message.id)?.abort();
      break;
    case "close":
      library.close();
      port.close();
      process.exit(0);
  }
});
