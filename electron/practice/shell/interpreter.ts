/** Owns how the practice shell runs a script: expansion, pipes, redirection, control flow and its own commands. */
import type { CommandTable, Context, Host, Terminal } from "./command.ts";
import { expandWord, expandWords, type Variables } from "./expand.ts";
import { FileFault } from "./filesystem.ts";
import {
  BrokenPipe,
  breathe,
  Collector,
  emptySource,
  Interrupted,
  linesOf,
  Pipe,
  type Sink,
  type Source,
} from "./io.ts";
import { type Command, type Pipeline, parseScript, type Redirect, type Script, SyntaxFault } from "./parse.ts";

export interface Streams {
  readonly in: Source;
  readonly out: Sink;
  readonly err: Sink;
}

/** Text that one command substitution may bring in. */
const maxSubstitution = 1024 * 1024;
/** Shells inside shells, counting `sh -c`, `$(...)` and pipelines. */
const maxShellDepth = 30;

class Exit extends Error {
  readonly status: number;

  constructor(status: number) {
    super("exit");
    this.status = status;
  }
}
class LoopJump extends Error {
  readonly kind: "break" | "continue";

  constructor(kind: "break" | "continue") {
    super(kind);
    this.kind = kind;
  }
}

export interface ShellOptions {
  readonly host: Host;
  readonly commands: CommandTable;
  readonly terminal: Terminal | null;
  readonly variables: ReadonlyMap<string, string>;
}

export class Shell {
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

