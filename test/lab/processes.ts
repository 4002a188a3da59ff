/**
 * Owns the life of every process of a test lab. A detached watchdog holds the other end of a pipe: when the owner
 * closes it, or dies by whatever signal, the watchdog ends the lab's processes and removes its folder.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { outputOf } from "../process-output.ts";

/** Every process of a lab, and what its logins start, carries this variable with the lab's folder as value. */
export const labVariable = "HALFRACK_TEST_LAB";

/** Where system commands live, also when the caller's PATH holds no sbin. */
export const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export interface Started {
  readonly pid: number;
  readonly child: ChildProcess;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  running(): boolean;
}

export interface StartOptions {
  readonly dir: string;
  /** File in the lab's folder that takes stdout and stderr. */
  readonly log: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Leaves stdin open to the owner; otherwise it is /dev/null. */
  readonly console?: boolean;
}

/** Starts a process of the lab in a session of its own. */
export function start(command: string, args: readonly string[], options: StartOptions): Started {
  const log = openSync(join(options.dir, options.log), "a");
  const child = spawn(command, args, {
    cwd: options.dir,
    detached: true,
    env: {
      ...process.env,
      PATH: `${systemPath}:${process.env.PATH ?? ""}`,
      ...options.env,
      [labVariable]: options.dir,
    },
    stdio: [options.console ? "pipe" : "ignore", log, log],
  });
  child.on("error", () => undefined);
  if (child.pid === undefined) throw new Error(`${command} could not be started`);
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return { pid: child.pid, child, ended, running: () => child.exitCode === null && child.signalCode === null };
}

/** Runs a helper to its end; rejects with its stderr when it fails. */
export async function runBoth(command: string, args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  const { code, stdout, stderr } = await outputOf(child);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}: ${stderr.trim()}`);
  return { stdout, stderr };
}

/** Starts the watchdog of a lab folder; `release()` has it clean up now and resolves when that is done. */
export function guard(dir: string): { release(): Promise<void> } {
  const env = { ...process.env };
  delete env[labVariable];
  const watchdog = spawn(process.execPath, [join(import.meta.dirname, "watchdog.ts"), dir], {
    cwd: "/",
    detached: true,
    env,
    stdio: ["pipe", "ignore", "ignore"],
  });
  const ended = once(watchdog, "exit");
  watchdog.unref();
  return {
    async release() {
      watchdog.ref();
      watchdog.stdin.end();
      await ended;
    },
  };
}

/** `roots` and everything that descends from them, by /proc. */
export async function family(roots: readonly number[]): Promise<number[]> {
  const children = new Map<number, number[]>();
  for (const pid of await pids()) {
    const parent = await parentOf(pid);
    if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const found = new Set(roots);
  for (const pid of found) for (const child of children.get(pid) ?? []) found.add(child);
  return [...found];
}

/** Processes of a lab: those that carry its variable, also when they left their parents, and its sshd listeners. */
export async function marked(dir: string): Promise<number[]> {
  const mark = `${labVariable}=${dir}`;
  const found: number[] = [];
  for (const pid of await pids()) {
    const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
    // sshd writes its title over its environment; the title keeps the arguments.
    const title = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (environment.split("\0").includes(mark) || (title.includes(`${dir}/`) && title.includes("/sshd_config"))) {
      found.push(pid);
    }
  }
  return found;
}

/** Sends a signal; a process that is gone already is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended in the meantime.
  }
}

async function pids(): Promise<number[]> {
  return (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
}

/** True while a process runs; one that has ended and was not yet collected does not. */
export async function runs(pid: number): Promise<boolean> {
  return (await parentOf(pid)) !== null;
}

async function parentOf(pid: number): Promise<number | null> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // "pid (name) state ppid ...": the name may hold blanks and brackets.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === undefined || fields[0] === "" || fields[0] === "Z" ? null : Number(fields[1]);
}
