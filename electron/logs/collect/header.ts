/**
 * Owns the format of `header.json`: JSON in which each entry has a line of its own, behind a first line with all the rest. So it
 * is read in turns however many entries a bundle of somebody else's has, and named anew without reading them.
 */
import * as z from "zod";
import { type CollectionHeader, collectionHeaderSchema, entrySchema } from "../../contract/logs/entry.ts";
import { mapped, type Steps } from "../../steps.ts";
import { linesOf } from "./journal.ts";

const firstLineSchema = z.object({
  kind: z.enum(["collection", "bundle"]),
  path: z.string().nullable(),
  header: collectionHeaderSchema.omit({ entries: true }),
});
type FirstLine = z.infer<typeof firstLineSchema>;
export interface HeaderFile extends FirstLine {
  readonly header: CollectionHeader;
}

const closing = "]}}";

export function writeHeader({ header: { entries, ...header }, ...of }: HeaderFile): string {
  const lines = entries.map((entry) => JSON.stringify(entry)).join(",\n");
  return `${firstLine({ ...of, header })}\n${lines}${lines === "" ? "" : "\n"}${closing}\n`;
}

const firstLine = ({ header, ...of }: FirstLine): string =>
  JSON.stringify({ ...of, header: { ...header, entries: [] } }).slice(0, -closing.length);

const readFirstLine = (lines: Iterator<string, void>): FirstLine =>
  firstLineSchema.parse(JSON.parse((lines.next().value ?? "") + closing));

/** Throws where it is no such file. */
export function* readHeader(bytes: Uint8Array): Steps<HeaderFile> {
  const lines = linesOf(bytes);
  const { header, ...of } = readFirstLine(lines);
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
export function renamed(bytes: Uint8Array, told: Partial<Pick<FirstLine["header"], "name" | "notes">>): Uint8Array {
  const { header, ...of } = readFirstLine(linesOf(bytes));
  const line = firstLine({ ...of, header: { ...header, ...told } });
  return Buffer.concat([Buffer.from(line), bytes.subarray(bytes.indexOf(0x0a))]);
}
