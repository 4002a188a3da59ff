/** What the fabric feature tells the history, and what it is told by it: counters and states of ports, by node and number. */
import type { CableLive, FabricPort } from "../contract/fabric.ts";
import type { Counters } from "../fabric/read/counters.ts";

/** A port by what stays the same (GUID and number), with the names the lab file has for it now. */
export interface PortIdentity {
  readonly node: string;
  readonly number: number;
  /** A device of the lab file, or what the fabric calls the node. */
  readonly device: string;
  /** As the lab file names it: `3` or `1/3` on a switch, by its device type, `mlx4_0/1` on a host. */
  readonly port: string;
}

/** Counters of one port as they stood at one time. */
export interface PortSample extends PortIdentity {
  /** Data and packets; null where the port did not answer. */
  readonly traffic: Counters | null;
  /** Counters above zero, PortXmitWait among them; null where that is not known. */
  readonly errors: Counters | null;
  /** True while the port's logical state is Down. */
  readonly down: boolean;
}

/** All ports that were read together. */
export interface CounterReading {
  /** When the reading ended, ms since the epoch. */
  readonly at: number;
  /** The same by a clock that nobody sets (`performance.now`): tells whether the other one was set between readings. */
  readonly steadyMs: number;
  readonly observer: string;
  /** Time to the next reading, as planned. */
  readonly intervalMs: number;
  readonly samples: readonly PortSample[];
}

export interface PortState extends PortIdentity, Pick<FabricPort, "state" | "physState"> {
  readonly width: string | null;
  readonly speed: string | null;
}

/** The states of ports and cables as they were seen last. */
export interface StateReading {
  readonly at: number;
  readonly ports: readonly PortState[];
  /** Ports that were seen beyond these. */
  readonly portsLeft: number;
  readonly cables: readonly CableLive[];
}

/** Where readings go. Neither call throws: a history that cannot be kept is told by `history.usage`. */
export interface HistorySink {
  counters(reading: CounterReading): void;
  states(reading: StateReading): void;
}
