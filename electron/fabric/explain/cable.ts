/** Gathers what is known of one cable for the explainer: from the live state and the lab file, or from given values. */
import { FaultError } from "../../contract/error.ts";
import type { ExplainedSwitchPort, GivenCable } from "../../contract/explain.ts";
import type { CableEnd, CableLive, DeviceLive } from "../../contract/fabric.ts";
import { isSamePort } from "../../contract/face-port.ts";
import type { SwitchLive } from "../../contract/switch.ts";
import { endText } from "../../contract/words.ts";
import { shortOf } from "../judge.ts";
import type { Places } from "../places.ts";
import type { CableInput, HostInput, LinkInput } from "./explain.ts";

export interface CableView {
  readonly places: Places;
  readonly cables: readonly CableLive[];
  readonly devices: Readonly<Record<string, DeviceLive>>;
  /** What the switches' own command lines say, by device. */
  readonly switches: Readonly<Record<string, Pick<SwitchLive, "ports">>>;
}

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

function cableOf({ cables }: CableView, wanted: string): CableLive {
  const byId = cables.find(({ id }) => id === wanted);
  if (byId) return byId;
  const [only, ...more] = cables.filter(({ a, b }) =>
    [a, b].some((end) => endText(end) === wanted || `${end.device} ${end.port}` === wanted),
  );
  if (only && more.length === 0) return only;
  const names = cables.map(({ id }) => id).slice(0, 50);
  throw new FaultError({
    code: "fabric.no-such-cable",
    title: only ? `Several cables end at ${wanted}` : `No cable is called ${wanted}`,
    detail: names.length === 0 ? "The lab has no cable, planned or seen." : `The cables are: ${names.join("; ")}.`,
    next: "Give a cable's id, or one of its ends as device and port, e.g. node3 mlx4_0/1.",
  });
}

/** The one cable of a host that carries data; null where none or several do. */
function cableAt({ cables }: CableView, device: string): CableLive | null {
  const [only, ...more] = cables.filter(
    ({ a, b, width }) => width !== null && [a, b].some((end) => end.device === device),
  );
  return more.length === 0 ? (only ?? null) : null;
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

function linkOf({ places }: CableView, cable: CableLive): LinkInput {
  const { width, speed, logical, physical, observedAt, observedBy } = cable;
  const source = observedBy === null ? "" : `fabric tools on ${observedBy}`;
  return {
    width,
    speed,
    state: logical,
    physState: physical,
    couldBe: shortOf(cable, places.expected(cable)),
    observedAt,
    source,
  };
}

/** Null for an end that is no host: a switch, or a device that the fabric alone knows. */
function hostAt({ places, devices }: CableView, end: CableEnd, far: boolean): HostInput | null {
  if (places.isSwitchDevice(end.device) || places.isSwitchNode(end.at?.node)) return null;
  const { planned } = places.end(end);
  const live = devices[end.device];
  const hca = live?.hcas.find(({ nodeGuid }) => nodeGuid !== null && nodeGuid === end.at?.node) ?? null;
  const slot = hca?.slot ?? null;
  const asked = slot?.source === "lspci" ? "lspci" : "the kernel's link files";
  return {
    device: end.device,
    // As the host calls it, which is what its programs take.
    hca: hca?.name ?? planned?.owner.hca ?? "",
    port: end.at?.port ?? planned?.port ?? null,
    far,
    slot,
    why: slot === null ? whyUnread(live, hca !== null, end) : "",
    observedAt: live?.observedAt ?? null,
    source: slot === null ? "" : `${asked} on ${end.device}`,
  };
}

function whyUnread(live: DeviceLive | undefined, seen: boolean, end: CableEnd): string {
  if (live === undefined) return `${end.device} is not in the lab file`;
  if (live.reach === "unmanaged") return "the lab file gives no way to ask it";
  if (live.observedAt === null)
    return live.fault ? `it was not observed: ${live.fault.title}` : "it was not observed yet";
  if (!seen) return `it shows no such HCA as ${end.port} names`;
  return "neither the kernel's link files nor lspci told it; lspci needs root for that";
}

function switchPortAt({ places, switches }: CableView, cable: CableLive, end: CableEnd): ExplainedSwitchPort | null {
  const port = end.at !== null && places.isSwitchDevice(end.device) ? places.port(end.at) : null;
  if (port === null) return null;
  return {
    device: end.device,
    port: end.port,
    state: port.state,
    physState: port.physState,
    width: port.width ?? null,
    speed: port.speed ?? null,
    own: ownWords(switches[end.device]?.ports.find(({ name }) => isSamePort(name, end.port))),
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
