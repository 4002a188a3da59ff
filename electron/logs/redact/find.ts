/** Finds in a stretch of text what has to be learned or replaced: private keys, told names, known words, addresses. */
import { Buffer } from "node:buffer";
import { type Address, findAddresses } from "./addresses.ts";
import { Automaton } from "./automaton.ts";
import { type Context, contexts } from "./contexts.ts";
import { apart, keep, type Match } from "./match.ts";
import { isName, isPublicDomain, standsApart, waysOf } from "./names.ts";
import { isMemoryNode } from "./numa.ts";
import { findPrivateKeys, keyMarks } from "./private-keys.ts";
import { type Stem, stems } from "./pseudonyms.ts";
import { kindOf, type Vocabulary, type Word } from "./vocabulary.ts";

/** What is done with words that their places tell. */
export type Places = "learn" | "look" | "none";

/** A word that was learned, or an address as digits without separators. */
type Owner = Word | { readonly kind: "mac" | "ipv6"; readonly pseudonym: string; readonly plain: string };

/** A word that its place tells. */
interface Told {
  readonly stem: Stem;
  readonly start: number;
  readonly end: number;
  /** Somebody tried it as a login, and there is none: it counts less than names that are. */
  readonly tried?: boolean;
}

interface Findings {
  readonly text: string;
  readonly marks: readonly number[];
  readonly told: readonly Told[];
  readonly gone: readonly Told[];
  readonly system: readonly string[];
  readonly reserved: readonly { readonly stem: Stem; readonly number: number }[];
  /** By pattern: where what it found last ends. It is not tried within, or a text of triggers would be read many times. */
  readonly until: Int32Array;
}

