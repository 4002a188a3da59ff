/** Commands that change the shell itself, or the course of its script. */
import type { Host } from "./command.ts";
import { linesOf } from "./io.ts";
import type { Streams } from "./redirect.ts";

/** `exit` was run: unwinds the script. */
export class Exit extends Error {
  readonly status: number;

  constructor(status: number) {
    super("exit");
    this.status = status;
  }
}
/** `break` or `continue` was run: unwinds to the loop. */
export class LoopJump extends Error {
  readonly kind: "break" | "continue";

  constructor(kind: "break" | "continue") {
    super(kind);
    this.kind = kind;
  }
}

/** What a built-in command may see and change of its shell. */
export interface ShellState {
  readonly host: Host;
  readonly name: string;
  readonly status: number;
  readonly variables: Map<string, string>;
  cwd: string;
  positional: readonly string[];
}

export interface BuiltinCall {
  readonly name: string;
  readonly args: readonly string[];
  readonly streams: Streams;
  /** Runs a command in this shell. */
  readonly run: (argv: readonly string[]) => Promise<number>;
  /** Runs a script in this shell. */
  readonly script: (text: string) => Promise<number>;
  /** Whether a program has this name. */
  readonly isProgram: (name: string) => boolean;
}

type Builtin = (shell: ShellState, call: BuiltinCall) => number | Promise<number>;

async function complain(shell: ShellState, { name, streams }: BuiltinCall, text: string): Promise<number> {
  await streams.err.write(`${shell.name}: ${name}: ${text}\n`);
  return 1;
}

const cd: Builtin = async (shell, call) => {
  const [word = shell.variables.get("HOME") ?? "/root"] = call.args;
  const target = word === "-" ? (shell.variables.get("OLDPWD") ?? shell.cwd) : word;
  const path = shell.host.files.absolute(shell.cwd, target);
  const entry = shell.host.files.find(path);
  if (!entry) return complain(shell, call, `${target}: No such file or directory`);
  if (entry.kind !== "folder") return complain(shell, call, `${target}: Not a directory`);
  shell.variables.set("OLDPWD", shell.cwd);
  shell.cwd = path;
  shell.variables.set("PWD", path);
  if (word === "-") await call.streams.out.write(`${path}\n`);
  return 0;
};

const exit: Builtin = (shell, { args: [word] }) => {
  if (word !== undefined && !/^\d+$/.test(word)) throw new Exit(2);
  throw new Exit(word === undefined ? shell.status : Number(word) & 255);
};

const assign: Builtin = (shell, { args }) => {
  for (const arg of args) {
    const cut = arg.indexOf("=");
    if (cut > 0) shell.variables.set(arg.slice(0, cut), arg.slice(cut + 1));
  }
  return 0;
};

const read: Builtin = async (shell, { args, streams }) => {
  const target = args.find((arg) => !arg.startsWith("-")) ?? "REPLY";
  for await (const line of linesOf(streams.in)) {
    shell.variables.set(target, line.trim());
    return 0;
  }
  return 1;
};

const lookUp: Builtin = async (shell, call) => {
  const { name, args, streams } = call;
  let status = 0;
  for (const arg of args.filter((one) => !one.startsWith("-"))) {
    const isBuiltin = Object.hasOwn(builtins, arg);
    const path = call.isProgram(arg) ? `/usr/bin/${arg}` : null;
    if (name === "type" && isBuiltin) await streams.out.write(`${arg} is a shell builtin\n`);
    else if (name === "type" && path) await streams.out.write(`${arg} is ${path}\n`);
    else if (path || isBuiltin) await streams.out.write(`${path ?? arg}\n`);
    else {
      status = 1;
      if (name === "type") await complain(shell, call, `${arg}: not found`);
      if (name === "which")
        await streams.err.write(`which: no ${arg} in (/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin)\n`);
    }
  }
  return status;
};

export const builtins: Readonly<Record<string, Builtin>> = {
  ":": () => 0,
  cd,
  exit,
  logout: exit,
  break: () => {
    throw new LoopJump("break");
  },
  continue: () => {
    throw new LoopJump("continue");
  },
  export: assign,
  readonly: assign,
  local: assign,
  unset: (shell, { args }) => {
    for (const arg of args) shell.variables.delete(arg);
    return 0;
  },
  set: (shell, { args }) => {
    if (args[0] === "--") shell.positional = args.slice(1);
    return 0;
  },
  shift: (shell, { args }) => {
    shell.positional = shell.positional.slice(Number(args[0] ?? 1) || 1);
    return 0;
  },
  read,
  eval: (_shell, { args, script }) => script(args.join(" ")),
  exec: async (_shell, { args, run }) => {
    if (args.length === 0) return 0;
    throw new Exit(await run(args));
  },
  command: (shell, call) => {
    const { args, run } = call;
    if (args[0] === "-v" || args[0] === "-V") return lookUp(shell, call);
    return args.length === 0 ? 0 : run(args);
  },
  type: lookUp,
  which: lookUp,
};
