/** Decides what is known of the fabric's subnet managers, and where they run. */
import type { CableEnd, Source, SubnetManagement } from "../contract/fabric.ts";
import type { Places } from "./places.ts";
import type { SubnetManager } from "./read/sminfo.ts";
import { boundedLines, readCount, UnreadLines } from "./reading.ts";

export interface SubnetManagerReading {
  readonly status: "answered" | "none" | "unknown";
  /** The manager the observer's port answers to. */
  readonly asked: SubnetManager | null;
  /** Others that the subnet administrator lists, and what each said of itself. */
  readonly others: readonly { readonly lid: number; readonly manager: SubnetManager | null }[];
  readonly reason: string;
  readonly source: Source | null;
}

const portsAtMost = 64;

/**
 * LIDs of the ports with a subnet manager in `saquery -s` (infiniband-diags, saquery.c); one whose manager is switched
 * off stands under "IsSMdisabled ports" and is left out. Total: never throws, whatever the text.
 */
export function readManagerPorts(text: string): readonly number[] {
  const lids: number[] = [];
  let listed = false;
  for (const { text: content } of boundedLines(text, new UnreadLines())) {
    if (/^IsSM/.test(content)) listed = /^IsSM ports/.test(content);
    const lid = readCount(/^\s*EndPortLid\.+(\d{1,5})\s*$/.exec(content)?.[1]);
    if (!listed || lid === null || lids.includes(lid)) continue;
    lids.push(lid);
    if (lids.length === portsAtMost) break;
  }
  return lids;
}

/** What is told of the managers, with the names of the devices they run on. */
export function subnetManagement(reading: SubnetManagerReading, places: Places): SubnetManagement {
  const { asked, others, reason, source } = reading;
  if (asked === null) {
    return { status: reading.status === "none" ? "none" : "unknown", managers: [], reason, source };
  }
  const told = (lid: number, manager: SubnetManager | null) => ({
    lid,
    guid: manager?.guid ?? null,
    at: placeOf(places, manager?.guid ?? null, lid),
    state: manager?.state ?? null,
    priority: manager?.priority ?? null,
    activityCount: manager?.activityCount ?? null,
  });
  const managers = [told(asked.lid, asked), ...others.map(({ lid, manager }) => told(lid, manager))];
  const status = managers.some(({ state }) => state === "master") ? "master" : "no-master";
  const own = `the subnet manager at LID ${asked.lid} says that it is ${asked.state}`;
  return { status, managers, reason: status === "master" ? "" : own, source };
}

/** By its port's GUID, else by its LID; a switch's manager stands at its port 0, which no tool lists as a port. */
function placeOf(places: Places, guid: string | null, lid: number): CableEnd | null {
  const node = (guid === null ? null : places.nodeOf(guid)) ?? places.nodeOfLid(lid);
  if (node === null) return null;
  if (node.type === "switch") return { ...places.nameOf({ node: node.guid, port: 0 }), port: "0" };
  const port = node.ports.find((each) => each.guid === guid) ?? node.ports.find((each) => each.lid === lid);
  return port === undefined ? null : places.nameOf({ node: node.guid, port: port.number });
}
