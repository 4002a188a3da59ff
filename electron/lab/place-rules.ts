/** Owns which places devices may take in racks. */
import type { Lab } from "../contract/lab.ts";
import { heightOf, unitsOf } from "../contract/units.ts";
import { type Context, type Found, show } from "./finding.ts";
import { didYouMean } from "./nearest.ts";

export function checkPlaces(lab: Lab, { types, unreadable }: Context): Found[] {
  const racks = new Map(lab.racks.map((rack) => [rack.name, rack]));
  const taken = new Map<string, string>();
  const found: Found[] = [];
  for (const [index, device] of lab.devices.entries()) {
    const path = ["devices", index];
    const { rack: rackName, unit } = device;
    if (rackName === undefined) {
      if (unit === undefined) continue;
      const message = () => `${show(device.name)} has a unit but no rack; name the rack, or remove the unit.`;
      found.push({ code: "lab.unit-without-rack", severity: "error", path: [...path, "unit"], message });
      continue;
    }
    const rack = racks.get(rackName);
    if (rack === undefined) {
      if (unreadable.has(`rack ${rackName}`)) continue;
      const message = () => `There is no rack ${show(rackName)}.${didYouMean(rackName, racks.keys())}`;
      found.push({ code: "lab.unknown-rack", severity: "error", path: [...path, "rack"], message });
      continue;
    }
    const heightU = heightOf(device, types);
    if (unit === undefined) {
      if (heightU === 0) continue;
      const message = () => `${show(device.name)} is in rack ${show(rackName)} but has no unit; it is drawn beside it.`;
      found.push({ code: "lab.rack-without-unit", severity: "warning", path: [...path, "rack"], message });
      continue;
    }
    const units = unitsOf(device, heightU);
    const top = units.at(-1) ?? unit;
    if (top > rack.units) {
      const message = () =>
        `${show(device.name)} takes ${unitText(units)}, but rack ${show(rackName)} has ${rack.units} units.`;
      found.push({ code: "lab.unit-beyond-rack", severity: "error", path: [...path, "unit"], message });
    }
    const other = units.map((each) => taken.get(`${each} ${rackName}`)).find((name) => name !== undefined);
    if (other !== undefined) {
      const message = () =>
        `${show(device.name)} takes ${unitText(units)} of rack ${show(rackName)}, where ${show(other)} already is.`;
      found.push({ code: "lab.units-overlap", severity: "error", path: [...path, "unit"], message });
    }
    for (const each of units) taken.set(`${each} ${rackName}`, device.name);
  }
  return found;
}

const unitText = (units: readonly number[]) =>
  units.length < 2 ? `unit ${units[0] ?? "none"}` : `units ${units[0]} to ${units.at(-1)}`;
