import type { CableLive, Finding } from "../../contract/fabric.ts";
import type { FindingInputs } from "./findings.ts";

/** The lines that tell of a cable's ends; of both ends of a link one line is enough. */
export function cableEvidence({ places, evidence }: FindingInputs, cable: CableLive): Finding["evidence"] {
  const lines = evidence.of(places, [cable.a.at, cable.b.at]);
  return cable.difference === "as-planned" || cable.planned === null ? lines.slice(0, 1) : lines;
}
