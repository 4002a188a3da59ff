/**
 * Takes names and secrets out of texts, in two looks: {@link Redactor.learning} at everything, then
 * {@link Redactor.replacing}. Knows nothing of where the texts come from; {@link Redactor.withheld} and
 * {@link Redactor.name} answer for entries that were looked at by their path.
 */
import { Buffer } from "node:buffer";
import type { RedactionClass, RedactionPreview, RedactionRules } from "../../contract/logs/redact.ts";
import { meaningsIn } from "./coded.ts";
import { holdsPacked } from "./content.ts";
import { Finder, type Places } from "./find.ts";
import { join, type Match } from "./match.ts";
import { Previewing } from "./preview.ts";
import type { PseudonymMap } from "./pseudonyms.ts";
import { instead, visible } from "./visible.ts";
import { Vocabulary } from "./vocabulary.ts";
import { Windows } from "./windows.ts";

/** What a content is: text; text that is packed (it goes into a bundle unpacked); anything else. */
export type ContentKind = "text" | "packed" | "binary" | "sealed";

export interface RedactorInput {
  readonly rules: RedactionRules;
  /** What stood for what the last time; null for the first. */
  readonly map: PseudonymMap | null;
  /** Names that the lab itself tells. */
  readonly hosts: readonly string[];
  readonly users: readonly string[];
  /** What the lab is called; the bundle bears it. */
  readonly lab?: string;
}

/** A stream of one entry. */
export interface Passing<T> {
  push(chunk: Uint8Array): T;
  end(): T;
}

export class Redactor {
  readonly #rules: RedactionRules;
  readonly #vocabulary: Vocabulary;
  readonly #preview = new Previewing();
  readonly #kinds = new Map<string, ContentKind>();
  readonly #found = new Map<string, Found>();
  readonly #names = new Map<string, string>();
  readonly #taken = new Set<string>();
  readonly #learner: Finder;
  #finder: Finder | null = null;

  constructor({ rules, map, hosts, users, lab }: RedactorInput) {
    this.#rules = rules;
    this.#vocabulary = new Vocabulary(rules, map, lab);
    for (const host of hosts) {
      // An address has no domain.
      const [first = "", ...domain] = /^[\d.]+$|:/.test(host) ? [host] : host.split(".");
      this.#vocabulary.learn("hostname", first, { given: true });
      if (domain.length > 1) this.#vocabulary.learn("domain", domain.join("."), { given: true });
    }
    for (const user of users) this.#vocabulary.learn("user", user, { given: true });
    this.#learner = new Finder(this.#vocabulary, false);
  }

  /** The first look at an entry's text. All entries have it before the first one is replaced. */
  learning(path: string): Passing<void> {
    this.#finder = null;
    const windows = new Windows((bytes, from, to) => {
      const seen = visible(bytes);
      this.#learner.learn(seen.bytes, placeOf(seen.at, from), placeOf(seen.at, to), path);
      return to;
    });
    return { push: (chunk) => windows.push(chunk), end: () => windows.end() };
  }

  learnText(text: string, path = ""): void {
    const learning = this.learning(path);
    learning.push(Buffer.from(text));
    learning.end();
  }

  /** The second look, at text: what comes out is what goes into a bundle. With `preview`, it is told there. */
  replacing(path: string, preview = false): Passing<Buffer> {
    const finder = this.#ready();
    const told = preview ? this.#preview.entry(path) : null;
    const out: Uint8Array[] = [];
    const take = () => Buffer.concat(out.splice(0));
    const windows = new Windows((bytes, from, to) => {
      let done = from;
      let cut = to;
      for (const { match, start, end } of placed(finder, bytes, from, path)) {
        if (start >= cut) break;
        if (end > cut) {
          cut = start;
          break;
        }
        told?.match(match, bytes, start, end);
        out.push(bytes.subarray(done, start), instead(bytes, start, end, match.text));
        done = end;
      }
      out.push(bytes.subarray(done, cut));
      told?.passed(bytes, from, cut);
      return cut;
    });
    return {
      push: (chunk) => {
        windows.push(chunk);
        return take();
      },
      end: () => {
        windows.end();
        return take();
      },
    };
  }

  /** The second look, at what is no text: counts what would have to be replaced. */
  searching(path: string): Passing<void> {
    const finder = this.#ready();
    const classes = new Set<RedactionClass>();
    // What looks like the place of a name is chance there, unless it stands in text that somebody can read.
    const isKnown = this.#vocabulary.known();
    const isSure = ({ kind, original }: Match, bytes: Uint8Array, start: number, end: number) =>
      kind === "gone" ||
      kind === "word" ||
      end - start >= (leastSure[kind] ?? Number.POSITIVE_INFINITY) ||
      (end - start >= 5 && (isKnown(original) || stretchAround(bytes, start, end) >= readableStretch));
    let found = 0;
    let packed = false;
    const note = () => this.#found.set(path, { found, packed, classes: [...classes].sort() });
    note();
    const windows = new Windows((bytes, from, to) => {
      packed ||= this.#rules.on && holdsPacked(bytes, from, to);
      for (const { match, start, end } of placed(finder, bytes, from, path, "look")) {
        if (start >= to || !isSure(match, bytes, start, end)) continue;
        found++;
        classes.add(match.kind === "gone" ? "key" : match.kind);
      }
      note();
      return to;
    });
    return { push: (chunk) => windows.push(chunk), end: () => windows.end() };
  }

  /** Redacts one string: of a manifest, of a page. Teach it by {@link learnText} before. */
  value(text: string): string {
    const replacing = this.replacing("");
    return Buffer.concat([replacing.push(Buffer.from(text)), replacing.end()]).toString();
  }

