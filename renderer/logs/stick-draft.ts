/** Owns how a stick layout is typed: numbers as decimal or hexadecimal, and each error by the field it is of. Pure. */

import { type StickLayout, stickLayoutSchema } from "../../electron/contract/logs/stick-layout.ts";
import { sizeText } from "../../electron/contract/size-text.ts";

/** The fields as they stand on screen. */
export interface StickDraft {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  readonly imageBytes: string;
  readonly logOffset: string;
  readonly logLength: string;
  readonly versionOffset: string;
  readonly versionLength: string;
  readonly versionWord: string;
  /** One in each line: type, first sector, sectors. */
  readonly partitions: string;
  /** One in each line. */
  readonly markers: string;
}
export type StickField = keyof StickDraft;

const hex = (bytes: number) => `0x${bytes.toString(16)}`;
export const offsetText = (bytes: number) => `${sizeText(bytes)} (${hex(bytes)})`;
export const regionText = ({ offsetBytes, lengthBytes }: StickLayout["log"]) =>
  `${sizeText(lengthBytes)} at ${offsetText(offsetBytes)}`;

export const draftOf = ({
  id,
  title,
  note,
  imageBytes,
  log,
  version,
  partitions,
  markers,
}: StickLayout): StickDraft => ({
  id,
  title,
  note,
  imageBytes: hex(imageBytes),
  logOffset: hex(log.offsetBytes),
  logLength: hex(log.lengthBytes),
  versionOffset: hex(version.offsetBytes),
  versionLength: hex(version.lengthBytes),
  versionWord: version.word,
  partitions: partitions.map(({ type, firstSector, sectors }) => `${hex(type)} ${firstSector} ${sectors}`).join("\n"),
  markers: markers.join("\n"),
});

/** `0x500000`, `5242880`, `5 MiB`; NaN for anything else. */
export function bytesOf(typed: string): number {
  const found = /^(0x[0-9a-f]+|\d+)\s*(|B|KiB|MiB|GiB)$/i.exec(typed.trim());
  if (!found) return Number.NaN;
  const unit = ["", "kib", "mib", "gib"].indexOf((found[2] ?? "").toLowerCase().replace(/^b$/, ""));
  return Number(found[1]) * 1024 ** unit;
}

const fields: Readonly<Record<string, StickField>> = {
  id: "id",
  title: "title",
  note: "note",
  imageBytes: "imageBytes",
  "log.offsetBytes": "logOffset",
  "log.lengthBytes": "logLength",
  "version.offsetBytes": "versionOffset",
  "version.lengthBytes": "versionLength",
  "version.word": "versionWord",
};

/** The layout that is typed, with what has no field taken from `base`; or what is wrong, by field. */
export function layoutOf(
  draft: StickDraft,
  base: StickLayout,
): { readonly layout: StickLayout } | { readonly errors: Readonly<Partial<Record<StickField, string>>> } {
  const linesOf = (text: string) =>
    text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");
  const partitions = linesOf(draft.partitions).map((line) => {
    const [type = Number.NaN, firstSector = Number.NaN, sectors = Number.NaN, more] = line.split(/[\s,]+/).map(bytesOf);
    return { type: more === undefined ? type : Number.NaN, firstSector, sectors };
  });
  const wanted = {
    ...base,
    id: draft.id.trim(),
    title: draft.title.trim(),
    note: draft.note.trim(),
    imageBytes: bytesOf(draft.imageBytes),
    log: { offsetBytes: bytesOf(draft.logOffset), lengthBytes: bytesOf(draft.logLength) },
    version: {
      offsetBytes: bytesOf(draft.versionOffset),
      lengthBytes: bytesOf(draft.versionLength),
      word: draft.versionWord,
    },
    partitions,
    markers: linesOf(draft.markers),
    // A whole table that is known is of the partitions it was known with.
    tables: JSON.stringify(partitions) === JSON.stringify(base.partitions) ? base.tables : [],
  };
  const checked = stickLayoutSchema.safeParse(wanted);
  const errors: Partial<Record<StickField, string>> = {};
  const say = (field: StickField, message: string) => {
    errors[field] ??= message;
  };
  for (const { path, message, code } of checked.error?.issues ?? []) {
    const [first, second] = path.map(String);
    if (first === "partitions")
      say("partitions", "In each line: type, first sector, number of sectors. One to four lines.");
    else if (first === "markers") say("markers", `A marker has 4 to 80 letters, and there are at most 16.`);
    else {
      const field = fields[second === undefined ? (first ?? "") : `${first}.${second}`] ?? "id";
      const isNumber = /Offset|Length|Bytes/.test(field);
      say(
        field,
        isNumber && code === "invalid_type"
          ? "A number of bytes: 0x500000, 5242880 or 5 MiB"
          : code === "not_multiple_of"
            ? "Whole sectors: a multiple of 512"
            : field === "id"
              ? "Small letters, digits, dots and dashes"
              : message,
      );
    }
  }
  for (const [field, { offsetBytes, lengthBytes }] of [
    ["logLength", wanted.log],
    ["versionLength", wanted.version],
  ] as const)
    if (offsetBytes + lengthBytes > wanted.imageBytes) say(field, "It reaches beyond the whole image");
  return checked.success && Object.keys(errors).length === 0 ? { layout: checked.data } : { errors };
}
