/** Decides what is published when: each device's live values at once, the fabric and its cables together, where they are large in turns of the loop. */
import type { Patch } from "../contract/base.ts";
import type { Fault } from "../contract/error.ts";
import type { DeviceLive, FabricState } from "../contract/fabric.ts";
import type { Device, LabState } from "../contract/lab.ts";
import type { SshState } from "../contract/ssh.ts";
import type { SwitchState } from "../contract/switch.ts";
import { typeOf } from "../contract/units.ts";
import type { HistorySink } from "../history/types.ts";
import type { Published } from "../published.ts";
import { atOnce, itemsAStep, type Steps } from "../steps.ts";
import { cablesInSteps } from "./cables.ts";
import type { Counting } from "./counting.node.ts";
import { indexInSteps } from "./fabric-index.ts";
import { Evidence } from "./findings/evidence.ts";
import { findingsInSteps } from "./findings/findings.ts";
import type { FabricInput } from "./join.ts";
import { Joining } from "./joining.ts";
import { become, merge } from "./merge.ts";
import type { Observer } from "./observer.node.ts";
import { Places } from "./places.ts";
import { howOf, reachOf } from "./reach.ts";
import type { IbstatReading } from "./read/ibstat.ts";
import { statesOf } from "./states.ts";
import { subnetManagement } from "./subnet-manager.ts";
import type { Tracked, TrackedDevices } from "./tracked.ts";

export interface PublishingDeps {
  readonly state: Published<FabricState>;
  readonly lab: Published<LabState>;
  readonly ssh: { readonly state: Published<SshState> };
  readonly devices: TrackedDevices;
  readonly observer: Observer;
  readonly counting: Pick<Counting, "state" | "trends">;
  readonly history: HistorySink | null;
  readonly switches?: Published<SwitchState> | undefined;
}

interface Dated {
  readonly at: number;
  readonly input: FabricInput;
}

/** How a device is spoken to; null for what cannot be asked: no address, no shell. An unknown type counts as a host. */
export function shellOf(device: Device, lab: LabState): "posix" | "mlnx-os" | null {
  const shell = typeOf(device, lab.deviceTypes)?.shell ?? "posix";
  return device.ssh === undefined || shell === "none" ? null : shell;
}

/** Between two publications of what is large this many times as long passes as the one before took. */
const restShare = 8;

interface Running {
  readonly steps: Steps<void>;
  turns: number;
  /** Milliseconds all of them took. */
  tookMs: number;
  readonly done: PromiseWithResolvers<void>;
}

export class Publishing {
  readonly #deps: PublishingDeps;
  /** Ends the wait for the next turn, or for the next publication. */
  #stopWaiting: (() => void) | null = null;
  /** What is being published, in turns; null between publications. */
  #running: Running | null = null;
  /** Whom the publication after the one that runs is for: it begins at once then, without a rest. */
  #next: PromiseWithResolvers<void> | null = null;
  /** Something came that the publication that runs does not know. */
  #outdated = false;
  /** Until then what comes is published together: a large fabric would keep the loop from terminals otherwise. */
  #restUntilMs = 0;
  #places: Places | null = null;
  /** Live values that wait for the end of this turn: in a lab of thousands, the record of all is copied for each change. */
  readonly #unwritten = new Map<string, DeviceLive>();
  readonly #joining = new Joining();
  /** Observations up to this time were told to the history. */
  #toldUntil = 0;

  constructor(deps: PublishingDeps) {
    this.#deps = deps;
  }

