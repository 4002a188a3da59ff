import { ageText, useNow } from "./now.ts";

/** How long ago something was observed, ticking; the exact time is in the title. */
export function Age({ at, prefix = "" }: { readonly at: number | null; readonly prefix?: string }) {
  const now = useNow();
  if (at === null) return <span className="hr-dim">never</span>;
  const age = ageText(at, now);
  return (
    <time className="hr-dim hr-tabular" dateTime={new Date(at).toISOString()} title={new Date(at).toLocaleString()}>
      {prefix}
      {age === "now" ? "just now" : `${age} ago`}
    </time>
  );
}
