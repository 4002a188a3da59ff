/** Owns the completeness page on screen: what is there of each item on each target, and why not. */
import { SegmentedControl } from "@mantine/core";
import { useMemo, useState } from "react";
import type { CollectionSummary } from "../../electron/contract/logs/collect.ts";
import {
  type Cell,
  cellOf,
  cellStates,
  collectedEntries,
  isIncomplete,
  type MatrixEntry,
  matrixOf,
  stateWords,
} from "../../electron/contract/logs/matrix.ts";
import { sizeText } from "../../electron/contract/size-text.ts";
import { client } from "../client.ts";
import { AnswerFault } from "../kit/AnswerFault.tsx";
import { StateMark } from "../kit/StateMark.tsx";
import { useAnswer } from "../kit/use-answer.ts";
import { CellDetails } from "./CellDetails.tsx";
import { stateMarks, targetName } from "./words.ts";

export function CompletenessView({ summary }: { readonly summary: CollectionSummary }) {
  const asked = useAnswer({ id: summary.id }, (signal) => client.logs.collected({ id: summary.id }, { signal }), {
    news: [JSON.stringify(summary.results)],
    keep: true,
  });
  const catalogue = useAnswer("catalogue", (signal) => client.logs.catalogue(undefined, { signal }));
  const titles = useMemo(() => new Map(catalogue.value?.items.map(({ id, title }) => [id, title])), [catalogue.value]);
  const [only, setOnly] = useState<"all" | "lacking">("all");
  const [chosen, setChosen] = useState<{ readonly item: string; readonly target: string } | null>(null);
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
  const rows =
    only === "all"
      ? matrix.rows
      : matrix.rows.filter(({ cells }) => cells.some((cell) => cell && isIncomplete(cell.state)));
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
              { value: "all", label: "All items" },
              { value: "lacking", label: "What is missing" },
            ]}
            value={only}
            onChange={(value) => setOnly(value as typeof only)}
          />
        </div>
        <div className="lg-scroll">
          <table className="lg-table lg-matrix">
            <thead>
              <tr>
                <th scope="col">Item</th>
                {matrix.targets.map((target) => (
                  <th key={target} scope="col">
                    {targetName(target)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ item, cells }) => (
                <tr key={item}>
                  <th scope="row">{titles.get(item) ?? item}</th>
                  {matrix.targets.map((target, index) => {
                    const own = cells[index];
                    return (
                      <td key={target}>
                        {own && (
                          <CellButton
                            cell={own}
                            pressed={own === cell}
                            onPress={() => setChosen(own === cell ? null : { item, target })}
                          />
                        )}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
          {rows.length === 0 && <p className="hr-dim lg-all-there">Nothing is missing.</p>}
        </div>
      </div>
      {chosen && cell && (
        <CellDetails
          cell={cell}
          collected={collected}
          target={chosen.target}
          title={titles.get(chosen.item) ?? chosen.item}
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

function CellButton({
  cell,
  pressed,
  onPress,
}: {
  readonly cell: Cell;
  readonly pressed: boolean;
  readonly onPress: () => void;
}) {
  const several = cell.entries.length > 1 ? `${cell.entries.length} × ` : "";
  const { label } = stateWords[cell.state];
  // Its mark says it: of most items most cells are one of these.
  const silent = cell.state === "got" || cell.state === "not-applicable";
  return (
    <button type="button" className="lg-cell" data-state={cell.state} aria-pressed={pressed} onClick={onPress}>
      <StateMark state={stateMarks[cell.state]} {...(silent ? { label } : {})} />
      {several}
      {cell.state === "got" ? sizeText(cell.sizeBytes) : silent ? "" : label}
    </button>
  );
}
