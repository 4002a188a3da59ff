/** What rules judge, where a test is about little of it: nothing was seen, read or counted but what is given. */
import { Evidence } from "../../electron/fabric/findings/evidence.ts";
import type { FindingInputs } from "../../electron/fabric/findings/findings.ts";
import { Places } from "../../electron/fabric/places.ts";

export function findingInputs(given: Pick<FindingInputs, "lab"> & Partial<FindingInputs>): FindingInputs {
  const { lab, devices = {}, joined = null } = given;
  return {
    devices,
    cables: [],
    joined,
    trends: [],
    counters: null,
    switches: {},
    factoryLogins: [],
    places: new Places({ lab, types: {}, devices, joined }),
    subnetManager: null,
    evidence: new Evidence([], null),
    ...given,
  };
}
