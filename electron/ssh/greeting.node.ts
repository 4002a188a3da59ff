/**
 * Reads a server's identification line before ssh2 sees the stream: with typed errors and bounds of its own. It also
 * mends ssh2 1.17, whose header parser loses bytes when the line comes in three or more pieces.
 */
import type { Duplex } from "node:stream";

/** RFC 4253 4.2 allows lines before the identification; OpenSSH reads 1024 lines of 8 kB, no server needs so much. */
const maxGreetingBytes = 64 * 1024;
const maxIdentificationChars = 255;

export interface Greeting {
  readonly identification: string;
}

export class NotSshError extends Error {
  /** What was said instead, bounded. Hostile text. */
  readonly said: string;

  constructor(message: string, said: Buffer) {
    super(message);
    this.name = "NotSshError";
    this.said = said.toString("latin1", 0, 400).replace(/[^\x20-\x7e\n]/g, ".");
  }
}

/**
 * Waits for the identification line, then puts every byte back for ssh2. Rejects with NotSshError for another
 * protocol, with the stream's error when it fails, and with `signal`'s reason.
 */
export function readGreeting(stream: Duplex, signal: AbortSignal): Promise<Greeting> {
  const { promise, resolve, reject } = Promise.withResolvers<Greeting>();
  let seen = Buffer.alloc(0);
  const onData = (chunk: Buffer) => {
    seen = Buffer.concat([seen, chunk]);
    const found = findIdentification(seen);
    if (found === "more") {
      if (seen.length > maxGreetingBytes) finish(new NotSshError("It talks without end before naming itself.", seen));
    } else if (found instanceof Error) finish(found);
    else finish(null, found);
  };
  const onError = (error: Error) => finish(error);
  const onEnd = () =>
    finish(
      isCutOff(seen)
        ? Object.assign(new Error("The connection was closed before a greeting came"), { code: "ECONNRESET" })
        : new NotSshError("It closed the connection without naming itself an SSH server.", seen),
    );
  const onAbort = () => finish(signal.reason);
  const finish = (error: unknown, identification = "") => {
    stream.off("data", onData).off("error", onError).off("end", onEnd).off("close", onEnd);
    signal.removeEventListener("abort", onAbort);
    stream.pause();
    if (error) {
      stream.on("error", () => undefined); // it is given up; a late error must not end the process
      reject(error);
      return;
    }
    stream.unshift(seen);
    resolve({ identification });
  };
  stream.on("data", onData).on("error", onError).on("end", onEnd).on("close", onEnd);
  signal.addEventListener("abort", onAbort);
  if (signal.aborted) onAbort();
  return promise;
}

/** The stream ended within what may be an identification: a fault of the network, after which it is tried again. */
function isCutOff(seen: Buffer): boolean {
  const line = seen.toString("latin1", seen.lastIndexOf(10) + 1);
  return seen.length === 0 || (line !== "" && (line.startsWith("SSH-") || "SSH-".startsWith(line)));
}

function findIdentification(seen: Buffer): string | "more" | NotSshError {
  let start = 0;
  for (;;) {
    const end = seen.indexOf(10, start);
    const line = seen.toString(
      "latin1",
      start,
      Math.min(end < 0 ? seen.length : end, start + maxIdentificationChars + 1),
    );
    if (line.startsWith("SSH-")) {
      if (end >= 0 && end - start <= maxIdentificationChars) {
        const identification = line.replace(/\r$/, "");
        if (/^SSH-(2\.0|1\.99)-[\x20-\x7e]+$/.test(identification)) return identification;
        return new NotSshError("It speaks a version of SSH that is not supported.", seen);
      }
      if (line.length > maxIdentificationChars) return new NotSshError("Its identification line is too long.", seen);
    }
    if (end < 0) return "more";
    if (/^(HTTP\/|220[ -]|\+OK|\* OK|RFB )/.test(line)) return new NotSshError("Another service answers there.", seen);
    start = end + 1;
  }
}
