/** Decides when counters are read and from where: by the observer's tools, more slowly than states, and never for most of the time. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Fault } from "../contract/error.ts";
import type { CountersState } from "../contract/fabric.ts";
import type { LabState } from "../contract/lab.ts";
import type { CommandResult } from "../contract/ssh.ts";
import type { HistorySink } from "../history/types.ts";
import type { Published } from "../published.ts";
import type { SshService } from "../ssh/types.ts";
import { fabricOutputBytes } from "./bounds.ts";
import { errorsCommand, isMissingTool, trafficCommand } from "./commands.ts";
import { countersOf } from "./counting.ts";
import { faultFrom, tooLarge } from "./faults.ts";
import type { Places } from "./places.ts";
import type { QueryErrorsReading } from "./read/ibqueryerrors.ts";
import { readOutput } from "./reading-thread.node.ts";
import { endOf, sourceOf } from "./source.ts";
import type { TimeLeft, Tracked } from "./tracked.ts";
import { type CounterTrend, Trends } from "./trends.ts";

export interface CountingDeps {
  readonly lab: Published<LabState>;
  readonly ssh: Pick<SshService, "run">;
  readonly intervalMs: () => number;
  /** The host whose tools describe the fabric now; null while none does. */
  readonly observer: () => Tracked | null;
  /** Where the lab file's ports stand in what was published last; null while no lab is open. */
  readonly places: () => Places | null;
  readonly history: HistorySink | null;
  readonly onCounted: () => void;
}

interface Counts {
  readonly traffic: QueryErrorsReading;
  readonly errors: QueryErrorsReading;
}

/** How long one of the two commands may take. */
const timeoutMs = 60_000;
/** Reading takes at most this part of the time: a fabric that is slow to read is read less often. */
const greatestLoad = 0.1;
/** Nobody observes yet: looked for again after this. */
const waitingMs = 500;

export class Counting {
  readonly #deps: CountingDeps;
  readonly #trends = new Trends();
  #state: CountersState | null = null;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  #on = false;

  constructor(deps: CountingDeps) {
    this.#deps = deps;
  }

  get state(): CountersState | null {
    return this.#state;
  }

  get trends(): readonly CounterTrend[] {
    return this.#trends.get();
  }

  start(): void {
    this.#on = true;
    this.#schedule(0);
  }

  stop(): void {
    this.#on = false;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Another lab: nothing of the one before is told any more. */
  forget(): void {
    this.#trends.forget();
    this.#state = null;
    if (this.#on) this.#schedule(0);
  }

  /** Reads once, now, where a host observes the fabric; one reading at a time. */
  read(left: TimeLeft = () => timeoutMs): Promise<void> {
    this.#running ??= this.#read(left).finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  #schedule(delayMs: number): void {
    if (this.#timer) clearTimeout(this.#timer);
    if (!this.#on) return;
    this.#timer = setTimeout(async () => {
      const ready = this.#deps.observer() !== null && this.#deps.places()?.fabric != null;
      if (ready) await this.read();
      this.#schedule(ready ? this.#intervalAfter(this.#state?.durationMs ?? 0) : waitingMs);
    }, delayMs);
    this.#timer.unref();
  }

  /** In whole seconds where reading is what takes the time. */
  #intervalAfter(durationMs: number): number {
    return Math.max(this.#deps.intervalMs(), Math.ceil(durationMs / greatestLoad / 1000) * 1000);
  }

  async #read(left: TimeLeft): Promise<void> {
    const observer = this.#deps.observer();
    if (observer === null) return;
    const { name } = observer.device;
    const lab = this.#deps.lab.get().path;
    const signal = observer.stop.signal;
    const run = (argv: readonly string[]) =>
      this.#deps.ssh.run(name, argv, {
        timeoutMs: Math.max(1, Math.min(timeoutMs, left())),
        maxBytes: fabricOutputBytes,
        signal,
      });
    try {
      const traffic = await run(trafficCommand);
      const errors = isMissingTool(traffic.exitCode) ? null : await run(errorsCommand);
      const reading = {
        traffic: await readOutput("ibqueryerrors", traffic.stdout),
        errors: await readOutput("ibqueryerrors", errors?.stdout ?? ""),
      };
      // Taking it over and counting are two turns of the loop: each of a large fabric takes a while.
      await nextTurn();
      if (this.#deps.lab.get().path === lab) this.#take(name, traffic, errors, reading);
    } catch (error) {
      if (!signal.aborted) this.#failed(name, faultFrom(error, name), []);
    }
    this.#deps.onCounted();
  }

