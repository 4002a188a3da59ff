/** Reads one device at its turn, and decides what a failure to do so says about reaching it. */

import { untilAborted } from "../abort.ts";
import type { LabState } from "../contract/lab.ts";
import type { Published } from "../published.ts";
import type { SshService } from "../ssh/types.ts";
import { hostOutputBytes } from "./bounds.ts";
import { faultFrom } from "./faults.ts";
import { type Run, readHost } from "./host.node.ts";
import type { Observer } from "./observer.node.ts";
import { type Publishing, shellOf } from "./publishing.node.ts";
import { reachOf, reachOfFault } from "./reach.ts";
import type { TimeLeft, Tracked } from "./tracked.ts";

export interface DeviceReaderDeps {
  readonly lab: Published<LabState>;
  readonly ssh: Pick<SshService, "state" | "run" | "connect">;
  readonly publishing: Publishing;
  readonly observer: Observer;
}

/** Commands for one reading; they end when the device leaves the lab or a question to the admin comes up. */
export function runnerFor(ssh: DeviceReaderDeps["ssh"], tracked: Tracked, left: TimeLeft): Run {
  const { name } = tracked.device;
  return async (argv, maxBytes = hostOutputBytes) => {
    const asked = new AbortController();
    const asking = () => ssh.state.get().connections[name]?.status === "asking";
    // A script answers at once, and then the commands go on; only what waits for a person ends them.
    const stopWatching = ssh.state.onChange(() => {
      if (asking()) setImmediate(() => asking() && asked.abort());
    });
    try {
      const signal = AbortSignal.any([tracked.stop.signal, asked.signal]);
      return await ssh.run(name, argv, {
        timeoutMs: Math.max(1, Math.round(left())),
        maxBytes,
        signal,
      });
    } finally {
      stopWatching();
    }
  };
}

export class DeviceReader {
  readonly #deps: DeviceReaderDeps;

  constructor(deps: DeviceReaderDeps) {
    this.#deps = deps;
  }

  async read(tracked: Tracked, left: TimeLeft): Promise<void> {
    const { device } = tracked;
    const { lab, ssh, publishing, observer } = this.#deps;
    const shell = shellOf(device, lab.get());
    if (shell === null) return publishing.setReach(tracked, "unmanaged", null);
    if (ssh.state.get().connections[device.name]?.status === "asking") {
      tracked.fresh = false;
      publishing.setReach(tracked, "asking", null);
      const lost = observer.is(tracked) ? Promise.resolve(`${device.name} waits for an answer`) : null;
      return observer.follow(tracked, lost, left);
    }
    if (shell === "mlnx-os") return this.#touch(tracked, left);
    const observing = observer.is(tracked) ? observer.discoverFrom(tracked, left) : null;
    await this.#readHost(tracked, left);
    publishing.soon();
    await observer.follow(tracked, observing, left);
    publishing.soon();
  }

  async #readHost(tracked: Tracked, left: TimeLeft): Promise<void> {
    const { ssh, publishing, observer } = this.#deps;
    const { device } = tracked;
    try {
      const reading = await readHost(device, runnerFor(ssh, tracked, left), tracked.reading?.pcie);
      const { observedAt, hcas, source, roundTripMs } = reading;
      const fault = reading.fault ?? observer.answerFault(device.name);
      tracked.reading = reading;
      tracked.fresh = true;
      tracked.failures = 0;
      const seen = { observedAt, lastSeenAt: observedAt, hcas, source, roundTripMs, fault };
      publishing.setReach(tracked, "reachable", fault, seen);
    } catch (error) {
      if (tracked.stop.signal.aborted) return;
      tracked.fresh = false;
      tracked.failures++;
      const connection = ssh.state.get().connections[device.name];
      const fault = faultFrom(error, device.name);
      const asking = connection?.status === "asking";
      publishing.setReach(tracked, asking ? "asking" : reachOfFault(fault), asking ? null : fault);
    }
  }

  /** A switch is only reached for: connected once, then its connection's own retries tell. */
  async #touch(tracked: Tracked, left: TimeLeft): Promise<void> {
    const { ssh, publishing } = this.#deps;
    const { name } = tracked.device;
    const before = ssh.state.get().connections[name];
    const again =
      before === undefined || before.status === "idle" || (before.status === "failed" && before.fault?.retry === true);
    const fault = again ? await this.#connect(tracked, left) : before.fault;
    if (tracked.stop.signal.aborted) return;
    const reach = reachOf(ssh.state.get().connections[name]);
    tracked.failures = reach === "reachable" ? 0 : tracked.failures + 1;
    const seen = reach === "reachable" ? { observedAt: Date.now(), lastSeenAt: Date.now() } : {};
    publishing.setReach(tracked, reach === "unknown" && fault !== null ? reachOfFault(fault) : reach, fault, seen);
  }

  /** Waits for the connection as long as there is time; the attempt itself goes on by the SSH service's own rules. */
  #connect(tracked: Tracked, left: TimeLeft) {
    const { ssh } = this.#deps;
    const { name } = tracked.device;
    const enough = AbortSignal.any([tracked.stop.signal, AbortSignal.timeout(Math.max(1, Math.round(left())))]);
    return untilAborted(ssh.connect(name), enough).then(
      ({ fault }) => fault,
      (error: unknown) => (enough.aborted ? null : faultFrom(error, name)),
    );
  }
}
