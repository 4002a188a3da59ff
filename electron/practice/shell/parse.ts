/** Parses the practice shell's language: a POSIX sh. */
import { Cursor } from "./cursor.ts";
import { type Command, type Part, type Pipeline, type Script, SyntaxFault, type Word } from "./syntax.ts";
import { hereDocumentWord, readWord } from "./words.ts";

type Redirects = Command["redirects"];

const nothing: ReadonlySet<string> = new Set();
const reserved = new Set(["then", "else", "elif", "fi", "do", "done", "esac", "}"]);

/** Parses a whole script; throws {@link SyntaxFault}. */
export function parseScript(text: string): Script {
  const cursor = new Cursor(text);
  const parsed = script(cursor, nothing);
  if (!cursor.atEnd) throw unexpected(cursor);
  if (cursor.announced.length > 0) {
    throw new SyntaxFault("syntax error: here-document delimited by end of file", true);
  }
  return parsed;
}

const unexpected = (cursor: Cursor) =>
  cursor.atEnd
    ? new SyntaxFault("syntax error: unexpected end of file", true)
    : new SyntaxFault(`syntax error near unexpected token \`${cursor.near()}'`);

/** Pipelines up to one of the words `until`, a `)`, a `;;` or the end. */
function script(cursor: Cursor, until: ReadonlySet<string>): Script {
  const pipelines: Pipeline[] = [];
  let after: Pipeline["after"] = ";";
  /** Where the list began that `&` would take. */
  let list = 0;
  for (;;) {
    cursor.skip(true);
    if (cursor.atEnd || cursor.peek() === ")" || cursor.rest(2) === ";;") break;
    const word = cursor.peekWord();
    if (until.has(word)) break;
    if (reserved.has(word)) throw unexpected(cursor);
    if (after === ";") list = pipelines.length;
    pipelines.push(pipeline(cursor, after));
    cursor.skip(false);
    if (cursor.take("&&")) after = "&&";
    else if (cursor.take("||")) after = "||";
    else {
      after = ";";
      if (cursor.rest(2) === ";;") break;
      if (cursor.take("&")) pipelines.push(inBackground(pipelines.splice(list)));
      else if (!cursor.take(";") && !cursor.takeNewline()) break;
    }
    if (after !== ";") {
      cursor.skip(true);
      if (cursor.atEnd) throw unexpected(cursor);
    }
  }
  return pipelines;
}

function inBackground(list: Script): Pipeline {
  const [only] = list;
  const commands = only && list.length === 1 && !only.negated ? only.commands : [];
  const group: Command = { kind: "group", subshell: true, body: list, redirects: [] };
  return { negated: false, commands: commands.length === 1 ? commands : [group], after: ";", background: true };
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
    if (cursor.atEnd) throw unexpected(cursor);
    commands.push(command(cursor));
  }
  return { negated, commands, after, background: false };
}

function command(cursor: Cursor): Command {
  cursor.skip(false);
  if (cursor.take("(")) {
    const body = nested(cursor, nothing);
    cursor.expect(")");
    return { kind: "group", subshell: true, body, redirects: readRedirects(cursor) };
  }
  const word = cursor.peekWord();
  const compound = Object.hasOwn(compounds, word) ? compounds[word] : undefined;
  if (compound) {
    cursor.at += word.length;
    return compound(cursor, word);
  }
  const name = /^([A-Za-z_][\w.-]*)[ \t]*\([ \t]*\)/.exec(cursor.rest(256));
  if (!name) return plainCommand(cursor);
  cursor.at += name[0].length;
  cursor.skip(true);
  const body = cursor.deeper(() => command(cursor));
  if (body.kind === "plain" || body.kind === "function") throw unexpected(cursor);
  return { kind: "function", name: name[1] ?? "", body, redirects: [] };
}

const compounds: Readonly<Record<string, (cursor: Cursor, word: string) => Command>> = {
  "{": (cursor) => {
    const body = nested(cursor, new Set(["}"]));
    cursor.expectWord("}");
    return { kind: "group", subshell: false, body, redirects: readRedirects(cursor) };
  },
  if: ifCommand,
  while: loopCommand,
  until: loopCommand,
  for: forCommand,
  case: caseCommand,
};

/** A script inside this one, one level deeper. */
const nested = (cursor: Cursor, until: ReadonlySet<string>): Script => cursor.deeper(() => script(cursor, until));
/** The script of a substitution: up to its `)` or its end. */
const substituted = (cursor: Cursor): Script => nested(cursor, nothing);

function loopCommand(cursor: Cursor, word: string): Command {
  const test = nested(cursor, new Set(["do"]));
  cursor.expectWord("do");
  const body = nested(cursor, new Set(["done"]));
  cursor.expectWord("done");
  return { kind: "loop", until: word === "until", test, body, redirects: readRedirects(cursor) };
}

