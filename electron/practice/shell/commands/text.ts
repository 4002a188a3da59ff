/** Commands that make and filter text. */
import { type CommandFunction, type Context, fail, parseOptions, say } from "../command.ts";
import { FileFault } from "../filesystem.ts";
import { BrokenPipe, linesOf, orInterrupted, type Sink, type Source, sleep } from "../io.ts";

/** Characters gathered before they are written, so that floods move in chunks. */
const chunkSize = 16 * 1024;

/** Gathers lines into chunks. */
class Batch {
  readonly #sink: Sink;
  #held = "";

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  async add(text: string): Promise<void> {
    this.#held += text;
    if (this.#held.length >= chunkSize) await this.flush();
  }

  async flush(): Promise<void> {
    const held = this.#held;
    this.#held = "";
    if (held !== "") await this.#sink.write(held);
  }
}

const zeros = "\0".repeat(chunkSize);

function textSource(text: string): Source {
  let at = 0;
  return {
    read: () => {
      if (at >= text.length) return Promise.resolve(null);
      const chunk = text.slice(at, at + chunkSize);
      at += chunk.length;
      return Promise.resolve(chunk);
    },
  };
}

/** A file, a device or (for `-`) standard input; null with a message when it cannot be read. */
async function openInput(context: Context, path: string): Promise<Source | null> {
  if (path === "-") return context.in;
  const { files } = context.host;
  const at = files.absolute(context.cwd, path);
  const entry = files.find(at);
  if (entry?.kind === "device" && entry.device === "zero") {
    return {
      read: async () => {
        await orInterrupted(context.signal, new Promise<void>((resolve) => setImmediate(resolve)));
        return zeros;
      },
    };
  }
  try {
    return textSource(files.read(at));
  } catch (error) {
    if (!(error instanceof FileFault)) throw error;
    await fail(context, `${path}: ${error.message}`);
    return null;
  }
}

/** The sources named on the command line, standard input when none is. */
async function inputs(context: Context, words: readonly string[]) {
  const found: { name: string; source: Source }[] = [];
  let status = 0;
  for (const name of words.length === 0 ? ["-"] : words) {
    const source = await openInput(context, name);
    if (source) found.push({ name, source });
    else status = 1;
  }
  return { found, status };
}

async function* allLines(sources: readonly { source: Source }[]) {
  for (const { source } of sources) yield* linesOf(source);
}

const unknownOption = (context: Context, option: string) =>
  fail(
    context,
    `${option.startsWith("--") ? "unrecognized option" : "invalid option --"} '${option.replace(/^-(?!-)/, "")}'`,
    2,
  );

const cat: CommandFunction = async (context) => {
  const options = parseOptions(context.args, ["n", "A", "e", "t", "v", "u"]);
  if (options.unknown !== null) return unknownOption(context, options.unknown);
  const { found, status } = await inputs(context, options.words);
  if (!options.flags.has("n")) {
    for (const { source } of found) {
      for (let chunk = await source.read(); chunk !== null; chunk = await source.read()) await context.out.write(chunk);
    }
    return status;
  }
  let number = 0;
  const batch = new Batch(context.out);
  for await (const line of allLines(found)) {
    number += 1;
    await batch.add(`${String(number).padStart(6)}\t${line}\n`);
  }
  await batch.flush();
  return status;
};

const escapes: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  "\\": "\\",
  a: "\x07",
  b: "\b",
  e: "\x1b",
  f: "\f",
  v: "\v",
};
const unescaped = (text: string) =>
  text.replace(/\\(?:0?([0-7]{1,3})|x([0-9a-fA-F]{1,2})|(.))/g, (whole, octal?: string, hex?: string, one?: string) => {
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 255);
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    return escapes[one ?? ""] ?? whole;
  });

const echo: CommandFunction = (context) => {
  const words = [...context.args];
  let newline = "\n";
  let readsEscapes = false;
  while (/^-[neE]+$/.test(words[0] ?? "")) {
    const flag = words.shift() ?? "";
    if (flag.includes("n")) newline = "";
    if (flag.includes("e")) readsEscapes = true;
  }
  const text = words.join(" ");
  return say(context, (readsEscapes ? unescaped(text) : text) + newline);
};

