/** Commands on the practice file system. */
import { clock, isoDay } from "../../text/kernel.ts";
import { type CommandFunction, type Context, fail, parseOptions, say } from "../command.ts";
import { type Entry, FileFault } from "../filesystem.ts";
import { globMatches } from "../glob.ts";

const at = (context: Context, path: string) => context.host.files.absolute(context.cwd, path);

const sizeOf = (entry: Entry): number => {
  if (entry.kind === "file") return typeof entry.text === "string" ? entry.text.length : 4096;
  return entry.kind === "link" ? entry.target.length : entry.kind === "folder" ? 4096 : 0;
};
const letters = { folder: "d", link: "l", file: "-", device: "c" } as const;
const bits = (mode: number) =>
  [6, 3, 0].map((shift) => ["r", "w", "x"].map((one, i) => ((mode >> shift) & (4 >> i) ? one : "-")).join("")).join("");
const human = (size: number) =>
  size < 1024
    ? String(size)
    : size < 1024 * 1024
      ? `${(size / 1024).toFixed(1)}K`
      : `${(size / 1024 / 1024).toFixed(1)}M`;

function longLine(name: string, entry: Entry, humanSizes: boolean): string {
  const mode =
    entry.kind === "file" ? entry.mode : entry.kind === "link" ? 0o777 : entry.kind === "device" ? 0o666 : 0o755;
  const size = humanSizes ? human(sizeOf(entry)) : String(sizeOf(entry));
  const date = `${new Date(entry.mtime).toUTCString().slice(8, 11)} ${String(new Date(entry.mtime).getUTCDate()).padStart(2)} ${clock(entry.mtime).slice(0, 5)}`;
  return `${letters[entry.kind]}${bits(mode)}. 1 root root ${size.padStart(8)} ${date} ${name}${entry.kind === "link" ? ` -> ${entry.target}` : ""}`;
}

const ls: CommandFunction = async (context) => {
  const options = parseOptions(context.args, [
    "l",
    "a",
    "A",
    "h",
    "1",
    "d",
    "r",
    "t",
    "R",
    "F",
    "color:",
    "color",
    "all",
    "S",
    "i",
    "s",
  ]);
  if (options.unknown !== null) return fail(context, `invalid option -- '${options.unknown.replace(/^-+/, "")}'`, 2);
  const { flags } = options;
  const { files } = context.host;
  const words = options.words.length === 0 ? ["."] : options.words;
  const long = flags.has("l") || context.name === "ll";
  let status = 0;
  const single: string[] = [];
  const folders: string[] = [];
  for (const word of words) {
    const entry = files.find(at(context, word), !long);
    if (!entry) status = await fail(context, `cannot access ${word}: No such file or directory`, 2);
    else if (entry.kind === "folder" && !flags.has("d")) folders.push(word);
    else single.push(long ? longLine(word, entry, flags.has("h")) : word);
  }
  const show = async (lines: readonly string[]) => {
    if (lines.length === 0) return;
    if (long || flags.has("1") || !context.terminal) await context.out.write(`${lines.join("\n")}\n`);
    else await context.out.write(columns(lines, context.terminal.cols));
  };
  await show(single);
  const queue = [...folders];
  for (let i = 0; i < queue.length && i < 2000; i += 1) {
    const folder = queue[i] ?? ".";
    const entry = files.find(at(context, folder));
    if (entry?.kind !== "folder") continue;
    let names = [...entry.entries.keys()].sort();
    if (!flags.has("a") && !flags.has("A") && !flags.has("all")) names = names.filter((name) => !name.startsWith("."));
    if (flags.has("t")) names.sort((a, b) => (entry.entries.get(b)?.mtime ?? 0) - (entry.entries.get(a)?.mtime ?? 0));
    if (flags.has("r")) names.reverse();
    if (words.length > 1 || flags.has("R"))
      await context.out.write(`${i > 0 || single.length > 0 ? "\n" : ""}${folder}:\n`);
    if (long) await context.out.write(`total ${names.length * 4}\n`);
    const dots = flags.has("a") || flags.has("all") ? [".", ".."] : [];
    await show([
      ...dots.map((name) => (long ? longLine(name, entry, flags.has("h")) : name)),
      ...names.flatMap((name) => {
        const child = entry.entries.get(name);
        return child ? [long ? longLine(name, child, flags.has("h")) : name] : [];
      }),
    ]);
    if (flags.has("R"))
      for (const name of names) if (entry.entries.get(name)?.kind === "folder") queue.push(`${folder}/${name}`);
  }
  return status;
};

