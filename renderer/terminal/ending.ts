/** Owns the question that comes before sessions end with their lab: how many, on which devices, and what was answered. */
import { create } from "zustand";
import { useTerminals } from "../stores.ts";
import { openSessions } from "./open-sessions.ts";

export interface EndingQuestion {
  /** What ends them, as its button says: `Close this lab`. */
  readonly what: string;
  readonly answer: (end: boolean) => void;
}

export const useEnding = create<{ readonly question: EndingQuestion | null }>(() => ({ question: null }));

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
