/** Owns which patterns of grep and sed are run: as JavaScript regular expressions, and never slow ones. */
import { classMembers } from "../glob.ts";

/** A pattern of grep or sed as a regular expression; null when it is not one, or too long to be run safely. */
export function patternOf(text: string, extended: boolean, fixed: boolean, flags: string): RegExp | null {
  if (text.length > 2000) return null;
  const source = fixed ? literal(text) : translated(text, extended);
  // Nested repetition can take exponential time; it is refused.
  if (source === null || /\([^)]*[*+}][^)]*\)[*+{]/.test(source)) return null;
  try {
    return new RegExp(source, flags);
  } catch {
    return null;
  }
}

const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");

/** A pattern of POSIX in JavaScript's writing; null where a bracket does not end. */
function translated(text: string, extended: boolean): string | null {
  let source = "";
  for (let at = 0; at < text.length; ) {
    const char = text[at] ?? "";
    if (char === "[") {
      const bracket = bracketAt(text, at);
      if (bracket === null) return null;
      source += bracket.source;
      at = bracket.end;
      continue;
    }
    const next = text[at + 1] ?? "";
    if (char === "\\") {
      // what is special when it is escaped in a basic pattern is plain when it is escaped in an extended one
      if (/[+?(){}|]/.test(next)) source += extended ? `\\${next}` : next;
      else if (next === "<" || next === ">") source += "\\b";
      else source += /[A-Za-z0-9]/.test(next) ? `\\${next}` : literal(next);
      at += 2;
      continue;
    }
    const atStart = source === "" || source.endsWith("(") || source.endsWith("|");
    if (!extended && /[+?(){}|]/.test(char)) source += `\\${char}`;
    else if (char === "*" && (atStart || source === "^")) source += "\\*";
    else if (char === "{" && !/^\{\d*,?\d*\}/.test(text.slice(at))) source += "\\{";
    else source += char === "/" ? "\\/" : char;
    at += 1;
  }
  return source;
}

/** `[...]` from its bracket on, with where it ends. */
function bracketAt(text: string, from: number): { readonly source: string; readonly end: number } | null {
  let at = from + 1;
  const negated = text[at] === "^";
  if (negated) at += 1;
  let inner = "";
  for (let first = true; ; first = false) {
    const char = text[at];
    if (char === undefined) return null;
    if (char === "]" && !first) break;
    const named = /^\[:([a-z]+):\]/.exec(text.slice(at, at + 12));
    const members = named && classMembers(named[1] ?? "");
    if (named && members !== null && members !== undefined) {
      inner += literal(members ?? "");
      at += named[0].length;
      continue;
    }
    const isRange = text[at + 1] === "-" && text[at + 2] !== undefined && text[at + 2] !== "]";
    inner += isRange ? `${literal(char)}-${literal(text[at + 2] ?? "")}` : literal(char);
    at += isRange ? 3 : 1;
  }
  // a newline is never in a line; an empty set would match nothing in JavaScript, and a negated one all
  return { source: `[${negated ? "^" : ""}${inner}]`, end: at + 1 };
}

/** Longest line a pattern is tried on; the rest of a longer one is not looked at. */
export const maxMatched = 20_000;
