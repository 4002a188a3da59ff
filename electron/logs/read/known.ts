/** Which lines known patterns know. Loads no schemas: the thread that reads starts with it. */
import type { KnownPattern } from "../../contract/logs/reading.ts";

export interface Pattern extends KnownPattern {
  /** JavaScript's, without flags. */
  readonly regex: string;
  /** A line that matches holds at least one of these, letter by letter: what it is found by. */
  readonly literals: readonly string[];
  /** Formats in which it counts; in all when empty. */
  readonly formats: readonly string[];
}

/** Ids of the patterns that a line of text, as shown, matches. */
export function patternsIn(text: string, format: string, patterns: readonly CompiledPattern[]): string[] {
  return patterns
    .filter(
      ({ pattern, regex }) =>
        (pattern.formats.length === 0 || pattern.formats.includes(format)) &&
        pattern.literals.some((literal) => text.includes(literal)) &&
        regex.test(text),
    )
    .map(({ pattern }) => pattern.id);
}

export interface CompiledPattern {
  readonly pattern: Pattern;
  readonly regex: RegExp;
}

export const compiled = (patterns: readonly Pattern[]): readonly CompiledPattern[] =>
  patterns.map((pattern) => ({ pattern, regex: new RegExp(pattern.regex) }));
