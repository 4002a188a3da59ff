import type { LogLine, LogSeverity } from "../../electron/contract/logs/reading.ts";
import { StateMark, type StateName } from "../kit/StateMark.tsx";
import { dayText } from "../kit/time.ts";
import { targetName } from "./words.ts";

export const severityMarks: Readonly<Record<LogSeverity, StateName | null>> = {
  emergency: "down",
  alert: "down",
  critical: "down",
  error: "down",
  warning: "degraded",
  notice: null,
  info: null,
  debug: null,
};

/** `2026-11-22 07:04:33.123`, on this machine's clock. */
export const stampText = (at: number) =>
  `${dayText(at)} ${new Date(at).toLocaleTimeString("en-GB")}.${String(at % 1000).padStart(3, "0")}`;

export function LineRow({
  row,
  line,
  chosen,
  several,
  found,
  words,
  onOpen,
}: {
  readonly row: number;
  /** Null while it is asked for. */
  readonly line: LogLine | null;
  readonly chosen: boolean;
  readonly several: boolean;
  readonly found: boolean;
  /** What was found, to be marked where it stands; empty where it is no plain text. */
  readonly words: string;
  readonly onOpen: (row: number) => void;
}) {
  const mark = line && severityMarks[line.severity];
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list takes the keys
    <div
      id={`line-${row}`}
      role="option"
      tabIndex={-1}
      aria-selected={chosen}
      className="lg-line"
      data-severity={mark ?? undefined}
      data-goes-on={line?.stamp === "line-before" || undefined}
      data-found={found || undefined}
      onClick={() => onOpen(row)}
    >
      <span className="lg-line-time">
        {line?.at == null ? "" : stampText(line.at)}
        {line?.stamp === "guessed" && "?"}
      </span>
      <span className="lg-line-mark">{mark && <StateMark state={mark} label={line?.severity ?? ""} />}</span>
      {several && <span className="lg-line-target">{line && targetName(line.target)}</span>}
      <span className="lg-line-text">{line && (found ? marked(line.text, words) : line.text)}</span>
    </div>
  );
}

/** The text with each place of `words` marked; case does not count. */
function marked(text: string, words: string): React.ReactNode {
  const wanted = words.toLowerCase();
  const lower = text.toLowerCase();
  // A letter whose small form is longer would shift what is marked.
  if (wanted === "" || lower.length !== text.length) return text;
  const parts: React.ReactNode[] = [];
  let done = 0;
  for (let at = lower.indexOf(wanted); at !== -1; at = lower.indexOf(wanted, done)) {
    parts.push(text.slice(done, at), <mark key={at}>{text.slice(at, at + wanted.length)}</mark>);
    done = at + wanted.length;
  }
  return [...parts, text.slice(done)];
}
