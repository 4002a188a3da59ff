/** Owns when history is asked for: at first, and again with each reading of the counters, while it is looked at. */
import type { HistoryEvent, HistoryPorts, PortSeries } from "../../electron/contract/history.ts";
import { client } from "../client.ts";
import { type Answer, useAnswer } from "../kit/use-answer.ts";
import { useFabric } from "../stores.ts";

export interface PortHistory extends Omit<HistoryPorts, "ports" | "more"> {
  readonly series: PortSeries | null;
}

function useHistory<T>(question: readonly unknown[], ask: (signal: AbortSignal) => Promise<T>): Answer<T> {
  const readAt = useFabric(({ value }) => value?.counters?.observedAt ?? null);
  const cablesAt = useFabric(({ value }) => value?.cables);
  return useAnswer(question, ask, { news: [readAt, cablesAt] });
}

/** One port over a time; `series` is null where it was never counted. */
export function usePortHistory(device: string, port: string, sinceMs: number, points: number): Answer<PortHistory> {
  return useHistory([device, port, sinceMs, points], async (signal) => {
    const { ports, more, ...range } = await client.history.ports({ device, port, sinceMs, points }, { signal });
    return { ...range, series: ports[0] ?? null };
  });
}

interface PortName {
  readonly device: string;
  readonly port: string;
}
/** A port, or a cable with its two ends. */
export type EventSubject = PortName | { readonly cable: string; readonly ports: PortName[] };

/** What happened to a port or a cable, newest first. */
export function useEvents(
  filter: EventSubject,
  sinceMs: number,
  limit: number,
): Answer<{ readonly events: readonly HistoryEvent[]; readonly more: boolean }> {
  return useHistory([filter, sinceMs, limit], (signal) =>
    client.history.events({ sinceMs, limit, filter }, { signal }),
  );
}
