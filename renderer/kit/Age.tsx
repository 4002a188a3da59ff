import { useNow } from "./now.ts";
import { ageText, momentText } from "./time.ts";

/** How long ago something was observed, or how long it has lasted, ticking; the exact time is in the title. */
export function Age({
  at,
  prefix = "",
  lasting = false,
}: {
  readonly at: number | null;
  readonly prefix?: string;
  readonly lasting?: boolean;
}) {
  const now = useNow();
  if (at === null) return <span className="hr-dim">never</span>;
  const age = ageText(at, now);
  return (
    <time className="hr-dim hr-tabular" dateTime={new Date(at).toISOString()} title={momentText(at)}>
      {prefix}
      {age === "now" ? (lasting ? "since just now" : "just now") : lasting ? `for ${age}` : `${age} ago`}
    </time>
  );
}
