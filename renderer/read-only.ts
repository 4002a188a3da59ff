/** Owns when the lab file can be edited: rack, dialogs, menu and palette all ask here. */
import type { LabState } from "../electron/contract/lab.ts";

/** Why the lab cannot be edited now; null when it can. */
export function readOnlyWhy(state: Pick<LabState, "lab" | "readOnly" | "problems" | "conflict">): string | null {
  if (!state.lab) return "No lab is open";
  if (state.readOnly) {
    const first = state.problems.find((problem) => problem.severity === "error");
    return first
      ? `The lab file is read-only until its errors are mended: ${first.message}`
      : "The lab file is read-only";
  }
  if (state.conflict === "vanished") return "The lab file is gone: write it again or open another";
  if (state.conflict !== "none") return "The lab file changed on disk: choose a version first";
  return null;
}
