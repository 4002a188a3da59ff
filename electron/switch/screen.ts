/**
 * Turns what a command line sends to its terminal into the lines a person would see: carriage returns and backspaces
 * move, erase sequences erase, all other sequences are dropped. Total and bounded for any text.
 */

/** Characters of one line that are kept; a line of the switch has less than two hundred. */
const maxLine = 8192;
/** An escape sequence longer than this is none. */
const maxSequence = 256;

const printable = /[^\x00-\x1f\x7f-\x9f]+/y;
const sequence = /\x1b(?:\[([0-?]*)[ -/]*([@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]+[0-~]|[0-Z\\^-~])/y;

export class Screen {
  #lines: string[] = [];
  #line = "";
  #column = 0;
  /** The beginning of an escape sequence whose rest has not come. */
  #held = "";

  /** The line the cursor is in. */
  get tail(): string {
    return this.#line;
  }

  /** Returns the lines that were finished by `text`. */
  feed(text: string): readonly string[] {
    this.#draw(text);
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  #draw(text: string): void {
    const input = this.#held + text;
    this.#held = "";
    let at = 0;
    while (at < input.length) {
      printable.lastIndex = at;
      const run = printable.exec(input)?.[0];
      if (run !== undefined) {
        this.#write(run);
        at += run.length;
        continue;
      }
      if (input[at] !== "\x1b") {
        this.#control(input[at] ?? "");
        at += 1;
        continue;
      }
      sequence.lastIndex = at;
      const found = sequence.exec(input);
      if (found) {
        if (found[2] !== undefined) this.#sequence(found[2], found[1] ?? "");
        at += found[0].length;
      } else if (input.length - at < maxSequence && isUnfinished(input, at)) {
        this.#held = input.slice(at);
        return;
      } else at += 1; // no sequence: the escape alone is dropped
    }
  }

  #write(text: string): void {
    const before = this.#line.slice(0, this.#column);
    const room = maxLine - before.length;
    const kept = text.slice(0, room);
    this.#line = before + kept + this.#line.slice(before.length + kept.length);
    this.#column = before.length + kept.length;
  }

  #control(character: string): void {
    if (character === "\n") this.#finish();
    else if (character === "\r") this.#column = 0;
    else if (character === "\b") this.#column = Math.max(0, this.#column - 1);
    else if (character === "\t") this.#write("\t");
  }

  #sequence(final: string, parameters: string): void {
    if (final === "K" || final === "J") {
      const whole = parameters.startsWith("2");
      this.#line = whole ? "" : parameters.startsWith("1") ? this.#line : this.#line.slice(0, this.#column);
      if (whole) this.#column = 0;
    } else if (final === "H" || final === "G") this.#column = 0;
    else if (final === "D") this.#column = Math.max(0, this.#column - count(parameters));
    else if (final === "C") this.#column = Math.min(this.#line.length, this.#column + count(parameters));
  }

  #finish(): void {
    this.#lines.push(this.#line.trimEnd());
    this.#line = "";
    this.#column = 0;
  }
}

const count = (parameters: string) => Math.min(maxLine, Math.max(1, Number.parseInt(parameters, 10) || 1));

/** Whether a sequence that begins at `at` may still be completed by what comes. */
function isUnfinished(input: string, at: number): boolean {
  const rest = input.slice(at + 1);
  return /^(?:\[[0-?]*[ -/]*|\][^\x07\x1b]*\x1b?|[ -/]*)$/.test(rest);
}
