/**
 * Finds addresses by their form: IPv4, IPv6 and MAC in every way they are written, and GUIDs. Owns which of them say nothing
 * about a lab and stay: loopback, unspecified, multicast, netmasks, version numbers, and what is a pseudonym already.
 *
 * Not a MAC: eight bytes (a GUID), twenty (the hardware address of IPoIB, RFC 4391), sixteen (a fingerprint). Fourteen are
 * two and a type where iptables logs them, or a DHCP DUID (RFC 8415) with one at its end; seven that begin with 01 are a
 * DHCP client's id (RFC 2132).
 */
import { groupsOf, isGid, standsForItself, versionBefore } from "./address-rules.ts";

export type AddressKind = "ipv4" | "ipv6" | "mac" | "guid";

export interface Address {
  readonly kind: AddressKind;
  readonly start: number;
  readonly end: number;
  /** Without its way of writing: `10.0.0.1`, 32, 12 or 16 hexadecimal digits. */
  readonly plain: string;
  /** Looks more like a version number: an address only where the same stands elsewhere as one. */
  readonly doubtful?: true;
  /** Written for looking its name up, the last byte first: `1.0.0.10.in-addr.arpa`. */
  readonly reversed?: true;
  /** Looks like a pseudonym. */
  readonly stays?: true;
}

const partOfRun = new Uint8Array(256);
for (const byte of new TextEncoder().encode("0123456789abcdefABCDEF:.-")) partOfRun[byte] = 1;
partOfRun[0x3a] = 2;
partOfRun[0x2e] = 3;
partOfRun[0x2d] = 4;
/** No address is longer; a hardware address of IPoIB has 59. */
const longestPiece = 64;

/** Calls `onAddress` for each in `bytes`; `text` is the same in Latin-1. */
export function findAddresses(bytes: Uint8Array, text: string, onAddress: (address: Address) => void): void {
  let start = -1;
  let colons = 0;
  let dots = 0;
  let dashes = 0;
  let digits = 0;
  // Times and places of PCI have colons too: an address has five, or two together, or sixteen digits.
  let twoTogether = false;
  for (let index = 0; index <= bytes.length; index++) {
    const part = index < bytes.length ? partOfRun[bytes[index] as number] : 0;
    if (part === 0) {
      if (start !== -1) {
        if (
          (dots >= 2 && (dots >= 3 || digits >= 12)) ||
          (colons >= 2 && (twoTogether || colons >= 5 || digits >= 16)) ||
          dashes >= 5 ||
          digits === 16
        )
          inRun(text, start, index, onAddress);
        start = -1;
      }
      continue;
    }
    if (start === -1) {
      start = index;
      colons = dots = dashes = digits = 0;
      twoTogether = false;
    }
    if (part === 1) digits++;
    else if (part === 2) {
      if (bytes[index - 1] === 0x3a) twoTogether = true;
      colons++;
    } else if (part === 3) dots++;
    else dashes++;
  }
}

const word = /[0-9A-Za-z_]/;
const letter = /[0-9A-Za-z]/;

/** A run of digits, colons, dots and dashes; dashes part addresses unless they are in one. */
function inRun(text: string, start: number, end: number, onAddress: (address: Address) => void): void {
  const run = text.slice(start, end);
  // Letters that go on beyond the run are of a word: `mac-a4-...`, `...-43-eth0`.
  const before = start > 0 && letter.test(text[start - 1] ?? "") ? run.indexOf("-") + 1 : 0;
  const after = letter.test(text[end] ?? "") ? run.lastIndexOf("-") : run.length;
  // Eight bytes and more first, that no part of them is taken for a MAC.
  const dashed = /(?<![0-9A-Fa-f-])[0-9A-Fa-f]{2}(?:-[0-9A-Fa-f]{2}){5,19}(?![0-9A-Fa-f-])/g;
  const taken: [number, number][] = [];
  for (const { 0: found, index } of run.slice(before, after).matchAll(dashed)) {
    taken.push([before + index, before + index + found.length]);
    ofBytes(found, "-", start + before + index, onAddress);
  }
  for (const match of run.matchAll(/[0-9A-Fa-f:.]+/g)) {
    if (taken.some(([from, to]) => match.index < to && match.index + match[0].length > from)) continue;
    const at = start + match.index;
    inPiece(text, at, at + match[0].length, onAddress);
  }
}

function inPiece(text: string, start: number, end: number, onAddress: (address: Address) => void): void {
  let from = start;
  let to = end;
  // Letters that stand right before are of a word that goes on: `addr:`, `inet6:`.
  if (from > 0 && /[A-Za-z_]/.test(text[from - 1] ?? "") && text.slice(from, to).includes(":")) {
    const colon = text.indexOf(":", from);
    from = text[colon + 1] === ":" && colon === from ? colon : colon + 1;
  }
  if (text[from] === ":" && text[from + 1] !== ":") from++;
  while (to > from && (text[to - 1] === "." || (text[to - 1] === ":" && text[to - 2] !== ":"))) to--;
  const piece = text.slice(from, to);
  const colons = piece.split(":").length - 1;
  if (colons >= 2 && to - from <= longestPiece && !(to === end && word.test(text[end] ?? ""))) {
    if (ofColons(piece, from, onAddress)) return;
    // A word of hexadecimal letters: `added:fe80::1`.
    const next = piece.indexOf(":") + 1;
    if (piece[next] !== ":" && ofColons(piece.slice(next), from + next, onAddress)) return;
  }
  if (piece.includes(".")) ofDots(text, from, to, onAddress);
  else if (/^[0-9A-Fa-f]{16}$/.test(piece) && /0[xX]$/.test(text.slice(Math.max(0, from - 2), from))) {
    onAddress({ kind: "guid", start: from, end: to, plain: piece.toLowerCase() });
  }
}

