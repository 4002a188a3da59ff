/** Owns the search within what a filter lets through: from the row in sight to the end, then from the beginning to it. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { Fault } from "../../electron/contract/error.ts";
import { faultOf } from "../../electron/contract/fault-of.ts";
import type { LogFilter } from "../../electron/contract/logs/reading.ts";
import { client } from "../client.ts";

/** Until a text that is typed is looked for. */
const settleMs = 250;
/** Nobody goes through more one by one. */
const mostRows = 100_000;

interface Hits {
  readonly key: string;
  /** Rows in rising order: those from where the search began on, and those before. */
  readonly after: number[];
  readonly before: number[];
  readonly looked: number;
  readonly running: boolean;
  /** There may be more than were found: it was stopped, or found as many as are kept. */
  readonly more: boolean;
  readonly fault: Fault | null;
}

const none: Hits = { key: "", after: [], before: [], looked: 0, running: false, more: false, fault: null };

export interface Find {
  readonly count: number;
  /** Rows looked at so far. */
  readonly looked: number;
  readonly running: boolean;
  readonly more: boolean;
  readonly fault: Fault | null;
  /** Which of the found lines stands at a row, from 1; 0 where none does. */
  numberOf(row: number | null): number;
  /** The found row after or before another, beyond the end from the other side; null while none is known. */
  next(row: number, direction: 1 | -1): number | null;
  stop(): void;
}

/** Looks for `find` among the rows of `filter`; nothing where it is null. `from` is the row in sight when it begins. */
export function useFind(id: string, filter: LogFilter, find: LogFilter | null, from: number, news: unknown): Find {
  const key = JSON.stringify([id, filter, find, news]);
  const [hits, setHits] = useState<Hits>(none);
  const inSight = useRef(from);
  inSight.current = from;
  const letGo = useRef(new AbortController());

  // biome-ignore lint/correctness/useExhaustiveDependencies: the key tells which search it is
  useEffect(() => {
    if (find === null) return;
    const own = new AbortController();
    letGo.current = own;
    const { signal } = own;
    const begin = inSight.current;
    const found: Hits = { ...none, key, after: [], before: [] };
    const tell = (change: Partial<Hits>) => setHits(Object.assign(found, change) && { ...found });
    const pass = async (start: number, end: number, into: number[], lookedBefore: number) => {
      let looked = 0;
      for await (const message of await client.logs.searchLines({ id, filter, find, from: start }, { signal })) {
        if (message.kind === "hits") into.push(...message.rows.filter((row) => row < end));
        else if (message.kind === "progress") {
          looked = message.looked;
          tell({ looked: lookedBefore + Math.min(looked, end - start) });
        }
        const full = found.after.length + found.before.length >= mostRows;
        if (full) tell({ more: true });
        if (full || start + looked >= end) return lookedBefore + looked;
      }
      return lookedBefore + looked;
    };
    const run = async () => {
      tell({ running: true });
      try {
        const looked = await pass(begin, Number.POSITIVE_INFINITY, found.after, 0);
        if (begin > 0 && !found.more) await pass(0, begin, found.before, looked);
        tell({ running: false });
      } catch (error) {
        tell(signal.aborted ? { running: false, more: true } : { running: false, fault: faultOf(error) });
      }
    };
    const timer = setTimeout(() => void run(), settleMs);
    return () => {
      clearTimeout(timer);
      own.abort();
    };
  }, [key]);

  const current = find !== null && hits.key === key ? hits : none;
  const { after, before } = current;
  const stop = useCallback(() => letGo.current.abort(), []);
  return {
    count: after.length + before.length,
    looked: current.looked,
    running: current.running,
    more: current.more,
    fault: current.fault,
    numberOf(row) {
      if (row === null) return 0;
      const among = placeOf(after, row);
      if (after[among] === row) return before.length + among + 1;
      const earlier = placeOf(before, row);
      return before[earlier] === row ? earlier + 1 : 0;
    },
    next(row, direction) {
      const rows = [...before, ...after];
      const place = placeOf(rows, direction === 1 ? row + 1 : row);
      return (direction === 1 ? (rows[place] ?? rows[0]) : (rows[place - 1] ?? rows.at(-1))) ?? null;
    },
    stop,
  };
}

/** Where the first that is `row` or later stands. */
function placeOf(rows: readonly number[], row: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle] ?? 0) < row) low = middle + 1;
    else high = middle;
  }
  return low;
}
