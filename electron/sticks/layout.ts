/** Owns what a boot stick looks like: compares the bytes that decide with a layout profile. Total, and decodes no log. */
import type { Stick } from "../contract/logs/find.ts";
import type { StickLayout } from "../contract/logs/stick-layout.ts";
import { printableStrings } from "./printable.ts";

/** What was read of a disk. */
export interface StickBytes {
  readonly sizeBytes: number;
  /** From the disk's first byte: {@link headBytes} or less. */
  readonly head: Uint8Array;
  /** What stands at the profile's version place; null where it was not read. */
  readonly version: Uint8Array | null;
}

export type Recognised = Pick<Stick, "layout" | "verdict" | "reasons" | "version" | "strings" | "ranges">;

const tableAt = 446;
const entryBytes = 16;
const sectorBytes = 512;
const maxStrings = 40;

/** How much of the beginning decides. */
export const headBytes = (layout: StickLayout) => Math.max(sectorBytes, layout.markersWithinBytes);

/**
 * Compares a disk with a layout. It matches where partition table, a marker and the version's text are as the profile
 * says; then version and log are told to be read. Where not all is, the whole of what an image takes is told instead,
 * which holds whatever there is.
 */
export function compareWith(layout: StickLayout, bytes: StickBytes): Recognised {
  const table = judgeTable(layout, bytes.head);
  const marker = judgeMarkers(layout, bytes.head);
  const version = bytes.version === null ? null : versionOf(bytes.version, layout.version.word);
  const place = `${mebibytes(layout.version.offsetBytes)}`;
  const reasons = [
    ...table.reasons,
    marker.reason,
    version === null
      ? `No text with "${layout.version.word}" was found at ${place}.`
      : `A version's text is at ${place}.`,
  ];
  const room =
    bytes.sizeBytes >= layout.imageBytes &&
    bytes.sizeBytes >= end(layout.log) &&
    bytes.sizeBytes >= end(layout.version);
  if (!room) reasons.push(`The disk has ${mebibytes(bytes.sizeBytes)}, less than the layout takes.`);
  const found = [table.fits, ...(layout.markers.length > 0 ? [marker.fits] : []), version !== null];
  const verdict = room && found.every(Boolean) ? "matches" : found.some(Boolean) ? "partly" : "not";
  return {
    layout: layout.id,
    verdict,
    reasons,
    version,
    strings: printableStrings([bytes.head, ...(bytes.version ? [bytes.version] : [])], maxStrings),
    ranges: verdict === "matches" ? matchingRanges(layout) : wholeRange(layout, bytes.sizeBytes),
  };
}

/** The comparison that speaks most for a stick; of equals the first. Null where there is no profile. */
export function bestOf(compared: readonly Recognised[]): Recognised | null {
  const order = ["matches", "partly", "not", "unread"];
  return compared.toSorted((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict))[0] ?? null;
}

const matchingRanges = (layout: StickLayout): Stick["ranges"] => [
  { range: "version", offsetBytes: layout.version.offsetBytes, lengthBytes: layout.version.lengthBytes },
  { range: "log", offsetBytes: layout.log.offsetBytes, lengthBytes: layout.log.lengthBytes },
];

/** The raw copy of what an image takes, or of the disk where that is smaller. */
export function wholeRange(layout: Pick<StickLayout, "imageBytes">, sizeBytes: number): Stick["ranges"] {
  const lengthBytes = Math.min(layout.imageBytes, sizeBytes);
  return lengthBytes === 0 ? [] : [{ range: "whole", offsetBytes: 0, lengthBytes }];
}

const end = (region: { readonly offsetBytes: number; readonly lengthBytes: number }) =>
  region.offsetBytes + region.lengthBytes;

interface Entry {
  readonly active: boolean;
  readonly type: number;
  readonly firstSector: number;
  readonly sectors: number;
}

function judgeTable(layout: StickLayout, head: Uint8Array): { readonly fits: boolean; readonly reasons: string[] } {
  if (head.length < sectorBytes) return { fits: false, reasons: ["Its first sector could not be read."] };
  const table = head.subarray(tableAt, tableAt + 4 * entryBytes);
  const signed = head[510] === 0x55 && head[511] === 0xaa;
  const signature = signed ? [] : ["Its first sector has no boot signature."];
  const hex = [...table].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  if (layout.tables.includes(hex))
    return { fits: true, reasons: ["Its partition table is a known one, byte for byte.", ...signature] };
  const used = entriesOf(table).filter((entry) => entry.type !== 0 || entry.sectors !== 0);
  const fits =
    used.length === layout.partitions.length &&
    layout.partitions.every((planned) => used.some((entry) => isAs(entry, planned)));
  if (fits)
    return {
      fits,
      reasons: ["Its partitions are where the layout says; other bytes of the table differ.", ...signature],
    };
  const has = used.map(
    ({ type, firstSector, sectors }) => `type 0x${type.toString(16)}, ${sectors} sectors at ${firstSector}`,
  );
  const reason = used.length === 0 ? "It has no partition table." : `Its partitions are others: ${has.join("; ")}.`;
  return { fits, reasons: [reason, ...signature] };
}

const isAs = (entry: Entry, planned: StickLayout["partitions"][number]) =>
  entry.active &&
  entry.type === planned.type &&
  entry.firstSector === planned.firstSector &&
  entry.sectors === planned.sectors;

function entriesOf(table: Uint8Array): Entry[] {
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  return [0, 1, 2, 3].map((n) => ({
    active: view.getUint8(n * entryBytes) === 0x80,
    type: view.getUint8(n * entryBytes + 4),
    firstSector: view.getUint32(n * entryBytes + 8, true),
    sectors: view.getUint32(n * entryBytes + 12, true),
  }));
}

function judgeMarkers(layout: StickLayout, head: Uint8Array): { readonly fits: boolean; readonly reason: string } {
  const text = new TextDecoder("latin1").decode(head.subarray(0, layout.markersWithinBytes));
  const found = layout.markers.filter((marker) => text.includes(marker));
  if (layout.markers.length === 0) return { fits: false, reason: "The layout names no markers." };
  if (found.length > 0) return { fits: true, reason: `The marker ${found.join(" and ")} is near its beginning.` };
  return { fits: false, reason: `No marker (${layout.markers.join(", ")}) is near its beginning.` };
}

function versionOf(bytes: Uint8Array, word: string): string | null {
  const lowered = word.toLowerCase();
  return printableStrings([bytes], 1, (line) => line.toLowerCase().includes(lowered))[0] ?? null;
}

function mebibytes(bytes: number): string {
  const count = bytes / 1024 / 1024;
  return `${Number.isInteger(count) ? count : count.toFixed(1)} MiB`;
}
