/** Patterns of the practice shell: `*`, `?` and `[...]`, for names and for any text. */

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

/** Longest text of which a pattern's part is cut off; of a longer one nothing is. */
const maxCut = 64 * 1024;

/** The text without the shortest (or longest) beginning that matches. */
export function cutPrefix(text: string, pattern: string, longest: boolean): string {
  return cut(text, pattern, longest, (size) => [text.slice(0, size), text.slice(size)]);
}

/** The text without the shortest (or longest) end that matches. */
export function cutSuffix(text: string, pattern: string, longest: boolean): string {
  return cut(text, pattern, longest, (size) => [text.slice(text.length - size), text.slice(0, text.length - size)]);
}

function cut(text: string, pattern: string, longest: boolean, at: (size: number) => [string, string]): string {
  if (!hasGlob(pattern.replace(/\\./gs, ""))) {
    const plain = pattern.replace(/\\(.)/gs, "$1");
    const [piece, rest] = at(Math.min(text.length, plain.length));
    return piece === plain ? rest : text;
  }
  if (text.length > maxCut) return text;
  for (let step = 0; step <= text.length; step += 1) {
    const [piece, rest] = at(longest ? text.length - step : step);
    if (globMatches(pattern, piece)) return rest;
  }
  return text;
}

const classes: Readonly<Record<string, RegExp>> = {
  alpha: /[A-Za-z]/,
  digit: /[0-9]/,
  alnum: /[A-Za-z0-9]/,
  upper: /[A-Z]/,
  lower: /[a-z]/,
  space: /[ \t\n\v\f\r]/,
  blank: /[ \t]/,
  punct: /[!-/:-@[-`{-~]/,
  print: /[ -~]/,
  graph: /[!-~]/,
  cntrl: /[\0-\x1f\x7f]/,
  xdigit: /[0-9A-Fa-f]/,
};

/** The characters of a class such as `digit`, in their order; of bytes beyond ASCII none has a class. */
export const classMembers = (name: string): string | null => {
  const members = Object.hasOwn(classes, name) ? classes[name] : undefined;
  if (!members) return null;
  return Array.from({ length: 128 }, (_, code) => String.fromCharCode(code))
    .filter((one) => members.test(one))
    .join("");
};

/** How many pattern characters match `char` at `at`; 0 when they do not. */
function stepOf(pattern: string, at: number, char: string): number {
  const head = pattern[at];
  if (head === undefined || head === "*") return 0;
  if (head === "?") return 1;
  if (head === "\\" && at + 1 < pattern.length) return pattern[at + 1] === char ? 2 : 0;
  if (head !== "[") return head === char ? 1 : 0;
  return bracketStep(pattern, at, char);
}

/** The same for `[...]`; one that does not end is a plain `[`. */
function bracketStep(pattern: string, at: number, char: string): number {
  let i = at + 1;
  const negated = pattern[i] === "!" || pattern[i] === "^";
  if (negated) i += 1;
  let hit = false;
  for (let first = true; ; first = false) {
    const head = pattern[i];
    if (head === undefined) return char === "[" ? 1 : 0;
    if (head === "]" && !first) break;
    const named = head === "[" && /^\[:([a-z]+):\]/.exec(pattern.slice(i, i + 12));
    if (named) {
      if (classes[named[1] ?? ""]?.test(char)) hit = true;
      i += named[0].length;
      continue;
    }
    if (head === "\\" && i + 1 < pattern.length) i += 1;
    const from = pattern[i] ?? "";
    i += 1;
    if (pattern[i] === "-" && pattern[i + 1] !== undefined && pattern[i + 1] !== "]") {
      i += pattern[i + 1] === "\\" ? 2 : 1;
      if (char >= from && char <= (pattern[i] ?? "")) hit = true;
      i += 1;
    } else if (from === char) hit = true;
  }
  return hit !== negated ? i - at + 1 : 0;
}
