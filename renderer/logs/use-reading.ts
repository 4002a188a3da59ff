/** Owns how a time line is followed while it is on screen: its state as it is indexed, and pages of its rows. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { Fault } from "../../electron/contract/error.ts";
import { faultOf } from "../../electron/contract/fault-of.ts";
import type { LogFilter, LogLine, ReadingState } from "../../electron/contract/logs/reading.ts";
import { client } from "../client.ts";
import { follow } from "../mirror.ts";

/** The collection's time line is opened, and let go of when nobody looks. */
export function useReading(id: string): { readonly state: ReadingState | null; readonly fault: Fault | null } {
  const [state, setState] = useState<ReadingState | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  useEffect(() => {
    const letGo = new AbortController();
    const { signal } = letGo;
    const run = async () => {
      let value: ReadingState | null = null;
      let seq = -1;
      for await (const message of await client.logs.reading({ id }, { signal })) {
        const next: { value: ReadingState; seq: number } | null = follow(value, seq, message);
        if (next === null || signal.aborted) return;
        ({ value, seq } = next);
        setState(value);
      }
    };
    run().catch((error: unknown) => !signal.aborted && setFault(faultOf(error)));
    return () => letGo.abort();
  }, [id]);
  return { state, fault };
}

const unfinished = Symbol("unfinished");
/** Until what was not looked at yet is asked for once more. */
const againMs = 150;
/** Rows asked for at once. */
const pageRows = 200;
const mostPages = 30;

export interface Rows {
  readonly total: number;
  /** True when nothing more can come. */
  readonly whole: boolean;
  readonly fault: Fault | null;
  /** Null while it is asked for. */
  row(index: number): LogLine | null;
  /** Says which rows are in sight, so that they are asked for. */
  show(first: number, count: number): void;
}

/** The rows that `filter` lets through; `news` changes when they may be others. */
export function useRows(id: string, filter: LogFilter, news: unknown): Rows {
  const key = JSON.stringify([id, filter]);
  const pages = useRef(new Map<number, { readonly news: unknown; readonly lines: readonly LogLine[] }>());
  const asked = useRef(new Set<string>());
  const [known, setKnown] = useState({ key, total: 0, whole: false });
  const [fault, setFault] = useState<Fault | null>(null);
  const sight = useRef<readonly [number, number]>([0, pageRows]);
  const letGo = useRef(new AbortController());

  const ask = useCallback(async () => {
    const [first, count] = sight.current;
    const { signal } = letGo.current;
    const from = Math.floor(first / pageRows);
    const to = Math.floor((first + count) / pageRows);
    for (let page = from; page <= to; page++) {
      const mark = JSON.stringify([key, page, news]);
      if (pages.current.get(page)?.news === news || asked.current.has(mark)) continue;
      asked.current.add(mark);
      try {
        const answer = await client.logs.lines({ id, filter, from: page * pageRows, count: pageRows }, { signal });
        if (signal.aborted) return;
        // Where the looking is not over, what is asked next goes on from where it was.
        pages.current.set(page, { news: answer.complete ? news : unfinished, lines: answer.lines });
        if (!answer.complete) setTimeout(() => !signal.aborted && void latest.current(), againMs);
        for (const old of pages.current.keys()) {
          if (pages.current.size <= mostPages) break;
          if (old < from || old > to) pages.current.delete(old);
        }
        setFault(null);
        setKnown({ key, total: answer.total, whole: answer.complete });
      } catch (error) {
        if (!signal.aborted) setFault(faultOf(error));
      } finally {
        asked.current.delete(mark);
      }
    }
  }, [key, news, id, filter]);

  const latest = useRef(ask);
  latest.current = ask;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another question's rows are others
  useEffect(() => {
    letGo.current = new AbortController();
    pages.current.clear();
    asked.current.clear();
    setFault(null);
    const { current } = letGo;
    return () => current.abort();
  }, [key]);
  useEffect(() => void ask(), [ask]);

  return {
    total: known.key === key ? known.total : 0,
    whole: known.key === key && known.whole,
    fault,
    row: (index) => pages.current.get(Math.floor(index / pageRows))?.lines[index % pageRows] ?? null,
    show(first, count) {
      if (sight.current[0] === first && sight.current[1] === count) return;
      sight.current = [first, count];
      void ask();
    },
  };
}
