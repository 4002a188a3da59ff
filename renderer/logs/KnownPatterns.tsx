/** Owns the list of known patterns: what each means, where that is from, and how often this time line has it. */
import { CloseButton, TextInput } from "@mantine/core";
import { useState } from "react";
import type { KnownFound, KnownPattern, LogFilter } from "../../electron/contract/logs/reading.ts";
import { client } from "../client.ts";
import { AnswerFault } from "../kit/AnswerFault.tsx";
import { StateMark } from "../kit/StateMark.tsx";
import { countText, momentText } from "../kit/time.ts";
import { useAnswer } from "../kit/use-answer.ts";
import { severityMarks } from "./LineRow.tsx";
import { targetName, timesText } from "./words.ts";

export function KnownPatterns({
  id,
  filter,
  news,
  shown,
  onPattern,
  onClose,
}: {
  readonly id: string;
  readonly filter: LogFilter;
  readonly news: unknown;
  /** The pattern whose lines alone are shown. */
  readonly shown: string | null;
  readonly onPattern: (pattern: string | null) => void;
  readonly onClose: () => void;
}) {
  const [words, setWords] = useState("");
  const patterns = useAnswer("patterns", (signal) => client.logs.patterns(undefined, { signal }));
  const { pattern: _, ...asking } = filter;
  const asked = useAnswer({ id, asking }, (signal) => client.logs.known({ id, filter: asking }, { signal }), {
    news: [news],
    keep: true,
  });
  const met = new Map(asked.value?.map((found) => [found.pattern, found]));
  const wanted = (patterns.value ?? []).filter(({ id: own, title, meaning, source }) =>
    [own, title, meaning, source].some((text) => text.toLowerCase().includes(words.toLowerCase())),
  );
  const times = ({ id: own }: KnownPattern) => met.get(own)?.times ?? 0;
  const sorted = wanted.toSorted((one, other) => times(other) - times(one));
  const here = sorted.filter((pattern) => times(pattern) > 0);
  const list = (some: readonly KnownPattern[]) => (
    <ul>
      {some.map((pattern) => (
        <Pattern
          key={pattern.id}
          pattern={pattern}
          found={met.get(pattern.id) ?? null}
          shown={pattern.id === shown}
          onPattern={onPattern}
        />
      ))}
    </ul>
  );
  return (
    <aside className="lg-details lg-errors" aria-label="Known patterns">
      <header>
        <h3>Known patterns</h3>
        <CloseButton aria-label="Close the patterns" onClick={onClose} />
      </header>
      <p className="hr-dim">
        What Halfrack knows by its text. Own ones are added in log-patterns.yaml in the profile's folder.
      </p>
      <TextInput
        size="xs"
        aria-label="Filter patterns"
        placeholder="Filter patterns"
        value={words}
        onChange={({ currentTarget }) => setWords(currentTarget.value)}
      />
      <AnswerFault of={[patterns, asked]} />
      <h4>
        {asked.value === null
          ? "Counting."
          : here.length === 0
            ? "None of them is in these lines"
            : `${countText(here.length, "pattern")} in these lines`}
      </h4>
      {here.length > 0 && list(here)}
      {asked.value !== null && sorted.length > here.length && (
        <>
          <h4>Not in these lines</h4>
          {list(sorted.slice(here.length))}
        </>
      )}
    </aside>
  );
}

function Pattern({
  pattern: { id, title, severity, meaning, next, source },
  found,
  shown,
  onPattern,
}: {
  readonly pattern: KnownPattern;
  readonly found: KnownFound[number] | null;
  readonly shown: boolean;
  readonly onPattern: (pattern: string | null) => void;
}) {
  return (
    <li>
      {/* What did not happen does not look like a fault. */}
      <StateMark state={found === null ? "absent" : (severityMarks[severity] ?? "unknown")} />
      <details>
        <summary>
          <span>{title}</span>
          <span className="hr-dim">
            {severity}
            {found !== null &&
              `, ${timesText(found)}, ${found.targets.map(targetName).join(", ")}${found.firstAt === null ? "" : `, first ${momentText(found.firstAt)}`}`}
          </span>
        </summary>
        <p>{meaning}</p>
        <p>
          <strong>Next: </strong>
          {next}
        </p>
        <p className="hr-dim">Source: {source}</p>
      </details>
      {found !== null && (
        <button type="button" className="hr-link" onClick={() => onPattern(shown ? null : id)}>
          {shown ? "Show all lines again" : `Show ${found.lines === 1 ? "its line" : `these ${found.lines} lines`}`}
        </button>
      )}
    </li>
  );
}
