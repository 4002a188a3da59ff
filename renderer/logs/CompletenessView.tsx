/** Owns the completeness page on screen: what is there of each item on each target, and why not. */
import { SegmentedControl } from "@mantine/core";
import { useMemo, useState } from "react";
import type { CollectionSummary } from "../../electron/contract/logs/collect.ts";
import {
  cellOf,
  cellStates,
  collectedEntries,
  isIncomplete,
  type MatrixEntry,
  matrixOf,
  stateWords,
} from "../../electron/contract/logs/matrix.ts";
import { client } from "../client.ts";
import { AnswerFault } from "../kit/AnswerFault.tsx";
import { StateMark } from "../kit/StateMark.tsx";
import { countText } from "../kit/time.ts";
import { useAnswer } from "../kit/use-answer.ts";
import { CellDetails } from "./CellDetails.tsx";
import { type CellPlace, MatrixTable } from "./MatrixTable.tsx";
import { stateMarks } from "./words.ts";

export function CompletenessView({ summary }: { readonly summary: CollectionSummary }) {
  const asked = useAnswer({ id: summary.id }, (signal) => client.logs.collected({ id: summary.id }, { signal }), {
    news: [JSON.stringify(summary.results)],
    keep: true,
  });
  const catalogue = useAnswer("catalogue", (signal) => client.logs.catalogue(undefined, { signal }));
  const items = catalogue.value?.items ?? [];
  const [only, setOnly] = useState<"all" | "applies" | "lacking">("applies");
  const [chosen, setChosen] = useState<CellPlace | null>(null);
  const collected = asked.value;
  const entries = useMemo(() => (collected === null ? [] : collectedEntries(collected)), [collected]);
  const matrix = useMemo(
    () => matrixOf(entries, collected?.header.targets.map(({ id }) => id) ?? []),
    [entries, collected],
  );
  if (collected === null)
    return (
      <div className="lg-step">
        <AnswerFault of={[asked]} tone="down" />
      </div>
    );
  const rows = matrix.rows.filter(({ cells }) =>
    cells.some(
      (cell) =>
        cell && (only === "all" || (only === "applies" ? cell.state !== "not-applicable" : isIncomplete(cell.state))),
    ),
  );
  const hidden = matrix.rows.length - rows.length;
  const cell =
    chosen &&
    (matrix.rows.find(({ item }) => item === chosen.item)?.cells[matrix.targets.indexOf(chosen.target)] ?? null);
  return (
    <div className="lg-complete">
      <div className="lg-step">
        <div className="lg-head">
          <Counts entries={entries} />
          <SegmentedControl
            size="xs"
            aria-label="Which items"
            data={[
              { value: "applies", label: "Applicable" },
              { value: "lacking", label: "Not complete" },
              { value: "all", label: "All items" },
            ]}
            value={only}
            onChange={(value) => setOnly(value as typeof only)}
          />
        </div>
        <div className="lg-scroll lg-matrix-scroll">
          <MatrixTable rows={rows} targets={matrix.targets} items={items} chosen={chosen} onChoose={setChosen} />
          {rows.length === 0 && (
            <p className="hr-dim lg-all-there">
              {only === "lacking"
                ? "Everything that was asked for is there."
                : "Nothing was asked for that applies here."}
            </p>
          )}
        </div>
        {only === "applies" && hidden > 0 && (
          <p className="hr-dim lg-hidden">
            {countText(hidden, "item applies", "items apply")} to none of these targets.{" "}
            <button type="button" className="hr-link hr-inline" onClick={() => setOnly("all")}>
              Show them too
            </button>
          </p>
        )}
      </div>
      {chosen && cell && (
        <CellDetails
          cell={cell}
          collected={collected}
          target={chosen.target}
          title={items.find(({ id }) => id === chosen.item)?.title ?? chosen.item}
          onClose={() => setChosen(null)}
        />
      )}
    </div>
  );
}

function Counts({ entries }: { readonly entries: readonly MatrixEntry[] }) {
  const counts = cellOf(entries)?.counts ?? {};
  return (
    <ul className="lg-counts" aria-label="Entries by what came of them">
      {cellStates.flatMap((state) => {
        const count = counts[state];
        return count === undefined
          ? []
          : [
              <li key={state} title={stateWords[state].meaning}>
                <StateMark state={stateMarks[state]} /> {count} {stateWords[state].label}
              </li>,
            ];
      })}
    </ul>
  );
}
