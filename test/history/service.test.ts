import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CableLive } from "../../electron/contract/fabric.ts";
import { cableOf, openStore, readingOf, sampleOf, stateOf } from "./store.ts";

const day = 86_400_000;
let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "halfrack-history-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const start = Date.UTC(2026, 0, 5, 8);
const events = { sinceMs: day, limit: 100, filter: {} };

describe("the history", () => {
  it("keeps counters over a restart and gives them as rates", () => {
    let now = start + 30_000;
    const first = openStore(dir, { now: () => now });
    first.history.counters(readingOf(start, sampleOf(3, {}, 0), sampleOf(4, {}, 0)));
    first.history.counters(
      readingOf(start + 10_000, sampleOf(3, { SymbolErrorCounter: 5 }, 10_000), sampleOf(4, {}, 0)),
    );
    first.history[Symbol.dispose]();

    now = start + 60_000;
    const { history } = openStore(dir, { now: () => now });
    history.counters(
      readingOf(start + 20_000, sampleOf(3, { SymbolErrorCounter: 65_535 }, 20_000), sampleOf(4, {}, 0)),
    );
    const told = history.ports({ device: "sw1", port: "3", sinceMs: 60_000, points: 6 });
    expect(told).toEqual({
      fromMs: start,
      toMs: start + 60_000,
      bucketMs: 10_000,
      more: 0,
      ports: [
        {
          device: "sw1",
          port: "3",
          node: "0xf452140300c0ffe0",
          number: 3,
          points: [
            {
              at: start,
              xmit: { min: 4000, max: 4000, mean: 4000, last: 4000 },
              rcv: { min: 4000, max: 4000, mean: 4000, last: 4000 },
              errors: { min: 30, max: 30, mean: 30, last: 30 },
            },
            {
              at: start + 10_000,
              xmit: { min: 4000, max: 4000, mean: 4000, last: 4000 },
              rcv: { min: 4000, max: 4000, mean: 4000, last: 4000 },
              errors: { min: 0, max: 0, mean: 0, last: 0 },
            },
          ],
          resets: [],
          lastAt: start + 20_000,
          xmitNow: 4000,
          rcvNow: 4000,
          errorsNow: 0,
          counters: [{ name: "SymbolErrorCounter", value: 65_535, atLeast: true, perMin: null }],
        },
      ],
    });
    expect(
      history.ports({ device: "sw1", port: "4", sinceMs: 60_000, points: 6 }).ports.map(({ port }) => port),
    ).toEqual(["4"]);
    expect(history.ports({ sinceMs: 60_000, points: 6 }).ports.map(({ port }) => port)).toEqual(["3", "4"]);
    expect(history.events(events).events.map(({ kind, text }) => [kind, text])).toEqual([
      ["counter-full", "SymbolErrorCounter is at its end: at least 65535 from now on"],
    ]);
    expect(history.usage()).toMatchObject({ kept: true, readings: 3, events: 1, oldestAt: start, fault: null });
    history[Symbol.dispose]();
  });

  it("tells cables' states in the words of the window: two that are swapped are not absent", () => {
    const { history } = openStore(dir, { now: () => start + 10 });
    const see = (at: number, cable: CableLive) => history.states({ at, ports: [], portsLeft: 0, cables: [cable] });
    see(start, cableOf("healthy", ""));
    see(start + 1, { ...cableOf("absent", "The two are swapped"), difference: "swapped" });
    see(start + 2, { ...cableOf("absent", "It is not there"), difference: "absent" });
    see(start + 3, { ...cableOf("unexpected", "The plan has no such cable"), difference: "unexpected" });
    see(start + 4, { ...cableOf("unexpected", "In another port"), difference: "wrong-hca-port" });
    expect(history.events(events).events.map(({ before, after, text }) => [before, after, text])).toEqual([
      ["not planned", "wrong port", "wrong port, was not planned: In another port"],
      ["absent", "not planned", "not planned, was absent: The plan has no such cable"],
      ["swapped", "absent", "absent, was swapped: It is not there"],
      ["as planned", "swapped", "swapped, was as planned: The two are swapped"],
    ]);
    history[Symbol.dispose]();
  });

  it("tells what changed: states, cables, counters that went back, errors of a time nobody looked, a clock set back", () => {
    const now = start + day / 2;
    const { history } = openStore(dir, { now: () => now });
    const ports = [stateOf(1, "Active"), stateOf(2, "Active")];
    history.states({ at: start, ports, portsLeft: 0, cables: [cableOf("healthy", "as planned")] });
    history.states({ at: start + 1, ports, portsLeft: 0, cables: [cableOf("unknown", "Not observed")] });
    history.states({
      at: start + 2,
      ports: [stateOf(1, "Down"), stateOf(2, "Active", "1X")],
      portsLeft: 0,
      cables: [cableOf("down", "Port 1 is Down")],
    });
    history.states({
      at: start + 3,
      ports: [stateOf(1, "Active"), stateOf(2, "Active", "1X")],
      portsLeft: 0,
      cables: [],
    });
    history.counters(readingOf(start + 4, sampleOf(1, { LinkDownedCounter: 2 }, 500)));
    history.counters(readingOf(start + 3_600_000, sampleOf(1, { LinkDownedCounter: 4 }, 600)));
    history.counters(readingOf(start + 3_610_000, sampleOf(1, {}, 7)));
    history.counters(readingOf(start + 100_000, sampleOf(1, {}, 8)));
    const told = history.events(events).events;
    expect(told.map(({ at, kind, device, port, text }) => [at - start, kind, device, port, text])).toEqual([
      [100_000, "clock-back", "", "", "clock of this machine went back by 3510 seconds"],
      [
        3_610_000,
        "counters-reset",
        "sw1",
        "1",
        "counters went back (cleared, wrapped or begun anew): PortXmitData 600, PortRcvData 600, PortXmitPkts 600, PortRcvPkts 600 and 1 more, then PortXmitData 7, PortRcvData 7, PortXmitPkts 7, PortRcvPkts 7 and 1 more",
      ],
      [
        3_600_000,
        "errors-unseen",
        "sw1",
        "1",
        `counted errors while nobody looked: LinkDownedCounter 2 since ${new Date(start + 4).toISOString()}`,
      ],
      [3, "port-state", "sw1", "1", "came up: Active 4X FDR"],
      [2, "cable-state", "node01", "mlx4_0/1", "down, was as planned: Port 1 is Down"],
      [2, "port-state", "sw1", "2", "is Active 1X FDR, was Active 4X FDR"],
      [2, "port-state", "sw1", "1", "went Down (Polling)"],
    ]);
    const filtered = (filter: Parameters<typeof history.events>[0]["filter"], limit = 100) =>
      history.events({ sinceMs: day, limit, filter });
    expect(filtered({ device: "sw1", port: "2" }).events).toHaveLength(1);
    expect(filtered({ cable: "node01 mlx4_0/1 -- sw1 1" }).events).toHaveLength(1);
    const ends = [{ device: "sw1", port: "1" }];
    const ofCable = filtered({ cable: "node01 mlx4_0/1 -- sw1 1", ports: ends }).events.map(({ kind }) => kind);
    expect(ofCable).toEqual(["counters-reset", "errors-unseen", "port-state", "cable-state", "port-state"]);
    expect(filtered({ kinds: ["clock-back"] }).events).toHaveLength(1);
    expect(filtered({}, 2)).toMatchObject({ events: [{ kind: "clock-back" }, { kind: "counters-reset" }], more: true });
    history[Symbol.dispose]();
  });

  it("writes a port that is down and counts nothing once", () => {
    const { history } = openStore(dir, { now: () => start + 60_000 });
    for (let at = start; at < start + 50_000; at += 10_000) history.counters(readingOf(at, sampleOf(9, {}, 0, true)));
    history[Symbol.dispose]();
    const file = new DatabaseSync(join(dir, "history.sqlite"), { readOnly: true });
    expect(file.prepare("SELECT count(*) AS n FROM samples").get()).toMatchObject({ n: 1 });
    file.close();
  });

  it("keeps labs apart, and of the practice lab only the run of now", () => {
    const store = openStore(dir, { now: () => start + 60_000 });
    const { history } = store;
    const ports = () => history.ports({ sinceMs: 60_000, points: 2 }).ports.length;
    history.counters(readingOf(start, sampleOf(1, {})));
    store.open("/run-1/practice.yaml", true);
    expect(ports()).toBe(0);
    history.counters(readingOf(start + 1, sampleOf(1, {}), sampleOf(2, {})));
    expect(ports()).toBe(2);
    store.open("/run-2/practice.yaml", true);
    history.counters(readingOf(start + 2, sampleOf(1, {}), sampleOf(2, {}), sampleOf(3, {})));
    expect(ports()).toBe(3);
    store.open("/lab.yaml");
    expect(ports()).toBe(1);
    expect(history.usage().readings).toBe(2);
    store.open("/other.yaml");
    expect(ports()).toBe(0);
    history[Symbol.dispose]();
  });

  it("deletes everything when asked, and goes on", async () => {
    const { history } = openStore(dir, { now: () => start + 60_000 });
    history.states({ at: start, ports: [stateOf(1, "Active")], portsLeft: 0, cables: [] });
    history.counters(readingOf(start, sampleOf(1, {})));
    expect(await history.clear()).toMatchObject({ readings: 0, events: 0, oldestAt: null, fault: null });
    history.states({ at: start + 1, ports: [stateOf(1, "Down")], portsLeft: 0, cables: [] });
    history.counters(readingOf(start + 1, sampleOf(1, {})));
    expect(history.usage()).toMatchObject({ readings: 1, events: 0, oldestAt: start + 1 });
    history[Symbol.dispose]();
  });
});

