/** The switch service: one session with each switch of the lab, asked while anybody watches, changed when the admin says so. */
import { setTimeout as delay } from "node:timers/promises";
import { type Fault, FaultError } from "../contract/error.ts";
import type { FabricState } from "../contract/fabric.ts";
import { faultOf } from "../contract/fault-of.ts";
import type { Device, LabState } from "../contract/lab.ts";
import type { SwitchChange, SwitchPlan, SwitchResult, SwitchShown, SwitchState } from "../contract/switch.ts";
import { typeOf } from "../contract/units.ts";
import { become } from "../fabric/merge.ts";
import { Polling } from "../fabric/polling.node.ts";
import type { TimeLeft, Tracked } from "../fabric/tracked.ts";
import { Published } from "../published.ts";
import type { SshService } from "../ssh/types.ts";
import { applyChange } from "./apply.node.ts";
import { planChange } from "./change.ts";
import { notASwitch, notAsShown, notConfirmed, notShown } from "./faults.ts";
import { HeldSwitch } from "./held.node.ts";
import type { CommandAnswer, SessionTimings } from "./session.node.ts";

export interface SwitchService extends AsyncDisposable {
  readonly state: Published<SwitchState>;
  /** Asks switches also while `on`, whether or not its own state is watched. */
  alsoWatched(on: boolean): void;
  /** Asks every switch once; one that fails is part of the answer. Never rejects. */
  observe(input: { readonly timeoutMs: number }): Promise<void>;
  /** What a switch answers to one `show` line. Throws a FaultError where it was not asked or did not answer. */
  show(device: string, line: string, signal: AbortSignal): Promise<CommandAnswer>;
  /** Throws a FaultError for what no switch can be given. */
  plan(input: { readonly device: string; readonly change: SwitchChange }): Promise<SwitchPlan>;
  /** Types what was shown, where it was shown. Throws a FaultError when the change was not made, or when that is not known. */
  apply(input: {
    readonly device: string;
    readonly change: SwitchChange;
    readonly shown: SwitchShown;
    readonly confirm?: string | undefined;
  }): Promise<SwitchResult>;
}

export interface SwitchServiceDeps {
  readonly lab: Published<LabState>;
  readonly ssh: Pick<SshService, "state" | "shell" | "address" | "askSecret">;
  readonly pollIntervalMs: () => number;
  /** What the hosts see, for what a change does; they are asked when they were not yet. */
  readonly fabric: () => Promise<Pick<FabricState, "cables" | "observer">>;
  readonly timings?: Partial<SessionTimings>;
}

/** Wide enough for every table, so that none is wrapped; long enough that few pages are. */
const terminal = { cols: 240, rows: 999 };
/** A session that nobody needs is given back after this long. */
const idleMs = 60_000;
/** A switch that was not read yet is, before it is told what a change does. */
const planReadMs = 15_000;
/** A change, with the time an admin takes for the password. */
const changeMs = 5 * 60_000;

export function createSwitchService(deps: SwitchServiceDeps): SwitchService {
  return new Switches(deps);
}

class Switches implements SwitchService {
  readonly state = new Published<SwitchState>({ switches: {}, paused: true });
  readonly #deps: SwitchServiceDeps;
  readonly #held = new Map<string, HeldSwitch>();
  readonly #byTracked = new WeakMap<Tracked, HeldSwitch>();
  #labPath: string | null = null;
  readonly #polling: Polling;
  readonly #stops: readonly (() => void)[];
  #watchers = 0;
  #also = false;
  #idle: NodeJS.Timeout | undefined;
  /** What was asked for beside polls, and perhaps waits for a password: no session ends under it. */
  #changes = 0;

