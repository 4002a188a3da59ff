/** The stat of the practice shell, and what it says of an entry's kind and rights. */
import { clock, isoDay } from "../../text/kernel.ts";
import { type CommandFunction, type Context, fail, parseOptions } from "../command.ts";
import type { Entry } from "../filesystem.ts";
import { unescaped } from "./escapes.ts";

/** Rights as in `chmod`. */
export function modeOf(entry: Entry): number {
  if (entry.kind === "file") return entry.mode;
  return entry.kind === "link" ? 0o777 : entry.kind === "device" ? (entry.block ? 0o660 : 0o666) : 0o755;
}

const letterOf = (entry: Entry) =>
  entry.kind === "device" ? (entry.block ? "b" : "c") : { folder: "d", link: "l", file: "-" }[entry.kind];

/** `-rw-r--r--`. */
export const modeText = (entry: Entry) =>
  letterOf(entry) +
  [6, 3, 0]
    .map((shift) => ["r", "w", "x"].map((one, i) => ((modeOf(entry) >> shift) & (4 >> i) ? one : "-")).join(""))
    .join("");

const kindText = (context: Context, entry: Entry) =>
  entry.kind === "file"
    ? context.host.files.size(entry) === 0
      ? "regular empty file"
      : "regular file"
    : entry.kind === "folder"
      ? "directory"
      : entry.kind === "link"
        ? "symbolic link"
        : `${entry.block ? "block" : "character"} special file`;

const kindBits = { folder: 0o040000, link: 0o120000, file: 0o100000 };

function field(context: Context, letter: string, path: string, entry: Entry): string {
  const { files } = context.host;
  const time = `${isoDay(entry.mtime)} ${clock(entry.mtime)}.${String(Math.floor(entry.mtime % 1000)).padStart(3, "0")}000000 +0000`;
  const seconds = String(Math.floor(entry.mtime / 1000));
  const device = entry.kind === "device" ? entry : null;
  const kind = device ? (device.block ? 0o060000 : 0o020000) : kindBits[entry.kind as keyof typeof kindBits];
  const fields = new Map<string, string | number>([
    ["n", path],
    ["N", `'${path}'${entry.kind === "link" ? ` -> '${entry.target}'` : ""}`],
    ["s", files.size(entry)],
    ["b", Math.ceil(files.size(entry) / 512)],
    ["B", 512],
    ["o", 4096],
    ["d", 64768],
    ["D", "fd00"],
    ["i", files.inode(entry)],
    ["h", 1],
    ["f", (modeOf(entry) | kind).toString(16)],
    ["a", modeOf(entry).toString(8)],
    ["A", modeText(entry)],
    ["F", kindText(context, entry)],
    ["t", (device?.major ?? 0).toString(16)],
    ["T", (device?.minor ?? 0).toString(16)],
    ["m", "/"],
    ["w", "-"],
    ["W", 0],
    ["%", "%"],
    ...["u", "g"].map((one) => [one, 0] as const),
    ...["U", "G"].map((one) => [one, "root"] as const),
    ...["x", "y", "z"].map((one) => [one, time] as const),
    ...["X", "Y", "Z"].map((one) => [one, seconds] as const),
  ]);
  return String(fields.get(letter) ?? "?");
}

const stat: CommandFunction = async (context) => {
  const options = parseOptions(context.args, ["L", "dereference", "c:", "format:", "printf:", "t"]);
  if (options.unknown !== null) return fail(context, `invalid option -- '${options.unknown.replace(/^-+/, "")}'`);
  if (options.words.length === 0) return fail(context, "missing operand");
  const follows = options.flags.has("L") || options.flags.has("dereference");
  const printed = options.values.get("printf");
  const format = options.values.get("c") ?? options.values.get("format");
  let status = 0;
  for (const word of options.words) {
    const { files } = context.host;
    const entry = files.find(files.absolute(context.cwd, word), follows);
    if (!entry) {
      status = await fail(context, `cannot stat '${word}': No such file or directory`);
      continue;
    }
    const filled = (text: string) =>
      text.replace(/%([a-zA-Z%])/g, (_all, letter: string) => field(context, letter, word, entry));
    const usual =
      "  File: %N\n  Size: %s\tBlocks: %b\tIO Block: %o\t%F\nDevice: %D\tInode: %i\tLinks: %h\nAccess: (%a/%A)  Uid: (%u/%U)   Gid: (%g/%G)\nModify: %y";
    await context.out.write(printed === undefined ? `${filled(format ?? usual)}\n` : filled(unescaped(printed)));
  }
  return status;
};

export const statCommands: readonly (readonly [string, CommandFunction, string])[] = [
  ["stat", stat, "facts of a file (-L -c FORMAT)"],
];
