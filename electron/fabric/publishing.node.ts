/** Decides what is published when: each device's live values at once, the fabric and its cables once per turn of the loop. */
import type { Fault } from "../contract/error.ts";
import type { DeviceLive, FabricState } from "../contract/fabric.ts";
import type { Device, LabState } from "../contract/lab.ts";
import type { SshState } from "../contract/ssh.ts";
import type { SwitchState } from "../contract/switch.ts";
import { typeOf } from "../contract/units.ts";
import type { HistorySink } from "../history/types.ts";
import type { Published } from "../published.ts";
import { cablesOf } from "./cables.ts";
import type { Counting } from "./counting.node.ts";
import { Evidence } from "./findings/evidence.ts";
import { findingsOf } from "./findings/findings.ts";
import type { IbstatReading } from "./ibstat.ts";
import type { FabricInput, JoinedFabric } from "./join.ts";
import { Joining } from "./joining.ts";
import { mergeInto } from "./merge.ts";
import type { Observer } from "./observer.node.ts";
import { Places } from "./places.ts";
import { howOf, reachOf } from "./reach.ts";
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

/** A fabric from this size on is published, and then rests for so many times as long as that took. */
const manyNodes = 500;
const restShare = 8;

export class Publishing {
  readonly #deps: PublishingDeps;
  #waiting: (() => void) | null = null;
  /** Until then what comes is published together: a large fabric would keep the loop from terminals otherwise. */
  #restUntilMs = 0;
  #places: Places | null = null;
  readonly #joining = new Joining();
  /** Observations up to this time were told to the history. */
  #toldUntil = 0;

  constructor(deps: PublishingDeps) {
    this.#deps = deps;
  }

  /** After the lab changed: forgets these devices, adds what is new; in another lab the cables before are no news either. */
  followLab(forgotten: readonly Tracked[], otherLab: boolean): void {
    const { state, devices } = this.#deps;
    state.update((draft) => {
      for (const { device } of forgotten) delete draft.devices[device.name];
      if (otherLab) draft.cables = [];
      for (const { device } of devices.values()) draft.devices[device.name] ??= this.#unseen(device);
    });
    this.now();
  }

  setReach(tracked: Tracked, reach: DeviceLive["reach"], fault: Fault | null, more: Partial<DeviceLive> = {}): void {
    const { state, devices, ssh } = this.#deps;
    const { name } = tracked.device;
    if (devices.get(name) !== tracked) return;
    const how = howOf(ssh.state.get().connections[name]);
    state.update((draft) => {
      const live = draft.devices[name] ?? this.#unseen(tracked.device);
      const since = live.reach === reach ? live.since : Date.now();
      // A tool's fault stays while the connection merely changes between good states.
      const kept = reach === "reachable" && fault === null && !("fault" in more) && live.reach === reach;
      mergeInto(live, { ...live, how, ...more, reach, since, fault: kept ? live.fault : fault });
      draft.devices[name] = live;
    });
  }

  /** Where the lab file's ports stand in what was published last; null while no lab is open. */
  get places(): Places | null {
    return this.#places;
  }

  soon(): void {
    if (this.#waiting) return;
    const restMs = this.#restUntilMs - performance.now();
    if (restMs <= 0) this.#nextTurn(() => this.#joinFirst());
    else {
      const timer = setTimeout(() => this.#joinFirst(), restMs);
      timer.unref();
      this.#waiting = () => clearTimeout(timer);
    }
  }

  /** A large fabric is joined in a turn of its own, so that terminals and windows come in between. */
  #joinFirst(): void {
    if ((this.#join(this.#inputs())?.fabric.nodes.length ?? 0) < manyNodes) this.now();
    else this.#nextTurn(() => this.now());
  }

  #nextTurn(work: () => void): void {
    const turn = setImmediate(work);
    this.#waiting = () => clearImmediate(turn);
  }

  #join(dated: readonly Dated[]): JoinedFabric | null {
    return dated.length === 0 ? null : this.#joining.join(dated.map(({ input }) => input));
  }

  cancel(): void {
    this.#waiting?.();
    this.#waiting = null;
  }

  now(): void {
    const begunMs = performance.now();
    this.#publish();
    const tookMs = performance.now() - begunMs;
    const large = (this.#deps.state.get().fabric?.nodes.length ?? 0) >= manyNodes;
    this.#restUntilMs = large ? performance.now() + tookMs * restShare : 0;
  }

  #publish(): void {
    this.cancel();
    const { state, lab, observer, counting, history } = this.#deps;
    const switches = this.#deps.switches?.get().switches ?? {};
    const logins = Object.entries(this.#deps.ssh.state.get().connections);
    const factoryLogins = logins.flatMap(([name, { factoryLogin }]) => (factoryLogin === true ? [name] : []));
    const { discovery, failure } = observer;
    const { lab: plan, deviceTypes } = lab.get();
    const dated = this.#inputs();
    const inputs = dated.map(({ input }) => input);
    const joined = this.#join(dated);
    const { devices, cables: previous } = state.get();
    const seen = { observedAt: discovery?.observedAt ?? null, observer: discovery?.observer ?? null };
    const places = plan === null ? null : new Places({ lab: plan, types: deviceTypes, devices, joined });
    this.#places = places;
    const cables = places === null ? [] : cablesOf({ places, ...seen, failure, previous, nowMs: Date.now() });
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
        : findingsOf({ lab: plan, devices, cables, places, subnetManager, evidence, ...more });
    const sources = discovery === null ? [] : [discovery.source];
    state.update((draft) => {
      const live = seen.observer === null ? undefined : draft.devices[seen.observer];
      if (live && seen.observer !== null && live.reach === "reachable")
        live.fault ??= observer.answerFault(seen.observer);
      mergeInto(draft, {
        ...draft,
        cables,
        findings,
        fabric: joined?.fabric ?? null,
        owners: places?.owners() ?? {},
        subnetManager,
        ...seen,
        sources,
        counters: counting.state,
      });
    });
    this.#joining.adopt(state.get().fabric);
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
