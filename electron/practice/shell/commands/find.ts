/** The find of the practice shell. */
import { type CommandFunction, type Context, fail } from "../command.ts";
import type { Entry } from "../filesystem.ts";
import { globMatches } from "../glob.ts";
import { emptySource } from "../io.ts";
import { unescaped } from "./escapes.ts";
import { Batch } from "./input.ts";
import { modeOf } from "./stat.ts";

interface Visited {
  readonly path: string;
  readonly name: string;
  readonly real: string;
  readonly depth: number;
  readonly entry: Entry;
  prune: boolean;
}
type Test = (one: Visited) => boolean | Promise<boolean>;
interface Plan {
  readonly test: Test;
  readonly acts: boolean;
  readonly minDepth: number;
  readonly maxDepth: number;
  readonly depthFirst: boolean;
  /** What was gathered for `-exec ... +`. */
  readonly finish: () => Promise<void>;
}

/** What is wrong with an expression. */
class BadExpression extends Error {}

const letterOf = (entry: Entry) =>
  entry.kind === "device" ? (entry.block ? "b" : "c") : { folder: "d", file: "f", link: "l" }[entry.kind];

const deepest = 30;
/** Paths given to one run of `-exec ... +`. */
const batchSize = 500;
const maxWords = 1000;

/** The file system that a path is in, by its type. */
const systemType = (path: string) =>
  /^\/proc(?:\/|$)/.test(path)
    ? "proc"
    : /^\/sys(?:\/|$)/.test(path)
      ? "sysfs"
      : /^\/dev(?:\/|$)/.test(path)
        ? "devtmpfs"
        : "xfs";

/** `+5`, `-5` or `5` against a value. */
function compared(word: string): (value: number) => boolean {
  const match = /^([-+]?)(\d+(?:\.\d+)?)$/.exec(word);
  if (!match) throw new BadExpression(`invalid argument '${word}'`);
  const limit = Number(match[2]);
  return (value) => (match[1] === "+" ? value > limit : match[1] === "-" ? value < limit : value === limit);
}

const sizeUnits: Readonly<Record<string, number>> = { c: 1, w: 2, b: 512, k: 1024, M: 1024 ** 2, G: 1024 ** 3 };

class Reader {
  readonly #context: Context;
  readonly #batch: Batch;
  readonly #words: string[];
  readonly #pending: (() => Promise<void>)[] = [];
  #acts = false;
  #minDepth = 0;
  #maxDepth = deepest;
  #depthFirst = false;

  constructor(context: Context, words: readonly string[], batch: Batch) {
    this.#context = context;
    this.#words = [...words];
    this.#batch = batch;
  }

