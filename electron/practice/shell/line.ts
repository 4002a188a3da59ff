/** Owns line editing of the practice prompts: cursor, history, kill and yank, completion, bracketed paste. */

export interface LineHost {
  readonly cols: () => number;
  /** Words a press of Tab may put in place of the one before the cursor. */
  complete(before: string): { readonly from: number; readonly words: readonly string[] };
}

export type LineEvent =
  | { readonly kind: "line"; readonly line: string }
  | { readonly kind: "end" }
  | { readonly kind: "help" };

/** Characters a line may hold; more is not taken. */
const maxLine = 64 * 1024;
const maxHistory = 500;

export class LineEditor {
  readonly history: string[] = [];
  readonly #host: LineHost;
  /** Makes `?` an event of its own, as the switch does. */
  readonly #helpKey: boolean;
  #prompt = "";
  #chars: string[] = [];
  #cursor = 0;
  #killed = "";
  #recall = 0;
  #draft = "";
  #pasting = false;
  #row = 0;

  constructor(host: LineHost, helpKey = false) {
    this.#host = host;
    this.#helpKey = helpKey;
  }

  get text(): string {
    return this.#chars.join("");
  }

  get beforeCursor(): string {
    return this.#chars.slice(0, this.#cursor).join("");
  }

  /** Shows a prompt and an empty line; bracketed paste is asked for, so that pasted newlines do not run by themselves. */
  start(prompt: string, text = ""): string {
    this.#prompt = prompt;
    this.#chars = [...text];
    this.#cursor = this.#chars.length;
    this.#recall = this.history.length;
    this.#row = 0;
    return `\x1b[?2004h${this.#draw()}`;
  }

