/**
 * Owns how channels are shared out over a device's connections: fair queues, room kept for shells, further connections
 * as they are needed, idle ones closed. Commands wait their turn; a shell that can have no channel is told at once.
 * Knows nothing of SSH but that channels are limited.
 */

export interface PoolRules {
  /** Channels per connection until the server teaches otherwise (MaxSessions of OpenSSH is 10). */
  readonly channelsPerConnection: number;
  /** Channels of each connection that commands leave free for shells. */
  readonly keptForShells: number;
  /** Shells and transfers at one time; one more is refused at once. */
  readonly maxShells: number;
  /** Commands at one time; further ones wait their turn, as commands are short. */
  readonly maxCommands: number;
  readonly maxConnections: number;
  /** An extra connection without channels is closed after this. */
  readonly idleMs: number;
  /** Wait before a further connection that could not be opened is tried again; doubles each time. */
  readonly growRetryMs: number;
}

/** 256 shells need 26 connections of 10 channels; 160 connections carry them at two channels each, with commands. */
export const usualPool: PoolRules = {
  channelsPerConnection: 10,
  keptForShells: 2,
  maxShells: 256,
  maxCommands: 32,
  maxConnections: 160,
  idleMs: 30_000,
  growRetryMs: 300,
};

/** A `shell` holds its channel for long, as a transfer does; a `command` gives it back soon. */
export type ChannelKind = "command" | "shell";

/** Why a shell is refused a channel; `cause` is why no further connection could be opened, where that was tried. */
export class PoolFull extends Error {
  readonly channels: number;
  readonly connections: number;

  constructor(channels: number, connections: number, cause?: unknown) {
    super("no channel is left", { cause });
    this.channels = channels;
    this.connections = connections;
  }
}

/** The right to one channel. Release it once, when the channel is closed. */
export interface Lease<C> {
  readonly connection: C;
  /** To be called when the server has confirmed the channel. */
  opened(): void;
  release(): void;
  /** Releases it and remembers that the server takes no more; true when it has never taken any on this connection. */
  refused(): boolean;
}

interface Slot<C> {
  readonly connection: C;
  channels: number;
  /** Turns of them, in the order they were given. */
  readonly turns: Set<object>;
  /** Of them, confirmed by the server; and the most there ever were, which is what the server is known to take. */
  open: number;
  mostOpen: number;
  limit: number;
  idle: ReturnType<typeof setTimeout> | undefined;
}

interface Waiter<C> {
  readonly kind: ChannelKind;
  readonly grant: (lease: Lease<C>) => void;
  readonly refuse: (why: unknown) => void;
}

export interface PoolDeps<C> {
  readonly rules: PoolRules;
  /** Opens one more connection; after repeated rejections shells are refused, and commands wait for free channels. */
  readonly grow: () => Promise<C>;
  readonly close: (connection: C) => void;
  readonly onChange: () => void;
}

/** Attempts in a row to open a further connection; then none is made for a while. */
const growAttempts = 3;
const growPauseMs = 10_000;
/** Logins at one time: OpenSSH drops some at random from the tenth on (MaxStartups). */
const maxGrowing = 4;

export class ChannelPool<C> {
  readonly #deps: PoolDeps<C>;
  readonly #slots: Slot<C>[] = [];
  #waiting: Waiter<C>[] = [];
  /** What a refusal taught; further connections to the same server start with it. */
  #learnedLimit = Number.POSITIVE_INFINITY;
  readonly #held: Record<ChannelKind, number> = { command: 0, shell: 0 };
  #growing = 0;
  #growFailures = 0;
  #growFailure: unknown;
  #growTimer: ReturnType<typeof setTimeout> | undefined;
  /** The server took no channel at all when it was last asked: a further connection would not help. */
  #takesNone = false;

  constructor(deps: PoolDeps<C>) {
    this.#deps = deps;
  }

  get connections(): number {
    return this.#slots.length;
  }