function columns(names: readonly string[], cols: number): string {
  const width = Math.max(...names.map((name) => name.length)) + 2;
  const across = Math.max(1, Math.floor(cols / width));
  const rows = Math.ceil(names.length / across);
  return Array.from(
    { length: rows },
    (_, row) =>
      `${Array.from({ length: across }, (_unused, column) => names[column * rows + row] ?? "")
        .map((name) => name.padEnd(width))
        .join("")
        .trimEnd()}\n`,
  ).join("");
}

/** Runs `act` for each word and tells what failed. */
const each =
  (
    act: (context: Context, path: string, flags: ReadonlySet<string>) => void,
    known: readonly string[],
    verb: string,
  ): CommandFunction =>
  async (context) => {
    const options = parseOptions(context.args, known);
    if (options.unknown !== null) return fail(context, `invalid option -- '${options.unknown.replace(/^-+/, "")}'`);
    if (options.words.length === 0) return fail(context, "missing operand");
    let status = 0;
    for (const word of options.words) {
      try {
        act(context, at(context, word), options.flags);
      } catch (error) {
        if (!(error instanceof FileFault)) throw error;
        if (!options.flags.has("f")) status = await fail(context, `cannot ${verb} '${word}': ${error.message}`);
      }
    }
    return status;
  };

const copy: CommandFunction = async (context) => {
  const { words, flags } = parseOptions(context.args, ["a", "r", "R", "f", "p", "v", "i"]);
  const target = words.at(-1);
  const sources = words.slice(0, -1);
  if (target === undefined || sources.length === 0) return fail(context, "missing file operand");
  const { files } = context.host;
  for (const source of sources) {
    const from = at(context, source);
    let to = at(context, target);
    if (files.find(to)?.kind === "folder") to = files.absolute(to, source.split("/").at(-1) ?? source);
    if (files.find(from)?.kind === "folder")
      return fail(
        context,
        `omitting directory '${source}'${flags.has("r") ? " (copying folders is not part of the practice lab)" : ""}`,
      );
    const text = files.read(from);
    files.open(to, false)(text);
    if (context.name === "mv") files.remove(from, false);
  }
  return 0;
};

const find: CommandFunction = async (context) => {
  const words = [...context.args];
  const roots: string[] = [];
  while (words[0] !== undefined && !words[0].startsWith("-")) roots.push(words.shift() ?? "");
  let name: string | null = null;
  let type: string | null = null;
  let depth = 30;
  while (words.length > 0) {
    const option = words.shift();
    if (option === "-print") continue;
    const value = words.shift() ?? "";
    if (option === "-name" || option === "-iname") name = value;
    else if (option === "-type") type = value;
    else if (option === "-maxdepth") depth = Number(value);
    else return fail(context, `unknown predicate \`${option}'`);
  }
  const kinds = { f: "file", d: "folder", l: "link", c: "device" } as const;
  let status = 0;
  const visit = async (path: string, entry: Entry, level: number): Promise<void> => {
    const base = path.split("/").at(-1) ?? path;
    if (
      (name === null || globMatches(name, base)) &&
      (type === null || kinds[type as keyof typeof kinds] === entry.kind)
    ) {
      await context.out.write(`${path}\n`);
    }
    if (entry.kind !== "folder" || level >= depth) return;
    for (const [child, next] of [...entry.entries].sort(([a], [b]) => (a < b ? -1 : 1))) {
      await visit(path.endsWith("/") ? `${path}${child}` : `${path}/${child}`, next, level + 1);
    }
  };
  for (const root of roots.length === 0 ? ["."] : roots) {
    const entry = context.host.files.find(at(context, root));
    if (entry) await visit(root, entry, 0);
    else status = await fail(context, `‘${root}’: No such file or directory`);
  }
  return status;
};

const readlink: CommandFunction = (context) => {
  const { words, flags } = parseOptions(context.args, ["f", "e", "m", "n"]);
  const path = at(context, words[0] ?? ".");
  if (flags.size > 0 || context.name === "realpath") {
    const real = context.host.files.real(path);
    return real === null ? 1 : say(context, `${real}\n`);
  }
  const entry = context.host.files.find(path, false);
  return entry?.kind === "link" ? say(context, `${entry.target}\n`) : 1;
};

const stat: CommandFunction = async (context) => {
  for (const word of context.args) {
    const entry = context.host.files.find(at(context, word), false);
    if (!entry) return fail(context, `cannot stat ‘${word}’: No such file or directory`);
    const date = `${isoDay(entry.mtime)} ${clock(entry.mtime)}.000000000 +0000`;
    await context.out.write(`  File: ‘${word}’\n  Size: ${sizeOf(entry)}\nModify: ${date}\n`);
  }
  return 0;
};

