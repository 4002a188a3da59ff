/** Reads the words of a script: quotes, escapes, and what is put in place of parameters, scripts and calculations. */
import type { Cursor } from "./cursor.ts";
import { type ParameterOperator, type Part, type Script, SyntaxFault, type Word } from "./syntax.ts";

/** Parses the script inside a substitution, up to what ends it. */
type ScriptParser = (cursor: Cursor) => Script;

/** What ends a word that stands by itself. */
const betweenWords = /[ \t\r\n;&|()<>]/;

/** The next word, null where an operator or the end comes first. */
export function readWord(cursor: Cursor, substituted: ScriptParser): Word | null {
  cursor.skip(false);
  const parts = unquoted(cursor, substituted, betweenWords);
  return parts.length === 0 ? null : parts;
}

/** Parts up to a character of `ends`, which stays. */
function unquoted(cursor: Cursor, substituted: ScriptParser, ends: RegExp): Part[] {
  const parts: Part[] = [];
  let plain = "";
  const flush = (quoted: boolean) => {
    if (plain !== "" || quoted) parts.push({ kind: "text", text: plain, quoted });
    plain = "";
  };
  while (!cursor.atEnd) {
    const char = cursor.peek() ?? "";
    if (ends.test(char)) break;
    if (char === "'") {
      flush(false);
      const end = cursor.text.indexOf("'", cursor.at + 1);
      if (end < 0) throw new SyntaxFault("unexpected EOF while looking for matching `''", true);
      plain = cursor.text.slice(cursor.at + 1, end);
      cursor.at = end + 1;
      flush(true);
    } else if (char === '"') {
      flush(false);
      cursor.at += 1;
      const inner = doubleQuoted(cursor, substituted, (one) => one === '"');
      cursor.at += 1;
      parts.push(...(inner.length === 0 ? [{ kind: "text", text: "", quoted: true } as const] : inner));
    } else if (char === "\\") {
      flush(false);
      plain = cursor.peek(1) ?? "";
      cursor.at += 2;
      if (plain === "\n") plain = "";
      else flush(true);
    } else {
      const part = expansion(cursor, substituted, false);
      if (part) {
        flush(false);
        parts.push(part);
      } else {
        plain += char;
        cursor.at += 1;
      }
    }
  }
  flush(false);
  return parts;
}

/** Parts as between double quotes, up to a character that `ends` them, which stays. */
function doubleQuoted(cursor: Cursor, substituted: ScriptParser, ends: (char: string) => boolean): Part[] {
  const parts: Part[] = [];
  let plain = "";
  const flush = () => {
    if (plain !== "") parts.push({ kind: "text", text: plain, quoted: true });
    plain = "";
  };
  for (;;) {
    if (cursor.atEnd) throw new SyntaxFault("unexpected EOF while looking for matching `\"'", true);
    const char = cursor.peek() ?? "";
    if (ends(char)) {
      flush();
      return parts;
    }
    if (char === "\\" && /["\\$`\n}]/.test(cursor.peek(1) ?? "") && (cursor.peek(1) !== "}" || ends("}"))) {
      const escaped = cursor.peek(1) ?? "";
      if (escaped !== "\n") plain += escaped;
      cursor.at += 2;
    } else if (char === '"' && ends("}")) {
      // quotes inside the word of a quoted parameter take nothing more apart
      cursor.at += 1;
    } else {
      const part = expansion(cursor, substituted, true);
      if (part) {
        flush();
        parts.push(part);
      } else {
        plain += char;
        cursor.at += 1;
      }
    }
  }
}

