/** Owns the order and the words of the table of plan and fabric. */
import { memo, useMemo, useState } from "react";
import type { CableLive, FabricState } from "../../electron/contract/fabric.ts";
import { byNumber } from "../../electron/contract/order.ts";
import { cableText, cableWords, endText } from "../../electron/contract/words.ts";
import { useNow } from "../kit/now.ts";
import { ageText } from "../kit/time.ts";
import { Findings } from "../plan/Findings.tsx";
import { openDialog, select, useUi } from "../stores.ts";
import { FabricProblems } from "./FabricProblems.tsx";
import { CableMark } from "./StateMarks.tsx";
import type { Selection } from "./selection.ts";
import { gbpsText, linkText, slotFault } from "./words.ts";

interface Row {
  readonly cable: CableLive;
  readonly port: string;
  readonly device: string;
  readonly link: string;
  readonly gbps: number | null;
  readonly state: string;
}

type Column = "port" | "device" | "link" | "gbps" | "state" | "age";

const columns: readonly {
  readonly id: Column;
  readonly title: string;
  readonly width?: number;
  readonly number?: boolean;
}[] = [
  { id: "port", title: "Port" },
  { id: "device", title: "Device" },
  { id: "link", title: "Link", width: 66 },
  { id: "gbps", title: "Gb/s", width: 50, number: true },
  { id: "state", title: "State", width: 110 },
  { id: "age", title: "Seen", width: 56, number: true },
];

/** Worst first, as an admin reads a list. */
const severity: Readonly<Record<CableLive["state"], number>> = {
  down: 0,
  absent: 1,
  unexpected: 2,
  degraded: 3,
  unknown: 4,
  healthy: 5,
};

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
  const [sort, setSort] = useState<{ readonly by: Column; readonly down: boolean }>({ by: "port", down: false });
  const rows = useMemo(() => sorted(rowsOf(fabric, switches), sort.by, sort.down), [fabric, switches, sort]);
  const summary = summaryOf(fabric.cables);
  return (
    <section className="rk-table-pane" aria-label="Plan and fabric">
      <div className="rk-table-head">
        <h2>Plan and fabric</h2>
        <button
          type="button"
          className="hr-link pl-open"
          title="Compare plan and fabric"
          onClick={() => openDialog({ kind: "plan" })}
        >
          {summary}
        </button>
        <button type="button" className="hr-link rk-table-sheet" onClick={() => openDialog({ kind: "cabling-sheet" })}>
          Cabling sheet…
        </button>
      </div>
      <Findings fabric={fabric} />
      <FabricProblems problems={fabric.fabric?.problems ?? []} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <div className="rk-table-scroll" tabIndex={0}>
        <table className="rk-table">
          <colgroup>
            {columns.map(({ id, width }) => (
              <col key={id} style={{ width: width ?? (id === "port" ? (switches.size <= 1 ? 46 : 64) : undefined) }} />
            ))}
          </colgroup>
          <thead>
            <tr>
              {columns.map(({ id, title, number }) => (
                <th
                  key={id}
                  className={number ? "rk-num" : undefined}
                  aria-sort={sort.by === id ? (sort.down ? "descending" : "ascending") : "none"}
                >
                  <button type="button" onClick={() => setSort({ by: id, down: sort.by === id && !sort.down })}>
                    {title}
                    {sort.by === id ? (sort.down ? " \u2193" : " \u2191") : ""}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => {
              const { cable } = row;
              const selected = isSelected(selection, cable);
              return (
                <tr
                  key={cable.id}
                  data-selected={selected || undefined}
                  title={cable.reason}
                  onClick={() => select({ kind: "cable", id: cable.id })}
                >
                  <td className="rk-mono">
                    <button type="button" aria-pressed={selected} aria-label={`Cable ${cableText(cable)}`}>
                      {row.port}
                    </button>
                  </td>
                  <td title={row.device}>{row.device}</td>
                  <td className="rk-mono">{row.link}</td>
                  <td className="rk-mono rk-num">{gbpsText(row.gbps)}</td>
                  <td>
                    <CableMark cable={cable} words={row.state} />
                  </td>
                  <td className="rk-num">
                    <Seen at={cable.observedAt} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
        {rows.length === 0 && <p className="hr-dim">No cable is planned and none was seen.</p>}
      </div>
    </section>
  );
});

function isSelected(selection: Selection | null, cable: CableLive): boolean {
  if (!selection) return false;
  if (selection.kind === "cable") return selection.id === cable.id;
  return [cable.a, cable.b].some(
    (end) => end.device === selection.device && (selection.kind === "device" || end.port === selection.port),
  );
}

export function rowsOf(fabric: FabricState, switches: ReadonlySet<string>): readonly Row[] {
  const many = switches.size > 1;
  return fabric.cables.map((cable) => {
    const flip = switches.has(cable.b.device) && !switches.has(cable.a.device);
    const [near, far] = flip ? [cable.b, cable.a] : [cable.a, cable.b];
    const slot = cable.state === "degraded" && cable.logical === "Active" ? slotFault(cable, fabric) : null;
    return {
      cable,
      port: many || !switches.has(near.device) ? endText(near) : near.port,
      device: endText(far),
      link: linkText(cable),
      gbps: slot && cable.dataGbps !== null ? Math.min(slot.gbps, cable.dataGbps) : cable.dataGbps,
      state: slot ? `slot ${gbpsText(slot.gbps)} Gb/s` : cableWords(cable),
    };
  });
}

function sorted(rows: readonly Row[], by: Column, down: boolean): readonly Row[] {
  const compare: Record<Column, (a: Row, b: Row) => number> = {
    port: (a, b) => byNumber(a.port, b.port),
    device: (a, b) => byNumber(a.device, b.device),
    link: (a, b) => byNumber(a.link, b.link),
    gbps: (a, b) => (a.gbps ?? -1) - (b.gbps ?? -1),
    state: (a, b) => severity[a.cable.state] - severity[b.cable.state],
    age: (a, b) => (b.cable.observedAt ?? 0) - (a.cable.observedAt ?? 0),
  };
  const order = [...rows].sort((a, b) => compare[by](a, b) || byNumber(a.cable.id, b.cable.id));
  return down ? order.reverse() : order;
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

function summaryOf(cables: readonly CableLive[]): string {
  const planned = cables.filter((cable) => cable.planned !== null);
  if (planned.length === 0) return "no planned cables";
  if (planned.every((cable) => cable.state === "unknown")) return `${planned.length} planned, none observed yet`;
  const there = planned.filter((cable) => cable.state === "healthy" || cable.state === "degraded").length;
  return `${there} of ${planned.length} cables as planned`;
}
