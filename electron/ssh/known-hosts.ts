/**
 * Owns what a known_hosts file says of a host: OpenSSH's format (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT) read line by
 * line, and the verdict on an offered key. Total: a broken line is a note, the rest goes on.
 */
import { readKeyBlob } from "./key-blob.ts";

export type Marker = "none" | "revoked" | "cert-authority" | "unknown";

export interface KnownHostLine {
  /** 1-based. */
  readonly line: number;
  readonly marker: Marker;
  /** The first field as written: patterns by comma, or one hashed name. */
  readonly hosts: string;
  readonly keyType: string;
  /** Unpadded or padded base64 as written; empty when the line holds no usable key. */
  readonly key: string;
  /** Why the line is of no use, or null. */
  readonly problem: string | null;
}

/** Computes HMAC-SHA1 of `text` under the base64 `salt`, as base64; null when the salt is no base64. */
export type HashName = (salt: string, text: string) => string | null;

/** Longer lines are noted and skipped: no key needs them. */
const maxLineChars = 64 * 1024;
/** OpenSSH gives up on a pattern longer than this (match.c). */
const maxPatternChars = 1023;

/** The name a host goes by in known_hosts: lower case, with the port unless it is 22. */
export function knownHostName(host: string, port: number): string {
  const name = host.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

/** Every line that is neither blank nor a comment. */
export function parseKnownHosts(text: string): KnownHostLine[] {
  const found: KnownHostLine[] = [];
  for (const [index, raw] of text.split("\n").entries()) {
    const trimmed = raw.replace(/^[ \t]+/, "").replace(/[ \t\r]+$/, "");
    if (trimmed === "" || trimmed.startsWith("#")) continue;
    found.push(parseLine(trimmed, index + 1));
  }
  return found;
}

function parseLine(text: string, line: number): KnownHostLine {
  const broken = (problem: string, part: Partial<KnownHostLine> = {}): KnownHostLine => ({
    line,
    marker: "none",
    hosts: "",
    keyType: "",
    key: "",
    ...part,
    problem,
  });
  if (text.length > maxLineChars) return broken(`The line is longer than ${maxLineChars} characters.`);
  const words = text.split(/[ \t]+/);
  let marker: Marker = "none";
  if (words[0]?.startsWith("@")) {
    const word = words.shift();
    marker = word === "@revoked" ? "revoked" : word === "@cert-authority" ? "cert-authority" : "unknown";
    if (marker === "unknown") return broken(`The marker ${word} is not known.`, { marker });
    if (words[0]?.startsWith("@")) return broken("The line has two markers.", { marker: "unknown" });
  }
  const [hosts = "", keyType = "", key = ""] = words;
  if (keyType === "" || keyType.startsWith("#")) return broken("The line ends before the key.", { marker, hosts: "" });
  if (/^\d+$/.test(keyType)) return broken("The key is of SSH protocol 1.", { marker, hosts, keyType });
  const problem = keyProblem(keyType, key);
  return { line, marker, hosts, keyType, key: problem === null ? key : "", problem };
}

function keyProblem(keyType: string, key: string): string | null {
  if (key === "") return "The line ends before the key.";
  const blob = decodeBase64(key);
  const facts = blob && readKeyBlob(blob);
  if (!facts) return "The key is not readable.";
  if (facts.type !== keyType) return `The key says it is ${facts.type}, the line says ${keyType}.`;
  return null;
}

/** Null for what is not base64. */
export function decodeBase64(text: string): Uint8Array | null {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return null;
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  } catch {
    return null;
  }
}

/** True when `line` is about `name` (see {@link knownHostName}): plain, wildcard, negated or hashed. */
export function lineMatches(line: KnownHostLine, name: string, hash: HashName): boolean {
  if (line.hosts.startsWith("|")) return hashedMatches(line.hosts, name, hash);
  let matched = false;
  for (const pattern of line.hosts.split(",")) {
    const negated = pattern.startsWith("!");
    const bare = negated ? pattern.slice(1) : pattern;
    if (bare.length > maxPatternChars) return false;
    if (!wildcardMatches(bare.toLowerCase(), name)) continue;
    if (negated) return false;
    matched = true;
  }
  return matched;
}

