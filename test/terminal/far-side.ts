/** A far side without a network: the process border where the SSH service would be, driven by the tests. */
import type { ConnectionState, SshState } from "../../electron/contract/ssh.ts";
import { Published } from "../../electron/published.ts";
import type { ShellChannel, ShellEnd, ShellOptions, SshService } from "../../electron/ssh/types.ts";

/** A shell whose output the test writes; it honours pause as an SSH channel does: nothing comes while paused. */
export class FarShell implements ShellChannel {
  readonly unsentBytes = 0;
  readonly sizes: string[] = [];
  readonly #closed = Promise.withResolvers<ShellEnd>();
  #listener: (chunk: Uint8Array) => void = () => {};
  #paused = Promise.withResolvers<void>();
  #isPaused = false;
  typed = "";
  /** Answers keys at once, as a shell's echo does. */
  echo = false;
  isClosed = false;

  get isHeldBack(): boolean {
    return this.#isPaused;
  }

  get closed(): Promise<ShellEnd> {
    return this.#closed.promise;
  }

  write(data: string | Uint8Array): void {
    const text = typeof data === "string" ? data : Buffer.from(data).toString();
    this.typed += text;
    if (this.echo) this.say(text);
  }

  resize(cols: number, rows: number): void {
    this.sizes.push(`${cols}x${rows}`);
  }

  pause(): void {
    if (!this.#isPaused) this.#paused = Promise.withResolvers();
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#paused.resolve();
  }

  close(): void {
    this.end({ lost: false });
  }

  onData(listener: (chunk: Uint8Array) => void): void {
    this.#listener = listener;
  }

  /** Puts bytes out at once. */
  say(output: string | Uint8Array): void {
    this.#listener(typeof output === "string" ? Buffer.from(output) : output);
  }

  /** Puts `totalBytes` of `chunk` out as fast as the reader lets it, giving others their turn between chunks. */
  async flood(chunk: Uint8Array, totalBytes: number): Promise<void> {
    for (let sentBytes = 0; sentBytes < totalBytes && !this.isClosed; sentBytes += chunk.length) {
      if (this.#isPaused) await this.#paused.promise;
      this.#listener(chunk);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  end(end: Partial<ShellEnd>): void {
    this.isClosed = true;
    this.#paused.resolve();
    this.#closed.resolve({ exitCode: null, signal: null, lost: false, fault: null, ...end });
  }
}

export interface FarSide {
  readonly ssh: Pick<SshService, "shell" | "state">;
  readonly shells: FarShell[];
  /** What the next shells do instead of opening, oldest first. */
  readonly refusals: Error[];
  connection(status: ConnectionState["status"]): void;
}

export function createFarSide(): FarSide {
  const state = new Published<SshState>({ connections: {}, questions: [], changedKeys: [] });
  const shells: FarShell[] = [];
  const refusals: Error[] = [];
  return {
    shells,
    refusals,
    ssh: {
      state,
      async shell(_device: string, options: ShellOptions) {
        const refusal = refusals.shift();
        if (refusal) throw refusal;
        const shell = new FarShell();
        shell.sizes.push(`${options.cols}x${options.rows}`);
        shells.push(shell);
        return shell;
      },
    },
    connection(status) {
      state.update((draft) => {
        draft.connections.node01 = {
          status,
          since: 0,
          address: "admin@node01:22",
          via: [],
          authenticatedBy: null,
          connections: 0,
          channels: 0,
          attempt: 0,
          retryAt: null,
          fault: null,
        };
      });
    },
  };
}
