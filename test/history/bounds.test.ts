/** The history's bounds against large fabrics and against hosts that make things up. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { migrations } from "../../electron/history/schema.ts";
import type { PortSample } from "../../electron/history/types.ts";
import { cableOf, openStore, portNumbered, readingOf, sampleOf, stateOf } from "./store.ts";

const hour = 3_600_000;
const day = 24 * hour;
const start = Date.UTC(2026, 0, 5, 8);
const mostBytes = 10 * 1024 * 1024;
let dir = "";
let path = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "halfrack-history-"));
  path = join(dir, "history.sqlite");
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function rowsIn(sql: string): number {
  const file = new DatabaseSync(path, { readOnly: true });
  const [n] = Object.values(file.prepare(sql).get() ?? {});
  file.close();
  return Number(n);
}

const all = { sinceMs: 20 * day, limit: 1000, filter: {} };
const madeUp = (round: number, number: number): PortSample => ({
  ...sampleOf(number, { SymbolErrorCounter: round, [`Nonsense${round}`]: 1 }, round),
  node: `0x${(round * 1000 + number).toString(16).padStart(16, "0")}`,
  device: `${"x".repeat(300)} ${round}`,
});

describe("a history that is full", () => {
  it("takes from the lab that holds most, and nothing from one below its share", () => {
    let now = start;
    const { history, open } = openStore(dir, { now: () => now, mostBytes });
    for (let reading = 0; reading < 100; reading++, now += 10_000)
      history.counters(readingOf(now, sampleOf(1, {}, now)));
    const changed = now;
    history.states({ at: now, ports: [stateOf(1, "Active")], portsLeft: 0, cables: [] });
    history.states({ at: now + 1, ports: [stateOf(1, "Down")], portsLeft: 0, cables: [] });
    open("/large.yaml");
    for (let reading = 0; reading < 200; reading++, now += 10_000) {
      history.counters(
        readingOf(now, ...Array.from({ length: 400 }, (_, port) => sampleOf(port + 1, { VL15Dropped: 7 }, now))),
      );
    }
    expect(history.usage().readings).toBeLessThan(250);
    expect(history.usage().sizeBytes).toBeLessThanOrEqual(mostBytes);
    open("/lab.yaml");
    expect(history.usage().oldestAt).toBe(start);
    expect(rowsIn("SELECT count(*) FROM readings r JOIN labs l ON l.id = r.lab WHERE l.path = '/lab.yaml'")).toBe(100);
    expect(history.events(all).events.map(({ at }) => at)).toEqual([changed + 1]);
    history[Symbol.dispose]();
  });

  it("stays within its size though a host makes up ports with each reading, and keeps the lab's own", async () => {
    let now = start;
    const { history } = openStore(dir, { now: () => now, mostBytes });
    const own = [1, 2, 3].map((number) => ({ ...sampleOf(number, {}, 5), device: "sw1" }));
    for (let round = 0; round < 60; round++, now += 10_000) {
      const others = Array.from({ length: 390 }, (_, number) => madeUp(round, number));
      history.counters(readingOf(now, ...own, ...others));
      const states = others.slice(0, 100).map((port) => ({ ...stateOf(1, "Active"), ...portOf(port) }));
      history.states({ at: now, ports: states, portsLeft: 11, cables: [] });
      await setImmediate();
    }
    expect(history.usage().sizeBytes).toBeLessThanOrEqual(mostBytes);
    expect(history.usage().leftOut).toEqual({ ports: 111, events: 0 });
    expect(rowsIn("SELECT count(*) FROM ports")).toBe(4096);
    expect(rowsIn("SELECT max(length(device)) FROM ports")).toBe(128);
    expect(history.ports({ device: "sw1", port: "1", sinceMs: hour, points: 4 }).ports[0]?.lastAt).toBe(now - 10_000);

    // A new device of the lab finds room once the made-up ones were not seen for some hours.
    const added = { ...portNumbered(9), node: "0xf452140300ffff00", device: "sw2" };
    now += 3 * hour;
    for (let round = 0; round < 3; round++, now += 10_000)
      history.counters(readingOf(now, ...own, { ...sampleOf(9, {}, 1), ...added }));
    expect(history.ports({ device: "sw2", sinceMs: hour, points: 4 }).ports).toHaveLength(1);
    expect(history.ports({ device: "sw1", sinceMs: hour, points: 4 }).ports).toHaveLength(3);

    // And when all of it is old, nothing of them stays.
    for (let at = 0; at < 33; at++, now += day) history.counters(readingOf(now, ...own));
    await vi.waitFor(() => expect(rowsIn("SELECT count(*) FROM ports")).toBe(3));
    history[Symbol.dispose]();
  });

  it("keeps the ports it holds where no other one wants their room, and gives way by as many as do", async () => {
    let now = start;
    const ports = (from: number, until: number) =>
      Array.from({ length: until - from }, (_, number) => madeUp(0, from + number));
    const counted = async (store: typeof first, samples: readonly PortSample[]) => {
      store.history.counters(readingOf(now, ...samples));
      const written = "SELECT count(*) FROM readings WHERE at = (SELECT sure_at FROM clock) AND bytes > 0";
      await vi.waitFor(() => expect(rowsIn(written)).toBe(1));
      for (let turn = 0; turn < 30; turn++) await setImmediate();
      now += 10_000;
    };
    const first = openStore(dir, { now: () => now });
    await counted(first, ports(0, 4096));
    first.history[Symbol.dispose]();
    const held = () => rowsIn("SELECT count(*) FROM ports");
    expect(held()).toBe(4096);

    // In the morning one host tells of its port first.
    now += 14 * hour;
    const second = openStore(dir, { now: () => now });
    const told = { ...stateOf(1, "Active"), ...portOf(madeUp(0, 0)) };
    for (let step = 0; step < 3; step++, now += 5000)
      second.history.states({ at: now, ports: [told], portsLeft: 0, cables: [] });
    expect(held()).toBe(4096);

    // All but ten are there, with three new ones: nobody gives way before the others were missed for two hours.
    const present = [...ports(0, 4086), ...ports(5000, 5003)];
    await counted(second, present);
    expect(held()).toBe(4096);
    now += 3 * hour;
    await counted(second, present);
    expect(held()).toBe(4093);
    await counted(second, present);
    expect(held()).toBe(4096);
    expect(rowsIn(`SELECT count(*) FROM ports WHERE node >= '${madeUp(0, 5000).node}'`)).toBe(3);

    // A clock that jumps is doubted: who was missed for long by it may have been there a minute ago.
    now += 30 * day;
    await counted(second, [...present, ...ports(6000, 6003)]);
    expect(held()).toBe(4096);
    second.history[Symbol.dispose]();
  }, 30_000);

  it("keeps some of the events of ports that flap together, and counts the others", async () => {
    let now = start;
    const { history } = openStore(dir, { now: () => now, mostBytes });
    const numbers = Array.from({ length: 390 }, (_, number) => number + 1);
    const flap = (up: boolean) => {
      const ports = numbers.map((number) => stateOf(number, up ? "Active" : "Down"));
      history.states({ at: now, ports, portsLeft: 0, cables: [cableOf(up ? "healthy" : "down", "as it is")] });
    };
    flap(true);
    now += 1000;
    flap(false);
    expect(history.usage()).toMatchObject({ events: 258, leftOut: { ports: 0, events: 134 } });
    const [newest, second] = history.events(all).events;
    expect([newest?.kind, second?.kind]).toEqual(["cable-state", "left-out"].toReversed());
    expect(newest?.text).toBe("134 more changes were seen, beyond the 256 that are kept of one reading");
    for (let round = 0; round < 110; round++) {
      now += 1000;
      flap(round % 2 === 0);
      if (round % 50 === 0) await setImmediate();
    }
    expect(history.usage().events).toBeLessThanOrEqual(20_300);
    expect(history.usage().sizeBytes).toBeLessThanOrEqual(mostBytes);
    history[Symbol.dispose]();
  });

  it("takes the events of the port that tells most, not those of the others", async () => {
    let now = start;
    const { history } = openStore(dir, { now: () => now, mostBytes });
    const tell = (number: number, state: "Active" | "Down") => {
      now += 1000;
      history.states({ at: now, ports: [stateOf(number, state)], portsLeft: 0, cables: [] });
    };
    tell(1, "Active");
    tell(1, "Down");
    for (let round = 0; round < 3; round++) {
      const file = new DatabaseSync(path);
      file.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
        INSERT INTO events (lab, at, kind, device, port, before, after, text)
        SELECT 1, ${now}, 'port-state', 'sw1', '2', '', '', '' FROM n`);
      file.close();
      tell(3, round % 2 === 0 ? "Active" : "Down");
    }
    await vi.waitFor(() => expect(history.usage().events).toBeLessThanOrEqual(20_000), 5000);
    const kept = history.events({
      ...all,
      filter: { ports: [1, 3].map((port) => ({ device: "sw1", port: String(port) })) },
    });
    expect(kept.events.map(({ port, text }) => `${port} ${text}`)).toEqual([
      "3 came up: Active 4X FDR",
      "3 went Down (Polling)",
      "1 went Down (Polling)",
    ]);
    history[Symbol.dispose]();
  });
});

function portOf({ node, number, device, port }: PortSample) {
  return { node, number, device, port };
}

describe("what is written", () => {
  const many = Array.from({ length: 2000 }, (_, number) => ({ ...stateOf(1, "Active"), number: number + 1 }));

  it("is written in turns, also the states of many ports, the newest in the end", async () => {
    const { history } = openStore(dir, { now: () => start + hour });
    const states = (at: number, state: "Active" | "Down") =>
      history.states({ at, ports: many.map((port) => ({ ...port, state })), portsLeft: 0, cables: [] });
    states(start, "Active");
    expect(rowsIn("SELECT count(*) FROM ports")).toBe(400);
    states(start + 1, "Down");
    states(start + 2, "Active");
    states(start + 3, "Down");
    await vi.waitFor(() => expect(rowsIn("SELECT min(state_at) FROM ports")).toBe(start + 3));
    // Of what came while it was being written only the newest is.
    expect(history.usage()).toMatchObject({ events: 257, leftOut: { events: 1744 } });
    history[Symbol.dispose]();
  });

  it("is only what changed, also after another process wrote", async () => {
    const { history } = openStore(dir, { now: () => start + hour });
    const states = (at: number) =>
      history.states({ at, ports: many.slice(0, 300), portsLeft: 0, cables: [cableOf("down", "")] });
    states(start);
    const file = new DatabaseSync(path);
    const version = () => Object.values(file.prepare("PRAGMA data_version").get() ?? {})[0];
    const written = version();
    states(start + 1000);
    expect(version()).toBe(written);
    file.exec("UPDATE labs SET thinned = 1");
    states(start + 2000);
    expect(version()).toBe(written);
    file.close();
    history[Symbol.dispose]();
  });
});

describe("a history that is deleted", () => {
  function fill() {
    const store = openStore(dir, { now: () => start + hour });
    store.history.counters(readingOf(start, sampleOf(1, {})));
    const file = new DatabaseSync(path);
    file.exec(`WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 150000)
      INSERT INTO samples (port, reading, xmit_data) SELECT i % 20 + 1, i, i FROM n`);
    file.exec(`WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 20)
      INSERT INTO ports (lab, node, number, device, port) SELECT 1, 'n', i, 'd', 'p' FROM n`);
    file.close();
    return store;
  }

  it("is gone at once and leaves its file in turns, while others have theirs", async () => {
    const { history } = fill();
    const before = history.usage().sizeBytes;
    const deleting = history.clear();
    expect(history.usage()).toMatchObject({ readings: 0, oldestAt: null });
    let turns = 0;
    let over = false;
    void deleting.then(() => {
      over = true;
    });
    for (; !over; turns++) await setImmediate();
    expect(turns).toBeGreaterThan(2);
    for (const table of ["samples", "ports", "readings", "labs"])
      expect(rowsIn(`SELECT count(*) FROM ${table}`)).toBe(0);
    const after = (await deleting).sizeBytes;
    expect(before).toBeGreaterThan(2_000_000);
    expect(after).toBeLessThan(200_000);
    history.counters(readingOf(start + 1000, sampleOf(1, {})));
    expect(history.usage().readings).toBe(1);
    history[Symbol.dispose]();
  });

  it("goes on being deleted by whoever comes next, when that was ended", async () => {
    const first = fill().history;
    void first.clear();
    first[Symbol.dispose]();
    expect(rowsIn("SELECT count(*) FROM samples")).toBeGreaterThan(0);
    const { history } = openStore(dir, { now: () => start + hour });
    history.counters(readingOf(start + 1000, sampleOf(1, {})));
    await vi.waitFor(() => expect(rowsIn("SELECT count(*) FROM samples")).toBe(1), 5000);
    expect(history.usage().readings).toBe(1);
    history[Symbol.dispose]();
  });
});

it("a file of the first version is taken over, with what it holds", () => {
  const file = new DatabaseSync(path);
  file.exec(`${migrations[0]}; PRAGMA user_version = 1;
    INSERT INTO labs (id, path, practice) VALUES (1, '/lab.yaml', 0);
    INSERT INTO ports (id, lab, node, number, device, port) VALUES (1, 1, '${portNumbered(1).node}', 1, 'sw1', '1');
    INSERT INTO readings (id, lab, at) VALUES (1, 1, ${start});
    INSERT INTO samples (port, reading, errors) VALUES (1, 1, '{}')`);
  file.close();
  const { history } = openStore(dir, { now: () => start + hour });
  history.counters(readingOf(start + 10_000, sampleOf(1, {})));
  expect(history.usage()).toMatchObject({ kept: true, fault: null, readings: 2, oldestAt: start });
  expect(rowsIn("SELECT sure_at FROM clock")).toBe(start + 10_000);
  expect(rowsIn("SELECT bytes FROM readings WHERE id = 1")).toBe(60);
  history[Symbol.dispose]();
});
