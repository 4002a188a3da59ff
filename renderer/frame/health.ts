/** Decides what the top bar counts: what is down, and what wants a look. Each thing once. */
import type { FabricState } from "../../electron/contract/fabric.ts";

export interface Health {
  /** Devices that do not answer, cables that are down. */
  readonly down: number;
  /**
   * Devices that wait or were refused, cables not as planned, findings beyond information on anything else, and what the
   * fabric's tools could not do at all. What else they remarked is counted where it is listed: the ends of a cable to a
   * silent node, for one, are findings as well.
   */
  readonly look: number;
}

export function healthOf({
  devices,
  cables,
  findings,
  fabric,
}: Pick<FabricState, "devices" | "cables" | "findings" | "fabric">): Health {
  const reaches = Object.values(devices).map(({ reach }) => reach);
  const downCables = cables.filter(({ state }) => state === "down");
  const oddCables = cables.filter(({ state }) => state === "degraded" || state === "unexpected" || state === "absent");
  const told = new Set([...downCables, ...oddCables].map(({ id }) => id));
  const more = findings.filter(
    ({ severity, subject }) => severity !== "info" && (subject.cable === undefined || !told.has(subject.cable)),
  );
  const failures = fabric?.problems.filter(({ severity }) => severity === "error") ?? [];
  const waiting = reaches.filter((reach) => reach === "asking" || reach === "refused");
  return {
    down: reaches.filter((reach) => reach === "unreachable").length + downCables.length,
    look: waiting.length + oddCables.length + more.length + failures.length,
  };
}
