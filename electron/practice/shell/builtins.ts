/** Commands that change the shell itself, or the course of its script. */
import type { Host } from "./command.ts";
import type { Source } from "./io.ts";
import { type Jobs, signalNumber } from "./jobs.ts";
import type { Streams } from "./redirect.ts";

/** `exit` was run: unwinds the script. */
export class Exit extends Error {
  readonly status: number;

  constructor(status: number) {
    super("exit");
    this.status = status;
  }
}
/** `return` was run: unwinds to the call of the function. */
export class Return extends Exit {}
/** `break` or `continue` was run: unwinds to the loop. */
export class LoopJump extends Error {
  readonly kind: "break" | "continue";
  /** Loops it leaves, itself counted. */
  levels: number;

  constructor(kind: "break" | "continue", levels: number) {
    super(kind);
    this.kind = kind;
    this.levels = levels;
  }
}

/** Letters of `set`. */
export type ShellOption = "e" | "f" | "u";

/** What a built-in command may see and change of its shell. */
export interface ShellState {
  readonly host: Host;
  readonly name: string;
  readonly status: number;
  readonly variables: Map<string, string>;
  /** Names that programs get. */
  readonly exported: Set<string>;
  readonly options: Set<ShellOption>;
  /** What `trap` set, by signal. */
  readonly traps: Map<string, string>;
  readonly jobs: Jobs;
  streams: Streams;
  cwd: string;
  positional: readonly string[];
  /** Makes a variable the running function's own; false outside of functions. */
  keepLocal(name: string): boolean;
}

export interface BuiltinCall {
  readonly name: string;
  readonly args: readonly string[];
  readonly streams: Streams;
  /** Runs a command in this shell; functions are left out. */
  readonly run: (argv: readonly string[]) => Promise<number>;
  /** Runs a script in this shell. */
  readonly script: (text: string) => Promise<number>;
  /** Where a program or function of this name is; null where there is none. */
  readonly placeOf: (name: string) => string | null;
}

type Builtin = (shell: ShellState, call: BuiltinCall) => number | Promise<number>;

async function complain(shell: ShellState, { name, streams }: BuiltinCall, text: string, status = 1): Promise<number> {
  await streams.err.write(`${shell.name}: ${name}: ${text}\n`);
  return status;
}

const cd: Builtin = async (shell, call) => {
  const physical = call.args[0] === "-P";
  const [word = shell.variables.get("HOME") ?? "/root"] = call.args.filter((arg) => !/^-[PL]$|^--$/.test(arg));
  const target = word === "-" ? (shell.variables.get("OLDPWD") ?? shell.cwd) : word;
  const { files } = shell.host;
  const path = files.typed(shell.cwd, target);
  const entry = files.find(path);
  if (!entry) return complain(shell, call, `${target}: No such file or directory`);
  if (entry.kind !== "folder") return complain(shell, call, `${target}: Not a directory`);
  shell.variables.set("OLDPWD", shell.cwd);
  shell.cwd = physical ? (files.real(path) ?? path) : path;
  shell.variables.set("PWD", shell.cwd);
  if (word === "-") await call.streams.out.write(`${path}\n`);
  return 0;
};

const pwd: Builtin = async ({ host, cwd }, { args, streams }) => {
  await streams.out.write(`${args.includes("-P") ? (host.files.real(cwd) ?? cwd) : cwd}\n`);
  return 0;
};

const exitStatus = (shell: ShellState, word: string | undefined) =>
  word === undefined ? shell.status : /^\d+$/.test(word) ? Number(word) & 255 : 2;

const exit: Builtin = (shell, { args: [word] }) => {
  throw new Exit(exitStatus(shell, word));
};

const jump =
  (kind: "break" | "continue"): Builtin =>
  (_shell, { args: [word = "1"] }) => {
    throw new LoopJump(kind, Math.max(1, Number.parseInt(word, 10) || 1));
  };