const triggers = [...new Set(contexts.flatMap((context) => context.triggers ?? []))];
const reserving = Object.values(stems).map((stem) => `${stem}-`);
/** What the matcher looks for besides names: in this order, before all words. */
const marks = [...keyMarks, ...reserving, ...triggers, "lid"];
const numbered = contexts.map((context, number) => ({
  ...context,
  number,
  groups: [...context.pattern.source.matchAll(/\(\?<([a-z]+)\d?>/g)].map(([whole, kind = ""]) => ({
    name: whole.slice(3, -1),
    kind,
  })),
}));
type Numbered = (typeof numbered)[number];
const byTrigger = marks.map((mark) => numbered.filter((context) => context.triggers?.includes(mark)));
const ofLines = numbered.filter((context) => !context.triggers);
/** Looked for also where nothing is redacted. */
const isGone = (context: Context) => context.pattern.source.includes("(?<gone>");
/** Whether any of that may be there: most texts have none of it, and nobody need look at each letter. */
const goneMarks = new RegExp(
  [...keyMarks, ...contexts.filter(isGone).flatMap((context) => context.triggers ?? [])]
    .map((mark) => mark.replaceAll(/[$.{}]/g, "\\$&"))
    .join("|"),
  "i",
);
/** Of a name in base64 and the like. */
const leastCoded = 5;
const lidPattern =
  /(?<![a-z])(?:base ?|sm ?|port_|s|d)?lid(?:s|_\w+)?["']?(?:[ \t]{0,3}[:=#.]{1,40}[ \t]{0,3}|[ \t]{1,3})(0x[0-9a-f]{1,4}|\d{1,5})(?![\w.])/iy;

export class Finder {
  readonly #vocabulary: Vocabulary;
  readonly #automaton: Automaton;
  readonly #words: readonly Owner[];

  /** With `words`, what was learned is found wherever it stands; without, only what a place tells. */
  constructor(vocabulary: Vocabulary, words: boolean) {
    this.#vocabulary = vocabulary;
    const bytes = marks.map((mark) => Buffer.from(mark, "latin1") as Uint8Array);
    const owners: Owner[] = [];
    // Where not all find room, those that the lab told and those that were told most come first; names that were tried as
    // logins come last: they may be very many.
    const known = words ? vocabulary.words().filter((word) => word.edge !== "place") : [];
    const rank = (word: Word) => (word.given ? Number.POSITIVE_INFINITY : word.times);
    const inRank = (a: Word, b: Word) =>
      rank(a) === rank(b) ? b.original.length - a.original.length : rank(b) - rank(a);
    for (const word of known.toSorted(inRank)) {
      for (const way of waysOf(word.original)) {
        bytes.push(way);
        owners.push(word);
      }
    }
    for (const address of words ? vocabulary.bare() : []) {
      bytes.push(Buffer.from(address.plain, "latin1"));
      owners.push(address);
    }
    this.#words = owners;
    this.#automaton = new Automaton(bytes);
  }

  /** Names that found no room, in one of their spellings at least, those first that were told most. */
  get noRoom(): readonly string[] {
    const owners = this.#automaton.left.map((index) => this.#words[index - marks.length]);
    return [...new Set(owners.flatMap((owner) => (owner && "stem" in owner ? [owner.original] : [])))];
  }

  /** Learns from `[from, to)` of what is visible; what stands around tells as well. */
  learn(bytes: Uint8Array, from: number, to: number, path: string): void {
    const vocabulary = this.#vocabulary;
    if (!vocabulary.takesAny()) return;
    const { text, told, system, reserved } = this.#find(bytes, path, null);
    const here = (at: number) => at >= from && at < to;
    for (const name of system) vocabulary.learnSystemUser(name);
    for (const { stem, number } of reserved) vocabulary.reserve(stem, number);
    for (const { stem, start, end, tried = false } of told)
      if (here(start)) vocabulary.learn(stem, unquoted(text.slice(start, end)), { tried });
    findAddresses(bytes, text, (address) => {
      if (here(address.start)) vocabulary.learnAddress(address);
    });
    if (vocabulary.takes("lid"))
      for (const { lid, start } of this.#lids(text)) if (here(start)) vocabulary.learnLid(lid);
  }

  /**
   * What has to be replaced from `from` on, in order and apart from each other. `none` of the places that tell names: known
   * words and forms alone. `look`: nothing is learned, and what was not known is given no pseudonym.
   */
  matches(bytes: Uint8Array, from: number, path: string, places: Places = "learn"): readonly Match[] {
    const vocabulary = this.#vocabulary;
    const found: Match[] = [];
    const {
      text,
      marks: keys,
      told,
      gone,
    } = this.#find(bytes, path, (start, end, owner) => {
      if (start < from) return;
      const original = "stem" in owner ? owner.original : owner.plain;
      const pseudonym = "stem" in owner ? vocabulary.pseudonymOf(original) : owner.pseudonym;
      keep(found, { start, end, kind: owner.kind, original, text: pseudonym });
    });
    const removals = findPrivateKeys(text, keys);
    for (const { start, end, text: put } of removals) found.push({ start, end, kind: "gone", original: "", text: put });
    for (const { start, end } of gone) {
      if (!removals.some((removal) => start >= removal.start && start < removal.end)) {
        found.push({ start, end, kind: "gone", original: "", text: "[password hash removed]" });
      }
    }
    for (const { start, end, stem } of places === "none" ? [] : told) {
      const written = unquoted(text.slice(start, end));
      if (places === "look") {
        const name = vocabulary.nameOf(stem, written);
        if (name !== null) found.push({ start, end, kind: kindOf(stem), original: name, text: "" });
        continue;
      }
      const put = vocabulary.toldAs(stem, written);
      if (put !== null) found.push({ start, end, ...put });
    }
    if (vocabulary.takesAny())
      findAddresses(bytes, text, (address) => {
        const { start, end, kind, plain } = address;
        if (places !== "look") this.#address(address, text, found);
        else if (vocabulary.takesAddress(address, text.slice(start, end)))
          found.push({ start, end, kind, original: plain, text: "" });
      });
    if (vocabulary.takes("lid") && places !== "look") {
      for (const { lid, start, end, hex } of this.#lids(text)) {
        const pseudonym = lid > 40_000 ? lid : vocabulary.lid(lid);
        found.push({
          start,
          end,
          kind: "lid",
          original: String(lid),
          text: hex ? `0x${pseudonym.toString(16)}` : String(pseudonym),
        });
      }
    }
    return apart(
      found.filter((match) => match.start >= from && match.end > match.start),
      bytes,
    );
  }

  /** What is known by name in bytes that something means: in base64, in hexadecimal digits. Short names stand there by chance. */
  named(bytes: Uint8Array, onName: (start: number, end: number, word: Word) => void): void {
    let lastEnd = 0;
    this.#automaton.scan(bytes, (index, start, end) => {
      const word = this.#words[index - marks.length];
      if (!word || !("stem" in word) || end === lastEnd || end - start < leastCoded) return;
      if (!this.#stands(bytes, start, end, word)) return;
      lastEnd = end;
      onName(start, end, word);
    });
  }

  #address(address: Address, text: string, found: Match[]): void {
    const written = text.slice(address.start, address.end);
    const pseudonym = this.#vocabulary.addressOf(address, written);
    if (pseudonym === null) return;
    const put = address.reversed ? pseudonym.split(".").reverse().join(".") : pseudonym;
    found.push({ start: address.start, end: address.end, kind: address.kind, original: address.plain, text: put });
  }

  #find(bytes: Uint8Array, path: string, onWord: ((start: number, end: number, word: Owner) => void) | null): Findings {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
    const keys: number[] = [];
    const found: Findings = {
      text,
      marks: keys,
      told: [],
      gone: [],
      system: [],
      reserved: [],
      until: new Int32Array(numbered.length),
    };
    const lastReserving = keyMarks.length + reserving.length;
    let lastWordEnd = 0;
    const any = this.#vocabulary.takesAny();
    const onMark = (index: number, start: number, end: number) => {
      if (index >= marks.length) {
        // Longer ones come first.
        if (end === lastWordEnd) return;
        const word = this.#words[index - marks.length];
        if (!word || !onWord || !this.#stands(bytes, start, end, word)) return;
        lastWordEnd = end;
        onWord(start, end, word);
      } else if (index < keyMarks.length) keys.push(start);
      else if (index < lastReserving) reserve(text, start, index - keyMarks.length, found);
      else
        for (const context of byTrigger[index] as readonly Numbered[])
          if (!context.path || context.path.test(path)) tell(context, text, start, found);
    };
    if (any || goneMarks.test(text)) this.#automaton.scan(bytes, onMark);
    const patterns = ofLines.filter(
      (context) => (any || isGone(context)) && (!context.path || context.path.test(path)),
    );
    for (let at = 0; at < text.length && at !== -1; at = next(text, at)) {
      for (const context of patterns) tell(context, text, at, found);
    }
    return found;
  }

  #stands(bytes: Uint8Array, start: number, end: number, word: Owner): boolean {
    const first = bytes[start] ?? 0;
    const last = bytes[end - 1] ?? 0;
    const before = bytes[start - 1] ?? 0;
    const after = bytes[end] ?? 0;
    if ("stem" in word)
      return (
        standsApart(word.edge, first, last, before, after) &&
        !(word.stem === "hostname" && isMemoryNode(word.original, bytes, start, end))
      );
    return standsApart("apart", first, last, before, after) && isAlone(bytes, start, end);
  }

  *#lids(
    text: string,
  ): Generator<{ readonly lid: number; readonly start: number; readonly end: number; readonly hex: boolean }> {
    for (const { index } of text.matchAll(/(?:base ?|sm ?|port_|s|d)?lid/gi)) {
      lidPattern.lastIndex = index;
      const match = lidPattern.exec(text);
      const digits = match?.[1];
      if (!match || digits === undefined) continue;
      const end = index + match[0].length;
      yield { lid: Number(digits), start: end - digits.length, end, hex: digits.startsWith("0x") };
    }
  }
}

