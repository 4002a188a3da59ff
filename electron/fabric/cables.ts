/** Decides the state of every cable: the lab file's plan against the links that were seen, in words a technician can act on. */
import type { CableLive, DeviceLive, FabricLink, FabricNode, FabricPort } from "../contract/fabric.ts";
import type { Cable, CablePort, Lab } from "../contract/lab.ts";
import { linkKey, portKey } from "./draft.ts";
import { type DeviceTypes, identifyNodes, type Owner, type PlannedPort, plannedPort } from "./identify.ts";
import type { JoinedFabric } from "./join.ts";
import { judgeLink } from "./judge.ts";

export interface CableInputs {
  readonly lab: Lab;
  readonly types: DeviceTypes;
  readonly devices: Readonly<Record<string, Pick<DeviceLive, "hcas" | "observedAt">>>;
  /** What was seen; null when nothing was, ever. */
  readonly joined: JoinedFabric | null;
  /** When and by which device's tools links were seen. */
  readonly observedAt: number | null;
  readonly observer: string | null;
  /** Why the last discovery failed; links in `joined` are not to be trusted then. */
  readonly failure: string | null;
  readonly previous: readonly CableLive[];
  readonly nowMs: number;
}

type Verdict = Pick<CableLive, "state" | "logical" | "physical" | "width" | "speed" | "dataGbps" | "reason"> & {
  readonly observedAt: number | null;
  readonly observedBy: string | null;
};

interface End {
  readonly name: CableLive["a"];
  readonly planned: PlannedPort | null;
  /** Node GUID and port number, where the node was seen. */
  readonly at: { readonly node: string; readonly port: number } | null;
  readonly seen: FabricPort | null;
  readonly link: FabricLink | null;
}

/** All planned cables in the plan's order, then the links the plan does not know. */
export function cablesOf(inputs: CableInputs): CableLive[] {
  const view = new View(inputs);
  const previous = new Map(inputs.previous.map((cable) => [cable.id, cable]));
  const ids = new Set<string>();
  const finish = (
    planned: number | null,
    a: CableLive["a"],
    b: CableLive["b"],
    verdict: (before: CableLive | undefined) => Verdict,
  ): CableLive => {
    const id = uniqueId(cableId(a, b), ids);
    const before = previous.get(id);
    const now = verdict(before);
    const since = before?.state === now.state ? before.since : inputs.nowMs;
    return { id, planned, a, b, ...now, since };
  };
  const cables = inputs.lab.cables.map((cable, index) => {
    const [a, b] = [view.end(cable.from), view.end(cable.to)];
    return finish(index, a.name, b.name, (before) => view.planned(cable, a, b, before));
  });
  for (const link of view.unplanned()) {
    const [a, b] = view.namesOf(link);
    cables.push(finish(null, a, b, () => view.unexpected(link)));
  }
  if (inputs.failure !== null) {
    for (const cable of inputs.previous) {
      if (cable.planned !== null || ids.has(cable.id)) continue;
      cables.push(finish(null, cable.a, cable.b, () => view.unobserved(cable)));
    }
  }
  return cables;
}

/** Stable over edits of the lab file and over polls; the same for both directions. */
function cableId(a: CableLive["a"], b: CableLive["b"]): string {
  return [`${a.device} ${a.port}`, `${b.device} ${b.port}`].sort().join(" -- ");
}

function uniqueId(id: string, taken: Set<string>): string {
  let unique = id;
  for (let n = 2; taken.has(unique); n++) unique = `${id} #${n}`;
  taken.add(unique);
  return unique;
}

class View {
  readonly #inputs: CableInputs;
  readonly #owners: ReadonlyMap<string, Owner>;
  readonly #linkAt = new Map<string, FabricLink>();
  /** A host may claim tens of thousands of nodes: none is searched for by going through them. */
  readonly #nodes: ReadonlyMap<string, FabricNode>;
  readonly #asPlanned = new Set<FabricLink>();

  constructor(inputs: CableInputs) {
    this.#inputs = inputs;
    const fabric = inputs.joined?.fabric ?? { nodes: [], links: [] };
    this.#owners = identifyNodes(inputs.lab, inputs.types, fabric, inputs.devices);
    this.#nodes = new Map(fabric.nodes.map((node) => [node.guid, node]));
    for (const link of fabric.links) {
      this.#linkAt.set(portKey(link.a.node, link.a.port), link);
      this.#linkAt.set(portKey(link.b.node, link.b.port), link);
    }
  }

