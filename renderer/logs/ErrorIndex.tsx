import { CloseButton } from "@mantine/core";
import type { LogFilter } from "../../electron/contract/logs/reading.ts";
import { client } from "../client.ts";
import { AnswerFault } from "../kit/AnswerFault.tsx";
import { StateMark } from "../kit/StateMark.tsx";
import { momentText, numberText } from "../kit/time.ts";
import { useAnswer } from "../kit/use-answer.ts";
import { severityMarks } from "./LineRow.tsx";
import { targetName, timesText } from "./words.ts";

/** What went wrong, each kind of line once with how often it stands there; known ones say what they are. */
export function ErrorIndex({
  id,
  filter,
  news,
  onRow,
  onPattern,
  onClose,
}: {
  readonly id: string;
  readonly filter: LogFilter;
  readonly news: unknown;
  readonly onRow: (row: number) => void;
  readonly onPattern: (pattern: string) => void;
  readonly onClose: () => void;
}) {
  const asked = useAnswer({ id, filter }, (signal) => client.logs.errors({ id, filter }, { signal }), {
    news: [news],
    keep: true,
  });
  const patterns = useAnswer("patterns", (signal) => client.logs.patterns(undefined, { signal }));
  const titles = new Map(patterns.value?.map((pattern) => [pattern.id, pattern.title]));
  return (
    <aside className="lg-details lg-errors" aria-label="Errors and warnings">
      <header>
        <h3>Errors and warnings</h3>
        <CloseButton aria-label="Close errors and warnings" onClick={onClose} />
      </header>
      <p className="hr-dim">
        Lines that say the same but for numbers and names are counted together, and lines of several logs that tell of
        one event count once.
      </p>
      <AnswerFault of={[asked]} />
      {asked.value?.length === 0 && <p>None.</p>}
      <ul>
        {asked.value?.map(({ severity, text, targets, firstAt, row, example, parts, pattern, ...counted }) => (
          <li key={`${severity} ${text}`}>
            <StateMark state={severityMarks[severity] ?? "unknown"} label={severity} />
            <div>
              <button type="button" onClick={() => onRow(row)}>
                {text}
              </button>
              <span className="hr-dim">
                {timesText(counted)}, {targets.map(targetName).join(", ")}
                {firstAt !== null && `, first ${momentText(firstAt)}`}
              </span>
              <span className="lg-errors-example" title={example}>
                {example}
              </span>
              {parts.map((values) => (
                <span key={values[0]?.text}>
                  {values.map((value) => `${value.text}: ${numberText(value.times)}`).join(", ")}
                </span>
              ))}
              {pattern !== null && (
                <button type="button" className="hr-link" onClick={() => onPattern(pattern)}>
                  {titles.get(pattern) ?? pattern}
                </button>
              )}
            </div>
          </li>
        ))}
      </ul>
    </aside>
  );
}
