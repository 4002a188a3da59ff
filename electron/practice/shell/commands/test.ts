/** The `test` and `[` of the practice shell. */
import { type CommandFunction, type Context, fail } from "../command.ts";
import type { Entry } from "../filesystem.ts";
import { modeOf } from "./stat.ts";

/** What is wrong with an expression. */
class BadTest extends Error {}

type Unary = (context: Context, word: string) => boolean;

const entryOf = ({ host: { files }, cwd }: Context, word: string, follows = true): Entry | null =>
  word === "" ? null : files.find(files.absolute(cwd, word), follows);
const isKind =
  (test: (entry: Entry, context: Context) => boolean, follows = true): Unary =>
  (context, word) => {
    const entry = entryOf(context, word, follows);
    return entry !== null && test(entry, context);
  };
const never: Unary = () => false;

const unary: Readonly<Record<string, Unary>> = {
  "-e": isKind(() => true),
  "-f": isKind(({ kind }) => kind === "file"),
  "-d": isKind(({ kind }) => kind === "folder"),
  "-b": isKind((entry) => entry.kind === "device" && entry.block),
  "-c": isKind((entry) => entry.kind === "device" && !entry.block),
  "-h": isKind(({ kind }) => kind === "link", false),
  "-L": isKind(({ kind }) => kind === "link", false),
  // a practice node has none of these
  "-p": never,
  "-S": never,
  "-g": never,
  "-k": never,
  "-u": never,
  // root may read and write all, and runs what anybody may
  "-r": isKind(() => true),
  "-w": isKind(() => true),
  "-x": isKind((entry) => entry.kind === "folder" || (modeOf(entry) & 0o111) !== 0),
  "-O": isKind(() => true),
  "-G": isKind(() => true),
  "-s": isKind((entry, { host: { files } }) => files.size(entry) > 0),
  "-t": ({ terminal }) => terminal !== null,
  "-n": (_context, word) => word !== "",
  "-z": (_context, word) => word === "",
};

const whole = (word: string): bigint => {
  const text = word.replace(/^[ \t\n]+|[ \t\n]+$/g, "");
  if (!/^[-+]?\d+$/.test(text)) throw new BadTest(`${word}: integer expression expected`);
  return BigInt(text.replace(/^\+/, ""));
};
const changedAt = (context: Context, word: string) => entryOf(context, word)?.mtime ?? null;

const binary: Readonly<Record<string, (a: string, b: string, context: Context) => boolean>> = {
  "=": (a, b) => a === b,
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  ">": (a, b) => a > b,
  "-eq": (a, b) => whole(a) === whole(b),
  "-ne": (a, b) => whole(a) !== whole(b),
  "-lt": (a, b) => whole(a) < whole(b),
  "-le": (a, b) => whole(a) <= whole(b),
  "-gt": (a, b) => whole(a) > whole(b),
  "-ge": (a, b) => whole(a) >= whole(b),
  "-nt": (a, b, context) => {
    const [one, other] = [changedAt(context, a), changedAt(context, b)];
    return one !== null && (other === null || one > other);
  },
  "-ot": (a, b, context) => {
    const [one, other] = [changedAt(context, a), changedAt(context, b)];
    return other !== null && (one === null || one < other);
  },
  "-ef": (a, b, context) => {
    const entry = entryOf(context, a);
    return entry !== null && entry === entryOf(context, b);
  },
};

/** Reads an expression as POSIX has it: by the number of its words up to four, by precedence beyond. */
function evaluate(context: Context, args: readonly string[]): boolean {
  const [a = "", b = "", c = ""] = args;
  if (args.length === 0) return false;
  if (args.length === 1) return a !== "";
  if (args.length === 3 && Object.hasOwn(binary, b)) return binary[b]?.(a, c, context) ?? false;
  if (a === "!" && args.length <= 4) return !evaluate(context, args.slice(1));
  if (args.length === 2) {
    if (!Object.hasOwn(unary, a)) throw new BadTest(`${a}: unary operator expected`);
    return unary[a]?.(context, b) ?? false;
  }
  if (a === "(" && args.at(-1) === ")" && args.length <= 4) return evaluate(context, args.slice(1, -1));
  let at = 0;
  const take = (word: string) => {
    if (args[at] !== word) return false;
    at += 1;
    return true;
  };
  const primary = (): boolean => {
    const word = args[at];
    if (word === undefined) throw new BadTest("argument expected");
    const operator = args[at + 1] ?? "";
    if (Object.hasOwn(binary, operator) && args[at + 2] !== undefined) {
      at += 3;
      return binary[operator]?.(word, args[at - 1] ?? "", context) ?? false;
    }
    if (take("!")) return !primary();
    if (take("(")) {
      const inner = either();
      if (!take(")")) throw new BadTest("`)' expected");
      return inner;
    }
    if (Object.hasOwn(unary, word) && args[at + 1] !== undefined) {
      at += 2;
      return unary[word]?.(context, args[at - 1] ?? "") ?? false;
    }
    at += 1;
    return word !== "";
  };
  const both = (): boolean => {
    let result = primary();
    while (take("-a")) result = primary() && result;
    return result;
  };
  const either = (): boolean => {
    let result = both();
    while (take("-o")) result = both() || result;
    return result;
  };
  const result = either();
  if (at < args.length) throw new BadTest("too many arguments");
  return result;
}

/** Words one expression may have. */
const maxWords = 1000;

const test: CommandFunction = (context) => {
  const args = [...context.args];
  if (context.name === "[" && args.pop() !== "]") return fail(context, "missing `]'", 2);
  if (args.length > maxWords) return fail(context, "too many arguments", 2);
  try {
    return evaluate(context, args) ? 0 : 1;
  } catch (error) {
    if (error instanceof BadTest) return fail(context, error.message, 2);
    throw error;
  }
};

export const testCommands: readonly (readonly [string, CommandFunction, string])[] = [
  ["test", test, "check a file or compare words"],
  ["[", test, "the same as test"],
];
