/** Decides how several outputs become one fabric: which outputs name which HCA, and what is said of each problem. */
import type { Fabric, Problem } from "../contract/fabric.ts";
import { plus } from "../contract/guid.ts";
import { atOnce, type Steps } from "../steps.ts";
import {
  addDiscover,
  addIbstat,
  addIbstatus,
  addLinkinfo,
  addNodeList,
  addPortReport,
  addSmpquery,
} from "./contribute.ts";
import { type CouldBe, Draft } from "./draft.ts";
import { problem, unreadProblems } from "./problems.ts";
import type { LinkinfoReading } from "./read/iblinkinfo.ts";
import type { DiscoverReading } from "./read/ibnetdiscover.ts";
import type { PortReportReading } from "./read/ibnetdiscover-ports.ts";
import type { ListedNode, NodeListReading } from "./read/ibnodes.ts";
import type { QueryErrorsReading } from "./read/ibqueryerrors.ts";
import type { IbstatReading } from "./read/ibstat.ts";
import type { IbstatusReading } from "./read/ibstatus.ts";
import type { SmpqueryReading } from "./read/smpquery.ts";
import type { DiscoveryComplaint } from "./read/stderr.ts";
import { nameRoute } from "./route.ts";

/** One output, read. `source` names it in problems; where two disagree on a port's state, the earlier in the list counts. */
export type FabricInput =
  | { readonly kind: "ibstat"; readonly source: string; readonly reading: IbstatReading }
  | { readonly kind: "iblinkinfo"; readonly source: string; readonly reading: LinkinfoReading }
  | { readonly kind: "ibnetdiscover"; readonly source: string; readonly reading: DiscoverReading }
  | { readonly kind: "ibnetdiscover-ports"; readonly source: string; readonly reading: PortReportReading }
  | { readonly kind: "node-list"; readonly source: string; readonly reading: NodeListReading }
  | { readonly kind: "ibstatus"; readonly source: string; readonly reading: IbstatusReading }
  | { readonly kind: "smpquery"; readonly source: string; readonly reading: SmpqueryReading }
  | { readonly kind: "ibqueryerrors"; readonly source: string; readonly reading: QueryErrorsReading }
  | {
      readonly kind: "complaints";
      readonly source: string;
      /** A port GUID of the HCA the tool ran from, where known: directed routes start there. */
      readonly origin: string | null;
      readonly complaints: readonly DiscoveryComplaint[];
    };

/** What two ends support beyond what their link runs at, by {@link linkKey}. */
export type Hints = ReadonlyMap<string, CouldBe>;

/** Ports that are up with a far end that does not answer, as `guid/port`. */
export interface JoinedFabric {
  readonly fabric: Fabric;
  readonly hints: Hints;
  readonly silent: ReadonlySet<string>;
}

/** Joins readings into one fabric, sorted by GUID and port, so that equal observations give equal values. */
export function joinFabric(inputs: readonly FabricInput[]): JoinedFabric {
  return atOnce(joinInSteps(inputs));
}

export function* joinInSteps(inputs: readonly FabricInput[]): Steps<JoinedFabric> {
  const draft = new Draft(nodeOfPortGuid(inputs));
  for (const input of inputs) if (input.kind !== "smpquery") yield* add(draft, input);
  // Its answers name a port by LID, which the others know.
  for (const input of inputs) if (input.kind === "smpquery") yield* add(draft, input);
  const { fabric, hints } = yield* draft.finish();
  for (const input of inputs) {
    if (input.kind !== "complaints") continue;
    for (const complaint of input.complaints) fabric.problems.push(problemOf(complaint, input, fabric, draft.nodeOf));
  }
  return { fabric, hints, silent: draft.silent };
}