  /** After the lab changed: forgets these devices, adds what is new; in another lab the cables before are no news either. */
  followLab(forgotten: readonly Tracked[], otherLab: boolean): void {
    const { state, devices } = this.#deps;
    this.#writeDevices();
    const before = state.get();
    const gone = new Set(forgotten.map(({ device }) => device.name));
    const live = [...devices.values()].map(({ device }) => {
      const known = gone.has(device.name) ? undefined : before.devices[device.name];
      return [device.name, known ?? this.#unseen(device)] as const;
    });
    become(state, { ...before, devices: Object.fromEntries(live), cables: otherLab ? [] : before.cables });
    void this.#begin();
  }

  setReach(tracked: Tracked, reach: DeviceLive["reach"], fault: Fault | null, more: Partial<DeviceLive> = {}): void {
    const { devices, ssh } = this.#deps;
    const { name } = tracked.device;
    if (devices.get(name) !== tracked) return;
    const live = this.#live(name) ?? this.#unseen(tracked.device);
    const since = live.reach === reach ? live.since : Date.now();
    // A tool's fault stays while the connection merely changes between good states.
    const kept = reach === "reachable" && fault === null && !("fault" in more) && live.reach === reach;
    const how = howOf(ssh.state.get().connections[name]);
    this.#setDevice(name, { ...live, how, ...more, reach, since, fault: kept ? live.fault : fault });
  }

  #live(name: string): DeviceLive | undefined {
    return this.#unwritten.get(name) ?? this.#deps.state.get().devices[name];
  }

