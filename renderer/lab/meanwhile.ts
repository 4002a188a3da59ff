/** Owns what becomes of a form when its device is changed by another hand: what both changed is for the admin to settle. */
import { type DeviceDraft, fieldLabels, type HcaDraft } from "./device-draft.ts";

type Field = keyof DeviceDraft;

/** A field that was changed here and elsewhere, to different values. */
export interface Clash {
  readonly field: Field;
  readonly label: string;
  readonly mine: string;
  readonly theirs: string;
}

export interface Meanwhile {
  /** The form as it is: what was changed here over what the lab file says now. */
  readonly draft: DeviceDraft;
  readonly clashes: readonly Clash[];
}

/** `was` is what the changes here were made on, `now` what the lab file says, `chosen` what was entered. */
export function meanwhile(was: DeviceDraft, now: DeviceDraft, chosen: Partial<DeviceDraft>): Meanwhile {
  const fields = Object.keys(was) as Field[];
  const touched = fields.filter((field) => field in chosen && !same(chosen[field], was[field]));
  const draft: DeviceDraft = { ...now, ...Object.fromEntries(touched.map((field) => [field, chosen[field]])) };
  const clashes = touched
    .filter((field) => !same(now[field], was[field]) && !same(now[field], chosen[field]))
    .map((field) => ({
      field,
      label: fieldLabels[field],
      mine: valueText(draft[field]),
      theirs: valueText(now[field]),
    }));
  return { draft, clashes };
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

function valueText(value: DeviceDraft[Field]): string {
  if (value === null || value === "") return "nothing";
  if (typeof value !== "object") return String(value);
  return value.length === 0
    ? "nothing"
    : value.map((each) => (typeof each === "string" ? each : hcaText(each))).join(", ");
}

const hcaText = ({ name, model, ports, guid }: HcaDraft): string =>
  [name, model, `${ports || 1} ${ports === 1 || ports === "" ? "port" : "ports"}`, guid].filter(Boolean).join(" ");
