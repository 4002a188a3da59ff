import type { LabEdit } from "../../electron/contract/lab.ts";
import { client } from "../client.ts";
import { attempt } from "../kit/attempt.ts";
import { madeAtLeast } from "../lab/unsaved.ts";

/** Edits the lab file as one step; false when it was refused, which is told by then. What cannot be saved is made all the same. */
export const applyEdits = async (edits: LabEdit[]): Promise<boolean> =>
  (await attempt(madeAtLeast(client.lab.edit({ edits })))) !== null;