function* add(draft: Draft, input: FabricInput): Steps<void> {
  switch (input.kind) {
    case "ibstat":
      addIbstat(draft, input.reading);
      break;
    case "iblinkinfo":
      yield* addLinkinfo(draft, input.reading.records, input.source);
      break;
    case "ibnetdiscover":
      yield* addDiscover(draft, input.reading, input.source);
      break;
    case "ibnetdiscover-ports":
      addPortReport(draft, input.reading.ports, input.source);
      break;
    case "node-list":
      addNodeList(draft, input.reading.nodes);
      break;
    case "ibstatus":
      addIbstatus(draft, input.reading.ports);
      break;
    case "smpquery":
      addSmpquery(draft, input.reading, input.source);
      break;
    case "ibqueryerrors":
      yield* addLinkinfo(
        draft,
        input.reading.ports.flatMap(({ link }) => link ?? []),
        input.source,
      );
      break;
    case "complaints":
      return;
  }
  for (const left of unreadProblems(input.reading, input.source)) draft.problem(left);
}

function problemOf(
  complaint: DiscoveryComplaint,
  input: Extract<FabricInput, { kind: "complaints" }>,
  fabric: Fabric,
  nodeOf: (guid: string) => string,
): Problem {
  const { source, origin } = input;
  const { line, text } = complaint;
  if (complaint.kind === "device") return problem("fabric.no-device", "error", source, source, line, text);
  if (complaint.kind !== "route") return problem("fabric.tool-complaint", "info", source, source, line, text);
  const at = origin === null ? null : nameRoute(fabric, nodeOf(origin), origin, complaint.route);
  const subject = at ?? `directed route ${complaint.route.join(",")}`;
  return problem("fabric.no-answer", "warning", subject, source, line, text);
}

/** HCAs by the GUIDs of their ports, from the outputs that name both, and from a list of nodes by number and name. */
function nodeOfPortGuid(inputs: readonly FabricInput[]): ReadonlyMap<string, string> {
  const nodes = new Map<string, string>();
  for (const input of inputs) {
    if (input.kind === "ibstat") {
      for (const { nodeGuid, ports } of input.reading.hcas) {
        for (const { guid } of ports) if (guid !== null && nodeGuid !== null) nodes.set(guid, nodeGuid);
      }
    } else if (input.kind === "ibnetdiscover") {
      for (const { guid, ports } of input.reading.nodes) {
        for (const port of ports) {
          if (port.guid !== null) nodes.set(port.guid, guid);
          if (port.peer.portGuid !== null) nodes.set(port.peer.portGuid, port.peer.guid);
        }
      }
    } else if (input.kind === "smpquery") {
      for (const { type, guid, portGuid } of input.reading.nodes) {
        if (type !== "switch" && portGuid !== null) nodes.set(portGuid, guid);
      }
    }
  }
  const listed = inputs.flatMap((input) => (input.kind === "node-list" ? input.reading.nodes : []));
  if (listed.length > 0) nameByNumber(nodes, listed, inputs);
  return nodes;
}

/** Port n of a ConnectX has its node's GUID plus n; with the same description too, a port is taken for that node's. */
function nameByNumber(nodes: Map<string, string>, listed: readonly ListedNode[], inputs: readonly FabricInput[]): void {
  const named = new Map(listed.filter(({ type }) => type !== "switch").map((node) => [node.guid, node]));
  const hear = (guid: string | null, port: number, description: string): void => {
    if (guid === null || nodes.has(guid)) return;
    const node = named.get(plus(guid, -port));
    if (node?.description === description && port <= node.portCount) nodes.set(guid, node.guid);
  };
  for (const input of inputs) {
    if (input.kind === "iblinkinfo") {
      for (const { guid, port, description, peer } of input.reading.records) {
        hear(guid, port, description);
        if (peer !== null && peer !== "silent") hear(peer.guid, peer.port, peer.description);
      }
    } else if (input.kind === "ibnetdiscover-ports") {
      for (const own of input.reading.ports) {
        hear(own.guid, own.port, own.description);
        if (own.peer) hear(own.peer.guid, own.peer.port, own.peer.description);
      }
    }
  }
}
