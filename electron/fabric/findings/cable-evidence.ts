import type { CableLive, Finding } from "../../contract/fabric.ts";
import type { At } from "../places.ts";
import type { FindingInputs } from "./findings.ts";

/** Where a cable's ends stand in the fabric, as far as they were seen: a planned cable's by the plan. */
export function endsOf({ lab, places }: FindingInputs, cable: CableLive): readonly (At | null)[] {
  const plan = cable.planned === null ? undefined : lab.cables[cable.planned];
  if (places === undefined) return [];
  const ends = plan === undefined ? [cable.a, cable.b] : [plan.from, plan.to];
  return ends.map(({ device, port }) => places.end({ device, port }).at);
}

/** The lines that tell of a cable's ends; of both ends of a link one line is enough. */
export function cableEvidence(inputs: FindingInputs, cable: CableLive): Finding["evidence"] {
  const { places, evidence } = inputs;
  if (places === undefined || evidence === undefined) return [];
  const lines = evidence.of(places, endsOf(inputs, cable));
  return cable.difference === "as-planned" || cable.planned === null ? lines.slice(0, 1) : lines;
}
