/** How channels are shared out: turns, room for shells, growth, limits learned, refusals at once. */
import { describe, expect, test, vi } from "vitest";
import { type ChannelKind, ChannelPool, type Lease, PoolFull, type PoolRules } from "../../electron/ssh/pool.ts";

const rules: PoolRules = {
  channelsPerConnection: 4,
  keptForShells: 1,
  maxShells: 12,
  maxCommands: 6,
  maxConnections: 3,
  idleMs: 1000,
  growRetryMs: 10,
};

/** A pool with one connection; further ones are numbered. `grow` may be replaced. */
function makePool(changed: Partial<PoolRules> = {}, grow?: () => Promise<number>) {
  let next = 1;
  const closed: number[] = [];
  const pool = new ChannelPool<number>({
    rules: { ...rules, ...changed },
    grow: grow ?? (async () => ++next),
    close: (connection) => {
      closed.push(connection);
      pool.remove(connection);
    },
    onChange: () => undefined,
  });
  pool.add(1);
  const never = new AbortController().signal;
  const take = (kind: ChannelKind) => pool.acquire(kind, never);
  const many = (kind: ChannelKind, count: number) => Promise.all(Array.from({ length: count }, () => take(kind)));
  return { pool, take, many, closed };
}

const on = (leases: readonly Lease<number>[]) => leases.map((lease) => lease.connection);
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

describe("turns", () => {
  test("commands leave room for shells, and more commands open a connection", async () => {
    const { pool, many, take } = makePool();
    expect(on(await many("command", 3))).toEqual([1, 1, 1]);
    expect((await take("shell")).connection).toBe(1);
    expect((await take("command")).connection).toBe(2);
    expect([pool.connections, pool.channels]).toEqual([2, 5]);
  });

  test("commands beyond their limit wait in order, however many connections there could be", async () => {
    const { pool, many, take } = makePool();
    const held = await many("command", 6);
    const order: number[] = [];
    const waiting = [1, 2].map((number) => take("command").then(() => order.push(number)));
    held[5]?.release();
    await waiting[0];
    expect(order).toEqual([1]);
    held[4]?.release();
    await waiting[1];
    expect(order).toEqual([1, 2]);
    expect(pool.connections).toBe(2);
  });

  test("one who gives up leaves the queue, and releasing twice counts once", async () => {
    const { pool, many, take } = makePool();
    const held = await many("command", 6);
    const abort = new AbortController();
    const gone = refusal(pool.acquire("command", abort.signal));
    const next = take("command");
    const why = new Error("given up");
    abort.abort(why);
    expect(await gone).toBe(why);
    held[0]?.release();
    held[0]?.release();
    await next;
    expect(pool.channels).toBe(6);
    expect(await refusal(pool.acquire("command", abort.signal))).toBe(why);
  });
});

describe("limits", () => {
  test("shells open connections up to the limit; one more is refused at once", async () => {
    const { pool, many, take } = makePool();
    expect(on(await many("shell", 12))).toEqual([...Array(4).fill(1), ...Array(4).fill(2), ...Array(4).fill(3)]);
    expect(await refusal(take("shell"))).toMatchObject({ channels: 12, connections: 3, cause: undefined });
    expect(pool.connections).toBe(3);
  });

  test("the number of shells is limited even where connections are left", async () => {
    const { pool, many, take } = makePool({ maxShells: 2 });
    const [first] = await many("shell", 2);
    expect(await refusal(take("shell"))).toBeInstanceOf(PoolFull);
    first?.release();
    expect((await take("shell")).connection).toBe(1);
    expect(pool.connections).toBe(1);
  });

  test("the last free place is given, and only who has none is refused", async () => {
    const { many, take } = makePool({ maxConnections: 1 });
    await many("shell", 3);
    const results = await Promise.allSettled([take("shell"), take("shell")]);
    expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected"]);
  });

  test("a refusal teaches the limit, also for connections already open", async () => {
    const { pool, many, take } = makePool({ maxConnections: 9 });
    const leases = await many("shell", 8);
    expect(on(leases)).toEqual([1, 1, 1, 1, 2, 2, 2, 2]);
    for (const lease of leases.slice(0, 2)) lease.opened();
    for (const lease of leases.slice(2, 4)) expect(lease.refused()).toBe(false);
    for (const lease of leases.slice(4, 6)) lease.opened();
    for (const lease of leases.slice(6)) expect(lease.refused()).toBe(false);
    expect(on([await take("shell"), await take("shell"), await take("shell")])).toEqual([3, 3, 4]);
    expect(pool.connections).toBe(4);
  });

  test("a server that takes no channel is asked again on the same connection, never by opening more", async () => {
    const { pool, take } = makePool();
    for (let attempt = 0; attempt < 3; attempt++) expect((await take("shell")).refused()).toBe(true);
    expect([pool.connections, pool.channels]).toEqual([1, 0]);
  });
});

describe("further connections", () => {
  test("when none can be opened, shells are told why; commands wait for a free channel", async () => {
    const why = new Error("no more");
    const grow = vi.fn(() => Promise.reject(why));
    const { many, take } = makePool({}, grow);
    const [held] = await many("shell", 4);
    const command = take("command");
    expect(await refusal(take("shell"))).toMatchObject({ cause: why, channels: 4, connections: 1 });
    expect(grow).toHaveBeenCalledTimes(3);
    expect(await refusal(take("shell"))).toMatchObject({ cause: why });
    expect(grow).toHaveBeenCalledTimes(3);
    const others = await refusal(Promise.race([command, Promise.reject(new Error("still waiting"))]));
    expect(others).toMatchObject({ message: "still waiting" });
    held?.release();
    expect(await refusal(take("shell"))).toBeNull();
  });

  test("one failure is not the end: a later attempt serves those who wait", async () => {
    let calls = 0;
    const { take, many } = makePool({}, async () => {
      if (++calls === 1) throw new Error("dropped");
      return 2;
    });
    await many("shell", 4);
    expect((await take("shell")).connection).toBe(2);
  });

  test("an extra connection closes when it was idle long enough, the first never", async () => {
    vi.useFakeTimers();
    try {
      const { pool, many, take, closed } = makePool();
      const leases = await many("shell", 8);
      for (const lease of leases) lease.release();
      vi.advanceTimersByTime(900);
      // use of another connection does not keep the idle one open
      (await take("command")).release();
      vi.advanceTimersByTime(200);
      expect(closed).toEqual([2]);
      expect(pool.primary).toBe(1);
    } finally {
      vi.useRealTimers();
    }
  });

  test("what waits when everything is given up is refused with the reason", async () => {
    const { pool, many, take } = makePool();
    await many("command", 6);
    const waiting = refusal(take("command"));
    const why = new Error("lost");
    pool.refuseWaiting(why);
    expect(await waiting).toBe(why);
    expect(pool.clear()).toEqual([1, 2]);
  });
});
