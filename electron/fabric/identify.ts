/** Decides which node of the fabric is which device of the lab file: by GUID, by what a host says of itself, by description. */
import { nodeGuidOf } from "../contract/card.ts";
import type { DeviceType } from "../contract/device-type.ts";
import type { DeviceLive, Fabric, FabricNode } from "../contract/fabric.ts";
import { facePort } from "../contract/face-port.ts";
import { plus, readGuid } from "../contract/guid.ts";
import type { Device, Lab } from "../contract/lab.ts";
import { typeOf } from "../contract/units.ts";

/** A node's place in the lab file; `hca` is null for switches. */
export interface Owner {
  readonly device: string;
  readonly hca: string | null;
}

type PortOrAll = number | "*";

export type DeviceTypes = Readonly<Record<string, DeviceType>>;

/** One end of a planned cable as a port number on an owner; null where the port's name is no InfiniBand port's. */
export interface PlannedPort {
  readonly owner: Owner;
  readonly port: number;
}

export function isSwitch(device: Device, types: DeviceTypes): boolean {
  return typeOf(device, types)?.kind === "switch";
}

/** `3`, `1/3`, `IB1/3` on a switch; `mlx4_0/1`, or `1` where there is one HCA, on a host. */
export function plannedPort(device: Device, port: string, types: DeviceTypes): PlannedPort | null {
  if (isSwitch(device, types)) {
    const named = facePort(port);
    return named === null ? null : { owner: { device: device.name, hca: null }, port: named.number };
  }
  const [, hca, number] = /^(?:(.+)\/)?(\d{1,3})$/.exec(port) ?? [];
  const only = device.hcas?.length === 1 ? device.hcas[0]?.name : undefined;
  const name = hca ?? only;
  const planned = device.hcas?.some((planned) => planned.name === name) ?? false;
  // Without a list of HCAs in the lab file any name that looks like an HCA's is taken.
  if (name === undefined || number === undefined || (device.hcas !== undefined && !planned)) return null;
  return { owner: { device: device.name, hca: name }, port: Number(number) };
}

/** Owners by node GUID. A claim that two nodes share (duplicate descriptions) goes to neither. */
export function identifyNodes(
  lab: Lab,
  types: DeviceTypes,
  fabric: Pick<Fabric, "nodes">,
  devices: Readonly<Record<string, Pick<DeviceLive, "hcas">>>,
): ReadonlyMap<string, Owner> {
  const owners = new Map<string, Owner>();
  /** GUIDs by the place they were claimed for. */
  const claimed = new Map<string, string>();
  const seen = new Map(fabric.nodes.map((node) => [node.guid, node]));
  const claim = (guid: string, owner: Owner, port: PortOrAll, beside = false) => {
    const holds = [port, "*" as const].some((number) => {
      const holder = claimed.get(claimKey(owner, number));
      // A GUID of the lab file that nothing has says nothing of an HCA that is known by another of its GUIDs.
      return holder !== undefined && (seen.has(holder) || !beside);
    });
    if (owners.has(guid) || holds) return;
    owners.set(guid, owner);
    claimed.set(claimKey(owner, port), guid);
  };
  const planned = plannedGuids(lab);
  for (const { guid, owner } of planned) claim(guid, owner, portsOf(seen.get(guid)));
  for (const [node, owner] of ofOneCard(planned, fabric.nodes)) claim(node.guid, owner, portsOf(node), true);
  for (const device of lab.devices) {
    for (const [guid, name] of seenHcas(device, devices[device.name]?.hcas ?? [], claimed)) {
      claim(guid, { device: device.name, hca: name }, "*");
    }
  }
  for (const [node, owner, port] of describedHcas(lab, fabric.nodes, owners)) {
    claim(node.guid, owner, port, node.guidKind === "port");
  }
  identifySwitches(lab, types, fabric.nodes, owners);
  return owners;
}

interface PlannedGuid {
  readonly guid: string;
  readonly owner: Owner;
}

function plannedGuids(lab: Lab): readonly PlannedGuid[] {
  return lab.devices.flatMap(({ name: device, hcas = [] }) =>
    hcas.flatMap((hca) => {
      const guid = hca.guid === undefined ? null : readGuid(hca.guid);
      return guid === null ? [] : [{ guid, owner: { device, hca: hca.name } }];
    }),
  );
}

/** HCAs that the lab file names by one of their GUIDs and the fabric by another; none that two HCAs of the file would be. */
function ofOneCard(
  planned: readonly PlannedGuid[],
  nodes: readonly FabricNode[],
): readonly (readonly [FabricNode, Owner])[] {
  if (planned.length === 0) return [];
  const written = new Set(planned.map(({ guid }) => guid));
  const hcas = nodes.filter(({ type }) => type !== "switch");
  /** Node GUIDs by the ports' GUIDs that stand in the lab file. */
  const cards = new Map<string, Set<string>>();
  for (const node of hcas) {
    for (const { number, guid = plus(node.guid, number) } of node.ports) {
      if (written.has(guid)) cards.set(guid, (cards.get(guid) ?? new Set()).add(nodeGuidOf(node)));
    }
  }
  for (const node of hcas) if (node.guidKind === "node") cards.delete(node.guid);
  const owners = Map.groupBy(planned, ({ guid }) => {
    const [card, ...others] = cards.get(guid) ?? [];
    return others.length === 0 ? (card ?? guid) : guid;
  });
  return hcas.flatMap((node) => {
    const [one, ...others] = owners.get(nodeGuidOf(node)) ?? [];
    return one === undefined || others.length > 0 ? [] : [[node, one.owner] as const];
  });
}