const assign: Builtin = async (shell, call) => {
  for (const arg of call.args.filter((one) => !/^-[a-z]$/.test(one))) {
    const cut = arg.indexOf("=");
    const name = cut < 0 ? arg : arg.slice(0, cut);
    if (!/^[A-Za-z_]\w*$/.test(name)) return complain(shell, call, `\`${arg}': not a valid identifier`);
    if (call.name === "local" && !shell.keepLocal(name)) return complain(shell, call, "can only be used in a function");
    if (cut >= 0) shell.variables.set(name, arg.slice(cut + 1));
    if (call.name === "export") shell.exported.add(name);
  }
  return 0;
};

const set: Builtin = async (shell, call) => {
  const args = [...call.args];
  while (/^[-+][a-z]+$/.test(args[0] ?? "")) {
    const word = args.shift() ?? "";
    for (const letter of word.slice(1)) {
      if (letter !== "e" && letter !== "f" && letter !== "u")
        return complain(shell, call, `${word}: not part of the practice shell`, 2);
      if (word.startsWith("-")) shell.options.add(letter);
      else shell.options.delete(letter);
    }
  }
  if (args[0] === "--") shell.positional = args.slice(1);
  else if (args.length > 0) shell.positional = args;
  return 0;
};

const shift: Builtin = async (shell, call) => {
  const count = call.args[0] === undefined ? 1 : Number(call.args[0]);
  if (!Number.isInteger(count) || count < 0 || count > shell.positional.length)
    return complain(shell, call, "shift count out of range");
  shell.positional = shell.positional.slice(count);
  return 0;
};

/** Lines longer than this are cut. */
const maxReadLine = 256 * 1024;

/** A line of a source that others read on from; what came behind it is kept for them. Null at the end. */
async function lineOf(source: Source, raw: boolean): Promise<{ text: string; whole: boolean } | null> {
  let text = "";
  for (;;) {
    const chunk = pushedBack.get(source) ?? (await source.read());
    pushedBack.delete(source);
    if (chunk === null) return text === "" ? null : { text, whole: false };
    const end = chunk.indexOf("\n");
    if (end < 0) {
      if (text.length < maxReadLine) text += chunk;
      continue;
    }
    text += chunk.slice(0, end);
    if (end + 1 < chunk.length) pushedBack.set(source, chunk.slice(end + 1));
    if (raw || !/(?:^|[^\\])(?:\\\\)*\\$/.test(text)) return { text, whole: true };
    text = text.slice(0, -1);
  }
}
const pushedBack = new WeakMap<Source, string>();

/** The source with what `read` has left of it. */
export function afterRead(source: Source): Source {
  if (!pushedBack.has(source)) return source;
  return {
    read: async () => {
      const chunk = pushedBack.get(source);
      pushedBack.delete(source);
      return chunk ?? source.read();
    },
  };
}

const read: Builtin = async (shell, { args, streams }) => {
  const raw = args.some((arg) => /^-\w*r/.test(arg));
  const names = args.filter((arg) => !arg.startsWith("-"));
  if (names.length === 0) names.push("REPLY");
  const line = await lineOf(streams.in, raw);
  const ifs = shell.variables.get("IFS") ?? " \t\n";
  const blank = (char: string) => ifs.includes(char) && /[ \t\n]/.test(char);
  let rest = (line?.text ?? "").replaceAll("\0", "");
  if (!raw) rest = rest.replace(/\\(.)/gs, "$1");
  for (const [index, name] of names.entries()) {
    let from = 0;
    while (from < rest.length && blank(rest[from] ?? "")) from += 1;
    let to = from;
    if (index === names.length - 1) {
      to = rest.length;
      while (to > from && blank(rest[to - 1] ?? "")) to -= 1;
      shell.variables.set(name, rest.slice(from, to));
      break;
    }
    while (to < rest.length && !ifs.includes(rest[to] ?? "")) to += 1;
    shell.variables.set(name, rest.slice(from, to));
    while (to < rest.length && blank(rest[to] ?? "")) to += 1;
    rest = rest.slice(to < rest.length && ifs.includes(rest[to] ?? "") ? to + 1 : to);
  }
  return line?.whole === true ? 0 : 1;
};