describe("its bounds", () => {
  it("forgets what is too old, and thins what is older than a day without losing a count", () => {
    let now = start;
    const store = openStore(dir, { now: () => now, mostAgeMs: 3 * day });
    let words = 0;
    const count = 2 * 24 * 60;
    for (let minute = 0; minute < count; minute++, now += 60_000) {
      words += 60_000;
      store.history.counters({ ...readingOf(now, sampleOf(1, {}, words)), intervalMs: 60_000 });
    }
    const kept = store.history.usage().readings;
    expect(kept).toBeGreaterThan(count / 2);
    expect(kept).toBeLessThan(count / 2 + (24 * 60) / 5 + 100);
    const { ports } = store.history.ports({ device: "sw1", port: "1", sinceMs: 2 * day, points: 48 });
    expect(ports[0]?.points).toHaveLength(48);
    for (const { xmit } of ports[0]?.points ?? []) expect(xmit?.mean).toBeCloseTo(4000, 3);
    now += 3.5 * day;
    // A pause of days looks like a clock that was set: a day later it is believed.
    for (const until = now + 1.1 * day; now < until; now += 100_000) {
      store.history.counters(readingOf(now + 100_000, sampleOf(1, {}, words)));
    }
    expect(store.history.usage().oldestAt).toBeGreaterThan(now - 3 * day - 1);
    store.history[Symbol.dispose]();
  });

  it("stays within its size, the oldest gone first", () => {
    let now = start;
    const mostBytes = 10 * 1024 * 1024;
    const { history } = openStore(dir, { now: () => now, mostBytes });
    for (let reading = 0; reading < 260; reading++, now += 10_000) {
      const samples = Array.from({ length: 400 }, (_, port) =>
        sampleOf(port + 1, { SymbolErrorCounter: reading }, reading * 1e12),
      );
      history.counters(readingOf(now, ...samples));
    }
    const usage = history.usage();
    expect(usage.sizeBytes).toBeLessThanOrEqual(mostBytes);
    expect(usage.readings).toBeLessThan(260);
    expect(usage.newestAt).toBe(now - 10_000);
    history[Symbol.dispose]();
  });
});

