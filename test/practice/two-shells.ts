/** One script, run by the system's own /bin/sh over real files and by the practice shell over the same files of its own. */
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createHost } from "../../electron/practice/machine.ts";
import { loginVariables } from "../../electron/practice/shell/bash.ts";
import { utf8 } from "../../electron/practice/shell/bytes.ts";
import { Shell } from "../../electron/practice/shell/interpreter.ts";
import { Collector, contentSource, textContent } from "../../electron/practice/shell/io.ts";
import { commandTable } from "../../electron/practice/shell/table.ts";
import { World } from "../../electron/practice/world.ts";

export interface Ran {
  /** Bytes, one character each. */
  readonly out: string;
  readonly code: number | null;
}

/** Files by path below the folder; a text that begins with `->` is a link, `/` a folder. */
export type Tree = Readonly<Record<string, string>>;

export class TwoShells implements AsyncDisposable {
  readonly dir: string;
  readonly host;

  private constructor(dir: string) {
    this.dir = dir;
    this.host = createHost(new World(Date.now), "node3", () => []);
  }

  static async over(tree: Tree): Promise<TwoShells> {
    const both = new TwoShells(await mkdtemp(join(tmpdir(), "halfrack-shells-")));
    const { files } = both.host;
    const folder = (path: string): void => {
      if (files.find(path)) return;
      folder(dirname(path));
      files.makeFolder(path);
    };
    folder(both.dir);
    for (const [name, content] of Object.entries(tree)) {
      const path = join(both.dir, name);
      const inside = content === "/" ? path : dirname(path);
      folder(inside);
      await mkdir(inside, { recursive: true });
      if (content === "/") continue;
      if (content.startsWith("->")) {
        files.addLink(path, content.slice(2));
        await symlink(content.slice(2), path);
      } else {
        files.open(path, false)(content);
        await writeFile(path, Buffer.from(content, "latin1"));
      }
    }
    return both;
  }

  /** `sh -c script sh args...` in the folder, by both; an `input` of null is a standard input that stays open. */
  async run(
    script: string,
    args: readonly string[] = [],
    input: string | null = "",
  ): Promise<{ real: Ran; practice: Ran }> {
    const real = await this.#real(script, args, input);
    return { real, practice: await this.practice(script, args, input) };
  }

  #real(script: string, args: readonly string[], input: string | null): Promise<Ran> {
    const env = {
      PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      HOME: "/root",
      LC_ALL: "C",
      TZ: "UTC",
    };
    const child = spawn("/bin/sh", ["-c", script, "sh", ...args], {
      cwd: this.dir,
      env,
      stdio: ["pipe", "pipe", "pipe"],
      detached: true,
    });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.resume();
    child.stdin.on("error", () => {});
    if (input !== null) child.stdin.end(Buffer.from(input, "latin1"));
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve({ out: Buffer.concat(chunks).toString("latin1"), code }));
    });
  }

  async practice(script: string, args: readonly string[] = [], input: string | null = ""): Promise<Ran> {
    const out = new Collector(64 * 1024 * 1024);
    const err = new Collector(1024 * 1024);
    const shell = new Shell({
      host: this.host,
      commands: commandTable,
      terminal: null,
      variables: loginVariables(
        new Map([
          ["PWD", this.dir],
          ["LC_ALL", "C"],
        ]),
      ),
    });
    const quoted = ["sh", "-c", script, "sh", ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
    const held = { read: () => new Promise<null>(() => {}) };
    const streams = { in: input === null ? held : contentSource(textContent(input)), out, err };
    const code = await shell.run(utf8(quoted), streams, AbortSignal.timeout(20_000));
    return { out: out.text, code };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.dir, { recursive: true, force: true });
  }
}
