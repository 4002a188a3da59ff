/**
 * Owns how a path on another machine is written as text. A name there is any bytes but NUL and `/`; as text, a backslash
 * is `\\`, and each byte of what is no UTF-8, of a control character or of one that turns text around is `\xHH`. So no
 * two paths are written alike, and what is written is safe to show in one line and to store as JSON.
 */

/** Control characters, and those that hide or reorder what stands beside them. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\\]/u;

/** Writes a path's bytes as text. */
export function writePath(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const length = wellFormedAt(bytes, at);
    const character = length === 0 ? null : new TextDecoder().decode(bytes.subarray(at, at + length));
    if (character === "\\") text += "\\\\";
    else if (character !== null && !unseen.test(character)) text += character;
    else for (const byte of bytes.subarray(at, at + Math.max(1, length))) text += `\\x${hex(byte)}`;
    at += Math.max(1, length);
  }
  return text;
}

/** The bytes of what {@link writePath} wrote; a backslash that begins none of its escapes stands for itself. */
export function readPath(text: string): Uint8Array {
  const parts: number[] = [];
  for (let at = 0; at < text.length; ) {
    const written = /^\\(?:\\|x([0-9a-f]{2}))/.exec(text.slice(at, at + 4));
    if (written) {
      parts.push(written[1] === undefined ? 0x5c : Number.parseInt(written[1], 16));
      at += written[0].length;
    } else {
      const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
      parts.push(...new TextEncoder().encode(character));
      at += character.length;
    }
  }
  return Uint8Array.from(parts);
}

const hex = (byte: number) => byte.toString(16).padStart(2, "0");

/** How many bytes the well-formed UTF-8 character at `at` has; 0 where none begins there. */
function wellFormedAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  const length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  try {
    new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(at, at + length));
    return length;
  } catch {
    return 0;
  }
}
