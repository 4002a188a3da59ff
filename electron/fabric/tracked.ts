/** What is kept of one device between polls, shared by the parts of the fabric service. */
import type { Device } from "../contract/lab.ts";
import type { HostReading } from "./host.node.ts";

export interface Tracked {
  device: Device;
  reading: HostReading | null;
  /** True while the last attempt to read it succeeded. */
  fresh: boolean;
  /** In a row. */
  failures: number;
  /** Stops what runs for it when it leaves the lab. */
  readonly stop: AbortController;
  /** Not taken as observer before this. */
  passedOverUntil: number;
}

/** The lab's devices by name, in the lab file's order. */
export type TrackedDevices = ReadonlyMap<string, Tracked>;

/** Milliseconds that are left for what is being read; 0 or less once it is too late to start anything. */
export type TimeLeft = () => number;

export function newTracked(device: Device): Tracked {
  return { device, reading: null, fresh: false, failures: 0, stop: new AbortController(), passedOverUntil: 0 };
}
