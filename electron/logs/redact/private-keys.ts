/**
 * Finds private keys: PEM (RFC 7468), OpenSSH's and PGP's armour, and PuTTY's files, also in one line as JSON holds them, cut
 * off at their beginning or their end. They are removed whatever is chosen.
 */
export const keyMarks = ["-----begin ", "-----end ", "private-lines:", "private-mac:"] as const;

/** No private key is larger; what goes on longer has lost its end. */
export const longestKey = 64 * 1024;
const removed = "[private key removed]";
const name = /-----(?:BEGIN|END) (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----/y;
const opening = /-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----/g;
/** Lines of base64 and the headers of old keys, in a file or in a string. */
const body =
  /(?:(?:[ \t\r\n"',|>+-]|\\[nrt]|(?:Proc-Type|DEK-Info|Version|Comment):[^\n\\]{0,200}){0,16}[A-Za-z0-9+/=]{16,})+/y;
const puttyLines = /Private-Lines:[ \t]*\d{1,4}\r?\n((?:[A-Za-z0-9+/=]{1,100}(?:\r?\n|$)){1,1000})/iy;
const puttyMac = /Private-MAC:[ \t]*([0-9a-f]{8,128})/iy;

export interface Removal {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Finds what has to go around the marks at these places of `text`. */
export function findPrivateKeys(text: string, marks: readonly number[]): readonly Removal[] {
  const removals: Removal[] = [];
  let covered = 0;
  let nextEnd = -1;
  for (const at of marks) {
    if (at < covered) continue;
    const putty = matchAt(puttyLines, text, at) ?? matchAt(puttyMac, text, at);
    if (putty) {
      const start = at + putty[0].length - (putty[1] ?? "").length;
      removals.push({ start, end: at + putty[0].length, text: putty[0].endsWith("\n") ? `${removed}\n` : removed });
      continue;
    }
    const mark = matchAt(name, text, at)?.[0];
    if (mark === undefined) continue;
    const from = at + mark.length;
    if (!mark.startsWith("-----BEGIN")) {
      const start = linesBefore(text, at, covered);
      if (at - start >= 16) removals.push({ start, end: at, text: `${removed}\n` });
      covered = from;
      continue;
    }
    if (nextEnd < from && nextEnd !== Number.MAX_SAFE_INTEGER) {
      nextEnd = text.indexOf("-----END ", from);
      if (nextEnd === -1) nextEnd = Number.MAX_SAFE_INTEGER;
    }
    opening.lastIndex = from;
    const whole = nextEnd - from <= longestKey && !opening.test(text.slice(0, nextEnd));
    const end = whole ? nextEnd : from + (matchAt(body, text, from)?.[0].length ?? 0);
    const between = text.slice(from, end);
    // An example in a text has an ellipsis, what was removed before has no key.
    if (!/[A-Za-z0-9+/=]{16}/.test(between)) continue;
    const line = between.startsWith("\\n") ? "\\n" : (/^\r?\n/.exec(between)?.[0] ?? "");
    removals.push({ start: from, end, text: `${line}${removed}${line}` });
    covered = end;
  }
  return removals;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** Where the lines of base64 begin that end at `at`. */
function linesBefore(text: string, at: number, least: number): number {
  let start = at;
  const limit = Math.max(least, at - longestKey);
  while (start > limit && /[A-Za-z0-9+/=\r\n]/.test(text[start - 1] ?? "")) start--;
  const lineStart = start === 0 ? 0 : text.indexOf("\n", start - 1) + 1;
  return lineStart === 0 && start !== 0 ? at : Math.min(lineStart, at);
}