const printf: CommandFunction = async (context) => {
  const [format, ...words] = context.args;
  if (format === undefined) return fail(context, "usage: printf format [arguments]", 2);
  const values = [...words];
  let out = "";
  do {
    out += unescaped(format).replace(
      /%(-?)(0?)(\d{0,4})(?:\.(\d{1,3}))?([sdixcb%])/g,
      (_all, left, zero, width, precision, kind) => {
        if (kind === "%") return "%";
        const value = values.shift() ?? "";
        let text =
          kind === "s" || kind === "b"
            ? value
            : kind === "c"
              ? value.slice(0, 1)
              : String(Number.parseInt(value, 10) || 0);
        if (kind === "x") text = (Number.parseInt(value, 10) || 0).toString(16);
        if (kind === "b") text = unescaped(value);
        if (precision !== undefined && kind === "s") text = text.slice(0, Number(precision));
        const size = Number(width || 0);
        return left ? text.padEnd(size) : text.padStart(size, zero ? "0" : " ");
      },
    );
  } while (values.length > 0 && /%-?\d*[sdixcb]/.test(format) && out.length < 1024 * 1024);
  return say(context, out);
};

const head: CommandFunction = async (context) => {
  const args = context.args.map((arg) => (/^-\d+$/.test(arg) ? `-n${arg.slice(1)}` : arg));
  const options = parseOptions(args, ["n:", "c:", "lines:", "bytes:", "q", "v"]);
  if (options.unknown !== null) return unknownOption(context, options.unknown);
  const bytes = options.values.get("c") ?? options.values.get("bytes");
  const count = Number(bytes ?? options.values.get("n") ?? options.values.get("lines") ?? 10);
  if (!Number.isInteger(count)) return fail(context, "invalid number of lines");
  const { found, status } = await inputs(context, options.words);
  for (const [index, { name, source }] of found.entries()) {
    if (found.length > 1) await context.out.write(`${index > 0 ? "\n" : ""}==> ${name} <==\n`);
    let left = count;
    if (bytes !== undefined) {
      for (
        let chunk = left > 0 ? await source.read() : null;
        chunk !== null && left > 0;
        chunk = left > 0 ? await source.read() : null
      ) {
        await context.out.write(chunk.slice(0, left));
        left -= chunk.length;
      }
      continue;
    }
    const batch = new Batch(context.out);
    if (left > 0) {
      for await (const line of linesOf(source)) {
        await batch.add(`${line}\n`);
        left -= 1;
        if (left <= 0) break;
      }
    }
    await batch.flush();
  }
  return status;
};

const tail: CommandFunction = async (context) => {
  const args = context.args.map((arg) => (/^-\d+$/.test(arg) ? `-n${arg.slice(1)}` : arg));
  const options = parseOptions(args, ["n:", "lines:", "f", "F", "follow", "q"]);
  if (options.unknown !== null) return unknownOption(context, options.unknown);
  const word = options.values.get("n") ?? options.values.get("lines") ?? "10";
  const count = Math.abs(Number(word));
  if (!Number.isInteger(count)) return fail(context, `invalid number of lines: '${word}'`);
  const { found, status } = await inputs(context, options.words);
  for (const [index, { name, source }] of found.entries()) {
    if (found.length > 1) await context.out.write(`${index > 0 ? "\n" : ""}==> ${name} <==\n`);
    let kept: string[] = [];
    let number = 0;
    for await (const line of linesOf(source)) {
      number += 1;
      if (word.startsWith("+") && number < count) continue;
      kept.push(line);
      if (!word.startsWith("+") && kept.length > count * 2 + 1000) kept = kept.slice(-count);
      if (kept.length > 200_000) throw new BrokenPipe();
    }
    const shown = word.startsWith("+") ? kept : count === 0 ? [] : kept.slice(-count);
    if (shown.length > 0) await context.out.write(`${shown.join("\n")}\n`);
  }
  const [path] = options.words;
  if (path !== undefined && ["f", "F", "follow"].some((flag) => options.flags.has(flag))) await follow(context, path);
  return status;
};

/** How often a followed file is looked at. */
const followMs = 250;

/** Writes what is added to a file until Ctrl-C. */
async function follow(context: Context, path: string): Promise<void> {
  const { files } = context.host;
  const at = files.absolute(context.cwd, path);
  let seen = files.read(at).length;
  for (;;) {
    await sleep(followMs, context.signal);
    const text = files.find(at) ? files.read(at) : "";
    if (text.length < seen) seen = 0;
    if (text.length > seen) await context.out.write(text.slice(seen));
    seen = text.length;
  }
}

