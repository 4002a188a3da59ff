/** A place in a script: what stands there, and the steps every part of the parser takes. */
import { SyntaxFault } from "./syntax.ts";

/** Nesting of groups and substitutions; deeper is refused. */
const maxDepth = 40;

export class Cursor {
  readonly text: string;
  at = 0;
  #depth: number;

  constructor(text: string, depth = 0) {
    this.text = text;
    this.#depth = depth;
  }

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** The character `ahead` of here. */
  peek(ahead = 0): string | undefined {
    return this.text[this.at + ahead];
  }

  rest(length = Number.POSITIVE_INFINITY): string {
    return this.text.slice(this.at, this.at + length);
  }

  /** Runs `parse` one level deeper. */
  deeper<T>(parse: () => T): T {
    if (this.#depth >= maxDepth) throw new SyntaxFault("syntax error: nested too deeply");
    this.#depth += 1;
    const result = parse();
    this.#depth -= 1;
    return result;
  }

  /** A cursor on `text` of its own, at this depth. */
  inside(text: string): Cursor {
    return new Cursor(text, this.#depth);
  }

  near(): string {
    return /^(?:&&|\|\||[;&|()<>]|[^\s;&|()<>]+)/.exec(this.text.slice(this.at))?.[0] ?? "newline";
  }

  peekWord(): string {
    return /^[^\s;&|()<>'"$`\\]+/.exec(this.text.slice(this.at, this.at + 256))?.[0] ?? "";
  }

  take(token: string): boolean {
    if (!this.text.startsWith(token, this.at)) return false;
    this.at += token.length;
    return true;
  }

  expect(token: string): void {
    this.skip(true);
    if (!this.take(token)) {
      throw new SyntaxFault(
        this.atEnd ? "syntax error: unexpected end of file" : `syntax error near unexpected token \`${this.near()}'`,
        this.atEnd,
      );
    }
  }

  expectWord(word: string): void {
    this.skip(true);
    if (this.peekWord() === word) this.at += word.length;
    else this.expect(`${word} `);
  }

  /** Blanks, comments and escaped line ends; newlines too where they separate nothing. */
  skip(newlines: boolean): void {
    for (;;) {
      const char = this.text[this.at];
      if (char === " " || char === "\t" || char === "\r" || (newlines && char === "\n")) this.at += 1;
      else if (char === "\\" && this.text[this.at + 1] === "\n") this.at += 2;
      else if (char === "#" && (this.at === 0 || /[\s;&|(]/.test(this.text[this.at - 1] ?? ""))) {
        const end = this.text.indexOf("\n", this.at);
        this.at = end < 0 ? this.text.length : end;
      } else return;
    }
  }
}
