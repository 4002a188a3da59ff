/** A place in a script: what stands there, and the steps every part of the parser takes. */
import { SyntaxFault } from "./syntax.ts";

/** A here-document whose text begins after the line's end. */
export interface HereDocument {
  readonly delimiter: string;
  /** `<<-`: leading tabs are taken off. */
  readonly strips: boolean;
  readonly take: (text: string) => void;
}

/** Nesting of groups and substitutions; deeper is refused. */
const maxDepth = 40;

export class Cursor {
  readonly text: string;
  at = 0;
  /** Here-documents announced in this line. */
  readonly announced: HereDocument[] = [];
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
    return (
      /^(?:&&|\|\||;;|[;&|()<>]|[^ \t\r\n;&|()<>]+)/.exec(this.text.slice(this.at, this.at + 256))?.[0] ?? "newline"
    );
  }

  /** The word here where it is written plainly, as reserved words are; empty where it holds quotes or expansions. */
  peekWord(): string {
    const word = /^[^ \t\r\n;&|()<>'"$`\\]+/.exec(this.text.slice(this.at, this.at + 256))?.[0] ?? "";
    return /['"$`\\]/.test(this.text[this.at + word.length] ?? "") ? "" : word;
  }

  /** Steps over the end of a line, and over the here-documents that follow it; false where no line ends. */
  takeNewline(): boolean {
    if (!this.take("\n")) return false;
    for (const { delimiter, strips, take } of this.announced.splice(0)) {
      let text = "";
      for (;;) {
        if (this.atEnd) throw new SyntaxFault("syntax error: here-document delimited by end of file", true);
        const end = this.text.indexOf("\n", this.at);
        let line = this.text.slice(this.at, end < 0 ? this.text.length : end);
        this.at = end < 0 ? this.text.length : end + 1;
        if (strips) line = line.replace(/^\t+/, "");
        if (line === delimiter) break;
        text += `${line}\n`;
      }
      take(text);
    }
    return true;
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
      if (char === " " || char === "\t" || char === "\r") this.at += 1;
      else if (newlines && char === "\n") this.takeNewline();
      else if (char === "\\" && this.text[this.at + 1] === "\n") this.at += 2;
      else if (char === "#" && (this.at === 0 || /[ \t\r\n;&|(]/.test(this.text[this.at - 1] ?? ""))) {
        const end = this.text.indexOf("\n", this.at);
        this.at = end < 0 ? this.text.length : end;
      } else return;
    }
  }
}
