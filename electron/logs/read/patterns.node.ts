/** Loads the known patterns that are shipped, and the admin's own beside them. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { errorCode, messageOf } from "../../contract/error.ts";
import type { Pattern } from "./known.ts";
import { joinPatterns, type PatternProblem, readPatterns } from "./patterns.ts";

const maxFileBytes = 4 << 20;

/** `dir` is `assets/log-patterns`; `ownFile` the profile's `log-patterns.yaml`, which need not be there. */
export async function loadPatterns(
  dir: string,
  ownFile: string,
): Promise<{ readonly patterns: readonly Pattern[]; readonly problems: readonly PatternProblem[] }> {
  const shipped = (await readdir(dir)).filter((name) => name.endsWith(".yaml")).sort();
  const files = await Promise.all(
    [...shipped.map((name) => join(dir, name)), ownFile].map((path) => load(path, ownFile)),
  );
  return {
    patterns: joinPatterns(files.map((file) => file.patterns)),
    problems: files.flatMap((file) => file.problems),
  };
}

async function load(path: string, ownFile: string): Promise<ReturnType<typeof readPatterns>> {
  let text: string;
  try {
    const bytes = await readFile(path);
    if (bytes.length > maxFileBytes) throw new Error("it is larger than 4 MiB");
    text = bytes.toString("utf8");
  } catch (error) {
    if (path === ownFile && errorCode(error) === "ENOENT") return { patterns: [], problems: [] };
    return { patterns: [], problems: [{ file: path, line: 1, message: messageOf(error) }] };
  }
  return readPatterns(path, text);
}
