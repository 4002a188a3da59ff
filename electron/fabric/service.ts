/** The fabric service: follows the lab and its connections, and puts together who reads, chooses, polls and publishes. */
import { setTimeout as delay } from "node:timers/promises";
import type { AddedDevice, DeviceAdoption, SuggestedDevice } from "../contract/adopt.ts";
import type { ExplainInput, Explanation } from "../contract/explain.ts";
import type { FabricState } from "../contract/fabric.ts";
import type { LabState } from "../contract/lab.ts";
import type { Measurement, MeasurePlan, MeasureRequest } from "../contract/measure.ts";
import type { SshState } from "../contract/ssh.ts";
import type { SwitchState } from "../contract/switch.ts";
import type { HistorySink } from "../history/types.ts";
import { Published } from "../published.ts";
import type { SshService } from "../ssh/types.ts";
import { adopt } from "./adopt.ts";
import { adoptDevice } from "./adopt-device.ts";
import { Counting } from "./counting.node.ts";
import { DeviceReader, runnerFor } from "./device.node.ts";
import { type CableView, inputOfCable, inputOfGiven, noLab } from "./explain/cable.ts";
import { explainCable } from "./explain/explain.ts";
import { Measuring, type Shown } from "./measuring.node.ts";
import { Observer } from "./observer.node.ts";
import { Polling } from "./polling.node.ts";
import { Publishing, shellOf } from "./publishing.node.ts";
import { reachOf } from "./reach.ts";
import { suggestDevice } from "./suggest.ts";
import { newTracked, type Tracked } from "./tracked.ts";

export interface FabricService extends AsyncDisposable {
  readonly state: Published<FabricState>;
  /**
   * Observes everything once and returns what was seen and published within `timeoutMs`; a host that fails or is too
   * slow is part of the answer, not an error.
   */
  observe(input: { readonly timeoutMs: number }): Promise<FabricState>;
  /** How plan and fabric differ, and the edits that take over what is chosen of it; writes nothing. */
  adopt(input: { readonly choose: readonly string[] }): ReturnType<typeof adopt>;
  /** What a node would be as a device of the lab file; null where it is one, or was not seen. */
  suggestDevice(input: { readonly node: string }): SuggestedDevice | null;
  /** The edits that add a device that was seen, with its cables; writes nothing. */
  adoptDevice(input: AddedDevice): DeviceAdoption;
  /** What bounds a cable; observes once where nothing was seen yet. Throws a FaultError for a cable that is not there. */
  explain(input: ExplainInput): Promise<Explanation>;
  /** What would be run to measure; asks both hosts whether they have it. Throws a FaultError where that is not known. */
  planMeasurement(request: MeasureRequest): Promise<MeasurePlan>;
  /** Runs what was shown; both ends are over when it settles, also when `signal` ends it. Throws a FaultError. */
  measure(input: Shown, signal: AbortSignal): Promise<Measurement>;
}

export interface FabricServiceDeps {
  readonly lab: Published<LabState>;
  readonly ssh: Pick<SshService, "state" | "run" | "connect">;
  readonly pollIntervalMs: () => number;
  /** Time between two readings of the ports' counters. */
  readonly counterIntervalMs?: () => number;
  /** Where counters and states are kept; nowhere when left out. */
  readonly history?: HistorySink;
  /** What the switches' own command lines say; without it nothing of that is judged. */
  readonly switches?: Switches;
}

interface Switches {
  readonly state: Published<SwitchState>;
  observe(input: { readonly timeoutMs: number }): Promise<void>;
}

const usualCounterIntervalMs = 15_000;

/** Commands of an observation end this much before it does (a tenth of short ones), so that it tells what became of them. */
const closingMs = 200;
/** What an explanation waits for when nothing was observed yet. */
const firstLookMs = 20_000;

/** Builds the service: it polls while its state has watchers. */
export function createFabricService(deps: FabricServiceDeps): FabricService {
  return new Observatory(deps);
}

