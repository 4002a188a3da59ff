/** Owns how text of others goes into a page: as text, in one reading order, with what cannot be seen written out. */

const meant: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
/** Controls but tab and line feed, and what is not seen or turns the text around it. */
const unseen = /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** For content and for attribute values in quotes. */
export const escaped = (text: string): string =>
  text
    .replaceAll(unseen, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
    .replaceAll(/[&<>"']/g, (character) => meant[character] ?? "");

/** A link to a file of the bundle, for an attribute value in quotes. Its path is safe: no scheme, no way up. */
export const href = (path: string): string => escaped(`./${path.split("/").map(encodeURIComponent).join("/")}`);

/** `2026-11-22 14:07:29 UTC`; a time that no calendar has, as it is. */
export function moment(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? `${ms} ms` : `${date.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

export const count = (number: number, one: string, several = `${one}s`): string =>
  `${number.toLocaleString("en")} ${number === 1 ? one : several}`;
