/** Commands on bytes: dd, od, sums, gzip. */
import { type CommandFunction, type Context, fail, parseOptions } from "../command.ts";
import { BrokenPipe, breathe, type Source } from "../io.ts";
import { descriptorPath } from "../redirect.ts";
import { Batch, inputs, openInput, unknownOption } from "./input.ts";

const units: Readonly<Record<string, number>> = {
  "": 1,
  c: 1,
  b: 512,
  k: 1024,
  K: 1024,
  kB: 1000,
  M: 1024 ** 2,
  MB: 1e6,
  G: 1024 ** 3,
};

/** `64K` in bytes, null for what is no size. */
export function sizeOf(word: string): number | null {
  const match = /^(\d+)([a-zA-Z]*)$/.exec(word);
  const unit = Object.hasOwn(units, match?.[2] ?? "?") ? units[match?.[2] ?? ""] : undefined;
  return match && unit !== undefined ? Number(match[1]) * unit : null;
}

/** One block held at once. */
const maxBlock = 4 * 1024 * 1024;

const dd: CommandFunction = async (context) => {
  const given = new Map(context.args.map((arg) => [arg.slice(0, arg.indexOf("=")), arg.slice(arg.indexOf("=") + 1)]));
  const known = ["if", "of", "bs", "ibs", "obs", "count", "skip", "seek", "status", "iflag", "oflag", "conv"];
  const odd = [...given.keys()].find((name) => !known.includes(name));
  if (odd !== undefined)
    return fail(context, `unrecognized operand '${context.args.find((arg) => arg.startsWith(odd))}'`);
  const numbers = { bs: 512, count: Number.POSITIVE_INFINITY, skip: 0 };
  for (const name of ["bs", "count", "skip"] as const) {
    const word = given.get(name) ?? (name === "bs" ? given.get("ibs") : undefined);
    const size = word === undefined ? numbers[name] : sizeOf(word);
    if (size === null || (name === "bs" && (size === 0 || size > maxBlock)))
      return fail(context, `invalid number: '${word}'`);
    numbers[name] = size;
  }
  const flags = new Set((given.get("iflag") ?? "").split(","));
  const { bs } = numbers;
  const skip = numbers.skip * (flags.has("skip_bytes") ? 1 : bs);
  const limit = numbers.count * (flags.has("count_bytes") ? 1 : bs);
  const path = given.get("if");
  const whole = path === undefined ? null : storedContent(context, path);
  const source = path === undefined ? context.in : whole ? null : await openInput(context, path);
  if (path !== undefined && !whole && !source) return 1;
  const sink = outputOf(context, given.get("of"));
  let records = 0;
  let partial = 0;
  let copied = 0;
  const begun = context.host.world.now();
  const give = async (block: string) => {
    if (block.length === bs) records += 1;
    else partial += 1;
    copied += block.length;
    await sink(block);
  };
  if (whole) {
    for (let at = skip; at < whole.size && copied < limit; ) {
      const block = whole.slice(at, Math.min(whole.size, at + bs, skip + limit));
      at += block.length;
      await give(block);
      await breathe();
    }
  } else if (source) {
    const blocks = blocksOf(source, skip);
    for (let left = limit; left > 0; ) {
      const value = await blocks(Math.min(bs, left));
      if (value === "") break;
      left -= flags.has("count_bytes") || path === undefined ? value.length : bs;
      await give(value);
    }
  }
  const status = given.get("status");
  if (status === "none") return 0;
  const lines = `${records}+${partial} records in\n${records}+${partial} records out\n`;
  const seconds = Math.max(0.0001, (context.host.world.now() - begun) / 1000);
  const rate = `${copied} bytes copied, ${seconds} s, ${(copied / seconds / 1e6).toFixed(1)} MB/s\n`;
  await context.err.write(status === "noxfer" ? lines : lines + rate);
  return 0;
};

