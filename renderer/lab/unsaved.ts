/** Owns the question that comes before unsaved changes of the lab go: what goes with them, and what was answered. */
import { create } from "zustand";
import { client } from "../client.ts";
import { useLab } from "../stores.ts";

export interface UnsavedQuestion {
  /** What is waiting for the answer, as its button says: `close this lab`; null where dropping is all. */
  readonly before: string | null;
  /** Drops the changes. */
  readonly drop: () => Promise<unknown>;
  readonly answer: (goOn: boolean) => void;
}

export const useUnsaved = create<{ readonly question: UnsavedQuestion | null }>(() => ({ question: null }));

/** Asks where changes are not saved; true when none are any more, because they were saved or dropped. */
export function mayUnsavedGo(
  before: string | null,
  drop: UnsavedQuestion["drop"] = () => client.lab.resolveConflict({ keep: "disk" }),
): Promise<boolean> {
  useUnsaved.getState().question?.answer(false);
  if (!useLab.getState().value?.dirty) return Promise.resolve(true);
  return new Promise((resolve) => {
    const answer = (goOn: boolean) => {
      useUnsaved.setState({ question: null });
      resolve(goOn);
    };
    useUnsaved.setState({ question: { before, drop, answer } });
  });
}
