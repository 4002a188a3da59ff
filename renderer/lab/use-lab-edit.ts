/** Owns how a dialog edits the lab file: saved, or not made at all; where saving failed, made and left unsaved on request. */
import type { LabEdit } from "../../electron/contract/lab.ts";
import { client } from "../client.ts";
import { useWork, type Work } from "../kit/use-work.ts";
import { madeAtLeast } from "./unsaved.ts";

interface Step {
  readonly edits: readonly LabEdit[];
  /** Called once the edits are made. */
  readonly done: () => void;
  /** Which preview was shown of them. */
  readonly previewed?: string;
}

export interface LabEditing extends Pick<Work, "busy" | "fault"> {
  /** False while there is nothing to make, or it must not be made. */
  readonly ready: boolean;
  edit(): Promise<void>;
  /** Makes the edits without saving, once saving failed; the frame tells of what is unsaved. Null before. */
  readonly keep: (() => Promise<void>) | null;
}

/** `step` makes what the dialog says at this moment; null while it cannot be made. */
export function useLabEdit(step: (() => Step) | null): LabEditing {
  const { busy, fault, run } = useWork();
  const send = async (ifNotSaved: "keep" | "drop") => {
    if (!step) return;
    const { edits, previewed, done } = step();
    const call = () =>
      client.lab.edit({ edits: [...edits], ifNotSaved, ...(previewed === undefined ? {} : { previewed }) });
    if (await run<unknown>(() => (ifNotSaved === "keep" ? madeAtLeast(call()) : call()))) done();
  };
  const keep = fault?.code === "lab.save-failed" ? () => send("keep") : null;
  return { busy, fault, ready: step !== null, edit: () => send("drop"), keep };
}