/** A file's or a disk's content, of which any part can be read at once; null for other paths. */
function storedContent({ host: { files }, cwd }: Context, path: string) {
  const at = files.absolute(cwd, path);
  const entry = files.find(at);
  const isStored = entry?.kind === "file" || (entry?.kind === "device" && entry.content !== undefined);
  return isStored && descriptorPath(at) === null ? files.content(at) : null;
}

function outputOf(context: Context, path: string | undefined): (block: string) => Promise<void> {
  if (path === undefined) return (block) => context.out.write(block);
  const { files } = context.host;
  const append = files.open(files.absolute(context.cwd, path), false);
  return async (block) => append(block);
}

/** What a stream gives from `skip` on, in blocks filled as many small writes need it; empty at its end. */
function blocksOf(source: Source, skip: number): (size: number) => Promise<string> {
  let held = "";
  let toSkip = skip;
  let ended = false;
  return async (size) => {
    while (!ended && held.length < size) {
      const chunk = await source.read();
      if (chunk === null) ended = true;
      else {
        held += chunk.slice(toSkip);
        toSkip = Math.max(0, toSkip - chunk.length);
      }
    }
    const block = held.slice(0, size);
    held = held.slice(block.length);
    return block;
  };
}

/** Formats of `od -t`, by letter and size: digits of one field. */
const odWidths: Readonly<Record<string, readonly [radix: number, digits: number]>> = {
  x1: [16, 2],
  o1: [8, 3],
  u1: [10, 3],
  x2: [16, 4],
  o2: [8, 6],
};

const od: CommandFunction = async (context) => {
  const options = parseOptions(context.args, ["A:", "t:", "N:", "j:", "v", "c", "x", "b"]);
  if (options.unknown !== null) return unknownOption(context, options.unknown);
  const type = options.values.get("t") ?? (options.flags.has("x") ? "x2" : options.flags.has("b") ? "o1" : "o2");
  const width = odWidths[type];
  if (!width) return fail(context, `invalid type string '${type}'`);
  const [radix, digits] = width;
  const size = type.endsWith("2") ? 2 : 1;
  const addresses = options.values.get("A") ?? "o";
  const limit = sizeOf(options.values.get("N") ?? "") ?? Number.POSITIVE_INFINITY;
  const { found, status } = await inputs(context, options.words);
  const batch = new Batch(context.out);
  const address = (at: number) =>
    addresses === "n"
      ? ""
      : addresses === "d"
        ? String(at).padStart(7, "0")
        : addresses === "x"
          ? at.toString(16).padStart(6, "0")
          : at.toString(8).padStart(7, "0");
  let at = sizeOf(options.values.get("j") ?? "") ?? 0;
  const end = at + limit;
  let before = "";
  let starred = false;
  for (const { source } of found) {
    const blocks = blocksOf(source, at);
    while (at < end) {
      const block = await blocks(Math.min(16, end - at));
      if (block === "") break;
      if (block === before && block.length === 16 && !options.flags.has("v")) {
        if (!starred) await batch.add("*\n");
        starred = true;
      } else {
        const fields = Array.from({ length: Math.ceil(block.length / size) }, (_, index) => {
          const low = block.charCodeAt(index * size);
          const value = size === 1 ? low : low + 256 * (block.charCodeAt(index * size + 1) || 0);
          return ` ${value.toString(radix).padStart(digits, radix === 10 ? " " : "0")}`;
        });
        await batch.add(`${address(at)}${fields.join("")}\n`);
        starred = false;
      }
      before = block;
      at += block.length;
    }
  }
  if (addresses !== "n") await batch.add(`${address(at)}\n`);
  await batch.flush();
  return status;
};

/** Bytes a sum is made of at most, held at once. */
const maxSummed = 64 * 1024 * 1024;