  constructor(deps: SwitchServiceDeps) {
    this.#deps = deps;
    this.#polling = new Polling({ intervalMs: deps.pollIntervalMs, read: (...turn) => this.#read(...turn) });
    this.#stops = [
      this.state.onAudience((watchers) => {
        this.#watchers = watchers;
        this.#setPolling();
      }),
      deps.lab.onChange(() => this.#followLab()),
      deps.ssh.state.onChange((now, before) => {
        for (const [name, { tracked }] of this.#held) {
          const connected = now.connections[name]?.status === "connected";
          if (connected && before.connections[name]?.status !== "connected" && this.#polling.waits(tracked))
            this.#polling.soon(tracked);
        }
      }),
    ];
    this.#followLab();
  }

  alsoWatched(on: boolean): void {
    this.#also = on;
    this.#setPolling();
  }

  async observe({ timeoutMs }: { readonly timeoutMs: number }): Promise<void> {
    const deadlineMs = Date.now() + timeoutMs;
    const left = () => deadlineMs - Date.now();
    await Promise.all([...this.#held.values()].map(({ tracked }) => this.#polling.ask(tracked, left)));
    if (!this.#polling.on) this.#idleSoon();
  }

  async show(device: string, line: string, signal: AbortSignal): Promise<CommandAnswer> {
    const held = this.#switch(device);
    if (!/^show [\x20-\x7e]+$/.test(line)) throw notShown(device, line);
    const ended = AbortSignal.any([held.tracked.stop.signal, signal]);
    this.#changes += 1;
    try {
      return await held.show(line, ended);
    } finally {
      this.#changes -= 1;
      if (!this.#polling.on) this.#idleSoon();
    }
  }

  async plan(input: { readonly device: string; readonly change: SwitchChange }): Promise<SwitchPlan> {
    const held = this.#switch(input.device);
    const bare = { ...input, live: held.wasRead ? held.live : null, cables: [], observer: null };
    planChange(bare); // nobody is asked for what cannot be typed
    const address = await this.#deps.ssh.address(input.device);
    const { cables, observer } = await this.#deps.fabric();
    // What was read over a connection that is no more may be another switch's: the address may lead elsewhere now.
    const connected = this.#deps.ssh.state.get().connections[input.device]?.status === "connected";
    if (!held.wasRead || !connected) await this.#polling.ask(held.tracked, () => planReadMs);
    if (!this.#polling.on) this.#idleSoon();
    const plan = planChange({ ...bare, live: held.wasRead ? held.live : null, cables, observer });
    return { ...plan, address };
  }

  async apply(input: Parameters<SwitchService["apply"]>[0]): Promise<SwitchResult> {
    const { device, shown } = input;
    const { ssh } = this.#deps;
    const held = this.#switch(device);
    const { change, confirm, lines } = planChange({
      ...input,
      live: held.wasRead ? held.live : null,
      cables: [],
      observer: null,
    });
    const asShown = async () => {
      const address = await ssh.address(device);
      if (address !== shown.address || JSON.stringify(lines) !== JSON.stringify(shown.lines))
        throw notAsShown(device, shown.address, address);
    };
    await asShown();
    if (confirm !== null && input.confirm !== confirm) throw notConfirmed(device, confirm);
    const signal = AbortSignal.any([held.tracked.stop.signal, AbortSignal.timeout(changeMs)]);
    this.#changes += 1;
    try {
      return await applyChange({
        held,
        device,
        change,
        signal,
        asShown,
        pause: () => delay(500),
        askPassword: (prompt) => ssh.askSecret(input.device, prompt),
      });
    } finally {
      this.#changes -= 1;
      this.#publish(held, held.live.fault);
      this.#polling.soon(held.tracked);
      if (!this.#polling.on) this.#idleSoon();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const stop of this.#stops) stop();
    this.#polling.stop();
    clearTimeout(this.#idle);
    await Promise.all([...this.#held.keys()].map((name) => this.#forget(name)));
  }

  #switch(device: string): HeldSwitch {
    const held = this.#held.get(device);
    if (held) return held;
    const known = this.#deps.lab.get().lab?.devices.some(({ name }) => name === device) ?? false;
    throw notASwitch(
      device,
      known ? "Its type or its address in the lab file gives it none." : "The lab file has no such device.",
    );
  }

  #setPolling(): void {
    const on = this.#also || this.#watchers > 0;
    if (on === this.#polling.on) return;
    this.state.update((draft) => {
      draft.paused = !on;
    });
    clearTimeout(this.#idle);
    if (on) this.#polling.start([...this.#held.values()].map(({ tracked }) => tracked));
    else {
      this.#polling.stop();
      this.#idleSoon();
    }
  }

  #idleSoon(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      // The end of the last change asks again.
      if (this.#changes > 0) return;
      for (const { session } of this.#held.values()) session.close();
    }, idleMs);
    this.#idle.unref();
  }

  /** A switch that is reached in another way is another switch; in another lab file each is. */
  #followLab(): void {
    const { lab, deviceTypes, path } = this.#deps.lab.get();
    if (path !== this.#labPath) for (const name of [...this.#held.keys()]) void this.#forget(name);
    this.#labPath = path;
    const now = new Map(
      (lab?.devices ?? [])
        .filter((device) => device.ssh !== undefined && typeOf(device, deviceTypes)?.shell === "mlnx-os")
        .map((device) => [device.name, device]),
    );
    for (const [name, { tracked }] of [...this.#held]) {
      const device = now.get(name);
      if (device && JSON.stringify(device.ssh) === JSON.stringify(tracked.device.ssh)) tracked.device = device;
      else void this.#forget(name);
    }
    for (const device of now.values()) if (!this.#held.has(device.name)) this.#hold(device);
  }

  #hold(device: Device): void {
    const { ssh, timings } = this.#deps;
    const open = (signal: AbortSignal) => ssh.shell(device.name, { ...terminal, signal, wish: "poll" });
    const held = new HeldSwitch(device, { open, ...(timings ? { timings } : {}) });
    this.#held.set(device.name, held);
    this.#byTracked.set(held.tracked, held);
    this.#publish(held, null);
    this.#polling.soon(held.tracked);
  }

  async #forget(name: string): Promise<void> {
    const held = this.#held.get(name);
    if (!held) return;
    held.tracked.stop.abort();
    this.#held.delete(name);
    held.session.close();
    this.state.update((draft) => {
      delete draft.switches[name];
    });
    await this.#polling.forget(held.tracked);
  }

  async #read(tracked: Tracked, left: TimeLeft): Promise<void> {
    const held = this.#byTracked.get(tracked);
    if (!held) return;
    const { name } = tracked.device;
    // The question to the admin is what is waited for; the connection's own retries tell of the rest.
    if (this.#deps.ssh.state.get().connections[name]?.status === "asking") return;
    const signal = AbortSignal.any([tracked.stop.signal, AbortSignal.timeout(Math.max(1, Math.round(left())))]);
    try {
      await held.read(signal);
      tracked.failures = 0;
      this.#publish(held, null);
    } catch (error) {
      if (tracked.stop.signal.aborted) return;
      if (!(error instanceof FaultError)) process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
      tracked.failures++;
      this.#publish(held, faultOf(error));
    }
  }

  #publish(held: HeldSwitch, fault: Fault | null): void {
    const { name } = held.tracked.device;
    if (this.#held.get(name) !== held) return;
    const live = { ...held.live, fault };
    const state = this.state.get();
    become(this.state, { ...state, switches: { ...state.switches, [name]: live } });
  }
}
