/** Owns the reader: one time line of all text logs, its filters, what is known of its errors, and one line in full. */
import { Button, Checkbox, CloseButton, MultiSelect, SegmentedControl, Select, TextInput } from "@mantine/core";
import { useEffect, useMemo, useRef, useState } from "react";
import type { CollectionSummary } from "../../electron/contract/logs/collect.ts";
import { isLogSource } from "../../electron/contract/logs/log-source.ts";
import {
  type LogFilter,
  type LogLine,
  logSeveritySchema,
  type ReadingState,
} from "../../electron/contract/logs/reading.ts";
import { sizeText } from "../../electron/contract/size-text.ts";
import { client } from "../client.ts";
import { attempt } from "../kit/attempt.ts";
import { FaultView } from "../kit/FaultView.tsx";
import { countText, numberText } from "../kit/time.ts";
import { ErrorIndex } from "./ErrorIndex.tsx";
import { FindBar } from "./FindBar.tsx";
import { Histogram } from "./Histogram.tsx";
import { KnownPatterns } from "./KnownPatterns.tsx";
import { LineDetails } from "./LineDetails.tsx";
import { LineList } from "./LineList.tsx";
import { useFind } from "./use-find.ts";
import { useReading, useRows } from "./use-reading.ts";
import { targetName } from "./words.ts";
import "./reader.css";

const severities = logSeveritySchema.options.map((severity) => ({ value: severity, label: `${severity} and worse` }));