async function bytesOf(context: Context, source: Source): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for (let chunk = await source.read(); chunk !== null; chunk = await source.read()) {
    chunks.push(Buffer.from(chunk, "latin1"));
    size += chunk.length;
    if (size > maxSummed) {
      await fail(context, "input too large for the practice shell");
      throw new BrokenPipe();
    }
  }
  return Uint8Array.from(Buffer.concat(chunks));
}

const sum =
  (algorithm: string): CommandFunction =>
  async (context) => {
    const options = parseOptions(context.args, ["b", "t", "binary", "text"]);
    if (options.unknown !== null) return unknownOption(context, options.unknown);
    const { found, status } = await inputs(context, options.words);
    for (const { name, source } of found) {
      const digest = await crypto.subtle.digest(algorithm, await bytesOf(context, source));
      await context.out.write(`${Buffer.from(digest).toString("hex")} ${options.flags.has("b") ? "*" : " "}${name}\n`);
    }
    return status;
  };

/** Packs or unpacks a source chunk by chunk, into `write`. */
async function through(
  source: Source,
  transform: CompressionStream | DecompressionStream,
  write: (text: string) => Promise<void>,
) {
  const writer = transform.writable.getWriter();
  const feeding = (async () => {
    for (let chunk = await source.read(); chunk !== null; chunk = await source.read())
      await writer.write(Uint8Array.from(Buffer.from(chunk, "latin1")));
    await writer.close();
  })();
  feeding.catch(() => {});
  for await (const chunk of transform.readable) await write(Buffer.from(chunk).toString("latin1"));
  await feeding;
}

const gzip: CommandFunction = async (context) => {
  const options = parseOptions(context.args, ["c", "d", "f", "k", "q", "n", "stdout", "decompress", ..."123456789"]);
  if (options.unknown !== null) return unknownOption(context, options.unknown);
  const has = (...names: string[]) => names.some((name) => options.flags.has(name));
  const unpacks = context.name !== "gzip" || has("d", "decompress");
  const toStdout = context.name === "zcat" || has("c", "stdout") || options.words.length === 0;
  if (!toStdout) return fail(context, "files are packed to standard output only (-c) in the practice lab");
  const { found, status } = await inputs(context, options.words);
  for (const { name, source } of found) {
    try {
      await through(source, unpacks ? new DecompressionStream("gzip") : new CompressionStream("gzip"), (text) =>
        context.out.write(text),
      );
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return fail(context, `${name === "-" ? "stdin" : name}: not in gzip format`);
    }
  }
  return status;
};

/** `strings`: runs of printable characters. */
const strings: CommandFunction = async (context) => {
  const options = parseOptions(context.args, ["n:", "a"]);
  if (options.unknown !== null) return unknownOption(context, options.unknown);
  const least = Math.max(1, Number(options.values.get("n") ?? 4) || 4);
  const { found, status } = await inputs(context, options.words);
  const batch = new Batch(context.out);
  for (const { source } of found) {
    let rest = "";
    for (let chunk = await source.read(); chunk !== null; chunk = await source.read()) {
      const runs = (rest + chunk).split(/[^\t -~]+/);
      rest = (runs.pop() ?? "").slice(-maxBlock);
      for (const run of runs) if (run.length >= least) await batch.add(`${run}\n`);
    }
    if (rest.length >= least) await batch.add(`${rest}\n`);
  }
  await batch.flush();
  return status;
};

export const blockCommands: readonly (readonly [string, CommandFunction, string])[] = [
  ["dd", dd, "copy bytes (if= bs= skip= count=)"],
  ["od", od, "show bytes (-An -tx1 -N)"],
  ["sha256sum", sum("SHA-256"), "sum of a file"],
  ["sha1sum", sum("SHA-1"), "sum of a file"],
  ["gzip", gzip, "pack or unpack to standard output (-c -d)"],
  ["gunzip", gzip, "unpack to standard output"],
  ["zcat", gzip, "unpack to standard output"],
  ["strings", strings, "printable text in a file (-n)"],
];
