/** Runs one command on one channel: bounded output, its end told truthfully, nothing left behind. */
import type { ClientChannel } from "ssh2";
import { untilAborted } from "../abort.ts";
import type { CommandResult } from "../contract/ssh.ts";
import type { Connection } from "./connection.node.ts";
import { channelRefused, connectionLost, disconnected } from "./faults.ts";
import { Head } from "./head.ts";
import { killChannel } from "./ssh2-inside.node.ts";
import { Taking } from "./taking.ts";

/** Partial output shown as evidence. */
const maxEvidenceChars = 4096;

export interface ExecRequest {
  readonly device: string;
  readonly argv: readonly string[];
  /** As it goes over the wire. */
  readonly command: string;
  /** For each of stdout and stderr; the head is kept, the rest is read and dropped. */
  readonly maxBytes: number;
  readonly stdin?: string | undefined;
  readonly holdStdin?: boolean | undefined;
  readonly onStdout?: ((chunk: Uint8Array) => void | Promise<void>) | undefined;
}

/** Thrown by ssh2 when the server refuses a channel. */
export class ChannelRefused extends Error {}

/** Starts a command. Rejects with ChannelRefused when the server refuses the channel, else with a FaultError. */
export function startCommand(connection: Connection, request: ExecRequest): Promise<RunningCommand> {
  return openChannel(
    connection,
    request.device,
    (done) => connection.client.exec(request.command, done),
    (channel) => new RunningCommand(connection, channel, request),
  );
}

/**
 * Opens a channel. `use` is called at once, within ssh2's own callback: a short command's exit status and close may
 * come in the same packet, before any promise goes on. Rejects with ChannelRefused or with a FaultError.
 */
export function openChannel<T>(
  connection: Connection,
  device: string,
  open: (done: (error: Error | undefined, channel: ClientChannel) => void) => void,
  use: (channel: ClientChannel) => T,
): Promise<T> {
  const lost = (error: unknown) =>
    connection.closedHere ? disconnected(device) : connectionLost(device, String(error));
  return new Promise((resolve, reject) => {
    try {
      open((error, channel) => {
        if (!error) resolve(use(channel));
        else if ("reason" in error && typeof error.reason === "number") reject(new ChannelRefused(error.message));
        // what was asked and not answered fails with a plain error, in which a dead connection looks like a refusal
        else reject(connection.gone ? lost(error) : channelRefused(device, error.message));
      });
    } catch (error) {
      reject(lost(error)); // ssh2 throws when the connection ended in the meantime
    }
  });
}

export class RunningCommand {
  readonly #connection: Connection;
  readonly #channel: ClientChannel;
  readonly #request: ExecRequest;
  readonly #startedAt = Date.now();
  readonly #begun = performance.now();
  readonly #stdout: Head;
  readonly #stderr: Head;
  readonly #end = watchEnd();
  readonly #taking: Taking | null;
  /** Why what comes is taken no more. */
  readonly #refused = Promise.withResolvers<never>();
  #stopped = false;
  /** Settles when the channel is closed at both ends. */
  readonly closed: Promise<void>;

  constructor(connection: Connection, channel: ClientChannel, request: ExecRequest) {
    this.#connection = connection;
    this.#channel = channel;
    this.#request = request;
    this.#stdout = new Head(request.maxBytes);
    this.#stderr = new Head(request.maxBytes);
    const { onStdout } = request;
    this.#taking = onStdout ? new Taking(onStdout, channel, this.#refused.reject) : null;
    channel.on("data", (chunk: Buffer) => {
      if (this.#stopped) return;
      this.#stdout.take(chunk);
      this.#taking?.hand(chunk);
    });
    channel.stderr.on("data", (chunk: Buffer) => this.#stderr.take(chunk));
    channel.on("exit", this.#end.onExit);
    channel.on("error", () => undefined); // its connection tells
    this.closed = new Promise((resolve) => channel.once("close", () => resolve()));
    this.#refused.promise.catch(() => undefined); // looked at with the result
    if (request.stdin) channel.write(request.stdin);
    if (!request.holdStdin) channel.end();
  }

  /**
   * Ends it: the process is killed where the server passes signals on, and the channel is closed. What holds its standard
   * input ends by itself when that closes, with all it started: killed, it would leave what is in other process groups.
   */
  stop(): void {
    this.#stopped = true;
    if (!this.#request.holdStdin) killChannel(this.#connection.client, this.#channel);
    this.#channel.close();
    this.#channel.resume(); // it is closed when all was read
  }

  /** Waits for its end. When `signal` fires first, stops it and rejects with {@link Stopped}. */
  async result(signal: AbortSignal): Promise<CommandResult> {
    try {
      await untilAborted(Promise.race([this.closed.then(() => this.#taking?.done), this.#refused.promise]), signal);
    } catch (error) {
      this.stop();
      throw new Stopped(error, this.#evidence());
    }
    const { device, argv } = this.#request;
    const { told, code, signal: endSignal } = this.#end;
    if (!told && this.#connection.gone)
      throw this.#connection.closedHere ? disconnected(device) : connectionLost(device, this.#evidence());
    return {
      device,
      argv: [...argv],
      exitCode: code,
      signal: endSignal,
      stdout: this.#stdout.text(),
      stderr: this.#stderr.text(),
      truncated: this.#stdout.dropped || this.#stderr.dropped,
      startedAt: this.#startedAt,
      durationMs: performance.now() - this.#begun,
    };
  }

  #evidence(): string {
    return [this.#stdout.text(), this.#stderr.text()]
      .filter((text) => text !== "")
      .map((text) => text.slice(0, maxEvidenceChars))
      .join("\n");
  }
}

/** Remembers how the far side said a channel's program ended. */
export function watchEnd() {
  const end = {
    told: false,
    code: null as number | null,
    signal: null as string | null,
    onExit: (code: number | null, signal?: string) => {
      end.told = true;
      end.code = code;
      end.signal = signal ?? null;
    },
  };
  return end;
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