  /** What an entry's content was found to be; `sealed`: packed in a way that cannot be looked into. */
  is(path: string, kind: ContentKind): void {
    this.#kinds.set(path, kind);
  }

  kindOf(path: string): ContentKind | null {
    return this.#kinds.get(path) ?? null;
  }

  /** An entry's path in the bundle: without names, and without the ending of a packing that it lost; unique. */
  name(path: string): string {
    const known = this.#names.get(path);
    if (known !== undefined) return known;
    const unpacked =
      this.#kinds.get(path) === "packed" && this.withheld(path) === "" ? path.replace(/\.(?:gz|zst|xz|z)$/i, "") : path;
    // As a whole: `/home/jd/` tells whose folder it is.
    const plain = this.value(unpacked);
    let name = plain;
    for (let n = 2; this.#taken.has(name.toLowerCase()); n++) name = `${plain}.${n}`;
    this.#taken.add(name.toLowerCase());
    this.#names.set(path, name);
    return name;
  }

  /** Why an entry's content is left out; empty where it is not. */
  withheld(path: string): string {
    if (this.#rules.includeBinary.includes(path)) return "";
    if (this.#kinds.get(path) === "sealed" && this.#rules.on) {
      return "Packed in a way that cannot be looked into: it may hold names and secrets.";
    }
    const found = this.#found.get(path);
    if (found?.packed)
      return "Binary content with packed parts, as archives and images have: nobody looked into them, they may hold names and secrets.";
    if (!found || found.found === 0) return "";
    return `Binary content in which names or secrets stand (${found.classes.join(", ")}, ${found.found} places): they cannot be replaced there.`;
  }

  preview(): RedactionPreview {
    const binary = [...this.#kinds].flatMap(([path, kind]) => {
      const found = this.#found.get(path) ?? { found: 0, packed: false, classes: [] };
      return (kind === "sealed" && this.#rules.on) || found.packed || found.found > 0
        ? [{ path, found: found.found, classes: [...found.classes] }]
        : [];
    });
    const { noRoom } = this.#ready();
    return { ...this.#preview.get(), binary, noRoom: { names: noRoom.length, some: noRoom.slice(0, toldWithoutRoom) } };
  }

  /** What the admin keeps, so that the next bundle has the same pseudonyms. */
  map(): PseudonymMap {
    this.#ready();
    return this.#vocabulary.get();
  }

  #ready(): Finder {
    if (this.#finder === null) {
      this.#vocabulary.assign();
      this.#finder = new Finder(this.#vocabulary, true);
    }
    return this.#finder;
  }
}

/** Of names that found no room, so many are told. */
const toldWithoutRoom = 20;

interface Found {
  readonly found: number;
  /** Something packed is in it. */
  readonly packed: boolean;
  readonly classes: readonly RedactionClass[];
}

/** By their form addresses of that length are none by chance: of as many random bytes, one in ten thousand million is. */
const leastSure: Readonly<Partial<Record<Match["kind"], number>>> = { ipv4: 7, mac: 14, ipv6: 12 };

/** So many printable letters in a row are a text: among random bytes, one place in ten million has them. */
const readableStretch = 16;
const isPrintable = (byte: number | undefined) => byte !== undefined && byte >= 0x20 && byte < 0x7f;

/** How many printable ASCII letters stand in a row from `start` to `end` and on both sides; 0 where one between is not. */
function stretchAround(bytes: Uint8Array, start: number, end: number): number {
  let from = start;
  let to = start;
  while (isPrintable(bytes[to]) && to - start < readableStretch + (end - start)) to++;
  if (to < end) return 0;
  while (isPrintable(bytes[from - 1]) && end - from < readableStretch) from--;
  return to - from;
}

/** A match, at its place among the bytes. */
interface Placed {
  readonly match: Match;
  readonly start: number;
  readonly end: number;
}

/** Looks at what is visible, and at the bytes as they are, which may be less than they seem: a lone ESC takes no letter. */
function placed(
  finder: Finder,
  bytes: Buffer,
  from: number,
  path: string,
  places: Places = "learn",
): readonly Placed[] {
  const asIs = (places: Places) =>
    finder.matches(bytes, from, path, places).map((match) => ({ match, start: match.start, end: match.end }));
  const seen = visible(bytes);
  const { at } = seen;
  const inCode = coded(finder, bytes, from);
  if (at === null) return inCode.length === 0 ? asIs(places) : joined([...asIs(places), ...inCode]);
  const visibly = finder.matches(seen.bytes, placeOf(at, from), path, places).map((match) => ({
    match,
    start: at[match.start] as number,
    end: (at[match.end - 1] as number) + 1,
  }));
  return joined([...visibly, ...asIs(places === "look" ? "look" : "none"), ...inCode]);
}

/** In order and apart from each other. */
function joined(found: Placed[]): readonly Placed[] {
  const apart: Placed[] = [];
  for (const each of found.sort((a, b) => a.start - b.start || b.end - a.end)) join(apart, each);
  return apart;
}

/** Known names in base64 and in hexadecimal digits. Their letters become `x`, so that what is around them still means something. */
function coded(finder: Finder, bytes: Buffer, from: number): Placed[] {
  const found: Placed[] = [];
  meaningsIn(bytes, (meaning) => {
    finder.named(meaning.bytes, (first, last, { kind, original }) => {
      for (const [start, end] of meaning.lettersOf(first, last)) {
        if (start < from) continue;
        const match = { start, end, kind, original, text: "x".repeat(end - start) };
        found.push({ match, start, end });
      }
    });
  });
  return found;
}

/** The place in what is visible of a place in what it was made of. */
function placeOf(at: Int32Array | null, place: number): number {
  if (at === null) return place;
  let low = 0;
  let high = at.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((at[middle] as number) < place) low = middle + 1;
    else high = middle;
  }
  return low;
}
