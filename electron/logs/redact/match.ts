/** Owns what becomes of matches that lie within or across each other. */
import type { RedactionClass } from "../../contract/logs/redact.ts";
import { pseudonymWord } from "./pseudonyms.ts";

/** Something to be replaced, as places of what is visible. */
export interface Match {
  readonly start: number;
  readonly end: number;
  readonly kind: RedactionClass | "gone";
  readonly original: string;
  readonly text: string;
}

/** In order, none within another: the first, and of those that begin together the longest. */
export function apart(found: Match[], bytes: Uint8Array): readonly Match[] {
  found.sort((a, b) => a.start - b.start || rank(a) - rank(b) || b.end - a.end);
  const chosen: Match[] = [];
  for (const match of found) join(chosen, match);
  return chosen.map((match) => followed(match, bytes));
}

/** Together they are no longer, so that what is found always fits into what is looked at together. */
const longestJoined = 32 * 1024;

/** Adds the next one in the order of beginnings. What begins within another and goes on beyond it goes with it. */
export function join<T extends { readonly start: number; readonly end: number }>(chosen: T[], next: T): void {
  const last = chosen.at(-1);
  if (!last || next.start >= last.end) chosen.push(next);
  else if (next.end > last.end) {
    if (next.end - last.start <= longestJoined) chosen[chosen.length - 1] = { ...last, end: next.end };
    else chosen.push({ ...next, start: last.end });
  }
}

/** Adds a word that was found, in the order of ends: of words that overlap very many may be found. */
export function keep(found: Match[], next: Match): void {
  let last = found.at(-1);
  while (last && next.start <= last.start && next.end >= last.end) {
    found.pop();
    last = found.at(-1);
  }
  if (!last || next.end > last.end) join(found, next);
}

const rank = (match: Match) => (match.kind === "gone" ? 0 : 1);

/** A pseudonym's number ends where it ends: a digit behind is kept off. */
function followed(match: Match, bytes: Uint8Array): Match {
  const after = bytes[match.end] ?? 0;
  const number = after >= 0x30 && after <= 0x39 && pseudonymWord.test(match.text);
  return number ? { ...match, text: `${match.text}_` } : match;
}
