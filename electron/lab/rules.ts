/** Owns what a lab must hold beyond its schema: names, units, ports and ways that fit each other. */
import type { DeviceType } from "../contract/device-type.ts";
import type { Cable, CablePort, Device, Lab } from "../contract/lab.ts";
import { didYouMean } from "./nearest.ts";
import { devicePorts, unitsOf } from "./ports.ts";
import type { Path } from "./tree.ts";

export type Found = {
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly path: Path;
  /** Made only when it will be shown: near misses cost time in a file with thousands of errors. */
  readonly message: () => string;
};
export type Context = {
  readonly types: Readonly<Record<string, DeviceType>>;
  /** Names of devices and racks that stand in the file but could not be understood; not reported as missing. */
  readonly unreadable: ReadonlySet<string>;
  /** False when parts were left out, so that what is missing may be there. */
  readonly whole: boolean;
};

const show = (text: string) => JSON.stringify(text);

/** Everything that does not fit, in no order. Paths are those of `lab`. */
export function checkLab(lab: Lab, context: Context): Found[] {
  const devices = new Map<string, Device>();
  for (const device of lab.devices) if (!devices.has(device.name)) devices.set(device.name, device);
  return [
    ...duplicates(lab.racks, (rack) => rack.name, ["racks"], "name", "lab.duplicate-rack", "rack"),
    ...duplicates(lab.devices, (device) => device.name, ["devices"], "name", "lab.duplicate-device", "device"),
    ...duplicates(
      lab.deviceTypes ?? [],
      (type) => type.slug,
      ["deviceTypes"],
      "slug",
      "lab.duplicate-device-type",
      "device type",
    ),
    ...lab.devices.flatMap((device, index) => checkDevice(device, index, context)),
    ...(lab.deviceTypes ?? []).flatMap((type, index) =>
      duplicates(
        type.ports,
        (port) => port.name,
        ["deviceTypes", index, "ports"],
        "name",
        "lab.duplicate-port",
        "port",
      ),
    ),
    ...checkPlaces(lab, context),
    ...checkGuids(lab),
    ...checkPrimaries(lab),
    ...checkJumps(lab, devices, context),
    ...checkCables(lab, devices, context),
  ];
}

function duplicates<T>(
  items: readonly T[],
  name: (item: T) => string,
  path: Path,
  key: string,
  code: string,
  what: string,
): Found[] {
  const seen = new Map<string, number>();
  return items.flatMap((item, index): Found[] => {
    const first = seen.get(name(item));
    if (first === undefined) {
      seen.set(name(item), index);
      return [];
    }
    const message = () =>
      `The name ${show(name(item))} is taken by ${what} ${first + 1} of the list; each needs its own.`;
    return [{ code, severity: "error", path: [...path, index, key], message }];
  });
}

function checkDevice(device: Device, index: number, { types, whole }: Context): Found[] {
  const path = ["devices", index];
  const found: Found[] = duplicates(
    device.hcas ?? [],
    (hca) => hca.name,
    [...path, "hcas"],
    "name",
    "lab.duplicate-hca",
    "HCA",
  );
  const { type, role } = device;
  if (!Object.hasOwn(types, type) && (whole || type !== "unknown"))
    found.push({
      code: "lab.unknown-device-type",
      severity: "error",
      path: [...path, "type"],
      message: () =>
        `There is no device type ${show(type)}.${didYouMean(type, Object.keys(types))} Own types go under deviceTypes.`,
    });
  if (device.ssh === undefined && role !== undefined && role !== "desktop")
    found.push({
      code: "lab.no-ssh-address",
      severity: "warning",
      path,
      message: () => `${show(device.name)} is ${role} but has no ssh address: its live state cannot be read.`,
    });
  return found;
}

