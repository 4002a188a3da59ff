/** Decides which links that nobody planned are shown: all that touch the lab, and of a fabric of strangers a part. */
import type { PortAt } from "../contract/fabric.ts";
import { portKey } from "../contract/fabric-words.ts";
import type { PlannedEnds } from "./difference.ts";
import type { Places } from "./places.ts";
import type { Reconciliation } from "./reconcile.ts";

/** Links between strangers that are shown where none touches a device of the lab file: enough to see what is there. */
export const strangersShown = 64;

export interface Unplanned {
  /** Indices of the links to show. */
  readonly shown: readonly number[];
  /** Ports of lab devices that are up with a far end that does not answer, where no planned cable tells of it. */
  readonly silent: readonly PortAt[];
}

/** The links and silent ports beside the plan. */
export function unplannedOf(places: Places, found: Reconciliation, planned: readonly PlannedEnds[]): Unplanned {
  const asPlanned = new Set(found.asPlanned);
  const touching: number[] = [];
  const strangers: number[] = [];
  for (const [index, { a, b }] of places.links.entries()) {
    if (asPlanned.has(index)) continue;
    (places.isInLab(a.node) || places.isInLab(b.node) ? touching : strangers).push(index);
  }
  const known = touching.length > 0 || asPlanned.size > (asPlanned.has(null) ? 1 : 0);
  const some = known ? [] : strangers.slice(0, strangersShown);
  return {
    shown: [...touching, ...some],
    silent: silentPorts(places, planned),
  };
}

function silentPorts(places: Places, planned: readonly PlannedEnds[]): readonly PortAt[] {
  const told = new Set(
    planned.flatMap(({ near, far }) => {
      // A cable that is elsewhere says nothing of what is in its place.
      if (near.link !== null || far.link !== null) return [];
      return [near.name.at, far.name.at].flatMap((at) => (at === null ? [] : [portKey(at.node, at.port)]));
    }),
  );
  return places
    .silentPorts()
    .filter((at) => !told.has(portKey(at.node, at.port)) && places.link(at) === null && places.isInLab(at.node));
}
