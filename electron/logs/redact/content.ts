/** Tells by its beginning what a content is: text, packed, sealed (packed in a way that cannot be unpacked here), binary. */
import { visible } from "./visible.ts";

export type Beginning =
  | { readonly kind: "text" | "binary" | "sealed" }
  | { readonly kind: "packed"; readonly by: "gzip" | "zstd" };

/** So much of a content tells what it is. */
export const headBytes = 64 * 1024;

/** First bytes of formats: RFC 1952, RFC 8878, and those of xz, bzip2, zip, 7z, lz4, lzop, lzip, compress. */
const sealed = [
  "fd377a585a00",
  "425a68",
  "504b0304",
  "377abcaf271c",
  "04224d18",
  "894c5a4f",
  "4c5a4950",
  "1f9d",
  "1fa0",
];

export function tellContent(head: Uint8Array): Beginning {
  const hex = Array.from(head.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (hex.startsWith("1f8b08")) return { kind: "packed", by: "gzip" };
  if (hex.startsWith("28b52ffd")) return { kind: "packed", by: "zstd" };
  if (sealed.some((magic) => hex.startsWith(magic))) return { kind: "sealed" };
  return { kind: isText(head) ? "text" : "binary" };
}

/** An archive of texts is none: its sums and lengths would be wrong. */
function isText(head: Uint8Array): boolean {
  if (String.fromCharCode(...head.subarray(257, 262)) === "ustar") return false;
  const { bytes } = visible(head);
  let strange = 0;
  let before = 0x20;
  for (const byte of bytes) {
    // One NUL parts the arguments and variables of a process.
    if (byte === 0 ? before < 0x20 : byte < 0x07 || (byte > 0x0d && byte < 0x20)) strange++;
    before = byte;
  }
  // A line of a log may hold some; a table of logins is full of them. Of packed or ciphered bytes they are nearly a tenth.
  return bytes.length === 0 || (strange * 10 < bytes.length && strange * 20 < bytes.length + 64);
}
