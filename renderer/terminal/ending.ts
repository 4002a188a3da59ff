/** Owns the question that comes before sessions end with their lab: how many, on which devices, and what was answered. */
import { create } from "zustand";
import type { Terminal } from "../../electron/contract/terminal.ts";
import { useTerminals } from "../stores.ts";

export interface EndingQuestion {
  /** What ends them, as its button says: `Close this lab`. */
  readonly what: string;
  readonly answer: (end: boolean) => void;
}

export const useEnding = create<{ readonly question: EndingQuestion | null }>(() => ({ question: null }));

export interface OpenSessions {
  readonly count: number;
  readonly recorded: number;
  /** Sessions of each device, in order of opening. */
  readonly devices: readonly { readonly device: string; readonly count: number }[];
}

/** Sessions that something may still run in; a terminal whose shell ended has nothing to lose but its text. */
export function openSessions(terminals: Readonly<Record<string, Terminal>>): OpenSessions {
  const open = Object.values(terminals)
    .filter(({ status }) => status !== "closed")
    .toSorted((a, b) => a.openedAt - b.openedAt);
  const counts = new Map<string, number>();
  for (const { device } of open) counts.set(device, (counts.get(device) ?? 0) + 1);
  return {
    count: open.length,
    recorded: open.filter(({ recording }) => recording !== null).length,
    devices: [...counts].map(([device, count]) => ({ device, count })),
  };
}

/** Asks where sessions are open; true when none is, or when they may end. */
export function maySessionsEnd(what: string): Promise<boolean> {
  useEnding.getState().question?.answer(false);
  if (openSessions(useTerminals.getState().value?.terminals ?? {}).count === 0) return Promise.resolve(true);
  return new Promise((resolve) => {
    const answer = (end: boolean) => {
      useEnding.setState({ question: null });
      resolve(end);
    };
    useEnding.setState({ question: { what, answer } });
  });
}
