/**
 * Owns which pseudonym stands for what. Numbers are given in the order of the names, not of the files, and what was given
 * once stays: {@link PseudonymMap} is kept by the admin, and never goes into a bundle.
 */
import * as z from "zod";
import type { RedactionClass } from "../../contract/logs/redact.ts";

/** By scope, and in it by original: the number it was given. */
export const pseudonymMapSchema = z.object({
  halfrack: z.literal(1),
  numbers: z.record(z.string(), z.record(z.string(), z.number().int().nonnegative())),
  /** For the admin to look up: by class, what stands for what. */
  names: z.record(z.string(), z.record(z.string(), z.string())),
});
export type PseudonymMap = z.infer<typeof pseudonymMapSchema>;

/** Classes whose pseudonym is a word and a number. */
export const stems = {
  hostname: "host",
  domain: "domain",
  user: "user",
  serial: "serial",
  key: "key",
  password: "password",
  word: "word",
} as const;
export type Stem = keyof typeof stems;

/** Other stems, where an own word is part of the usual one. */
const others = ["name", "item", "thing", "zq", "xj", "vk", "wv", "yk"];

/** What looks like a pseudonym of a word; it is taken for one wherever it stands. */
export const pseudonymWord =
  /^(?:host|user|serial|key|password|word|name|item|thing|zq|xj|vk|wv|yk)-\d{1,7}$|^(?:domain|name|item|thing|zq|xj|vk|wv|yk)-\d{1,7}(?:\.invalid)?$/i;

/** Distinct names of one kind; those beyond it share one pseudonym. */
const maxNames = 200_000;
/** Of a word; shared by all beyond them. */
const lastNumber = 9_999_999;

export class Pseudonyms {
  readonly #numbers = new Map<string, Map<string, number>>();
  readonly #used = new Map<string, Set<number>>();
  readonly #next = new Map<string, number>();
  readonly #names = new Map<RedactionClass, Map<string, string>>();
  readonly #unwanted: readonly string[];
  readonly #stems = new Map<Stem, string>();

  /** `unwanted`: own words in small letters, which no pseudonym may hold. */
  constructor(map: PseudonymMap | null, unwanted: readonly string[]) {
    this.#unwanted = unwanted;
    const fits = (text: string) => !unwanted.some((word) => text.includes(word));
    const free = others.filter(fits);
    for (const stem of Object.keys(stems) as Stem[])
      this.#stems.set(stem, fits(stems[stem]) ? stems[stem] : (free.shift() ?? stems[stem]));
    for (const [scope, numbers] of Object.entries(map?.numbers ?? {})) {
      for (const [original, number] of Object.entries(numbers)) this.#give(scope, original, number);
    }
    for (const [kind, names] of Object.entries(map?.names ?? {})) {
      for (const [original, pseudonym] of Object.entries(names)) this.told(kind as RedactionClass, original, pseudonym);
    }
  }

  /** A number that stands in the texts by itself already, and so may not be given to anything. */
  reserve(scope: string, number: number): void {
    this.#usedOf(scope).add(number);
  }

  has(scope: string, original: string): boolean {
    return this.#numbers.get(scope)?.has(original) ?? false;
  }

  /** The number of `original` in `scope`: the first free one from `first` where it has none; at most `most`. */
  number(scope: string, original: string, first = 0, most = Number.MAX_SAFE_INTEGER): number {
    const known = this.#numbers.get(scope)?.get(original);
    if (known !== undefined) return known;
    const used = this.#usedOf(scope);
    let number = Math.max(first, this.#next.get(scope) ?? first);
    while (used.has(number) || this.#isUnwanted(scope, number)) number++;
    if (number > most || (this.#numbers.get(scope)?.size ?? 0) >= maxNames) return most;
    this.#next.set(scope, number + 1);
    this.#give(scope, original, number);
    return number;
  }

  /** `host-3` */
  word(stem: Stem, original: string): string {
    return this.#word(stem, this.number(stem, original, 1, lastNumber));
  }

  /** What words of one kind share that are too many to have one each. */
  beyond(stem: Stem): string {
    return this.#word(stem, lastNumber);
  }

  /** Notes for the admin what stands for what. */
  told(kind: RedactionClass, original: string, pseudonym: string): void {
    const names = this.#names.get(kind) ?? new Map<string, string>();
    this.#names.set(kind, names);
    if (names.size < maxNames) names.set(original, pseudonym);
  }

  get(): PseudonymMap {
    const plain = <V>(maps: Map<string, Map<string, V>>) =>
      Object.fromEntries(
        [...maps].sort(byName).map(([name, map]) => [name, Object.fromEntries([...map].sort(byName))]),
      );
    return { halfrack: 1, numbers: plain(this.#numbers), names: plain(this.#names) };
  }

  #word(stem: Stem, number: number): string {
    return `${this.#stems.get(stem)}-${number}${stem === "domain" ? ".invalid" : ""}`;
  }

  #isUnwanted(scope: string, number: number): boolean {
    return scope in stems && this.#unwanted.some((word) => `-${number}`.includes(word) && word !== "-");
  }

  #give(scope: string, original: string, number: number): void {
    const numbers = this.#numbers.get(scope) ?? new Map<string, number>();
    this.#numbers.set(scope, numbers);
    numbers.set(original, number);
    this.#usedOf(scope).add(number);
  }

  #usedOf(scope: string): Set<number> {
    const used = this.#used.get(scope) ?? new Set<number>();
    this.#used.set(scope, used);
    return used;
  }
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) => (a < b ? -1 : a > b ? 1 : 0);
