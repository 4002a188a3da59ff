/**
 * Owns how channels are shared out over a device's connections: fair queues, room kept for shells, a further
 * connection when the server's limit is reached, idle ones closed. Knows nothing of SSH but that channels are limited.
 */

export interface PoolRules {
  /** Channels per connection until the server teaches otherwise (MaxSessions of OpenSSH is 10). */
  readonly channelsPerConnection: number;
  /** Channels of each connection that commands leave free for shells. */
  readonly keptForShells: number;
  readonly maxConnections: number;
  /** An extra connection without channels is closed after this. */
  readonly idleMs: number;
}

export const usualPool: PoolRules = { channelsPerConnection: 10, keptForShells: 2, maxConnections: 4, idleMs: 30_000 };

export type ChannelKind = "command" | "shell";

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
}

export interface PoolDeps<C> {
  readonly rules: PoolRules;
  /** Opens one more connection; a rejection is remembered for a while and the queue waits for free channels. */
  readonly grow: () => Promise<C>;
  readonly close: (connection: C) => void;
  readonly onChange: () => void;
}

/** After a further connection could not be opened, none is tried for this long. */
const growPauseMs = 10_000;

export class ChannelPool<C> {
  readonly #deps: PoolDeps<C>;
  readonly #slots: Slot<C>[] = [];
  #waiting: Waiter<C>[] = [];
  /** What a refusal taught; further connections to the same server start with it. */
  #learnedLimit = Number.POSITIVE_INFINITY;
  #growing = false;
  #growAfter = 0;

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
    this.#deps.onChange();
    return connections;
  }

  /** Waits for a turn; rejects with the signal's reason. Turns of one kind are given in the order they were asked for. */
  acquire(kind: ChannelKind, signal: AbortSignal): Promise<Lease<C>> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const waiter: Waiter<C> = {
        kind,
        grant: (lease) => {
          signal.removeEventListener("abort", onAbort);
          resolve(lease);
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
      const slot = this.#slots.find((candidate) => this.#hasRoom(candidate, waiter.kind));
      if (!slot) {
        blocked.add(waiter.kind);
        continue;
      }
      this.#waiting = this.#waiting.filter((other) => other !== waiter);
      waiter.grant(this.#lease(slot));
    }
    if (this.#waiting.length > 0) this.#grow();
  }

  #hasRoom(slot: Slot<C>, kind: ChannelKind): boolean {
    const kept =
      kind === "command" && slot.limit > this.#deps.rules.keptForShells * 2 ? this.#deps.rules.keptForShells : 0;
    return slot.channels < slot.limit - kept;
  }

  #lease(slot: Slot<C>): Lease<C> {
    slot.channels++;
    clearTimeout(slot.idle);
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
      this.#watchIdle();
      this.#pump();
      this.#deps.onChange();
    };
    return {
      connection: slot.connection,
      opened: () => {
        if (state !== "asked") return;
        state = "open";
        slot.mostOpen = Math.max(slot.mostOpen, ++slot.open);
      },
      release,
      refused: () => {
        // answers come in the order of the requests: what was asked before and is not refused was taken
        const takenBefore = [...slot.turns].indexOf(turn);
        slot.limit = Math.min(slot.limit, Math.max(slot.mostOpen, takenBefore));
        if (slot.limit > 0) this.#learnedLimit = Math.min(this.#learnedLimit, slot.limit);
        release();
        return slot.limit === 0;
      },
    };
  }

  #grow(): void {
    const { rules, grow } = this.#deps;
    if (this.#growing || this.#slots.length === 0 || this.#slots.length >= rules.maxConnections) return;
    if (Date.now() < this.#growAfter) return;
    this.#growing = true;
    grow()
      .then(
        (connection) => this.add(connection),
        () => {
          this.#growAfter = Date.now() + growPauseMs;
        },
      )
      .finally(() => {
        this.#growing = false;
        this.#pump();
      });
  }

  #watchIdle(): void {
    for (const slot of this.#slots.slice(1)) {
      clearTimeout(slot.idle);
      if (slot.channels === 0)
        slot.idle = setTimeout(() => {
          if (slot.channels === 0) this.#deps.close(slot.connection);
        }, this.#deps.rules.idleMs);
    }
  }
}
