/** Opens saved outputs: by path where they have one, else by handing their content over piece by piece. */

import { FaultError } from "../../electron/contract/error.ts";
import type { Fabric } from "../../electron/contract/fabric.ts";
import { joinParts } from "../../electron/contract/fabric-parts.ts";
import { faultOf } from "../../electron/contract/fault-of.ts";
import { savedLimits } from "../../electron/contract/saved-limits.ts";
import { client } from "../client.ts";
import { base64Of } from "../kit/base64.ts";
import { go } from "../stores.ts";
import { openSaved, useGraph } from "./store.ts";

/** A message of 1 MiB, base64 making four bytes of three: larger ones hold the window up while they are sent. */
const pieceBytes = 3 * 2 ** 18;

/** Reads files, folders and bundles of the machine Halfrack runs on. Throws the fault of what cannot be read. */
export async function openSavedPaths(paths: readonly string[]): Promise<void> {
  const fabric = await joinParts(await client.fabric.readParts({ paths: [...paths] }));
  show(paths.map(baseName), fabric);
}

/** Of drops that are read at one time, only the newest is shown, and only its fault told. */
let drops = 0;

/** Reads what was dropped; its fault is shown where the drop is told. */
export async function openDropped(items: readonly DataTransferItem[]): Promise<void> {
  // They are there only while the event lasts. What is in no file system (dragged out of a page) is a file all the same.
  const entries = items.flatMap((item) => item.webkitGetAsEntry() ?? item.getAsFile() ?? []);
  if (entries.length === 0) return;
  const names = entries.map(({ name }) => name);
  const words = names.length > 3 ? `${names.length} files` : names.join(", ");
  drops += 1;
  const own = drops;
  useGraph.setState({ reading: words, fault: null });
  try {
    let drop: string | null = null;
    let count = 0;
    for (const entry of entries)
      for await (const { name, file } of filesIn(entry)) {
        count += 1;
        if (count > savedLimits.files) throw new FaultError(tooMany);
        drop = await handOver(drop, name, file);
      }
    if (drop === null) throw new FaultError(noFiles);
    const fabric = await joinParts(await client.fabric.readParts({ drop }));
    if (own === drops) show(names, fabric);
  } catch (error) {
    if (own === drops) useGraph.setState({ reading: null, fault: faultOf(error) });
  }
}

function show(names: readonly string[], fabric: Fabric): void {
  openSaved({ names, fabric });
  go("rack");
}

/** Hands one file over, as part of a drop or as its first; gives how the drop is called. */
export async function handOver(drop: string | null, name: string, file: File): Promise<string> {
  let taken = drop;
  let from = 0;
  do {
    const base64 = await base64Of(file.slice(from, from + pieceBytes));
    ({ drop: taken } = await client.fabric.drop({ drop: taken, name, base64 }));
    from += pieceBytes;
  } while (from < file.size);
  return taken;
}

async function* filesIn(entry: FileSystemEntry | File): AsyncGenerator<{ readonly name: string; readonly file: File }> {
  if (entry instanceof File) {
    yield { name: entry.name, file: entry };
    return;
  }
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    yield { name: entry.fullPath.replace(/^\//, ""), file };
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // It gives a hundred at a time, and at the end none.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return;
    for (const each of some) yield* filesIn(each);
  }
}

const baseName = (path: string): string => path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;

const tooMany = {
  code: "fabric.drop-refused",
  title: "The dropped files cannot be read",
  detail: `More than ${savedLimits.files} files were dropped.`,
  next: "Drop the outputs of the fabric tools alone.",
};
const noFiles = {
  code: "fabric.drop-refused",
  title: "Nothing to read was dropped",
  detail: "The folder holds no file.",
  next: "Drop outputs of the fabric tools: files, a folder, or a bundle.",
};
