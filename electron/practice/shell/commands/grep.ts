/** The grep of the practice shell. */
import { type CommandFunction, type Context, fail, parseOptions } from "../command.ts";
import { linesOf, type Sink } from "../io.ts";
import { Batch, inputs, unknownOption } from "./input.ts";
import { maxMatched, patternOf } from "./pattern.ts";

const grep: CommandFunction = async (context) => {
  const options = parseOptions(context.args, [
    "i",
    "ignore-case",
    "v",
    "invert-match",
    "n",
    "line-number",
    "c",
    "count",
    "E",
    "extended-regexp",
    "F",
    "fixed-strings",
    "r",
    "R",
    "recursive",
    "H",
    "h",
    "q",
    "quiet",
    "l",
    "o",
    "w",
    "s",
    "no-messages",
    "a",
    "text",
    "Z",
    "null",
    "z",
    "x",
    "L",
    "e:",
    "A:",
    "B:",
    "C:",
    "m:",
    "color:",
    "color",
  ]);
  if (options.unknown !== null) return unknownOption(context, options.unknown);
  const has = (...names: string[]) => names.some((name) => options.flags.has(name));
  const words = [...options.words];
  const pattern = options.values.get("e") ?? words.shift();
  if (pattern === undefined) return fail(context, "usage: grep [OPTION]... PATTERN [FILE]...", 2);
  const compiled = patternOf(
    pattern,
    has("E", "extended-regexp") || context.name === "egrep",
    has("F", "fixed-strings"),
    has("i", "ignore-case") ? "i" : "",
  );
  if (!compiled) return fail(context, "Invalid or unsupported regular expression", 2);
  const recursive = has("r", "R", "recursive");
  const paths = recursive ? expandFolders(context, words.length === 0 ? ["."] : words) : words;
  const { found, status } = await inputs(has("s", "no-messages") ? { ...context, err: silent } : context, paths);
  const named = (found.length > 1 || recursive || has("H")) && !has("h");
  const after = Number(options.values.get("A") ?? options.values.get("C") ?? 0) || 0;
  const before = Math.min(1000, Number(options.values.get("B") ?? options.values.get("C") ?? 0) || 0);
  const most = Number(options.values.get("m") ?? Number.POSITIVE_INFINITY);
  let any = false;
  for (const { name, source } of found) {
    let hits = 0;
    let number = 0;
    let trailing = 0;
    const earlier: string[] = [];
    const batch = new Batch(context.out);
    const show = (line: string, mark: string, at: number) =>
      batch.add(
        `${named ? `${name === "-" ? "(standard input)" : name}${mark}` : ""}${has("n", "line-number") ? `${at}${mark}` : ""}${line}\n`,
      );
    for await (const line of linesOf(source)) {
      number += 1;
      const tried = line.slice(0, maxMatched);
      const match = compiled.exec(tried);
      const isWord =
        !has("w") ||
        (match !== null && new RegExp(`(?<!\\w)(?:${compiled.source})(?!\\w)`, compiled.flags).test(tried));
      const isWhole = !has("x") || match?.[0] === tried;
      const hit = (match !== null && isWord && isWhole) !== has("v", "invert-match");
      if (!hit) {
        if (trailing > 0 && !has("c", "count", "l", "L", "q", "quiet")) {
          trailing -= 1;
          await show(line, "-", number);
        } else if (before > 0) {
          earlier.push(line);
          if (earlier.length > before) earlier.shift();
        }
        continue;
      }
      hits += 1;
      any = true;
      if (has("q", "quiet")) return 0;
      if (has("l", "L")) break;
      if (!has("c", "count")) {
        for (const [index, one] of earlier.entries()) await show(one, "-", number - earlier.length + index);
        earlier.length = 0;
        trailing = after;
        if (has("o")) {
          for (const [part] of tried.matchAll(new RegExp(compiled.source, `${compiled.flags}g`)))
            if (part !== "") await show(part, ":", number);
        } else await show(line, ":", number);
      }
      if (hits >= most) break;
    }
    if (has("l") && hits > 0) await batch.add(`${name}${has("Z", "null") ? "\0" : "\n"}`);
    if (has("L") && hits === 0) await batch.add(`${name}\n`);
    if (has("c", "count")) await batch.add(`${named ? `${name}:` : ""}${hits}\n`);
    await batch.flush();
  }
  return status !== 0 ? 2 : any ? 0 : 1;
};

const silent: Sink = { write: () => Promise.resolve() };

/** Files under folders, for `grep -r`. */
function expandFolders(context: Context, words: readonly string[]): string[] {
  const { files } = context.host;
  const result: string[] = [];
  const visit = (path: string) => {
    if (result.length > 5000) return;
    const entry = files.find(files.absolute(context.cwd, path), result.length === 0);
    if (entry?.kind === "folder")
      for (const name of [...entry.entries.keys()].sort()) visit(`${path.replace(/\/$/, "")}/${name}`);
    else if (entry?.kind === "file" || !entry) result.push(path);
  };
  for (const word of words) visit(word);
  return result;
}

export const grepCommands: readonly (readonly [string, CommandFunction, string])[] = [
  ["grep", grep, "lines that match (-i -v -n -c -E -F -r -H -o -w -l -q -A -B)"],
  ["egrep", grep, "grep -E"],
];
