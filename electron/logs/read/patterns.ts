/** Known patterns: lines of logs whose meaning is known, as data of `assets/log-patterns/*.yaml` and the admin's own file. */
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import { type PatternFileEntry, patternFileEntrySchema, patternFileSchema } from "../../contract/logs/patterns.ts";
import type { Pattern } from "./known.ts";

export interface PatternProblem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** Reads one file; a wrong entry is a problem, the others count. Total. */
export function readPatterns(
  file: string,
  text: string,
): { readonly patterns: readonly Pattern[]; readonly problems: readonly PatternProblem[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const lineAt = (offset: number | undefined) => (offset === undefined ? 1 : lines.linePos(offset).line);
  const problems: PatternProblem[] = document.errors.map((error) => ({
    file,
    line: lineAt(error.pos[0]),
    message: error.message.split("\n")[0] ?? "",
  }));
  if (problems.length > 0) return { patterns: [], problems };
  let whole: unknown;
  try {
    whole = document.toJS({ maxAliasCount: 100 });
  } catch {
    return { patterns: [], problems: [{ file, line: 1, message: "too many aliases" }] };
  }
  const list = isMap(document.contents) ? document.contents.get("patterns", true) : null;
  const head = patternFileSchema.safeParse(whole);
  if (!head.success) {
    const { path, message } = head.error.issues[0] ?? { path: [], message: "is no file of patterns" };
    return { patterns: [], problems: [{ file, line: 1, message: `${path.join(".") || "file"}: ${message}` }] };
  }
  const patterns: Pattern[] = [];
  for (const [index, value] of head.data.patterns.entries()) {
    const node = isSeq(list) ? list.items[index] : null;
    const line = lineAt(isMap(node) || isScalar(node) ? node.range?.[0] : undefined);
    const entry = patternFileEntrySchema.safeParse(value);
    const wrong = entry.success
      ? wrongRegex(entry.data)
      : `${entry.error.issues[0]?.path.join(".")}: ${entry.error.issues[0]?.message}`;
    if (wrong !== null || !entry.success) problems.push({ file, line, message: wrong ?? "" });
    else patterns.push(patternOf(entry.data));
  }
  return { patterns, problems };
}

function wrongRegex({ id, regex, examples, literals }: PatternFileEntry): string | null {
  let compiled: RegExp;
  try {
    compiled = new RegExp(regex);
  } catch (error) {
    return `${id}: regex: ${error instanceof Error ? error.message : String(error)}`;
  }
  for (const example of examples) {
    if (!compiled.test(example)) return `${id}: regex does not match its example: ${example}`;
    if (!literals.some((literal) => example.includes(literal))) return `${id}: its example holds none of its literals`;
  }
  return null;
}

const patternOf = ({ examples: _, ...pattern }: PatternFileEntry): Pattern => pattern;

/** Of several files: a pattern of a later one takes the place of one with its id. */
export function joinPatterns(lists: readonly (readonly Pattern[])[]): readonly Pattern[] {
  return [...new Map(lists.flat().map((pattern) => [pattern.id, pattern])).values()];
}
