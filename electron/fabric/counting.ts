/**
 * Decides what the counters of each port are, from two outputs of ibqueryerrors: `--counters` has the traffic of every
 * port, the plain form every error counter above its threshold, which is set to zero. A port that the first has and the
 * second leaves out therefore stands at zero, unless one of its queries went unanswered.
 */

import type { PortAt } from "../contract/fabric.ts";
import { portKey } from "../contract/fabric-words.ts";
import { historyLimits } from "../contract/history.ts";
import type { PortSample } from "../history/types.ts";
import type { Places } from "./places.ts";
import type { QueryErrorsPort, QueryErrorsReading } from "./read/ibqueryerrors.ts";

export interface CountingInputs {
  readonly traffic: QueryErrorsReading;
  readonly errors: QueryErrorsReading;
  /** Where unanswered queries are named. */
  readonly errorsStderr: string;
  readonly places: Places;
}

/** Ports with lines of the outputs that tell of them. */
export interface CountedPort extends PortSample {
  readonly inLab: boolean;
  /** Line of the error counters, 0 where there are none. */
  readonly line: number;
}

export interface Counted {
  readonly ports: readonly CountedPort[];
  /** Ports beyond those that are kept. */
  readonly leftOut: number;
  /** Ports whose error counters are not known. */
  readonly unanswered: number;
}

export function countersOf({ traffic, errors, errorsStderr, places }: CountingInputs): Counted {
  const nodeOf = nodeFinder(places);
  const ranks = new Map(places.lab.devices.map(({ name }, index) => [name, index]));
  const erring = new Map<string, QueryErrorsPort>();
  for (const port of errors.ports) {
    if (port.port !== "ALL") erring.set(portKey(nodeOf(port), port.port), port);
  }
  const silent = unansweredIn(errors, errorsStderr);
  const isSilent = ({ description }: QueryErrorsPort) => silent === null || silent.has(description);
  const found: Found[] = [];
  let unanswered = 0;
  for (const port of traffic.ports) {
    // A switch's port 0 is its own management, no cable's end.
    if (port.port === "ALL" || port.port === 0) continue;
    const at = { node: nodeOf(port), port: port.port };
    const told = erring.get(portKey(at.node, at.port));
    if (told === undefined && isSilent(port)) unanswered++;
    const owner = places.ownerOf(at.node);
    found.push({ at, port, told, rank: owner === null ? ranks.size : (ranks.get(owner.device) ?? 0) });
  }
  // Only what is kept is named: a large fabric has ten times as many ports.
  const kept = found.sort((a, b) => a.rank - b.rank).slice(0, historyLimits.ports);
  const ports = kept.map(({ at, port, told }): CountedPort => {
    const { device, port: name, inLab } = places.nameOf(at, port.description);
    return {
      node: at.node,
      number: at.port,
      device,
      port: name,
      traffic: port.counters,
      errors: told?.counters ?? (isSilent(port) ? null : {}),
      down: places.port(at)?.state === "Down",
      inLab,
      line: told?.line ?? 0,
    };
  });
  return { ports, leftOut: found.length - ports.length, unanswered };
}

interface Found {
  readonly at: PortAt;
  readonly port: QueryErrorsPort;
  /** Where the output of errors names it too. */
  readonly told: QueryErrorsPort | undefined;
  readonly rank: number;
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

/** Finds the node that an output names: by a GUID of it, else an HCA known only by a port's GUID by its own name. */
function nodeFinder(places: Places): (port: QueryErrorsPort) => string {
  /** Null where several are called the same. */
  const byName = new Map<string, string | null>();
  for (const { guid, guidKind, description, ports } of places.nodes) {
    if (guidKind === "node") continue;
    for (const { number } of ports) {
      const key = `${number} ${description}`;
      byName.set(key, byName.has(key) ? null : guid);
    }
  }
  return ({ guid, description, port }) => places.nodeOf(guid)?.guid ?? byName.get(`${port} ${description}`) ?? guid;
}
