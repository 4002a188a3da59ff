/** Decides when each device is asked and which one describes the fabric; publishes what was seen. */
import { type Fault, FaultError } from "../contract/error.ts";
import type { DeviceLive, FabricState } from "../contract/fabric.ts";
import type { Device, LabState } from "../contract/lab.ts";
import type { SshState } from "../contract/ssh.ts";
import { Published } from "../published.ts";
import type { SshService } from "../ssh/types.ts";
import { cablesOf } from "./cables.ts";
import { type Discovery, discover } from "./discovery.node.ts";
import { type HostReading, type Run, readHost } from "./host.node.ts";
import type { IbstatReading } from "./ibstat.ts";
import { type FabricInput, joinFabric } from "./join.ts";
import { mergeInto } from "./merge.ts";
import { howOf, pollDelayMs, reachOf, reachOfFault } from "./reach.ts";

export interface FabricService extends AsyncDisposable {
  readonly state: Published<FabricState>;
  /** Observes everything once and returns what was seen; a host that fails is part of the answer, not an error. */
  observe(input: { readonly timeoutMs: number }): Promise<FabricState>;
}

export interface FabricServiceDeps {
  readonly lab: Published<LabState>;
  readonly ssh: Pick<SshService, "state" | "run" | "connect">;
  readonly pollIntervalMs: () => number;
}

/** A host that has not answered a poll for this long is not waited for any longer. */
const pollTimeoutMs = 10_000;
/** A command gets at least this long, however long its device was busy before. */
const shortestTimeoutMs = 2000;
/** A host whose tools failed is passed over as observer for this long. */
const observerPenaltyMs = 60_000;

/** What is kept of one device between polls. */
interface Tracked {
  device: Device;
  reading: HostReading | null;
  /** True while the last attempt to read it succeeded. */
  fresh: boolean;
  failures: number;
  /** The end of its queue of reads; reads of one device never overlap. */
  queue: Promise<void>;
  timer: NodeJS.Timeout | null;
  /** Stops what runs for it when it leaves the lab. */
  readonly stop: AbortController;
  passedOverUntil: number;
}

/** Builds the service: it polls while its state has watchers. */
export function createFabricService(deps: FabricServiceDeps): FabricService {
  return new Observatory(deps);
}

class Observatory implements FabricService {
  readonly state = new Published<FabricState>({
    devices: {},
    cables: [],
    fabric: null,
    observer: null,
    observedAt: null,
    sources: [],
    paused: true,
  });
  readonly #deps: FabricServiceDeps;
  readonly #tracked = new Map<string, Tracked>();
  readonly #stops: (() => void)[];
  #observer: string | null = null;
  #discovery: Discovery | null = null;
  #failure: string | null = null;
  #polling = false;
  #publishing: NodeJS.Immediate | null = null;

