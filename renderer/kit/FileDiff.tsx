import "./kit.css";

/** How a file would change, line by line, as `diff -u` writes it: signs tell additions from removals, colours repeat it. */
export function FileDiff({ diff, label }: { readonly diff: string; readonly label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="hr-raw hr-diff" tabIndex={0} aria-label={label}>
      {diff
        .trimEnd()
        .split("\n")
        .map((line, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line of a diff has no other identity than its place
          <span key={at} data-sign={/^(\+\+\+|---|@@)/.test(line) ? "@" : line.slice(0, 1)}>
            {line || " "}
          </span>
        ))}
    </section>
  );
}
