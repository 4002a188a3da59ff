/** Commands that make text: echo, printf, seq, yes. */
import { type CommandFunction, fail, parseOptions, say } from "../command.ts";
import { orInterrupted } from "../io.ts";
import { unescaped } from "./escapes.ts";
import { Batch, chunkSize, unknownOption } from "./input.ts";

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

export const printCommands: readonly (readonly [string, CommandFunction, string])[] = [
  ["echo", echo, "print words (-n, -e)"],
  ["printf", printf, "print by a format"],
  ["yes", yes, "repeat a word without end"],
  ["seq", seq, "print numbers"],
];
