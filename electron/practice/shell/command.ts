/** What a command of the practice shell gets and gives. */
import type { Server } from "../model.ts";
import type { World } from "../world.ts";
import type { FileSystem } from "./filesystem.ts";
import type { Sink, Source } from "./io.ts";
import type { Jobs } from "./jobs.ts";
import type { Streams } from "./redirect.ts";

/** The node a shell runs on. */
export interface Host {
  readonly name: string;
  readonly world: World;
  readonly files: FileSystem;
  server(): Server;
  /** What this node takes for the time. */
  clock(): number;
  /** Logins of the moment: where from, on which terminal (null for a command without one), since when. */
  logins(): readonly Login[];
}
export interface Login {
  readonly user: string;
  readonly terminal: string | null;
  readonly from: string;
  readonly since: number;
}

/** The terminal of an interactive session. */
export interface Terminal {
  readonly cols: number;
  readonly rows: number;
  /** The next key as sent, with keys not echoed; for full-screen commands. */
  readKey(signal: AbortSignal): Promise<string>;
  readonly history: readonly string[];
}

export interface Context {
  readonly name: string;
  readonly args: readonly string[];
  readonly host: Host;
  readonly in: Source;
  readonly out: Sink;
  readonly err: Sink;
  /** The streams by number, for what names them as `/dev/fd/3`. */
  readonly streams: Streams;
  readonly cwd: string;
  readonly env: ReadonlyMap<string, string>;
  /** Fires on Ctrl-C and when the session ends. */
  readonly signal: AbortSignal;
  readonly terminal: Terminal | null;
  /** Runs another command in the same place, for env, timeout, xargs and their like. */
  run(
    argv: readonly string[],
    changes?: { env?: ReadonlyMap<string, string>; signal?: AbortSignal; in?: Source; out?: Sink },
  ): Promise<number>;
  /** Runs a script in a shell of its own, for `sh -c`. */
  script(text: string, positional: readonly string[]): Promise<number>;
  /** Runs work that is not waited for, and sends signals to it. */
  readonly jobs: Jobs;
}

/** A command; resolves to its exit status. */
export type CommandFunction = (context: Context) => Promise<number> | number;
/** Commands by name, with the line `help` shows. */
export type CommandTable = ReadonlyMap<string, { readonly run: CommandFunction; readonly help: string }>;

export async function say(context: Context, text: string): Promise<number> {
  await context.out.write(text);
  return 0;
}

/** `name: message` on stderr, and an exit status. */
export async function fail(context: Context, message: string, code = 1): Promise<number> {
  await context.err.write(`${context.name}: ${message}\n`);
  return code;
}

export interface Options {
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  readonly words: readonly string[];
  /** The first option that is not known. */
  readonly unknown: string | null;
}

/**
 * Splits options from words: `known` lists flags as `a`, `all` and options with a value as `n:`, `lines:`.
 * `--` ends the options.
 */
export function parseOptions(args: readonly string[], known: readonly string[], stopAtWord = false): Options {
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const words: string[] = [];
  let unknown: string | null = null;
  const takesValue = (name: string) => known.includes(`${name}:`);
  const isKnown = (name: string) => known.includes(name) || takesValue(name);
  let i = 0;
  for (; i < args.length; i += 1) {
    const arg = args[i] ?? "";
    if (arg === "--") {
      i += 1;
      break;
    }
    if (arg.startsWith("--")) {
      const [name = "", value] = splitOnce(arg.slice(2), "=");
      if (!isKnown(name)) unknown ??= arg;
      else if (!takesValue(name)) flags.add(name);
      else if (value !== undefined) values.set(name, value);
      else {
        i += 1;
        values.set(name, args[i] ?? "");
      }
    } else if (arg.startsWith("-") && arg.length > 1) {
      for (let at = 1; at < arg.length; at += 1) {
        const name = arg[at] ?? "";
        if (!isKnown(name)) unknown ??= `-${name}`;
        else if (!takesValue(name)) flags.add(name);
        else {
          let value = arg.slice(at + 1);
          if (value === "") {
            i += 1;
            value = args[i] ?? "";
          }
          values.set(name, value);
          break;
        }
      }
    } else {
      if (stopAtWord) break;
      words.push(arg);
    }
  }
  words.push(...args.slice(i));
  return { flags, values, words, unknown };
}

function splitOnce(text: string, at: string): [string, string | undefined] {
  const cut = text.indexOf(at);
  return cut < 0 ? [text, undefined] : [text.slice(0, cut), text.slice(cut + at.length)];
}
