/** Owns where the lab file's ports stand in the fabric, and what the lab file calls what was seen there. */
import type { DeviceType } from "../contract/device-type.ts";
import type {
  CableEnd,
  CableLive,
  DeviceLive,
  Fabric,
  FabricLink,
  FabricNode,
  FabricPort,
  PortAt,
} from "../contract/fabric.ts";
import { portKey } from "../contract/fabric-words.ts";
import { facePortName } from "../contract/face-port.ts";
import type { Cable, CablePort, Device, Lab } from "../contract/lab.ts";
import { typeOf } from "../contract/units.ts";
import { type CouldBe, linkKey } from "./draft.ts";
import { type FabricIndex, indexOf } from "./fabric-index.ts";
import {
  type DeviceTypes,
  identifyNodes,
  isSwitch,
  type Owner,
  ownerKey,
  type PlannedPort,
  plannedPort,
} from "./identify.ts";
import type { JoinedFabric } from "./join.ts";
import { type Expected, expectedOf, type JudgedEnd } from "./judge.ts";

/** One end of a planned cable. */
export interface PlannedEnd {
  readonly name: CableEnd;
  /** Null where the lab file's port is not one of InfiniBand. */
  readonly planned: PlannedPort | null;
  readonly seen: FabricPort | null;
  readonly link: FabricLink | null;
}

type Ends = Pick<CableLive, "a" | "b">;

export interface PlacesInputs {
  readonly lab: Lab;
  readonly types: DeviceTypes;
  readonly devices: Readonly<Record<string, Pick<DeviceLive, "hcas" | "observedAt">>>;
  /** What was seen; null when nothing was, ever. */
  readonly joined: JoinedFabric | null;
}

/** What HCAs call themselves while nobody gave them a name: `MT4099 ConnectX3 Mellanox Technologies`, `Infiniband ...`. */
const namelessText = /^(?:MT\d{3,6}\b.*|.*\bMellanox Technologies\b.*|.*\bInfiniHost\b.*|ibsim\d*|)$/i;

/** Whether a description tells no node from another. */
export function isNameless(description: string): boolean {
  return namelessText.test(description.trim());
}

const nothingSeen: Fabric = { nodes: [], links: [], problems: [] };

/** Every look-up goes by a map: a fabric may hold thousands of links, and a host may claim as many. */
export class Places {
  readonly #inputs: PlacesInputs;
  readonly lab: Lab;
  /** Null when nothing was seen, ever. */
  readonly fabric: Fabric | null;
  readonly nodes: readonly FabricNode[];
  readonly links: readonly FabricLink[];
  readonly #owners: ReadonlyMap<string, Owner>;
  readonly #devices: ReadonlyMap<string, Device>;
  readonly #index: FabricIndex;
  readonly #ends = new WeakMap<CablePort, PlannedEnd>();
  readonly #nodesOfOwner = new Map<string, FabricNode[]>();
  /** What the lab file calls a switch's ports, by device: where that is not just the number. */
  readonly #portNames = new Map<string, ReadonlyMap<number, string>>();

  constructor(inputs: PlacesInputs) {
    this.#inputs = inputs;
    const { lab, types, devices, joined } = inputs;
    const fabric = joined?.fabric ?? nothingSeen;
    const { nodes, links } = fabric;
    this.lab = lab;
    this.fabric = joined?.fabric ?? null;
    this.nodes = nodes;
    this.links = links;
    this.#index = indexOf(fabric);
    this.#devices = new Map(lab.devices.toReversed().map((device) => [device.name, device]));
    this.#owners = identifyNodes(lab, types, { nodes }, devices);
    for (const node of nodes) {
      const owner = this.#owners.get(node.guid);
      if (owner === undefined) continue;
      const key = ownerKey(owner);
      const known = this.#nodesOfOwner.get(key);
      if (known) known.push(node);
      else this.#nodesOfOwner.set(key, [node]);
    }
  }

