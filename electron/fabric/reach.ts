/** Decides what a connection's state says about reaching a device, and when a device is asked again. */
import type { Fault } from "../contract/error.ts";
import type { DeviceLive } from "../contract/fabric.ts";
import type { ConnectionState } from "../contract/ssh.ts";

/** Faults that only the admin can mend: asking again would be the same refusal. */
const refusals = new Set([
  "ssh.authentication-failed",
  "ssh.dismissed",
  "ssh.host-key-changed",
  "ssh.host-key-revoked",
  "ssh.host-certificate",
  "ssh.no-common-algorithm",
]);

export function reachOfFault(fault: Pick<Fault, "code">): DeviceLive["reach"] {
  return refusals.has(fault.code) ? "refused" : "unreachable";
}

export function reachOf(connection: ConnectionState | undefined): DeviceLive["reach"] {
  switch (connection?.status) {
    case undefined:
    case "idle":
      return "unknown";
    case "connecting":
      return "reaching";
    case "asking":
      return "asking";
    case "connected":
      return "reachable";
    case "waiting":
    case "failed":
      return connection.fault === null ? "unreachable" : reachOfFault(connection.fault);
  }
}

/** e.g. `SSH root@10.0.0.11:22 through gateway`; empty before the first attempt. */
export function howOf(connection: ConnectionState | undefined): string {
  if (connection === undefined || connection.address === "") return "";
  return `SSH ${connection.address}${connection.via.length > 0 ? ` through ${connection.via.join(", ")}` : ""}`;
}

const longestPollMs = 60_000;

/** Milliseconds to the next poll: doubled per failure in a row up to a minute, spread by 15 % either way (`random` in [0, 1)). */
export function pollDelayMs(intervalMs: number, failures: number, random: number): number {
  const full = failures === 0 ? intervalMs : Math.max(intervalMs, Math.min(longestPollMs, intervalMs * 2 ** failures));
  return Math.round(full * (0.85 + random * 0.3));
}
