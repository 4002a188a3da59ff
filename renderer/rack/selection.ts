/** Owns what a selection is, and what becomes of it when the lab file was changed by another hand. */
import type { Device, Lab } from "../../electron/contract/lab.ts";

/** What is selected in the rack: one device, port or cable. */
export type Selection =
  | { readonly kind: "device"; readonly device: string }
  | { readonly kind: "port"; readonly device: string; readonly port: string }
  | { readonly kind: "cable"; readonly id: string };

/** A key that is unique among all selections of a lab. */
export const selectionKey = (selection: Selection | null): string =>
  selection === null
    ? ""
    : JSON.stringify(
        selection.kind === "device"
          ? [selection.device]
          : selection.kind === "port"
            ? [selection.device, selection.port]
            : ["", "", selection.id],
      );

/**
 * The selection after a change of the lab: a device that got another name is followed where only one can be it, one
 * that is gone is selected no longer. What the lab never named (a link's stranger, a cable) stays.
 */
export function followed(selection: Selection | null, before: Lab | null, after: Lab | null): Selection | null {
  if (selection === null || selection.kind === "cable") return selection;
  const was = before?.devices.find(({ name }) => name === selection.device);
  if (!was || after?.devices.some(({ name }) => name === was.name)) return selection;
  const place = placeKey(was);
  const alike = (lab: Lab | null) =>
    lab?.devices.filter((device) => place !== null && placeKey(device) === place) ?? [];
  const [now, ...others] = alike(after);
  const known = now && others.length === 0 && alike(before).length === 1;
  return known ? { ...selection, device: now.name } : null;
}

/** Where a device stands, what it is and how it is reached; null where that tells it from no other. */
function placeKey({ rack, unit, type, ssh }: Device): string | null {
  if (ssh === undefined && (rack === undefined || unit === undefined)) return null;
  return JSON.stringify([rack, unit, type, ssh?.host, ssh?.port]);
}
