/** Owns how the practice shell runs a script: expansion, pipes, redirection, control flow and its own commands. */
import { builtins, Exit, LoopJump, type ShellState } from "./builtins.ts";
import type { CommandTable, Context, Host, Terminal } from "./command.ts";
import { expandWord, expandWords, type Variables } from "./expand.ts";
import { FileFault } from "./filesystem.ts";
import { hintFor } from "./hint.ts";
import { BrokenPipe, breathe, Collector, Interrupted, Pipe } from "./io.ts";
import { parseScript } from "./parse.ts";
import { redirected, type Streams } from "./redirect.ts";
import { type Command, type Pipeline, type Redirect, type Script, SyntaxFault } from "./syntax.ts";

/** Text that one command substitution may bring in. */
const maxSubstitution = 1024 * 1024;
/** Shells inside shells, counting `sh -c`, `$(...)` and pipelines. */
const maxShellDepth = 30;

export interface ShellOptions {
  readonly host: Host;
  readonly commands: CommandTable;
  readonly terminal: Terminal | null;
  readonly variables: ReadonlyMap<string, string>;
}

export class Shell implements ShellState {
  readonly host: Host;
  readonly #commands: CommandTable;
  readonly #terminal: Terminal | null;
  readonly #depth: number;
  readonly variables: Map<string, string>;
  cwd: string;
  status = 0;
  positional: readonly string[] = [];
  name = "-bash";
  /** Set when `exit` was run. */
  exited: number | null = null;

  constructor(options: ShellOptions, depth = 0) {
    this.host = options.host;
    this.#commands = options.commands;
    this.#terminal = options.terminal;
    this.variables = new Map(options.variables);
    this.cwd = this.variables.get("PWD") ?? "/root";
    this.#depth = depth;
  }

  /** Runs a script text. Never throws: syntax errors, Ctrl-C and closed pipes become statuses 2, 130 and 141. */
  async run(text: string, streams: Streams, signal: AbortSignal): Promise<number> {
    try {
      this.status = await this.#script(parseScript(text), streams, signal);
    } catch (error) {
      this.status = await this.#statusOf(error, streams);
    }
    return this.status;
  }

