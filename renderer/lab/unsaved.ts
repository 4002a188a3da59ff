/** Owns the question that comes before unsaved changes of the lab go: what goes with them, and what was answered. */
import { create } from "zustand";
import { faultOf } from "../../electron/contract/fault-of.ts";
import { client } from "../client.ts";
import { useLab } from "../stores.ts";

export interface UnsavedQuestion {
  /** What is waiting for the answer, as its button says: `close this lab`; null where dropping or saving is all. */
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

/** Of an edit that was to be kept: true when it was made, saved or not. The frame tells for as long as it is not. */
export async function madeAtLeast(edit: Promise<unknown>): Promise<true> {
  try {
    await edit;
  } catch (error) {
    if (faultOf(error).code !== "lab.save-failed") throw error;
  }
  return true;
}
