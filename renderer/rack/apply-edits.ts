import type { LabEdit } from "../../electron/contract/lab.ts";
import { client } from "../client.ts";
import { attempt } from "../kit/attempt.ts";

/** Edits the lab file as one step; false when it was refused, which is told by then. */
export const applyEdits = async (edits: LabEdit[]): Promise<boolean> =>
  (await attempt(client.lab.edit({ edits }))) !== null;
