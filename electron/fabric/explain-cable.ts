/** Gathers what is known of one cable for the explainer: from the live state and the lab file, or from given values. */
import { FaultError } from "../contract/error.ts";
import type { ExplainedSwitchPort, GivenCable } from "../contract/explain.ts";
import type { CableLive, FabricState, LinkEnd } from "../contract/fabric.ts";
import type { Lab } from "../contract/lab.ts";
import { laneCount, speedRank } from "../contract/rates.ts";
import type { SwitchLive } from "../contract/switch.ts";
import { linkKey } from "./draft.ts";
import type { CableInput, HostInput, LinkInput } from "./explain.ts";
import { type DeviceTypes, identifyNodes, isSwitch, type Owner, plannedPort } from "./identify.ts";
import type { Hints } from "./join.ts";
import { supportedSpeed, usualWidth } from "./judge.ts";

export interface CableView {
  readonly lab: Lab;
  readonly types: DeviceTypes;
  readonly state: Pick<FabricState, "devices" | "cables" | "fabric">;
  readonly hints: Hints;
  /** What the switches' own command lines say, by device. */
  readonly switches: Readonly<Record<string, Pick<SwitchLive, "ports">>>;
}

type End = CableLive["a"];

/** Throws a FaultError where no cable, or more than one, goes by that name. */
export function inputOfCable(view: CableView, wanted: string, peer: string | null): CableInput {
  const cable = cableOf(view, wanted);
  const ends = [cable.a, cable.b];
  const farCable = peer === null || ends.some(({ device }) => device === peer) ? null : cableAt(view, peer);
  return {
    cable: cable.id,
    link: linkOf(view, cable),
    hosts: [
      ...ends.flatMap((end) => hostAt(view, end, false) ?? []),
      ...(farCable ? [farCable.a, farCable.b].filter(({ device }) => device === peer) : []).flatMap(
        (end) => hostAt(view, end, true) ?? [],
      ),
    ],
    switchPorts: ends.flatMap((end) => switchPortAt(view, cable, end) ?? []),
    farLink: farCable && peer !== null ? { ...linkOf(view, farCable), device: peer } : null,
  };
}

export function inputOfGiven({ width, speed, hosts }: GivenCable): CableInput {
  const source = "given";
  return {
    cable: null,
    link: { width, speed, ...up, couldBe: { width: null, speed: null }, observedAt: null, source },
    hosts: hosts.map(({ device, path, maxPayload }): HostInput => {
      const [card] = path;
      const known = {
        bytes: maxPayload ?? null,
        why: maxPayload === undefined ? "it was not given" : "",
        observedAt: null,
      };
      const links = path.map((runs, index) => ({ address: `link ${index + 1}`, runs, can: null, above: null }));
      const slot = card ? { address: "", path: links, source: "lspci" as const, maxPayload: known } : null;
      const why = slot ? "" : "it was not given";
      return { device, hca: "", port: null, far: false, slot, why, observedAt: null, source };
    }),
    switchPorts: [],
    farLink: null,
  };
}

const up = { state: "Active", physState: "LinkUp" } as const;

function cableOf({ state }: CableView, wanted: string): CableLive {
  const byId = state.cables.find(({ id }) => id === wanted);
  if (byId) return byId;
  const [only, ...more] = state.cables.filter(({ a, b }) => [a, b].some((end) => textOf(end) === wanted));
  if (only && more.length === 0) return only;
  const names = state.cables.map(({ id }) => id).slice(0, 50);
  throw new FaultError({
    code: "fabric.no-such-cable",
    title: only ? `Several cables end at ${wanted}` : `No cable is called ${wanted}`,
    detail: names.length === 0 ? "The lab has no cable, planned or seen." : `The cables are: ${names.join("; ")}.`,
    next: "Give a cable's id, or one of its ends as device and port, e.g. node3 mlx4_0/1.",
  });
}

/** The one cable of a host that carries data; null where none or several do. */
function cableAt({ state }: CableView, device: string): CableLive | null {
  const cables = state.cables.filter(
    ({ a, b, width }) => width !== null && [a, b].some((end) => end.device === device),
  );
  return cables.length === 1 ? (cables[0] ?? null) : null;
}

/**
 * The HCA port that a host measures with: at this cable, or at the one running cable of `peer`. Null where it is not
 * known. Without `peer`, the host of the cable's ends that is not `other`.
 */
export function hostEnd(view: CableView, wanted: string, peer: string | null, other: string): MeasureEnd | null {
  const cable = cableOf(view, wanted);
  const ends = [cable.a, cable.b];
  const direct =
    peer === null ? ends.filter(({ device }) => device !== other) : ends.filter(({ device }) => device === peer);
  const far = peer === null || direct.length > 0 ? null : cableAt(view, peer);
  const candidates = far ? [far.a, far.b].filter(({ device }) => device === peer) : direct;
  const [host] = candidates.flatMap((end) => hostAt(view, end, false) ?? []);
  return host?.port == null || host.hca === "" ? null : { device: host.device, hca: host.hca, port: host.port };
}

export interface MeasureEnd {
  readonly device: string;
  readonly hca: string;
  readonly port: number;
}

const textOf = ({ device, port }: End) => `${device} ${port}`;

