/** Tells by its beginning what a content is: text, packed, sealed (packed in a way that cannot be unpacked here), binary. */
import type { Buffer } from "node:buffer";
import { visible } from "./visible.ts";

export type Beginning =
  | { readonly kind: "text" | "binary" | "sealed" }
  | { readonly kind: "packed"; readonly by: "gzip" | "zstd" | "xz" };

/** So much of a content tells what it is. */
export const headBytes = 64 * 1024;

/** First bytes of formats: bzip2, zip, 7z, lz4, lzop, lzip, compress, systemd's journal files, makedumpfile's. */
const sealed = [
  "425a68",
  "504b0304",
  "377abcaf271c",
  "04224d18",
  "894c5a4f",
  "4c5a4950",
  "1f9d",
  "1fa0",
  "4c504b5348485248",
  "4b44554d50202020",
];

export function tellContent(head: Uint8Array): Beginning {
  const hex = Array.from(head.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (hex.startsWith("1f8b08")) return { kind: "packed", by: "gzip" };
  // Also where a frame to be skipped comes first, as pzstd writes one.
  if (/^(?:28b52ffd|5.2a4d18)/.test(hex)) return { kind: "packed", by: "zstd" };
  if (hex.startsWith("fd377a585a00")) return { kind: "packed", by: "xz" };
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

/**
 * Beginnings of what is packed within something else: a member of an archive, part of an image. gzip with a method, flags
 * and a system that there are, zstd without the reserved bit, xz, bzip2, 7z, a zip's member of a version that there is.
 */
const within: readonly (readonly [magic: Uint8Array, holds: (bytes: Uint8Array, at: number) => boolean])[] = [
  [
    Uint8Array.of(0x1f, 0x8b, 0x08),
    (bytes, at) =>
      (byteAt(bytes, at + 3) & 0xe0) === 0 &&
      [0, 2, 4].includes(byteAt(bytes, at + 8)) &&
      (byteAt(bytes, at + 9) <= 13 || byteAt(bytes, at + 9) === 255),
  ],
  [Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd), (bytes, at) => (byteAt(bytes, at + 4) & 0x18) === 0],
  [Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00), (bytes, at) => byteAt(bytes, at + 6) === 0],
  [
    Uint8Array.of(0x42, 0x5a, 0x68),
    (bytes, at) =>
      [0x31, 0x41, 0x59, 0x26, 0x53, 0x59].every((byte, index) => byteAt(bytes, at + 4 + index) === byte) ||
      [0x17, 0x72, 0x45, 0x38, 0x50, 0x90].every((byte, index) => byteAt(bytes, at + 4 + index) === byte),
  ],
  [Uint8Array.of(0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c), () => true],
  [
    Uint8Array.of(0x50, 0x4b, 0x03, 0x04),
    (bytes, at) => byteAt(bytes, at + 4) <= 63 && byteAt(bytes, at + 5) <= 19 && byteAt(bytes, at + 9) === 0,
  ],
];
const byteAt = (bytes: Uint8Array, at: number) => bytes[at] ?? 256;

/** Whether something that is packed begins in `[from, to)`. */
export function holdsPacked(bytes: Buffer, from: number, to: number): boolean {
  return within.some(([magic, holds]) => {
    for (let at = bytes.indexOf(magic, from); at !== -1 && at < to; at = bytes.indexOf(magic, at + 1))
      if (holds(bytes, at)) return true;
    return false;
  });
}
