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
  onChoose,
}: {
  readonly row: number;
  /** Null while it is asked for. */
  readonly line: LogLine | null;
  readonly chosen: boolean;
  readonly several: boolean;
  readonly onChoose: (line: LogLine | null) => void;
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
      onClick={() => onChoose(chosen ? null : line)}
    >
      <span className="lg-line-time">
        {line?.at == null ? "" : stampText(line.at)}
        {line?.stamp === "guessed" && "?"}
      </span>
      <span className="lg-line-mark">{mark && <StateMark state={mark} label={line?.severity ?? ""} />}</span>
      {several && <span className="lg-line-target">{line && targetName(line.target)}</span>}
      <span className="lg-line-text">{line?.text ?? ""}</span>
    </div>
  );
}
