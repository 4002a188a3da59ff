/** Runs one command on one channel: bounded output, its end told truthfully, nothing left behind. */
import type { ClientChannel } from "ssh2";
import type { CommandResult } from "../contract/ssh.ts";
import type { Connection } from "./connection.node.ts";
import { connectionLost, disconnected } from "./faults.ts";

/** Partial output shown as evidence. */
const maxEvidenceBytes = 4096;

export interface ExecRequest {
  readonly device: string;
  readonly argv: readonly string[];
  /** As it goes over the wire. */
  readonly command: string;
  /** For each of stdout and stderr; the head is kept, the rest is read and dropped. */
  readonly maxBytes: number;
  /** Ends the command: rejects with the signal's reason, see {@link withEvidence}. */
  readonly signal: AbortSignal;
}

/** Thrown by ssh2 when the server refuses a channel. */
export class ChannelRefused extends Error {}

/** Opens a channel for a command. Rejects with ChannelRefused when the server refuses it. */
export function openExec(connection: Connection, command: string): Promise<ClientChannel> {
  return openChannel((done) => connection.client.exec(command, done));
}

export function openChannel(
  open: (done: (error: Error | undefined, channel: ClientChannel) => void) => void,
): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    try {
      open((error, channel) => {
        if (!error) resolve(channel);
        else if ("reason" in error && typeof error.reason === "number") reject(new ChannelRefused(error.message));
        else reject(error);
      });
    } catch (error) {
      reject(error); // ssh2 throws when the connection ended in the meantime
    }
  });
}

export async function execute(
  connection: Connection,
  channel: ClientChannel,
  request: ExecRequest,
): Promise<CommandResult> {
  const startedAt = Date.now();
  const begun = performance.now();
  const stdout = new Head(request.maxBytes);
  const stderr = new Head(request.maxBytes);
  const end: { code: number | null; signal: string | null; told: boolean } = { code: null, signal: null, told: false };
  const closed = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<never>();
  const onAbort = () => stopped.reject(request.signal.reason);
  request.signal.addEventListener("abort", onAbort);
  channel.on("data", (chunk: Buffer) => stdout.take(chunk));
  channel.stderr.on("data", (chunk: Buffer) => stderr.take(chunk));
  channel.on("exit", (code: number | null, signal?: string) => {
    end.told = true;
    end.code = code;
    end.signal = signal ?? null;
  });
  channel.on("close", () => closed.resolve());
  channel.on("error", () => undefined); // its connection tells
  channel.end(); // no standard input
  try {
    if (request.signal.aborted) onAbort();
    await Promise.race([closed.promise, stopped.promise]);
  } catch (error) {
    channel.signal("KILL");
    channel.close();
    throw new Stopped(error, evidence(stdout, stderr));
  } finally {
    request.signal.removeEventListener("abort", onAbort);
  }
  if (!end.told && connection.gone)
    throw connection.closedHere
      ? disconnected(request.device)
      : connectionLost(request.device, evidence(stdout, stderr));
  return {
    device: request.device,
    argv: [...request.argv],
    exitCode: end.code,
    signal: end.signal,
    stdout: stdout.text(),
    stderr: stderr.text(),
    truncated: stdout.dropped || stderr.dropped,
    startedAt,
    durationMs: performance.now() - begun,
  };
}

/** A command was ended from here; carries why and what it had printed. */
export class Stopped extends Error {
  readonly why: unknown;
  readonly evidence: string;

  constructor(why: unknown, partialOutput: string) {
    super("stopped");
    this.why = why;
    this.evidence = partialOutput;
  }
}

/** The first bytes of a stream. */
class Head {
  readonly #limit: number;
  readonly #chunks: Buffer[] = [];
  #size = 0;
  dropped = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  take(chunk: Buffer): void {
    const room = this.#limit - this.#size;
    if (chunk.length > room) this.dropped = true;
    if (room <= 0) return;
    // a slice would keep ssh2's whole packet alive; small chunks are cheap to copy
    const kept = chunk.length > room ? Buffer.from(chunk.subarray(0, room)) : chunk;
    this.#chunks.push(kept);
    this.#size += kept.length;
  }

  text(): string {
    return new TextDecoder().decode(Buffer.concat(this.#chunks));
  }
}

function evidence(stdout: Head, stderr: Head): string {
  return [stdout.text(), stderr.text()]
    .filter((text) => text !== "")
    .map((text) => text.slice(0, maxEvidenceBytes))
    .join("\n");
}