  plan(): Plan {
    const test = this.#words.length === 0 ? () => true : this.#either();
    if (this.#words.length > 0) throw new BadExpression(`paths must precede expression: '${this.#words[0]}'`);
    return {
      test,
      acts: this.#acts,
      minDepth: this.#minDepth,
      maxDepth: this.#maxDepth,
      depthFirst: this.#depthFirst,
      finish: async () => {
        for (const run of this.#pending) await run();
      },
    };
  }

  #either(): Test {
    let left = this.#both();
    while (this.#take("-o") || this.#take("-or")) {
      const [a, b] = [left, this.#both()];
      left = async (one) => (await a(one)) || (await b(one));
    }
    return left;
  }

  #both(): Test {
    let left = this.#one();
    while (this.#words.length > 0 && !["-o", "-or", ")"].includes(this.#words[0] ?? "")) {
      if (this.#take("-a") || this.#take("-and")) continue;
      const [a, b] = [left, this.#one()];
      left = async (one) => (await a(one)) && (await b(one));
    }
    return left;
  }

  #one(): Test {
    const word = this.#words.shift();
    if (word === undefined) throw new BadExpression("expected an expression");
    if (word === "!" || word === "-not") {
      const inner = this.#one();
      return async (one) => !(await inner(one));
    }
    if (word === "(") {
      const inner = this.#either();
      if (!this.#take(")")) throw new BadExpression("invalid expression; expected to find a ')'");
      return inner;
    }
    const { files, world } = this.#context.host;
    const age = (entry: Entry) => world.now() - entry.mtime;
    switch (word) {
      case "-true":
        return () => true;
      case "-name":
      case "-iname": {
        const pattern = this.#value(word);
        const fold = (text: string) => (word === "-iname" ? text.toLowerCase() : text);
        return ({ name }) => globMatches(fold(pattern), fold(name));
      }
      case "-path":
      case "-wholename": {
        const pattern = this.#value(word);
        return ({ path }) => globMatches(pattern, path);
      }
      case "-type": {
        const wanted = this.#value(word).split(",");
        return ({ entry }) => wanted.includes(letterOf(entry));
      }
      case "-mmin": {
        const fits = compared(this.#value(word));
        return ({ entry }) => fits(Math.ceil(age(entry) / 60_000));
      }
      case "-mtime": {
        const fits = compared(this.#value(word));
        return ({ entry }) => fits(Math.floor(age(entry) / 86_400_000));
      }
      case "-newer": {
        const other = files.find(files.absolute(this.#context.cwd, this.#value(word)));
        if (!other) throw new BadExpression("the file to compare with does not exist");
        return ({ entry }) => entry.mtime > other.mtime;
      }
      case "-size": {
        const match = /^([-+]?\d+)([cwbkMG]?)$/.exec(this.#value(word));
        if (!match) throw new BadExpression("invalid argument to -size");
        const fits = compared(match[1] ?? "");
        const unit = sizeUnits[match[2] || "b"] ?? 512;
        return ({ entry }) => fits(Math.ceil(files.size(entry) / unit));
      }
      case "-empty":
        return ({ entry }) =>
          entry.kind === "folder" ? entry.entries.size === 0 : entry.kind === "file" && files.size(entry) === 0;
      case "-perm": {
        const match = /^([-/]?)([0-7]{1,4})$/.exec(this.#value(word));
        if (!match) throw new BadExpression("invalid mode");
        const bits = Number.parseInt(match[2] ?? "0", 8);
        return ({ entry }) =>
          match[1] === ""
            ? modeOf(entry) === bits
            : match[1] === "-"
              ? (modeOf(entry) & bits) === bits
              : bits === 0 || (modeOf(entry) & bits) !== 0;
      }
      case "-fstype": {
        const type = this.#value(word);
        return ({ real }) => systemType(real) === type;
      }
      case "-user":
      case "-group": {
        const isRoot = ["root", "0"].includes(this.#value(word));
        return () => isRoot;
      }
      case "-readable":
        return () => true;
      case "-prune":
        return (one) => {
          one.prune = true;
          return true;
        };
      case "-xdev":
      case "-mount":
        // the trees of the kernel are mounted: what is below a root elsewhere is not entered
        return (one) => {
          if (one.depth > 0 && systemType(one.real) !== systemType(one.real.split("/").slice(0, -1).join("/") || "/"))
            one.prune = true;
          return true;
        };
      case "-depth":
        this.#depthFirst = true;
        return () => true;
      case "-mindepth":
        this.#minDepth = this.#count(word);
        return () => true;
      case "-maxdepth":
        this.#maxDepth = Math.min(deepest, this.#count(word));
        return () => true;
      case "-print":
        return this.#printer(({ path }) => `${path}\n`);
      case "-print0":
        return this.#printer(({ path }) => `${path}\0`);
      case "-printf": {
        const format = unescaped(this.#value(word));
        return this.#printer((one) =>
          format.replace(/%(?:T(.)|([a-zA-Z%]))/g, (whole, time?: string, letter?: string) =>
            this.#field(one, whole, time, letter),
          ),
        );
      }
      case "-quit":
        throw new BadExpression("-quit is not part of the practice lab");
      case "-exec":
        return this.#runner();
      default:
        throw new BadExpression(`unknown predicate \`${word}'`);
    }
  }

  #field({ path, name, entry, depth }: Visited, whole: string, time?: string, letter?: string): string {
    const { files } = this.#context.host;
    const seconds = entry.mtime / 1000;
    if (time !== undefined)
      return time === "@" ? `${Math.floor(seconds)}.${(seconds % 1).toFixed(10).slice(2)}` : whole;
    const fields = new Map<string, string | number>([
      ["p", path],
      ["f", name],
      ["h", path.slice(0, Math.max(0, path.lastIndexOf("/"))) || "."],
      ["s", files.size(entry)],
      ["i", files.inode(entry)],
      ["m", modeOf(entry).toString(8)],
      ["d", depth],
      ["u", "root"],
      ["g", "root"],
      ["U", 0],
      ["G", 0],
      ["y", letterOf(entry)],
      ["l", entry.kind === "link" ? entry.target : ""],
      ["%", "%"],
    ]);
    return String(fields.get(letter ?? "") ?? whole);
  }

  #printer(text: (one: Visited) => string): Test {
    this.#acts = true;
    return async (one) => {
      await this.#batch.add(text(one));
      return true;
    };
  }

  #runner(): Test {
    this.#acts = true;
    const end = this.#words.findIndex((word, at) => word === ";" || (word === "+" && this.#words[at - 1] === "{}"));
    if (end < 0) throw new BadExpression("missing argument to `-exec'");
    const argv = this.#words.splice(0, end + 1);
    const together = argv.pop() === "+";
    const run = async (words: readonly string[]) => {
      await this.#batch.flush();
      return (await this.#context.run(words, { in: emptySource })) === 0;
    };
    if (!together) return (one) => run(argv.map((word) => word.replaceAll("{}", one.path)));
    argv.pop();
    let held: string[] = [];
    const flush = async () => {
      const paths = held;
      held = [];
      if (paths.length > 0) await run([...argv, ...paths]);
    };
    this.#pending.push(flush);
    return async (one) => {
      held.push(one.path);
      if (held.length >= batchSize) await flush();
      return true;
    };
  }

  #take(word: string): boolean {
    if (this.#words[0] !== word) return false;
    this.#words.shift();
    return true;
  }

  #value(option: string): string {
    const value = this.#words.shift();
    if (value === undefined) throw new BadExpression(`missing argument to \`${option}'`);
    return value;
  }

  #count(option: string): number {
    const value = Number(this.#value(option));
    if (!Number.isInteger(value) || value < 0) throw new BadExpression(`expected a positive number for ${option}`);
    return value;
  }
}

const find: CommandFunction = async (context) => {
  const words = [...context.args];
  while (words[0] === "-L" || words[0] === "-H" || words[0] === "-P") words.shift();
  const roots: string[] = [];
  while (words[0] !== undefined && !/^[-(!]/.test(words[0])) roots.push(words.shift() ?? "");
  const batch = new Batch(context.out);
  if (words.length > maxWords) return fail(context, "the expression is too long");
  let plan: Plan;
  try {
    plan = new Reader(context, words, batch).plan();
  } catch (error) {
    if (error instanceof BadExpression) return fail(context, error.message);
    throw error;
  }
  const { files } = context.host;
  let status = 0;
  const visit = async (one: Visited): Promise<void> => {
    const look = async () => {
      if (one.depth >= plan.minDepth && (await plan.test(one)) && !plan.acts) await batch.add(`${one.path}\n`);
    };
    if (!plan.depthFirst) await look();
    if (one.entry.kind === "folder" && one.depth < plan.maxDepth && !one.prune) {
      for (const [name, entry] of [...one.entry.entries].sort(([a], [b]) => (a < b ? -1 : 1))) {
        const path = one.path.endsWith("/") ? `${one.path}${name}` : `${one.path}/${name}`;
        await visit({
          path,
          name,
          real: `${one.real === "/" ? "" : one.real}/${name}`,
          depth: one.depth + 1,
          entry,
          prune: false,
        });
      }
    }
    if (plan.depthFirst) await look();
  };
  for (const root of roots.length === 0 ? ["."] : roots) {
    const at = files.absolute(context.cwd, root);
    const entry = files.find(at, false);
    const name =
      root
        .replace(/(.)\/+$/, "$1")
        .split("/")
        .at(-1) || "/";
    if (entry) await visit({ path: root, name, real: at, depth: 0, entry, prune: false });
    else status = await fail(context, `'${root}': No such file or directory`);
  }
  await plan.finish();
  await batch.flush();
  return status;
};

export const findCommands: readonly (readonly [string, CommandFunction, string])[] = [
  ["find", find, "find files (-name -type -mmin -size -prune -exec -printf)"],
];
