/** Makes stick images to the layout that is documented for ScaleMP vSMP Foundation 10.0. */
import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";

const mebibyte = 1024 * 1024;
export const imageBytes = 32 * mebibyte;
export const logAt = 12 * mebibyte;
export const logBytes = 20 * mebibyte;

export const tables = {
  aFirst: "80001400ef001400080000002000000080000a00ef000a004000000000010000",
  bFirst: "80000a00ef000a00400000000001000080001400ef0014000800000020000000",
} as const;

export interface ImageParts {
  /** Hexadecimal, from the first entry; what is left is zeros. */
  readonly table?: string;
  readonly marker?: string;
  readonly version?: string;
  /** Where the version's text stands, from the beginning of its MiB. */
  readonly versionAt?: number;
  readonly log?: Uint8Array;
  readonly sizeBytes?: number;
}

/** Bytes that no compression or guess reproduces, the same every time. */
export function noise(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed >>> 0 || 1;
  for (let at = 0; at < length; at += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = state & 0xff;
  }
  return bytes;
}

/** The first sectors and what they hold. */
export function headOf({ table = tables.aFirst, marker = "ScaleMP_MaGiC" }: ImageParts = {}): Uint8Array {
  const head = new Uint8Array(64 * 1024);
  head.set(Buffer.from(table.padEnd(128, "0"), "hex"), 446);
  head.set([0x55, 0xaa], 510);
  head.set(Buffer.from(marker), 4096);
  return head;
}

export function versionRegion({ version = "vSMP Foundation version 10.0.1595.57", versionAt = 300 }: ImageParts = {}) {
  const region = new Uint8Array(mebibyte);
  region.set(Buffer.from(`\x01\x02binary\0\n${version}\n`), versionAt);
  return region;
}

export function writeImage(path: string, parts: ImageParts = {}): void {
  const file = openSync(path, "w");
  writeSync(file, headOf(parts), 0, undefined, 0);
  writeSync(file, versionRegion(parts), 0, undefined, 5 * mebibyte);
  if (parts.log) writeSync(file, parts.log, 0, undefined, logAt);
  ftruncateSync(file, parts.sizeBytes ?? imageBytes);
  closeSync(file);
}
