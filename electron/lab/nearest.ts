/** Near misses for error texts: which known word was probably meant. */

const longestWord = 64;

/** Known words at most a third of `word` away in edits (or beginning alike), nearest first, three at most. */
export function nearest(word: string, known: Iterable<string>): string[] {
  const asked = word.slice(0, longestWord).toLowerCase();
  const close: { each: string; far: number }[] = [];
  for (const each of known) {
    const other = each.slice(0, longestWord).toLowerCase();
    const far = other !== "" && (other.includes(asked) || asked.includes(other)) ? 1 : distance(asked, other);
    if (far <= Math.max(1, Math.floor(asked.length / 3))) close.push({ each, far });
  }
  return close
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ each }) => each);
}

/** Levenshtein distance: characters to insert, remove or replace. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** ` Did you mean "a" or "b"?`, or nothing. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const close = nearest(word, known);
  return close.length === 0 ? "" : ` Did you mean ${close.map((each) => JSON.stringify(each)).join(" or ")}?`;
}