/** The port that a node stands for which is known by its GUID; else all. */
function portsOf(node: FabricNode | undefined): PortOrAll {
  return node?.guidKind === "port" ? (node.ports[0]?.number ?? "*") : "*";
}

/** No device's name holds a line's end, whatever a host calls its HCAs. */
export function ownerKey({ device, hca }: Owner): string {
  return hca === null ? device : `${device}\n${hca}`;
}

function claimKey(owner: Owner, port: PortOrAll): string {
  return `${port} ${ownerKey(owner)}`;
}

/** The HCAs a host showed: by name, else in order, as the plan's names (a simulated mlx4_0 calls itself ibsim0). */
function seenHcas(
  device: Device,
  seen: DeviceLive["hcas"],
  claimed: ReadonlyMap<string, string>,
): readonly (readonly [guid: string, name: string])[] {
  const planned = device.hcas ?? [];
  const free = planned.filter(({ name }) => !claimed.has(claimKey({ device: device.name, hca: name }, "*")));
  const others = free.filter(({ name }) => !seen.some((hca) => hca.name === name)).map(({ name }) => name);
  return seen.flatMap((hca) => {
    if (hca.nodeGuid === null) return [];
    const name = planned.some((plan) => plan.name === hca.name) ? hca.name : (others.shift() ?? hca.name);
    return [[hca.nodeGuid, name] as const];
  });
}

/** `node01 mlx4_0` (rdma-ndd) and `node01 HCA-1` (OFED): HCAs nobody claimed, by host name. */
function describedHcas(
  lab: Lab,
  nodes: readonly FabricNode[],
  owners: ReadonlyMap<string, Owner>,
): readonly (readonly [FabricNode, Owner, PortOrAll])[] {
  const named = byName(lab.devices);
  const claims = nodes.flatMap((node) => {
    if (node.type === "switch" || owners.has(node.guid)) return [];
    const [host = "", word = ""] = node.description.split(/\s+/);
    const device = named.get(host.toLowerCase());
    if (device === undefined || host === "") return [];
    const planned = device.hcas ?? [];
    const ordinal = Number(/^HCA-(\d{1,2})$/.exec(word)?.[1] ?? Number.NaN);
    const hca =
      planned.find(({ name }) => name === word) ??
      planned[ordinal - 1] ??
      (planned.length === 1 ? planned[0] : undefined);
    const owner = { device: device.name, hca: hca?.name ?? (word === "" ? "hca" : word) };
    return [[node, owner, portsOf(node)] as const];
  });
  const counts = new Map<string, number>();
  for (const [, owner, port] of claims) {
    const key = claimKey(owner, port);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return claims.filter(([, owner, port]) => counts.get(claimKey(owner, port)) === 1);
}

/** The first device of each name: a fabric of thousands of nodes is looked through once. */
function byName(devices: readonly Device[]): ReadonlyMap<string, Device> {
  const named = new Map<string, Device>();
  for (const device of devices) {
    for (const name of namesOf(device)) if (!named.has(name)) named.set(name, device);
  }
  return named;
}

function namesOf(device: Device): readonly string[] {
  const host = device.ssh?.host.toLowerCase();
  const label = host !== undefined && /[a-z]/.test(host) ? (host.split(".")[0] ?? host) : undefined;
  return [device.name.toLowerCase(), ...(host === undefined ? [] : [host]), ...(label === undefined ? [] : [label])];
}

/** By host name in `MF0;<host>:SX6018/U1` or the whole description, else the only one left on both sides. */
function identifySwitches(
  lab: Lab,
  types: DeviceTypes,
  nodes: readonly FabricNode[],
  owners: Map<string, Owner>,
): void {
  const switches = nodes.filter((node) => node.type === "switch" && !owners.has(node.guid));
  const named = Map.groupBy(switches, ({ description }) =>
    (/^MF0;([^:]{1,64}):/.exec(description)?.[1] ?? description).toLowerCase(),
  );
  const claimed = new Set([...owners.values()].map(({ device }) => device));
  const planned = lab.devices.filter((device) => isSwitch(device, types));
  for (const device of planned) {
    const found = [...new Set(namesOf(device))].flatMap((name) => named.get(name) ?? []);
    const [node, ...others] = found.filter(({ guid }) => !owners.has(guid));
    if (node === undefined || others.length > 0) continue;
    owners.set(node.guid, { device: device.name, hca: null });
    claimed.add(device.name);
  }
  const leftNodes = switches.filter(({ guid }) => !owners.has(guid));
  const leftDevices = planned.filter(({ name }) => !claimed.has(name));
  const [node, device] = [leftNodes[0], leftDevices[0]];
  if (node && device && leftNodes.length === 1 && leftDevices.length === 1) {
    owners.set(node.guid, { device: device.name, hca: null });
  }
}
