/** Owns the one way in which evidence is asked for: an argv on a lab host over its shared connection, or on this machine. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { errorCode } from "../../contract/error.ts";
import { here } from "../../contract/logs/target.ts";
import type { CommandResult } from "../../contract/ssh.ts";
import { cancelled, commandTimedOut } from "../../ssh/faults.ts";
import { Head } from "../../ssh/head.ts";
import { Taking } from "../../ssh/taking.ts";
import type { RunOptions, SshService } from "../../ssh/types.ts";

/** Of stdout and of stderr 64 KiB are kept with `onStdout`, else 4 MiB, where `maxBytes` does not say otherwise. */
export interface ReachOptions extends RunOptions {
  readonly timeoutMs: number;
}

export interface Reach {
  /** The device of the lab file, or {@link here}. */
  readonly device: string;
  /**
   * Throws FaultError `ssh.command-timeout`, `ssh.cancelled`, or why the host could not be reached or was lost. What
   * ended by itself is a result, whatever its exit code; 127 is a command that is not there.
   */
  run(argv: readonly string[], options: ReachOptions): Promise<CommandResult>;
}

const keptBytes = (options: ReachOptions) => options.maxBytes ?? (options.onStdout ? 64 * 1024 : 4 * 1024 * 1024);

/** A lab host, over the connection that terminals and commands share. */
export function hostReach(ssh: Pick<SshService, "run">, device: string): Reach {
  return { device, run: (argv, options) => ssh.run(device, argv, { ...options, maxBytes: keptBytes(options) }) };
}

/** This machine. What is started is a process group of its own and ends as one, or by itself where its standard input is held. */
export const hereReach: Reach = {
  device: here,
  run: (argv, options) => new LocalRun(argv, options).result,
};

/** `hostReach` or {@link hereReach}, by the name. */
export const reachOf = (ssh: Pick<SshService, "run">, device: string): Reach =>
  device === here ? hereReach : hostReach(ssh, device);

class LocalRun {
  readonly #argv: readonly string[];
  readonly #options: ReachOptions;
  readonly #startedAt = Date.now();
  readonly #begun = performance.now();
  readonly #head = { stdout: new Head(0), stderr: new Head(0) };
  readonly #settled = Promise.withResolvers<CommandResult>();
  #child: ChildProcessByStdio<Writable, Readable, Readable> | null = null;
  #over = false;

  constructor(argv: readonly string[], options: ReachOptions) {
    this.#argv = argv;
    this.#options = options;
    const limit = keptBytes(options);
    this.#head = { stdout: new Head(limit), stderr: new Head(limit) };
    if (options.signal?.aborted) this.#settled.reject(cancelled("this machine"));
    else this.#start();
  }

  get result(): Promise<CommandResult> {
    return this.#settled.promise;
  }

  #start(): void {
    const [program = "", ...args] = this.#argv;
    const { timeoutMs, signal, stdin, holdStdin } = this.#options;
    const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"], detached: true });
    this.#child = child;
    const timer = setTimeout(() => this.#stop(commandTimedOut("this machine", timeoutMs, this.#evidence())), timeoutMs);
    const onAbort = () => this.#stop(cancelled("this machine"));
    signal?.addEventListener("abort", onAbort);
    this.#settled.promise
      .catch(() => undefined)
      .finally(() => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
      });
    child.stdin.on("error", () => undefined); // it may end without reading
    if (stdin) child.stdin.write(stdin);
    if (!holdStdin) child.stdin.end();
    const { onStdout } = this.#options;
    const taking = onStdout ? new Taking(onStdout, child.stdout, (why) => this.#stop(why)) : null;
    child.stdout.on("data", (chunk: Buffer) => {
      if (this.#over) return;
      this.#head.stdout.take(chunk);
      taking?.hand(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => this.#head.stderr.take(chunk));
    child.on("error", (error) => {
      // as a shell on a host says it
      const exitCode = errorCode(error) === "ENOENT" ? 127 : 126;
      this.#settled.resolve({ ...this.#told(exitCode, null), stderr: `${program}: ${error.message}\n` });
    });
    child.on("close", (code, endSignal) => {
      const taken = taking?.done ?? Promise.resolve();
      taken.then(() => this.#settled.resolve(this.#told(code, endSignal)), this.#settled.reject);
    });
  }

  #stop(why: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#settled.reject(why);
    const child = this.#child;
    child?.stdout.resume();
    child?.stdin.destroy();
    // it ends by itself and with all it started, also in other process groups, which a kill would not reach
    if (this.#options.holdStdin) return;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // it ended by itself, or became another user's, who ends it by the closed standard input
    }
  }

  #told(exitCode: number | null, signal: string | null): CommandResult {
    const { stdout, stderr } = this.#head;
    return {
      device: here,
      argv: [...this.#argv],
      exitCode,
      signal,
      stdout: stdout.text(),
      stderr: stderr.text(),
      truncated: stdout.dropped || stderr.dropped,
      startedAt: this.#startedAt,
      durationMs: performance.now() - this.#begun,
    };
  }

  #evidence(): string {
    return [this.#head.stdout.text(), this.#head.stderr.text()]
      .filter((text) => text !== "")
      .join("\n")
      .slice(0, 4096);
  }
}
