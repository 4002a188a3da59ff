/**
 * The practice lab's boot stick: the places of things are those of vSMP Foundation 10.0 (assets/stick-layouts.yaml), what
 * is in them is made up and says so. Its log, as a real one, tells nothing to those who read it.
 */
import type { Content } from "./shell/io.ts";

const sectorBytes = 512;
const mebibyte = 1024 * 1024;
/** A stick of 4 GB. */
const sizeBytes = 7_864_320 * sectorBytes;

/** Type 0xEF at sectors 8 and 64; the other two entries are empty. */
const table = "80001400ef001400080000002000000080000a00ef000a004000000000010000";
const firstSector = `${"ScaleMP_MaGiC practice".padEnd(446, "\0")}${Buffer.from(table, "hex").toString("latin1").padEnd(64, "\0")}\x55\xaa`;
const versionText = "vSMP Foundation version 0.0.0 (practice lab; no software of any vendor)\0";
const log = { from: 12 * mebibyte, to: 32 * mebibyte };

/** Bytes that look like chance and are the same each time. */
function noise(sector: number): string {
  let state = Math.imul(sector + 1, 0x9e3779b1) | 1;
  const codes = Array.from({ length: sectorBytes }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 255;
  });
  return String.fromCharCode(...codes);
}

function sectorAt(sector: number): string {
  const at = sector * sectorBytes;
  if (sector === 0) return firstSector;
  if (at === 5 * mebibyte) return versionText.padEnd(sectorBytes, "\0");
  return at >= log.from && at < log.to ? noise(sector) : "\0".repeat(sectorBytes);
}

export const practiceStick: Content = {
  size: sizeBytes,
  slice: (from, to) => {
    const end = Math.min(to, sizeBytes);
    if (end <= from) return "";
    const first = Math.floor(from / sectorBytes);
    const count = Math.ceil(end / sectorBytes) - first;
    const whole = Array.from({ length: count }, (_, index) => sectorAt(first + index)).join("");
    return whole.slice(from - first * sectorBytes, end - first * sectorBytes);
  },
};
