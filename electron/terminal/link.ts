/**
 * Owns when a terminal gets a shell: at first, again after the connection was lost, never again by itself after the
 * shell ended, the login was refused or the connection was closed on purpose. The SSH service does the back-off of
 * connections; this waits for it and only spaces shells that die as soon as they are opened.
 */
import { type Fault, FaultError, messageOf } from "../contract/error.ts";
import type { ConnectionState } from "../contract/ssh.ts";
import type { ShellChannel, ShellEnd, SshService } from "../ssh/types.ts";
import { connectionUnstable } from "./faults.ts";

/** A shell that lived shorter than this counts as one that never came up. */
const stableAfterMs = 5000;
/** Shells in a row that may fail, and how long to wait after the first; the wait doubles. */
const maxFailures = 6;
const defaultRetryMs = 1000;

export type LinkStatus = "connecting" | "open" | "reconnecting" | "closed";

export interface LinkState {
  readonly status: LinkStatus;
  readonly exitCode: number | null;
  readonly fault: Fault | null;
}

export interface LinkOptions {
  readonly ssh: Pick<SshService, "shell" | "state">;
  readonly device: string;
  readonly size: () => { readonly cols: number; readonly rows: number };
  readonly onState: (state: LinkState, before: LinkStatus) => void;
  readonly onChannel: (channel: ShellChannel) => void;
  readonly retryMs?: number;
}

/** One terminal's way to its shells. */
export class Link {
  readonly #options: LinkOptions;
  #status: LinkStatus = "closed";
  #channel: ShellChannel | null = null;
  #abort: AbortController | null = null;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  get status(): LinkStatus {
    return this.#status;
  }

  /** The shell, while there is one. */
  get channel(): ShellChannel | null {
    return this.#channel;
  }

  /** Starts when closed. Resolves when the first attempt has come to a shell or a fault; never rejects. */
  async start(): Promise<void> {
    if (this.#status !== "closed") return;
    const abort = new AbortController();
    this.#abort = abort;
    this.#set("connecting", null, null);
    const opened = await this.#open(abort.signal);
    if (opened === true) void this.#follow(abort.signal);
    else if (!abort.signal.aborted) this.#set("closed", null, opened);
  }

  /** Closes the shell and stops trying. */
  stop(): void {
    this.#abort?.abort();
    this.#channel?.close();
    this.#channel = null;
    this.#status = "closed";
  }

  /** True when a shell was opened, else why not (null when stopped meanwhile). */
  async #open(signal: AbortSignal): Promise<true | Fault | null> {
    try {
      const channel = await this.#options.ssh.shell(this.#options.device, { ...this.#options.size(), signal });
      if (signal.aborted) {
        channel.close();
        return null;
      }
      this.#channel = channel;
      this.#set("open", null, null);
      this.#options.onChannel(channel);
      return true;
    } catch (error) {
      return signal.aborted ? null : shellFault(error, this.#options.device);
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    let failures = 0;
    for (;;) {
      const openedAtMs = performance.now();
      const end = await this.#channel?.closed;
      this.#channel = null;
      if (signal.aborted || !end) return;
      if (!end.lost || this.#connection()?.status === "idle") return this.#ended(end);
      failures = performance.now() - openedAtMs < stableAfterMs ? failures + 1 : 0;
      this.#set("reconnecting", null, end.fault);
      const fault = await this.#reopen(failures, signal);
      if (signal.aborted) return;
      if (fault) return this.#set("closed", null, fault);
    }
  }

  /** Null when a shell is there again, else why there will be none. */
  async #reopen(before: number, signal: AbortSignal): Promise<Fault | null> {
    for (let failures = before; failures <= maxFailures; failures += 1) {
      if (failures > 0) await delay((this.#options.retryMs ?? defaultRetryMs) * 2 ** (failures - 1), signal);
      const connection = await this.#settled(signal);
      if (signal.aborted) return null;
      if (connection?.status === "failed")
        return connection.fault ?? connectionUnstable(this.#options.device, failures).fault;
      const opened = await this.#open(signal);
      if (opened === true || opened === null) return null;
      if (!opened.retry && !isPending(this.#connection())) return opened;
    }
    return connectionUnstable(this.#options.device, maxFailures).fault;
  }

  #connection(): ConnectionState | undefined {
    return this.#options.ssh.state.get().connections[this.#options.device];
  }

  /** Resolves once the connection is neither being made nor waiting to be made. */
  #settled(signal: AbortSignal): Promise<ConnectionState | undefined> {
    return new Promise((resolve) => {
      const look = () => {
        const connection = this.#connection();
        if (isPending(connection) && !signal.aborted) return;
        stop();
        signal.removeEventListener("abort", look);
        resolve(connection);
      };
      const stop = this.#options.ssh.state.onChange(look);
      signal.addEventListener("abort", look);
      look();
    });
  }

  #ended(end: ShellEnd): void {
    this.#set("closed", end.exitCode, end.fault);
  }

  #set(status: LinkStatus, exitCode: number | null, fault: Fault | null): void {
    const before = this.#status;
    this.#status = status;
    this.#options.onState({ status, exitCode, fault }, before);
  }
}

function isPending(connection: ConnectionState | undefined): boolean {
  return connection?.status === "connecting" || connection?.status === "asking" || connection?.status === "waiting";
}

function shellFault(error: unknown, device: string): Fault {
  if (error instanceof FaultError) return error.fault;
  return {
    code: "terminal.shell-failed",
    title: "The shell could not be opened",
    detail: "An error without further description came up while opening it.",
    next: "Reconnect the terminal.",
    evidence: messageOf(error),
    subject: device,
  };
}

function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
  });
}
