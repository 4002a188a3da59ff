import { CloseButton } from "@mantine/core";
import type { LogLine, ReadingState } from "../../electron/contract/logs/reading.ts";
import { client } from "../client.ts";
import { Facts } from "../kit/Section.tsx";
import { useAnswer } from "../kit/use-answer.ts";
import { correctionText } from "./clock-text.ts";
import { stampText } from "./LineRow.tsx";
import { targetName } from "./words.ts";

const stamps = {
  own: "its own",
  "line-before": "of the line before",
  guessed: "its year or boot was concluded",
  collected: "of the file: nothing in it has one",
} as const;

/** One line in full, where it stands, and what is known of it. */
export function LineDetails({
  line,
  source,
  onClose,
  onPattern,
}: {
  readonly line: LogLine;
  readonly source: ReadingState["sources"][number] | null;
  readonly onClose: () => void;
  readonly onPattern: (pattern: string) => void;
}) {
  const patterns = useAnswer("patterns", (signal) => client.logs.patterns(undefined, { signal }));
  const known = patterns.value?.filter(({ id }) => line.patterns.includes(id)) ?? [];
  return (
    <aside className="lg-details" aria-label="The line in full">
      <header>
        <h3>{targetName(line.target)}</h3>
        <CloseButton aria-label="Close this line" onClick={onClose} />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <pre className="hr-raw lg-line-whole" tabIndex={0}>
        {line.text}
      </pre>
      {line.cut && <p className="hr-dim">The line goes on; it is in the file in full.</p>}
      <Facts
        facts={[
          ["Time", line.at === null ? "none" : stampText(line.at)],
          ["Stamp", stamps[line.stamp]],
          ["Host's clock", source?.clock ? correctionText(source.clock) : null],
          ["Severity", line.severity],
          [
            "File",
            <code key="path" className="lg-sha">
              {line.path}
            </code>,
          ],
          ["Line", String(line.line)],
          ["Format", source?.format ?? null],
        ]}
      />
      {source?.notes.map((note) => (
        <p key={note} className="hr-dim">
          {note}
        </p>
      ))}
      {known.map(({ id, title, meaning, next, source: from }) => (
        <section key={id}>
          <h3>{title}</h3>
          <p>{meaning}</p>
          <p>
            <strong>Next: </strong>
            {next}
          </p>
          <p className="hr-dim">Source: {from}</p>
          <button type="button" className="hr-link" onClick={() => onPattern(id)}>
            Show all such lines
          </button>
        </section>
      ))}
    </aside>
  );
}