class Observatory implements FabricService {
  readonly state = new Published<FabricState>({
    devices: {},
    cables: [],
    findings: [],
    fabric: null,
    owners: {},
    subnetManager: null,
    observer: null,
    observedAt: null,
    sources: [],
    paused: true,
  });
  readonly #deps: FabricServiceDeps;
  readonly #tracked = new Map<string, Tracked>();
  readonly #observer: Observer;
  readonly #publishing: Publishing;
  readonly #polling: Polling;
  readonly #measuring: Measuring;
  readonly #disposed = new AbortController();
  readonly #counting: Counting;
  readonly #stops: readonly (() => void)[];

  constructor(deps: FabricServiceDeps) {
    const { lab, ssh } = deps;
    this.#deps = deps;
    this.#observer = new Observer(this.#tracked, (tracked, left) => runnerFor(ssh, tracked, left));
    const parts = { lab, ssh, observer: this.#observer, switches: deps.switches?.state };
    const history = deps.history ?? null;
    this.#counting = new Counting({
      lab,
      ssh,
      history,
      intervalMs: deps.counterIntervalMs ?? (() => usualCounterIntervalMs),
      observer: () => this.#tracked.get(this.#observer.name ?? "") ?? null,
      places: () => this.#publishing.places,
      onCounted: () => this.#publishing.soon(),
    });
    const counting = this.#counting;
    this.#measuring = new Measuring(ssh);
    this.#publishing = new Publishing({ ...parts, state: this.state, devices: this.#tracked, counting, history });
    const reader = new DeviceReader({ ...parts, publishing: this.#publishing });
    this.#polling = new Polling({ intervalMs: deps.pollIntervalMs, read: (...turn) => reader.read(...turn) });
    this.#stops = [
      this.state.onAudience((watchers) => this.#setPolling(watchers > 0)),
      lab.onChange((now, before) => {
        if (now.lab !== before.lab || now.path !== before.path) this.#followLab(now.path !== before.path);
      }),
      ssh.state.onChange((now, before) => this.#followConnections(now, before)),
      deps.switches?.state.onChange(() => this.#publishing.soon()) ?? (() => undefined),
    ];
    this.#followLab(false);
  }

  async observe({ timeoutMs }: { readonly timeoutMs: number }): Promise<FabricState> {
    const deadlineMs = Date.now() + timeoutMs - Math.min(closingMs, timeoutMs / 10);
    const left = () => deadlineMs - Date.now();
    const reads = Promise.all([...this.#tracked.values()].map((tracked) => this.#polling.ask(tracked, left)));
    const asked = this.#deps.switches?.observe({ timeoutMs: Math.max(1, left()) });
    const over = new AbortController();
    const timeUp = delay(timeoutMs, undefined, { signal: over.signal, ref: false }).catch(() => undefined);
    const counted = reads.then(async () => {
      await this.#publishing.now();
      return left() > 0 ? this.#counting.read(left) : undefined;
    });
    try {
      await Promise.race([Promise.all([counted, asked]), timeUp]);
      await Promise.race([this.#publishing.now(), timeUp]);
    } finally {
      over.abort();
    }
    return this.state.get();
  }

  async explain(input: ExplainInput): Promise<Explanation> {
    if ("given" in input) return explainCable(inputOfGiven(input.given), input.measuredGbps ?? null);
    const view = await this.#view();
    return explainCable(inputOfCable(view, input.cable, input.peer ?? null), input.measuredGbps ?? null);
  }

  async planMeasurement(request: MeasureRequest): Promise<MeasurePlan> {
    return this.#measuring.plan(await this.#view(), request);
  }

  adopt({ choose }: { readonly choose: readonly string[] }): ReturnType<typeof adopt> {
    // The lab that cables were judged by: one that was edited since is published some turns later.
    const lab = this.#publishing.places?.lab ?? null;
    const { deviceTypes } = this.#deps.lab.get();
    return adopt({ lab, deviceTypes }, this.state.get().cables, new Set(choose));
  }

  suggestDevice({ node }: { readonly node: string }): SuggestedDevice | null {
    const { places } = this.#publishing;
    return places === null ? null : suggestDevice(places, this.#deps.lab.get().deviceTypes, node);
  }

  adoptDevice(input: AddedDevice): DeviceAdoption {
    const { places } = this.#publishing;
    if (places === null) throw noLab();
    const { cables, observedAt, observer } = this.state.get();
    const seen = { cables, observedAt, observer, failure: this.#observer.failure };
    return adoptDevice(input, places, this.#deps.lab.get().deviceTypes, seen);
  }

  async measure(input: Shown, signal: AbortSignal): Promise<Measurement> {
    const ended = AbortSignal.any([signal, this.#disposed.signal]);
    return this.#measuring.measure(await this.#view(), input, ended);
  }

  /** What is known of the open lab's cables; observes once where nothing was seen yet. */
  async #view(): Promise<CableView> {
    if (this.state.get().observedAt === null && this.state.get().paused) await this.observe({ timeoutMs: firstLookMs });
    const switches = this.#deps.switches?.state.get().switches ?? {};
    const { places } = this.#publishing;
    if (places === null) throw noLab();
    const { cables, devices } = this.state.get();
    return { places, cables, devices, switches };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed.abort();
    for (const stop of this.#stops) stop();
    this.#polling.stop();
    this.#counting.stop();
    await Promise.all([...this.#tracked.values()].map((tracked) => this.#forget(tracked)));
    this.#publishing.cancel();
  }

  #setPolling(on: boolean): void {
    if (on === this.#polling.on) return;
    this.state.update((draft) => {
      draft.paused = !on;
    });
    if (on) {
      this.#polling.start(this.#tracked.values());
      this.#counting.start();
    } else {
      this.#polling.stop();
      this.#counting.stop();
    }
  }

  #forget(tracked: Tracked): Promise<void> {
    tracked.stop.abort();
    this.#tracked.delete(tracked.device.name);
    return this.#polling.forget(tracked);
  }

  /** A device that is reached in another way, or is of another type, is another device. */
  #followLab(otherLab: boolean): void {
    const devices = new Map(this.#deps.lab.get().lab?.devices.map((device) => [device.name, device]));
    const forgotten: Tracked[] = [];
    for (const tracked of [...this.#tracked.values()]) {
      const now = devices.get(tracked.device.name);
      const moved =
        JSON.stringify(now?.ssh) !== JSON.stringify(tracked.device.ssh) || now?.type !== tracked.device.type;
      if (now !== undefined && !moved && !otherLab) {
        tracked.device = now;
        continue;
      }
      void this.#forget(tracked);
      forgotten.push(tracked);
    }
    for (const device of devices.values()) {
      if (this.#tracked.has(device.name)) continue;
      const tracked = newTracked(device);
      this.#tracked.set(device.name, tracked);
      this.#polling.soon(tracked);
    }
    this.#observer.forget(otherLab || this.#tracked.size === 0);
    if (otherLab) this.#counting.forget();
    this.#publishing.followLab(forgotten, otherLab);
  }

  /** Reach follows the connection between polls; a device that became connected is read at once. */
  #followConnections(now: SshState, before: SshState): void {
    for (const tracked of this.#tracked.values()) {
      const { name } = tracked.device;
      const [connection, old] = [now.connections[name], before.connections[name]];
      if (connection === old || connection === undefined) continue;
      if (shellOf(tracked.device, this.#deps.lab.get()) === null) continue;
      // Each new attempt on a dead device would otherwise look like news.
      const retry = connection.status === "connecting" && this.state.get().devices[name]?.reach === "unreachable";
      if (connection.status !== "idle" && !retry) {
        this.#publishing.setReach(tracked, reachOf(connection), connection.fault);
      }
      const connected = connection.status === "connected" && old?.status !== "connected";
      if (connected && this.#polling.waits(tracked)) this.#polling.soon(tracked);
    }
  }
}