export function ReadView({ summary: { id } }: { readonly summary: CollectionSummary }) {
  const { state, fault } = useReading(id);
  const [chosenLogs, setLogs] = useState<boolean | null>(null);
  const [targets, setTargets] = useState<string[]>([]);
  const [severity, setSeverity] = useState<string | null>(null);
  const [text, setText] = useState("");
  const [isRegex, setIsRegex] = useState(false);
  const [pattern, setPattern] = useState<string | null>(null);
  const [words, setWords] = useState("");
  const [first, setFirst] = useState(0);
  const [at, setAt] = useState<number | null>(null);
  const [panel, setPanel] = useState<"errors" | "patterns" | "line" | null>(null);
  // Logs stand out among outputs; where there are none, what was printed is all there is to read.
  const logs = chosenLogs ?? !(state?.done === true && !state.sources.some(isLogSource));
  const filter = useMemo<LogFilter>(
    () => ({
      ...(logs ? { logs } : {}),
      ...(targets.length === 0 ? {} : { targets }),
      ...(severity === null ? {} : { severity: logSeveritySchema.parse(severity) }),
      ...(text === "" ? {} : isRegex ? { regex: text } : { text }),
      ...(pattern === null ? {} : { pattern }),
    }),
    [logs, targets, severity, text, isRegex, pattern],
  );
  // Once all is read, lines are counted and judged anew: by then it is known which tell of one event.
  const news = `${state?.lines} ${state?.done}`;
  const rows = useRows(id, filter, news);
  const find = useFind(id, filter, words === "" ? null : { text: words }, first, state?.done === true);
  const [wanted, setWanted] = useState<{ readonly direction: 1 | -1; readonly row: number } | null>(null);
  const show = (row: number) => {
    setFirst(Math.max(0, row - 3));
    setAt(row);
  };
  const next = wanted && find.next(wanted.row, wanted.direction);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was asked for before it was found is gone to when it is
  useEffect(() => {
    if (next === null) return;
    setWanted(null);
    show(next);
  }, [next]);
  // Rows of another filter are others.
  const key = JSON.stringify(filter);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key tells which filter it is
  useEffect(() => {
    setAt(null);
    setFirst(0);
    setPanel((shown) => (shown === "line" ? null : shown));
  }, [key]);
  const line = useRef<LogLine | null>(null);
  line.current = at === null ? null : (rows.row(at) ?? line.current);
  if (fault)
    return (
      <div className="lg-step">
        <FaultView fault={fault} />
      </div>
    );
  const sources = new Set(state?.sources.map(({ target }) => target));
  const { logs: _, ...further } = filter;
  const filtered = Object.keys(further).length > 0;
  const goTo = async (atMs: number) => {
    const found = await attempt(client.logs.rowAt({ id, filter, atMs }));
    if (found) setFirst(found.row);
  };
  const toggle = (which: "errors" | "patterns") => setPanel(panel === which ? null : which);
  const open = (row: number) => {
    setPanel(row === at && panel === "line" ? null : "line");
    setAt(row);
  };
  return (
    <div className="lg-complete">
      <div className="lg-read">
        <div className="lg-filters">
          <SegmentedControl
            size="xs"
            aria-label="Which lines"
            data={[
              { value: "logs", label: "Logs alone" },
              { value: "all", label: "With outputs" },
            ]}
            value={logs ? "logs" : "all"}
            onChange={(value) => setLogs(value === "logs")}
          />
          <MultiSelect
            aria-label="Targets"
            placeholder={targets.length === 0 ? "All targets" : ""}
            data={[...sources].map((target) => ({ value: target, label: targetName(target) }))}
            value={targets}
            onChange={setTargets}
            clearable
            size="xs"
          />
          <Select
            aria-label="Severity"
            placeholder="Any severity"
            data={severities}
            value={severity}
            onChange={setSeverity}
            clearable
            size="xs"
          />
          <TextInput
            aria-label="Text"
            placeholder={isRegex ? "Only lines that match" : "Only lines that hold"}
            size="xs"
            value={text}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
            rightSection={
              text !== "" && <CloseButton size="sm" aria-label="Clear the text" onClick={() => setText("")} />
            }
          />
          <Checkbox
            size="xs"
            label="Regex"
            checked={isRegex}
            onChange={({ currentTarget }) => setIsRegex(currentTarget.checked)}
          />
          <Button.Group>
            <Button
              size="xs"
              variant="default"
              aria-pressed={panel === "errors"}
              data-on={panel === "errors" || undefined}
              onClick={() => toggle("errors")}
            >
              Errors
            </Button>
            <Button
              size="xs"
              variant="default"
              aria-pressed={panel === "patterns"}
              data-on={panel === "patterns" || undefined}
              onClick={() => toggle("patterns")}
            >
              Known patterns
            </Button>
          </Button.Group>
        </div>
        <div className="lg-read-bar">
          <p className="hr-dim" role="status">
            {stateText(state, logs, filtered ? rows.total : null)}
            {pattern !== null && (
              <>
                {" "}
                Only “{pattern}”.{" "}
                <button type="button" className="hr-link hr-inline" onClick={() => setPattern(null)}>
                  Show all
                </button>
              </>
            )}
          </p>
          <FindBar
            words={words}
            onWords={(typed) => {
              setWords(typed);
              // A longer text may be in the very line where the shorter one was found.
              setWanted(typed === "" ? null : { direction: 1, row: (at ?? first) - 1 });
            }}
            find={find}
            at={at}
            onGo={(direction) => setWanted({ direction, row: at ?? first - 1 })}
          />
        </div>
        {find.fault && <FaultView fault={find.fault} />}
        <Histogram id={id} filter={filter} news={news} onTime={(time) => void goTo(time)} />
        {rows.fault && <FaultView fault={rows.fault} />}
        <LineList
          rows={rows}
          first={first}
          onFirst={setFirst}
          chosen={at}
          onChoose={setAt}
          onOpen={open}
          found={(row) => find.numberOf(row) > 0}
          words={words}
          targetChars={sources.size > 1 ? Math.max(...[...sources].map((target) => targetName(target).length)) : 0}
        />
        {state?.done === true && rows.whole && rows.total === 0 && (
          <p className="hr-dim lg-read-empty">
            {filtered ? "No line is let through by the filter." : "There are no text logs in it."}
          </p>
        )}
      </div>
      {panel === "errors" && (
        <ErrorIndex
          id={id}
          filter={filter}
          news={news}
          onRow={show}
          onPattern={setPattern}
          onClose={() => setPanel(null)}
        />
      )}
      {panel === "patterns" && (
        <KnownPatterns
          id={id}
          filter={filter}
          news={news}
          shown={pattern}
          onPattern={setPattern}
          onClose={() => setPanel(null)}
        />
      )}
      {panel === "line" && line.current && (
        <LineDetails
          line={line.current}
          source={state?.sources.find(({ path }) => path === line.current?.path) ?? null}
          onClose={() => setPanel(null)}
          onPattern={setPattern}
        />
      )}
    </div>
  );
}

/** What is shown of how much, and what is left out of it. */
function stateText(state: ReadingState | null, logs: boolean, letThrough: number | null): string {
  if (state === null) return "Opening.";
  if (!state.done)
    return `Indexing: ${sizeText(state.bytes)} of ${sizeText(state.totalBytes)}, ${countText(state.lines, "line")} so far.`;
  const shown = state.sources.filter((source) => source.format !== "binary" && (!logs || isLogSource(source)));
  const lines = shown.reduce((sum, source) => sum + source.lines, 0);
  const without = state.sources.length - shown.length;
  return [
    `${letThrough === null ? "" : `${numberText(letThrough)} of `}${countText(lines, "line")} of ${countText(shown.length, logs ? "log" : "text")}.`,
    logs && without > 0
      ? `Left out: ${countText(state.lines - lines, "line")} of ${countText(without, "output and other file", "outputs and other files")}.`
      : "",
  ].join(" ");
}
