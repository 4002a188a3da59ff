/** Owns how a collection is looked at as a fabric: its outputs of fabric tools, read as saved ones are. */
import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { FaultError } from "../contract/error.ts";
import type { Entry } from "../contract/logs/entry.ts";
import { savedLimits } from "../contract/saved-limits.ts";
import { readSavedParts } from "../fabric/read/saved.node.ts";
import type { Unfinished } from "../unfinished.node.ts";
import type { StoredCollection } from "./stored.node.ts";

/** Larger ones are logs: the outputs of a fabric of thousands have some ten megabytes. */
const maxEntryBytes = 64 * 2 ** 20;

/**
 * Texts of the parts of the fabric. What is no output of a fabric tool is passed over by its reader. Throws FaultError
 * `logs.no-outputs`, and what the reader throws.
 */
export async function fabricParts(
  collection: StoredCollection,
  unfinished: Unfinished,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const { header, results } = collection;
  const sizeOf = ({ n }: Entry) => results.get(n)?.sizeBytes ?? 0;
  const wanted = header.entries.filter((entry) => {
    const size = sizeOf(entry);
    return entry.text && size > 0 && size <= maxEntryBytes && isOutput(entry.source.how);
  });
  // The smallest first, to what is read at all: logs are larger than outputs, and would fill the folder for nothing.
  let bytes = 0;
  const outputs = wanted
    .toSorted((a, b) => sizeOf(a) - sizeOf(b))
    .slice(0, savedLimits.files)
    .filter((entry) => {
      bytes += sizeOf(entry);
      return bytes <= savedLimits.bytes;
    });
  if (outputs.length === 0)
    throw new FaultError({
      code: "logs.no-outputs",
      title: "No command's output was collected",
      detail: "The fabric is what ibnetdiscover, iblinkinfo, ibstat and the like say.",
      next: "Collect with InfiniBand items chosen.",
      subject: header.name,
    });
  const dir = join(tmpdir(), `halfrack-outputs-${randomUUID()}`);
  await using _ = await unfinished.begin(dir);
  await mkdir(dir, { mode: 0o700 });
  // By number, and the last part of its path for whoever reads where something stands: it is made of plain letters.
  for (const { n, path, target } of outputs) {
    const name = `${String(n).padStart(5, "0")}-${target}-${path.split("/").at(-1)}`.replaceAll(/[^\w.-]/g, "_");
    await pipeline(await collection.open(n), createWriteStream(join(dir, name), { flags: "wx" }));
  }
  return await readSavedParts([dir], signal);
}

const isOutput = (how: string) => how === "command" || how === "switch" || how === "file";
