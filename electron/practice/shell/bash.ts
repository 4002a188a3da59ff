/** The practice node's shell as a program behind a prompt. */
import { utf8 } from "./bytes.ts";
import type { Host } from "./command.ts";
import type { Console, Program } from "./console.ts";
import { Shell } from "./interpreter.ts";
import { parseScript } from "./parse.ts";
import { SyntaxFault } from "./syntax.ts";
import { commandTable } from "./table.ts";

const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/root/bin";

/** Variables a login starts with. */
export function loginVariables(extra: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([
    ["HOME", "/root"],
    ["USER", "root"],
    ["LOGNAME", "root"],
    ["SHELL", "/bin/bash"],
    ["PATH", path],
    ["PWD", "/root"],
    ["LANG", "en_US.UTF-8"],
    ...extra,
  ]);
}

export class Bash implements Program {
  readonly greeting: string;
  readonly goodbye = "logout\r\n";
  readonly #host: Host;
  readonly #variables: ReadonlyMap<string, string>;
  #shell: Shell | null = null;

  constructor(host: Host, variables: ReadonlyMap<string, string>) {
    this.#host = host;
    this.#variables = variables;
    this.greeting = `Practice lab: ${host.name} (${host.server().product}) is simulated on this computer. Type help for its commands.\r\n`;
  }

  prompt(): string {
    const cwd = this.#shell?.cwd ?? "/root";
    const home = cwd === "/root" ? "~" : (cwd.split("/").at(-1) ?? "") || "/";
    return `[root@${this.#host.name} ${home}]# `;
  }

  async run(line: string, console: Console, signal: AbortSignal): Promise<boolean> {
    const shell = this.#shellOn(console);
    const out = console.output(signal);
    await shell.run(utf8(line), { in: console.input(signal), out, err: out }, signal);
    return shell.exited !== null;
  }

  get exitStatus(): number {
    return this.#shell?.exited ?? this.#shell?.status ?? 0;
  }

  continues(line: string): boolean {
    try {
      parseScript(line);
      return false;
    } catch (error) {
      return error instanceof SyntaxFault && error.incomplete && line.length < 64 * 1024;
    }
  }

  complete(before: string): { from: number; words: readonly string[] } {
    const from = Math.max(...[" ", "|", ";", "&", "<", ">", "="].map((mark) => before.lastIndexOf(mark))) + 1;
    const word = before.slice(from);
    const isCommand = /(?:^|[|;&])\s*$/.test(before.slice(0, from)) && !word.includes("/");
    if (isCommand) {
      const names = new Set([...commandTable.keys(), "cd", "exit", "export"]);
      return { from, words: [...names].filter((name) => name.startsWith(word)).sort() };
    }
    const cut = word.lastIndexOf("/") + 1;
    const { files } = this.#host;
    const base = word.slice(0, cut);
    const home = base.startsWith("~/") ? `/root/${base.slice(2)}` : base;
    const folder = files.find(files.absolute(this.#shell?.cwd ?? "/root", home || "."));
    if (folder?.kind !== "folder") return { from, words: [] };
    const words = [...folder.entries.keys()]
      .filter((name) => name.startsWith(word.slice(cut)) && (word.slice(cut).startsWith(".") || !name.startsWith(".")))
      .map((name) => {
        const path = files.absolute(files.absolute(this.#shell?.cwd ?? "/root", home || "."), name);
        return `${base}${name}${files.find(path)?.kind === "folder" ? "/" : ""}`;
      });
    return { from, words: words.sort() };
  }

  #shellOn(console: Console): Shell {
    this.#shell ??= new Shell({
      host: this.#host,
      commands: commandTable,
      terminal: console,
      variables: this.#variables,
    });
    return this.#shell;
  }
}
