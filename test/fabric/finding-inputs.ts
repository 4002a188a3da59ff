/** What rules judge, where a test is about little of it: nothing was seen, read or counted but what is given. */
import { Evidence } from "../../electron/fabric/findings/evidence.ts";
import type { FindingInputs } from "../../electron/fabric/findings/findings.ts";
import { Places, type PlacesInputs } from "../../electron/fabric/places.ts";

export function findingInputs({
  joined = null,
  ...given
}: Pick<FindingInputs, "lab"> & Partial<FindingInputs & Pick<PlacesInputs, "joined">>): FindingInputs {
  const { lab, devices = {} } = given;
  return {
    devices,
    cables: [],
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
