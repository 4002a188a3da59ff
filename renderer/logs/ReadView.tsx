/** Owns the reader: one time line of all text logs, its filters, what is known of its errors, and one line in full. */
import { Button, Checkbox, CloseButton, MultiSelect, Select, TextInput } from "@mantine/core";
import { useMemo, useState } from "react";
import type { CollectionSummary } from "../../electron/contract/logs/collect.ts";
import { type LogFilter, type LogLine, logSeveritySchema } from "../../electron/contract/logs/reading.ts";
import { sizeText } from "../../electron/contract/size-text.ts";
import { client } from "../client.ts";
import { attempt } from "../kit/attempt.ts";
import { FaultView } from "../kit/FaultView.tsx";
import { countText, numberText } from "../kit/time.ts";
import { ErrorIndex } from "./ErrorIndex.tsx";
import { Histogram } from "./Histogram.tsx";
import { LineDetails } from "./LineDetails.tsx";
import { LineList } from "./LineList.tsx";
import { useReading, useRows } from "./use-reading.ts";
import { targetName } from "./words.ts";
import "./reader.css";

const severities = logSeveritySchema.options.map((severity) => ({ value: severity, label: `${severity} and worse` }));

export function ReadView({ summary: { id } }: { readonly summary: CollectionSummary }) {
  const { state, fault } = useReading(id);
  const [targets, setTargets] = useState<string[]>([]);
  const [severity, setSeverity] = useState<string | null>(null);
  const [text, setText] = useState("");
  const [isRegex, setIsRegex] = useState(false);
  const [pattern, setPattern] = useState<string | null>(null);
  const [first, setFirst] = useState(0);
  const [chosen, setChosen] = useState<LogLine | null>(null);
  const [index, setIndex] = useState(false);
  const filter = useMemo<LogFilter>(
    () => ({
      ...(targets.length === 0 ? {} : { targets }),
      ...(severity === null ? {} : { severity: logSeveritySchema.parse(severity) }),
      ...(text === "" ? {} : isRegex ? { regex: text } : { text }),
      ...(pattern === null ? {} : { pattern }),
    }),
    [targets, severity, text, isRegex, pattern],
  );
  const news = state?.lines ?? 0;
  const rows = useRows(id, filter, news);
  if (fault)
    return (
      <div className="lg-step">
        <FaultView fault={fault} />
      </div>
    );
  const sources = new Set(state?.sources.map(({ target }) => target));
  const filtered = Object.keys(filter).length > 0;
  const goTo = async (atMs: number) => {
    const found = await attempt(client.logs.rowAt({ id, filter, atMs }));
    if (found) setFirst(found.row);
  };
  /** Shows a row of the whole time line, whatever is filtered now. */
  const goToRow = (row: number) => {
    setTargets([]);
    setSeverity(null);
    setText("");
    setPattern(null);
    setFirst(Math.max(0, row - 3));
  };
  return (
    <div className="lg-complete">
      <div className="lg-read">
        <div className="lg-filters">
          <MultiSelect
            aria-label="Targets"
            placeholder={targets.length === 0 ? "All targets" : ""}
            data={[...sources].map((target) => ({ value: target, label: targetName(target) }))}
            value={targets}
            onChange={setTargets}
            clearable
          />
          <Select
            aria-label="Severity"
            placeholder="Any severity"
            data={severities}
            value={severity}
            onChange={setSeverity}
            clearable
          />
          <TextInput
            aria-label="Text"
            placeholder={isRegex ? "Regular expression" : "Text in the line"}
            value={text}
            onChange={({ currentTarget }) => {
              setText(currentTarget.value);
              setFirst(0);
            }}
            rightSection={
              text !== "" && <CloseButton size="sm" aria-label="Clear the text" onClick={() => setText("")} />
            }
          />
          <Checkbox
            label="Regex"
            checked={isRegex}
            onChange={({ currentTarget }) => setIsRegex(currentTarget.checked)}
          />
          <Button variant="default" aria-pressed={index} onClick={() => setIndex(!index)}>
            {index ? "Close errors" : "Errors…"}
          </Button>
        </div>
        <p className="hr-dim lg-read-state" role="status">
          {state === null
            ? "Opening."
            : state.done
              ? `${filtered ? `${numberText(rows.total)} of ` : ""}${countText(state.lines, "line")} of ${countText(state.sources.length, "log")}.`
              : `Indexing: ${sizeText(state.bytes)} of ${sizeText(state.totalBytes)}, ${countText(state.lines, "line")} so far.`}
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
        <Histogram id={id} filter={filter} news={news} onTime={(at) => void goTo(at)} />
        {rows.fault && <FaultView fault={rows.fault} />}
        <LineList
          rows={rows}
          first={first}
          onFirst={setFirst}
          chosen={chosen?.row ?? null}
          onChoose={setChosen}
          several={sources.size > 1}
        />
        {state?.done === true && rows.whole && rows.total === 0 && (
          <p className="hr-dim lg-read-state">
            {filtered ? "No line is let through by the filter." : "There are no text logs in it."}
          </p>
        )}
      </div>
      {index && !chosen && <ErrorIndex id={id} filter={filter} news={news} onRow={goToRow} onPattern={setPattern} />}
      {chosen && (
        <LineDetails
          line={chosen}
          source={state?.sources.find(({ path }) => path === chosen.path) ?? null}
          onClose={() => setChosen(null)}
          onPattern={setPattern}
        />
      )}
    </div>
  );
}