  #setDevice(name: string, live: DeviceLive): void {
    this.#unwritten.set(name, live);
    if (this.#deps.devices.size <= itemsAStep) this.#writeDevices();
    else if (this.#unwritten.size === 1) setImmediate(() => this.#writeDevices());
  }

  #writeDevices(): void {
    if (this.#unwritten.size === 0) return;
    const { state } = this.#deps;
    const before = state.get();
    const devices = { ...before.devices };
    const patches: Patch[] = [];
    for (const [name, live] of this.#unwritten) {
      const known = devices[name];
      if (known === undefined) patches.push({ op: "add", path: ["devices", name], value: live });
      devices[name] = known === undefined ? live : atOnce(merge(known, live, patches, ["devices", name]));
    }
    this.#unwritten.clear();
    state.put({ ...before, devices }, patches);
  }

  /** Where the lab file's ports stand in what was published last; null while no lab is open. */
  get places(): Places | null {
    return this.#places;
  }

  soon(): void {
    if (this.#running !== null) this.#outdated = true;
    else if (this.#stopWaiting === null) this.#after(this.#restUntilMs - performance.now(), () => void this.#begin());
  }

  /**
   * Publishes what is known now. What is large takes turns of the loop, so that terminals and windows come in between,
   * and begins once what runs is over; all else is published when this returns. Resolves when it is, or was given up.
   */
  now(): Promise<void> {
    if (this.#running === null) return this.#begin();
    this.#next ??= Promise.withResolvers();
    return this.#next.promise;
  }

  /** What runs is given up: this one knows all that it does, and who waits for it waits for this one. */
  #begin(): Promise<void> {
    this.#stopWaiting?.();
    this.#stopWaiting = null;
    this.#outdated = false;
    const done = this.#running?.done ?? Promise.withResolvers<void>();
    this.#next?.resolve(done.promise);
    this.#next = null;
    this.#turn({ steps: this.#publish(), turns: 0, tookMs: 0, done });
    return done.promise;
  }

  #turn(running: Running): void {
    this.#running = running;
    const begunMs = performance.now();
    try {
      if (running.steps.next().done) running.done.resolve();
      else {
        this.#after(0, () => this.#turn(running));
        return;
      }
    } catch (error) {
      // Nothing of it was published. Who waits for it is told, else the process, which goes on.
      running.done.reject(error);
    } finally {
      running.tookMs += performance.now() - begunMs;
      running.turns += 1;
    }
    this.#running = null;
    this.#restUntilMs = running.turns === 1 ? 0 : performance.now() + running.tookMs * restShare;
    if (this.#next !== null) this.#after(0, () => void this.#begin());
    else if (this.#outdated) this.soon();
  }

  #after(ms: number, work: () => void): void {
    const begin = () => {
      this.#stopWaiting = null;
      work();
    };
    if (ms <= 0) {
      const turn = setImmediate(begin);
      this.#stopWaiting = () => clearImmediate(turn);
    } else {
      const timer = setTimeout(begin, ms);
      timer.unref();
      this.#stopWaiting = () => clearTimeout(timer);
    }
  }

  cancel(): void {
    this.#stopWaiting?.();
    this.#stopWaiting = null;
    this.#running?.done.resolve();
    this.#running = null;
    this.#next?.resolve();
    this.#next = null;
    this.#unwritten.clear();
  }

  *#publish(): Steps<void> {
    this.#writeDevices();
    const { state, lab, observer, counting, history } = this.#deps;
    const switches = this.#deps.switches?.get().switches ?? {};
    const logins = Object.entries(this.#deps.ssh.state.get().connections);
    const factoryLogins = logins.flatMap(([name, { factoryLogin }]) => (factoryLogin === true ? [name] : []));
    const { discovery, failure } = observer;
    const { lab: plan, deviceTypes } = lab.get();
    const dated = this.#inputs();
    const inputs = dated.map(({ input }) => input);
    const joined = dated.length === 0 ? null : yield* this.#joining.join(inputs, state.get().fabric);
    // Made in turns, and kept by the fabric: Places looks it up.
    if (joined !== null) yield* indexInSteps(joined.fabric);
    const { devices, cables: previous } = state.get();
    const seen = { observedAt: discovery?.observedAt ?? null, observer: discovery?.observer ?? null };
    const places = plan === null ? null : new Places({ lab: plan, types: deviceTypes, devices, joined });
    const known = { ...seen, failure, previous, nowMs: Date.now() };
    const cables = places === null ? [] : yield* cablesInSteps({ places, ...known });
    const subnetManager =
      places === null || discovery === null
        ? null
        : failure === null
          ? subnetManagement(discovery.subnetManager, places)
          : { status: "unknown" as const, managers: [], reason: failure, source: null };
    const evidence = new Evidence(inputs, discovery?.source ?? null);
    const more = { trends: counting.trends, counters: counting.state, switches, factoryLogins };
    const findings =
      plan === null || places === null
        ? []
        : yield* findingsInSteps({ lab: plan, devices, cables, places, subnetManager, evidence, ...more });
    const sources = discovery === null ? [] : [discovery.source];
    const published = {
      cables,
      findings,
      fabric: joined?.fabric ?? null,
      owners: places?.owners() ?? {},
      subnetManager,
      ...seen,
      sources,
      counters: counting.state,
    };
    const before = state.get();
    const patches: Patch[] = [];
    const merged = yield* merge(before, { ...before, ...published }, patches);
    this.#places = places;
    // Devices are published by themselves, also between two turns of this.
    const { devices: now, paused } = state.get();
    const live = seen.observer === null ? undefined : this.#live(seen.observer);
    const fault = live?.reach === "reachable" && live.fault === null ? observer.answerFault(seen.observer ?? "") : null;
    state.put({ ...merged, devices: now, paused }, patches);
    if (live && seen.observer !== null && fault !== null) this.#setDevice(seen.observer, { ...live, fault });
    const newest = dated[0]?.at ?? 0;
    if (history === null || places?.fabric == null || newest <= this.#toldUntil) return;
    this.#toldUntil = newest;
    history.states(statesOf(places, cables, newest));
  }

  #unseen(device: Device): DeviceLive {
    const connection = this.#deps.ssh.state.get().connections[device.name];
    return {
      reach: shellOf(device, this.#deps.lab.get()) === null ? "unmanaged" : reachOf(connection),
      how: howOf(connection),
      since: null,
      lastSeenAt: null,
      observedAt: null,
      roundTripMs: null,
      fault: null,
      hcas: [],
      source: null,
    };
  }

  /** Newest first, so that the newest word on a port counts. Silent hosts still tell which GUIDs are theirs. */
  #inputs(): readonly Dated[] {
    const { devices, observer } = this.#deps;
    const dated: Dated[] = [];
    for (const { device, reading, fresh } of devices.values()) {
      if (reading === null) continue;
      const ibstat = fresh ? reading.ibstat : identityOnly(reading.ibstat);
      const input = { kind: "ibstat", source: `ibstat on ${device.name}`, reading: ibstat } as const;
      dated.push({ at: reading.observedAt, input });
    }
    if (observer.discovery !== null && observer.failure === null) {
      for (const input of observer.discovery.inputs) dated.push({ at: observer.discovery.observedAt, input });
    }
    return dated.sort((x, y) => y.at - x.at);
  }
}

function identityOnly(reading: IbstatReading): IbstatReading {
  const forget = { state: "Unknown", physState: "Unknown", width: null, speed: null } as const;
  const hcas = reading.hcas.map((hca) => ({ ...hca, ports: hca.ports.map((port) => ({ ...port, ...forget })) }));
  return { hcas, unread: [] };
}
