/** Decides which host's tools describe the fabric, and keeps what they said last. */
import type { Fault } from "../contract/error.ts";
import { type Discovery, discover } from "./discovery.node.ts";
import { faultFrom } from "./faults.ts";
import type { Run } from "./host.node.ts";
import type { IbstatReading } from "./read/ibstat.ts";
import type { TimeLeft, Tracked, TrackedDevices } from "./tracked.ts";

/** A host whose tools failed is passed over as observer for this long. */
const observerPenaltyMs = 60_000;

export class Observer {
  readonly #devices: TrackedDevices;
  readonly #runner: (tracked: Tracked, left: TimeLeft) => Run;
  #name: string | null = null;
  #discovery: Discovery | null = null;
  #failure: string | null = null;

  constructor(devices: TrackedDevices, runner: (tracked: Tracked, left: TimeLeft) => Run) {
    this.#devices = devices;
    this.#runner = runner;
  }

  /** What was seen last, however old. */
  get discovery(): Discovery | null {
    return this.#discovery;
  }

  /** Why the fabric cannot be seen now; null while it can, or was never tried. */
  get failure(): string | null {
    return this.#failure;
  }

  /** What is wrong with the answer the device gave last as observer. */
  answerFault(device: string): Fault | null {
    return this.#discovery?.observer === device ? this.#discovery.fault : null;
  }

  /** The device whose tools describe the fabric; null while none does. */
  get name(): string | null {
    return this.#name;
  }

  is(tracked: Tracked): boolean {
    return this.#name === tracked.device.name;
  }

  /** After devices left the lab; `everything` when it is another lab. */
  forget(everything: boolean): void {
    if (this.#name !== null && !this.#devices.has(this.#name)) this.#name = null;
    if (!everything) return;
    this.#discovery = null;
    this.#failure = null;
  }

  /** Asks a host for the fabric. Null when it worked, else why not. */
  async discoverFrom(tracked: Tracked, left: TimeLeft): Promise<string | null> {
    const { name } = tracked.device;
    try {
      const found = await discover(
        name,
        this.#runner(tracked, left),
        originOf(tracked.reading?.ibstat),
        this.#discovery,
      );
      if (typeof found === "string") return found;
      this.#discovery = found;
      this.#failure = null;
      return null;
    } catch (error) {
      return faultFrom(error, name).title;
    }
  }

  /**
   * After a device was read: keeps the observer while it works and its port is up; else the next fit host takes over at
   * once. `observing` is what came of asking the device for the fabric, where it is the observer.
   */
  async follow(tracked: Tracked, observing: Promise<string | null> | null, left: TimeLeft): Promise<void> {
    const { name } = tracked.device;
    const tried = new Set<Tracked>();
    let failure = await observing;
    if (observing !== null) {
      if (failure === null && tracked.fresh && isUp(tracked.reading?.ibstat)) return;
      failure ??= `${name} has no InfiniBand port that is up`;
      if (this.#name === name) this.#name = null;
      tracked.passedOverUntil = Date.now() + observerPenaltyMs;
      tried.add(tracked);
    }
    while (this.#name === null && left() > 0) {
      const next = this.#fit(tracked, tried);
      if (next === null) break;
      tried.add(next);
      this.#name = next.device.name;
      failure = await this.discoverFrom(next, left);
      if (failure === null || !this.is(next)) return;
      this.#name = null;
      next.passedOverUntil = Date.now() + observerPenaltyMs;
    }
    if (failure !== null && this.#name === null) this.#failure = failure;
  }

  /** In the lab file's order; one that failed lately is tried again only at its own poll, when nobody else is left. */
  #fit(polled: Tracked, tried: ReadonlySet<Tracked>): Tracked | null {
    const canObserve = (tracked: Tracked) => !tried.has(tracked) && tracked.fresh && isUp(tracked.reading?.ibstat);
    const now = Date.now();
    for (const tracked of this.#devices.values()) {
      if (tracked.passedOverUntil <= now && canObserve(tracked)) return tracked;
    }
    return canObserve(polled) ? polled : null;
  }
}

/** Its ports that carry InfiniBand and are up. */
function upPorts(reading: IbstatReading | undefined) {
  const ports = reading?.hcas.flatMap((hca) => hca.ports) ?? [];
  return ports.filter((port) => port.linkLayer !== "Ethernet" && port.physState === "LinkUp");
}

function isUp(reading: IbstatReading | undefined): boolean {
  return upPorts(reading).length > 0;
}

/** The first port that is up: the diagnostics take that one when none is named. */
function originOf(reading: IbstatReading | undefined): string | null {
  return upPorts(reading)[0]?.guid ?? null;
}
