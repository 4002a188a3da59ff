/** Reads the words of a script: quotes, escapes, variables and command substitutions. */
import type { Cursor } from "./cursor.ts";
import { type Part, type Script, SyntaxFault, type Word } from "./syntax.ts";

/** Parses the script inside a substitution, up to what ends it. */
type ScriptParser = (cursor: Cursor) => Script;

/** The next word, null where an operator or the end comes first. */
export function readWord(cursor: Cursor, substituted: ScriptParser): Word | null {
  cursor.skip(false);
  const parts: Part[] = [];
  let plain = "";
  const flush = (quoted: boolean) => {
    if (plain !== "" || quoted) parts.push({ kind: "text", text: plain, quoted });
    plain = "";
  };
  while (!cursor.atEnd) {
    const char = cursor.peek() ?? "";
    if (/[\s;&|()<>]/.test(char)) break;
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
      doubleQuoted(cursor, substituted, parts);
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
  return parts.length === 0 ? null : parts;
}

function doubleQuoted(cursor: Cursor, substituted: ScriptParser, parts: Part[]): void {
  let plain = "";
  const before = parts.length;
  const flush = () => {
    if (plain !== "") parts.push({ kind: "text", text: plain, quoted: true });
    plain = "";
  };
  for (;;) {
    if (cursor.atEnd) throw new SyntaxFault("unexpected EOF while looking for matching `\"'", true);
    const char = cursor.peek() ?? "";
    if (char === '"') {
      cursor.at += 1;
      flush();
      if (parts.length === before) parts.push({ kind: "text", text: "", quoted: true });
      return;
    }
    if (char === "\\" && /["\\$`\n]/.test(cursor.peek(1) ?? "")) {
      const escaped = cursor.peek(1) ?? "";
      if (escaped !== "\n") plain += escaped;
      cursor.at += 2;
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

/** `$name`, `${name}`, `${name:-word}`, `$(script)` or a back-quoted script; null where none of them starts. */
function expansion(cursor: Cursor, substituted: ScriptParser, quoted: boolean): Part | null {
  const char = cursor.peek();
  if (char !== "$" && char !== "`") return null;
  const rest = cursor.rest();
  if (rest.startsWith("$((") || rest.startsWith("$[")) throw new SyntaxFault(noArithmetic(rest));
  if (rest.startsWith("$(")) {
    cursor.at += 2;
    const script = substituted(cursor);
    cursor.expect(")");
    return { kind: "output", script, quoted };
  }
  if (rest.startsWith("`")) {
    const end = cursor.text.indexOf("`", cursor.at + 1);
    if (end < 0) throw new SyntaxFault("unexpected EOF while looking for matching ``'", true);
    const inner = cursor.inside(cursor.text.slice(cursor.at + 1, end));
    cursor.at = end + 1;
    const script = substituted(inner);
    if (!inner.atEnd) throw new SyntaxFault(`syntax error near unexpected token \`${inner.near()}'`);
    return { kind: "output", script, quoted };
  }
  const braced = /^\$\{([A-Za-z_]\w*|[0-9]+|[?#@*$!])(?::?-([^}$`'"]*))?\}/.exec(rest);
  if (rest.startsWith("${") && !braced) throw new SyntaxFault("bad substitution");
  const match = braced ?? /^\$([A-Za-z_]\w*|[0-9?#@*$!])/.exec(rest);
  if (!match) return null;
  cursor.at += match[0].length;
  return { kind: "variable", name: match[1] ?? "", fallback: match[2] ?? null, quoted };
}

/** `$((1+1))`, cut to what a line shows. */
function noArithmetic(rest: string): string {
  const written = /^\$\(\(.*?\)\)|^\$\[.*?\]/s.exec(rest)?.[0] ?? rest;
  return `${written.slice(0, 60)}: the practice shell does not calculate; write the result itself`;
}
