/**
 * Owns what a line of a system log says and who says it, apart from when and where it stands: by this a line of the journal
 * is known again in /var/log/messages and in what dmesg prints. Works on shown text and on one character a byte alike.
 */

/** Where it begins: at the program's name, or behind it and its own stamp where that is the kernel. */
export interface Said {
  readonly from: number;
  readonly kernel: boolean;
}

/** Of longer ones no more is compared. */
const comparedChars = 1024;
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

/** A number for what is said, never 0: FNV-1a of its first line. Daemons write line ends in different ways. */
export function saidNumber(text: string, { from, kernel }: Said, end: number): number {
  let last = Math.min(end, from + comparedChars);
  while (last > from && text.charCodeAt(last - 1) <= blank) last--;
  let hash = kernel ? 0x811c_9dc5 : 0x0100_0193;
  for (let at = from; at < last; at++) {
    const code = text.charCodeAt(at);
    // rsyslog's, dmesg's, and U+240A as three bytes, as journal records are kept
    if (
      (code === 0x23 && text.startsWith("#012", at)) ||
      (code === 0x5c && text.startsWith("\\x0a", at)) ||
      (code === 0xe2 && text.startsWith("\u00e2\u0090\u008a", at))
    )
      break;
    hash = Math.imul(hash ^ code, 0x0100_0193);
  }
  return hash >>> 0 || 1;
}

function skipBlanks(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && text.charCodeAt(at) === blank) at++;
  return at;
}
