/** Decides what the top bar counts: what is down, and what wants a look. Each thing once. */
import type { FabricState } from "../../electron/contract/fabric.ts";

export interface Health {
  /** Devices that do not answer, cables that are down. */
  readonly down: number;
  /** Devices that wait or were refused, cables not as planned, and findings beyond information on anything else. */
  readonly look: number;
}

export function healthOf({ devices, cables, findings }: Pick<FabricState, "devices" | "cables" | "findings">): Health {
  const reaches = Object.values(devices).map(({ reach }) => reach);
  const downCables = cables.filter(({ state }) => state === "down");
  const oddCables = cables.filter(({ state }) => state === "degraded" || state === "unexpected" || state === "absent");
  const told = new Set([...downCables, ...oddCables].map(({ id }) => id));
  const more = findings.filter(
    ({ severity, subject }) => severity !== "info" && (subject.cable === undefined || !told.has(subject.cable)),
  );
  return {
    down: reaches.filter((reach) => reach === "unreachable").length + downCables.length,
    look: reaches.filter((reach) => reach === "asking" || reach === "refused").length + oddCables.length + more.length,
  };
}
