/** Decides what of a device that the fabric shows is filled in before the admin says anything. */
import type { SuggestedDevice } from "../../electron/contract/adopt.ts";
import type { LabState } from "../../electron/contract/lab.ts";
import type { DeviceDraft } from "./device-draft.ts";

/** What is not told is left to the form's own choice. */
export function draftOfSeen({ name, type, hcas }: SuggestedDevice): Partial<DeviceDraft> {
  return {
    ...(name === "" ? {} : { name }),
    ...(type === null ? {} : { type }),
    hcas: hcas.map(({ name: hca, model = "", ports, guid = "" }) => ({ name: hca, model, ports, guid })),
  };
}

/** The types it can be, and one that was chosen beyond them, such as one just imported; all where none can be. */
export function typesOfSeen(
  types: LabState["deviceTypes"],
  seen: SuggestedDevice,
  chosen: string | null,
): LabState["deviceTypes"] {
  const fits = Object.entries(types).filter(([slug]) => slug === chosen || seen.types.includes(slug));
  return seen.types.length === 0 ? types : Object.fromEntries(fits);
}