/** How a line names the host: literally, hashed, or only by a wildcard. */
export function namesHost(line: KnownHostLine, name: string, hash: HashName): "literal" | "hashed" | "pattern" | null {
  if (!lineMatches(line, name, hash)) return null;
  if (line.hosts.startsWith("|")) return "hashed";
  return line.hosts.split(",").some((pattern) => pattern.toLowerCase() === name) ? "literal" : "pattern";
}

function hashedMatches(field: string, name: string, hash: HashName): boolean {
  const match = /^\|1\|([A-Za-z0-9+/]+={0,2})\|([A-Za-z0-9+/]+={0,2})$/.exec(field);
  if (!match) return false;
  const [, salt = "", digest = ""] = match;
  return hash(salt, name) === digest;
}

/** `*` any run, `?` one character (match.c, match_pattern); time is bounded by pattern length x text length. */
function wildcardMatches(pattern: string, text: string): boolean {
  let at = 0;
  let inPattern = 0;
  let star = -1;
  let retry = 0;
  while (at < text.length) {
    const char = pattern[inPattern];
    if (char === "*") {
      star = inPattern++;
      retry = at;
    } else if (char !== undefined && (char === "?" || char === text[at])) {
      inPattern++;
      at++;
    } else if (star >= 0) {
      inPattern = star + 1;
      at = ++retry;
    } else return false;
  }
  while (pattern[inPattern] === "*") inPattern++;
  return inPattern === pattern.length;
}

export interface LocatedLine extends KnownHostLine {
  readonly file: string;
}

export type Verdict =
  | { readonly kind: "trusted"; readonly by: LocatedLine }
  | { readonly kind: "new" }
  | { readonly kind: "revoked"; readonly by: LocatedLine }
  /** Only a certificate authority is on record; certificates are not checked here. */
  | { readonly kind: "certificate"; readonly by: LocatedLine }
  /** Other keys are on record. */
  | { readonly kind: "changed"; readonly known: readonly LocatedLine[] };

/**
 * The verdict on a key (`keyType`, base64 `key`) offered by a host, from the lines that match it. A revoked key is
 * refused whatever else is said. Stricter than OpenSSH in one point: a key of a type that is not on record is
 * "changed", not "new", when keys of other types are; the offer asked for those first, so the server has them no more.
 */
export function judgeHostKey(matching: readonly LocatedLine[], keyType: string, key: string): Verdict {
  const same = (line: LocatedLine) => line.key !== "" && trimPadding(line.key) === trimPadding(key);
  const revoked = matching.find((line) => line.marker === "revoked" && same(line));
  if (revoked) return { kind: "revoked", by: revoked };
  const plain = matching.filter((line) => line.marker === "none" && line.key !== "");
  const authority = matching.find((line) => line.marker === "cert-authority");
  if (keyType.includes("-cert-v") && authority) return { kind: "certificate", by: authority };
  const trusted = plain.find(same);
  if (trusted) return { kind: "trusted", by: trusted };
  if (plain.length > 0) return { kind: "changed", known: plain };
  return authority ? { kind: "certificate", by: authority } : { kind: "new" };
}

function trimPadding(key: string): string {
  return key.replace(/=+$/, "");
}

/** One line to append for a host, newline included. */
export function formatKnownHost(name: string, keyType: string, key: string): string {
  return `${name} ${keyType} ${key}\n`;
}

/** The text without the keys on record for `name`: hashed lines go, a name in a list leaves the list. */
export function removeKnownHost(text: string, name: string, hash: HashName): string {
  const lines = new Map(parseKnownHosts(text).map((line) => [line.line, line]));
  const kept = text.split("\n").flatMap((raw, index) => {
    const line = lines.get(index + 1);
    if (line?.marker !== "none") return [raw];
    const how = namesHost(line, name, hash);
    if (how === null || how === "pattern") return [raw];
    const others = how === "hashed" ? [] : line.hosts.split(",").filter((entry) => entry.toLowerCase() !== name);
    return others.some((entry) => !entry.startsWith("!")) ? [raw.replace(line.hosts, () => others.join(","))] : [];
  });
  return kept.join("\n");
}
