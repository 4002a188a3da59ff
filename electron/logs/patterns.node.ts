/** Loads the known patterns that are shipped, and the admin's own beside them. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../contract/error.ts";
import { readOwnFile } from "../own-file.node.ts";
import type { Pattern } from "./read/known.ts";
import { joinPatterns, type PatternProblem, readPatterns } from "./read/patterns.ts";

/** From source this file is two folders below the top; the bundled main process (`dist/main/`) is too. */
const shippedFolder = join(import.meta.dirname, "..", "..", "assets", "log-patterns");

/** The admin's own file, which need not be there. */
export const ownPatternsFile = (profile: string) => join(profile, "log-patterns.yaml");

/** Throws only when the shipped ones cannot be read at all. */
export async function loadPatterns(
  profile: string,
): Promise<{ readonly patterns: readonly Pattern[]; readonly problems: readonly PatternProblem[] }> {
  const names = (await readdir(shippedFolder)).filter((name) => name.endsWith(".yaml")).sort();
  const shipped = await Promise.all(
    names.map(async (name) => readPatterns(name, await readFile(join(shippedFolder, name), "utf8"))),
  );
  const files = [...shipped, await readOwn(ownPatternsFile(profile))];
  return {
    patterns: joinPatterns(files.map((file) => file.patterns)),
    problems: files.flatMap((file) => file.problems),
  };
}

async function readOwn(path: string): Promise<ReturnType<typeof readPatterns>> {
  try {
    const text = await readOwnFile(path);
    return text === null ? { patterns: [], problems: [] } : readPatterns(path, text);
  } catch (error) {
    return { patterns: [], problems: [{ file: path, line: 1, message: messageOf(error) }] };
  }
}
