/**
 * Reads what `ibnetdiscover --diff` and `iblinkinfo --diff` print: the tool's own form, where `<` marks what the cached
 * fabric had and `>` what is there now. Unmarked lines belong to both; what did not change is left out.
 */

/** Both sides as the tool's own form. Lines of the other side are blank, so that line numbers stay. */
export interface DiffSides {
  readonly before: string;
  readonly after: string;
}

const mark = /^[<>] /;

/** Null where no line is marked: then the text is no difference, or there is none. */
export function splitDiff(text: string): DiffSides | null {
  if (!mark.test(text) && !text.includes("\n< ") && !text.includes("\n> ")) return null;
  const lines = text.split("\n");
  const side = (other: string) =>
    lines.map((line) => (line.startsWith(other) ? "" : mark.test(line) ? line.slice(2) : line)).join("\n");
  return { before: side("> "), after: side("< ") };
}
