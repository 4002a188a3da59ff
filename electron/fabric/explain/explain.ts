/**
 * Decides what bounds a cable's throughput: the InfiniBand link, or the PCIe path of a host at either end. Every figure
 * is Gb/s of one direction. A ceiling is what is left for data where the packets' size was read, else the rate after
 * encoding. What was not read is said to be so; it is never guessed.
 */
import type {
  ExplainedHost,
  ExplainedLink,
  ExplainedPcie,
  ExplainedSwitchPort,
  Explanation,
} from "../../contract/explain.ts";
import type { Slot } from "../../contract/fabric.ts";
import {
  dataGbps,
  encodingOf,
  narrowestLink,
  paceGbps,
  paceText,
  payloadGbps,
  pcieEncoding,
  readPcieSpeed,
  signallingGbps,
} from "../../contract/rates.ts";
import { bestOf } from "../judge-slot.ts";
import { carries, type KnownCeiling, usable } from "./facts.ts";
import { matchMeasurement } from "./measured.ts";
import { couldExplain, howToRead } from "./unread.ts";
import { adviceOf, sentenceOf } from "./words.ts";

export type LinkInput = Pick<
  ExplainedLink,
  "width" | "speed" | "state" | "physState" | "couldBe" | "observedAt" | "source"
>;

export interface HostInput {
  readonly device: string;
  readonly hca: string;
  readonly port: number | null;
  readonly far: boolean;
  readonly slot: Slot | null;
  /** Why there is no slot; empty where there is one. */
  readonly why: string;
  readonly observedAt: number | null;
  readonly source: string;
}

export interface CableInput {
  readonly cable: string | null;
  readonly link: LinkInput;
  readonly hosts: readonly HostInput[];
  readonly switchPorts: readonly ExplainedSwitchPort[];
  /** The link of the other cable that a measurement went through. */
  readonly farLink: (LinkInput & { readonly device: string }) | null;
}

/** Explains a cable; `measuredGbps` is what a benchmark showed, or what somebody was told. */
export function explainCable(input: CableInput, measuredGbps: number | null = null): Explanation {
  const link = explainedLink(input.link);
  const near = linkCeiling(link, input.hosts.find(({ far }) => !far)?.device ?? "", false);
  const far = input.farLink && linkCeiling(explainedLink(input.farLink), input.farLink.device, true);
  const known = [near, far, ...input.hosts.map(pathCeiling)]
    .flatMap((ceiling) => ceiling ?? [])
    // Between equals the PCIe path: its packets carry more overhead than InfiniBand's.
    .sort((a, b) => usable(a) - usable(b) || Number(b.kind === "pcie") - Number(a.kind === "pcie"));
  const hosts = input.hosts.map((host) => explainedHost(host, link, measuredGbps));
  const settled = near !== null && hosts.every(({ unread }) => unread === null);
  const facts = { link, hosts, known, settled, switchPorts: input.switchPorts };
  return {
    cable: input.cable,
    link,
    hosts,
    switchPorts: [...input.switchPorts],
    ceilings: known.map(({ pcie: _, own: __, ...ceiling }) => ceiling),
    settled,
    sentence: sentenceOf(facts),
    advice: [...adviceOf(facts)],
    measured: measuredGbps === null ? null : matchMeasurement(facts, measuredGbps),
  };
}

function explainedLink({ width, speed, state, physState, couldBe, observedAt, source }: LinkInput): ExplainedLink {
  const told = width !== null && speed !== null;
  return {
    width,
    speed,
    figure: told ? `${width} ${speed}` : "",
    state,
    physState,
    encoding: speed === null ? "" : encodingOf(speed),
    signallingGbps: told ? signallingGbps(width, speed) : null,
    gbps: told ? dataGbps(width, speed) : null,
    couldBe,
    observedAt,
    source,
  };
}

/** Null where the link carries nothing, or was not told. */
function linkCeiling(link: ExplainedLink, device: string, far: boolean): KnownCeiling | null {
  const { figure, gbps, couldBe } = link;
  if (gbps === null || !carries(link)) return null;
  const belowAble = couldBe.width !== null || couldBe.speed !== null;
  return { kind: "link", device, address: "", figure, gbps, payloadGbps: gbps, belowAble, far, pcie: null, own: true };
}

/** Null where nothing of the path was read, or a speed is not PCIe's. */
function pathCeiling({ device, slot, far }: HostInput): KnownCeiling | null {
  const narrowest = slot && narrowestLink(slot.path);
  if (!slot || !narrowest) return null;
  const { link, gbps } = narrowest;
  const { bytes } = slot.maxPayload;
  return {
    kind: "pcie",
    device,
    address: link.address,
    figure: link.runs === null ? "" : paceText(link.runs),
    gbps,
    payloadGbps: bytes === null ? null : payloadGbps(gbps, bytes),
    belowAble: bestOf(link) !== null && gbps < (paceGbps(bestOf(link)) ?? 0),
    far,
    pcie: link,
    own: link === slot.path[0],
  };
}

function explainedHost(host: HostInput, link: ExplainedLink, measuredGbps: number | null): ExplainedHost {
  const { device, hca, port, far, slot, observedAt, source } = host;
  const narrowest = slot && narrowestLink(slot.path);
  const bytes = slot?.maxPayload.bytes ?? null;
  const path = (slot?.path ?? []).map((each): ExplainedPcie => {
    const gbps = paceGbps(each.runs);
    const aboveCan = each.above?.can ?? null;
    const gts = each.runs && readPcieSpeed(each.runs.speed);
    return {
      address: each.address,
      above: each.above?.address ?? "",
      figure: each.runs && paceText(each.runs),
      can: each.can && paceText(each.can),
      aboveCan: aboveCan && paceText(aboveCan),
      encoding: gts === null ? "" : pcieEncoding(gts),
      gbps,
      payloadGbps: gbps === null || bytes === null ? null : payloadGbps(gbps, bytes),
      narrowest: narrowest?.link === each,
    };
  });
  const unread = narrowest
    ? null
    : {
        why: host.why || "the words for its PCIe link were not understood",
        could: [...couldExplain(link, measuredGbps)],
        how: howToRead(host),
      };
  return { device, hca, port, far, path, maxPayload: slot?.maxPayload ?? null, unread, observedAt, source };
}