  async #statusOf(error: unknown, streams: Streams): Promise<number> {
    if (error instanceof Exit) {
      this.exited = error.status;
      return error.status;
    }
    if (error instanceof Interrupted) return 130;
    if (error instanceof BrokenPipe) return 141;
    if (error instanceof LoopJump) return 0;
    const message =
      error instanceof SyntaxFault || error instanceof FileFault
        ? error.message
        : "internal error of the practice shell";
    try {
      await streams.err.write(`${this.name}: ${message}\n`);
    } catch {
      return 141;
    }
    return 2;
  }

  #child(): Shell {
    if (this.#depth >= maxShellDepth) throw new SyntaxFault("shells nested too deeply");
    const child = new Shell(
      { host: this.host, commands: this.#commands, terminal: this.#terminal, variables: this.variables },
      this.#depth + 1,
    );
    child.cwd = this.cwd;
    child.status = this.status;
    child.positional = this.positional;
    child.name = this.name;
    return child;
  }

  #variables(streams: Streams, signal: AbortSignal): Variables {
    return {
      get: (name) => this.#variable(name),
      positional: this.positional,
      files: this.host.files,
      cwd: this.cwd,
      output: async (script) => {
        const collector = new Collector(maxSubstitution);
        const child = this.#child();
        this.status = await child.#guarded(script, { ...streams, out: collector }, signal);
        return collector.text;
      },
    };
  }

  #variable(name: string): string | undefined {
    if (name === "?") return String(this.status);
    if (name === "#") return String(this.positional.length);
    if (name === "$") return "2317";
    if (name === "!") return "";
    if (name === "0") return this.name;
    if (/^[1-9]/.test(name)) return this.positional[Number(name) - 1];
    return this.variables.get(name);
  }

  /** Runs a script as a subshell would: its exit is its own. */
  async #guarded(script: Script, streams: Streams, signal: AbortSignal): Promise<number> {
    try {
      return await this.#script(script, streams, signal);
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      return this.#statusOf(error, streams);
    }
  }

  async #script(script: Script, streams: Streams, signal: AbortSignal): Promise<number> {
    for (const pipeline of script) {
      if (signal.aborted) throw new Interrupted();
      if (pipeline.after === "&&" && this.status !== 0) continue;
      if (pipeline.after === "||" && this.status === 0) continue;
      const status = await this.#pipeline(pipeline, streams, signal);
      this.status = pipeline.negated ? (status === 0 ? 1 : 0) : status;
    }
    return this.status;
  }

  async #pipeline(pipeline: Pipeline, streams: Streams, signal: AbortSignal): Promise<number> {
    const { commands } = pipeline;
    const [only] = commands;
    if (commands.length === 1 && only) return this.#command(only, streams, signal);
    let source = streams.in;
    const running: Promise<number>[] = [];
    commands.forEach((command, index) => {
      const last = index === commands.length - 1;
      const pipe = last ? null : new Pipe(signal);
      const from = source;
      const child = this.#child();
      const to = { in: from, out: pipe ?? streams.out, err: streams.err };
      const finished = child
        .#command(command, to, signal)
        .catch((error: unknown) => {
          if (error instanceof Interrupted) return 130;
          return child.#statusOf(error, to);
        })
        .finally(() => {
          pipe?.end();
          if (from instanceof Pipe) from.abandon();
        });
      running.push(finished);
      if (pipe) source = pipe;
    });
    const statuses = await Promise.all(running);
    if (signal.aborted) throw new Interrupted();
    return statuses.at(-1) ?? 0;
  }

  async #command(command: Command, streams: Streams, signal: AbortSignal): Promise<number> {
    if (command.kind === "plain") return this.#plain(command, streams, signal);
    const inside = await this.#redirect(command.redirects, streams, signal);
    if (!inside) return 1;
    switch (command.kind) {
      case "group":
        return command.subshell
          ? this.#child().#guarded(command.body, inside, signal)
          : this.#script(command.body, inside, signal);
      case "if": {
        for (const arm of command.arms) {
          if ((await this.#script(arm.test, inside, signal)) === 0) {
            this.status = 0;
            return this.#script(arm.body, inside, signal);
          }
        }
        this.status = 0;
        return command.otherwise ? this.#script(command.otherwise, inside, signal) : 0;
      }
      case "loop": {
        let last = 0;
        while (((await this.#script(command.test, inside, signal)) === 0) !== command.until) {
          this.status = 0;
          const jump = await this.#loopBody(command.body, inside, signal);
          last = this.status;
          if (jump === "break") break;
        }
        return last;
      }
      case "for": {
        const items = command.items
          ? await expandWords(command.items, this.#variables(streams, signal))
          : this.positional;
        let last = 0;
        for (const item of items) {
          this.variables.set(command.name, item);
          const jump = await this.#loopBody(command.body, inside, signal);
          last = this.status;
          if (jump === "break") break;
        }
        return last;
      }
    }
  }

  async #loopBody(body: Script, streams: Streams, signal: AbortSignal): Promise<"break" | "continue" | null> {
    await breathe();
    if (signal.aborted) throw new Interrupted();
    try {
      await this.#script(body, streams, signal);
      return null;
    } catch (error) {
      if (error instanceof LoopJump) return error.kind;
      throw error;
    }
  }

  async #plain(command: Extract<Command, { kind: "plain" }>, streams: Streams, signal: AbortSignal): Promise<number> {
    const variables = this.#variables(streams, signal);
    const argv = await expandWords(command.words, variables);
    const assignments = new Map<string, string>();
    for (const { name, value } of command.assignments) assignments.set(name, await expandWord(value, variables));
    const inside = await this.#redirect(command.redirects, streams, signal);
    if (!inside) return 1;
    if (argv.length === 0) {
      for (const [name, value] of assignments) this.variables.set(name, value);
      // A bare assignment has the status of its last substitution.
      return command.assignments.some(({ value }) => value.some((part) => part.kind === "output")) ? this.status : 0;
    }
    return this.#call(argv, inside, signal, assignments);
  }

  async #call(
    argv: readonly string[],
    streams: Streams,
    signal: AbortSignal,
    extra: ReadonlyMap<string, string>,
  ): Promise<number> {
    const [name = "", ...args] = argv;
    const builtin = Object.hasOwn(builtins, name) ? builtins[name] : undefined;
    if (builtin) {
      return builtin(this, {
        name,
        args,
        streams,
        run: (inner) => this.#call(inner, streams, signal, extra),
        script: (text) => this.#script(parseScript(text), streams, signal),
        isProgram: (one) => this.#commands.has(one),
      });
    }
    const bare = /^(?:\/usr)?(?:\/local)?\/s?bin\/([^/]+)$/.exec(name)?.[1] ?? name;
    const command = this.#commands.get(bare);
    if (!command) {
      if (name.includes("/")) return this.#runFile(name, args, streams, signal, extra);
      await streams.err.write(`${this.name}: ${name}: command not found\n${hintFor(bare, this.#terminal !== null)}`);
      return 127;
    }
    const env = new Map([...this.variables, ...extra]);
    const context: Context = {
      name: bare,
      args,
      host: this.host,
      in: streams.in,
      out: streams.out,
      err: streams.err,
      cwd: this.cwd,
      env,
      signal,
      terminal: this.#terminal,
      run: (inner, changes) => {
        const child = this.#child();
        const childSignal = changes?.signal ?? signal;
        return child.#callGuarded(
          inner,
          { ...streams, in: changes?.in ?? streams.in },
          childSignal,
          changes?.env ?? extra,
        );
      },
      script: (text, positional) => {
        const child = this.#child();
        for (const [key, value] of extra) child.variables.set(key, value);
        child.name = positional[0] ?? "sh";
        child.positional = positional.slice(1);
        return child.#guarded(parseScript(text), streams, signal);
      },
    };
    try {
      return await command.run(context);
    } catch (error) {
      if (!(error instanceof FileFault)) throw error;
      await streams.err.write(`${bare}: ${error.message}\n`);
      return 1;
    }
  }

  async #callGuarded(
    argv: readonly string[],
    streams: Streams,
    signal: AbortSignal,
    extra: ReadonlyMap<string, string>,
  ): Promise<number> {
    try {
      return await this.#call(argv, streams, signal, extra);
    } catch (error) {
      if (error instanceof Exit) return error.status;
      throw error;
    }
  }

  /** A script file of the practice file system. */
  async #runFile(
    path: string,
    args: readonly string[],
    streams: Streams,
    signal: AbortSignal,
    extra: ReadonlyMap<string, string>,
  ): Promise<number> {
    const { files } = this.host;
    const entry = files.find(files.absolute(this.cwd, path));
    const refuse = async (why: string, code: number) => {
      await streams.err.write(`${this.name}: ${path}: ${why}\n`);
      return code;
    };
    if (!entry) return refuse("No such file or directory", 127);
    if (entry.kind === "folder") return refuse("Is a directory", 126);
    if (entry.kind !== "file" || (entry.mode & 0o111) === 0) return refuse("Permission denied", 126);
    const child = this.#child();
    for (const [key, value] of extra) child.variables.set(key, value);
    child.positional = args;
    return child.#guarded(parseScript(files.read(files.absolute(this.cwd, path))), streams, signal);
  }

  async #redirect(redirects: readonly Redirect[], streams: Streams, signal: AbortSignal): Promise<Streams | null> {
    let result = streams;
    for (const redirect of redirects) {
      const target = await expandWord(redirect.target, this.#variables(streams, signal));
      try {
        result = redirected(result, redirect, target, { files: this.host.files, cwd: this.cwd });
      } catch (error) {
        if (!(error instanceof FileFault)) throw error;
        await streams.err.write(`${this.name}: ${target}: ${error.message}\n`);
        return null;
      }
    }
    return result;
  }
}
