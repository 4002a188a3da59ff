/**
 * Owns what a killed process would leave outside the profile: each unfinished file or folder has a note in the profile, with
 * who is at it. What a process that is gone left is removed; of one that lives, however slow it is, nothing is touched.
 */
import { randomUUID } from "node:crypto";
import { access, readdir, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import * as z from "zod";
import { invariant } from "./contract/error.ts";
import { isSameProcess, processMark } from "./process-mark.node.ts";
import { writeWhole } from "./whole-file.node.ts";

const noteSchema = z.object({
  /** Profiles may be shared by machines: nobody knows another's processes. */
  host: z.string(),
  pid: z.number().int().positive(),
  mark: z.string().nullable(),
  path: z.string().refine((path) => isAbsolute(path) && removable.test(basename(path))),
});
const isFolder = /^halfrack-(?:dropped|outputs)-/;
/** Nothing else is removed, whatever a note says. */
const removable = new RegExp(`${isFolder.source}|\\.part$`);

export class Unfinished {
  /** `<profile>/unfinished`; it is made when it is first needed. */
  readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
  }

  /**
   * To be called before `path` is made. Disposing of it removes the path, with all that is in it, unless it was given its
   * right name meanwhile. Where no note can be written, work goes on without.
   */
  async begin(path: string): Promise<AsyncDisposable> {
    invariant(removable.test(basename(path)), "what is noted is called so that it can be removed");
    const note = join(this.dir, `${randomUUID()}.json`);
    const mark = await processMark(process.pid);
    const owner = { host: hostname(), pid: process.pid, mark, path: resolve(path) };
    await writeWhole(note, `${JSON.stringify(owner)}\n`).catch(() => undefined);
    return { [Symbol.asyncDispose]: () => remove(owner.path, note) };
  }

  /** Removes what processes left that are gone. */
  async sweep(): Promise<void> {
    const names = await readdir(this.dir).catch(() => []);
    for (const name of names.filter((each) => each.endsWith(".json"))) {
      const note = join(this.dir, name);
      const told = noteSchema.safeParse(readJson(await readFile(note, "utf8").catch(() => ""))).data;
      if (told?.host !== hostname()) continue;
      if (!(await isSameProcess(told.pid, told.mark))) await remove(told.path, note);
    }
  }
}

/** What cannot be removed now, as on a disk that is not there, keeps its note. */
async function remove(path: string, note: string): Promise<void> {
  try {
    await access(dirname(path));
    await rm(path, { recursive: isFolder.test(basename(path)), force: true });
    await rm(note, { force: true });
  } catch {
    // the next start tries again
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
