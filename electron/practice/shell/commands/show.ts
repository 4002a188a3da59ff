/** Commands that pass text on whole or in part: cat, head, tail, tee, less. */
import { type CommandFunction, type Context, fail, parseOptions } from "../command.ts";
import { BrokenPipe, chunkSize, linesOf, type Source, sleep } from "../io.ts";
import { descriptorPath } from "../redirect.ts";
import { sizeOf } from "./blocks.ts";
import { allLines, Batch, inputs, unknownOption } from "./input.ts";

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

const head: CommandFunction = async (context) => {
  const args = context.args.map((arg) => (/^-\d+$/.test(arg) ? `-n${arg.slice(1)}` : arg));
  const options = parseOptions(args, ["n:", "c:", "lines:", "bytes:", "q", "v"]);
  if (options.unknown !== null) return unknownOption(context, options.unknown);
  const bytes = options.values.get("c") ?? options.values.get("bytes");
  const count =
    (bytes === undefined ? null : sizeOf(bytes)) ??
    Number(bytes ?? options.values.get("n") ?? options.values.get("lines") ?? 10);
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
  const options = parseOptions(args, ["n:", "lines:", "c:", "bytes:", "f", "F", "follow", "q", "s:", "pid:"]);
  if (options.unknown !== null) return unknownOption(context, options.unknown);
  const bytes = options.values.get("c") ?? options.values.get("bytes");
  if (bytes !== undefined && !/^[-+]?\d+$/.test(bytes)) return fail(context, `invalid number of bytes: '${bytes}'`);
  const word = options.values.get("n") ?? options.values.get("lines") ?? "10";
  const count = Math.abs(Number(word));
  if (!Number.isInteger(count)) return fail(context, `invalid number of lines: '${word}'`);
  const { found, status } = await inputs(context, options.words);
  for (const [index, { name, source }] of found.entries()) {
    if (found.length > 1) await context.out.write(`${index > 0 ? "\n" : ""}==> ${name} <==\n`);
    if (bytes !== undefined) {
      await lastBytes(context, source, bytes);
      continue;
    }
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

/** Bytes of an end held at once; of more only these are given. */
const maxTail = 32 * 1024 * 1024;

/** The last bytes of a source, or with `+` all from that one on. */
async function lastBytes(context: Context, source: Source, word: string): Promise<void> {
  const count = Math.min(maxTail, Math.abs(Number(word)));
  let toSkip = word.startsWith("+") ? Math.max(0, Number(word) - 1) : 0;
  let kept = "";
  for (let chunk = await source.read(); chunk !== null; chunk = await source.read()) {
    if (word.startsWith("+")) {
      await context.out.write(chunk.slice(toSkip));
      toSkip = Math.max(0, toSkip - chunk.length);
    } else {
      kept += chunk;
      if (kept.length > count * 2 + chunkSize) kept = count === 0 ? "" : kept.slice(-count);
    }
  }
  if (!word.startsWith("+") && count > 0) await context.out.write(kept.slice(-count));
}

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

const tee: CommandFunction = async (context) => {
  const options = parseOptions(context.args, ["a", "i"]);
  const { files } = context.host;
  const writers = options.words.map((path) => {
    const at = files.absolute(context.cwd, path);
    const number = descriptorPath(at);
    if (number !== null) return (text: string) => context.streams.sink(number).write(text);
    const append = files.open(at, options.flags.has("a"));
    return async (text: string) => append(text);
  });
  for (let chunk = await context.in.read(); chunk !== null; chunk = await context.in.read()) {
    for (const write of writers) await write(chunk);
    await context.out.write(chunk);
  }
  return 0;
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

export const showCommands: readonly (readonly [string, CommandFunction, string])[] = [
  ["cat", cat, "show files"],
  ["head", head, "first lines (-n, -c)"],
  ["tail", tail, "last lines (-n, -f)"],
  ["tee", tee, "write to files and go on"],
  ["less", less, "show text by the screen"],
  ["more", less, "show text by the screen"],
];
