/** Owns what stands beside the rack: the findings, and the table of plan and fabric with its columns. */
import { CloseButton } from "@mantine/core";
import { memo, useMemo, useState } from "react";
import type { CableLive, FabricState } from "../../electron/contract/fabric.ts";
import { cableText } from "../../electron/contract/words.ts";
import { useNow } from "../kit/now.ts";
import { ageText } from "../kit/time.ts";
import { Findings } from "../plan/Findings.tsx";
import { healthOf } from "../plan/health.ts";
import { openDialog, select, useUi } from "../stores.ts";
import { FabricProblems } from "./FabricProblems.tsx";
import { OnlyThese } from "./OnlyThese.tsx";
import { type Column, type Order, type Row, rowsOf, sorted, summaryOf } from "./plan-rows.ts";
import { CableMark } from "./StateMarks.tsx";
import type { Selection } from "./selection.ts";
import { gbpsText } from "./words.ts";

interface Head {
  readonly id: Column;
  readonly title: string;
  readonly hint?: string;
  readonly className?: string;
  readonly span?: number;
}

const heads: readonly Head[] = [
  { id: "switch", title: "Switch" },
  { id: "port", title: "Port" },
  { id: "device", title: "Device", span: 2 },
  { id: "link", title: "Link" },
  {
    id: "gbps",
    title: "Path Gb/s",
    hint: "What the whole path carries, of data: as much as the link or the narrowest PCIe slot at either end",
    className: "rk-num",
  },
  { id: "state", title: "State" },
  { id: "age", title: "Seen", className: "rk-num rk-age" },
];

/** Every cable as a row: what was planned, what is there. Linked with the picture both ways. */
export const PlanTable = memo(function PlanTable({
  fabric,
  switches,
}: {
  readonly fabric: FabricState;
  /** Names of devices that are switches: their end is the one called port. */
  readonly switches: ReadonlySet<string>;
}) {
  const selection = useUi((ui) => ui.selection);
  const [chosen, setChosen] = useState<Order | null>(null);
  const only = useUi((ui) => ui.only);
  const counted = useMemo(() => (only === null ? null : healthOf(fabric)[only]), [fabric, only]);
  const unsorted = useMemo(() => rowsOf(fabric, switches), [fabric, switches]);
  // Where all cables meet in one device, its name in every row would tell nothing.
  const nears = new Set(unsorted.map(({ near }) => near.device));
  const many = nears.size > 1;
  const first: Column = many ? "switch" : "port";
  const sort = chosen ?? { by: first, down: false };
  const { by, down } = sort.by === "switch" && !many ? { ...sort, by: first } : sort;
  const rows = useMemo(
    () => sorted(unsorted, { by, down }).filter(({ cable }) => counted?.cables.includes(cable.id) ?? true),
    [unsorted, by, down, counted],
  );
  return (
    <section className="rk-table-pane" data-many={many || undefined} aria-label="Plan and fabric">
      <div className="rk-table-head">
        <h2>Plan and fabric</h2>
        <button
          type="button"
          className="hr-link pl-open"
          title="Compare plan and fabric"
          onClick={() => openDialog({ kind: "plan" })}
        >
          {summaryOf(fabric.cables)}
        </button>
        <button type="button" className="hr-link rk-table-sheet" onClick={() => openDialog({ kind: "cabling-sheet" })}>
          Cabling sheet…
        </button>
        <CloseButton
          className="rk-panel-close"
          size="sm"
          aria-label="Close plan and fabric"
          onClick={() => useUi.setState({ panel: false })}
        />
      </div>
      {only !== null && counted !== null && <OnlyThese only={only} counted={counted} fabric={fabric} />}
      <Findings fabric={fabric} counted={counted} />
      <FabricProblems problems={(counted ?? fabric.fabric)?.problems ?? []} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <div className="rk-table-scroll" tabIndex={0}>
        <table className="rk-table">
          <thead>
            <tr>
              {heads
                .filter(({ id }) => many || id !== "switch")
                .map(({ id, title, hint, className, span }) => (
                  <th
                    key={id}
                    colSpan={span}
                    title={hint}
                    className={className}
                    aria-sort={by === id ? (down ? "descending" : "ascending") : "none"}
                  >
                    <button type="button" onClick={() => setChosen({ by: id, down: by === id && !down })}>
                      {id === "switch" && [...nears].some((name) => !switches.has(name)) ? "From" : title}
                      {by === id ? (down ? " \u2193" : " \u2191") : ""}
                    </button>
                  </th>
                ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <CableRow key={row.cable.id} row={row} many={many} selected={isSelected(selection, row.cable)} />
            ))}
          </tbody>
        </table>
        {rows.length === 0 && (
          <p className="hr-dim">{only === null ? "No cable is planned and none was seen." : "No cable is among it."}</p>
        )}
      </div>
    </section>
  );
});

function CableRow({
  row: { cable, near, far, link, gbps, state },
  many,
  selected,
}: {
  readonly row: Row;
  readonly many: boolean;
  readonly selected: boolean;
}) {
  return (
    <tr
      data-selected={selected || undefined}
      title={cable.reason}
      onClick={() => select({ kind: "cable", id: cable.id })}
    >
      {many && (
        <td className="rk-name" title={near.device}>
          {near.device}
        </td>
      )}
      <td className="rk-mono" title={near.port}>
        <button type="button" aria-pressed={selected} aria-label={`Cable ${cableText(cable)}`}>
          {near.port}
        </button>
      </td>
      <td className="rk-name" title={far.device}>
        {far.device}
      </td>
      <td className="rk-mono rk-far-port" title={far.port}>
        {far.port}
      </td>
      <td className="rk-mono">{link}</td>
      <td className="rk-mono rk-num">{gbpsText(gbps)}</td>
      <td>
        <CableMark cable={cable} words={state} />
      </td>
      <td className="rk-num rk-age">
        <Seen at={cable.observedAt} />
      </td>
    </tr>
  );
}

function isSelected(selection: Selection | null, cable: CableLive): boolean {
  if (!selection) return false;
  if (selection.kind === "cable") return selection.id === cable.id;
  return [cable.a, cable.b].some(
    (end) => end.device === selection.device && (selection.kind === "device" || end.port === selection.port),
  );
}

/** An age without the word "ago": the column says so. */
function Seen({ at }: { readonly at: number | null }) {
  const now = useNow();
  return at === null ? (
    <span className="hr-dim">never</span>
  ) : (
    <time dateTime={new Date(at).toISOString()}>{ageText(at, now)}</time>
  );
}
