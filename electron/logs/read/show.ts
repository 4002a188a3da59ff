/** Owns how a line of hostile bytes is shown: as text, without what a window or a terminal would act on. */

/** Of a longer line no more is shown. */
export const shownBytes = 4096;

/** Sequences by which terminals are told of colours and titles (ECMA-48; OSC ends with BEL or ST). */
const sequences = /\u001b(?:\[[0-9;?<=>]*[ -/]*[@-~]|\][^\u0007\u001b]{0,1000}(?:\u0007|\u001b\\)|[@-Z\\^_])/g;
/** Control characters, and those that hide text or turn it around; the tab stays. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Without its line end. Bytes that are no UTF-8 are U+FFFD, control characters their pictures (U+2400 on). */
export function shown(bytes: Uint8Array): { readonly text: string; readonly cut: boolean } {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 10 || bytes[end - 1] === 13)) end--;
  const cut = end > shownBytes;
  const text = new TextDecoder().decode(bytes.subarray(0, Math.min(end, shownBytes)), { stream: cut });
  return { text: text.replace(sequences, "").replace(unseen, picture), cut };
}

function picture(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code === 9) return character;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return code === 0x7f ? "\u2421" : "\ufffd";
}
