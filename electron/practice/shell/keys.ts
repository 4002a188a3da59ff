/** Splits what a terminal sends into keys: printable runs, control characters and whole escape sequences. */

const key = /\x1b\[[0-9;?]*[ -/]*[@-~]|\x1bO[ -~]|\x1b[^[O\x1b]|[\x00-\x1a\x1c-\x1f\x7f]|[^\x00-\x1f\x7f]+/y;
const unfinished = /^\x1b(?:\[[0-9;?]*[ -/]*|O)?$/;
/** An escape sequence longer than this is dropped. */
const maxSequence = 32;

export class KeyReader {
  #pending = "";

  /** Keys complete so far; a sequence cut in two waits for its rest. */
  feed(text: string): string[] {
    const input = this.#pending + text;
    this.#pending = "";
    const keys: string[] = [];
    key.lastIndex = 0;
    let at = 0;
    while (at < input.length) {
      key.lastIndex = at;
      const match = key.exec(input);
      if (match) {
        keys.push(match[0]);
        at += match[0].length;
      } else if (!unfinished.test(input.slice(at))) {
        // An escape that begins nothing is dropped.
        at += 1;
      } else {
        if (input.length - at <= maxSequence) this.#pending = input.slice(at);
        break;
      }
    }
    return keys;
  }
}
