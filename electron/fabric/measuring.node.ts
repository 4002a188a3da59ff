/** Owns a measurement while it runs: both ends are started, watched and, whatever happens, ended. */
import { setTimeout as delay } from "node:timers/promises";
import { untilAborted } from "../abort.ts";
import { FaultError } from "../contract/error.ts";
import type { Measurement, MeasurePlan, MeasureRequest } from "../contract/measure.ts";
import type { CommandResult } from "../contract/ssh.ts";
import type { SshService } from "../ssh/types.ts";
import type { CableView } from "./explain/cable.ts";
import { cameTooEarly, checkCommand, endsOf, measurementOf, planOf, readCheck } from "./measure.ts";

export interface Shown {
  readonly request: MeasurePlan["request"];
  readonly shown: readonly [readonly string[], readonly string[]];
}

/** How often, and how long apart, the sender tries while the receiver does not listen yet. */
const connectTries = 12;
const connectPauseMs = 400;
/** For SSH itself, above what the commands are given. */
const marginMs = 10_000;
/** The receiver ends by itself with the sender; after this it is ended. */
const serverEndMs = 5000;
const killTimeoutMs = 10_000;
/** A command that is being started is waited for as long, to learn its process id. */
const beginMs = 3000;

export class Measuring {
  readonly #ssh: Pick<SshService, "run">;
  #running: string | null = null;

  constructor(ssh: Pick<SshService, "run">) {
    this.#ssh = ssh;
  }

