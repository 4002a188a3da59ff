/**
 * Owns what a line of a system log says and who says it, apart from when and where it stands: by this a line of the journal
 * is known again in /var/log/messages and in what dmesg prints. Places are those of a text, or of bytes as one character each.
 */

/** Where it begins: at the program's name, or behind it and its own stamp where that is the kernel. */
export interface Said {
  readonly from: number;
  readonly kernel: boolean;
}

/** Of longer ones no more is compared. */
const comparedBytes = 1024;
const colon = 0x3a;
const blank = 0x20;
const kernelsOwn = /\[ *\d{1,10}\.\d{3,6}\] ?/y;

/**
 * What stands behind the stamp, at `from`: `host program[pid]: message` of syslog daemons and journalctl (also without the
 * host), or the kernel's message. Null where the format is no system log's or the line has another form.
 */
export function saidIn(text: string, from: number, end: number, format: string): Said | null {
  let at = skipBlanks(text, from, end);
  let stop = text.indexOf(" ", at);
  if (format === "dmesg") {
    // What programs write to /dev/kmsg has their name and number.
    const program = stop !== -1 && stop < end && text.startsWith("]:", stop - 2);
    return { from: at, kernel: !program };
  }
  if (format !== "syslog" && format !== "iso" && !format.startsWith("journal-")) return null;
  if (stop !== -1 && text.charCodeAt(stop - 1) !== colon) {
    at = stop + 1;
    stop = text.indexOf(" ", at);
  }
  if (stop === -1 || stop >= end || text.charCodeAt(stop - 1) !== colon) return null;
  if (!text.startsWith("kernel: ", at)) return { from: at, kernel: false };
  at = skipBlanks(text, stop, end);
  kernelsOwn.lastIndex = at;
  return { from: kernelsOwn.test(text) ? kernelsOwn.lastIndex : at, kernel: true };
}

/** A number for what is said, never 0: a hash of its first line. Daemons write line ends in different ways. */
export function saidNumber(bytes: Uint8Array, { from, kernel }: Said, end: number): number {
  let last = Math.min(end, from + comparedBytes);
  while (last > from && (bytes[last - 1] ?? 0) <= blank) last--;
  let hash = kernel ? 0x811c_9dc5 : 0x0100_0193;
  // FNV-1a, four bytes at a time: every line of gigabytes comes by here
  for (let at = from; at < last; at += 4) {
    const [a, b, c, d] = [bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0, bytes[at + 3] ?? 0];
    if (mayEnd[a] || mayEnd[b] || mayEnd[c] || mayEnd[d]) last = Math.min(last, lineEnd(bytes, at));
    const used = last - at;
    const four = a | (used > 1 ? b << 8 : 0) | (used > 2 ? c << 16 : 0) | (used > 3 ? d << 24 : 0);
    if (used > 0) hash = Math.imul(hash ^ four, 0x0100_0193) ^ (hash >>> 15);
  }
  return hash >>> 0 || 1;
}

/** How rsyslog and dmesg write a line end in a message. */
export const writtenLineEnds = ["#012", "\\x0a"];
/** How journal records are kept with it. */
export const shownLineEnd = "\u240A";
const lineEnds = [...writtenLineEnds, shownLineEnd].map((text) => Buffer.from(text));
/** By first byte: a line end may begin with it. */
const mayEnd = new Uint8Array(256);
for (const [first] of lineEnds) mayEnd[first ?? 0] = 1;

/** Where one begins, in the four bytes from `from` on. */
function lineEnd(bytes: Uint8Array, from: number): number {
  for (let at = from; at < from + 4; at++)
    if (lineEnds.some((end) => end.every((byte, i) => bytes[at + i] === byte))) return at;
  return Number.POSITIVE_INFINITY;
}

function skipBlanks(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && text.charCodeAt(at) === blank) at++;
  return at;
}
