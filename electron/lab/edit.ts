/** Owns what each edit means: which values of the lab it sets, appends or removes. */
import { FaultError } from "../contract/error.ts";
import type { Cable, Device, Lab, LabEdit } from "../contract/lab.ts";
import { sameCable } from "./cable-rules.ts";
import type { Path } from "./tree.ts";

/** One change to plain data; paths count entries as they stand when the change is made. */
export type Change =
  | { readonly kind: "set"; readonly path: Path; readonly value: unknown }
  | { readonly kind: "append"; readonly path: Path; readonly value: unknown }
  | { readonly kind: "remove"; readonly path: Path };

/**
 * The changes of one edit to `lab`. Throws FaultError `lab.edit-no-such-...` when it names what is not there; whether
 * the result is a valid lab is not judged here.
 */
export function planEdit(lab: Lab, edit: LabEdit): Change[] {
  switch (edit.op) {
    case "set-name":
      return [{ kind: "set", path: ["name"], value: edit.name }];
    case "add-rack":
      return [{ kind: "append", path: ["racks"], value: edit.rack }];
    case "change-rack":
      return changeRack(lab, edit.rack, edit.changes);
    case "remove-rack":
      return [{ kind: "remove", path: ["racks", rackIndex(lab, edit.rack)] }];
    case "add-device":
      return [{ kind: "append", path: ["devices"], value: edit.device }];
    case "change-device":
      return changeDevice(lab, edit.device, edit.changes);
    case "place-device": {
      const unit = edit.rack === null ? null : edit.unit;
      return changeDevice(lab, edit.device, { rack: edit.rack, unit });
    }
    case "remove-device":
      return removeDevice(lab, edit.device);
    case "add-cable":
      return [{ kind: "append", path: ["cables"], value: edit.cable }];
    case "remove-cable":
      return [{ kind: "remove", path: ["cables", cableIndex(lab, edit.cable)] }];
    case "change-cable":
      return changeCable(lab, edit);
    case "add-device-type":
      return [{ kind: "append", path: ["deviceTypes"], value: edit.deviceType }];
  }
}

function absent(what: string, name: string): FaultError {
  return new FaultError({
    code: `lab.edit-no-such-${what}`,
    title: `The lab has no ${what} ${JSON.stringify(name)}`,
    detail:
      "The edit names something that is not in the lab file, perhaps because it was changed meanwhile. Nothing was changed.",
    next: "Look at the lab as it is now, and make the edit again.",
    subject: name,
  });
}

function rackIndex(lab: Lab, name: string): number {
  const index = lab.racks.findIndex((rack) => rack.name === name);
  if (index === -1) throw absent("rack", name);
  return index;
}

function deviceIndex(lab: Lab, name: string): number {
  const index = lab.devices.findIndex((device) => device.name === name);
  if (index === -1) throw absent("device", name);
  return index;
}

function cableIndex(lab: Lab, cable: Cable): number {
  const index = lab.cables.findIndex((each) => sameCable(each, cable));
  const { from, to } = cable;
  if (index === -1) throw absent("cable", `${from.device} ${from.port} to ${to.device} ${to.port}`);
  return index;
}

/** Sets what is to differ, so that the cable keeps its place, its comments and what the edit does not mean. */
function changeCable(lab: Lab, { cable, becomes }: Extract<LabEdit, { op: "change-cable" }>): Change[] {
  const index = cableIndex(lab, cable);
  const now = lab.cables[index];
  const ends = (["from", "to"] as const).flatMap((end) =>
    (["device", "port"] as const)
      .filter((key) => now?.[end][key] !== becomes[end][key])
      .map((key): Change => ({ kind: "set", path: ["cables", index, end, key], value: becomes[end][key] })),
  );
  const facts = (["width", "speed", "label"] as const)
    .filter((key) => cable[key] !== becomes[key] && now?.[key] !== becomes[key])
    .map((key): Change => {
      const path = ["cables", index, key];
      return becomes[key] === undefined ? { kind: "remove", path } : { kind: "set", path, value: becomes[key] };
    });
  return [...ends, ...facts];
}

function changeRack(lab: Lab, name: string, changes: Readonly<Record<string, unknown>>): Change[] {
  const index = rackIndex(lab, name);
  const renamed = changes.name;
  const own = Object.entries(changes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]): Change => ({ kind: "set", path: ["racks", index, key], value }));
  if (renamed === undefined || renamed === name) return own;
  const references = lab.devices.flatMap((device, at): Change[] =>
    device.rack === name ? [{ kind: "set", path: ["devices", at, "rack"], value: renamed }] : [],
  );
  return [...own, ...references];
}

function changeDevice(lab: Lab, name: string, changes: Readonly<Record<string, unknown>>): Change[] {
  const index = deviceIndex(lab, name);
  const device: Readonly<Record<string, unknown>> = lab.devices[index] ?? {};
  const own = Object.entries(changes).flatMap(([key, value]): Change[] => {
    const path = ["devices", index, key];
    if (value !== null && value !== undefined) return [{ kind: "set", path, value }];
    return Object.hasOwn(device, key) ? [{ kind: "remove", path }] : [];
  });
  const renamed = changes.name;
  if (typeof renamed !== "string" || renamed === name) return own;
  // A jump list that the same edit replaces is not looked into: it holds what the edit says.
  const jumps = lab.devices.flatMap((other, at) =>
    at === index && Object.hasOwn(changes, "ssh") ? [] : jumpPaths(other, at, name),
  );
  const ends = lab.cables.flatMap((cable, at) =>
    (["from", "to"] as const)
      .filter((end) => cable[end].device === name)
      .map((end): Path => ["cables", at, end, "device"]),
  );
  return [...own, ...[...jumps, ...ends].map((path): Change => ({ kind: "set", path, value: renamed }))];
}

function jumpPaths(device: Device, at: number, name: string): Path[] {
  return (device.ssh?.jump ?? []).flatMap((hop, index) =>
    hop === name ? [["devices", at, "ssh", "jump", index]] : [],
  );
}

/** A device goes with its cables: a cable to nothing cannot be planned. Jumps through it stay, and are refused. */
function removeDevice(lab: Lab, name: string): Change[] {
  const index = deviceIndex(lab, name);
  const cables = lab.cables.flatMap(({ from, to }, at) => (from.device === name || to.device === name ? [at] : []));
  return [
    ...cables.toReversed().map((at): Change => ({ kind: "remove", path: ["cables", at] })),
    { kind: "remove", path: ["devices", index] },
  ];
}

/** The lab after `changes`, as plain data that the schema has not seen yet. */
export function changed(lab: Lab, changes: readonly Change[]): unknown {
  const copy: unknown = structuredClone(lab);
  for (const change of changes) {
    const key = change.path.at(-1) ?? "";
    let holder = copy as Record<string | number, unknown>;
    for (const step of change.path.slice(0, -1)) holder = holder[step] as Record<string | number, unknown>;
    if (change.kind === "append") holder[key] = [...((holder[key] ?? []) as unknown[]), change.value];
    else if (change.kind === "set") holder[key] = change.value;
    else if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
  }
  return copy;
}