/** A pattern of grep or sed as a regular expression; null when it is not one, or too long to be run safely. */
function patternOf(text: string, extended: boolean, fixed: boolean, flags: string): RegExp | null {
  if (text.length > 500) return null;
  const source = fixed
    ? text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
    : extended
      ? posixClasses(text)
      : posixClasses(text).replace(/\\?[+?(){}|]/g, (one) => (one.length === 2 ? one.slice(1) : `\\${one}`));
  // Nested repetition can take exponential time; it is refused.
  if (/\([^)]*[*+}][^)]*\)[*+{]/.test(source)) return null;
  try {
    return new RegExp(source, flags);
  } catch {
    return null;
  }
}
const posixClasses = (text: string) =>
  text
    .replace(/\[:alpha:\]/g, "a-zA-Z")
    .replace(/\[:digit:\]/g, "0-9")
    .replace(/\[:alnum:\]/g, "a-zA-Z0-9")
    .replace(/\[:space:\]/g, "\\s")
    .replace(/\[:upper:\]/g, "A-Z")
    .replace(/\[:lower:\]/g, "a-z");

/** Longest line a pattern is tried on; the rest of a longer one is not looked at. */
const maxMatched = 20_000;

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
    "a",
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
  const { found, status } = await inputs(context, paths);
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
      const hit = (match !== null && isWord) !== has("v", "invert-match");
      if (!hit) {
        if (trailing > 0 && !has("c", "count", "l", "q", "quiet")) {
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
      if (has("l")) break;
      if (!has("c", "count")) {
        for (const [index, one] of earlier.entries()) await show(one, "-", number - earlier.length + index);
        earlier.length = 0;
        trailing = after;
        if (has("o"))
          for (const one of tried.matchAll(new RegExp(compiled.source, `${compiled.flags}g`)))
            await show(one[0], ":", number);
        else await show(line, ":", number);
      }
      if (hits >= most) break;
    }
    if (has("l") && hits > 0) await batch.add(`${name}\n`);
    if (has("c", "count")) await batch.add(`${named ? `${name}:` : ""}${hits}\n`);
    await batch.flush();
  }
  return status !== 0 ? 2 : any ? 0 : 1;
};

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

/** Lines a command may hold at once (sort, tac). */
const maxHeld = 500_000;

