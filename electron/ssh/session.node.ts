/** Owns one device's connections: when they are opened, shared, reported, tried again, and when that stops. */

import { untilAborted } from "../abort.ts";
import { type Fault, FaultError, invariant, messageOf } from "../contract/error.ts";
import type { ConnectionState, SshState } from "../contract/ssh.ts";
import type { Published } from "../published.ts";
import { type BackoffRules, backoffDelayMs } from "./backoff.ts";
import type { Connection } from "./connection.node.ts";
import { connectionLost, disconnected, notReadyInTime, tooManySessions } from "./faults.ts";
import { type ChannelKind, ChannelPool, type Lease, PoolFull, type PoolRules } from "./pool.ts";
import { type Target, targetAddress } from "./target.ts";

/** A shell waits this long for further connections to be opened. Commands have a time of their own. */
const shellWaitMs = 60_000;

/** Who wants the connection: a poll takes what there is, a person's act tries again. */
export type Wish = "poll" | "person";

export interface SessionDeps {
  readonly name: string;
  /** Null for a jump host that is no device: its state is nobody's to see. */
  readonly state: Published<SshState> | null;
  readonly target: () => Promise<Target>;
  readonly open: (target: Target, signal: AbortSignal) => Promise<Connection>;
  readonly backoff: BackoffRules;
  readonly pool: PoolRules;
}

export class DeviceSession {
  readonly #deps: SessionDeps;
  readonly #pool: ChannelPool<Connection>;
  #status: Exclude<ConnectionState["status"], "asking"> = "idle";
  #since = Date.now();
  #target: Target | null = null;
  #authenticatedBy: string | null = null;
  #factoryLogin = false;
  #fault: Fault | null = null;
  #failures = 0;
  #retryAt: number | null = null;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #connecting: Promise<void> | null = null;
  /** Settles when the attempts under way end in a connection or are given up. */
  #outcome: PromiseWithResolvers<void> | null = null;
  #life = new AbortController();

