/** Owns how the practice shell runs a script: expansion, pipes, redirection, control flow and its own commands. */
import { builtins, Exit, LoopJump, Return } from "./builtins.ts";
import { ShellEnvironment } from "./environment.ts";
import { expandPattern, expandWord, expandWords, type Variables } from "./expand.ts";
import { FileFault } from "./filesystem.ts";
import { globMatches } from "./glob.ts";
import { BrokenPipe, breathe, Collector, emptySource, Interrupted, Pipe, type Sink, type Source } from "./io.ts";
import { Jobs } from "./jobs.ts";
import { parseScript } from "./parse.ts";
import { placeOf, runProgram } from "./program.ts";
import { redirected, Streams } from "./redirect.ts";
import { type Command, type Pipeline, type Redirect, type Script, SyntaxFault } from "./syntax.ts";

/** Bytes that one command substitution may bring in. */
const maxSubstitution = 1024 * 1024;
/** Functions inside functions. */
const maxCalls = 100;

export class Shell extends ShellEnvironment {
  /** Runs a script text. Never throws: syntax errors, Ctrl-C and closed pipes become statuses 2, 130 and 141. */
  async run(
    text: string,
    streams: { readonly in: Source; readonly out: Sink; readonly err: Sink },
    signal: AbortSignal,
  ): Promise<number> {
    this.jobs = new Jobs();
    this.signal = AbortSignal.any([signal, this.jobs.group]);
    this.streams = Streams.of(streams);
    this.status = await this.#guarded(() => this.#script(parseScript(text))).catch((error) => this.#statusOf(error));
    this.jobs.end();
    return this.status;
  }