  constructor(deps: FabricServiceDeps) {
    this.#deps = deps;
    this.#stops = [
      this.state.onAudience((watchers) => this.#setPolling(watchers > 0)),
      deps.lab.onChange((now, before) => {
        if (now.lab !== before.lab || now.path !== before.path) this.#followLab(now.path !== before.path);
      }),
      deps.ssh.state.onChange((now, before) => this.#followConnections(now, before)),
    ];
    this.#followLab(false);
  }

  async observe({ timeoutMs }: { readonly timeoutMs: number }): Promise<FabricState> {
    const deadlineMs = Date.now() + timeoutMs;
    await Promise.all([...this.#tracked.values()].map((tracked) => this.#enqueue(tracked, deadlineMs)));
    this.#publishNow();
    return this.state.get();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const stop of this.#stops) stop();
    this.#polling = false;
    if (this.#publishing) clearImmediate(this.#publishing);
    const all = [...this.#tracked.values()];
    for (const tracked of all) this.#forget(tracked);
    await Promise.all(all.map(({ queue }) => queue));
  }

  #setPolling(on: boolean): void {
    if (on === this.#polling) return;
    this.#polling = on;
    this.state.update((draft) => {
      draft.paused = !on;
    });
    for (const tracked of this.#tracked.values()) {
      if (on) this.#pollSoon(tracked, 0);
      else if (tracked.timer) this.#clearTimer(tracked);
    }
  }

  #clearTimer(tracked: Tracked): void {
    if (tracked.timer) clearTimeout(tracked.timer);
    tracked.timer = null;
  }

  #pollSoon(tracked: Tracked, delayMs: number): void {
    this.#clearTimer(tracked);
    if (!this.#polling || tracked.stop.signal.aborted) return;
    tracked.timer = setTimeout(() => {
      tracked.timer = null;
      void this.#enqueue(tracked, Date.now() + pollTimeoutMs).then(() => {
        if (tracked.timer) return;
        this.#pollSoon(tracked, pollDelayMs(this.#deps.pollIntervalMs(), tracked.failures, Math.random()));
      });
    }, delayMs);
    tracked.timer.unref();
  }

  #forget(tracked: Tracked): void {
    tracked.stop.abort();
    this.#clearTimer(tracked);
    this.#tracked.delete(tracked.device.name);
  }

  #followLab(otherFile: boolean): void {
    const devices = new Map(this.#deps.lab.get().lab?.devices.map((device) => [device.name, device]));
    for (const tracked of [...this.#tracked.values()]) {
      const now = devices.get(tracked.device.name);
      const moved =
        JSON.stringify(now?.ssh) !== JSON.stringify(tracked.device.ssh) || now?.type !== tracked.device.type;
      if (now !== undefined && !moved && !otherFile) tracked.device = now;
      else this.#forget(tracked);
    }
    for (const device of devices.values()) {
      if (this.#tracked.has(device.name)) continue;
      const tracked: Tracked = {
        device,
        reading: null,
        fresh: false,
        failures: 0,
        queue: Promise.resolve(),
        timer: null,
        stop: new AbortController(),
        passedOverUntil: 0,
      };
      this.#tracked.set(device.name, tracked);
      this.#pollSoon(tracked, 0);
    }
    if (this.#observer !== null && !this.#tracked.has(this.#observer)) this.#observer = null;
    if (otherFile || this.#tracked.size === 0) {
      this.#discovery = null;
      this.#failure = null;
    }
    this.state.update((draft) => {
      for (const name of Object.keys(draft.devices))
        if (!this.#tracked.has(name) || otherFile) delete draft.devices[name];
      if (otherFile) draft.cables = [];
      for (const { device } of this.#tracked.values()) draft.devices[device.name] ??= this.#unseen(device);
    });
    this.#publishNow();
  }

  #unseen(device: Device): DeviceLive {
    const connection = this.#deps.ssh.state.get().connections[device.name];
    return {
      reach: this.#shellOf(device) === null ? "unmanaged" : reachOf(connection),
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

  /** Null for what cannot be asked: no address, no shell, or a type nobody knows. */
  #shellOf(device: Device): "posix" | "mlnx-os" | null {
    const shell = this.#deps.lab.get().deviceTypes[device.type]?.shell ?? "posix";
    return device.ssh === undefined || shell === "none" ? null : shell;
  }

  /** Reach follows the connection between polls; a device that became connected is read at once. */
  #followConnections(now: SshState, before: SshState): void {
    for (const tracked of this.#tracked.values()) {
      const { name } = tracked.device;
      const [connection, old] = [now.connections[name], before.connections[name]];
      if (connection === old || connection === undefined || this.#shellOf(tracked.device) === null) continue;
      // Each new attempt on a dead device would otherwise look like news.
      const retry = connection.status === "connecting" && this.state.get().devices[name]?.reach === "unreachable";
      if (connection.status !== "idle" && !retry) this.#setReach(tracked, reachOf(connection), connection.fault);
      if (connection.status === "connected" && old?.status !== "connected" && tracked.timer) this.#pollSoon(tracked, 0);
    }
  }

  #setReach(tracked: Tracked, reach: DeviceLive["reach"], fault: Fault | null, more: Partial<DeviceLive> = {}): void {
    const { name } = tracked.device;
    if (this.#tracked.get(name) !== tracked) return;
    const how = howOf(this.#deps.ssh.state.get().connections[name]);
    this.state.update((draft) => {
      const live = draft.devices[name] ?? this.#unseen(tracked.device);
      const since = live.reach === reach ? live.since : Date.now();
      // A tool's fault stays while the connection merely changes between good states.
      const kept = reach === "reachable" && fault === null && !("fault" in more) && live.reach === reach;
      mergeInto(live, { ...live, how, ...more, reach, since, fault: kept ? live.fault : fault });
      draft.devices[name] = live;
    });
  }

  #enqueue(tracked: Tracked, deadlineMs: number): Promise<void> {
    const next = tracked.queue.then(() => (tracked.stop.signal.aborted ? undefined : this.#read(tracked, deadlineMs)));
    tracked.queue = next;
    return next;
  }

  async #read(tracked: Tracked, deadlineMs: number): Promise<void> {
    const { device } = tracked;
    const shell = this.#shellOf(device);
    if (shell === null) return this.#setReach(tracked, "unmanaged", null);
    if (this.#deps.ssh.state.get().connections[device.name]?.status === "asking") {
      tracked.fresh = false;
      this.#setReach(tracked, "asking", null);
      const lost = this.#observer === device.name ? Promise.resolve(`${device.name} waits for an answer`) : null;
      return this.#followObserver(tracked, lost, deadlineMs);
    }
    if (shell === "mlnx-os") return this.#touch(tracked);
    const run = this.#runner(tracked, deadlineMs);
    const observing = this.#observer === device.name ? this.#discoverFrom(tracked, run) : null;
    try {
      const reading = await readHost(device, run);
      const { observedAt, hcas, source, roundTripMs, fault } = reading;
      tracked.reading = reading;
      tracked.fresh = true;
      tracked.failures = 0;
      this.#setReach(tracked, "reachable", fault, {
        observedAt,
        lastSeenAt: observedAt,
        hcas,
        source,
        roundTripMs,
        fault,
      });
    } catch (error) {
      if (tracked.stop.signal.aborted) return;
      tracked.fresh = false;
      tracked.failures++;
      const connection = this.#deps.ssh.state.get().connections[device.name];
      // A connection that ends while a command starts knows better than the command why.
      const fault = error instanceof FaultError ? error.fault : (connection?.fault ?? asFault(error, device.name));
      const asking = connection?.status === "asking";
      this.#setReach(tracked, asking ? "asking" : reachOfFault(fault), asking ? null : fault);
    }
    this.#publishSoon();
    await this.#followObserver(tracked, observing, deadlineMs);
    this.#publishSoon();
  }

  /** A switch is only reached for: connected once, then its connection's own retries tell. */
  async #touch(tracked: Tracked): Promise<void> {
    const { name } = tracked.device;
    const before = this.#deps.ssh.state.get().connections[name];
    const again =
      before === undefined || before.status === "idle" || (before.status === "failed" && before.fault?.retry === true);
    const fault = again
      ? await this.#deps.ssh.connect(name).then(
          ({ fault }) => fault,
          (error: unknown) => asFault(error, name),
        )
      : before.fault;
    const reach = reachOf(this.#deps.ssh.state.get().connections[name]);
    tracked.failures = reach === "reachable" ? 0 : tracked.failures + 1;
    const seen = reach === "reachable" ? { observedAt: Date.now(), lastSeenAt: Date.now() } : {};
    this.#setReach(tracked, reach === "unknown" && fault !== null ? reachOfFault(fault) : reach, fault, seen);
  }

  /** Commands for one reading; they end when the device leaves the lab or a question to the admin comes up. */
  #runner(tracked: Tracked, deadlineMs: number): Run {
    const { name } = tracked.device;
    const { ssh } = this.#deps;
    return async (argv) => {
      const asked = new AbortController();
      const stopWatching = ssh.state.onChange((now) => {
        if (now.connections[name]?.status === "asking") asked.abort();
      });
      try {
        const timeoutMs = Math.max(shortestTimeoutMs, deadlineMs - Date.now());
        return await ssh.run(name, argv, { timeoutMs, signal: AbortSignal.any([tracked.stop.signal, asked.signal]) });
      } finally {
        stopWatching();
      }
    };
  }

  /** Null when it worked, else why not. */
  async #discoverFrom(tracked: Tracked, run: Run): Promise<string | null> {
    const { name } = tracked.device;
    try {
      const found = await discover(name, run, originOf(tracked.reading?.ibstat));
      if (typeof found === "string") return found;
      this.#discovery = found;
      this.#failure = null;
      return null;
    } catch (error) {
      return asFault(error, name).title;
    }
  }

  /** Keeps the observer while it works and its port is up; else the next fit host takes over at once. */
  async #followObserver(tracked: Tracked, observing: Promise<string | null> | null, deadlineMs: number): Promise<void> {
    const { name } = tracked.device;
    const tried = new Set<Tracked>();
    let failure = await observing;
    if (observing !== null) {
      if (failure === null && tracked.fresh && isUp(tracked.reading?.ibstat)) return;
      failure ??= `${name} has no InfiniBand port that is up`;
      if (this.#observer === name) this.#observer = null;
      tracked.passedOverUntil = Date.now() + observerPenaltyMs;
      tried.add(tracked);
    }
    while (this.#observer === null) {
      const next = this.#fitObserver(tracked, tried);
      if (next === null) break;
      tried.add(next);
      this.#observer = next.device.name;
      failure = await this.#discoverFrom(next, this.#runner(next, deadlineMs));
      if (failure === null || this.#observer !== next.device.name) return;
      this.#observer = null;
      next.passedOverUntil = Date.now() + observerPenaltyMs;
    }
    if (failure !== null && this.#observer === null) this.#failure = failure;
  }

  /** In the lab file's order; one that failed lately is tried again only at its own poll, when nobody else is left. */
  #fitObserver(polled: Tracked, tried: ReadonlySet<Tracked>): Tracked | null {
    const canObserve = (tracked: Tracked) => !tried.has(tracked) && tracked.fresh && isUp(tracked.reading?.ibstat);
    const now = Date.now();
    for (const tracked of this.#tracked.values()) {
      if (tracked.passedOverUntil <= now && canObserve(tracked)) return tracked;
    }
    return canObserve(polled) ? polled : null;
  }

  #publishSoon(): void {
    this.#publishing ??= setImmediate(() => this.#publishNow());
  }

  #publishNow(): void {
    if (this.#publishing) clearImmediate(this.#publishing);
    this.#publishing = null;
    const { lab, deviceTypes } = this.#deps.lab.get();
    const inputs = this.#inputs();
    const joined = inputs.length === 0 ? null : joinFabric(inputs);
    const { devices, cables: previous } = this.state.get();
    const discovery = this.#discovery;
    const [observedAt, observer] = [discovery?.observedAt ?? null, discovery?.observer ?? null];
    const failure = this.#failure;
    const cables =
      lab === null
        ? []
        : cablesOf({
            lab,
            types: deviceTypes,
            devices,
            joined,
            observedAt,
            observer,
            failure,
            previous,
            nowMs: Date.now(),
          });
    const sources = discovery === null ? [] : [discovery.source];
    this.state.update((draft) => {
      mergeInto(draft, { ...draft, cables, fabric: joined?.fabric ?? null, observer, observedAt, sources });
    });
  }

  /** Newest first, so that the newest word on a port counts. Silent hosts still tell which GUIDs are theirs. */
  #inputs(): readonly FabricInput[] {
    const dated: { readonly at: number; readonly input: FabricInput }[] = [];
    for (const { device, reading, fresh } of this.#tracked.values()) {
      if (reading === null) continue;
      const ibstat = fresh ? reading.ibstat : identityOnly(reading.ibstat);
      dated.push({
        at: reading.observedAt,
        input: { kind: "ibstat", source: `ibstat on ${device.name}`, reading: ibstat },
      });
    }
    if (this.#discovery !== null && this.#failure === null) {
      for (const input of this.#discovery.inputs) dated.push({ at: this.#discovery.observedAt, input });
    }
    return dated.sort((x, y) => y.at - x.at).map(({ input }) => input);
  }
}

function isUp(reading: IbstatReading | undefined): boolean {
  const ports = reading?.hcas.flatMap((hca) => hca.ports) ?? [];
  return ports.some((port) => port.linkLayer !== "Ethernet" && port.physState === "LinkUp");
}

/** The first port that is up: the diagnostics take that one when none is named. */
function originOf(reading: IbstatReading | undefined): string | null {
  const ports = reading?.hcas.flatMap((hca) => hca.ports) ?? [];
  return ports.find((port) => port.linkLayer !== "Ethernet" && port.physState === "LinkUp")?.guid ?? null;
}

function identityOnly(reading: IbstatReading): IbstatReading {
  const forget = { state: "Unknown", physState: "Unknown", width: null, speed: null } as const;
  const hcas = reading.hcas.map((hca) => ({ ...hca, ports: hca.ports.map((port) => ({ ...port, ...forget })) }));
  return { hcas, unread: [] };
}

function asFault(error: unknown, device: string): Fault {
  if (error instanceof FaultError) return error.fault;
  return {
    code: "fabric.failed",
    title: `${device} could not be read`,
    detail: error instanceof Error ? error.message : String(error),
    next: "Try again.",
    retry: true,
    subject: device,
  };
}
