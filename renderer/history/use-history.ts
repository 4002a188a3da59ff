/** Owns when history is asked for: at first, and again with each reading of the counters, while it is looked at. */
import { useEffect, useState } from "react";
import type { HistoryEvent, HistoryPorts, PortSeries } from "../../electron/contract/history.ts";
import { client } from "../client.ts";
import { useFabric } from "../stores.ts";

export interface Shown<T> {
  /** Null until it came. */
  readonly value: T | null;
  /** True where it could not be asked for; what came before stays. */
  readonly failed: boolean;
}

export interface PortHistory extends Omit<HistoryPorts, "ports" | "more"> {
  readonly series: PortSeries | null;
}

function useAsked<T>(key: string, ask: (signal: AbortSignal) => Promise<T>): Shown<T> {
  const [shown, setShown] = useState<Shown<T> & { readonly key: string }>({ key, value: null, failed: false });
  const readAt = useFabric(({ value }) => value?.counters?.observedAt ?? null);
  const cablesAt = useFabric(({ value }) => value?.cables);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` says what is asked; the others say that there is news
  useEffect(() => {
    const letGo = new AbortController();
    ask(letGo.signal).then(
      (value) => !letGo.signal.aborted && setShown({ key, value, failed: false }),
      () => !letGo.signal.aborted && setShown((before) => ({ ...before, failed: true })),
    );
    return () => letGo.abort();
  }, [key, readAt, cablesAt]);
  return shown.key === key ? shown : { value: null, failed: false };
}

/** One port over a time; `series` is null where it was never counted. */
export function usePortHistory(device: string, port: string, sinceMs: number, points: number): Shown<PortHistory> {
  return useAsked(JSON.stringify([device, port, sinceMs, points]), async (signal) => {
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
): Shown<{ readonly events: readonly HistoryEvent[]; readonly more: boolean }> {
  return useAsked(JSON.stringify([filter, sinceMs, limit]), (signal) =>
    client.history.events({ sinceMs, limit, filter }, { signal }),
  );
}
