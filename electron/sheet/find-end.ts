/** Owns which port of the lab a CSV's two cells mean: by the lab file's names, or as UFM's files spell them. */
import type { CablePort, Device, LabState } from "../contract/lab.ts";
import { typeOf } from "../contract/units.ts";
import { didYouMean } from "../lab/nearest.ts";
import { devicePorts } from "../lab/ports.ts";

export type LabParts = Pick<LabState, "deviceTypes"> & { readonly lab: NonNullable<LabState["lab"]> };

/** A port, or which of the two cells is wrong and why. */
export type FoundEnd = CablePort | { readonly wrong: "device" | "port"; readonly message: string };

export type EndFinder = (device: string, port: string) => FoundEnd;

interface Known {
  readonly device: Device;
  /** Null when the device's type is not known: then no port can be said to be missing. */
  readonly ports: ReadonlySet<string> | null;
}

export function endFinder({ lab, deviceTypes }: LabParts): EndFinder {
  const known = new Map<string, Known>(
    lab.devices.map((device) => {
      const type = typeOf(device, deviceTypes);
      return [device.name, { device, ports: type ? new Set(devicePorts(device, type).map(({ name }) => name)) : null }];
    }),
  );
  return (deviceCell, portCell) => {
    const deviceName = deviceCell.trim();
    const portName = portCell.trim();
    if (deviceName === "") return { wrong: "device", message: "The device is missing." };
    if (portName === "") return { wrong: "port", message: `The port of ${JSON.stringify(deviceName)} is missing.` };
    const own = known.get(deviceName);
    if (own) return portOf(own, portCell, portName);
    const adapter = hostAndAdapter(deviceName, portName, known);
    if (adapter) return adapter;
    const message = `There is no device ${JSON.stringify(deviceName)}.${didYouMean(deviceName, known.keys())}`;
    return { wrong: "device", message };
  };
}

function portOf({ device, ports }: Known, cell: string, name: string): FoundEnd {
  const number = /^port (\d+)$/i.exec(name)?.[1];
  const candidates = [
    cell,
    name,
    ...(number === undefined ? [] : [number]),
    ...(name.startsWith(`${device.name} `) ? [name.slice(device.name.length + 1)] : []),
  ];
  const found = candidates.find((candidate) => ports?.has(candidate));
  if (found !== undefined) return { device: device.name, port: found };
  if (!ports) return { device: device.name, port: number ?? name };
  // "Port 1" of a host is port 1 of its HCA, where it has one alone.
  const [hca, ...more] = device.hcas ?? [];
  if (number !== undefined && hca && more.length === 0 && ports.has(`${hca.name}/${number}`)) {
    return { device: device.name, port: `${hca.name}/${number}` };
  }
  const list = [...ports].slice(0, 24).join(", ");
  const has = list === "" ? "It has none." : `Its ports: ${list}${ports.size > 24 ? ", ..." : ""}.`;
  return { wrong: "port", message: `${JSON.stringify(device.name)} has no port ${JSON.stringify(name)}. ${has}` };
}

/** UFM names a host's end by its node description: device `node03 mlx4_0`, port `Port 1`. */
function hostAndAdapter(deviceName: string, portName: string, known: ReadonlyMap<string, Known>): CablePort | null {
  const [, host, hca] = /^(.+) (\S+)$/.exec(deviceName) ?? [];
  const number = /^(?:port )?(\d+)$/i.exec(portName)?.[1];
  const of = host === undefined ? undefined : known.get(host);
  const port = `${hca}/${number}`;
  return of && number !== undefined && of.ports?.has(port) ? { device: of.device.name, port } : null;
}
