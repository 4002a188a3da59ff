/** Parses the practice shell's language: a POSIX sh without functions, case, here-documents and background jobs. */

export type Part =
  | { readonly kind: "text"; readonly text: string; readonly quoted: boolean }
  | { readonly kind: "variable"; readonly name: string; readonly fallback: string | null; readonly quoted: boolean }
  | { readonly kind: "output"; readonly script: Script; readonly quoted: boolean };
export type Word = readonly Part[];
export interface Redirect {
  readonly fd: 0 | 1 | 2;
  readonly op: "<" | ">" | ">>" | ">&";
  readonly target: Word;
}
export type Command =
  | {
      readonly kind: "plain";
      readonly assignments: readonly { readonly name: string; readonly value: Word }[];
      readonly words: readonly Word[];
      readonly redirects: readonly Redirect[];
    }
  | { readonly kind: "group"; readonly body: Script; readonly redirects: readonly Redirect[] }
  | {
      readonly kind: "if";
      readonly arms: readonly { readonly test: Script; readonly body: Script }[];
      readonly otherwise: Script | null;
      readonly redirects: readonly Redirect[];
    }
  | {
      readonly kind: "loop";
      readonly until: boolean;
      readonly test: Script;
      readonly body: Script;
      readonly redirects: readonly Redirect[];
    }
  | {
      readonly kind: "for";
      readonly name: string;
      readonly items: readonly Word[] | null;
      readonly body: Script;
      readonly redirects: readonly Redirect[];
    };
export interface Pipeline {
  readonly negated: boolean;
  readonly commands: readonly Command[];
  /** How it hangs on the one before: always, only after success, only after failure. */
  readonly after: ";" | "&&" | "||";
}
export type Script = readonly Pipeline[];

/** What is wrong with a script; `incomplete` when more lines could mend it. */
export class SyntaxFault extends Error {
  readonly incomplete: boolean;

  constructor(message: string, incomplete = false) {
    super(message);
    this.incomplete = incomplete;
  }
}

/** Nesting of groups and substitutions; deeper is refused. */
const maxDepth = 40;
const reserved = new Set(["then", "else", "elif", "fi", "do", "done", "}"]);

/** Parses a whole script; throws {@link SyntaxFault}. */
export function parseScript(text: string): Script {
  const parser = new Parser(text, 0);
  const script = parser.script(new Set());
  if (!parser.atEnd) throw new SyntaxFault(`syntax error near unexpected token \`${parser.near()}'`);
  return script;
}

class Parser {
  readonly #text: string;
  readonly #depth: number;
  #at = 0;

