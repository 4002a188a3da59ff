/**
 * Decides what the counters of each port are, from two outputs of ibqueryerrors: `--counters` has the traffic of every
 * port, the plain form every error counter above its threshold, which is set to zero. A port that the first has and the
 * second leaves out therefore stands at zero, unless one of its queries went unanswered.
 */
import type { Fabric } from "../contract/fabric.ts";
import type { Lab } from "../contract/lab.ts";
import type { PortIdentity, PortSample } from "../history/types.ts";
import type { Owner } from "./identify.ts";
import type { QueryErrorsPort, QueryErrorsReading } from "./read/ibqueryerrors.ts";

/** Ports whose counters are kept: those of the lab file's devices first. */
export const maxCountedPorts = 4096;

export interface CountingInputs {
  readonly traffic: QueryErrorsReading;
  readonly errors: QueryErrorsReading;
  /** Where unanswered queries are named. */
  readonly errorsStderr: string;
  readonly fabric: Fabric;
  readonly owners: ReadonlyMap<string, Owner>;
  readonly lab: Pick<Lab, "devices">;
}

/** Ports with lines of the outputs that tell of them. */
export interface CountedPort extends PortSample {
  readonly inLab: boolean;
  /** Line of the error counters, 0 where there are none. */
  readonly line: number;
}

export interface Counted {
  readonly ports: readonly CountedPort[];
  /** Ports beyond {@link maxCountedPorts}. */
  readonly leftOut: number;
  /** Ports whose error counters are not known. */
  readonly unanswered: number;
}

export function countersOf(inputs: CountingInputs): Counted {
  const { traffic, errors, fabric, owners } = inputs;
  const nodes = new Nodes(fabric);
  const names = new Map(inputs.lab.devices.map(({ name }, index) => [name, index]));
  const erring = new Map<string, QueryErrorsPort>();
  for (const port of errors.ports) {
    if (port.port !== "ALL") erring.set(`${nodes.nodeOf(port)}/${port.port}`, port);
  }
  const silent = unansweredIn(errors, inputs.errorsStderr);
  const found: CountedPort[] = [];
  let unanswered = 0;
  for (const port of traffic.ports) {
    // A switch's port 0 is its own management, no cable's end.
    if (port.port === "ALL" || port.port === 0) continue;
    const node = nodes.nodeOf(port);
    const known = silent === null ? false : !silent.has(port.description);
    const told = erring.get(`${node}/${port.port}`);
    const counts = told?.counters ?? (known ? {} : null);
    if (counts === null) unanswered++;
    found.push({
      ...nameOf(nodes, owners, node, port.port, port.description),
      traffic: port.counters,
      errors: counts,
      down: nodes.isDown(node, port.port),
      inLab: names.has(owners.get(node)?.device ?? ""),
      line: told?.line ?? 0,
    });
  }
  const order = ({ device, inLab }: CountedPort) => (inLab ? (names.get(device) ?? 0) : names.size);
  const ports = found.sort((a, b) => order(a) - order(b)).slice(0, maxCountedPorts);
  return { ports, leftOut: found.length - ports.length, unanswered };
}

/**
 * Descriptions of nodes that left a query for errors unanswered; null where they cannot be told apart from the others.
 * ibqueryerrors names each on stderr: `... query failed on node03 mlx4_0, Lid 3 port 1`.
 */
function unansweredIn({ unanswered = 0 }: QueryErrorsReading, stderr: string): ReadonlySet<string> | null {
  const named = [...stderr.slice(0, maxStderrChars).matchAll(/query failed on (.{1,64}), (?:\(?Lid|DR path) /g)];
  return named.length < unanswered ? null : new Set(named.map(([, name = ""]) => name.trim()));
}

const maxStderrChars = 256 * 1024;

/** How a port of the fabric is called: as the lab file does, else by what its node says of itself. */
export function nameOf(
  nodes: Nodes,
  owners: ReadonlyMap<string, Owner>,
  node: string,
  number: number,
  description = nodes.descriptionOf(node),
): PortIdentity {
  const owner = owners.get(node);
  if (owner === undefined) return { node, number, device: description || node, port: String(number) };
  return { node, number, device: owner.device, port: owner.hca === null ? String(number) : `${owner.hca}/${number}` };
}

/** The nodes of a fabric by every GUID that outputs call them by. */
export class Nodes {
  readonly #byGuid = new Map<string, Fabric["nodes"][number]>();
  /** HCAs known only by a port's GUID; null where several are called the same. */
  readonly #byDescription = new Map<string, string | null>();

  constructor(fabric: Pick<Fabric, "nodes">) {
    for (const node of fabric.nodes) {
      this.#byGuid.set(node.guid, node);
      for (const { guid } of node.ports) if (guid !== undefined) this.#byGuid.set(guid, node);
      if (node.guidKind === "node") continue;
      for (const { number } of node.ports) {
        const key = `${number} ${node.description}`;
        this.#byDescription.set(key, this.#byDescription.has(key) ? null : node.guid);
      }
    }
  }

  nodeOf({ guid, description, port }: Pick<QueryErrorsPort, "guid" | "description" | "port">): string {
    return this.#byGuid.get(guid)?.guid ?? this.#byDescription.get(`${port} ${description}`) ?? guid;
  }

  descriptionOf(guid: string): string {
    return this.#byGuid.get(guid)?.description ?? "";
  }

  isDown(guid: string, number: number): boolean {
    return this.#byGuid.get(guid)?.ports.find((port) => port.number === number)?.state === "Down";
  }
}
