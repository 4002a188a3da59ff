/** Owns which planned cables fit: both ends are there, free and of one kind. */
import type { Cable, CablePort, Device, Lab } from "../contract/lab.ts";
import { typeOf } from "../contract/units.ts";
import { endKey } from "../contract/words.ts";
import { type Context, type Found, show } from "./finding.ts";
import { didYouMean } from "./nearest.ts";
import { devicePorts } from "./ports.ts";
import type { Path } from "./tree.ts";

export function checkCables(lab: Lab, devices: ReadonlyMap<string, Device>, context: Context): Found[] {
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
      const key = endKey(cable[end]);
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
  const type = typeOf(device, context.types);
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
const sameEnd = (a: CablePort, b: CablePort) => a.device === b.device && a.port === b.port;

/** Whether two cables run between the same ports, in either direction. */
export const sameCable = (a: Cable, b: Cable) =>
  (sameEnd(a.from, b.from) && sameEnd(a.to, b.to)) || (sameEnd(a.from, b.to) && sameEnd(a.to, b.from));
