/** The browser host as a process of its own, with a home and a profile that last for one test. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..", "..");

export interface HostProcess {
  readonly child: ChildProcess;
  /** Everything said so far on both channels. */
  said(): string;
  /** Resolves with the exit code once the process has ended and all was read; null for a signal. */
  readonly ended: Promise<number | null>;
  /** Resolves when `text` was said, rejects when the process ends before. */
  says(text: string | RegExp): Promise<void>;
}

export interface Place extends AsyncDisposable {
  readonly dir: string;
  readonly profile: string;
  readonly env: NodeJS.ProcessEnv;
  /** Starts the host and waits for nothing. */
  host(args?: readonly string[], nodeArgs?: readonly string[]): HostProcess;
  /** Runs another program with the same environment. */
  run(command: string, args: readonly string[], env?: NodeJS.ProcessEnv): HostProcess;
}

export async function hostPlace(): Promise<Place> {
  const dir = await mkdtemp(join(tmpdir(), "halfrack-host-"));
  const profile = join(dir, "profile");
  const env = { ...process.env, HOME: dir, DISPLAY: "", WAYLAND_DISPLAY: "" };
  const running: HostProcess[] = [];
  const run: Place["run"] = (command, args, more = {}) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...env, ...more },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    const host = watched(child);
    running.push(host);
    return host;
  };
  return {
    dir,
    profile,
    env,
    run,
    host: (args = [], nodeArgs = []) =>
      run(process.execPath, [
        ...nodeArgs,
        join(root, "electron", "browser.ts"),
        "--no-open",
        "--profile",
        profile,
        ...args,
      ]),
    async [Symbol.asyncDispose]() {
      for (const { child, ended } of running) {
        child.kill("SIGKILL");
        await ended;
      }
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function watched(child: ChildProcess): HostProcess {
  let text = "";
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      for (const listener of listeners) listener();
    });
  // Not the child's own "close": it never comes once this side has closed the channel.
  const all = [once(child, "exit"), ...[child.stdout, child.stderr].map((stream) => stream && once(stream, "close"))];
  const ended = Promise.all(all).then(([exit]) => (exit?.[0] ?? null) as number | null);
  return {
    child,
    said: () => text,
    ended,
    says: (wanted) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!(typeof wanted === "string" ? text.includes(wanted) : wanted.test(text))) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        void ended.then((code) => reject(new Error(`ended with ${code} without saying ${wanted}:\n${text}`)));
        look();
      }),
  };
}