  async #statusOf(error: unknown): Promise<number> {
    if (error instanceof Exit) {
      this.exited = error.status;
      return error.status;
    }
    if (error instanceof Interrupted) return this.jobs.endedBy ?? 130;
    if (error instanceof BrokenPipe) return 141;
    if (error instanceof LoopJump) return 0;
    const message =
      error instanceof SyntaxFault || error instanceof FileFault
        ? error.message
        : "internal error of the practice shell";
    try {
      await this.streams.err.write(`${this.name}: ${message}\n`);
    } catch {
      return 141;
    }
    return 2;
  }

  #child(): Shell {
    const child = new Shell(this);
    child.begin(this);
    return child;
  }

  /** A shell of its own, as a program is. */
  fresh(extra: ReadonlyMap<string, string>, argv: readonly string[]): Shell {
    const child = this.#child();
    child.forget(extra, argv);
    return child;
  }

  /** Runs a script as a program does: its exit is its own. */
  runScript(text: string): Promise<number> {
    return this.#guarded(() => this.#script(parseScript(text)));
  }

  /** Runs a command as a program does. */
  runCommand(argv: readonly string[], extra: ReadonlyMap<string, string>): Promise<number> {
    return this.#guarded(() => this.#call(argv, this.streams, extra, false));
  }

  #variables(): Variables {
    return {
      get: (name) => this.parameter(name),
      set: (name, value) => this.variables.set(name, value),
      positional: this.positional,
      files: this.host.files,
      cwd: this.cwd,
      noGlob: this.options.has("f"),
      mustBeSet: this.options.has("u"),
      output: async (script) => {
        const collector = new Collector(maxSubstitution);
        const child = this.#child();
        child.streams = this.streams.with(1, { sink: collector });
        this.status = await child.#guarded(() => child.#script(script));
        // what holds NULs loses them, as in every shell
        return collector.text.replaceAll("\0", "");
      },
    };
  }

  /** Runs as a subshell would: its exit is its own, and what it trapped follows. */
  async #guarded(run: () => Promise<number>): Promise<number> {
    const status = async (error: unknown) => {
      if (error instanceof Interrupted) throw error;
      return this.#statusOf(error);
    };
    this.status = await run().catch(status);
    const trapped = this.traps.get("EXIT");
    if (trapped === undefined || trapped === "") return this.status;
    this.traps.delete("EXIT");
    const before = this.status;
    const after = await this.#script(parseScript(trapped)).then(() => before, status);
    return after;
  }

  async #script(script: Script): Promise<number> {
    for (const [index, pipeline] of script.entries()) {
      if (this.signal.aborted) throw new Interrupted();
      if (pipeline.after === "&&" && this.status !== 0) continue;
      if (pipeline.after === "||" && this.status === 0) continue;
      if (pipeline.background) {
        this.status = await this.#background(pipeline);
        continue;
      }
      const isAsked = pipeline.negated || (script[index + 1]?.after ?? ";") !== ";";
      const status = await this.#whileAsked(isAsked, () => this.#pipeline(pipeline));
      this.status = pipeline.negated ? (status === 0 ? 1 : 0) : status;
      if (this.status !== 0 && !isAsked && this.asked === 0 && this.options.has("e")) throw new Exit(this.status);
    }
    return this.status;
  }

  async #whileAsked<T>(isAsked: boolean, run: () => Promise<T>): Promise<T> {
    if (!isAsked) return run();
    this.asked += 1;
    try {
      return await run();
    } finally {
      this.asked -= 1;
    }
  }

  async #background(pipeline: Pipeline): Promise<number> {
    if (this.terminal) throw new SyntaxFault("background jobs are not part of the practice shell on a terminal");
    const child = this.#child();
    // Nothing is read from where the script itself reads, unless it is led there.
    const [only] = pipeline.commands;
    const isLed = only?.redirects.some(({ fd }) => fd === 0) === true;
    if (!isLed) child.streams = this.streams.with(0, { source: emptySource });
    const pid = this.jobs.start((signal) => {
      child.signal = AbortSignal.any([this.signal, signal]);
      return child.#guarded(() => child.#pipeline(pipeline));
    });
    if (pid === null) throw new SyntaxFault("too many background jobs");
    this.lastJob = String(pid);
    return 0;
  }

  async #pipeline(pipeline: Pipeline): Promise<number> {
    const { commands } = pipeline;
    const [only] = commands;
    if (commands.length === 1 && only) return this.#command(only);
    let source = this.streams.in;
    const running: Promise<number>[] = [];
    commands.forEach((command, index) => {
      const last = index === commands.length - 1;
      const pipe = last ? null : new Pipe(this.signal);
      const from = source;
      const child = this.#child();
      child.streams = this.streams.with(0, { source: from });
      if (pipe) child.streams = child.streams.with(1, { sink: pipe });
      const finished = child
        .#command(command)
        .catch((error: unknown) => child.#statusOf(error))
        .finally(() => {
          pipe?.end();
          if (from instanceof Pipe) from.abandon();
        });
      running.push(finished);
      if (pipe) source = pipe;
    });
    const statuses = await Promise.all(running);
    if (this.signal.aborted) throw new Interrupted();
    return statuses.at(-1) ?? 0;
  }

  async #command(command: Command): Promise<number> {
    if (command.kind === "plain") return this.#plain(command);
    const before = this.streams;
    const inside = await this.#redirect(command.redirects);
    if (!inside) return 1;
    this.streams = inside;
    try {
      return await this.#compound(command);
    } finally {
      // what `exec` led elsewhere stays so where nothing was redirected around it
      if (command.redirects.length > 0) this.streams = before;
    }
  }

  async #compound(command: Exclude<Command, { kind: "plain" }>): Promise<number> {
    switch (command.kind) {
      case "function":
        this.functions.set(command.name, command.body);
        return 0;
      case "group": {
        if (!command.subshell) return this.#script(command.body);
        const child = this.#child();
        return child.#guarded(() => child.#script(command.body));
      }
      case "if":
        for (const arm of command.arms) {
          if ((await this.#whileAsked(true, () => this.#script(arm.test))) === 0) {
            this.status = 0;
            return this.#script(arm.body);
          }
        }
        this.status = 0;
        return command.otherwise ? this.#script(command.otherwise) : 0;
      case "case": {
        const variables = this.#variables();
        const subject = await expandWord(command.subject, variables);
        this.status = 0;
        for (const { patterns, body } of command.arms) {
          for (const pattern of patterns)
            if (globMatches(await expandPattern(pattern, variables), subject)) return this.#script(body);
        }
        return 0;
      }
      case "loop": {
        let last = 0;
        for (;;) {
          const test = await this.#whileAsked(true, () => this.#loopPart(command.test));
          if (test === "leave" || (test === null && (this.status === 0) === command.until)) break;
          if (test === "again") continue;
          this.status = 0;
          const jump = await this.#loopPart(command.body);
          last = this.status;
          if (jump === "leave") break;
        }
        return last;
      }
      case "for": {
        const items = command.items ? await expandWords(command.items, this.#variables()) : this.positional;
        this.status = 0;
        for (const item of items) {
          this.variables.set(command.name, item);
          if ((await this.#loopPart(command.body)) === "leave") break;
        }
        return this.status;
      }
    }
  }

  /** Runs what a loop repeats, and tells whether `break` or `continue` was in it. */
  async #loopPart(part: Script): Promise<"leave" | "again" | null> {
    await breathe();
    if (this.signal.aborted) throw new Interrupted();
    try {
      await this.#script(part);
      return null;
    } catch (error) {
      if (!(error instanceof LoopJump)) throw error;
      this.status = 0;
      if (error.levels > 1) {
        error.levels -= 1;
        throw error;
      }
      return error.kind === "break" ? "leave" : "again";
    }
  }

  async #plain(command: Extract<Command, { kind: "plain" }>): Promise<number> {
    const variables = this.#variables();
    const argv = await expandWords(command.words, variables);
    const assignments = new Map<string, string>();
    for (const { name, value } of command.assignments) {
      const text = await expandWord(value, variables);
      assignments.set(name, text);
      if (argv.length === 0) this.variables.set(name, text);
    }
    const inside = await this.#redirect(command.redirects);
    if (!inside) return 1;
    if (argv.length > 0) return this.#call(argv, inside, assignments, true);
    // A bare assignment has the status of its last substitution.
    const isAsked = [...command.words, ...command.assignments.map(({ value }) => value)].some((word) =>
      word.some((part) => part.kind === "output"),
    );
    return isAsked ? this.status : 0;
  }

  async #call(
    argv: readonly string[],
    streams: Streams,
    extra: ReadonlyMap<string, string>,
    withFunctions: boolean,
  ): Promise<number> {
    const [name = "", ...args] = argv;
    const body = withFunctions ? this.functions.get(name) : undefined;
    if (body) return this.with(extra, () => this.#callFunction(body, args, streams));
    const builtin = Object.hasOwn(builtins, name) ? builtins[name] : undefined;
    if (!builtin) return runProgram(this, argv, streams, extra);
    return this.with(extra, async () =>
      builtin(this, {
        name,
        args,
        streams,
        run: (inner) => this.#call(inner, streams, extra, false),
        script: (text) => this.inside(streams, () => this.#script(parseScript(text))),
        placeOf: (one) => placeOf(this, one),
      }),
    );
  }

  async #callFunction(body: Command, args: readonly string[], streams: Streams): Promise<number> {
    if (this.aside.length >= maxCalls) throw new SyntaxFault("functions nested too deeply");
    const before = this.positional;
    const aside = new Map<string, string | undefined>();
    this.aside.push(aside);
    this.positional = args;
    await breathe();
    try {
      return await this.inside(streams, () => this.#command(body));
    } catch (error) {
      if (error instanceof Return) return error.status;
      throw error;
    } finally {
      this.aside.pop();
      this.restore(aside);
      this.positional = before;
    }
  }

  async #redirect(redirects: readonly Redirect[]): Promise<Streams | null> {
    let result = this.streams;
    for (const redirect of redirects) {
      const target = await expandWord(redirect.target, this.#variables());
      try {
        result = redirected(result, redirect, target, { files: this.host.files, cwd: this.cwd });
      } catch (error) {
        if (!(error instanceof FileFault)) throw error;
        await result.err.write(`${this.name}: ${redirect.op === "<<" ? "" : `${target}: `}${error.message}\n`);
        return null;
      }
    }
    return result;
  }
}
