/** Runs what is no part of the shell itself: the commands of the table, and script files. */
import { afterRead } from "./builtins.ts";
import type { Context } from "./command.ts";
import type { ShellEnvironment } from "./environment.ts";
import { FileFault } from "./filesystem.ts";
import { hintFor } from "./hint.ts";
import { orInterrupted, type Source } from "./io.ts";
import type { Streams } from "./redirect.ts";

/** What starts programs: a shell that can make another. */
interface Starter extends ShellEnvironment {
  fresh(extra: ReadonlyMap<string, string>, argv: readonly string[]): Started;
}
interface Started {
  streams: Streams;
  signal: AbortSignal;
  runScript(text: string): Promise<number>;
  runCommand(argv: readonly string[], extra: ReadonlyMap<string, string>): Promise<number>;
}

const bareName = (name: string) => /^(?:\/usr)?(?:\/local)?\/s?bin\/([^/]+)$/.exec(name)?.[1] ?? name;

/** Where a program, function or file of this name is, null where there is none. */
export function placeOf(shell: ShellEnvironment, name: string): string | null {
  if (shell.functions.has(name)) return name;
  if (shell.commands.has(bareName(name))) return name.includes("/") ? name : `/usr/bin/${name}`;
  if (!name.includes("/")) return null;
  const entry = shell.host.files.find(shell.host.files.absolute(shell.cwd, name));
  return entry?.kind === "file" && (entry.mode & 0o111) !== 0 ? name : null;
}

export async function runProgram(
  shell: Starter,
  [name = "", ...args]: readonly string[],
  streams: Streams,
  extra: ReadonlyMap<string, string>,
): Promise<number> {
  const bare = bareName(name);
  const command = shell.commands.get(bare);
  if (!command) {
    if (name.includes("/")) return runFile(shell, name, args, streams, extra);
    await streams.err.write(`${shell.name}: ${name}: command not found\n${hintFor(bare, shell.terminal !== null)}`);
    return 127;
  }
  const { signal } = shell;
  const start = (argv: readonly string[]) => {
    const started = shell.fresh(extra, argv);
    started.streams = streams;
    return started;
  };
  const source = afterRead(streams.in);
  const input: Source = { read: () => orInterrupted(signal, source.read()) };
  const context: Context = {
    name: bare,
    args,
    host: shell.host,
    in: input,
    out: streams.out,
    err: streams.err,
    streams: streams.descriptor(0) ? streams.with(0, { ...streams.descriptor(0), source: input }) : streams,
    cwd: shell.cwd,
    env: new Map([...[...shell.variables].filter(([one]) => shell.exported.has(one)), ...extra]),
    signal,
    terminal: shell.terminal,
    jobs: shell.jobs,
    run: (argv, changes) => {
      const started = start(["sh"]);
      if (changes?.in) started.streams = started.streams.with(0, { source: changes.in });
      if (changes?.out) started.streams = started.streams.with(1, { sink: changes.out });
      if (changes?.signal) started.signal = changes.signal;
      return started.runCommand(argv, changes?.env ?? extra);
    },
    script: (text, argv) => start(argv).runScript(text),
  };
  try {
    return await command.run(context);
  } catch (error) {
    if (!(error instanceof FileFault)) throw error;
    await streams.err.write(`${bare}: ${error.message}\n`);
    return 1;
  }
}

/** A script file of the practice file system. */
async function runFile(
  shell: Starter,
  path: string,
  args: readonly string[],
  streams: Streams,
  extra: ReadonlyMap<string, string>,
): Promise<number> {
  const { files } = shell.host;
  const entry = files.find(files.absolute(shell.cwd, path));
  const refuse = async (why: string, code: number) => {
    await streams.err.write(`${shell.name}: ${path}: ${why}\n`);
    return code;
  };
  if (!entry) return refuse("No such file or directory", 127);
  if (entry.kind === "folder") return refuse("Is a directory", 126);
  if (entry.kind !== "file" || (entry.mode & 0o111) === 0) return refuse("Permission denied", 126);
  const started = shell.fresh(extra, [path, ...args]);
  started.streams = streams;
  return started.runScript(files.read(files.absolute(shell.cwd, path)));
}
