/** File name patterns of the practice shell: `*`, `?` and `[...]`. */

/** True when an unquoted word would be taken as a pattern. */
export const hasGlob = (word: string) => /[*?[]/.test(word);

/** Matches without regular expressions: time is bounded by pattern length times name length. */
export function globMatches(pattern: string, name: string): boolean {
  let p = 0;
  let n = 0;
  let starAt = -1;
  let starName = 0;
  while (n < name.length) {
    const step = stepOf(pattern, p, name[n] ?? "");
    if (pattern[p] === "*") {
      starAt = p;
      starName = n;
      p += 1;
    } else if (step > 0) {
      p += step;
      n += 1;
    } else if (starAt >= 0) {
      p = starAt + 1;
      starName += 1;
      n = starName;
    } else return false;
  }
  while (pattern[p] === "*") p += 1;
  return p === pattern.length;
}

/** How many pattern characters match `char` at `at`; 0 when they do not. */
function stepOf(pattern: string, at: number, char: string): number {
  const head = pattern[at];
  if (head === undefined || head === "*") return 0;
  if (head === "?") return 1;
  if (head === "\\" && at + 1 < pattern.length) return pattern[at + 1] === char ? 2 : 0;
  if (head !== "[") return head === char ? 1 : 0;
  const end = pattern.indexOf("]", at + 2);
  if (end < 0) return char === "[" ? 1 : 0;
  let body = pattern.slice(at + 1, end);
  const negated = body.startsWith("!") || body.startsWith("^");
  if (negated) body = body.slice(1);
  let hit = false;
  for (let i = 0; i < body.length; i += 1) {
    const from = body[i] ?? "";
    if (body[i + 1] === "-" && i + 2 < body.length) {
      if (char >= from && char <= (body[i + 2] ?? "")) hit = true;
      i += 2;
    } else if (from === char) hit = true;
  }
  return hit !== negated ? end - at + 1 : 0;
}
