/** Decides what device of the lab file a node would be that the file does not name, as far as the fabric tells it. */
import type { SuggestedDevice } from "../contract/adopt.ts";
import { deviceName } from "../contract/base.ts";
import type { FabricNode } from "../contract/fabric.ts";
import { type Hca, hcaSchema } from "../contract/lab.ts";
import type { DeviceTypes } from "./identify.ts";
import { isNameless, type Places } from "./places.ts";

/** Null for a node that was not seen, or is a device of the lab file. */
export function suggestDevice(places: Places, types: DeviceTypes, guid: string): SuggestedDevice | null {
  const node = places.nodeOf(guid);
  if (node === null || places.isInLab(node.guid)) return null;
  const { description } = node;
  const hcas = node.type === "switch" ? [] : hcasOf(places, node);
  return {
    node: node.guid,
    guidKind: node.guidKind,
    description,
    name: freeName(places, isNameless(description) ? "" : hostOf(node)),
    hcas: [...hcas],
    ...typesOf(types, node),
  };
}

/** `sw1` of `MF0;sw1:SX6018/U1`, `node3` of `node3 mlx4_0`; of what is neither the whole description of a switch. */
export function hostOf({ type, description }: FabricNode): string {
  const managed = /^MF0;([^:]{1,64}):/.exec(description)?.[1];
  return managed ?? (type === "switch" ? description : (description.trim().split(/\s+/)[0] ?? ""));
}

/** What a lab file takes as a name and no device has; empty where nothing is left of it. */
function freeName({ lab }: Places, host: string): string {
  const plain = host.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\uFFFD]+/gu, "").trim();
  const taken = new Set(lab.devices.map(({ name }) => name));
  for (let number = 1; ; number += 1) {
    const tail = number === 1 ? "" : `-${number}`;
    const name = `${plain.slice(0, 64 - tail.length).trim()}${tail}`;
    if (!taken.has(name)) return deviceName.safeParse(name).success ? name : "";
  }
}

/** Types of its kind with that many ports; one is chosen where its model or its number of ports leaves no other. */
function typesOf(
  types: DeviceTypes,
  { type, description, ports }: FabricNode,
): Pick<SuggestedDevice, "type" | "types"> {
  const all = Object.values(types);
  if (type !== "switch") {
    const fits = all.filter(({ kind }) => kind !== "switch" && kind !== "pdu");
    return { types: fits.map(({ slug }) => slug), type: null };
  }
  const last = Math.max(0, ...ports.map(({ number }) => number));
  const fits = all
    .filter(({ kind }) => kind === "switch")
    .map((each) => ({ ...each, count: each.ports.filter(({ kind }) => kind === "infiniband").length }))
    .filter(({ count }) => count >= last);
  const model = /^MF0;[^:]{1,64}:([^/]{1,32})/.exec(description)?.[1]?.toLowerCase();
  const named = fits.filter((each) => each.model.toLowerCase() === model);
  const counted = fits.filter(({ count }) => count === ports.filter(({ number }) => number > 0).length);
  const sure = named.length > 0 ? named : model === undefined ? counted : [];
  return { types: fits.map(({ slug }) => slug), type: sure.length === 1 ? (sure[0]?.slug ?? null) : null };
}

/** The adapters of the host that the node is one of; a port that two nodes claim is a name that two hosts have. */
function hcasOf(places: Places, node: FabricNode): readonly Hca[] {
  const host = hostOf(node);
  const others = isNameless(node.description)
    ? []
    : places.nodes.filter((each) => each.type !== "switch" && !places.isInLab(each.guid) && hostOf(each) === host);
  const own = hcaOf([node], 0);
  const adapters = [...Map.groupBy(others, ({ description }) => description.trim()).values()];
  const distinct = adapters.every((of) => of.length === 1 || isOneHca(of));
  return distinct && adapters.length > 0 ? adapters.map(hcaOf) : [own];
}

/** Ports of one HCA that are known by their own GUIDs alone are a node each. */
function isOneHca(nodes: readonly FabricNode[]): boolean {
  const numbers = nodes.flatMap(({ guidKind, ports }) => (guidKind === "port" ? (ports[0]?.number ?? []) : []));
  return new Set(numbers).size === nodes.length;
}

/** A port's GUID is not its HCA's, and is left out: the lab file has a place for the node's. */
function hcaOf(nodes: readonly FabricNode[], at: number): Hca {
  const [first] = nodes;
  const word = (first?.description ?? "").trim().split(/\s+/)[1] ?? "";
  const ordinal = /^HCA-(\d{1,2})$/.exec(word)?.[1];
  const name = ordinal === undefined ? word : `mlx4_${Math.max(0, Number(ordinal) - 1)}`;
  const last = Math.max(1, ...nodes.flatMap(({ ports }) => ports.map(({ number }) => number)));
  const nameless = isNameless(first?.description ?? "") || !hcaSchema.shape.name.safeParse(name).success;
  return {
    name: nameless ? `mlx4_${at}` : name,
    ports: Math.min(4, last),
    ...(first?.guidKind === "node" ? { guid: first.guid } : {}),
  };
}