function ofColons(piece: string, start: number, onAddress: (address: Address) => void): boolean {
  if (/^[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2})+$/.test(piece)) {
    const count = (piece.length + 1) / 3;
    if (count >= 6) {
      ofBytes(piece, ":", start, onAddress);
      return true;
    }
  }
  if (/^[0-9A-Fa-f]{4}(?::[0-9A-Fa-f]{4}){3}$/.test(piece)) {
    onAddress({ kind: "guid", start, end: start + piece.length, plain: piece.replaceAll(":", "").toLowerCase() });
    return true;
  }
  // tcpdump writes a port behind a dot.
  for (const candidate of [piece, piece.replace(/\.\d{1,5}$/, ""), piece.replace(/:\d{1,5}$/, "")]) {
    const groups = groupsOf(candidate);
    if (groups === null) continue;
    const end = start + candidate.length;
    const plain = groups.map((group) => group.toString(16).padStart(4, "0")).join("");
    if (/^0{20}ffff/.test(plain) && candidate.includes(".")) {
      const four = candidate.slice(candidate.lastIndexOf(":") + 1);
      if (!standsForItself(four)) onAddress({ kind: "ipv4", start: end - four.length, end, plain: four });
    } else if (/^20010db8|^fe800000000000000db8/.test(plain))
      onAddress({ kind: "ipv6", start, end, plain, stays: true });
    else if (isGid(candidate, plain)) {
      onAddress({ kind: "guid", start: candidate.length === 39 ? end - 19 : start, end, plain: plain.slice(16) });
    } else if (/^(?:[23]|f[cd]|fe[89a-f])|^0{20}ffff/.test(plain) && !/^fe800{28}$/.test(plain)) {
      onAddress({ kind: "ipv6", start, end, plain });
    } else if (/^ff0[1258]0{19}1ff/.test(plain)) onAddress({ kind: "ipv6", start, end, plain });
    return true;
  }
  return false;
}

/** Bytes of two digits each with one separator. */
function ofBytes(piece: string, separator: string, start: number, onAddress: (address: Address) => void): void {
  const bytes = piece.toLowerCase().split(separator);
  const mac = (first: number) => {
    const plain = bytes.slice(first, first + 6).join("");
    if (staysAsMac.test(plain)) return;
    const stays = plain.startsWith("060000") ? ({ stays: true } as const) : {};
    onAddress({ kind: "mac", start: start + first * 3, end: start + first * 3 + 17, plain, ...stays });
  };
  const head = bytes.slice(0, 4).join("");
  if (bytes.length === 6) mac(0);
  else if (bytes.length === 7 && bytes[0] === "01") mac(1);
  else if (bytes.length === 10 && head === "00030001") mac(4);
  else if (bytes.length === 14 && head === "00010001") mac(8);
  else if (bytes.length === 14) {
    mac(0);
    mac(6);
  } else if (bytes.length === 8) {
    onAddress({ kind: "guid", start, end: start + piece.length, plain: bytes.join("") });
  } else if (bytes.length === 20) {
    onAddress({ kind: "guid", start: start + 12 * 3, end: start + piece.length, plain: bytes.slice(12).join("") });
  }
}

/** All the same, and multicast of IPv4 and of IPv6's first ones. */
const staysAsMac = /^(?:0{12}|f{12}|01005e|33330000)/;

const cisco = /(?<![0-9A-Za-z.])[0-9A-Fa-f]{4}(?:\.[0-9A-Fa-f]{4}){2}(?![0-9A-Za-z]|\.[0-9A-Za-z])/g;
const four = /(?<![\d.])(?:(?:0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])\.){3}(?:0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])(?!\d)/g;

function ofDots(text: string, from: number, to: number, onAddress: (address: Address) => void): void {
  const piece = text.slice(from, to);
  const before = word.test(text[from - 1] ?? "");
  const after = /[0-9A-Za-z]/.test(text[to] ?? "");
  for (const { 0: found, index } of piece.matchAll(cisco)) {
    const plain = found.replaceAll(".", "").toLowerCase();
    const start = from + index;
    const stays = plain.startsWith("060000") ? ({ stays: true } as const) : {};
    const doubtful = /^\d+$/.test(plain) || (index === 0 && before) ? ({ doubtful: true } as const) : {};
    if (!staysAsMac.test(plain)) onAddress({ kind: "mac", start, end: start + 14, plain, ...doubtful, ...stays });
  }
  for (const { 0: found, index } of piece.matchAll(four)) {
    const start = from + index;
    const end = start + found.length;
    const reversed = text.startsWith(".in-addr.arpa", end) ? ({ reversed: true } as const) : {};
    const plain = reversed.reversed ? found.split(".").reverse().join(".") : found;
    if (/^2(?:4\d|5[0-4])\./.test(plain)) onAddress({ kind: "ipv4", start, end, plain, stays: true });
    if (standsForItself(plain)) continue;
    const within = (index === 0 && before && text[from - 1] !== "_") || /[0-9A-Za-z]/.test(piece[index - 1] ?? "");
    const goesOn = /^(?:[A-Za-z]|\.\d)/.test(piece.slice(index + plain.length)) || (end === to && after);
    const doubtful = within || goesOn || versionBefore(text, start, end) ? ({ doubtful: true } as const) : {};
    onAddress({ kind: "ipv4", start, end, plain, ...doubtful, ...reversed });
  }
}