function checkPlaces(lab: Lab, { types, unreadable }: Context): Found[] {
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
    const type = Object.hasOwn(types, device.type) ? types[device.type] : undefined;
    if (unit === undefined) {
      if (type?.heightU === 0) continue;
      const message = () => `${show(device.name)} is in rack ${show(rackName)} but has no unit; it is drawn beside it.`;
      found.push({ code: "lab.rack-without-unit", severity: "warning", path: [...path, "rack"], message });
      continue;
    }
    const units = unitsOf(device, type);
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

function checkGuids(lab: Lab): Found[] {
  const seen = new Map<bigint, string>();
  return lab.devices.flatMap((device, index) =>
    (device.hcas ?? []).flatMap((hca, at): Found[] => {
      if (hca.guid === undefined) return [];
      const guid = BigInt(hca.guid);
      const first = seen.get(guid);
      if (first === undefined) {
        seen.set(guid, `${hca.name} of ${show(device.name)}`);
        return [];
      }
      const message = () => `GUID ${hca.guid} is already that of ${first}; every HCA has its own.`;
      return [{ code: "lab.duplicate-guid", severity: "error", path: ["devices", index, "hcas", at, "guid"], message }];
    }),
  );
}

function checkPrimaries(lab: Lab): Found[] {
  const first = lab.devices.find((device) => device.role === "primary");
  return lab.devices.flatMap((device, index): Found[] => {
    if (device.role !== "primary" || device === first) return [];
    const message = () =>
      `${show(device.name)} is a second primary beside ${show(first?.name ?? "")}; an aggregate has one.`;
    return [{ code: "lab.several-primaries", severity: "warning", path: ["devices", index, "role"], message }];
  });
}

function checkJumps(lab: Lab, devices: ReadonlyMap<string, Device>, { unreadable }: Context): Found[] {
  const looping = jumpLoops(devices);
  return lab.devices.flatMap((device, index) =>
    (device.ssh?.jump ?? []).flatMap((name, at): Found[] => {
      const path = ["devices", index, "ssh", "jump", at];
      const hop = devices.get(name);
      if (hop === undefined) {
        if (unreadable.has(`device ${name}`)) return [];
        const message = () => `There is no device ${show(name)} to hop through.${didYouMean(name, devices.keys())}`;
        return [{ code: "lab.jump-unknown-device", severity: "error", path, message }];
      }
      if (hop.ssh === undefined) {
        const message = () => `${show(name)} cannot be hopped through: it has no ssh address.`;
        return [{ code: "lab.jump-without-ssh", severity: "error", path, message }];
      }
      if (!looping.has(device.name) || !looping.has(name)) return [];
      const message = () => `The way to ${show(device.name)} leads through ${show(name)} back to itself.`;
      return [{ code: "lab.jump-cycle", severity: "error", path, message }];
    }),
  );
}

/** Names of devices whose jumps lead back to themselves: what stays when devices without open jumps are taken away. */
function jumpLoops(devices: ReadonlyMap<string, Device>): Set<string> {
  const waiting = new Map<string, number>();
  const usedBy = new Map<string, string[]>();
  for (const [name, device] of devices) {
    const hops = [...new Set(device.ssh?.jump ?? [])].filter((hop) => devices.has(hop));
    waiting.set(name, hops.length);
    for (const hop of hops) usedBy.set(hop, [...(usedBy.get(hop) ?? []), name]);
  }
  const free = [...waiting].filter(([, count]) => count === 0).map(([name]) => name);
  for (let name = free.pop(); name !== undefined; name = free.pop()) {
    waiting.delete(name);
    for (const user of usedBy.get(name) ?? []) {
      const left = (waiting.get(user) ?? 1) - 1;
      waiting.set(user, left);
      if (left === 0) free.push(user);
    }
  }
  return new Set(waiting.keys());
}

function checkCables(lab: Lab, devices: ReadonlyMap<string, Device>, context: Context): Found[] {
  const cabled = new Map<string, number>();
  const ports = new Map<string, Map<string, string> | null>();
  return lab.cables.flatMap((cable, index): Found[] => {
    const found: Found[] = [];
    const kinds = (["from", "to"] as const).map((end) => {
      const checked = checkEnd(cable[end], ["cables", index, end], { devices, ports, context });
      found.push(...checked.found);
      return checked.kind;
    });
    if (sameEnd(cable.from, cable.to)) {
      const message = () => `The cable leads from ${endText(cable.from)} to itself.`;
      return [...found, { code: "lab.cable-to-itself", severity: "error", path: ["cables", index, "to"], message }];
    }
    for (const end of ["from", "to"] as const) {
      const key = JSON.stringify([cable[end].device, cable[end].port]);
      const first = cabled.get(key);
      if (first === undefined) cabled.set(key, index);
      else {
        const message = () => `${endText(cable[end])} is already the end of cable ${first + 1} of the list.`;
        found.push({ code: "lab.port-cabled-twice", severity: "error", path: ["cables", index, end], message });
      }
    }
    const [from, to] = kinds;
    if (from && to && from !== to && from !== "other" && to !== "other") {
      const message = () => `${endText(cable.from)} is ${from}, ${endText(cable.to)} is ${to}: no cable fits both.`;
      found.push({ code: "lab.cable-kinds-differ", severity: "warning", path: ["cables", index], message });
    }
    return found;
  });
}

function checkEnd(
  end: CablePort,
  path: Path,
  known: {
    readonly devices: ReadonlyMap<string, Device>;
    readonly ports: Map<string, Map<string, string> | null>;
    readonly context: Context;
  },
): { kind: string | null; found: Found[] } {
  const { devices, ports, context } = known;
  const device = devices.get(end.device);
  if (device === undefined) {
    if (context.unreadable.has(`device ${end.device}`)) return { kind: null, found: [] };
    const message = () => `There is no device ${show(end.device)}.${didYouMean(end.device, devices.keys())}`;
    const found: Found = { code: "lab.cable-unknown-device", severity: "error", path: [...path, "device"], message };
    return { kind: null, found: [found] };
  }
  const type = Object.hasOwn(context.types, device.type) ? context.types[device.type] : undefined;
  // Of a device whose type is not known, or was not understood in full, no port can be said to be missing.
  if (!ports.has(device.name)) {
    const sure = type !== undefined && context.whole;
    ports.set(device.name, sure ? new Map(devicePorts(device, type).map((port) => [port.name, port.kind])) : null);
  }
  const names = ports.get(device.name);
  if (!names) return { kind: null, found: [] };
  const kind = names.get(end.port);
  if (kind !== undefined) return { kind, found: [] };
  const message = () => `${show(end.device)} has no port ${show(end.port)}. ${portList([...names.keys()])}`;
  return {
    kind: null,
    found: [{ code: "lab.cable-unknown-port", severity: "error", path: [...path, "port"], message }],
  };
}

function portList(names: readonly string[]): string {
  if (names.length === 0) return "It has none; on a server, list its HCAs under hcas.";
  const shown = names.slice(0, 24).join(", ");
  return `Its ports: ${shown}${names.length > 24 ? ", ..." : ""}.`;
}

const endText = (end: CablePort) => `port ${show(end.port)} of ${show(end.device)}`;

/** Whether two ends name the same port. */
export const sameEnd = (a: CablePort, b: CablePort) => a.device === b.device && a.port === b.port;

/** Whether two cables run between the same ports, in either direction. */
export const sameCable = (a: Cable, b: Cable) =>
  (sameEnd(a.from, b.from) && sameEnd(a.to, b.to)) || (sameEnd(a.from, b.to) && sameEnd(a.to, b.from));