function linkOf(view: CableView, cable: CableLive): LinkInput {
  const { width, speed, logical, physical, observedAt, observedBy } = cable;
  const source = observedBy === null ? "" : `fabric tools on ${observedBy}`;
  const plan = cable.planned === null ? undefined : view.lab.cables[cable.planned];
  const hint = hintOf(view, cable);
  const ends = [cable.a, cable.b].map((end) => ({ model: modelAt(view, end) }));
  const bestSpeed = plan?.speed ?? supportedSpeed(ends, hint?.speed ?? null);
  const bestWidth = plan?.width ?? usualWidth;
  return {
    width,
    speed,
    state: logical,
    physState: physical,
    couldBe: {
      width: width !== null && laneCount[width] < laneCount[bestWidth] ? bestWidth : null,
      speed: speed !== null && bestSpeed !== null && speedRank(speed) < speedRank(bestSpeed) ? bestSpeed : null,
    },
    observedAt,
    source,
  };
}

function ownersOf({ lab, types, state }: CableView): ReadonlyMap<string, Owner> {
  return identifyNodes(lab, types, state.fabric ?? { nodes: [] }, state.devices);
}

function hintOf(view: CableView, { a, b }: CableLive): ReturnType<Hints["get"]> {
  const owners = ownersOf(view);
  const is = (end: LinkEnd, cableEnd: End) => {
    const device = view.lab.devices.find(({ name }) => name === cableEnd.device);
    const planned = device && plannedPort(device, cableEnd.port, view.types);
    const owner = owners.get(end.node);
    return owner?.device === cableEnd.device && planned?.owner.hca === owner.hca && planned.port === end.port;
  };
  const link = view.state.fabric?.links.find(
    (each) => (is(each.a, a) && is(each.b, b)) || (is(each.a, b) && is(each.b, a)),
  );
  return link && view.hints.get(linkKey(link));
}

/** Everything known of the model's name; empty when nothing is. */
function modelAt({ lab, types, state }: CableView, end: End): string {
  const device = lab.devices.find(({ name }) => name === end.device);
  if (device === undefined) return "";
  const hca = plannedPort(device, end.port, types)?.owner.hca ?? null;
  if (hca === null) return types[device.type]?.model ?? "";
  const planned = device.hcas?.find(({ name }) => name === hca)?.model ?? "";
  return `${planned} ${state.devices[device.name]?.hcas.find(({ name }) => name === hca)?.model ?? ""}`;
}

/** Null for an end that is no host: a switch, or a device that the fabric alone knows. */
function hostAt({ lab, types, state }: CableView, end: End, far: boolean): HostInput | null {
  const device = lab.devices.find(({ name }) => name === end.device);
  if (device !== undefined && isSwitch(device, types)) return null;
  const node = state.fabric?.nodes.find(({ guid }) => end.device.includes(guid));
  if (device === undefined && node?.type === "switch") return null;
  const planned = device && plannedPort(device, end.port, types);
  const live = state.devices[end.device];
  const hca = live?.hcas.find(({ name }) => name === planned?.owner.hca) ?? null;
  const slot = hca?.slot ?? null;
  const asked = slot?.source === "lspci" ? "lspci" : "the kernel's link files";
  return {
    device: end.device,
    hca: planned?.owner.hca ?? "",
    port: planned?.port ?? null,
    far,
    slot,
    why: slot === null ? whyUnread(live, hca !== null, end) : "",
    observedAt: live?.observedAt ?? null,
    source: slot === null ? "" : `${asked} on ${end.device}`,
  };
}

function whyUnread(live: FabricState["devices"][string] | undefined, seen: boolean, end: End): string {
  if (live === undefined) return `${end.device} is not in the lab file`;
  if (live.reach === "unmanaged") return "the lab file gives no way to ask it";
  if (live.observedAt === null)
    return live.fault ? `it was not observed: ${live.fault.title}` : "it was not observed yet";
  if (!seen) return `it shows no such HCA as ${end.port} names`;
  return "neither the kernel's link files nor lspci told it; lspci needs root for that";
}

function switchPortAt(
  { lab, types, state, switches }: CableView,
  cable: CableLive,
  end: End,
): ExplainedSwitchPort | null {
  const device = lab.devices.find(({ name }) => name === end.device);
  if (device === undefined || !isSwitch(device, types)) return null;
  const number = plannedPort(device, end.port, types)?.port;
  const owners = identifyNodes(lab, types, state.fabric ?? { nodes: [] }, state.devices);
  const node = state.fabric?.nodes.find(({ guid }) => owners.get(guid)?.device === device.name);
  const port = node?.ports.find((each) => each.number === number);
  if (port === undefined) return null;
  return {
    device: end.device,
    port: end.port,
    state: port.state,
    physState: port.physState,
    width: port.width ?? null,
    speed: port.speed ?? null,
    own: ownWords(switches[device.name]?.ports.find((each) => each.number === number)),
    observedAt: cable.observedAt,
    source: cable.observedBy === null ? "" : `fabric tools on ${cable.observedBy}`,
  };
}

function ownWords(port: SwitchLive["ports"][number] | undefined): ExplainedSwitchPort["own"] {
  if (port === undefined || port.type === "ethernet") return null;
  const { logical, physical, width, speed, supportedSpeeds, warning, observedAt } = port;
  return { state: logical, physState: physical, width, speed, supportedSpeeds, warning, observedAt };
}

export function noLab(): FaultError {
  return new FaultError({
    code: "fabric.no-lab",
    title: "No lab is open",
    detail: "A live cable is one of the open lab's.",
    next: 'Open a lab file, or give the values: fabric.explain \'{"given":{"speed":"FDR"}}\'.',
  });
}
