/** Decides how several outputs become one fabric: which outputs name which HCA, and what is said of each problem. */
import type { Fabric, Problem, Speed, Width } from "../contract/fabric.ts";
import {
  addDiscover,
  addIbstat,
  addIbstatus,
  addLinkinfo,
  addNodeList,
  addPortReport,
  addSmpquery,
  addUnread,
} from "./contribute.ts";
import { Draft } from "./draft.ts";
import type { LinkinfoReading } from "./iblinkinfo.ts";
import type { DiscoverReading } from "./ibnetdiscover.ts";
import type { IbstatReading } from "./ibstat.ts";
import type { PortReportReading } from "./read/ibnetdiscover-ports.ts";
import type { NodeListReading } from "./read/ibnodes.ts";
import type { QueryErrorsReading } from "./read/ibqueryerrors.ts";
import type { IbstatusReading } from "./read/ibstatus.ts";
import type { SmpqueryReading } from "./read/smpquery.ts";
import { nameRoute } from "./route.ts";
import type { DiscoveryComplaint } from "./stderr.ts";

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
export type Hints = ReadonlyMap<string, { readonly width: Width | null; readonly speed: Speed | null }>;

/** Ports that are up with a far end that does not answer, as `guid/port`. */
export interface JoinedFabric {
  readonly fabric: Fabric;
  readonly hints: Hints;
  readonly silent: ReadonlySet<string>;
}

/** Joins readings into one fabric, sorted by GUID and port, so that equal observations give equal values. */
export function joinFabric(inputs: readonly FabricInput[]): JoinedFabric {
  const draft = new Draft(nodeOfPortGuid(inputs));
  for (const input of inputs) if (input.kind !== "smpquery") add(draft, input);
  // Its answers name a port by LID, which the others know.
  for (const input of inputs) if (input.kind === "smpquery") add(draft, input);
  const fabric = draft.finish();
  for (const input of inputs) {
    if (input.kind !== "complaints") continue;
    for (const complaint of input.complaints) fabric.problems.push(problemOf(complaint, input, fabric, draft.nodeOf));
  }
  return { fabric, hints: draft.hints, silent: draft.silent };
}

function add(draft: Draft, input: FabricInput): void {
  switch (input.kind) {
    case "ibstat":
      addIbstat(draft, input.reading);
      break;
    case "iblinkinfo":
      addLinkinfo(draft, input.reading.records, input.source);
      break;
    case "ibnetdiscover":
      addDiscover(draft, input.reading);
      break;
    case "ibnetdiscover-ports":
      addPortReport(draft, input.reading.ports);
      break;
    case "node-list":
      addNodeList(draft, input.reading.nodes);
      break;
    case "ibstatus":
      addIbstatus(draft, input.reading.ports);
      break;
    case "smpquery":
      addSmpquery(draft, input.reading);
      break;
    case "ibqueryerrors":
      addLinkinfo(
        draft,
        input.reading.ports.flatMap(({ link }) => link ?? []),
        input.source,
      );
      break;
    case "complaints":
      return;
  }
  addUnread(draft, input.reading, input.source);
}

function problemOf(
  complaint: DiscoveryComplaint,
  input: Extract<FabricInput, { kind: "complaints" }>,
  fabric: Fabric,
  nodeOf: (guid: string) => string,
): Problem {
  const evidence = { source: input.source, line: complaint.line, text: complaint.text };
  if (complaint.kind === "route") {
    const at = input.origin === null ? null : nameRoute(fabric, nodeOf(input.origin), input.origin, complaint.route);
    const subject = at ?? `directed route ${complaint.route.join(",")}`;
    return { code: "fabric.no-answer", severity: "warning", subject, evidence };
  }
  return complaint.kind === "device"
    ? { code: "fabric.no-device", severity: "error", subject: input.source, evidence }
    : { code: "fabric.tool-complaint", severity: "info", subject: input.source, evidence };
}

/** HCAs by the GUIDs of their ports, from the outputs that name both. */
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
  return nodes;
}
