/** Owns which patterns of grep, sed and tr are run: as JavaScript regular expressions, and never slow ones. */

/** A pattern of grep or sed as a regular expression; null when it is not one, or too long to be run safely. */
export function patternOf(text: string, extended: boolean, fixed: boolean, flags: string): RegExp | null {
  if (text.length > 500) return null;
  const source = fixed
    ? text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
    : extended
      ? posixClasses(text)
      : posixClasses(text).replace(/\\?[+?(){}|]/g, (one) => (one.length === 2 ? one.slice(1) : `\\${one}`));
  // Nested repetition can take exponential time; it is refused.
  if (/\([^)]*[*+}][^)]*\)[*+{]/.test(source)) return null;
  try {
    return new RegExp(source, flags);
  } catch {
    return null;
  }
}
export const posixClasses = (text: string) =>
  text
    .replace(/\[:alpha:\]/g, "a-zA-Z")
    .replace(/\[:digit:\]/g, "0-9")
    .replace(/\[:alnum:\]/g, "a-zA-Z0-9")
    .replace(/\[:space:\]/g, "\\s")
    .replace(/\[:upper:\]/g, "A-Z")
    .replace(/\[:lower:\]/g, "a-z");

/** Longest line a pattern is tried on; the rest of a longer one is not looked at. */
export const maxMatched = 20_000;
