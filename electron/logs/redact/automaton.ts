/**
 * Finds many words in bytes in one pass, whatever the words and the text are (Aho and Corasick 1975, as a full table):
 * one step a byte, so that no text makes it slow. ASCII letters count alike in either case.
 */

/** Of all words together: the table has so many rows at most, of 64 to 256 numbers. */
const maxStates = 200_000;

const fold = (byte: number) => (byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte);

export class Automaton {
  /** Which words found no room, by their index. */
  readonly left: readonly number[];
  readonly #classOf = new Uint8Array(256);
  readonly #shift: number;
  /** By row and class: the next row, its number already shifted. */
  readonly #next: Int32Array;
  /** By row: the word that ends there, from 1; and the row of the next shorter one that ends there too. */
  readonly #word: Int32Array;
  readonly #shorter: Int32Array;
  readonly #lengths: Int32Array;
  /** By word: another one that is spelled alike, from 1. */
  readonly #alike: Int32Array;

  constructor(words: readonly Uint8Array[]) {
    const left: number[] = [];
    let states = 1;
    let classes = 1;
    for (const [index, word] of words.entries()) {
      if (word.length === 0 || states + word.length > maxStates) {
        left.push(index);
        continue;
      }
      states += word.length;
      for (const byte of word) {
        const folded = fold(byte);
        if (this.#classOf[folded] === 0) this.#classOf[folded] = classes++ & 255;
      }
    }
    for (let byte = 0x41; byte <= 0x5a; byte++) this.#classOf[byte] = this.#classOf[byte + 32] ?? 0;
    this.left = left;
    this.#lengths = Int32Array.from(words, (word) => word.length);
    this.#alike = new Int32Array(words.length);
    this.#shift = Math.max(4, 32 - Math.clz32(classes));
    this.#next = new Int32Array(states << this.#shift);
    this.#word = new Int32Array(states);
    this.#shorter = new Int32Array(states);
    const skipped = new Set(left);
    let rows = 1;
    for (const [index, word] of words.entries()) {
      if (skipped.has(index)) continue;
      let row = 0;
      for (const byte of word) {
        const slot = (row << this.#shift) + this.#class(byte);
        if (this.#next[slot] === 0) this.#next[slot] = rows++;
        row = this.#next[slot] ?? 0;
      }
      this.#alike[index] = this.#word[row] as number;
      this.#word[row] = index + 1;
    }
    this.#complete(rows, 1 << this.#shift);
  }

  /** Calls `onHit` for every place where a word stands, `[start, end)`; in the order of the ends, longer ones first. */
  scan(bytes: Uint8Array, onHit: (word: number, start: number, end: number) => void): void {
    const next = this.#next;
    const classOf = this.#classOf;
    const shift = this.#shift;
    let at = 0;
    for (let index = 0; index < bytes.length; index++) {
      at = next[at + (classOf[bytes[index] as number] as number)] as number;
      // A row in which words end has a negative number.
      if (at >= 0) continue;
      at = -at;
      for (let row = at >> shift; row !== 0; row = this.#shorter[row] as number) {
        for (let word = this.#word[row] as number; word !== 0; word = this.#alike[word - 1] as number) {
          onHit(word - 1, index + 1 - (this.#lengths[word - 1] as number), index + 1);
        }
      }
    }
  }

  #class(byte: number): number {
    return this.#classOf[fold(byte)] ?? 0;
  }

  /** Fills in where each row goes on when the text leaves its word. */
  #complete(rows: number, width: number): void {
    const shift = this.#shift;
    const next = this.#next;
    const back = new Int32Array(rows);
    const queue = new Int32Array(rows);
    let tail = 0;
    for (let column = 0; column < width; column++) {
      const row = next[column] as number;
      if (row !== 0) queue[tail++] = row;
    }
    for (let head = 0; head < tail; head++) {
      const row = queue[head] as number;
      const behind = back[row] as number;
      this.#shorter[row] = this.#word[behind] !== 0 ? behind : (this.#shorter[behind] as number);
      for (let column = 0; column < width; column++) {
        const slot = (row << shift) + column;
        const instead = next[(behind << shift) + column] as number;
        const child = next[slot] as number;
        if (child === 0) next[slot] = instead;
        else {
          back[child] = instead;
          queue[tail++] = child;
        }
      }
    }
    for (let slot = 0; slot < rows << shift; slot++) {
      const row = next[slot] as number;
      next[slot] = this.#word[row] !== 0 || this.#shorter[row] !== 0 ? -(row << shift) : row << shift;
    }
  }
}
