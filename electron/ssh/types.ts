/** What the SSH service offers the other features: one shared connection per device, commands and shells on it. */
import type { Fault } from "../contract/error.ts";
import type { CommandResult, ConnectionState, SshState, TransferResult } from "../contract/ssh.ts";
import type { Published } from "../published.ts";

/** Why a shell is over. */
export interface ShellEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** True when the connection went away, not the shell. */
  readonly lost: boolean;
  readonly fault: Fault | null;
}

/** One interactive shell on a device, with a terminal at the far side. */
export interface ShellChannel {
  write(data: string | Uint8Array): void;
  /** Bytes written that did not leave yet, because the far side does not read (a stream's `writableLength`). */
  readonly unsentBytes: number;
  resize(cols: number, rows: number): void;
  /** Stops reading: the far side is held back once the channel's window is full. */
  pause(): void;
  resume(): void;
  close(): void;
  /** Sets the one listener; output before it is set is kept. */
  onData(listener: (chunk: Uint8Array) => void): void;
  /** Settles once, after the last output was given to the listener. Never rejects. */
  readonly closed: Promise<ShellEnd>;
}

export interface RunOptions {
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
  readonly signal?: AbortSignal | undefined;
  /** What the command reads; nothing when left out. */
  readonly stdin?: string;
  /** Standard input stays open until the end: a program at the far side sees by its closing that nobody waits any more. */
  readonly holdStdin?: boolean;
  /**
   * Hears what the command prints while it runs, beyond `maxBytes` too. Until what it returns settles, the far side is
   * held back: at most one window of the channel (2 MiB) is kept here. When it rejects, the command is ended, and `run`
   * rejects with the same error.
   */
  readonly onStdout?: (chunk: Uint8Array) => void | Promise<void>;
}

export interface ShellOptions {
  readonly cols: number;
  readonly rows: number;
  readonly signal?: AbortSignal;
  /** A poll takes the connection there is and its back-off as they are; a person's act tries again. */
  readonly wish?: "poll" | "person";
}

/** A secret that a program on a device asks for, beyond the login. */
export interface SecretPrompt {
  /** What asks, e.g. `enable on sw1`. */
  readonly subject: string;
  readonly instructions: string;
  /** The program's own prompt. Hostile text. */
  readonly prompt: string;
  readonly signal: AbortSignal;
}

export interface TransferInput {
  readonly device: string;
  readonly remotePath: string;
  readonly localPath: string;
  readonly overwrite: boolean;
  readonly signal?: AbortSignal;
}

export type SshAnswer =
  | { readonly kind: "trust"; readonly remember: boolean }
  | { readonly kind: "secret"; readonly values: readonly string[]; readonly remember: boolean };

export interface SshService extends AsyncDisposable {
  readonly state: Published<SshState>;
  /** Throws a FaultError when the command could not be run; a non-zero exit is a result. */
  run(device: string, argv: readonly string[], options?: RunOptions): Promise<CommandResult>;
  /** Throws a FaultError when no shell could be opened. */
  shell(device: string, options: ShellOptions): Promise<ShellChannel>;
  /** Throws a FaultError when the file did not arrive; then nothing of it is left at `localPath`. */
  download(input: TransferInput): Promise<TransferResult>;
  /** Throws a FaultError when the file did not arrive; then nothing of it is left at `remotePath`. */
  upload(input: TransferInput): Promise<TransferResult>;
  /** Forgets secrets and unlocked keys; connections stay. */
  forgetSecrets(): Promise<void>;
  connect(device: string): Promise<ConnectionState>;
  /** Connects now every device whose last attempt failed, whatever its back-off; what is idle or connected stays so. */
  tryAgain(): void;
  disconnect(device: string): Promise<void>;
  /**
   * `user@host:port`, then ` through ` and the hops, first hop first: as lab file and ssh_config say now. What is
   * connected to another address ends, so that nothing goes there afterwards. Throws a FaultError for a device that
   * cannot be addressed.
   */
  address(device: string): Promise<string>;
  /** Asks the admin for a secret; it is kept nowhere. Throws FaultError `ssh.dismissed`. */
  askSecret(device: string, prompt: SecretPrompt): Promise<string>;
  answer(input: { readonly id: string; readonly answer: SshAnswer | null }): Promise<void>;
  replaceHostKey(input: { readonly device: string; readonly sha256: string }): Promise<void>;
}
