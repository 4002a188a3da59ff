/** Commands that make text: echo, printf, seq, yes. */
import { type CommandFunction, fail, parseOptions } from "../command.ts";
import { chunkSize, orInterrupted } from "../io.ts";
import { unescaped, unescapedWhole } from "./escapes.ts";
import { Batch, unknownOption } from "./input.ts";

const echo: CommandFunction = async (context) => {
  const words = [...context.args];
  let newline = "\n";
  let readsEscapes = false;
  while (/^-[neE]+$/.test(words[0] ?? "")) {
    const flag = words.shift() ?? "";
    if (flag.includes("n")) newline = "";
    if (flag.includes("e")) readsEscapes = true;
  }
  const line = words.join(" ");
  const whole = readsEscapes ? unescapedWhole(line) : { text: line, ends: false };
  await context.out.write(whole.text + (whole.ends ? "" : newline));
  return 0;
};

const conversion = /%([-+ 0#]*)(\*|\d{0,4})(?:\.(\*|\d{0,4}))?([sdiouxXcb%])/g;
/** Bytes one printf may print. */
const maxPrinted = 1024 * 1024;

const printf: CommandFunction = async (context) => {
  const args = context.args[0] === "--" ? context.args.slice(1) : context.args;
  const [format, ...values] = args;
  if (format === undefined) return fail(context, "usage: printf format [arguments]", 2);
  let out = "";
  let status = 0;
  let ends = false;
  const complaints: string[] = [];
  const numberOf = (word: string): number => {
    if (/^['"]/.test(word)) return word.charCodeAt(1) || 0;
    const match = /^[ \t\n]*([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|\d+)/.exec(word);
    if (match?.[0] !== word && word !== "") {
      status = 1;
      complaints.push(`${word}: invalid number`);
    }
    const digits = match?.[2] ?? "0";
    const size = /^0[0-7]/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
    return match?.[1] === "-" ? -size : size;
  };
  do {
    const before = values.length;
    // a text of the format itself, then a conversion, and so on
    let at = 0;
    for (const match of format.matchAll(conversion)) {
      if (ends) break;
      out += unescaped(format.slice(at, match.index));
      at = match.index + match[0].length;
      const [, flags = "", widthWord = "", precisionWord, kind = "s"] = match;
      if (kind === "%") {
        out += "%";
        continue;
      }
      const width = widthWord === "*" ? numberOf(values.shift() ?? "") : Number(widthWord || 0);
      const precision =
        precisionWord === undefined
          ? null
          : precisionWord === "*"
            ? numberOf(values.shift() ?? "")
            : Number(precisionWord || 0);
      const value = values.shift() ?? "";
      let text = value;
      if (kind === "b") ({ text, ends } = unescapedWhole(value));
      else if (kind === "c") text = value.slice(0, 1);
      else if (kind !== "s") text = numberText(numberOf(value), kind, flags, precision);
      else if (precision !== null) text = value.slice(0, precision);
      const size = Math.min(Math.abs(width), 9999);
      const zero = flags.includes("0") && !flags.includes("-") && /[dioxXu]/.test(kind) && precision === null;
      const sign = zero ? (/^[-+ ]/.exec(text)?.[0] ?? "") : "";
      out +=
        flags.includes("-") || width < 0
          ? text.padEnd(size)
          : sign + text.slice(sign.length).padStart(size - sign.length, zero ? "0" : " ");
    }
    if (!ends) out += unescaped(format.slice(at));
    if (before === values.length) break;
  } while (values.length > 0 && !ends && out.length < maxPrinted);
  await context.out.write(out);
  for (const complaint of complaints) await fail(context, complaint);
  return status;
};

function numberText(value: number, kind: string, flags: string, precision: number | null): string {
  const size = Math.abs(value);
  const digits = kind === "o" ? size.toString(8) : /x/i.test(kind) ? size.toString(16) : String(size);
  const prefix = flags.includes("#") && size !== 0 ? (kind === "o" ? "0" : /x/i.test(kind) ? "0x" : "") : "";
  const sign = value < 0 ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  const text = sign + prefix + digits.padStart(precision ?? 0, "0");
  return kind === "X" ? text.toUpperCase() : text;
}

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