/** Not part of a longer row of hexadecimal bytes. */
const isAlone = (bytes: Uint8Array, start: number, end: number) => bytes[start - 1] !== 0x3a && bytes[end] !== 0x3a;

function next(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? -1 : end + 1;
}

function reserve(text: string, start: number, index: number, found: Findings): void {
  const stem = (Object.keys(stems) as Stem[])[index];
  const length = reserving[index]?.length ?? 0;
  const number = /^\d{1,7}/.exec(text.slice(start + length, start + length + 7))?.[0];
  if (stem && number) (found.reserved as { stem: Stem; number: number }[]).push({ stem, number: Number(number) });
}

/** Tries a pattern at a place of the text. */
function tell({ pattern, number, groups: named }: Numbered, text: string, at: number, found: Findings): void {
  if (at < (found.until[number] as number)) return;
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  if (!match) return;
  found.until[number] = pattern.lastIndex;
  const groups = match.indices?.groups;
  if (!groups) return;
  const part = (name: string) => {
    const place = groups[name];
    return place ? text.slice(...place) : "";
  };
  const told = found.told as Told[];
  for (const { name, kind } of named) {
    const place = groups[name];
    if (!place || place[0] === place[1]) continue;
    const [start, end] = place;
    if (kind === "gone") (found.gone as Told[]).push({ stem: "password", start, end });
    else if (kind === "host") told.push(...hostParts(text, start, end, false));
    else if (kind === "mail") {
      // A password in an address of a server, which was replaced before.
      const parts = /^(?:password|key)-\d+$/.test(part("user")) ? [] : hostParts(text, start, end, true);
      if (parts.length > 0 && !isUnit(text.slice(start, end))) told.push(...parts);
    } else if (kind === "hosts" || kind === "domains" || kind === "users") {
      for (const word of text.slice(start, end).matchAll(/[^\s,[\]]+/g)) {
        const from = start + word.index;
        if (kind === "users") told.push({ stem: "user", start: from, end: from + word[0].length });
        else if (kind === "domains") told.push({ stem: "domain", start: from, end: from + word[0].length });
        else told.push(...hostParts(text, from, from + word[0].length, false));
      }
    } else if (kind === "account") {
      const uid = Number(part("uid"));
      if (uid < 500 || uid === 65534 || uid === 4294967294) (found.system as string[]).push(part("account"));
      else told.push({ stem: "user", start, end });
    } else if (kind === "gecos") {
      const full = /^[^,]+/.exec(text.slice(start, end))?.[0] ?? "";
      const uid = Number(part("uid"));
      if (uid >= 500 && uid < 65534 && full.length >= 4) told.push({ stem: "user", start, end: start + full.length });
    } else if (kind === "user" && "mail" in groups) {
      if (!isUnit(part("mail"))) told.push({ stem: "user", start, end });
    } else if (kind === "comment")
      told.push({ stem: "user", start, end: end - (/\s*$/.exec(text.slice(start, end))?.[0].length ?? 0) });
    else if (kind === "user") {
      const tried = /(?:invalid|illegal) user $/i.test(text.slice(Math.max(0, start - 13), start));
      told.push({ stem: "user", start, end: end - (/[.,;:]*$/.exec(text.slice(start, end))?.[0].length ?? 0), tried });
    } else if (kind === "serial") {
      const more = groups.more;
      told.push({
        stem: "serial",
        start,
        end: more && more[0] === end ? more[1] - (/\s*$/.exec(text.slice(...more))?.[0].length ?? 0) : end,
      });
    } else if (kind === "password" || kind === "key") told.push({ stem: kind, start, end });
  }
}

/** Units of systemd, consoles, and nodes of a device tree. */
const isUnit = (host: string) =>
  !isName("domain", host) || isPublicDomain(host) || /^tty|^\d|^[0-9a-f]{6,}$/i.test(host);

/** A host's name and its domain; as an address of mail, two labels are a domain. */
function hostParts(text: string, start: number, end: number, mail: boolean): Told[] {
  const name = text.slice(start, end).replace(/\.+$/, "");
  if (/^[\d.]+$|^[0-9a-f]*:[0-9a-f:.]*$/i.test(name) || isPublicDomain(name)) return [];
  const labels = name.split(".");
  const first = labels[0] ?? "";
  if (mail && labels.length === 2) return [{ stem: "domain", start, end: start + name.length }];
  const told: Told[] = [{ stem: "hostname", start, end: start + first.length }];
  const domain = name.slice(first.length + 1);
  const own = labels.length > 2 || (labels.length === 2 && domain.length >= 4);
  if (own && !/^\d+$/.test(domain))
    told.push({ stem: "domain", start: start + first.length + 1, end: start + name.length });
  return told;
}

/** What a quoted string means; as it is where it is not one. */
function unquoted(text: string): string {
  if (!text.includes("\\")) return text;
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return text;
  }
}
