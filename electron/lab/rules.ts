/** Owns what a lab must hold beyond its schema: names, units, ports and ways that fit each other. */
import type { Device, Lab } from "../contract/lab.ts";
import { checkCables } from "./cable-rules.ts";
import { type Context, type Found, show } from "./finding.ts";
import { checkJumps } from "./jump-rules.ts";
import { didYouMean } from "./nearest.ts";
import { checkPlaces } from "./place-rules.ts";
import type { Path } from "./tree.ts";

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