const words = new Set([
  "if",
  "then",
  "else",
  "elif",
  "fi",
  "for",
  "while",
  "until",
  "do",
  "done",
  "case",
  "esac",
  "{",
  "}",
  "!",
]);

const lookUp: Builtin = async (shell, call) => {
  const { name, args, streams } = call;
  let status = 0;
  for (const arg of args.filter((one) => !one.startsWith("-"))) {
    const isBuiltin = (Object.hasOwn(builtins, arg) || words.has(arg)) && name !== "which";
    const path = call.placeOf(arg);
    if (name === "type" && isBuiltin) await streams.out.write(`${arg} is a shell builtin\n`);
    else if (name === "type" && path) await streams.out.write(`${arg} is ${path}\n`);
    else if (path || isBuiltin) await streams.out.write(`${isBuiltin ? arg : path}\n`);
    else {
      status = 1;
      if (name === "type") await complain(shell, call, `${arg}: not found`);
      if (name === "which")
        await streams.err.write(`which: no ${arg} in (/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin)\n`);
    }
  }
  return status;
};

const kill: Builtin = async (shell, call) => {
  const args = [...call.args];
  let signal: number | null = 15;
  if (args[0] === "-s") signal = signalNumber(args.splice(0, 2)[1] ?? "");
  else if (/^-[A-Za-z0-9]+$/.test(args[0] ?? "")) signal = signalNumber(args.shift()?.slice(1) ?? "");
  if (args[0] === "--") args.shift();
  if (signal === null) return complain(shell, call, "invalid signal specification");
  if (args.length === 0) return complain(shell, call, "usage: kill [-s signal] pid ...", 2);
  let status = 0;
  for (const word of args) {
    // a group is the job that leads it
    if (!/^-?\d+$/.test(word)) status = await complain(shell, call, `${word}: arguments must be process or job IDs`);
    else if (!shell.jobs.kill(Math.abs(Number(word)), signal))
      status = await complain(shell, call, `(${word}) - No such process`);
  }
  return status;
};

const wait: Builtin = async (shell, { args }) => {
  if (args.length === 0) {
    await shell.jobs.waitAll();
    return 0;
  }
  let status = 0;
  for (const word of args) status = await shell.jobs.wait(Number(word));
  return status;
};

export const builtins: Readonly<Record<string, Builtin>> = {
  ":": () => 0,
  ".": (shell, { args: [path = ""], script }) =>
    script(shell.host.files.read(shell.host.files.absolute(shell.cwd, path))),
  cd,
  pwd,
  exit,
  logout: exit,
  return: (shell, { args: [word] }) => {
    throw new Return(exitStatus(shell, word));
  },
  break: jump("break"),
  continue: jump("continue"),
  export: assign,
  readonly: assign,
  local: assign,
  unset: (shell, { args }) => {
    for (const arg of args) {
      shell.variables.delete(arg);
      shell.exported.delete(arg);
    }
    return 0;
  },
  set,
  shift,
  read,
  kill,
  wait,
  eval: (_shell, { args, script }) => script(args.join(" ")),
  exec: async (shell, { args, streams, run }) => {
    // Without a command, the redirections stay.
    if (args.length > 0) throw new Exit(await run(args));
    shell.streams = streams;
    return 0;
  },
  trap: (shell, { args }) => {
    const [action = "", ...names] = args;
    for (const name of names.map((one) => one.toUpperCase().replace(/^SIG/, "").replace(/^0$/, "EXIT"))) {
      if (action === "-") shell.traps.delete(name);
      else shell.traps.set(name, action);
    }
    return 0;
  },
  // Of what they limit there is nothing here.
  ulimit: () => 0,
  umask: () => 0,
  command: (shell, call) => {
    const { args, run } = call;
    if (args[0] === "-v" || args[0] === "-V") return lookUp(shell, call);
    const argv = args[0] === "-p" ? args.slice(1) : args;
    return argv.length === 0 ? 0 : run(argv);
  },
  type: lookUp,
  which: lookUp,
};