  async plan(view: CableView, request: MeasureRequest): Promise<MeasurePlan> {
    const { from, to } = endsOf(view, request);
    const check = async (device: string) => readCheck((await this.#ssh.run(device, checkCommand(request.tool))).stdout);
    const [client, server] = await Promise.all([check(from.device), check(to.device)]);
    return planOf(view, request, { client, server });
  }

  /** Runs what was shown, and nothing else. One at a time: two would measure each other. */
  async measure(view: CableView, { request, shown }: Shown, signal: AbortSignal): Promise<Measurement> {
    const plan = await this.plan(view, request);
    const missing = plan.server.missing ?? plan.client.missing;
    if (missing !== null) throw noTool(missing);
    if (JSON.stringify([plan.server.argv, plan.client.argv]) !== JSON.stringify(shown)) throw changed();
    if (this.#running !== null) throw busy(this.#running);
    this.#running = `${plan.client.device} to ${plan.server.device}`;
    try {
      return await this.#run(plan, signal);
    } finally {
      this.#running = null;
    }
  }

  async #run(plan: MeasurePlan, signal: AbortSignal): Promise<Measurement> {
    if (signal.aborted) throw cancelled(plan, []);
    const over = new AbortController();
    const ends: End[] = [];
    let failure: unknown;
    try {
      return await untilAborted(this.#steps(plan, ends, over.signal, signal), signal);
    } catch (error) {
      failure = error;
    } finally {
      // By its process id before its channel is closed: that ends nothing on older servers, and on newer ones it ends
      // `timeout` without the program below it.
      await Promise.all(ends.map((end) => end.kill()));
      over.abort();
      await Promise.all(ends.map((end) => end.result.catch(() => undefined)));
    }
    if (!signal.aborted) throw failure;
    const unseen = ends.filter(({ ended }) => !ended).map(({ device }) => device);
    throw cancelled(plan, unseen);
  }

  async #steps(plan: MeasurePlan, ends: End[], over: AbortSignal, signal: AbortSignal): Promise<Measurement> {
    const server = new End(this.#ssh, plan.server, over);
    ends.push(server);
    await server.begun;
    for (let attempt = 1; ; attempt++) {
      const client = new End(this.#ssh, plan.client, over);
      ends.push(client);
      const result = await Promise.race([client.result, server.failure]);
      if (!cameTooEarly(result) || server.ended || attempt === connectTries) {
        return measurementOf(plan, result, await settledIn(server.result, serverEndMs));
      }
      await delay(connectPauseMs, undefined, { signal });
    }
  }
}

/** The result, or null where there is none within this time. */
async function settledIn(result: Promise<CommandResult>, timeMs: number): Promise<CommandResult | null> {
  const left = new AbortController();
  const late = delay(timeMs, null, { signal: left.signal }).catch(() => null);
  return Promise.race([result.catch(() => null), late]).finally(() => left.abort());
}

/** As much is looked through for the process id; a login shell may greet before it. */
const headChars = 64 * 1024;

/** One end of a measurement: a command that prints its process id first. */
class End {
  readonly #ssh: Pick<SshService, "run">;
  readonly device: string;
  #processId: string | null = null;
  /** Its end was told of. */
  ended = false;
  readonly result: Promise<CommandResult>;
  /** Settles when it runs, or is over. */
  readonly begun: Promise<void>;
  /** Settles, with what it printed, only when it ended without success. */
  readonly failure: Promise<CommandResult>;

  constructor(
    ssh: Pick<SshService, "run">,
    { device, argv, limitSeconds }: MeasurePlan["server"],
    signal: AbortSignal,
  ) {
    this.#ssh = ssh;
    this.device = device;
    const decoder = new TextDecoder();
    let head = "";
    const begun = Promise.withResolvers<void>();
    const onStdout = (chunk: Uint8Array) => {
      if (this.#processId !== null || head.length > headChars) return;
      head += decoder.decode(chunk, { stream: true });
      this.#processId = /^halfrack-pid (\d{1,10})\r?\n/m.exec(head)?.[1] ?? null;
      if (this.#processId !== null) begun.resolve();
    };
    this.result = ssh
      .run(device, argv, { timeoutMs: limitSeconds * 1000 + marginMs, signal, onStdout })
      .then((result) => {
        this.ended = result.exitCode !== null || result.signal !== null;
        return result;
      })
      .finally(begun.resolve);
    this.result.catch(() => undefined);
    this.begun = begun.promise;
    this.failure = this.result.then((result) => (result.exitCode === 0 ? new Promise<never>(() => undefined) : result));
    this.failure.catch(() => undefined);
  }

  /** Ends it on its host; one that is over is left alone. */
  async kill(): Promise<void> {
    if (this.ended) return;
    const left = new AbortController();
    await Promise.race([this.begun, delay(beginMs, undefined, { signal: left.signal }).catch(() => undefined)]);
    left.abort();
    if (this.ended || this.#processId === null || Number(this.#processId) < 2) return;
    const kill = this.#ssh.run(this.device, ["kill", this.#processId], { timeoutMs: killTimeoutMs });
    const { exitCode } = await kill.catch(() => ({ exitCode: null }));
    if (exitCode === 0) await settledIn(this.result, killTimeoutMs);
  }
}

/** `unseen`: hosts on which the end of the program was not seen. */
function cancelled({ client, server }: MeasurePlan, unseen: readonly string[]): FaultError {
  return new FaultError({
    code: "fabric.measure-cancelled",
    title: "The measurement was cancelled",
    detail:
      unseen.length === 0
        ? `Both programs, on ${client.device} and on ${server.device}, were ended.`
        : `What runs on ${[...new Set(unseen)].toSorted().join(" and on ")} was not seen to end: it ends by itself within ${server.limitSeconds} s.`,
    next: "Start it again when it suits.",
  });
}

function noTool(missing: string): FaultError {
  return new FaultError({
    code: "fabric.no-perftest",
    title: "The tools to measure with are not installed",
    detail: missing,
    next: "Install them, or enter what another tool measured.",
  });
}

function changed(): FaultError {
  return new FaultError({
    code: "fabric.plan-changed",
    title: "The commands are not those that were shown",
    detail: "Something changed since: a cable, an address, a port. Nothing was started.",
    next: "Look at the commands again.",
    retry: true,
  });
}

function busy(running: string): FaultError {
  return new FaultError({
    code: "fabric.measure-busy",
    title: "Another measurement runs",
    detail: `${running} is being measured; two at a time would take the link from each other.`,
    next: "Wait until it is over, or cancel it.",
    retry: true,
  });
}
