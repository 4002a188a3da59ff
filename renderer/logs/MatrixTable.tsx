/** Owns the completeness table: items in the catalogue's order under its headings, heads that stay, arrows from cell to cell. */
import { Fragment, useRef, useState } from "react";
import { type Item, itemGroups } from "../../electron/contract/logs/item.ts";
import { type Cell, type Matrix, stateWords } from "../../electron/contract/logs/matrix.ts";
import { sizeText } from "../../electron/contract/size-text.ts";
import { StateMark } from "../kit/StateMark.tsx";
import { cellWords, groupWords, inSeveral, stateMarks, targetName } from "./words.ts";

export interface CellPlace {
  readonly item: string;
  readonly target: string;
}

type Row = Matrix["rows"][number];

/** Rows by the catalogue's groups and order; what it does not know (files of a search, a bundle's own) comes last. */
export function grouped(
  rows: readonly Row[],
  items: readonly Item[],
): readonly { title: string; rows: readonly Row[] }[] {
  const places = new Map(items.map(({ id, group }, place) => [id, { place, group }]));
  const groups = itemGroups.map((group) => ({
    title: groupWords[group],
    rows: rows
      .filter(({ item }) => places.get(item)?.group === group)
      .toSorted((one, other) => (places.get(one.item)?.place ?? 0) - (places.get(other.item)?.place ?? 0)),
  }));
  const others = { title: "Beside the catalogue", rows: rows.filter(({ item }) => !places.has(item)) };
  return [...groups, others].filter((group) => group.rows.length > 0);
}

const moves: Readonly<Record<string, readonly [down: number, right: number]>> = {
  ArrowDown: [1, 0],
  ArrowUp: [-1, 0],
  ArrowRight: [0, 1],
  ArrowLeft: [0, -1],
  Home: [0, Number.NEGATIVE_INFINITY],
  End: [0, Number.POSITIVE_INFINITY],
};

export function MatrixTable({
  rows,
  targets,
  items,
  chosen,
  onChoose,
}: {
  readonly rows: readonly Row[];
  readonly targets: readonly string[];
  readonly items: readonly Item[];
  readonly chosen: CellPlace | null;
  readonly onChoose: (place: CellPlace | null) => void;
}) {
  const table = useRef<HTMLTableElement>(null);
  const [at, setAt] = useState<CellPlace | null>(null);
  const titles = new Map(items.map(({ id, title }) => [id, title]));
  const groups = grouped(rows, items);
  const lines = groups.flatMap((group) => group.rows);
  // One cell can be reached by Tab; the others by arrows.
  const isThere = (place: CellPlace | null) =>
    place !== null && lines.some(({ item, cells }) => item === place.item && cells[targets.indexOf(place.target)]);
  const [first] = lines.flatMap(({ item, cells }) => {
    const column = cells.findIndex((cell) => cell !== null);
    return column === -1 ? [] : [{ item, target: targets[column] ?? "" }];
  });
  const tabbed = isThere(at) ? at : (first ?? null);
  const onKey = (event: React.KeyboardEvent) => {
    const move = moves[event.key];
    if (!move || tabbed === null || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const [down, right] = move;
    let row = lines.findIndex(({ item }) => item === tabbed.item);
    let column = targets.indexOf(tabbed.target);
    const has = () => lines[row]?.cells[column] != null;
    if (Number.isFinite(right)) {
      do {
        row += down;
        column += right;
      } while (row >= 0 && row < lines.length && column >= 0 && column < targets.length && !has());
    } else {
      column = right > 0 ? targets.length - 1 : 0;
      while (!has() && column >= 0 && column < targets.length) column -= Math.sign(right);
    }
    const item = lines[row]?.item;
    const target = targets[column];
    if (item === undefined || target === undefined || !has()) return;
    setAt({ item, target });
    table.current?.querySelector<HTMLElement>(`[data-cell="${CSS.escape(`${item} ${target}`)}"]`)?.focus();
  };
  return (
    <table ref={table} className="lg-table lg-matrix" onKeyDown={onKey}>
      <thead>
        <tr>
          <th scope="col">Item</th>
          {targets.map((target) => (
            <th key={target} scope="col">
              {targetName(target)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {groups.map(({ title, rows: own }) => (
          <Fragment key={title}>
            <tr className="lg-group">
              <th scope="colgroup" colSpan={targets.length + 1}>
                <span>{title}</span>
              </th>
            </tr>
            {own.map(({ item, cells }) => (
              <tr key={item}>
                <th scope="row">{titles.get(item) ?? item}</th>
                {targets.map((target, index) => {
                  const cell = cells[index];
                  const pressed = chosen?.item === item && chosen.target === target;
                  return (
                    <td key={target}>
                      {cell && (
                        <CellButton
                          cell={cell}
                          name={`${titles.get(item) ?? item}, ${targetName(target)}`}
                          place={`${item} ${target}`}
                          pressed={pressed}
                          tabbed={tabbed?.item === item && tabbed.target === target}
                          onFocus={() => setAt({ item, target })}
                          onPress={() => onChoose(pressed ? null : { item, target })}
                        />
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </Fragment>
        ))}
      </tbody>
    </table>
  );
}

function CellButton({
  cell,
  name,
  place,
  pressed,
  tabbed,
  onFocus,
  onPress,
}: {
  readonly cell: Cell;
  readonly name: string;
  readonly place: string;
  readonly pressed: boolean;
  readonly tabbed: boolean;
  readonly onFocus: () => void;
  readonly onPress: () => void;
}) {
  const { state } = cell;
  // Its mark says it: of most items most cells are one of these.
  const silent = state === "got" || state === "not-applicable";
  return (
    <button
      type="button"
      className="lg-cell"
      data-state={state}
      data-cell={place}
      title={stateWords[state].meaning}
      aria-label={`${name}: ${cellWords(cell)}`}
      aria-pressed={pressed}
      tabIndex={tabbed ? 0 : -1}
      onFocus={onFocus}
      onClick={onPress}
    >
      <StateMark state={stateMarks[state]} />
      {state === "got" ? (
        <span>
          <span className="lg-several">{sizeText(cell.sizeBytes)}</span>{" "}
          <span className="lg-several">{inSeveral(cell)}</span>
        </span>
      ) : (
        !silent && cellWords(cell)
      )}
    </button>
  );
}