  constructor(deps: SessionDeps) {
    this.#deps = deps;
    this.#pool = new ChannelPool<Connection>({
      rules: deps.pool,
      grow: () => this.#openOne(),
      close: (connection) => connection.close(),
      onChange: () => this.publish(),
    });
  }

  /** Target of the last attempt, null before the first. */
  get lastTarget(): Target | null {
    return this.#target;
  }

  /** Connects now and forgets earlier failures. Throws a FaultError when it fails; retries may follow by themselves. */
  async connect(): Promise<void> {
    if (this.#status === "connected") return;
    if (!this.#connecting) this.#failures = 0;
    await (this.#connecting ?? this.#attempt());
  }

  /** Connects now if the last attempt failed: neither back-off nor a refusal counts any more. */
  tryAgain(): void {
    // How it ends stands in the published state, as for any attempt.
    if (this.#status === "waiting" || this.#status === "failed") this.connect().catch(() => undefined);
  }

  /** A channel of one of the connections, opening what is needed. */
  async acquire(kind: ChannelKind, wish: Wish, signal: AbortSignal): Promise<Lease<Connection>> {
    await untilAborted(this.#ready(wish), signal);
    const busy = new AbortController();
    const why = notReadyInTime(this.#deps.name, shellWaitMs, "further connections were not open in time");
    const timer = kind === "shell" ? setTimeout(() => busy.abort(why), shellWaitMs) : undefined;
    const signals = [signal, this.#life.signal, busy.signal];
    return this.#pool
      .acquire(kind, AbortSignal.any(signals))
      .catch((error: unknown) => {
        if (!(error instanceof PoolFull)) throw error;
        const cause = error.cause === undefined ? null : toFault(this.#deps.name, error.cause);
        throw tooManySessions(this.#deps.name, error, cause);
      })
      .finally(() => clearTimeout(timer));
  }

  /** The connection that jump hosts' streams go through; streams are not limited as sessions are. */
  async primary(): Promise<Connection> {
    await this.#ready("person");
    const { primary } = this.#pool;
    if (!primary) throw connectionLost(this.#deps.name, "");
    return primary;
  }

  /** Closes everything and stops trying. What waits fails with `ssh.disconnected`. */
  disconnect(): void {
    const why = disconnected(this.#deps.name);
    this.#life.abort(why);
    this.#life = new AbortController();
    clearTimeout(this.#retryTimer);
    this.#retryAt = null;
    for (const connection of this.#pool.clear()) connection.close();
    this.#outcome?.reject(why);
    this.#outcome = null;
    this.#connecting = null;
    this.#failures = 0;
    this.#fault = null;
    this.#enter("idle");
  }

  describe(): ConnectionState {
    const asking = this.#deps.state?.get().questions.some((question) => question.device === this.#deps.name) ?? false;
    const target = this.#target;
    return {
      status: asking && this.#status === "connecting" ? "asking" : this.#status,
      since: this.#since,
      address: target ? targetAddress(target) : "",
      via: target ? target.jumps.map((hop) => (hop.device ? hop.name : targetAddress(hop))) : [],
      authenticatedBy: this.#authenticatedBy,
      ...(this.#factoryLogin && this.#authenticatedBy !== null ? { factoryLogin: true } : {}),
      connections: this.#pool.connections,
      channels: this.#pool.channels,
      attempt: this.#failures,
      retryAt: this.#retryAt,
      fault: this.#fault,
    };
  }

  publish(): void {
    const { state, name } = this.#deps;
    state?.update((draft) => {
      draft.connections[name] = this.describe();
    });
  }

  async #ready(wish: Wish): Promise<void> {
    switch (this.#status) {
      case "connected":
        return;
      case "connecting":
        // an attempt made by itself is one of many: a person's shell waits for what comes of them all
        if (wish === "person" && this.#failures > 0 && this.#outcome) return this.#outcome.promise;
        return this.#connecting ?? this.#attempt();
      case "idle":
        return this.#attempt();
      case "waiting":
        invariant(this.#fault, "a waiting session has a fault");
        // a poll comes again by itself; a person's shell waits for the outcome
        if (wish === "poll") throw new FaultError(this.#fault);
        return this.#outcome?.promise;
      case "failed":
        invariant(this.#fault, "a failed session has a fault");
        if (wish === "poll" && !this.#mayPollAgain()) throw new FaultError(this.#fault);
        return this.#attempt();
    }
  }

  /** A poll never repeats a refused login; a dead machine it tries at the slowest pace. */
  #mayPollAgain(): boolean {
    return this.#fault?.retry === true && Date.now() - this.#since >= this.#deps.backoff.maxDelayMs;
  }

  #attempt(): Promise<void> {
    clearTimeout(this.#retryTimer);
    this.#retryAt = null;
    this.#outcome ??= withoutUnhandled(Promise.withResolvers<void>());
    const life = this.#life;
    const attempt = this.#openOne().then(
      (connection) => {
        this.#connecting = null;
        this.#failures = 0;
        this.#fault = null;
        this.#authenticatedBy = connection.authenticatedBy;
        this.#factoryLogin = connection.factoryLogin;
        this.#enter("connected");
        this.#pool.add(connection);
        this.#outcome?.resolve();
        this.#outcome = null;
      },
      (error: unknown) => {
        if (life.signal.aborted) throw life.signal.reason;
        this.#connecting = null;
        this.#failed(error);
        throw error;
      },
    );
    attempt.catch(() => undefined);
    this.#connecting = attempt;
    this.#enter("connecting");
    return attempt;
  }

  async #openOne(): Promise<Connection> {
    const life = this.#life.signal;
    // All connections of one session lead to one place, whatever ssh_config says meanwhile.
    const target = (this.#pool.connections > 0 && this.#target) || (await this.#deps.target());
    this.#target = target;
    this.publish();
    const connection = await this.#deps.open(target, life);
    if (life.aborted) {
      connection.close();
      throw life.reason;
    }
    connection.ended.then((said) => this.#ended(connection, said));
    return connection;
  }

  #ended(connection: Connection, said: string): void {
    this.#pool.remove(connection);
    if (connection.closedHere || this.#status !== "connected" || this.#pool.connections > 0) return;
    this.#authenticatedBy = null;
    this.#failures = 0;
    this.#outcome ??= withoutUnhandled(Promise.withResolvers<void>());
    this.#failed(connectionLost(this.#deps.name, said));
  }

  /** Decides whether there is a next attempt: only after faults of the network, never after a refusal. */
  #failed(error: unknown): void {
    const fault = toFault(this.#deps.name, error);
    this.#fault = fault;
    this.#failures++;
    const delayMs = fault.retry ? backoffDelayMs(this.#failures, this.#deps.backoff, Math.random()) : null;
    if (delayMs === null) {
      this.#enter("failed");
      this.#outcome?.reject(new FaultError(fault));
      this.#outcome = null;
      this.#pool.refuseWaiting(new FaultError(fault));
      return;
    }
    this.#retryAt = Date.now() + delayMs;
    this.#retryTimer = setTimeout(() => void this.#attempt().catch(() => undefined), delayMs);
    this.#enter("waiting");
  }

  #enter(status: Exclude<ConnectionState["status"], "asking">): void {
    if (this.#status !== status) this.#since = Date.now();
    this.#status = status;
    this.publish();
  }
}

function toFault(name: string, error: unknown): Fault {
  if (error instanceof FaultError) return error.fault;
  return {
    code: "ssh.failed",
    title: `The connection to ${name} failed`,
    detail: messageOf(error),
    next: "Connect again.",
    subject: name,
  };
}

function withoutUnhandled(outcome: PromiseWithResolvers<void>): PromiseWithResolvers<void> {
  outcome.promise.catch(() => undefined);
  return outcome;
}
