/** Owns what was learned: which words and addresses are names and secrets, and what takes their place. */
import { Buffer } from "node:buffer";
import type { RedactionClass, RedactionRules } from "../../contract/logs/redact.ts";
import { standsForItself } from "./address-rules.ts";
import type { Address } from "./addresses.ts";
import { type Edge, edgeOf, isName, saysNothing } from "./names.ts";
import { type PseudonymMap, Pseudonyms, type Stem } from "./pseudonyms.ts";

/** A word that is replaced, and how it has to stand. */
export interface Word {
  readonly stem: Stem;
  readonly kind: RedactionClass;
  readonly original: string;
  readonly edge: Edge;
  /** How often it was told as a name that is; and whether by the admin or the lab itself. What counts most is found first. */
  readonly times: number;
  readonly given: boolean;
}

/** What takes the place of a word that its place tells. */
export interface Told {
  readonly kind: RedactionClass;
  readonly original: string;
  readonly text: string;
}

/** The surest first: what is a password somewhere is one everywhere. */
const order: readonly Stem[] = ["word", "password", "key", "serial", "hostname", "domain", "user"];
const edges: readonly Edge[] = ["place", "apart", "distinct", "anywhere"];
export const kindOf = (stem: Stem): RedactionClass => (stem === "domain" ? "hostname" : stem);
/** Distinct words and addresses that are kept in mind; a log of guessed passwords holds very many. */
const maxLearned = 300_000;
/** Of what was decided of words, so many are kept at hand. */
const maxDecided = 20_000;
/** A longer one is a key, known by its beginning wherever it stands. */
const longestWord = 1200;

type Known = { -readonly [Key in keyof Word]: Word[Key] };

export class Vocabulary {
  readonly #classes: ReadonlySet<RedactionClass>;
  readonly #keep: ReadonlySet<string>;
  readonly #label: ReadonlySet<string>;
  readonly #pseudonyms: Pseudonyms;
  readonly #words = new Map<string, Known>();
  /** By stem and word as a text holds it: what was learned of it; what takes its place. Forgotten when a word changes. */
  readonly #learned = new Map<string, Known>();
  readonly #told = new Map<string, Told | null>();
  readonly #addresses = new Map<string, Address["kind"]>();
  readonly #lids = new Set<number>();
  readonly #system = new Set<string>();

