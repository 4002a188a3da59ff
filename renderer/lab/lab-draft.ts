/** Owns a lab's name and racks as a form holds them, and the edits that make the lab file say the same. */
import type { DeviceType } from "../../electron/contract/device-type.ts";
import { type Lab, type LabEdit, labSchema, rackSchema } from "../../electron/contract/lab.ts";
import { heightOf, unitsOf } from "../../electron/contract/units.ts";

export interface RackDraft {
  /** Its name in the lab file; null while it is not there. */
  readonly was: string | null;
  readonly name: string;
  readonly units: number | "";
}
export interface LabDraft {
  readonly name: string;
  readonly racks: readonly RackDraft[];
}

type Types = Readonly<Record<string, DeviceType>>;
type Subject = Pick<Lab, "name" | "racks" | "devices">;

export const labDraftOf = ({ name, racks }: Subject): LabDraft => ({
  name,
  racks: racks.map((rack) => ({ was: rack.name, ...rack })),
});

/** How many devices stand in a rack: it cannot be removed while there are any. */
export const standingIn = ({ devices }: Pick<Lab, "devices">, rack: string): number =>
  devices.filter((device) => device.rack === rack).length;

/** `Rack 2`, `Rack 3`, ...: the first name that no rack of the form has or had. */
export function nextRack(racks: readonly RackDraft[]): RackDraft {
  const names = new Set(racks.flatMap(({ was, name }) => [was, name]));
  let number = racks.length + 1;
  while (names.has(`Rack ${number}`)) number += 1;
  return { was: null, name: `Rack ${number}`, units: racks.at(-1)?.units ?? 42 };
}

/** The highest unit taken in a rack of the lab file, and by which device; unit 0 when none is. */
function highestIn({ devices }: Subject, types: Types, rack: string | null): { device: string; unit: number } {
  const taken = devices
    .filter((device) => device.rack === rack)
    .map((device) => ({ device: device.name, unit: Math.max(0, ...unitsOf(device, heightOf(device, types))) }));
  return taken.reduce((highest, each) => (each.unit > highest.unit ? each : highest), { device: "", unit: 0 });
}

/** What is wrong, by field (`name`, `racks.0.name`, `racks.0.units`); empty when nothing is. */
export function labDraftErrors(draft: LabDraft, lab: Subject, types: Types): Readonly<Record<string, string>> {
  const errors: Record<string, string> = {};
  if (!labSchema.shape.name.safeParse(draft.name.trim()).success) errors.name = "Is needed";
  for (const [index, rack] of draft.racks.entries()) {
    const name = rack.name.trim();
    if (name === "") errors[`racks.${index}.name`] = "Is needed";
    else if (!rackSchema.shape.name.safeParse(name).success) errors[`racks.${index}.name`] = "Is too long";
    else if (draft.racks.some((other, at) => at < index && other.name.trim() === name))
      errors[`racks.${index}.name`] = `Another rack is named ${name}`;
    // The edits are made one after another: two racks cannot trade names in one step.
    else if (name !== rack.was && lab.racks.some((other) => other.name === name))
      errors[`racks.${index}.name`] = `${name} is the name of another rack; rename that one first`;
    if (!rackSchema.shape.units.safeParse(rack.units).success) errors[`racks.${index}.units`] = "From 1 to 60";
    else {
      const { device, unit } = highestIn(lab, types, rack.was);
      if (Number(rack.units) < unit) errors[`racks.${index}.units`] = `${device} takes unit ${unit}`;
    }
  }
  return errors;
}

/** A name without the blanks around it, but for one that the lab file itself has like that and nobody changed. */
const asTyped = (typed: string, was: string): string => (typed === was ? was : typed.trim());

/** The edits from the lab file to the form, to be made as one step. */
export function labEdits(lab: Subject, draft: LabDraft): LabEdit[] {
  const name = asTyped(draft.name, lab.name);
  const kept = new Map(draft.racks.flatMap((rack) => (rack.was === null ? [] : [[rack.was, rack] as const])));
  return [
    ...(name === lab.name ? [] : [{ op: "set-name", name } as const]),
    ...lab.racks.flatMap((rack): LabEdit[] => {
      const now = kept.get(rack.name);
      if (!now) return [{ op: "remove-rack", rack: rack.name }];
      const changes = {
        ...(asTyped(now.name, rack.name) === rack.name ? {} : { name: now.name.trim() }),
        ...(now.units === rack.units || now.units === "" ? {} : { units: now.units }),
      };
      return Object.keys(changes).length === 0 ? [] : [{ op: "change-rack", rack: rack.name, changes }];
    }),
    ...draft.racks.flatMap((rack): LabEdit[] =>
      rack.was === null && rack.units !== ""
        ? [{ op: "add-rack", rack: { name: rack.name.trim(), units: rack.units } }]
        : [],
    ),
  ];
}