  /** Names of commands a word in command position may complete to. */
  commandNames(): string[] {
    return [...new Set([...this.#commands.keys(), ...shellCommands])].sort();
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
        if (this.#depth >= maxShellDepth) throw new SyntaxFault("shells nested too deeply");
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
    if (this.#depth >= maxShellDepth) throw new SyntaxFault("shells nested too deeply");
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
    const redirected = await this.#redirect(command.redirects, streams, signal);
    if (!redirected) return 1;
    switch (command.kind) {
      case "group":
        if (this.#depth >= maxShellDepth) throw new SyntaxFault("shells nested too deeply");
        return this.#child().#guarded(command.body, redirected, signal);
      case "if": {
        for (const arm of command.arms) {
          if ((await this.#script(arm.test, redirected, signal)) === 0) {
            this.status = 0;
            return this.#script(arm.body, redirected, signal);
          }
        }
        this.status = 0;
        return command.otherwise ? this.#script(command.otherwise, redirected, signal) : 0;
      }
      case "loop": {
        let last = 0;
        while (((await this.#script(command.test, redirected, signal)) === 0) !== command.until) {
          this.status = 0;
          const jump = await this.#loopBody(command.body, redirected, signal);
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
          const jump = await this.#loopBody(command.body, redirected, signal);
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
    const redirected = await this.#redirect(command.redirects, streams, signal);
    if (!redirected) return 1;
    if (argv.length === 0) {
      for (const [name, value] of assignments) this.variables.set(name, value);
      // A bare assignment has the status of its last substitution.
      return command.assignments.some(({ value }) => value.some((part) => part.kind === "output")) ? this.status : 0;
    }
    return this.#call(argv, redirected, signal, assignments);
  }

  async #call(
    argv: readonly string[],
    streams: Streams,
    signal: AbortSignal,
    extra: ReadonlyMap<string, string>,
  ): Promise<number> {
    const [name = "", ...args] = argv;
    const own = await this.#own(name, args, streams, signal, extra);
    if (own !== null) return own;
    const bare = /^(?:\/usr)?(?:\/local)?\/s?bin\/([^/]+)$/.exec(name)?.[1] ?? name;
    const command = this.#commands.get(bare);
    if (!command) {
      if (name.includes("/")) return this.#runFile(name, args, streams, signal, extra);
      await streams.err.write(`${this.name}: ${name}: command not found\n`);
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
        if (this.#depth >= maxShellDepth) throw new SyntaxFault("shells nested too deeply");
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
    if (this.#depth >= maxShellDepth) throw new SyntaxFault("shells nested too deeply");
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
    if (this.#depth >= maxShellDepth) throw new SyntaxFault("shells nested too deeply");
    const child = this.#child();
    for (const [key, value] of extra) child.variables.set(key, value);
    child.positional = args;
    return child.#guarded(parseScript(files.read(files.absolute(this.cwd, path))), streams, signal);
  }

  async #redirect(redirects: readonly Redirect[], streams: Streams, signal: AbortSignal): Promise<Streams | null> {
    let result = streams;
    for (const redirect of redirects) {
      const target = await expandWord(redirect.target, this.#variables(streams, signal));
      const { files } = this.host;
      const path = files.absolute(this.cwd, target);
      try {
        if (redirect.op === ">&") {
          if (target === "1" && redirect.fd === 2) result = { ...result, err: result.out };
          else if (target === "2" && redirect.fd === 1) result = { ...result, out: result.err };
        } else if (redirect.op === "<") {
          result = { ...result, in: sourceOf(files.read(path)) };
        } else {
          const append = files.open(path, redirect.op === ">>");
          const sink: Sink = {
            write: async (text) => {
              append(text);
              await breathe();
            },
          };
          result = redirect.fd === 2 ? { ...result, err: sink } : { ...result, out: sink };
        }
      } catch (error) {
        if (!(error instanceof FileFault)) throw error;
        await streams.err.write(`${this.name}: ${target}: ${error.message}\n`);
        return null;
      }
    }
    return result;
  }

  /** Commands that change the shell itself; null when `name` is none of them. */
  async #own(
    name: string,
    args: readonly string[],
    streams: Streams,
    signal: AbortSignal,
    extra: ReadonlyMap<string, string>,
  ): Promise<number | null> {
    const complain = async (text: string, code = 1) => {
      await streams.err.write(`${this.name}: ${name}: ${text}\n`);
      return code;
    };
    switch (name) {
      case ":":
        return 0;
      case "cd": {
        const [word = this.variables.get("HOME") ?? "/root"] = args;
        const target = word === "-" ? (this.variables.get("OLDPWD") ?? this.cwd) : word;
        const path = this.host.files.typed(this.cwd, target);
        const entry = this.host.files.find(path);
        if (!entry) return complain(`${target}: No such file or directory`);
        if (entry.kind !== "folder") return complain(`${target}: Not a directory`);
        this.variables.set("OLDPWD", this.cwd);
        this.cwd = path;
        this.variables.set("PWD", path);
        if (word === "-") await streams.out.write(`${path}\n`);
        return 0;
      }
      case "exit":
      case "logout": {
        const [word] = args;
        if (word !== undefined && !/^\d+$/.test(word)) throw new Exit(2);
        throw new Exit(word === undefined ? this.status : Number(word) & 255);
      }
      case "break":
      case "continue":
        throw new LoopJump(name);
      case "export":
      case "readonly":
      case "local":
        for (const arg of args) {
          const cut = arg.indexOf("=");
          if (cut > 0) this.variables.set(arg.slice(0, cut), arg.slice(cut + 1));
        }
        return 0;
      case "unset":
        for (const arg of args) this.variables.delete(arg);
        return 0;
      case "set":
        if (args[0] === "--") this.positional = args.slice(1);
        return 0;
      case "shift":
        this.positional = this.positional.slice(Number(args[0] ?? 1) || 1);
        return 0;
      case "read": {
        const target = args.filter((arg) => !arg.startsWith("-"))[0] ?? "REPLY";
        for await (const line of linesOf(streams.in)) {
          this.variables.set(target, line.trim());
          return 0;
        }
        return 1;
      }
      case "eval":
        return this.#script(parseScript(args.join(" ")), streams, signal);
      case "exec":
        if (args.length === 0) return 0;
        throw new Exit(await this.#call(args, streams, signal, extra));
      case "command":
      case "type":
      case "which": {
        const lookup = name !== "command" || args[0] === "-v" || args[0] === "-V";
        if (!lookup) return args.length === 0 ? 0 : this.#call(args, streams, signal, extra);
        let status = 0;
        for (const arg of args.filter((one) => !one.startsWith("-"))) {
          const path = this.#commands.has(arg) ? `/usr/bin/${arg}` : null;
          const isOwn = shellCommands.includes(arg);
          if (name === "type" && (path || isOwn)) {
            await streams.out.write(isOwn ? `${arg} is a shell builtin\n` : `${arg} is ${path}\n`);
          } else if (path || isOwn) await streams.out.write(`${path ?? arg}\n`);
          else {
            if (name === "type") await complain(`${arg}: not found`);
            if (name === "which")
              await streams.err.write(`which: no ${arg} in (/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin)\n`);
            status = 1;
          }
        }
        return status;
      }
      default:
        return null;
    }
  }
}

const shellCommands: readonly string[] = [
  ":",
  "break",
  "cd",
  "command",
  "continue",
  "eval",
  "exec",
  "exit",
  "export",
  "logout",
  "read",
  "set",
  "shift",
  "type",
  "unset",
  "which",
];

function sourceOf(text: string): Source {
  if (text === "") return emptySource;
  let rest: string | null = text;
  return {
    read: () => {
      const chunk = rest;
      rest = null;
      return Promise.resolve(chunk);
    },
  };
}