describe("its file", () => {
  it("is moved aside when it is damaged, untouched, and begun anew", () => {
    const path = join(dir, "history.sqlite");
    writeFileSync(path, "This is no database. ".repeat(500));
    const { history } = openStore(dir, { now: () => start + 60_000 });
    history.counters(readingOf(start, sampleOf(1, {})));
    expect(history.usage()).toMatchObject({ kept: true, readings: 1, fault: { code: "history.moved-aside" } });
    history[Symbol.dispose]();
    const aside = readdirSync(dir).find((name) => name.includes("damaged"));
    expect(readFileSync(join(dir, aside ?? ""), "utf8")).toContain("This is no database.");
  });

  it("is moved aside when damage shows later", () => {
    const path = join(dir, "history.sqlite");
    const first = openStore(dir, { now: () => start + day });
    for (let at = 0; at < 300; at++)
      first.history.counters(readingOf(start + at * 10_000, sampleOf(1, {}, at), sampleOf(2, {}, at)));
    first.history[Symbol.dispose]();
    const bytes = readFileSync(path);
    bytes.fill(0x5a, 4096, bytes.length);
    writeFileSync(path, bytes);
    const { history } = openStore(dir, { now: () => start + day });
    history.counters(readingOf(start + 4_000_000, sampleOf(1, {})));
    expect(history.usage()).toMatchObject({ readings: 1, fault: { code: "history.moved-aside" } });
    history[Symbol.dispose]();
  });

  it("lives in memory where it cannot be opened, says so, and goes to the file when it can", () => {
    const path = join(dir, "history.sqlite");
    mkdirSync(path);
    const { history } = openStore(dir, { now: () => start + 60_000 });
    history.counters(readingOf(start, sampleOf(1, {})));
    expect(history.usage()).toMatchObject({
      kept: false,
      readings: 1,
      fault: { code: "history.not-kept", subject: path },
    });
    expect(history.ports({ sinceMs: 60_000, points: 2 }).ports).toHaveLength(1);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61_000 });
    expect(history.usage()).toMatchObject({ kept: false, readings: 1, fault: { code: "history.not-kept" } });
    rmSync(path, { recursive: true });
    vi.setSystemTime(Date.now() + 61_000);
    history.counters(readingOf(start + 1000, sampleOf(1, {})));
    vi.useRealTimers();
    expect(history.usage()).toMatchObject({ kept: true, readings: 1, fault: null });
    history[Symbol.dispose]();
  });

  it("of a newer version stays as it is", () => {
    const path = join(dir, "history.sqlite");
    const newer = new DatabaseSync(path);
    newer.exec("PRAGMA user_version = 99; CREATE TABLE later (x)");
    newer.close();
    const { history } = openStore(dir, { now: () => start + 60_000 });
    history.counters(readingOf(start, sampleOf(1, {})));
    expect(history.usage()).toMatchObject({ kept: false, readings: 1, fault: { code: "history.too-new" } });
    history[Symbol.dispose]();
    const after = new DatabaseSync(path, { readOnly: true });
    expect(after.prepare("SELECT name FROM sqlite_schema").all()).toEqual([expect.objectContaining({ name: "later" })]);
    after.close();
  });
});