  end(port: CablePort): End {
    const device = this.#inputs.lab.devices.find(({ name }) => name === port.device);
    const planned = device === undefined ? null : plannedPort(device, port.port, this.#inputs.types);
    const name = { device: port.device, port: port.port, inLab: device !== undefined };
    const node = this.#inputs.joined?.fabric.nodes.find(({ guid, guidKind, ports }) => {
      const owner = this.#owners.get(guid);
      if (owner === undefined || planned === null) return false;
      if (owner.device !== planned.owner.device || owner.hca !== planned.owner.hca) return false;
      return guidKind === "node" || ports.some(({ number }) => number === planned.port);
    });
    if (node === undefined || planned === null) return { name, planned, at: null, seen: null, link: null };
    const seen = node.ports.find(({ number }) => number === planned.port) ?? null;
    const link = this.#linkAt.get(portKey(node.guid, planned.port)) ?? null;
    return { name, planned, at: { node: node.guid, port: planned.port }, seen, link };
  }

  planned(cable: Cable, a: End, b: End, before: CableLive | undefined): Verdict {
    if (a.planned === null || b.planned === null) {
      const other = a.planned === null ? a : b;
      return this.#verdict(
        "unknown",
        `${text(other.name)} is not an InfiniBand port of the lab file; nothing observes it`,
      );
    }
    if (a.link !== null && a.link === b.link) {
      this.#asPlanned.add(a.link);
      return this.#judge(a.link, cable);
    }
    const moved = this.#moved(a, b);
    if (moved !== null) return this.#verdict("absent", moved, this.#discovered(a.seen ?? b.seen));
    const down = [a, b].filter(({ seen }) => seen?.state === "Down");
    if (down.length > 0) return this.#down(a, b, down);
    for (const [end, far] of [
      [a, b],
      [b, a],
    ] as const) {
      if (end.at === null || end.seen === null) continue;
      if (!this.#inputs.joined?.silent.has(portKey(end.at.node, end.at.port))) continue;
      const reason = `${text(end.name)} is ${end.seen.state} ${rate(end.seen)}, but ${text(far.name)} does not answer queries`;
      return this.#verdict("degraded", reason, this.#discovered(end.seen));
    }
    if (this.#inputs.failure !== null || this.#inputs.observedAt === null) return this.unobserved(before);
    if (a.at !== null && b.at !== null) {
      const reason = `${text(a.name)} and ${text(b.name)} were both seen, not connected to each other`;
      return this.#verdict("absent", reason, this.#discovered(a.seen));
    }
    const missing = a.at === null ? a : b;
    return { ...this.#verdict("unknown", `${missing.name.device} was not seen in the fabric`), ...this.#when() };
  }

  /** Links no planned cable explains. Call after every planned cable was judged. */
  unplanned(): readonly FabricLink[] {
    if (this.#inputs.failure !== null) return [];
    return this.#inputs.joined?.fabric.links.filter((link) => !this.#asPlanned.has(link)) ?? [];
  }

  unexpected(link: FabricLink): Verdict {
    const [a, b] = this.namesOf(link);
    return {
      ...this.#values(link),
      ...this.#when(),
      state: "unexpected",
      reason: `${text(a)} is connected to ${text(b)}; the plan has no such cable`,
    };
  }

  /** Nothing new is known: the last values stay, with their age. */
  unobserved(before: CableLive | undefined): Verdict {
    const { failure, observedAt } = this.#inputs;
    const reason =
      failure !== null ? `Not observed: ${failure}` : observedAt === null ? "Not observed yet" : "Not seen";
    if (before === undefined) return this.#verdict("unknown", reason);
    const { logical, physical, width, speed, dataGbps, observedBy } = before;
    return {
      state: "unknown",
      logical,
      physical,
      width,
      speed,
      dataGbps,
      reason,
      observedAt: before.observedAt,
      observedBy,
    };
  }

  /** A host's end first, as plans are written. */
  namesOf(link: FabricLink): readonly [CableLive["a"], CableLive["b"]] {
    const [a, b] = [this.#nameAt(link.a), this.#nameAt(link.b)];
    return this.#isSwitchNode(link.a.node) && !this.#isSwitchNode(link.b.node) ? [b, a] : [a, b];
  }

  #judge(link: FabricLink, cable: Cable): Verdict {
    const ends = [link.a, link.b].map(({ node }) => {
      const owner = this.#owners.get(node);
      const device = this.#inputs.lab.devices.find(({ name }) => name === owner?.device);
      const type = device === undefined ? undefined : this.#inputs.types[device.type];
      const seen = this.#inputs.devices[owner?.device ?? ""]?.hcas.find((hca) => hca.nodeGuid === node);
      const planned = device?.hcas?.find(({ name }) => name === owner?.hca);
      const model = owner?.hca === null ? (type?.model ?? "") : `${planned?.model ?? ""} ${seen?.model ?? ""}`;
      return { device: owner?.device ?? node, model, slot: seen?.slot ?? null };
    });
    const hint = this.#inputs.joined?.hints.get(linkKey(link));
    return {
      ...this.#values(link),
      ...this.#when(),
      ...judgeLink(link, cable, ends, hint ?? { width: null, speed: null }),
    };
  }

  #moved(a: End, b: End): string | null {
    const [near, far] = this.#isSwitchNode(a.at?.node) && !this.#isSwitchNode(b.at?.node) ? [b, a] : [a, b];
    const clauses: string[] = [];
    if (near.link !== null && near.at !== null) {
      const peer = this.#peerName(near.link, near.at);
      const plan = peer.device === far.name.device ? far.name.port : text(far.name);
      clauses.push(`the cable from ${text(near.name)} is in ${text(peer)}, plan says ${plan}`);
    }
    if (far.link !== null && far.at !== null) {
      clauses.push(`${text(far.name)} holds the cable from ${text(this.#peerName(far.link, far.at))}`);
    }
    if (clauses.length === 0) return null;
    const sentence = clauses.join("; ");
    return sentence.startsWith("the ") ? `T${sentence.slice(1)}` : sentence;
  }

  #down(a: End, b: End, down: readonly End[]): Verdict {
    const parts = down.map(({ name, seen }) => `${text(name)} is Down (${seen?.physState ?? "Unknown"})`);
    const missing = [a, b]
      .filter(({ at }) => at === null)
      .map(({ name }) => `${name.device} was not seen in the fabric`);
    const seen = down[0]?.seen ?? null;
    const values = { logical: "Down" as const, physical: seen?.physState ?? ("Unknown" as const) };
    return { ...this.#verdict("down", [...parts, ...missing].join("; ")), ...values, ...this.#whenSeen(down) };
  }

  /** By discovery where it worked, else by the host's own word. */
  #whenSeen(ends: readonly End[]): Pick<Verdict, "observedAt" | "observedBy"> {
    if (this.#inputs.failure === null && this.#inputs.observedAt !== null) return this.#when();
    const device = ends[0]?.name.device ?? "";
    return { observedAt: this.#inputs.devices[device]?.observedAt ?? null, observedBy: device };
  }

  #when(): Pick<Verdict, "observedAt" | "observedBy"> {
    return { observedAt: this.#inputs.observedAt, observedBy: this.#inputs.observer };
  }

  #values(link: FabricLink): Omit<Verdict, "state" | "reason" | "observedAt" | "observedBy"> {
    const { state, physState, width, speed, dataGbps } = link;
    return { logical: state, physical: physState, width, speed, dataGbps };
  }

  #discovered(seen: FabricPort | null): Partial<Verdict> {
    const { state, physState, width, speed } = seen ?? { state: "Unknown", physState: "Unknown" };
    return { logical: state, physical: physState, width: width ?? null, speed: speed ?? null, ...this.#when() };
  }

  #verdict(state: CableLive["state"], reason: string, more: Partial<Verdict> = {}): Verdict {
    const nothing = { logical: "Unknown", physical: "Unknown", width: null, speed: null, dataGbps: null } as const;
    return { ...nothing, observedAt: null, observedBy: null, ...more, state, reason };
  }

  #peerName(link: FabricLink, end: { readonly node: string; readonly port: number }): CableLive["a"] {
    return this.#nameAt(link.a.node === end.node && link.a.port === end.port ? link.b : link.a);
  }

  #nameAt(end: { readonly node: string; readonly port: number }): CableLive["a"] {
    const owner = this.#owners.get(end.node);
    if (owner !== undefined) {
      return {
        device: owner.device,
        port: owner.hca === null ? String(end.port) : `${owner.hca}/${end.port}`,
        inLab: true,
      };
    }
    const node = this.#nodes.get(end.node);
    return {
      device: node?.description ? `${node.description} (${end.node})` : end.node,
      port: String(end.port),
      inLab: false,
    };
  }

  #isSwitchNode(guid: string | undefined): boolean {
    return guid !== undefined && this.#nodes.get(guid)?.type === "switch";
  }
}

function text(end: CableLive["a"]): string {
  return /^\d+$/.test(end.port) ? `${end.device} port ${end.port}` : `${end.device} ${end.port}`;
}

function rate(port: FabricPort): string {
  return [port.width, port.speed].filter((word) => word !== undefined).join(" ");
}
