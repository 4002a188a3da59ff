/** Owns which cable of a lab a published one is of, also where the lab was edited and is not published yet. */
import type { CableLive } from "./fabric.ts";
import type { Cable, CablePort } from "./lab.ts";
import { endKey } from "./words.ts";

/** Finds a published cable among the lab's by its ends: its index may be another cable's since. Null where it is none. */
export function plannedAmong(
  cables: readonly Cable[],
): (live: Pick<CableLive, "planned"> & { readonly a: CablePort; readonly b: CablePort }) => Cable | null {
  let byEnds: ReadonlyMap<string, Cable> | null = null;
  return ({ planned, a, b }) => {
    if (planned === null) return null;
    const ends = endsKey(a, b);
    const at = cables[planned];
    if (at !== undefined && endsKey(at.from, at.to) === ends) return at;
    byEnds ??= new Map(cables.map((cable) => [endsKey(cable.from, cable.to), cable]));
    return byEnds.get(ends) ?? null;
  };
}

/** The same for both directions. */
const endsKey = (one: CablePort, other: CablePort) => [endKey(one), endKey(other)].sort().join(" ");
