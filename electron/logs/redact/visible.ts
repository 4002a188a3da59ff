/**
 * What of a stretch of bytes a reader sees: without escape sequences of terminals (ECMA-48) and without the NULs between
 * the letters of UTF-16. A name that is broken by them is found there as one word.
 */
export interface Visible {
  readonly bytes: Uint8Array;
  /** By place in `bytes`: the place in what it was made of, and one more for the end. Null where both are the same. */
  readonly at: Int32Array | null;
}

const utf8 = new TextEncoder();
const esc = 0x1b;
/** No tool writes longer control sequences. */
const maxSequence = 64;

export function visible(raw: Uint8Array): Visible {
  if (!raw.includes(esc) && !raw.includes(0)) return { bytes: raw, at: null };
  const bytes = new Uint8Array(raw.length);
  const at = new Int32Array(raw.length + 1);
  let length = 0;
  for (let index = 0; index < raw.length; ) {
    const byte = raw[index] as number;
    if (byte === esc) {
      index += sequenceLength(raw, index);
      continue;
    }
    if (byte !== 0 || !between(raw, index)) {
      bytes[length] = byte;
      at[length++] = index;
    }
    index++;
  }
  at[length] = raw.length;
  return { bytes: bytes.subarray(0, length), at: at.subarray(0, length + 1) };
}

/** A NUL with another two places on or back, and none beside it, is half a letter of UTF-16. */
function between(raw: Uint8Array, index: number): boolean {
  if (raw[index - 1] === 0 || raw[index + 1] === 0) return false;
  return (raw[index - 2] === 0 && raw[index - 1] !== undefined) || raw[index + 2] === 0;
}

/** Titles and the like (OSC, DCS, SOS, PM, APC) hold text that is seen: only their beginning is left out. */
function sequenceLength(raw: Uint8Array, index: number): number {
  const kind = raw[index + 1] ?? 0;
  if (kind !== 0x5b) {
    if (kind >= 0x20 && kind <= 0x2f) return 3;
    // Save, restore, keypad. A letter is left to be seen: it may begin a word behind a lone ESC.
    return kind === 0x37 || kind === 0x38 || kind === 0x3d || kind === 0x3e || kind === 0x5c ? 2 : 1;
  }
  let end = index + 2;
  const limit = Math.min(raw.length, index + maxSequence);
  while (end < limit && (raw[end] as number) >= 0x20 && (raw[end] as number) <= 0x3f) end++;
  const last = raw[end] ?? 0;
  return end < limit && last >= 0x40 && last <= 0x7e ? end + 1 - index : end - index;
}

/** What takes the place of `raw[from, to)`: `text`, as UTF-16 where the letters it takes the place of were, and then the escape sequences that were among them. */
export function instead(raw: Uint8Array, from: number, to: number, text: string): Uint8Array {
  const plain = utf8.encode(text);
  let nuls = 0;
  let letters = 0;
  const sequences: number[] = [];
  for (let index = from; index < to; index++) {
    if (raw[index] === 0) nuls++;
    else if (raw[index] === esc) {
      const length = sequenceLength(raw, index);
      for (const byte of raw.subarray(index, Math.min(to, index + length))) sequences.push(byte);
      index += length - 1;
    } else letters++;
  }
  if (letters === to - from) return plain;
  const wide = nuls >= letters - 1 && letters > 1;
  const parts = new Uint8Array((wide ? plain.length * 2 - 1 : plain.length) + (wide ? 0 : sequences.length));
  if (wide) for (const [index, byte] of plain.entries()) parts[index * 2] = byte;
  else {
    parts.set(plain);
    parts.set(sequences, plain.length);
  }
  return parts;
}