  get channels(): number {
    return this.#slots.reduce((sum, slot) => sum + slot.channels, 0);
  }

  /** The connection opened first of those that are left. */
  get primary(): C | undefined {
    return this.#slots[0]?.connection;
  }

  add(connection: C): void {
    const limit = Math.min(this.#deps.rules.channelsPerConnection, this.#learnedLimit);
    this.#slots.push({ connection, channels: 0, turns: new Set(), open: 0, mostOpen: 0, limit, idle: undefined });
    this.#watchIdle();
    this.#pump();
    this.#deps.onChange();
  }

  remove(connection: C): void {
    const index = this.#slots.findIndex((slot) => slot.connection === connection);
    if (index < 0) return;
    clearTimeout(this.#slots[index]?.idle);
    this.#slots.splice(index, 1);
    this.#pump();
    this.#deps.onChange();
  }

  /** Empties the pool and tells which connections were in it. */
  clear(): C[] {
    const connections = this.#slots.map((slot) => slot.connection);
    for (const slot of this.#slots.splice(0)) clearTimeout(slot.idle);
    clearTimeout(this.#growTimer);
    this.#growTimer = undefined;
    this.#growFailures = 0;
    this.#deps.onChange();
    return connections;
  }

  /** Rejects everything that waits. */
  refuseWaiting(why: unknown): void {
    for (const waiter of this.#waiting.splice(0)) waiter.refuse(why);
  }

  /**
   * Waits for a turn. Turns of one kind are given in the order they were asked for. Rejects with the signal's reason,
   * and a shell with {@link PoolFull} as soon as it is known that there will be none for it.
   */
  acquire(kind: ChannelKind, signal: AbortSignal): Promise<Lease<C>> {
    if (signal.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const waiter: Waiter<C> = {
        kind,
        grant: (lease) => {
          signal.removeEventListener("abort", onAbort);
          resolve(lease);
        },
        refuse: (why) => {
          signal.removeEventListener("abort", onAbort);
          reject(why);
        },
      };
      const onAbort = () => {
        this.#waiting = this.#waiting.filter((other) => other !== waiter);
        reject(signal.reason);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#waiting.push(waiter);
      this.#pump();
    });
  }

  #pump(): void {
    const blocked = new Set<ChannelKind>();
    for (const waiter of [...this.#waiting]) {
      if (blocked.has(waiter.kind)) continue;
      const slot = this.#mayHold(waiter.kind)
        ? this.#slots.find((candidate) => this.#hasRoom(candidate, waiter.kind))
        : undefined;
      if (!slot) {
        blocked.add(waiter.kind);
        continue;
      }
      this.#waiting = this.#waiting.filter((other) => other !== waiter);
      waiter.grant(this.#lease(slot, waiter.kind));
    }
    this.#grow();
    this.#refuseShells();
  }

  #mayHold(kind: ChannelKind): boolean {
    const { maxCommands, maxShells } = this.#deps.rules;
    return this.#held[kind] < (kind === "command" ? maxCommands : maxShells);
  }

  #limit(slot: Slot<C>): number {
    return Math.max(1, Math.min(slot.limit, Math.max(this.#learnedLimit, slot.mostOpen)));
  }

  #hasRoom(slot: Slot<C>, kind: ChannelKind): boolean {
    const limit = this.#limit(slot);
    const kept = kind === "command" && limit > this.#deps.rules.keptForShells * 2 ? this.#deps.rules.keptForShells : 0;
    return slot.channels < limit - kept;
  }

  /** Refuses the shells, the youngest first, for which there is neither room nor a connection to come. */
  #refuseShells(): void {
    const { rules } = this.#deps;
    const shells = this.#waiting.filter((waiter) => waiter.kind === "shell");
    if (shells.length === 0 || this.#slots.length === 0) return;
    const mayGrow = this.#growing > 0 || this.#mayGrow();
    const places = mayGrow || this.#takesNone ? rules.maxShells - this.#held.shell : 0;
    const refused = shells.slice(Math.max(0, places));
    if (refused.length === 0) return;
    this.#waiting = this.#waiting.filter((waiter) => !refused.includes(waiter));
    const why = new PoolFull(this.channels, this.connections, this.#growFailure);
    for (const waiter of refused) waiter.refuse(why);
  }

  #lease(slot: Slot<C>, kind: ChannelKind): Lease<C> {
    slot.channels++;
    this.#held[kind]++;
    clearTimeout(slot.idle);
    slot.idle = undefined;
    this.#deps.onChange();
    let state: "asked" | "open" | "over" = "asked";
    const turn = {};
    slot.turns.add(turn);
    const release = () => {
      if (state === "over") return;
      if (state === "open") slot.open--;
      state = "over";
      slot.turns.delete(turn);
      slot.channels--;
      this.#held[kind]--;
      this.#watchIdle();
      this.#pump();
      this.#deps.onChange();
    };
    return {
      connection: slot.connection,
      opened: () => {
        if (state !== "asked") return;
        state = "open";
        this.#takesNone = false;
        slot.mostOpen = Math.max(slot.mostOpen, ++slot.open);
      },
      release,
      refused: () => {
        // answers come in the order of the requests: what was asked before and is not refused was taken
        const takenBefore = [...slot.turns].indexOf(turn);
        const taken = Math.max(slot.mostOpen, takenBefore);
        // a server that takes none is asked again by the next request, on this connection
        slot.limit = Math.min(slot.limit, Math.max(1, taken));
        if (taken > 0) this.#learnedLimit = Math.min(this.#learnedLimit, slot.limit);
        else this.#takesNone = true;
        release();
        return taken === 0;
      },
    };
  }

  #mayGrow(): boolean {
    return (
      this.#slots.length > 0 &&
      !this.#takesNone &&
      this.#growFailures < growAttempts &&
      this.#slots.length + this.#growing < this.#deps.rules.maxConnections
    );
  }

  /** Opens as many connections as the waiting shells need, a few at a time; one at a time for commands. */
  #grow(): void {
    const waiting = (kind: ChannelKind) =>
      this.#mayHold(kind) ? this.#waiting.filter((waiter) => waiter.kind === kind).length : 0;
    const perConnection = Math.min(this.#deps.rules.channelsPerConnection, this.#learnedLimit);
    const wanted = Math.max(Math.min(1, waiting("command")), Math.ceil(waiting("shell") / perConnection));
    if (this.#growTimer !== undefined) return;
    while (this.#growing < Math.min(wanted, maxGrowing) && this.#mayGrow()) this.#growOne();
  }

  #growOne(): void {
    this.#growing++;
    this.#deps.grow().then(
      (connection) => {
        this.#growing--;
        this.#growFailures = 0;
        this.#growFailure = undefined;
        this.add(connection);
      },
      (error: unknown) => {
        this.#growing--;
        this.#growFailure = error;
        if (this.#growTimer === undefined && this.#slots.length > 0) this.#pauseGrowing(); // once for those of one time
        this.#pump();
      },
    );
  }

  /** After the last attempt shells are refused meanwhile, then connections are tried anew. */
  #pauseGrowing(): void {
    const last = ++this.#growFailures >= growAttempts;
    const pauseMs = last ? growPauseMs : this.#deps.rules.growRetryMs * 2 ** (this.#growFailures - 1);
    const timer = setTimeout(() => {
      this.#growTimer = undefined;
      if (last) this.#growFailures = 0;
      this.#pump();
    }, pauseMs);
    this.#growTimer = timer;
  }

  #watchIdle(): void {
    for (const slot of this.#slots.slice(1)) {
      if (slot.channels > 0 || slot.idle !== undefined) continue;
      slot.idle = setTimeout(() => {
        if (slot.channels === 0) this.#deps.close(slot.connection);
      }, this.#deps.rules.idleMs);
    }
  }
}
