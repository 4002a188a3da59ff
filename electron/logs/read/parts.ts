/**
 * Owns in which words lines differ that otherwise say the same: which memory module, which port. Words that have many
 * values (addresses, durations) tell nothing and are let go.
 */

/** A word, and in how many of the lines it stands in this place. */
export interface PartValue {
  readonly text: string;
  readonly times: number;
}

const maxWords = 40;
const maxChars = 80;
const maxValues = 8;
const givenParts = 3;

/** Values that may still be kept, of all groups together. */
export interface PartRoom {
  values: number;
}

export class LineParts {
  readonly #room: PartRoom;
  readonly #first: readonly string[];
  /** By place: how often each word stands there; null where there are too many. Only where they differ. */
  readonly #places = new Map<number, Map<string, number> | null>();
  #times = 1;
  /** Lines have other numbers of words: nobody knows which stands for which. */
  #unlike = false;

  constructor(message: string, room: PartRoom) {
    this.#room = room;
    this.#first = wordsOf(message);
  }

  /** Of a further line. */
  add(message: string): void {
    const words = wordsOf(message);
    this.#unlike ||= words.length !== this.#first.length;
    if (this.#unlike) return;
    for (let place = 0; place < words.length; place++) {
      const word = words[place] ?? "";
      let values = this.#places.get(place);
      if (values === null || (values === undefined && word === this.#first[place])) continue;
      if (values === undefined) {
        values = new Map([[this.#first[place] ?? "", this.#times]]);
        this.#places.set(place, values);
      }
      const times = values.get(word);
      if (times !== undefined || (values.size < maxValues && this.#room.values-- > 0))
        values.set(word, (times ?? 0) + 1);
      else this.#places.set(place, null);
    }
    this.#times++;
  }

  /** Names before bare numbers; of words that go together one. */
  list(): PartValue[][] {
    const lists = new Map<string, PartValue[]>();
    if (this.#unlike) return [];
    for (const named of [true, false])
      for (const [place, values] of this.#places) {
        if (values === null || [...values.keys()].every((word) => /\p{L}/u.test(word)) !== named) continue;
        const before = this.#first[place - 1] ?? "";
        // behind a name, as in `port 3`; else it is a count or an amount, as in `MC1: 2 CE error`
        if (!named && !/^\p{L}+$/u.test(before)) continue;
        const sorted = [...values].sort(([x, a], [y, b]) => b - a || x.localeCompare(y, "en", { numeric: true }));
        const counts = sorted.map(([, times]) => times).join(" ");
        if (lists.size < givenParts && !lists.has(counts))
          lists.set(
            counts,
            sorted.map(([word, times]) => ({ text: named ? word : `${before} ${word}`, times })),
          );
      }
    return [...lists.values()];
  }
}

/** Copies: a piece of a text would keep the whole text in memory. */
const wordsOf = (message: string) =>
  message
    .split(/\s+/, maxWords)
    .map((word) => Buffer.from(word.replace(/^[([{"']+|[)\]}"',;:.]+$/g, "").slice(0, maxChars)).toString());