  /** The same fabric under a plan with one more device. */
  withDevice(device: Device): Places {
    return new Places({ ...this.#inputs, lab: { ...this.lab, devices: [...this.lab.devices, device] } });
  }

  /** Of a port of the lab file the same object each time. */
  end(port: CablePort): PlannedEnd {
    const known = this.#ends.get(port) ?? this.#endOf(port);
    this.#ends.set(port, known);
    return known;
  }

  #endOf(port: CablePort): PlannedEnd {
    const device = this.#devices.get(port.device);
    const planned = device === undefined ? null : plannedPort(device, port.port, this.#inputs.types);
    const node =
      planned === null
        ? undefined
        : this.#nodesOfOwner
            .get(ownerKey(planned.owner))
            // An HCA that is known by its ports' GUIDs alone is one node for each of them.
            ?.find(({ guid, guidKind }) => guidKind === "node" || this.#index.ports.has(portKey(guid, planned.port)));
    const at = node === undefined || planned === null ? null : { node: node.guid, port: planned.port };
    const name = { device: port.device, port: port.port, inLab: device !== undefined, at };
    return { name, planned, seen: at && this.port(at), link: at && this.link(at) };
  }

  /** As the lab file names it, else as the fabric does; `described` stands in for a node that was not seen. */
  nameOf(at: PortAt, described = ""): CableEnd {
    const owner = this.#owners.get(at.node);
    if (owner !== undefined) {
      const port = owner.hca === null ? this.#switchPort(owner.device, at.port) : `${owner.hca}/${at.port}`;
      return { device: owner.device, port, inLab: true, at: { node: at.node, port: at.port } };
    }
    const description = this.#index.nodes.get(at.node)?.description || described;
    const device = description ? `${description} (${at.node})` : at.node;
    return { device, port: String(at.port), inLab: false, at: { node: at.node, port: at.port } };
  }

  /** Both ends' names, a host's first, as plans are written. */
  namesOf(link: FabricLink): readonly [CableEnd, CableEnd] {
    const [a, b] = this.endsOf(link);
    return [this.nameOf(a), this.nameOf(b)];
  }

  /** A host's end first. */
  endsOf(link: FabricLink): readonly [PortAt, PortAt] {
    return this.isSwitchNode(link.a.node) && !this.isSwitchNode(link.b.node) ? [link.b, link.a] : [link.a, link.b];
  }

  /** By a node's GUID, or one of its ports'. */
  nodeOf(guid: string): FabricNode | null {
    return this.#index.byGuid.get(guid) ?? null;
  }

  /** The node with a port of this LID. */
  nodeOfLid(lid: number): FabricNode | null {
    return this.#index.byLid.get(lid) ?? null;
  }

  isSwitchNode(guid: string | undefined): boolean {
    return guid !== undefined && this.#index.nodes.get(guid)?.type === "switch";
  }

  isSwitchDevice(name: string): boolean {
    const device = this.#devices.get(name);
    return device !== undefined && isSwitch(device, this.#inputs.types);
  }

  /** Which device of the lab file a node is; null for none. */
  ownerOf(guid: string): Owner | null {
    return this.#owners.get(guid) ?? null;
  }

  /** By node GUID. */
  owners(): Record<string, Owner> {
    return Object.fromEntries(this.#owners);
  }

  isInLab(guid: string): boolean {
    return this.#owners.has(guid);
  }

  /** Whether a node of no known device is nameless: it may be any device of the lab file that was not seen. */
  isUnidentified(guid: string): boolean {
    return !this.#owners.has(guid) && isNameless(this.#index.nodes.get(guid)?.description ?? "");
  }

  port(at: PortAt): FabricPort | null {
    return this.#index.ports.get(portKey(at.node, at.port)) ?? null;
  }

  link(at: PortAt): FabricLink | null {
    return this.#index.linkAt.get(portKey(at.node, at.port)) ?? null;
  }

  /** What the lab file calls a port that its switch calls `name`. */
  switchPort(device: string, name: string): string {
    return facePortName(name, this.#typeOf(this.#devices.get(device)));
  }

  /** The link that joins a cable's two ends; null where none does. */
  linkOf({ a, b }: Ends): FabricLink | null {
    const link = a.at && this.link(a.at);
    return b.at !== null && link !== null && link === this.link(b.at) ? link : null;
  }

  /** What the plan asks of a cable; nothing of one that it does not know. */
  planOf({ planned }: Pick<CableLive, "planned">): Pick<Cable, "width" | "speed"> {
    return (planned === null ? undefined : this.lab.cables[planned]) ?? {};
  }

  /** What a cable's link should run at. */
  expected(cable: CableLive): Expected {
    const link = this.linkOf(cable);
    return expectedOf(this.planOf(cable), this.judgedEnds(cable), link && this.hint(link).speed);
  }

  /** What both ends of a link support beyond what it runs at, as the tools hint. */
  hint(link: FabricLink): CouldBe {
    return this.#inputs.joined?.hints.get(linkKey(link)) ?? { width: null, speed: null };
  }

  /** When a device answered last; null where it never did. */
  observedAt(device: string): number | null {
    return this.#inputs.devices[device]?.observedAt ?? null;
  }

  /** Ports that are up with a far end that does not answer. */
  silentPorts(): readonly PortAt[] {
    return [...(this.#inputs.joined?.silent ?? [])].map((key) => {
      const [node = "", port] = key.split("/");
      return { node, port: Number(port) };
    });
  }

  isSilent(at: PortAt): boolean {
    return this.#inputs.joined?.silent.has(portKey(at.node, at.port)) ?? false;
  }

  /** How many ports the lab file gives what this port belongs to, where the port is beyond them; else null. */
  beyond(at: PortAt): { readonly what: string; readonly ports: number } | null {
    const owner = this.#owners.get(at.node);
    const device = owner === undefined ? undefined : this.#devices.get(owner.device);
    if (owner === undefined || device === undefined) return null;
    if (owner.hca === null) {
      const type = this.#typeOf(device);
      const names = this.#namesOfSwitch(device.name);
      return type === undefined || names.size === 0 || names.has(at.port)
        ? null
        : { what: `the device type ${type.model}`, ports: names.size };
    }
    const hca = device.hcas?.find(({ name }) => name === owner.hca);
    return hca === undefined || at.port <= hca.ports
      ? null
      : { what: `the lab file's ${device.name} ${hca.name}`, ports: hca.ports };
  }

  /** Whether its host says that this port of an HCA speaks Ethernet. */
  isEthernet(planned: PlannedPort): boolean {
    if (planned.owner.hca === null) return false;
    const hcas = this.#inputs.devices[planned.owner.device]?.hcas ?? [];
    const guids = new Set((this.#nodesOfOwner.get(ownerKey(planned.owner)) ?? []).map(({ guid }) => guid));
    const named = hcas.filter(({ name, nodeGuid }) => name === planned.owner.hca || guids.has(nodeGuid ?? ""));
    const ports = named.flatMap(({ ports }) => ports).filter(({ number }) => number === planned.port);
    return ports.some(({ linkLayer }) => linkLayer === "Ethernet");
  }

  /** What is known of both ends for a verdict on their link. */
  judgedEnds({ a, b }: Ends): readonly JudgedEnd[] {
    return [a, b].map((end) => {
      const owner = (end.at && this.#owners.get(end.at.node)) ?? this.end(end).planned?.owner;
      const device = owner === undefined ? undefined : this.#devices.get(owner.device);
      const type = this.#typeOf(device);
      const hcas = this.#inputs.devices[end.device]?.hcas ?? [];
      const seen = hcas.find(({ nodeGuid }) => nodeGuid !== null && nodeGuid === end.at?.node);
      const planned = device?.hcas?.find(({ name }) => name === owner?.hca);
      const model = owner?.hca === null ? (type?.model ?? "") : `${planned?.model ?? ""} ${seen?.model ?? ""}`;
      return { device: end.device, model, slot: seen?.slot ?? null };
    });
  }

  #typeOf(device: Device | undefined): DeviceType | undefined {
    return device && typeOf(device, this.#inputs.types);
  }

  #switchPort(device: string, port: number): string {
    return this.#namesOfSwitch(device).get(port) ?? String(port);
  }

  #namesOfSwitch(name: string): ReadonlyMap<number, string> {
    const known = this.#portNames.get(name);
    if (known) return known;
    const device = this.#devices.get(name);
    const names = new Map<number, string>();
    const ports = this.#typeOf(device)?.ports ?? [];
    for (const port of ports) {
      const planned =
        device === undefined || port.kind !== "infiniband" ? null : plannedPort(device, port.name, this.#inputs.types);
      if (planned !== null && !names.has(planned.port)) names.set(planned.port, port.name);
    }
    this.#portNames.set(name, names);
    return names;
  }
}
