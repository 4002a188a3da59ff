/** Owns how bytes go into a far-side script: one argument, read there by `printf %b` in every POSIX shell alike. */

/** Letters that `printf %b` leaves alone. */
const plain = /[A-Za-z0-9_./*?[\]{}()+,:=@^~ -]/;

/** Bytes as an argument for `printf %b`. A NUL ends a string there: nothing that has a name holds one. */
export function octal(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) {
    const letter = String.fromCharCode(byte);
    text += plain.test(letter) ? letter : `\\0${byte.toString(8).padStart(3, "0")}`;
  }
  return text;
}

/** Text as {@link octal}. */
export const octalText = (text: string) => octal(new TextEncoder().encode(text));
