/** Writes layout profiles into the admin's own file: whole, keeping what else stands in it with its comments. */
import { type Document, isMap, isSeq, parseDocument } from "yaml";
import { FaultError, messageOf } from "../contract/error.ts";
import type { StickLayout } from "../contract/logs/stick-layout.ts";
import { readOwnFile } from "../own-file.node.ts";
import { writeWhole } from "../whole-file.node.ts";
import { ownLayoutsFile } from "./layouts.node.ts";

const begun = `# Where things are on boot sticks, as this lab's admin knows them. One with a shipped layout's id takes its place.
halfrack: 1
layouts: []
`;

/** Puts the layout where the one with its id stands, or behind the others. Throws FaultError; then nothing was changed. */
export const saveOwnLayout = (profileDir: string, layout: StickLayout): Promise<void> =>
  edit(profileDir, layout.id, (doc, at) => {
    if (at === -1) doc.addIn(["layouts"], doc.createNode(layout));
    else doc.setIn(["layouts", at], doc.createNode(layout));
  });

/** Takes the layout out of the own file; a shipped one that it replaced counts again. Throws FaultError. */
export const removeOwnLayout = (profileDir: string, id: string): Promise<void> =>
  edit(profileDir, id, (doc, at) => {
    if (at !== -1) doc.deleteIn(["layouts", at]);
  });

type Change = (doc: Document, at: number) => void;

/** One after the other: each begins with what the one before wrote. */
let last: Promise<unknown> = Promise.resolve();

function edit(profileDir: string, id: string, change: Change): Promise<void> {
  const turn = last.then(() => editNow(ownLayoutsFile(profileDir), id, change));
  last = turn.catch(() => undefined);
  return turn;
}

async function editNow(path: string, id: string, change: Change): Promise<void> {
  try {
    const doc = parseDocument((await readOwnFile(path)) ?? begun);
    const [error] = doc.errors;
    if (error) throw error;
    if (!isMap(doc.contents)) throw new Error("It does not hold keys and values.");
    if (doc.get("layouts") == null) doc.set("layouts", doc.createNode([]));
    const layouts = doc.get("layouts");
    if (!isSeq(layouts)) throw new Error("Its layouts are no list.");
    layouts.flow = false;
    change(
      doc,
      layouts.items.findIndex((item) => isMap(item) && item.get("id") === id),
    );
    await writeWhole(path, doc.toString({ lineWidth: 120 }));
  } catch (error) {
    throw new FaultError({
      code: "logs.layouts-not-written",
      title: "The layouts could not be saved",
      detail: `${path}: ${messageOf(error)}`,
      next: "Correct the file, or move it away, and save again. Nothing in it was changed.",
    });
  }
}