function ifCommand(cursor: Cursor): Command {
  const arms: { test: Script; body: Script }[] = [];
  let otherwise: Script | null = null;
  for (;;) {
    const test = nested(cursor, new Set(["then"]));
    cursor.expectWord("then");
    const body = nested(cursor, new Set(["elif", "else", "fi"]));
    arms.push({ test, body });
    const word = cursor.peekWord();
    if (word !== "elif" && word !== "else" && word !== "fi") throw unexpected(cursor);
    cursor.at += word.length;
    if (word === "elif") continue;
    if (word === "else") {
      otherwise = nested(cursor, new Set(["fi"]));
      cursor.expectWord("fi");
    }
    return { kind: "if", arms, otherwise, redirects: readRedirects(cursor) };
  }
}

function forCommand(cursor: Cursor): Command {
  cursor.skip(false);
  const name = cursor.peekWord();
  if (!/^[A-Za-z_]\w*$/.test(name))
    throw new SyntaxFault(`syntax error: \`${name}': not a valid identifier`, name === "");
  cursor.at += name.length;
  cursor.skip(true);
  let items: Word[] | null = null;
  if (cursor.peekWord() === "in") {
    cursor.at += 2;
    items = [];
    for (let word = readWord(cursor, substituted); word; word = readWord(cursor, substituted)) items.push(word);
  }
  cursor.skip(false);
  if (cursor.rest(2) !== ";;") cursor.take(";");
  cursor.skip(true);
  cursor.expectWord("do");
  const body = nested(cursor, new Set(["done"]));
  cursor.expectWord("done");
  return { kind: "for", name, items, body, redirects: readRedirects(cursor) };
}

function caseCommand(cursor: Cursor): Command {
  const subject = readWord(cursor, substituted);
  if (!subject) throw unexpected(cursor);
  cursor.skip(true);
  cursor.expectWord("in");
  const arms: { patterns: Word[]; body: Script }[] = [];
  for (;;) {
    cursor.skip(true);
    if (cursor.peekWord() === "esac") break;
    cursor.take("(");
    const patterns: Word[] = [];
    do {
      const pattern = readWord(cursor, substituted);
      if (!pattern) throw unexpected(cursor);
      patterns.push(pattern);
      cursor.skip(false);
    } while (cursor.take("|"));
    cursor.expect(")");
    const body = nested(cursor, new Set(["esac"]));
    arms.push({ patterns, body });
    if (!cursor.take(";;")) break;
  }
  cursor.expectWord("esac");
  return { kind: "case", subject, arms, redirects: readRedirects(cursor) };
}

function plainCommand(cursor: Cursor): Command {
  const assignments: { name: string; value: Word }[] = [];
  const words: Word[] = [];
  const redirects: Redirects[number][] = [];
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
      const text = assign[2] ?? "";
      const value: Part[] = [{ kind: "text", text, quoted: !text.startsWith("~") }, ...word.slice(1)];
      assignments.push({ name: assign[1] ?? "", value });
    } else words.push(word);
  }
  if (words.length === 0 && assignments.length === 0 && redirects.length === 0) throw unexpected(cursor);
  return { kind: "plain", assignments, words, redirects };
}

function readRedirects(cursor: Cursor): Redirects {
  const found: Redirects[number][] = [];
  for (let one = readRedirect(cursor); one; one = readRedirect(cursor)) found.push(one);
  return found;
}

const operators = {
  "<<-": "<<",
  "<<": "<<",
  "<&": "<&",
  "<": "<",
  "&>": "&>",
  ">>": ">>",
  ">&": ">&",
  ">|": ">",
  ">": ">",
} as const;

function readRedirect(cursor: Cursor): Redirects[number] | null {
  cursor.skip(false);
  const match = /^([0-9]?)(&>|>>|>&|>\||>|<<-|<<|<&|<)/.exec(cursor.rest(4));
  if (!match) return null;
  cursor.at += match[0].length;
  const sign = match[2] as keyof typeof operators;
  const op = operators[sign];
  const fd = match[1] ? Number(match[1]) : sign.startsWith("<") ? 0 : 1;
  const target = readWord(cursor, substituted);
  if (!target) throw new SyntaxFault("syntax error near unexpected token `newline'", cursor.atEnd);
  if (op !== "<<") return { fd, op, target };
  const text: Part[] = [];
  cursor.announced.push({
    // of a delimiter only its letters count; quoted anywhere, the text is taken as it is
    delimiter: target.map((part) => (part.kind === "text" ? part.text : "")).join(""),
    strips: sign === "<<-",
    take: (written) => {
      const isQuoted = target.some((part) => part.quoted);
      text.push(
        ...(isQuoted
          ? [{ kind: "text", text: written, quoted: true } as const]
          : hereDocumentWord(cursor.inside(written), substituted)),
      );
    },
  });
  return { fd, op, target: text };
}