  #take(observer: string, traffic: CommandResult, errors: CommandResult | null, reading: Counts): void {
    const sources = [traffic, ...(errors === null ? [] : [errors])];
    const whole = reading.traffic.summary !== null && reading.errors.summary !== null;
    const places = this.#deps.places();
    if (errors === null || !whole || places?.fabric == null) {
      const beyond = reading.traffic.beyond ?? reading.errors.beyond;
      const fault = beyond ? tooLarge(observer, "ibqueryerrors", beyond) : notCounted(observer, traffic, errors);
      this.#failed(observer, fault, sources);
      return;
    }
    const counted = countersOf({ ...reading, errorsStderr: errors.stderr, places });
    const at = endOf(errors);
    const durationMs = Math.max(1, Math.round(at - traffic.startedAt));
    const intervalMs = this.#intervalAfter(durationMs);
    this.#trends.take(counted.ports, at);
    this.#state = {
      observer,
      observedAt: at,
      durationMs,
      intervalMs,
      ports: counted.ports.length,
      leftOut: counted.leftOut,
      unanswered: counted.unanswered,
      fault: null,
      // The traffic of all ports is never twice the same; the history has it.
      sources: [sourceOf(errors)],
    };
    this.#deps.history?.counters({
      at,
      steadyMs: performance.now() - (Date.now() - at),
      observer,
      intervalMs,
      samples: counted.ports,
    });
  }

  /** What was counted before stays, with its age. */
  #failed(observer: string, fault: Fault, results: readonly CommandResult[]): void {
    const before = this.#state;
    const none = { observedAt: null, durationMs: 0, intervalMs: this.#deps.intervalMs(), ports: 0, leftOut: 0 };
    this.#state = {
      ...(before ?? { ...none, unanswered: 0, sources: [] }),
      observer,
      fault,
      ...(results.length > 0 ? { sources: results.map(sourceOf) } : {}),
    };
  }
}

/** ibqueryerrors ends with 0 and says nothing where no subnet manager answers: silence is not "no errors". */
function notCounted(observer: string, traffic: CommandResult, errors: CommandResult | null): Fault {
  const evidence = [traffic.stderr, errors?.stderr ?? ""].join("").trim().slice(0, 4000);
  if (isMissingTool(traffic.exitCode)) {
    return {
      code: "fabric.no-counters",
      title: `${observer} has no ibqueryerrors`,
      detail: "The host observes the fabric, but cannot read the counters of its ports.",
      next: "Install infiniband-diags on it.",
      evidence,
      subject: observer,
    };
  }
  const noManager = /Query SA failed|No SM\/SA found|Failed to bind to the SA/.test(evidence);
  return {
    code: noManager ? "fabric.counters-no-sm" : "fabric.no-counters",
    title: noManager ? "Counters need a subnet manager, and none answers" : "The counters could not be read",
    detail: noManager
      ? `ibqueryerrors on ${observer} asks the subnet manager for the paths to all ports, and got no answer. Links go on without it; what they count is not seen.`
      : `ibqueryerrors on ${observer} did not come to its end (exit code ${errors?.exitCode ?? traffic.exitCode ?? "unknown"}); ports it did not name are not known to be free of errors.`,
    next: noManager
      ? "Start the subnet manager (opensm on a host, or the switch's own)."
      : "Read its message; check that the login may use /dev/infiniband/umad*.",
    evidence,
    retry: true,
    subject: observer,
  };
}