/** A here-document's text, whose delimiter was not quoted. */
export function hereDocumentWord(cursor: Cursor, substituted: ScriptParser): Word {
  const parts: Part[] = [];
  while (!cursor.atEnd) {
    const char = cursor.peek() ?? "";
    const escaped = char === "\\" && /[\\$`\n]/.test(cursor.peek(1) ?? "") ? (cursor.peek(1) ?? "") : null;
    const part = escaped === null ? expansion(cursor, substituted, true) : null;
    if (part) parts.push(part);
    else {
      parts.push({ kind: "text", text: escaped === null ? char : escaped.replace("\n", ""), quoted: true });
      cursor.at += escaped === null ? 1 : 2;
    }
  }
  return parts;
}

/** `$name`, `${...}`, `$((...))`, `$(script)` or a back-quoted script; null where none of them starts. */
function expansion(cursor: Cursor, substituted: ScriptParser, quoted: boolean): Part | null {
  const char = cursor.peek();
  if (char === "`") return backQuoted(cursor, substituted, quoted);
  if (char !== "$") return null;
  if (cursor.rest(3) === "$((") {
    const part = calculation(cursor, substituted, quoted);
    if (part) return part;
  }
  if (cursor.take("$(")) {
    const script = substituted(cursor);
    cursor.expect(")");
    return { kind: "output", script, quoted };
  }
  if (cursor.take("${")) return cursor.deeper(() => parameter(cursor, substituted, quoted));
  const match = /^\$([A-Za-z_]\w*|[0-9?#@*$!-])/.exec(cursor.rest(256));
  if (!match) return null;
  cursor.at += match[0].length;
  return { kind: "variable", name: match[1] ?? "", change: null, quoted };
}

function backQuoted(cursor: Cursor, substituted: ScriptParser, quoted: boolean): Part {
  const written = /^`((?:[^`\\]|\\[\s\S])*)`/.exec(cursor.rest());
  if (!written) throw new SyntaxFault("unexpected EOF while looking for matching ``'", true);
  const inner = cursor.inside((written[1] ?? "").replace(quoted ? /\\([$`\\"])/g : /\\([$`\\])/g, "$1"));
  cursor.at += written[0].length;
  const script = substituted(inner);
  if (!inner.atEnd) throw new SyntaxFault(`syntax error near unexpected token \`${inner.near()}'`);
  return { kind: "output", script, quoted };
}

/** `$((...))`; null where what begins so is a script in parentheses. */
function calculation(cursor: Cursor, substituted: ScriptParser, quoted: boolean): Part | null {
  const begin = cursor.at;
  cursor.at += 3;
  let open = 0;
  try {
    const expression = cursor.deeper(() =>
      doubleQuoted(cursor, substituted, (char) => {
        if (char === "(") open += 1;
        else if (char === ")") {
          if (open === 0) return true;
          open -= 1;
        }
        return false;
      }),
    );
    if (cursor.take("))")) return { kind: "arithmetic", expression, quoted };
  } catch (error) {
    // where it may yet be closed, more lines are asked for
    if (!(error instanceof SyntaxFault) || error.incomplete) throw error;
  }
  cursor.at = begin;
  return null;
}

const badSubstitution = () => new SyntaxFault("bad substitution");

/** What stands after `${`, with its `}`. */
function parameter(cursor: Cursor, substituted: ScriptParser, quoted: boolean): Part {
  const length = /^#([A-Za-z_]\w*|[0-9]+|[?@*$!])\}/.exec(cursor.rest(256));
  if (length) {
    cursor.at += length[0].length;
    return { kind: "variable", name: length[1] ?? "", change: "length", quoted };
  }
  const name = /^([A-Za-z_]\w*|[0-9]+|[?#@*$!-])/.exec(cursor.rest(256))?.[0];
  if (name === undefined) {
    if (cursor.atEnd) throw new SyntaxFault("unexpected EOF while looking for matching `}'", true);
    throw badSubstitution();
  }
  cursor.at += name.length;
  if (cursor.take("}")) return { kind: "variable", name, change: null, quoted };
  const operator = /^(:?)([-=?+])|^(%%|%|##|#)/.exec(cursor.rest(2));
  if (!operator) throw badSubstitution();
  cursor.at += operator[0].length;
  const cuts = operator[3] !== undefined;
  const word =
    quoted && !cuts ? doubleQuoted(cursor, substituted, (char) => char === "}") : unquoted(cursor, substituted, /\}/);
  if (!cursor.take("}")) throw new SyntaxFault("unexpected EOF while looking for matching `}'", true);
  const sign = (operator[2] ?? operator[3]) as ParameterOperator;
  return { kind: "variable", name, change: { operator: sign, colon: operator[1] === ":", word }, quoted };
}
