/**
 * Owns how millions of lines are scrolled: only those in sight are drawn. A page can be some ten million pixels high, so
 * the bar stands for all rows in proportion, while wheel and keys go line by line.
 */
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { LineRow } from "./LineRow.tsx";
import type { Rows } from "./use-reading.ts";

const rowPx = 20;
const mostPx = 8_000_000;

const widthOf = (targetChars: number) =>
  ({ "--lg-target-width": `${Math.min(targetChars, 14)}ch` }) as React.CSSProperties;

export function LineList({
  rows,
  first,
  onFirst,
  chosen,
  onChoose,
  onOpen,
  found,
  words,
  targetChars,
}: {
  readonly rows: Rows;
  /** The row at the top. */
  readonly first: number;
  readonly onFirst: (row: number) => void;
  /** The row that the keys are at. */
  readonly chosen: number | null;
  readonly onChoose: (row: number) => void;
  /** Shows the row in full, or no more. */
  readonly onOpen: (row: number) => void;
  /** Whether a row was found, and the text that was, in its lines. */
  readonly found: (row: number) => boolean;
  readonly words: string;
  /** Where each line says whose it is, how many characters the longest name has; 0 for one target alone. */
  readonly targetChars: number;
}) {
  const view = useRef<HTMLDivElement>(null);
  const [heightPx, setHeightPx] = useState(400);
  const count = Math.ceil(heightPx / rowPx) + 1;
  const most = Math.max(0, rows.total - Math.floor(heightPx / rowPx));
  const at = Math.min(first, most);
  const spacePx = Math.min(rows.total * rowPx, mostPx);
  const rangePx = Math.max(0, spacePx - heightPx);
  const scroll = most === 0 ? 0 : (at / most) * rangePx;
  const { show } = rows;
  useEffect(() => show(at, count), [show, at, count]);
  useLayoutEffect(() => {
    const { current } = view;
    if (!current) return;
    const watch = new ResizeObserver(() => setHeightPx(current.clientHeight));
    watch.observe(current);
    return () => watch.disconnect();
  }, []);
  useLayoutEffect(() => {
    const { current } = view;
    if (current && Math.abs(current.scrollTop - scroll) > 1) current.scrollTop = scroll;
  }, [scroll]);
  const go = (row: number) => onFirst(Math.max(0, Math.min(most, Math.round(row))));
  // React's own listener is passive, and could not keep the page from scrolling by pixels.
  const wheel = useRef((_: number) => {});
  wheel.current = (rowsDown) => go(at + rowsDown);
  useEffect(() => {
    const { current } = view;
    const onWheel = (event: WheelEvent) => {
      if (event.ctrlKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY : event.deltaY / rowPx;
      wheel.current(Math.sign(lines) * Math.max(1, Math.abs(Math.round(lines))));
    };
    current?.addEventListener("wheel", onWheel, { passive: false });
    return () => current?.removeEventListener("wheel", onWheel);
  }, []);
  const onKey = (event: React.KeyboardEvent) => {
    const page = Math.max(1, count - 2);
    if (event.key === "Enter" && chosen !== null) {
      event.preventDefault();
      onOpen(chosen);
      return;
    }
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -rows.total,
      End: rows.total,
    };
    const move = moves[event.key];
    if (move === undefined || event.altKey || event.metaKey) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(rows.total - 1, (chosen ?? at) + move));
    if (rows.total === 0) return;
    onChoose(next);
    if (next < at) go(next);
    else if (next >= at + page) go(next - page + 1);
  };
  return (
    <div
      ref={view}
      className="lg-lines"
      role="listbox"
      aria-label="Log lines"
      // Only what is drawn can be pointed at.
      aria-activedescendant={
        chosen !== null && chosen >= at && chosen < Math.min(at + count, rows.total) ? `line-${chosen}` : undefined
      }
      tabIndex={0}
      onKeyDown={onKey}
      onScroll={({ currentTarget }) => {
        if (Math.abs(currentTarget.scrollTop - scroll) > 1 && rangePx > 0)
          go((currentTarget.scrollTop / rangePx) * most);
      }}
    >
      <div style={{ height: spacePx }} />
      <div className="lg-lines-shown" style={{ top: scroll, ...widthOf(targetChars) }}>
        {Array.from({ length: Math.min(count, rows.total - at) }, (_, index) => {
          const row = at + index;
          const line = rows.row(row);
          return (
            <LineRow
              key={row}
              row={row}
              line={line}
              chosen={row === chosen}
              several={targetChars > 0}
              found={found(row)}
              words={words}
              onOpen={onOpen}
            />
          );
        })}
      </div>
    </div>
  );
}
