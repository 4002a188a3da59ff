/**
 * Owns the format of `header.json`: JSON in which each entry has a line of its own, behind a first line with all the rest. So it
 * is read in turns however many entries a bundle of somebody else's has, and named anew without reading them.
 */
import * as z from "zod";
import { collectionHeaderSchema, entrySchema } from "../../contract/logs/entry.ts";
import { mapped, type Steps } from "../../steps.ts";
import { linesOf } from "./journal.ts";

const ofFile = { kind: z.enum(["collection", "bundle"]), path: z.string().nullable() };
const headerFileSchema = z.object({ ...ofFile, header: collectionHeaderSchema });
const firstLineSchema = z.object({ ...ofFile, header: collectionHeaderSchema.omit({ entries: true }) });
export type HeaderFile = z.infer<typeof headerFileSchema>;
type FirstLine = z.infer<typeof firstLineSchema>;

const opening = '"entries":[';
const closing = "]}}";

export function writeHeader({ header: { entries, ...header }, ...of }: HeaderFile): string {
  const lines = entries.map((entry) => JSON.stringify(entry)).join(",\n");
  return `${firstLine({ ...of, header })}\n${lines}${lines === "" ? "" : "\n"}${closing}\n`;
}

const firstLine = ({ header, ...of }: FirstLine): string =>
  JSON.stringify({ ...of, header: { ...header, entries: [] } }).slice(0, -closing.length);

/** Throws where it is no such file. */
export function* readHeader(bytes: Uint8Array): Steps<HeaderFile> {
  const lines = linesOf(bytes);
  const first = lines.next().value ?? "";
  // Earlier ones have one line.
  if (!first.endsWith(opening)) return headerFileSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  const { header, ...of } = firstLineSchema.parse(JSON.parse(first + closing));
  let closed = false;
  const entryLines = function* () {
    for (const line of lines) {
      if (line !== closing) yield line;
      else closed = true;
    }
  };
  const entries = yield* mapped(entryLines(), (line) => entrySchema.parse(JSON.parse(line.replace(/,$/, ""))));
  if (!closed) throw new Error("the header ends early");
  return { ...of, header: { ...header, entries } };
}

/** The file with another name or other notes. Throws where it is no such file. */
export function* renamed(
  bytes: Uint8Array,
  told: Partial<Pick<FirstLine["header"], "name" | "notes">>,
): Steps<Uint8Array | string> {
  const first = linesOf(bytes).next().value ?? "";
  if (!first.endsWith(opening)) {
    const { header, ...of } = yield* readHeader(bytes);
    return writeHeader({ ...of, header: { ...header, ...told } });
  }
  const { header, ...of } = firstLineSchema.parse(JSON.parse(first + closing));
  const line = firstLine({ ...of, header: { ...header, ...told } });
  return Buffer.concat([Buffer.from(line), bytes.subarray(bytes.indexOf(0x0a))]);
}
