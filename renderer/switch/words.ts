/** Owns how a switch's port and parts are told: in a shape and in words, never by colour alone. */
import type { SwitchLive, SwitchPort } from "../../electron/contract/switch.ts";
import type { StateName } from "../kit/StateMark.tsx";

export interface Told {
  readonly mark: StateName;
  readonly words: string;
}

/** `planned`: the lab file has a cable there, so that a port without a link is down and not merely free. */
export function tellPort(port: SwitchPort, planned: boolean): Told {
  if (port.type === "ethernet") return { mark: planned ? "down" : "unknown", words: "Ethernet mode" };
  if (port.physical === "Disabled") return { mark: "down", words: "shut" };
  if (port.warning !== null) return { mark: port.logical === "Active" ? "degraded" : "down", words: "warning" };
  if (port.logical === "Active") return { mark: "healthy", words: "active" };
  if (port.logical === "Initialize" || port.logical === "Armed")
    return { mark: "degraded", words: port.logical === "Armed" ? "armed" : "initializing" };
  if (port.logical === "Unknown") return { mark: "unknown", words: "not told" };
  return planned ? { mark: "down", words: "down" } : { mark: "absent", words: "no link" };
}

export const linkWords = ({ width, speed, rateGbps }: SwitchPort): string =>
  width !== null && speed !== null ? `${width} ${speed}` : rateGbps === null ? "" : `${rateGbps} Gb/s signalling`;

/** A part that says OK, one that does not, and a place that is empty. */
export const tellPart = ({ status, ok }: { readonly status: string; readonly ok: boolean | null }): Told => ({
  mark: ok === null ? "absent" : ok ? "healthy" : "down",
  words: ok === null ? status.toLowerCase() : status,
});

export function smWords({ sm }: Pick<SwitchLive, "sm">): string {
  if (sm.running !== null) return sm.running ? "runs on this switch" : "does not run on this switch";
  return sm.why === null ? "not asked yet" : `not known: enable was refused, ${sm.why.split("\n")[0]}`;
}

/** What its hottest sensor reads, in °C; null where it tells of none. */
export function hottest({ temperatures }: Pick<SwitchLive, "temperatures">): number | null {
  return temperatures.length === 0 ? null : Math.max(...temperatures.map(({ celsius }) => celsius));
}