  /** `label`: the lab's name, which the bundle bears. A host that is called like a word of it is known by its place alone. */
  constructor(rules: RedactionRules, map: PseudonymMap | null, label = "") {
    this.#label = new Set(label.toLowerCase().match(/[\p{L}\p{N}]{2,}/gu));
    this.#classes = new Set(rules.on ? rules.classes : []);
    this.#keep = new Set(rules.keep.map((word) => word.toLowerCase()));
    const own = this.#classes.has("word") ? rules.words : [];
    this.#pseudonyms = new Pseudonyms(
      map,
      own.map((word) => word.toLowerCase()),
    );
    for (const word of own) this.#add("word", word);
  }

  takes(kind: RedactionClass): boolean {
    return this.#classes.has(kind);
  }

  takesAny(): boolean {
    return this.#classes.size > 0;
  }

  /**
   * Notes a word that a place told; `given`: the admin's own, whatever it looks like;
   * `tried`: as a login that there is not. True when it is one to replace.
   */
  learn(stem: Stem, latin1: string, { given = false, tried = false } = {}): boolean {
    const key = `${stem} ${latin1}`;
    const known = given ? undefined : this.#learned.get(key);
    if (known) {
      if (!tried) known.times++;
      return true;
    }
    const text = this.nameOf(stem, latin1, given);
    if (text === null) return false;
    const word = this.#add(stem, text, given, tried ? 0 : 1);
    if (word && this.#learned.size < maxDecided) this.#learned.set(key, word);
    return true;
  }

  /** What takes the place of a word where its place tells it; null for what is none. */
  toldAs(stem: Stem, latin1: string): Told | null {
    const key = `${stem} ${latin1}`;
    let told = this.#told.get(key);
    if (told === undefined) {
      const isName = this.learn(stem, latin1);
      const word = isName ? this.word(latin1) : null;
      const { kind, original } = word ?? { kind: kindOf(stem), original: readable(latin1) };
      told = isName
        ? { kind, original, text: word ? this.pseudonymOf(original) : this.#pseudonyms.beyond(stem) }
        : null;
      if (this.#told.size >= maxDecided) this.#told.clear();
      this.#told.set(key, told);
    }
    return told;
  }

  /** The word, where it is one to replace; nothing is noted. */
  nameOf(stem: Stem, latin1: string, given = false): string | null {
    const text = readable(latin1).slice(0, longestWord);
    const system = stem === "user" && this.#system.has(text.toLowerCase());
    const isNone = saysNothing(stem, text) || (!given && !isName(stem, text));
    if (!this.#classes.has(kindOf(stem)) || system || isNone) return null;
    return this.#keep.has(text.toLowerCase()) ? null : text;
  }

  /** An account that belongs to the system, whatever else names it. */
  learnSystemUser(name: string): void {
    const word = name.toLowerCase();
    if (this.#system.has(word)) return;
    this.#system.add(word);
    this.#forgetDecided();
    if (this.#words.get(word)?.stem === "user") this.#words.delete(word);
  }

  learnAddress({ kind, plain, doubtful, stays }: Address): void {
    if (stays) this.#reserve(kind, plain);
    else if (!doubtful && this.#classes.has(kind) && this.#addresses.size < maxLearned)
      this.#addresses.set(plain, kind);
  }

  learnLid(lid: number): void {
    if (lid > 0 && lid < 0xffff && this.#lids.size < 0xffff) this.#lids.add(lid);
  }

  /** A word of a text that looks like a pseudonym. */
  reserve(stem: Stem, number: number): void {
    this.#pseudonyms.reserve(stem, number);
  }

  /** Gives everything that was learned its pseudonym, in the order of the names. */
  assign(): void {
    this.#forgetDecided();
    for (const [folded, word] of this.#words) {
      if (word.stem !== "domain") continue;
      // `node1.lab` as somebody's address of mail; node1 is a host.
      const dot = folded.indexOf(".");
      if (this.#words.get(folded.slice(0, dot))?.stem !== "hostname") continue;
      this.#words.delete(folded);
      this.learn("domain", folded.slice(dot + 1));
    }
    for (const folded of [...this.#words.keys()].sort()) this.pseudonymOf(folded);
    const plain = [...this.#addresses].sort(([a], [b]) => (padded(a) < padded(b) ? -1 : 1));
    for (const [address, kind] of plain) this.#ofAddress(kind, address);
    for (const lid of [...this.#lids].sort((a, b) => a - b)) this.lid(lid);
  }

  /** Tells what was learned by now; what is learned afterwards it does not know. */
  known(): (original: string) => boolean {
    const addresses = new Set(this.#addresses.keys());
    const words = new Set(this.#words.keys());
    return (original) => addresses.has(original) || words.has(original.toLowerCase());
  }

  words(): readonly Word[] {
    return [...this.#words.values()];
  }

  word(latin1: string): Word | null {
    return this.#words.get(readable(latin1).slice(0, longestWord).toLowerCase()) ?? null;
  }

  /**
   * Known addresses as digits without separators, as files of the kernel and names of files hold them, and with colons as
   * URLs have them.
   */
  bare(): readonly { readonly kind: "mac" | "ipv6"; readonly plain: string; readonly pseudonym: string }[] {
    return [...this.#addresses].flatMap(([plain, kind]) => {
      if (kind !== "mac" && kind !== "ipv6") return [];
      const pseudonym = this.#ofAddress(kind, plain);
      // Names of files go on with dashes before and behind.
      const dashed = (digits: string) => (digits.match(/../g) ?? []).join("-");
      const bare = { kind, plain, pseudonym } as const;
      const inUrl = (digits: string) =>
        (kind === "mac" ? dashed(digits).replaceAll("-", ":") : shaped("", digits)).replaceAll(":", "%3a");
      const ofUrl = { kind, plain: inUrl(plain), pseudonym: inUrl(pseudonym).replaceAll("%3a", "%3A") };
      return kind === "mac"
        ? [bare, ofUrl, { kind, plain: dashed(plain), pseudonym: dashed(pseudonym) }]
        : [bare, ofUrl];
    });
  }

  pseudonymOf(text: string): string {
    const word = this.#words.get(text.toLowerCase());
    if (!word) return text;
    const pseudonym = this.#pseudonyms.word(word.stem, word.original.toLowerCase());
    this.#pseudonyms.told(word.kind, word.original, pseudonym);
    return pseudonym;
  }

  /** What takes the place of an address that is written as `written`; null where it stays. */
  addressOf(address: Address, written: string): string | null {
    if (!this.takesAddress(address, written)) return null;
    const { kind, plain } = address;
    if (kind === "ipv6" && plain.startsWith("00000000000000000000ffff")) {
      const bytes = [0, 2, 4, 6].map((at) => Number.parseInt(plain.slice(24 + at, 26 + at), 16));
      if (standsForItself(bytes.join("."))) return null;
      if (!this.#classes.has("ipv4")) return null;
      const hex = this.#ofAddress("ipv4", bytes.join("."))
        .split(".")
        .map((byte) => Number(byte).toString(16).padStart(2, "0"));
      return shaped(written, `00000000000000000000ffff${hex.join("")}`);
    }
    const pseudonym = this.#ofAddress(kind, plain);
    if (kind === "ipv4") return pseudonym;
    if (kind === "guid" && written.includes("::")) return shaped(written, `fe80000000000000${pseudonym}`);
    return kind === "ipv6" ? shaped(written, pseudonym) : filled(written, pseudonym);
  }

  /** Whether an address that is written as `written` is one to replace. */
  takesAddress({ kind, plain, doubtful, stays }: Address, written: string): boolean {
    if (stays || !this.#classes.has(kind) || this.#keep.has(written.toLowerCase())) return false;
    return !doubtful || this.#addresses.has(plain);
  }

  lid(lid: number): number {
    const pseudonym = 40_001 + this.#pseudonyms.number("lid", String(lid), 0, 9000);
    this.#pseudonyms.told("lid", String(lid), String(pseudonym));
    return pseudonym;
  }

  get(): PseudonymMap {
    return this.#pseudonyms.get();
  }

  #forgetDecided(): void {
    this.#learned.clear();
    this.#told.clear();
  }

  #add(stem: Stem, text: string, given = true, times = 1): Known | null {
    const folded = text.toLowerCase();
    const known = this.#words.get(folded);
    const ofLabel = !given && kindOf(stem) === "hostname" && this.#label.has(folded);
    const edge = ofLabel ? "place" : edgeOf(stem, text);
    if (!known) {
      const word = { stem, kind: kindOf(stem), original: text, edge, times, given };
      if (!given && this.#words.size >= maxLearned) return null;
      this.#words.set(folded, word);
      return word;
    }
    known.times += times;
    known.given ||= given;
    const surer = order.indexOf(stem) < order.indexOf(known.stem);
    if (surer || text < known.original) this.#forgetDecided();
    if (surer) Object.assign(known, { stem, kind: kindOf(stem) });
    if (edges.indexOf(edge) > edges.indexOf(known.edge)) known.edge = edge;
    if (text < known.original) known.original = text;
    return known;
  }

  #ofAddress(kind: Address["kind"], plain: string): string {
    const numbers = this.#pseudonyms;
    const hex = (number: number, digits: number) => number.toString(16).padStart(digits, "0");
    let pseudonym: string;
    if (kind === "ipv4") {
      const [a, b, c = "", d] = plain.split(".");
      const subnet = numbers.number("ipv4", `${a}.${b}`, 0, 3839);
      pseudonym = `${240 + (subnet >> 8)}.${subnet & 255}.${numbers.number(`ipv4 ${a}.${b}`, c, 0, 255)}.${d}`;
    } else if (kind === "mac") pseudonym = `060000${hex(numbers.number("mac", plain, 1, 0xffffff), 6)}`;
    else if (kind === "guid")
      pseudonym = /^(?:0{16}|ffff.*|fe80.*|fdfdfd00.*)$/.test(plain)
        ? plain
        : `fdfdfd00${hex(numbers.number("guid", plain, 1, 0xffffffff), 8)}`;
    else if (plain.startsWith("ff"))
      pseudonym = `${plain.slice(0, 26)}${hex(numbers.number("ipv6 group", plain.slice(26), 1, 0xffffff), 6)}`;
    else {
      const net = plain.slice(0, 16);
      const link = net === "fe80000000000000";
      const own = plain.slice(16);
      const host = /^0+$/.test(own) ? 0 : numbers.number(`ipv6 ${net}`, own, 1, 0xffffffff);
      const site = link ? 0 : numbers.number("ipv6", plain.slice(0, 12), 1, 0xffff);
      const subnet = link ? 0 : numbers.number(`ipv6 ${plain.slice(0, 12)}`, plain.slice(12, 16), 0, 0xffff);
      pseudonym = link
        ? `${net}0db80000${hex(host, 8)}`
        : `20010db8${hex(site, 4)}${hex(subnet, 4)}00000000${hex(host, 8)}`;
    }
    numbers.told(
      kind,
      kind === "ipv6" ? shaped("", plain) : plain,
      kind === "ipv6" ? shaped("", pseudonym) : pseudonym,
    );
    return pseudonym;
  }

  #reserve(kind: Address["kind"], plain: string): void {
    const hex = (from: number, to: number) => Number.parseInt(plain.slice(from, to), 16);
    if (kind === "ipv4") {
      const [a = 0, b = 0] = plain.split(".").map(Number);
      this.#pseudonyms.reserve("ipv4", (a - 240) * 256 + b);
    } else if (kind === "mac") this.#pseudonyms.reserve("mac", hex(6, 12));
    else if (kind === "ipv6" && plain.startsWith("2001")) this.#pseudonyms.reserve("ipv6", hex(8, 12));
  }
}

/** Text of bytes in Latin-1: as UTF-8 where they are. */
export function readable(latin1: string): string {
  if (!/[\x80-\xff]/.test(latin1) || /[^\0-\xff]/.test(latin1)) return latin1;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(latin1, "latin1"));
  } catch {
    return latin1;
  }
}

const padded = (address: string) => address.replaceAll(/\d+/g, (part) => part.padStart(32, "0"));

/** The same places and letters' case, other digits. */
function filled(written: string, digits: string): string {
  let at = 0;
  const upper = /[A-F]/.test(written) && !/[a-f]/.test(written);
  return written.replaceAll(/[0-9A-Fa-f]/g, () => {
    const digit = digits[at++] ?? "0";
    return upper ? digit.toUpperCase() : digit;
  });
}

/** IPv6 in full where it was written so, else as short as it goes (RFC 5952). */
function shaped(written: string, digits: string): string {
  if (written.length === 39) return filled(written, digits);
  const groups = Array.from({ length: 8 }, (_, index) =>
    Number.parseInt(digits.slice(index * 4, index * 4 + 4), 16).toString(16),
  );
  const zeros = [...groups.join(":").matchAll(/(?<![0-9a-f])0(?::0(?![0-9a-f]))+/g)].sort(
    (a, b) => b[0].length - a[0].length,
  )[0];
  const joined = groups.join(":");
  if (!zeros) return joined;
  return `${joined.slice(0, zeros.index)}::${joined.slice(zeros.index + zeros[0].length)}`.replaceAll(/:{3,}/g, "::");
}
