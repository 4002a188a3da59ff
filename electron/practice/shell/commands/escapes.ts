/** Backslash escapes of echo, printf and tr. */

const escapes: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  "\\": "\\",
  a: "\x07",
  b: "\b",
  e: "\x1b",
  f: "\f",
  v: "\v",
};

const octal = (digits: string) => String.fromCharCode(Number.parseInt(digits, 8) & 255);

/** As in a format of printf, and in tr: up to three octal digits. */
export const unescaped = (text: string) =>
  text.replace(
    /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|([\s\S]))/g,
    (whole, digits?: string, hex?: string, one?: string) => {
      if (digits !== undefined) return octal(digits);
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      return escapes[one ?? ""] ?? whole;
    },
  );

/** As `%b` of printf and `echo -e` have it: octal after a zero too, and `\c` ends all output. */
export function unescapedWhole(text: string): { readonly text: string; readonly ends: boolean } {
  const [before = "", ...rest] = text.split(/(?<=^(?:[^\\]|\\[^c])*)\\c/s);
  return {
    text: unescaped(
      before.replace(
        /(\\[^0])|\\0([0-7]{1,3})/gs,
        (_all, other?: string, digits?: string) => other ?? `\\${(digits ?? "").padStart(3, "0")}`,
      ),
    ),
    ends: rest.length > 0,
  };
}
