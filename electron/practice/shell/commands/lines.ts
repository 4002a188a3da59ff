/** Commands that order, count and cut lines: sort, uniq, wc, cut, column. */
import { type CommandFunction, fail, parseOptions } from "../command.ts";
import { allLines, Batch, heldLines, inputs, unknownOption } from "./input.ts";

const sort: CommandFunction = async (context) => {
  const options = parseOptions(context.args, ["n", "r", "u", "f", "b", "h", "V", "k:", "t:"]);
  if (options.unknown !== null) return unknownOption(context, options.unknown);
  const { lines, status } = await heldLines(context, options.words);
  const key = Number.parseInt(options.values.get("k") ?? "0", 10);
  const cut = options.values.get("t");
  const keyOf = (line: string) => (key > 0 ? (line.trim().split(cut ?? /\s+/)[key - 1] ?? "") : line);
  const fold = (text: string) => (options.flags.has("f") ? text.toLowerCase() : text);
  const compare = (a: string, b: string) => {
    if (options.flags.has("n") || options.flags.has("h")) {
      const difference = (Number.parseFloat(keyOf(a)) || 0) - (Number.parseFloat(keyOf(b)) || 0);
      if (difference !== 0) return difference;
    }
    const [x, y] = [fold(keyOf(a)), fold(keyOf(b))];
    return x < y ? -1 : x > y ? 1 : a < b ? -1 : a > b ? 1 : 0;
  };
  lines.sort(compare);
  if (options.flags.has("r")) lines.reverse();
  const batch = new Batch(context.out);
  for (const [index, line] of lines.entries()) {
    if (!options.flags.has("u") || index === 0 || line !== lines[index - 1]) await batch.add(`${line}\n`);
  }
  await batch.flush();
  return status;
};

const uniq: CommandFunction = async (context) => {
  const options = parseOptions(context.args, ["c", "d", "u", "i"]);
  if (options.unknown !== null) return unknownOption(context, options.unknown);
  const { found, status } = await inputs(context, options.words.slice(0, 1));
  const batch = new Batch(context.out);
  let last: string | null = null;
  let count = 0;
  const flush = async () => {
    if (last === null || (options.flags.has("d") && count < 2) || (options.flags.has("u") && count > 1)) return;
    await batch.add(`${options.flags.has("c") ? `${String(count).padStart(7)} ` : ""}${last}\n`);
  };
  for await (const line of allLines(found)) {
    if (line === last) count += 1;
    else {
      await flush();
      last = line;
      count = 1;
    }
  }
  await flush();
  await batch.flush();
  return status;
};

const wc: CommandFunction = async (context) => {
  const options = parseOptions(context.args, ["l", "w", "c", "m"]);
  if (options.unknown !== null) return unknownOption(context, options.unknown);
  const { found, status } = await inputs(context, options.words);
  const shown = (["l", "w", "c", "m"] as const).filter((flag) => options.flags.has(flag));
  const columns = shown.length > 0 ? shown : (["l", "w", "c"] as const);
  const total = { l: 0, w: 0, c: 0, m: 0 };
  const row = (counts: typeof total, name: string) => {
    const numbers = columns.map((column) => String(counts[column]).padStart(columns.length > 1 ? 7 : 1)).join(" ");
    return `${numbers}${name === "-" ? "" : ` ${name}`}\n`;
  };
  for (const { name, source } of found) {
    const counts = { l: 0, w: 0, c: 0, m: 0 };
    let inWord = false;
    for (let chunk = await source.read(); chunk !== null; chunk = await source.read()) {
      counts.l += chunk.split("\n").length - 1;
      counts.c += chunk.length;
      // the characters of UTF-8: bytes that go on with one are none of their own
      counts.m += chunk.replace(/[\x80-\xbf]/g, "").length;
      for (const char of chunk) {
        const blank = /[ \t\n\v\f\r]/.test(char);
        if (!blank && !inWord) counts.w += 1;
        inWord = !blank;
      }
    }
    for (const column of ["l", "w", "c", "m"] as const) total[column] += counts[column];
    await context.out.write(row(counts, name));
  }
  if (found.length > 1) await context.out.write(row(total, "total"));
  return status;
};

/** Ranges of `cut`: `1,3-5,7-`. */
function ranges(text: string): [number, number][] {
  return text.split(",").map((part) => {
    const match = /^(\d*)(-?)(\d*)$/.exec(part);
    const from = Number(match?.[1] || 1);
    return [from, match?.[2] ? Number(match[3] || Number.MAX_SAFE_INTEGER) : from];
  });
}

const cut: CommandFunction = async (context) => {
  const options = parseOptions(context.args, ["d:", "f:", "c:", "b:", "s"]);
  if (options.unknown !== null) return unknownOption(context, options.unknown);
  const list = options.values.get("f") ?? options.values.get("c") ?? options.values.get("b");
  if (list === undefined) return fail(context, "you must specify a list of bytes, characters, or fields");
  const wanted = ranges(list);
  const keeps = (index: number) => wanted.some(([from, to]) => index + 1 >= from && index + 1 <= to);
  const delimiter = options.values.get("d") ?? "\t";
  const { found, status } = await inputs(context, options.words);
  const batch = new Batch(context.out);
  for await (const line of allLines(found)) {
    if (!options.values.has("f")) await batch.add(`${[...line].filter((_, index) => keeps(index)).join("")}\n`);
    else if (line.includes(delimiter))
      await batch.add(
        `${line
          .split(delimiter)
          .filter((_, index) => keeps(index))
          .join(delimiter)}\n`,
      );
    else if (!options.flags.has("s")) await batch.add(`${line}\n`);
  }
  await batch.flush();
  return status;
};

const column: CommandFunction = async (context) => {
  const { lines, status } = await heldLines(context, parseOptions(context.args, ["t", "s:"]).words);
  const rows = lines.map((line) => line.trim().split(/\s+/));
  const widths: number[] = [];
  for (const row of rows)
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
  await context.out.write(
    rows
      .map(
        (row) =>
          `${row.map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd((widths[index] ?? 0) + 2))).join("")}\n`,
      )
      .join(""),
  );
  return status;
};

export const lineCommands: readonly (readonly [string, CommandFunction, string])[] = [
  ["sort", sort, "sort lines (-n -r -u -k)"],
  ["uniq", uniq, "drop repeated lines (-c -d -u)"],
  ["wc", wc, "count lines, words, characters"],
  ["cut", cut, "columns of lines (-d -f -c)"],
  ["column", column, "align columns (-t)"],
];
