/** Decides what the top bar counts: what is down, and what wants a look. Each thing once. */
import type { FabricState, Problem } from "../../electron/contract/fabric.ts";

export type Concern = "down" | "look";

/** The things behind a count: names of devices, ids of cables and of findings, and problems of the observation. */
export interface Counted {
  readonly devices: readonly string[];
  readonly cables: readonly string[];
  readonly findings: readonly string[];
  readonly problems: readonly Problem[];
}

export interface Health {
  /** Devices that do not answer, cables that are down. */
  readonly down: Counted;
  /**
   * Devices that wait or were refused, cables not as planned, findings beyond information on anything else, and what the
   * fabric's tools could not do at all. What else they remarked is counted where it is listed: the ends of a cable to a
   * silent node, for one, are findings as well.
   */
  readonly look: Counted;
}

export const countOf = ({ devices, cables, findings, problems }: Counted): number =>
  devices.length + cables.length + findings.length + problems.length;

export function healthOf({
  devices,
  cables,
  findings,
  fabric,
}: Pick<FabricState, "devices" | "cables" | "findings" | "fabric">): Health {
  const reached = (...reaches: readonly string[]) =>
    Object.entries(devices).flatMap(([name, { reach }]) => (reaches.includes(reach) ? [name] : []));
  const inState = (...states: readonly string[]) =>
    cables.filter(({ state }) => states.includes(state)).map(({ id }) => id);
  const down = inState("down");
  const odd = inState("degraded", "unexpected", "absent");
  const more = findings.filter(
    ({ severity, subject: { cable } }) =>
      severity !== "info" && (cable === undefined || !(down.includes(cable) || odd.includes(cable))),
  );
  return {
    down: { devices: reached("unreachable"), cables: down, findings: [], problems: [] },
    look: {
      devices: reached("asking", "refused"),
      cables: odd,
      findings: more.map(({ id }) => id),
      problems: fabric?.problems.filter(({ severity }) => severity === "error") ?? [],
    },
  };
}
