/** Commands on the practice file system. */
import { clock } from "../../text/kernel.ts";
import { type CommandFunction, type Context, fail, parseOptions } from "../command.ts";
import { type Entry, FileFault } from "../filesystem.ts";
import { modeText } from "./stat.ts";

const at = (context: Context, path: string) => context.host.files.absolute(context.cwd, path);

const human = (size: number) =>
  size < 1024
    ? String(size)
    : size < 1024 * 1024
      ? `${(size / 1024).toFixed(1)}K`
      : `${(size / 1024 / 1024).toFixed(1)}M`;

function longLine(context: Context, name: string, entry: Entry, flags: ReadonlySet<string>): string {
  const { files } = context.host;
  const size = files.size(entry);
  const shown =
    entry.kind === "device" ? `${entry.major}, ${entry.minor}` : flags.has("h") ? human(size) : String(size);
  const time = new Date(entry.mtime);
  const date = `${time.toUTCString().slice(8, 11)} ${String(time.getUTCDate()).padStart(2)} ${clock(entry.mtime).slice(0, 5)}`;
  const owner = flags.has("n") ? "0 0" : "root root";
  const inode = flags.has("i") ? `${files.inode(entry)} ` : "";
  return `${inode}${modeText(entry)}. 1 ${owner} ${shown.padStart(8)} ${date} ${name}${entry.kind === "link" ? ` -> ${entry.target}` : ""}`;
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
    "n",
    "L",
  ]);
  if (options.unknown !== null) return fail(context, `invalid option -- '${options.unknown.replace(/^-+/, "")}'`, 2);
  const { flags } = options;
  const { files } = context.host;
  const words = options.words.length === 0 ? ["."] : options.words;
  const long = flags.has("l") || flags.has("n") || context.name === "ll";
  let status = 0;
  const single: string[] = [];
  const folders: string[] = [];
  for (const word of words) {
    const entry = files.find(at(context, word), !long || flags.has("L"));
    if (!entry) status = await fail(context, `cannot access ${word}: No such file or directory`, 2);
    else if (entry.kind === "folder" && !flags.has("d")) folders.push(word);
    else single.push(long ? longLine(context, word, entry, flags) : word);
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
      ...dots.map((name) => (long ? longLine(context, name, entry, flags) : name)),
      ...names.flatMap((name) => {
        const child = entry.entries.get(name);
        return child ? [long ? longLine(context, name, child, flags) : name] : [];
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

const readlink: CommandFunction = async (context) => {
  const { words, flags } = parseOptions(context.args, ["f", "e", "m", "n"]);
  if (words.length === 0) return fail(context, "missing operand");
  const path = at(context, words[0] ?? ".");
  let found: string | null;
  if (flags.has("f") || flags.has("e") || flags.has("m") || context.name === "realpath") {
    const { files } = context.host;
    const cut = path.lastIndexOf("/");
    // with -f all but the last part must be there
    const folder = flags.has("f") && !files.find(path, false) ? files.real(path.slice(0, cut) || "/") : null;
    found = folder === null ? files.real(path) : `${folder === "/" ? "" : folder}${path.slice(cut)}`;
  } else {
    const entry = context.host.files.find(path, false);
    found = entry?.kind === "link" ? entry.target : null;
  }
  if (found === null) return 1;
  return echoed(context, flags.has("n") ? found : `${found}\n`);
};

/** Writes what came from the command line or from the file system: bytes already. */
async function echoed(context: Context, text: string): Promise<number> {
  await context.out.write(text);
  return 0;
}

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
  ["pwd", (context) => echoed(context, `${context.cwd}\n`), "where you are"],
  ["readlink", readlink, "where a link points (-f)"],
  ["realpath", readlink, "path without links"],
  [
    "basename",
    ({ args: [path = "", suffix = ""], ...context }) => {
      const name =
        path
          .replace(/(.)\/+$/, "$1")
          .split("/")
          .at(-1) || (path.startsWith("/") ? "/" : "");
      const cut = suffix !== "" && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
      return echoed({ args: [], ...context }, `${cut}\n`);
    },
    "last part of a path",
  ],
  [
    "dirname",
    (context) => {
      const [path = ""] = context.args;
      const folder = path.replace(/\/+$/, "").replace(/\/*[^/]*$/, "");
      return echoed(context, `${folder || (path.startsWith("/") ? "/" : ".")}\n`);
    },
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
