/**
 * Finds what is written in base64 (RFC 4648, both alphabets, in lines too) or as hexadecimal digits, as auditd writes
 * arguments, so that names can be looked for in what it means. Where in it they begin need not be known: all places are tried.
 */
import { Buffer } from "node:buffer";

/** Stretches of bytes that belong together: lines of base64. */
type Stretches = readonly (readonly [start: number, end: number])[];

/** What a stretch means, and which of its letters mean `[from, to)` of that. */
export interface Meaning {
  readonly bytes: Uint8Array;
  lettersOf(from: number, to: number): Stretches;
}

/** Shorter ones hold no name that could be told from chance. */
const leastLetters = 14;
const leastDigits = 12;
/** So long is a line of base64 at least, for the next one to belong to it. */
const leastLine = 40;
const [upper, lower, digit, hexDigit, other] = [1, 2, 4, 8, 16];
const kindOf = new Uint8Array(256);
for (let byte = 0; byte < 256; byte++) {
  const letter = String.fromCharCode(byte);
  kindOf[byte] =
    (/[A-Z]/.test(letter) ? upper : 0) |
    (/[a-z]/.test(letter) ? lower : 0) |
    (/\d/.test(letter) ? digit : 0) |
    (/[0-9A-Fa-f]/.test(letter) ? hexDigit : 0) |
    (/[+/_-]/.test(letter) ? other : 0);
}

/** Calls `onMeaning` for each way in which a part of `bytes` may be read. */
export function meaningsIn(bytes: Buffer, onMeaning: (meaning: Meaning) => void): void {
  for (let at = 0; at < bytes.length; ) {
    if (kindOf[bytes[at] as number] === 0) {
      at++;
      continue;
    }
    const stretches: [number, number][] = [];
    let letters = 0;
    let uppers = 0;
    let lowers = 0;
    let others = 0;
    for (;;) {
      const start = at;
      const before = others;
      for (let kind = kindOf[bytes[at] as number] as number; at < bytes.length && kind !== 0; ) {
        if ((kind & hexDigit) === 0) others++;
        if ((kind & upper) !== 0) uppers++;
        else if ((kind & lower) !== 0) lowers++;
        kind = kindOf[bytes[++at] as number] ?? 0;
      }
      stretches.push([start, at]);
      if (others === before && at - start >= leastDigits) inDigits(bytes, [start, at], onMeaning);
      letters += at - start;
      const next = at - start >= leastLine ? nextLine(bytes, at) : at;
      if (next === at) break;
      at = next;
    }
    // What text means in base64 has letters of both cases; words and paths mostly have not.
    if (letters >= leastLetters && uppers >= 2 && lowers + others >= 2) inLetters(bytes, stretches, onMeaning);
  }
}

/** Where the next line of base64 begins; `at` where there is none. */
function nextLine(bytes: Uint8Array, at: number): number {
  let next = at;
  if (bytes[next] === 0x0d) next++;
  if (bytes[next] !== 0x0a) return at;
  next++;
  for (let indent = 0; indent < 16 && bytes[next] === 0x20; indent++) next++;
  return next < bytes.length && kindOf[bytes[next] as number] !== 0 ? next : at;
}

function inLetters(bytes: Buffer, stretches: Stretches, onMeaning: (meaning: Meaning) => void): void {
  const text = stretches.map(([start, end]) => bytes.toString("latin1", start, end)).join("");
  for (let skip = 0; skip < 4; skip++) {
    onMeaning({
      bytes: Buffer.from(skip === 0 ? text : text.slice(skip), "base64"),
      lettersOf: (from, to) => placesOf(stretches, skip + Math.floor((from * 4) / 3), skip + Math.ceil((to * 4) / 3)),
    });
  }
}

function inDigits(bytes: Buffer, stretch: readonly [number, number], onMeaning: (meaning: Meaning) => void): void {
  const text = bytes.toString("latin1", ...stretch);
  for (let skip = 0; skip < 2; skip++) {
    onMeaning({
      bytes: Buffer.from(text.slice(skip, text.length - ((text.length - skip) % 2)), "hex"),
      lettersOf: (from, to) => [[stretch[0] + skip + from * 2, stretch[0] + skip + to * 2]],
    });
  }
}

/** Places in the bytes of the letters `[from, to)` of all stretches. */
function placesOf(stretches: Stretches, from: number, to: number): Stretches {
  const places: [number, number][] = [];
  let before = 0;
  for (const [start, end] of stretches) {
    const [first, last] = [Math.max(from - before, 0), Math.min(to - before, end - start)];
    if (first < last) places.push([start + first, start + last]);
    before += end - start;
  }
  return places;
}
