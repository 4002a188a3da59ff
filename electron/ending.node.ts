/** Owns how a host's process ends where nothing asked for it: on a signal, and on an error that nothing caught. */
import { messageOf } from "./contract/error.ts";

export interface Ending {
  /** Closes everything the process holds. */
  readonly close: () => Promise<unknown>;
  readonly exit: (code: number) => void;
}

/** What does not close in this time is left to the system. */
const closeTimeoutMs = 5000;

/**
 * Returns what ends the process in order, with the exit code given to the first call. Later calls change nothing: Ctrl-C
 * reaches a host twice, from the terminal and from the program that started it.
 */
export function endInOrder({ close, exit }: Ending): (code: number) => void {
  let ending = false;
  return (code) => {
    if (ending) return;
    ending = true;
    const leave = () => exit(code);
    setTimeout(leave, closeTimeoutMs);
    close().then(leave, (error: unknown) => {
      say(error, "Halfrack did not close in order");
      exit(code || 1);
    });
  };
}

/**
 * An exception that nothing caught leaves the process in a state nobody thought of: it ends, with exit code 1. A promise
 * that nobody waited for is one call's business: it is told, and the admin's sessions go on.
 */
export function watchUncaught(end: (code: number) => void): void {
  // A terminal that was closed, a pipe that nobody reads: what cannot be told must not become an exception of its own.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  process.on("unhandledRejection", (error) =>
    say(error, "A fault in Halfrack was caught by nothing; Halfrack goes on"),
  );
  process.on("uncaughtException", (error) => {
    say(error, "A fault in Halfrack was caught by nothing; Halfrack ends");
    end(1);
  });
}

/** One line to read, then where it happened, for a report. */
function say(error: unknown, what: string): void {
  const [first = ""] = messageOf(error).split("\n");
  const stack = error instanceof Error && error.stack ? `${error.stack}\n` : "";
  process.stderr.write(`halfrack: ${what}: ${first}\n${stack}`);
}
