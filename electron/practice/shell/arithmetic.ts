/** Calculates what stands in `$((...))`: 64-bit whole numbers with the operators of POSIX. */
import { SyntaxFault } from "./syntax.ts";

interface Names {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
}

/** From the loosest to the tightest. */
const levels: readonly (readonly string[])[] = [
  ["||"],
  ["&&"],
  ["|"],
  ["^"],
  ["&"],
  ["==", "!="],
  ["<=", ">=", "<", ">"],
  ["<<", ">>"],
  ["+", "-"],
  ["*", "/", "%"],
];
const token =
  /[ \t\r\n]*(0[xX][0-9a-fA-F]+|\d+|[A-Za-z_]\w*|<<=|>>=|\|\||&&|[=!<>]=|<<|>>|[-+*/%&|^]=|[-+*/%&|^~!<>()?:=])/y;
const maxTokens = 2000;
const maxDepth = 40;

/** The value; throws {@link SyntaxFault} where it is no expression or divides by zero. */
export function calculate(text: string, names: Names): string {
  const tokens: string[] = [];
  token.lastIndex = 0;
  const written = text.replace(/[ \t\r\n]+$/, "");
  for (let at = 0; at < written.length; at = token.lastIndex) {
    const found = token.exec(written)?.[1];
    if (found === undefined || tokens.length >= maxTokens) throw wrong(text);
    tokens.push(found);
  }
  if (tokens.length === 0) return "0";
  const reader = new Reader(tokens, names, text);
  const value = reader.assignment(true);
  if (!reader.atEnd) throw wrong(text);
  return String(value);
}

const wrong = (text: string) => new SyntaxFault(`${text.slice(0, 60)}: arithmetic syntax error`);

class Reader {
  readonly #tokens: readonly string[];
  readonly #names: Names;
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly string[], names: Names, text: string) {
    this.#tokens = tokens;
    this.#names = names;
    this.#text = text;
  }

  get atEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  /** `counts` is false in what is read and not wanted: nothing is assigned there, and a division by zero is none. */
  assignment(counts: boolean): bigint {
    this.#depth += 1;
    if (this.#depth > maxDepth) throw wrong(this.#text);
    const [name = "", operator = ""] = this.#tokens.slice(this.#at, this.#at + 2);
    const assigns = /^[A-Za-z_]/.test(name) && /^(?:[-+*/%&|^]|<<|>>)?=$/.test(operator);
    if (!assigns) {
      const value = this.#choice(counts);
      this.#depth -= 1;
      return value;
    }
    this.#at += 2;
    const right = this.assignment(counts);
    const value = operator === "=" ? right : this.#two(operator.slice(0, -1), this.#valueOf(name), right, counts);
    if (counts) this.#names.set(name, String(value));
    this.#depth -= 1;
    return value;
  }

  #choice(counts: boolean): bigint {
    const test = this.#level(0, counts);
    if (!this.#take("?")) return test;
    const yes = this.assignment(counts && test !== 0n);
    if (!this.#take(":")) throw wrong(this.#text);
    const no = this.assignment(counts && test === 0n);
    return test !== 0n ? yes : no;
  }

  #level(level: number, counts: boolean): bigint {
    const operators = levels[level];
    if (!operators) return this.#one(counts);
    let left = this.#level(level + 1, counts);
    for (;;) {
      const operator = operators.find((one) => this.#take(one));
      if (operator === undefined) return left;
      const isDecided = (operator === "&&" && left === 0n) || (operator === "||" && left !== 0n);
      left = this.#two(operator, left, this.#level(level + 1, counts && !isDecided), counts);
    }
  }

  #one(counts: boolean): bigint {
    this.#depth += 1;
    if (this.#depth > maxDepth) throw wrong(this.#text);
    const word = this.#tokens[this.#at];
    this.#at += 1;
    let value: bigint;
    if (word === "(") {
      value = this.assignment(counts);
      if (!this.#take(")")) throw wrong(this.#text);
    } else if (word === "-") value = BigInt.asIntN(64, -this.#one(counts));
    else if (word === "+") value = this.#one(counts);
    else if (word === "~") value = ~this.#one(counts);
    else if (word === "!") value = this.#one(counts) === 0n ? 1n : 0n;
    else if (word !== undefined && /^\d/.test(word)) value = this.#number(word);
    else if (word !== undefined && /^[A-Za-z_]/.test(word)) value = this.#valueOf(word);
    else throw wrong(this.#text);
    this.#depth -= 1;
    return value;
  }

  #valueOf(name: string): bigint {
    const text = (this.#names.get(name) ?? "").replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
    if (text === "") return 0n;
    const sign = /^[-+]/.exec(text)?.[0] ?? "";
    const value = this.#number(text.slice(sign.length));
    return sign === "-" ? -value : value;
  }

  #number(text: string): bigint {
    if (/^0[0-7]+$/.test(text)) return BigInt.asIntN(64, BigInt(`0o${text.slice(1)}`));
    if (!/^(?:0[xX][0-9a-fA-F]+|0|[1-9]\d*)$/.test(text)) throw wrong(text);
    return BigInt.asIntN(64, BigInt(text));
  }

  #two(operator: string, a: bigint, b: bigint, counts: boolean): bigint {
    if ((operator === "/" || operator === "%") && b === 0n) {
      if (counts) throw new SyntaxFault(`${this.#text.slice(0, 60)}: division by zero`);
      return 0n;
    }
    const results: Readonly<Record<string, () => bigint | boolean>> = {
      "||": () => a !== 0n || b !== 0n,
      "&&": () => a !== 0n && b !== 0n,
      "|": () => a | b,
      "^": () => a ^ b,
      "&": () => a & b,
      "==": () => a === b,
      "!=": () => a !== b,
      "<=": () => a <= b,
      ">=": () => a >= b,
      "<": () => a < b,
      ">": () => a > b,
      "<<": () => a << (b & 63n),
      ">>": () => a >> (b & 63n),
      "+": () => a + b,
      "-": () => a - b,
      "*": () => a * b,
      "/": () => a / b,
      "%": () => a % b,
    };
    return BigInt.asIntN(64, BigInt(results[operator]?.() ?? 0n));
  }

  #take(word: string): boolean {
    if (this.#tokens[this.#at] !== word) return false;
    this.#at += 1;
    return true;
  }
}