  constructor(text: string, depth: number) {
    if (depth > maxDepth) throw new SyntaxFault("syntax error: nested too deeply");
    this.#text = text;
    this.#depth = depth;
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  near(): string {
    return /^(?:&&|\|\||[;&|()<>]|[^\s;&|()<>]+)/.exec(this.#text.slice(this.#at))?.[0] ?? "newline";
  }

  /** Pipelines up to one of the words `until`, a `)` or the end. */
  script(until: ReadonlySet<string>): Script {
    const pipelines: Pipeline[] = [];
    let after: Pipeline["after"] = ";";
    for (;;) {
      this.#skip(true);
      if (this.atEnd || this.#text[this.#at] === ")") break;
      const word = this.#peekWord();
      if (until.has(word)) break;
      if (reserved.has(word)) throw new SyntaxFault(`syntax error near unexpected token \`${word}'`);
      pipelines.push(this.#pipeline(after));
      this.#skip(false);
      if (this.#take("&&")) after = "&&";
      else if (this.#take("||")) after = "||";
      else if (this.#text.startsWith(";;", this.#at)) {
        throw new SyntaxFault("syntax error near unexpected token `;;'");
      } else if (this.#take(";") || this.#take("\n")) after = ";";
      else if (this.#text[this.#at] === "&") {
        throw new SyntaxFault("background jobs are not part of the practice shell");
      } else break;
      if (after !== ";") {
        this.#skip(true);
        if (this.atEnd) throw new SyntaxFault("syntax error: unexpected end of file", true);
      }
    }
    return pipelines;
  }

  #pipeline(after: Pipeline["after"]): Pipeline {
    let negated = false;
    while (this.#peekWord() === "!") {
      this.#at += 1;
      negated = !negated;
      this.#skip(false);
    }
    const commands = [this.#command()];
    for (;;) {
      this.#skip(false);
      if (this.#text[this.#at] !== "|" || this.#text[this.#at + 1] === "|") break;
      this.#at += 1;
      this.#skip(true);
      if (this.atEnd) throw new SyntaxFault("syntax error: unexpected end of file", true);
      commands.push(this.#command());
    }
    return { negated, commands, after };
  }

  #command(): Command {
    this.#skip(false);
    const depth = this.#depth + 1;
    if (depth > maxDepth) throw new SyntaxFault("syntax error: nested too deeply");
    if (this.#text[this.#at] === "(") {
      this.#at += 1;
      const body = this.#nested(new Set());
      this.#expect(")");
      return { kind: "group", body, redirects: this.#redirects() };
    }
    const word = this.#peekWord();
    if (word === "{") {
      this.#at += 1;
      const body = this.#nested(new Set(["}"]));
      this.#expectWord("}");
      return { kind: "group", body, redirects: this.#redirects() };
    }
    if (word === "if") return this.#if();
    if (word === "while" || word === "until") {
      this.#at += word.length;
      const test = this.#nested(new Set(["do"]));
      this.#expectWord("do");
      const body = this.#nested(new Set(["done"]));
      this.#expectWord("done");
      return { kind: "loop", until: word === "until", test, body, redirects: this.#redirects() };
    }
    if (word === "for") return this.#for();
    return this.#plain();
  }

  /** A script inside this text, one level deeper. */
  #nested(until: ReadonlySet<string>): Script {
    const inner = new Parser(this.#text, this.#depth + 1);
    inner.#at = this.#at;
    const script = inner.script(until);
    this.#at = inner.#at;
    return script;
  }

  #if(): Command {
    this.#at += 2;
    const arms: { test: Script; body: Script }[] = [];
    let otherwise: Script | null = null;
    for (;;) {
      const test = this.#nested(new Set(["then"]));
      this.#expectWord("then");
      const body = this.#nested(new Set(["elif", "else", "fi"]));
      arms.push({ test, body });
      const word = this.#peekWord();
      this.#at += word.length;
      if (word === "elif") continue;
      if (word === "else") {
        otherwise = this.#nested(new Set(["fi"]));
        this.#expectWord("fi");
      } else if (word !== "fi") throw new SyntaxFault("syntax error: unexpected end of file", true);
      return { kind: "if", arms, otherwise, redirects: this.#redirects() };
    }
  }

  #for(): Command {
    this.#at += 3;
    this.#skip(false);
    const name = this.#peekWord();
    if (!/^[A-Za-z_]\w*$/.test(name))
      throw new SyntaxFault(`syntax error: \`${name}': not a valid identifier`, name === "");
    this.#at += name.length;
    this.#skip(false);
    let items: Word[] | null = null;
    if (this.#peekWord() === "in") {
      this.#at += 2;
      items = [];
      for (let word = this.#word(); word; word = this.#word()) items.push(word);
    }
    this.#skip(false);
    if (!this.#take(";")) this.#take("\n");
    this.#skip(true);
    this.#expectWord("do");
    const body = this.#nested(new Set(["done"]));
    this.#expectWord("done");
    return { kind: "for", name, items, body, redirects: this.#redirects() };
  }

  #plain(): Command {
    const assignments: { name: string; value: Word }[] = [];
    const words: Word[] = [];
    const redirects: Redirect[] = [];
    for (;;) {
      const redirect = this.#redirect();
      if (redirect) {
        redirects.push(redirect);
        continue;
      }
      const word = this.#word();
      if (!word) break;
      const first = word[0];
      const assign =
        words.length === 0 && first?.kind === "text" && !first.quoted
          ? /^([A-Za-z_]\w*)=(.*)$/s.exec(first.text)
          : null;
      if (assign && first) {
        const value: Part[] = [{ kind: "text", text: assign[2] ?? "", quoted: true }, ...word.slice(1)];
        assignments.push({ name: assign[1] ?? "", value });
      } else words.push(word);
    }
    if (words.length === 0 && assignments.length === 0 && redirects.length === 0) {
      throw new SyntaxFault(`syntax error near unexpected token \`${this.near()}'`, this.atEnd);
    }
    return { kind: "plain", assignments, words, redirects };
  }

  #redirects(): Redirect[] {
    const found: Redirect[] = [];
    for (let one = this.#redirect(); one; one = this.#redirect()) found.push(one);
    return found;
  }

  #redirect(): Redirect | null {
    this.#skip(false);
    const match = /^([0-2]?)(>>|>&|<<|>|<)|^&>/.exec(this.#text.slice(this.#at, this.#at + 4));
    if (!match) return null;
    const op = match[2] ?? ">";
    if (op === "<<") throw new SyntaxFault("here-documents are not part of the practice shell");
    this.#at += match[0].length;
    const target = this.#word();
    if (!target) throw new SyntaxFault("syntax error near unexpected token `newline'");
    const fd = match[1] ? (Number(match[1]) as 0 | 1 | 2) : op === "<" ? 0 : 1;
    return { fd, op: op as Redirect["op"], target };
  }

  /** The next word, null where an operator or the end comes first. */
  #word(): Word | null {
    this.#skip(false);
    const parts: Part[] = [];
    let plain = "";
    const flush = (quoted: boolean) => {
      if (plain !== "" || quoted) parts.push({ kind: "text", text: plain, quoted });
      plain = "";
    };
    while (!this.atEnd) {
      const char = this.#text[this.#at] ?? "";
      if (/[\s;&|()<>]/.test(char)) break;
      if (char === "'") {
        flush(false);
        const end = this.#text.indexOf("'", this.#at + 1);
        if (end < 0) throw new SyntaxFault("unexpected EOF while looking for matching `''", true);
        plain = this.#text.slice(this.#at + 1, end);
        this.#at = end + 1;
        flush(true);
      } else if (char === '"') {
        flush(false);
        this.#at += 1;
        this.#doubleQuoted(parts);
      } else if (char === "\\") {
        flush(false);
        plain = this.#text[this.#at + 1] ?? "";
        this.#at += 2;
        if (plain === "\n") plain = "";
        else flush(true);
      } else if (char === "$" || char === "`") {
        const part = this.#dollar(false);
        if (part) {
          flush(false);
          parts.push(part);
        } else {
          plain += "$";
          this.#at += 1;
        }
      } else {
        plain += char;
        this.#at += 1;
      }
    }
    flush(false);
    return parts.length === 0 ? null : parts;
  }

  #doubleQuoted(parts: Part[]): void {
    let plain = "";
    const before = parts.length;
    const flush = () => {
      if (plain !== "") parts.push({ kind: "text", text: plain, quoted: true });
      plain = "";
    };
    for (;;) {
      if (this.atEnd) throw new SyntaxFault("unexpected EOF while looking for matching `\"'", true);
      const char = this.#text[this.#at] ?? "";
      if (char === '"') {
        this.#at += 1;
        flush();
        if (parts.length === before) parts.push({ kind: "text", text: "", quoted: true });
        return;
      }
      if (char === "\\" && /["\\$`\n]/.test(this.#text[this.#at + 1] ?? "")) {
        const escaped = this.#text[this.#at + 1] ?? "";
        if (escaped !== "\n") plain += escaped;
        this.#at += 2;
      } else if (char === "$" || char === "`") {
        const part = this.#dollar(true);
        if (part) {
          flush();
          parts.push(part);
        } else {
          plain += "$";
          this.#at += 1;
        }
      } else {
        plain += char;
        this.#at += 1;
      }
    }
  }

  /** `$name`, `${name}`, `${name:-word}`, `$(script)` or a back-quoted script; null for a lone dollar. */
  #dollar(quoted: boolean): Part | null {
    const rest = this.#text.slice(this.#at);
    if (rest.startsWith("$((")) throw new SyntaxFault("arithmetic is not part of the practice shell");
    if (rest.startsWith("$(")) {
      this.#at += 2;
      const script = this.#nested(new Set());
      this.#expect(")");
      return { kind: "output", script, quoted };
    }
    if (rest.startsWith("`")) {
      const end = this.#text.indexOf("`", this.#at + 1);
      if (end < 0) throw new SyntaxFault("unexpected EOF while looking for matching ``'", true);
      const inner = new Parser(this.#text.slice(this.#at + 1, end), this.#depth + 1);
      this.#at = end + 1;
      return { kind: "output", script: inner.script(new Set()), quoted };
    }
    const braced = /^\$\{([A-Za-z_]\w*|[0-9]+|[?#@*$!])(?::?-([^}$`'"]*))?\}/.exec(rest);
    if (rest.startsWith("${") && !braced) throw new SyntaxFault("bad substitution");
    const match = braced ?? /^\$([A-Za-z_]\w*|[0-9?#@*$!])/.exec(rest);
    if (!match) return null;
    this.#at += match[0].length;
    return { kind: "variable", name: match[1] ?? "", fallback: match[2] ?? null, quoted };
  }

  #peekWord(): string {
    return /^[^\s;&|()<>'"$`\\]+/.exec(this.#text.slice(this.#at, this.#at + 256))?.[0] ?? "";
  }

  #take(token: string): boolean {
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  #expect(token: string): void {
    this.#skip(true);
    if (!this.#take(token)) {
      throw new SyntaxFault(
        this.atEnd ? "syntax error: unexpected end of file" : `syntax error near unexpected token \`${this.near()}'`,
        this.atEnd,
      );
    }
  }

  #expectWord(word: string): void {
    this.#skip(true);
    if (this.#peekWord() === word) this.#at += word.length;
    else this.#expect(`${word} `);
  }

  /** Blanks, comments and escaped line ends; newlines too where they separate nothing. */
  #skip(newlines: boolean): void {
    for (;;) {
      const char = this.#text[this.#at];
      if (char === " " || char === "\t" || char === "\r" || (newlines && char === "\n")) this.#at += 1;
      else if (char === "\\" && this.#text[this.#at + 1] === "\n") this.#at += 2;
      else if (char === "#" && (this.#at === 0 || /[\s;&|(]/.test(this.#text[this.#at - 1] ?? ""))) {
        const end = this.#text.indexOf("\n", this.#at);
        this.#at = end < 0 ? this.#text.length : end;
      } else return;
    }
  }
}
