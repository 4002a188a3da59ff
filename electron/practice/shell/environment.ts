/** Owns what a practice shell knows while it runs, and what the shells inside it begin with. */
import type { ShellOption, ShellState } from "./builtins.ts";
import type { CommandTable, Host, Terminal } from "./command.ts";
import { emptySource } from "./io.ts";
import { Jobs } from "./jobs.ts";
import { Streams } from "./redirect.ts";
import { type Command, SyntaxFault } from "./syntax.ts";

/** Shells inside shells, counting `sh -c`, `$(...)` and pipelines. */
const maxShellDepth = 30;

const nowhere = Streams.of({
  in: emptySource,
  out: { write: () => Promise.resolve() },
  err: { write: () => Promise.resolve() },
});

export interface ShellOptions {
  readonly host: Host;
  readonly commands: CommandTable;
  readonly terminal: Terminal | null;
  readonly variables: ReadonlyMap<string, string>;
}

export class ShellEnvironment implements ShellState {
  readonly host: Host;
  readonly commands: CommandTable;
  readonly terminal: Terminal | null;
  readonly variables: Map<string, string>;
  readonly exported: Set<string>;
  readonly options = new Set<ShellOption>();
  readonly traps = new Map<string, string>();
  readonly functions = new Map<string, Command>();
  /** What functions that run have set aside of variables, innermost last. */
  readonly aside: Map<string, string | undefined>[] = [];
  jobs = new Jobs();
  streams = nowhere;
  signal: AbortSignal = new AbortController().signal;
  /** Above 0 where a failure is asked about, which `set -e` lets pass. */
  asked = 0;
  lastJob = "";
  cwd: string;
  status = 0;
  positional: readonly string[] = [];
  name = "-bash";
  /** Set when `exit` was run. */
  exited: number | null = null;
  #depth = 0;

  constructor(options: ShellOptions) {
    this.host = options.host;
    this.commands = options.commands;
    this.terminal = options.terminal;
    this.variables = new Map(options.variables);
    this.exported = new Set(options.variables.keys());
    this.cwd = this.variables.get("PWD") ?? "/root";
  }

  /** Begins as `from` is, one level deeper: as a subshell does. */
  protected begin(from: ShellEnvironment): void {
    if (from.#depth >= maxShellDepth) throw new SyntaxFault("shells nested too deeply");
    this.#depth = from.#depth + 1;
    this.exported.clear();
    for (const name of from.exported) this.exported.add(name);
    for (const option of from.options) this.options.add(option);
    for (const [name, body] of from.functions) this.functions.set(name, body);
    this.aside.push(...from.aside.map(() => new Map()));
    this.jobs = from.jobs;
    this.lastJob = from.lastJob;
    this.streams = from.streams;
    this.signal = from.signal;
    this.asked = from.asked;
    this.cwd = from.cwd;
    this.status = from.status;
    this.positional = from.positional;
    this.name = from.name;
  }

  /** Forgets what a program of its own does not get: all that was not exported. */
  protected forget(extra: ReadonlyMap<string, string>, [name = "sh", ...positional]: readonly string[]): void {
    for (const one of this.variables.keys()) if (!this.exported.has(one)) this.variables.delete(one);
    for (const [one, value] of extra) {
      this.variables.set(one, value);
      this.exported.add(one);
    }
    this.options.clear();
    this.functions.clear();
    this.aside.length = 0;
    this.asked = 0;
    this.name = name;
    this.positional = positional;
  }

  /** A variable, a positional or a special parameter. */
  parameter(name: string): string | undefined {
    if (name === "?") return String(this.status);
    if (name === "#") return String(this.positional.length);
    if (name === "$") return "2317";
    if (name === "!") return this.lastJob;
    if (name === "-") return [...this.options].join("");
    if (name === "0") return this.name;
    if (/^[1-9]/.test(name)) return this.positional[Number(name) - 1];
    return this.variables.get(name);
  }

  keepLocal(name: string): boolean {
    const aside = this.aside.at(-1);
    if (aside && !aside.has(name)) aside.set(name, this.variables.get(name));
    return aside !== undefined;
  }

  /** Runs with other streams; what they were comes back. */
  protected async inside<T>(streams: Streams, run: () => Promise<T>): Promise<T> {
    const before = this.streams;
    if (streams === before) return run();
    this.streams = streams;
    try {
      return await run();
    } finally {
      this.streams = before;
    }
  }

  /** Runs with variables that are set for this one call. */
  protected async with(extra: ReadonlyMap<string, string>, run: () => Promise<number>): Promise<number> {
    if (extra.size === 0) return run();
    const before = [...extra.keys()].map((name) => [name, this.variables.get(name)] as const);
    for (const [name, value] of extra) this.variables.set(name, value);
    try {
      return await run();
    } finally {
      this.restore(before);
    }
  }

  protected restore(values: Iterable<readonly [string, string | undefined]>): void {
    for (const [name, value] of values) {
      if (value === undefined) this.variables.delete(name);
      else this.variables.set(name, value);
    }
  }
}