  /** Takes one key; gives what to send to the terminal and what it meant. */
  key(key: string): { readonly echo: string; readonly event: LineEvent | null } {
    if (key === "\x1b[200~" || key === "\x1b[201~") {
      this.#pasting = key === "\x1b[200~";
      return { echo: "", event: null };
    }
    if (this.#pasting) return { echo: this.#insert(key === "\r" || key === "\n" ? "\n" : printable(key)), event: null };
    if (key === "\r" || key === "\n") return this.#enter();
    if (key === "\x04" && this.#chars.length === 0) return { echo: `${this.#leave()}`, event: { kind: "end" } };
    if (key === "?" && this.#helpKey) return { echo: `?${this.#leave()}`, event: { kind: "help" } };
    return { echo: this.#edit(key), event: null };
  }

  #enter(): { echo: string; event: LineEvent } {
    const line = this.text;
    if (line.trim() !== "" && this.history.at(-1) !== line) {
      this.history.push(line);
      if (this.history.length > maxHistory) this.history.shift();
    }
    return { echo: this.#leave(), event: { kind: "line", line } };
  }

  #leave(): string {
    this.#cursor = this.#chars.length;
    return `${this.#draw()}\x1b[?2004l\r\n`;
  }

  #edit(key: string): string {
    switch (key) {
      case "\x7f":
      case "\b":
        if (this.#cursor === 0) return "\x07";
        this.#chars.splice(this.#cursor - 1, 1);
        this.#cursor -= 1;
        return this.#draw();
      case "\x04":
      case "\x1b[3~":
        this.#chars.splice(this.#cursor, 1);
        return this.#draw();
      case "\x1b[D":
      case "\x1bOD":
      case "\x02":
        return this.#move(this.#cursor - 1);
      case "\x1b[C":
      case "\x1bOC":
      case "\x06":
        return this.#move(this.#cursor + 1);
      case "\x01":
      case "\x1b[H":
      case "\x1b[1~":
      case "\x1bOH":
        return this.#move(0);
      case "\x05":
      case "\x1b[F":
      case "\x1b[4~":
      case "\x1bOF":
        return this.#move(this.#chars.length);
      case "\x1bb":
      case "\x1b[1;5D":
        return this.#move(this.#wordLeft());
      case "\x1bf":
      case "\x1b[1;5C":
        return this.#move(this.#wordRight());
      case "\x1b[A":
      case "\x1bOA":
      case "\x10":
        return this.#recallTo(this.#recall - 1);
      case "\x1b[B":
      case "\x1bOB":
      case "\x0e":
        return this.#recallTo(this.#recall + 1);
      case "\x0b":
        this.#killed = this.#chars.splice(this.#cursor).join("");
        return this.#draw();
      case "\x15":
        this.#killed = this.#chars.splice(0, this.#cursor).join("");
        this.#cursor = 0;
        return this.#draw();
      case "\x17": {
        const from = this.#wordLeft();
        this.#killed = this.#chars.splice(from, this.#cursor - from).join("");
        this.#cursor = from;
        return this.#draw();
      }
      case "\x19":
        return this.#insert(this.#killed);
      case "\x0c":
        this.#row = 0;
        return `\x1b[H\x1b[2J${this.#draw()}`;
      case "\t":
        return this.#complete();
      default:
        return this.#insert(printable(key));
    }
  }

  #insert(text: string): string {
    const added = [...text];
    if (added.length === 0) return "";
    if (this.#chars.length + added.length > maxLine) return "\x07";
    const atEnd = this.#cursor === this.#chars.length;
    this.#chars = [...this.#chars.slice(0, this.#cursor), ...added, ...this.#chars.slice(this.#cursor)];
    this.#cursor += added.length;
    const fits = this.#promptWidth() + this.#chars.length < this.#host.cols();
    return atEnd && fits && !text.includes("\n") ? text : this.#draw();
  }

  #move(to: number): string {
    this.#cursor = Math.max(0, Math.min(this.#chars.length, to));
    return this.#draw();
  }

  #wordLeft(): number {
    let at = this.#cursor;
    while (at > 0 && this.#chars[at - 1] === " ") at -= 1;
    while (at > 0 && this.#chars[at - 1] !== " ") at -= 1;
    return at;
  }

  #wordRight(): number {
    let at = this.#cursor;
    while (at < this.#chars.length && this.#chars[at] === " ") at += 1;
    while (at < this.#chars.length && this.#chars[at] !== " ") at += 1;
    return at;
  }

  #recallTo(index: number): string {
    if (index < 0 || index > this.history.length) return "\x07";
    if (this.#recall === this.history.length) this.#draft = this.text;
    this.#recall = index;
    this.#chars = [...(index === this.history.length ? this.#draft : (this.history[index] ?? ""))];
    this.#cursor = this.#chars.length;
    return this.#draw();
  }

  #complete(): string {
    const before = this.beforeCursor;
    const { from, words } = this.#host.complete(before);
    const typed = before.slice(from);
    const common = commonStart(words);
    if (words.length === 1 && words[0] !== undefined) {
      const word = words[0];
      return this.#insert(word.slice(typed.length) + (word.endsWith("/") ? "" : " "));
    }
    if (common.length > typed.length) return this.#insert(common.slice(typed.length));
    if (words.length === 0) return "\x07";
    const shown = words.slice(0, 200).map((word) =>
      word
        .replace(/(.)\/$/, "$1/")
        .split("/")
        .slice(word.endsWith("/") ? -2 : -1)
        .join("/"),
    );
    this.#row = 0;
    return `\r\n${shown.join("  ")}\r\n${this.#draw()}`;
  }

  #promptWidth(): number {
    return [...this.#prompt].length;
  }

  /** Draws prompt and line again over what is there; a newline in the line shows as a line break. */
  #draw(): string {
    const cols = Math.max(2, this.#host.cols());
    const place = (chars: readonly string[]) => {
      let row = 0;
      let col = this.#promptWidth();
      row += Math.floor(col / cols);
      col %= cols;
      for (const char of chars) {
        if (char === "\n") {
          row += 1;
          col = 0;
        } else {
          col += 1;
          if (col === cols) {
            row += 1;
            col = 0;
          }
        }
      }
      return { row, col };
    };
    const end = place(this.#chars);
    const cursor = place(this.#chars.slice(0, this.#cursor));
    const up = this.#row > 0 ? `\x1b[${this.#row}A` : "";
    let out = `${up}\r\x1b[J${this.#prompt}${this.text.replace(/\n/g, "\r\n")}`;
    // A terminal waits in the last column; a blank and a return put the cursor where the next character goes.
    if (end.col === 0 && end.row > 0 && this.#chars.at(-1) !== "\n") out += " \r";
    if (end.row > cursor.row) out += `\x1b[${end.row - cursor.row}A`;
    if (this.#cursor < this.#chars.length) out += `\r${cursor.col > 0 ? `\x1b[${cursor.col}C` : ""}`;
    this.#row = cursor.row;
    return out;
  }
}

/** Text without control characters; an escape sequence that means nothing here gives nothing. */
const printable = (key: string) => (key.startsWith("\x1b") ? "" : key.replace(/[\x00-\x08\x0b-\x1f\x7f]/g, ""));

function commonStart(words: readonly string[]): string {
  const [first = ""] = words;
  let length = first.length;
  for (const word of words) while (!word.startsWith(first.slice(0, length))) length -= 1;
  return first.slice(0, length);
}
