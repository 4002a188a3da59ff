/** Owns how a title set by a program is made fit to show: it is hostile text. */

/** Code points shown at most. */
const maxCodePoints = 200;
/** Controls, line and paragraph separators, and formats (among them the ones that turn the direction of text round). */
const unfit = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu;

/** `title` without controls and direction overrides, blanks trimmed, at most 200 characters. */
export function cleanTitle(title: string): string {
  const clean = title.replace(unfit, " ").trim();
  if (clean.length <= maxCodePoints) return clean;
  return [...clean].slice(0, maxCodePoints).join("").trim();
}