async function heldLines(context: Context, words: readonly string[]): Promise<{ lines: string[]; status: number }> {
  const { found, status } = await inputs(context, words);
  const lines: string[] = [];
  let size = 0;
  for await (const line of allLines(found)) {
    lines.push(line);
    size += line.length;
    if (lines.length > maxHeld || size > 32 * 1024 * 1024) {
      await fail(context, "input too large for the practice shell");
      throw new BrokenPipe();
    }
  }
  return { lines, status };
}

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
      counts.m += chunk.length;
      for (const char of chunk) {
        const blank = char === " " || char === "\n" || char === "\t";
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

function characterSet(text: string): string[] {
  const plain = unescaped(posixClasses(text.replace(/^\[(\[:\w+:\])\]$/, "$1")));
  return [
    ...plain.replace(/(.)-(.)/gs, (whole, from: string, to: string) => {
      const [a, b] = [from.charCodeAt(0), to.charCodeAt(0)];
      return b >= a && b - a < 256
        ? Array.from({ length: b - a + 1 }, (_, i) => String.fromCharCode(a + i)).join("")
        : whole;
    }),
  ];
}

const tr: CommandFunction = async (context) => {
  const options = parseOptions(context.args, ["d", "s", "c"]);
  if (options.unknown !== null) return unknownOption(context, options.unknown);
  const [fromWord, toWord] = options.words;
  if (fromWord === undefined) return fail(context, "missing operand");
  const from = characterSet(fromWord);
  const to = characterSet(toWord ?? "");
  const inSet = new Set(from);
  const map = new Map(from.map((char, index) => [char, to[Math.min(index, to.length - 1)] ?? char]));
  let last = "";
  for (let chunk = await context.in.read(); chunk !== null; chunk = await context.in.read()) {
    let out = "";
    for (const char of chunk) {
      const hit = inSet.has(char) !== options.flags.has("c");
      if (hit && options.flags.has("d")) continue;
      const mapped = hit ? (options.flags.has("c") ? (to.at(-1) ?? char) : (map.get(char) ?? char)) : char;
      if (options.flags.has("s") && hit && mapped === last) continue;
      out += mapped;
      last = mapped;
    }
    await context.out.write(out);
  }
  return 0;
};

interface SedStep {
  readonly from: number | RegExp | null;
  readonly to: number | RegExp | null;
  readonly act: "p" | "d" | "q" | { readonly pattern: RegExp; readonly replacement: string };
}

function sedSteps(script: string, extended: boolean): SedStep[] | null {
  const steps: SedStep[] = [];
  let rest = script.trim();
  const address = (): number | RegExp | null | undefined => {
    const number = /^(\d+|\$)/.exec(rest)?.[0];
    if (number !== undefined) {
      rest = rest.slice(number.length);
      return number === "$" ? Number.MAX_SAFE_INTEGER : Number(number);
    }
    const match = /^\/((?:[^/\\]|\\.)*)\//.exec(rest);
    if (!match) return null;
    rest = rest.slice(match[0].length);
    return patternOf(match[1] ?? "", extended, false, "") ?? undefined;
  };
  while (rest !== "") {
    const from = address();
    let to: number | RegExp | null | undefined = null;
    if (rest.startsWith(",")) {
      rest = rest.slice(1);
      to = address();
    }
    if (from === undefined || to === undefined) return null;
    const substitute = /^s([^\w\s])((?:(?!\1)[^\\]|\\.)*)\1((?:(?!\1)[^\\]|\\.)*)\1([gipI]*)/.exec(rest);
    const plain = /^[pdq]/.exec(rest);
    if (substitute) {
      const flags = substitute[4] ?? "";
      const pattern = patternOf(
        substitute[2] ?? "",
        extended,
        false,
        `${flags.includes("g") ? "g" : ""}${/i/i.test(flags) ? "i" : ""}`,
      );
      if (!pattern) return null;
      steps.push({ from, to, act: { pattern, replacement: substitute[3] ?? "" } });
      rest = rest.slice(substitute[0].length);
      if (flags.includes("p")) steps.push({ from, to, act: "p" });
    } else if (plain) {
      steps.push({ from, to, act: plain[0] as "p" | "d" | "q" });
      rest = rest.slice(1);
    } else return null;
    const next = /^\s*;?\s*/.exec(rest);
    rest = rest.slice(next?.[0].length ?? 0);
  }
  return steps;
}

const sed: CommandFunction = async (context) => {
  const options = parseOptions(context.args, ["n", "E", "r", "e:"]);
  if (options.unknown !== null) return unknownOption(context, options.unknown);
  const words = [...options.words];
  const script = options.values.get("e") ?? words.shift();
  if (script === undefined) return fail(context, "no script specified");
  const steps = sedSteps(script, options.flags.has("E") || options.flags.has("r"));
  if (!steps) return fail(context, "-e expression #1: unknown or unsupported command");
  const { found, status } = await inputs(context, words);
  const batch = new Batch(context.out);
  const open = steps.map(() => false);
  let number = 0;
  const lines = allLines(found);
  let next = await lines.next();
  while (!next.done) {
    let line = next.value;
    number += 1;
    next = await lines.next();
    const isLast = next.done === true;
    const hits = (at: number | RegExp) =>
      typeof at === "number"
        ? at === number || (at === Number.MAX_SAFE_INTEGER && isLast)
        : at.test(line.slice(0, maxMatched));
    let deleted = false;
    let quit = false;
    for (const [index, { from, to, act }] of steps.entries()) {
      let applies = from === null || hits(from) || open[index] === true;
      if (to !== null && from !== null) {
        const started = open[index] === true;
        if (applies) open[index] = !(typeof to === "number" ? number >= to : started && hits(to));
        if (started && typeof to === "number" && number > to) applies = false;
      }
      if (!applies) continue;
      if (act === "p") await batch.add(`${line}\n`);
      else if (act === "q") quit = true;
      else if (act === "d") {
        deleted = true;
        break;
      } else {
        const { pattern, replacement } = act;
        pattern.lastIndex = 0;
        line = line.slice(0, maxMatched).replace(pattern, (...groups: unknown[]) =>
          replacement.replace(/\\([0-9&n/])|&/g, (one, escaped?: string) => {
            if (one === "&" || escaped === "0") return String(groups[0]);
            if (escaped === "n") return "\n";
            return escaped !== undefined && /[1-9]/.test(escaped)
              ? String(groups[Number(escaped)] ?? "")
              : (escaped ?? one);
          }),
        );
      }
    }
    if (!deleted && !options.flags.has("n")) await batch.add(`${line}\n`);
    if (quit) break;
  }
  await batch.flush();
  return status;
};

const yes: CommandFunction = async (context) => {
  const line = `${context.args.join(" ") || "y"}\n`;
  const chunk = line.repeat(Math.max(1, Math.floor(chunkSize / line.length)));
  for (;;) await orInterrupted(context.signal, context.out.write(chunk));
};

const seq: CommandFunction = async (context) => {
  const options = parseOptions(
    context.args.map((arg) => (/^-\d/.test(arg) ? ` ${arg}` : arg)),
    ["s:", "w"],
  );
  if (options.unknown !== null) return unknownOption(context, options.unknown);
  const numbers = options.words.map(Number);
  if (numbers.length === 0 || numbers.some((one) => !Number.isFinite(one)))
    return fail(context, "invalid floating point argument");
  const from = numbers.length > 1 ? (numbers[0] ?? 1) : 1;
  const step = numbers.length > 2 ? (numbers[1] ?? 1) : 1;
  const to = numbers.at(-1) ?? 1;
  if (step === 0) return fail(context, "invalid Zero increment value: '0'");
  const between = options.values.get("s") ?? "\n";
  const batch = new Batch(context.out);
  let first = true;
  for (let at = from; step > 0 ? at <= to : at >= to; at += step) {
    await batch.add(`${first ? "" : between}${Number(at.toFixed(10))}`);
    first = false;
  }
  if (!first) await batch.add("\n");
  await batch.flush();
  return 0;
};

const tee: CommandFunction = async (context) => {
  const options = parseOptions(context.args, ["a", "i"]);
  const { files } = context.host;
  const writers = options.words.map((path) => files.open(files.absolute(context.cwd, path), options.flags.has("a")));
  for (let chunk = await context.in.read(); chunk !== null; chunk = await context.in.read()) {
    for (const write of writers) write(chunk);
    await context.out.write(chunk);
  }
  return 0;
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

/** Shows text a screen at a time on a terminal, all at once elsewhere. */
const less: CommandFunction = async (context) => {
  const { found, status } = await inputs(
    context,
    context.args.filter((arg) => !arg.startsWith("-")),
  );
  const { terminal } = context;
  let row = 0;
  for await (const line of allLines(found)) {
    await context.out.write(`${line}\n`);
    row += 1;
    if (!terminal || row < terminal.rows - 1) continue;
    await context.out.write("\x1b[7m--More--\x1b[m");
    const key = await terminal.readKey(context.signal);
    await context.out.write("\r\x1b[K");
    if (key === "q" || key === "Q") return 0;
    row = key === "\r" ? row - 1 : 0;
  }
  return status;
};

export const textCommands: readonly [string, CommandFunction, string][] = [
  ["cat", cat, "show files"],
  ["echo", echo, "print words (-n, -e)"],
  ["printf", printf, "print by a format"],
  ["head", head, "first lines (-n, -c)"],
  ["tail", tail, "last lines (-n, -f)"],
  ["grep", grep, "lines that match (-i -v -n -c -E -F -r -H -o -w -l -q -A -B)"],
  ["egrep", grep, "grep -E"],
  ["sort", sort, "sort lines (-n -r -u -k)"],
  ["uniq", uniq, "drop repeated lines (-c -d -u)"],
  ["wc", wc, "count lines, words, characters"],
  ["cut", cut, "columns of lines (-d -f -c)"],
  ["tr", tr, "translate or delete characters"],
  ["sed", sed, "edit lines (p, d, q, s///)"],
  ["tee", tee, "write to files and go on"],
  ["column", column, "align columns (-t)"],
  ["less", less, "show text by the screen"],
  ["more", less, "show text by the screen"],
  ["yes", yes, "repeat a word without end"],
  ["seq", seq, "print numbers"],
];
