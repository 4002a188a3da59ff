/**
 * Owns how the practice shell carries bytes: as text of characters up to U+00FF, each one byte. Texts of our own may hold
 * characters beyond U+00FF; they stand for their UTF-8 bytes as soon as they are written anywhere.
 */

/** What is written, as bytes. */
export const asBytes = (text: string): string =>
  /[^\0-\xff]/.test(text) ? text.replace(/[^\0-\xff]+/g, (run) => utf8(run)) : text;

/** Text as the bytes of its UTF-8 form. */
export const utf8 = (text: string): string => Buffer.from(text, "utf8").toString("latin1");
