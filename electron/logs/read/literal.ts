/** Finds a text that every match of a regular expression holds, so that it is run on few lines. Pure and total. */

/** Zero-width, or one character that no text is known of. */
const zeroWidth = new Set(["b", "B"]);
const oneOfMany = new Set(["d", "D", "w", "W", "s", "S", "t", "n", "r", "f", "v", "0"]);
const quantifiers = /(?:[*+?]|\{[\d,]*\})\??/y;
const syntax = /[\^$\\.*+?()[\]{}|/]/;

/** An expression that matches just this text. */
export const escaped = (text: string) => text.replaceAll(new RegExp(syntax, "g"), "\\$&");

/**
 * The longest such text of ASCII, as it is written; empty where none is known. Of an expression with flags `iu` that is
 * valid; letters count in any case.
 */
export function literalOf(source: string): string {
  let best = "";
  let run = "";
  const end = () => {
    if (run.length > best.length) best = run;
    run = "";
  };
  for (let i = 0; i < source.length; ) {
    const c = source[i] ?? "";
    let character = "";
    if (c === "|") return "";
    if (c === "\\") {
      const next = source[i + 1] ?? "";
      i += 2;
      if (zeroWidth.has(next)) continue;
      if (syntax.test(next)) character = next;
      else if (!oneOfMany.has(next)) return "";
    } else if (c === "(" || c === "[") {
      i = c === "(" ? groupEnd(source, i) : classEnd(source, i);
    } else {
      i++;
      if (c === "^" || c === "$") continue;
      if (c !== "." && c <= "\x7f") character = c;
    }
    quantifiers.lastIndex = i;
    const quantifier = quantifiers.exec(source)?.[0] ?? "";
    i += quantifier.length;
    const repeats = quantifier === "" || quantifier.startsWith("+");
    if (repeats) run += character;
    if (quantifier !== "" || character === "") end();
  }
  end();
  return best;
}

/** Behind the bracket that closes it. */
function groupEnd(source: string, from: number): number {
  let depth = 0;
  for (let i = from; i < source.length; i++) {
    const c = source[i];
    if (c === "\\") i++;
    else if (c === "[") i = classEnd(source, i) - 1;
    else if (c === "(") depth++;
    else if (c === ")" && --depth === 0) return i + 1;
  }
  return source.length;
}

function classEnd(source: string, from: number): number {
  for (let i = from + 1; i < source.length; i++) {
    if (source[i] === "\\") i++;
    else if (source[i] === "]") return i + 1;
  }
  return source.length;
}
