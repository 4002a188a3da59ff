/** Owns how a dialog edits the lab file: saved, or not made at all; where saving failed, made and left unsaved on request. */
import { useState } from "react";
import { faultOf } from "../../electron/contract/fault-of.ts";
import type { LabEdit } from "../../electron/contract/lab.ts";
import { client } from "../client.ts";
import { useWork, type Work } from "../kit/use-work.ts";

interface Step {
  readonly edits: readonly LabEdit[];
  /** Called once the edits are made. */
  readonly done: () => void;
  /** Which preview was shown of them. */
  readonly of?: string;
}

export interface LabEditing extends Pick<Work, "busy" | "fault"> {
  edit(step: Step): Promise<void>;
  /** Makes the edits that could not be saved; the frame tells of what is unsaved. Null where there are none. */
  readonly keep: (() => Promise<void>) | null;
}

export function useLabEdit(): LabEditing {
  const { busy, fault, run } = useWork();
  const [failed, setFailed] = useState<Step | null>(null);
  const send = async (step: Step, ifNotSaved: "keep" | "drop") => {
    const { edits, of } = step;
    const call = () => client.lab.edit({ edits: [...edits], ifNotSaved, ...(of === undefined ? {} : { of }) });
    setFailed(step);
    if (await run<unknown>(() => (ifNotSaved === "keep" ? madeAtLeast(call()) : call()))) step.done();
  };
  const keep = failed && fault?.code === "lab.save-failed" ? () => send(failed, "keep") : null;
  return { busy, fault, edit: (step) => send(step, "drop"), keep };
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
