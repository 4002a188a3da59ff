/** Parses the practice shell's language: a POSIX sh without functions, case, here-documents and background jobs. */
import { Cursor } from "./cursor.ts";
import {
  type Command,
  type Part,
  type Pipeline,
  type Redirect,
  type Script,
  SyntaxFault,
  type Word,
} from "./syntax.ts";
import { readWord } from "./words.ts";

const nothing: ReadonlySet<string> = new Set();
const reserved = new Set(["then", "else", "elif", "fi", "do", "done", "}"]);

/** Parses a whole script; throws {@link SyntaxFault}. */
export function parseScript(text: string): Script {
  const cursor = new Cursor(text);
  const parsed = script(cursor, nothing);
  if (!cursor.atEnd) throw new SyntaxFault(`syntax error near unexpected token \`${cursor.near()}'`);
  return parsed;
}

/** Pipelines up to one of the words `until`, a `)` or the end. */
function script(cursor: Cursor, until: ReadonlySet<string>): Script {
  const pipelines: Pipeline[] = [];
  let after: Pipeline["after"] = ";";
  for (;;) {
    cursor.skip(true);
    if (cursor.atEnd || cursor.peek() === ")") break;
    const word = cursor.peekWord();
    if (until.has(word)) break;
    if (reserved.has(word)) throw new SyntaxFault(`syntax error near unexpected token \`${word}'`);
    pipelines.push(pipeline(cursor, after));
    cursor.skip(false);
    if (cursor.take("&&")) after = "&&";
    else if (cursor.take("||")) after = "||";
    else if (cursor.text.startsWith(";;", cursor.at)) {
      throw new SyntaxFault("syntax error near unexpected token `;;'");
    } else if (cursor.take(";") || cursor.take("\n")) after = ";";
    else if (cursor.peek() === "&") {
      throw new SyntaxFault("background jobs are not part of the practice shell");
    } else break;
    if (after !== ";") {
      cursor.skip(true);
      if (cursor.atEnd) throw new SyntaxFault("syntax error: unexpected end of file", true);
    }
  }
  return pipelines;
}

function pipeline(cursor: Cursor, after: Pipeline["after"]): Pipeline {
  let negated = false;
  while (cursor.peekWord() === "!") {
    cursor.at += 1;
    negated = !negated;
    cursor.skip(false);
  }
  const commands = [command(cursor)];
  for (;;) {
    cursor.skip(false);
    if (cursor.peek() !== "|" || cursor.peek(1) === "|") break;
    cursor.at += 1;
    cursor.skip(true);
    if (cursor.atEnd) throw new SyntaxFault("syntax error: unexpected end of file", true);
    commands.push(command(cursor));
  }
  return { negated, commands, after };
}

function command(cursor: Cursor): Command {
  cursor.skip(false);
  if (cursor.peek() === "(") {
    cursor.at += 1;
    const body = nested(cursor, nothing);
    cursor.expect(")");
    return { kind: "group", subshell: true, body, redirects: readRedirects(cursor) };
  }
  const word = cursor.peekWord();
  if (word === "{") {
    cursor.at += 1;
    const body = nested(cursor, new Set(["}"]));
    cursor.expectWord("}");
    return { kind: "group", subshell: false, body, redirects: readRedirects(cursor) };
  }
  if (word === "if") return ifCommand(cursor);
  if (word === "while" || word === "until") {
    cursor.at += word.length;
    const test = nested(cursor, new Set(["do"]));
    cursor.expectWord("do");
    const body = nested(cursor, new Set(["done"]));
    cursor.expectWord("done");
    return { kind: "loop", until: word === "until", test, body, redirects: readRedirects(cursor) };
  }
  if (word === "for") return forCommand(cursor);
  return plainCommand(cursor);
}

/** A script inside this one, one level deeper. */
const nested = (cursor: Cursor, until: ReadonlySet<string>): Script => cursor.deeper(() => script(cursor, until));
/** The script of a substitution: up to its `)` or its end. */
const substituted = (cursor: Cursor): Script => nested(cursor, nothing);

function ifCommand(cursor: Cursor): Command {
  cursor.at += 2;
  const arms: { test: Script; body: Script }[] = [];
  let otherwise: Script | null = null;
  for (;;) {
    const test = nested(cursor, new Set(["then"]));
    cursor.expectWord("then");
    const body = nested(cursor, new Set(["elif", "else", "fi"]));
    arms.push({ test, body });
    const word = cursor.peekWord();
    cursor.at += word.length;
    if (word === "elif") continue;
    if (word === "else") {
      otherwise = nested(cursor, new Set(["fi"]));
      cursor.expectWord("fi");
    } else if (word !== "fi") throw new SyntaxFault("syntax error: unexpected end of file", true);
    return { kind: "if", arms, otherwise, redirects: readRedirects(cursor) };
  }
}

function forCommand(cursor: Cursor): Command {
  cursor.at += 3;
  cursor.skip(false);
  const name = cursor.peekWord();
  if (!/^[A-Za-z_]\w*$/.test(name))
    throw new SyntaxFault(`syntax error: \`${name}': not a valid identifier`, name === "");
  cursor.at += name.length;
  cursor.skip(false);
  let items: Word[] | null = null;
  if (cursor.peekWord() === "in") {
    cursor.at += 2;
    items = [];
    for (let word = readWord(cursor, substituted); word; word = readWord(cursor, substituted)) items.push(word);
  }
  cursor.skip(false);
  if (!cursor.take(";")) cursor.take("\n");
  cursor.skip(true);
  cursor.expectWord("do");
  const body = nested(cursor, new Set(["done"]));
  cursor.expectWord("done");
  return { kind: "for", name, items, body, redirects: readRedirects(cursor) };
}

function plainCommand(cursor: Cursor): Command {
  const assignments: { name: string; value: Word }[] = [];
  const words: Word[] = [];
  const redirects: Redirect[] = [];
  for (;;) {
    const redirect = readRedirect(cursor);
    if (redirect) {
      redirects.push(redirect);
      continue;
    }
    const word = readWord(cursor, substituted);
    if (!word) break;
    const first = word[0];
    const assign =
      words.length === 0 && first?.kind === "text" && !first.quoted ? /^([A-Za-z_]\w*)=(.*)$/s.exec(first.text) : null;
    if (assign && first) {
      const value: Part[] = [{ kind: "text", text: assign[2] ?? "", quoted: true }, ...word.slice(1)];
      assignments.push({ name: assign[1] ?? "", value });
    } else words.push(word);
  }
  if (words.length === 0 && assignments.length === 0 && redirects.length === 0) {
    throw new SyntaxFault(`syntax error near unexpected token \`${cursor.near()}'`, cursor.atEnd);
  }
  return { kind: "plain", assignments, words, redirects };
}

function readRedirects(cursor: Cursor): Redirect[] {
  const found: Redirect[] = [];
  for (let one = readRedirect(cursor); one; one = readRedirect(cursor)) found.push(one);
  return found;
}

function readRedirect(cursor: Cursor): Redirect | null {
  cursor.skip(false);
  const match = /^([0-2]?)(&>|>>|>&|<<|>|<)/.exec(cursor.rest(4));
  if (!match) return null;
  const op = match[2];
  if (op === "<<") throw new SyntaxFault("here-documents are not part of the practice shell");
  cursor.at += match[0].length;
  const target = readWord(cursor, substituted);
  if (!target) throw new SyntaxFault("syntax error near unexpected token `newline'");
  const fd = match[1] ? (Number(match[1]) as 0 | 1 | 2) : op === "<" ? 0 : 1;
  return { fd, op: op as Redirect["op"], target };
}