const test: CommandFunction = (context) => {
  const args = context.name === "[" ? context.args.slice(0, -1) : [...context.args];
  const negated = args[0] === "!";
  if (negated) args.shift();
  const [a = "", b = "", c = ""] = args;
  const entry = () => context.host.files.find(at(context, b));
  const unary: Readonly<Record<string, () => boolean>> = {
    "-e": () => entry() !== null,
    "-f": () => entry()?.kind === "file",
    "-d": () => entry()?.kind === "folder",
    "-r": () => entry() !== null,
    "-x": () => entry()?.kind === "folder",
    "-s": () => entry() !== null,
    "-L": () => context.host.files.find(at(context, b), false)?.kind === "link",
    "-n": () => b !== "",
    "-z": () => b === "",
  };
  const binary: Readonly<Record<string, () => boolean>> = {
    "=": () => a === c,
    "==": () => a === c,
    "!=": () => a !== c,
    "-eq": () => Number(a) === Number(c),
    "-ne": () => Number(a) !== Number(c),
    "-lt": () => Number(a) < Number(c),
    "-le": () => Number(a) <= Number(c),
    "-gt": () => Number(a) > Number(c),
    "-ge": () => Number(a) >= Number(c),
  };
  const result =
    args.length === 3
      ? (binary[b]?.() ?? false)
      : args.length === 2
        ? (unary[a]?.() ?? false)
        : args.length === 1 && a !== "";
  return result !== negated ? 0 : 1;
};

const chmod: CommandFunction = async (context) => {
  const [mode = "", ...words] = context.args;
  for (const word of words) {
    const entry = context.host.files.find(at(context, word));
    if (!entry) return fail(context, `cannot access ‘${word}’: No such file or directory`);
    if (entry.kind !== "file" || !entry.writable)
      return fail(context, `changing permissions of ‘${word}’: Read-only file system`);
    if (/^[0-7]{3,4}$/.test(mode)) entry.mode = Number.parseInt(mode, 8);
    else if (/^[augo]*\+[rwx]+$/.test(mode)) entry.mode |= mode.includes("x") ? 0o111 : 0;
    else if (/^[augo]*-[rwx]+$/.test(mode)) entry.mode &= mode.includes("x") ? ~0o111 : ~0;
    else return fail(context, `invalid mode: ‘${mode}’`);
  }
  return 0;
};

export const fileCommands: readonly [string, CommandFunction, string][] = [
  ["ls", ls, "list a folder (-l -a -h -R -t)"],
  ["ll", ls, "ls -l"],
  ["pwd", (context) => say(context, `${context.cwd}\n`), "where you are"],
  ["find", find, "find files (-name -type -maxdepth)"],
  ["readlink", readlink, "where a link points (-f)"],
  ["realpath", readlink, "path without links"],
  ["stat", stat, "facts of a file"],
  ["test", test, "check a file or compare words"],
  ["[", test, "the same as test"],
  [
    "basename",
    (context) => say(context, `${(context.args[0] ?? "").replace(/\/+$/, "").split("/").at(-1)}\n`),
    "last part of a path",
  ],
  [
    "dirname",
    (context) =>
      say(
        context,
        `${(context.args[0] ?? "").replace(/\/[^/]*\/*$/, "") || (context.args[0]?.startsWith("/") ? "/" : ".")}\n`,
      ),
    "path without its last part",
  ],
  ["cp", copy, "copy files (/root and /tmp can be written)"],
  ["mv", copy, "move files"],
  ["touch", each((context, path) => context.host.files.open(path, true)(""), ["c", "m"], "touch"), "create a file"],
  [
    "mkdir",
    each(
      (context, path, flags) => {
        if (flags.has("p") && context.host.files.find(path)?.kind === "folder") return;
        context.host.files.makeFolder(path);
      },
      ["p"],
      "create directory",
    ),
    "create a folder",
  ],
  [
    "rm",
    each(
      (context, path, flags) => {
        if (context.host.files.find(path, false)?.kind === "folder" && !flags.has("r") && !flags.has("R"))
          throw new FileFault("Is a directory");
        context.host.files.remove(path, true);
      },
      ["r", "R", "f", "v"],
      "remove",
    ),
    "remove files (-r -f)",
  ],
  [
    "rmdir",
    each(
      (context, path) => {
        if (context.host.files.find(path)?.kind !== "folder") throw new FileFault("Not a directory");
        context.host.files.remove(path, false);
      },
      [],
      "remove",
    ),
    "remove an empty folder",
  ],
  ["chmod", chmod, "make a script of /root or /tmp executable (+x)"],
];
