/** A clock that jumps takes no history with it, and makes no rate that was not. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Clock, clockAfter } from "../../electron/history/clock.ts";
import { cableOf, openStore, readingOf, sampleOf, stateOf } from "./store.ts";

const hour = 3_600_000;
const day = 24 * hour;
const year = 365 * day;
const start = Date.UTC(2026, 0, 5, 8);
let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "halfrack-history-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A history of 30 days that was read each hour for 20 days, and changed each day. */
function openFilled() {
  let now = start;
  const { history } = openStore(dir, { now: () => now });
  const read = (at: number) => {
    now = at;
    history.counters({ ...readingOf(at, sampleOf(1, {}, 1)), intervalMs: hour });
  };
  const change = (at: number, up: boolean) => {
    now = at;
    history.states({ at, ports: [stateOf(1, up ? "Active" : "Down")], portsLeft: 0, cables: [] });
  };
  const end = start + 20 * day;
  for (let at = start; at < end; at += hour) {
    if ((at - start) % day === 0) change(at, (at - start) % (2 * day) === 0);
    read(at);
  }
  return { history, read, change, end };
}

describe("a clock that jumps", () => {
  it("ahead by years takes nothing with it, and once it is set right all goes on", () => {
    const { history, read, change, end } = openFilled();
    const { readings, events } = history.usage();
    for (let step = 0; step < 20; step++) read(end + 5 * year + step * hour);
    change(end + 5 * year + 20 * hour, true);
    expect(history.usage().oldestAt).toBe(start);
    for (let step = 1; step <= 40; step++) read(end + step * hour);
    change(end + 41 * hour, false);
    const after = history.usage();
    expect(after.oldestAt).toBe(start);
    expect(after.readings).toBe(readings + 60);
    // Both changes, and the clock's own way back.
    expect(after.events).toBe(events + 3);
    const { ports } = history.ports({ sinceMs: 21 * day, points: 30 });
    expect(ports[0]?.points.length).toBeGreaterThan(28);
    history[Symbol.dispose]();
  });

  it("ahead is believed a day later: then the age counts from there", () => {
    const { history, read, end } = openFilled();
    const jumped = end + 40 * day;
    for (let step = 0; step < 24; step++) read(jumped + step * hour);
    expect(history.usage().oldestAt).toBe(start);
    for (let step = 24; step < 28; step++) read(jumped + step * hour);
    expect(history.usage()).toMatchObject({ oldestAt: jumped, readings: 28, events: 0 });
    history[Symbol.dispose]();
  });

  it("ahead after a pause takes nothing with it, however often it jumps on", () => {
    const { history, read, end } = openFilled();
    const { readings } = history.usage();
    const monday = end + 3 * day;
    read(monday);
    read(monday + 400 * day);
    read(monday + 800 * day);
    for (let step = 1; step <= 12; step++) read(monday + step * hour);
    expect(history.usage()).toMatchObject({ oldestAt: start, readings: readings + 15 });
    history[Symbol.dispose]();
  });

  it("back by years takes nothing with it, neither then nor when it is set right", () => {
    const { history, read, change, end } = openFilled();
    const { readings } = history.usage();
    for (let step = 0; step < 5; step++) read(start - 10 * year + step * hour);
    change(start - 10 * year + 6 * hour, true);
    for (let step = 0; step < 48; step++) read(end + step * hour);
    expect(history.usage()).toMatchObject({ oldestAt: start, readings: readings + 53 });
    // What is older than 30 days goes as ever, and what was read at that other time with what stands around it.
    for (let step = 0; step < 12 * 24; step++) read(end + 2 * day + step * hour);
    expect(history.usage().oldestAt).toBeGreaterThan(start + 3 * day);
    history[Symbol.dispose]();
  });

  it("by some seconds between two readings makes no rate of the time between them", () => {
    const now = start + 60_000;
    const { history } = openStore(dir, { now: () => now });
    const read = (atMs: number, steadyMs: number, words: number) =>
      history.counters({ ...readingOf(start + atMs, sampleOf(1, {}, words)), steadyMs });
    read(0, 0, 0);
    read(10_000, 10_000, 10_000);
    // Set back by six seconds: ten seconds of traffic in four. Then set ahead by eight.
    read(14_000, 20_000, 20_000);
    read(32_000, 30_000, 30_000);
    // Back by more than what had passed.
    read(31_000, 40_000, 40_000);
    read(41_000, 50_000, 50_000);
    const [port] = history.ports({ sinceMs: 60_000, points: 60 }).ports;
    const rates = new Set(port?.points.map(({ xmit }) => xmit?.mean));
    expect([...rates]).toEqual([4000]);
    expect(port?.points).toHaveLength(20);
    expect(history.usage().readings).toBe(6);
    expect(history.events({ sinceMs: day, limit: 10, filter: {} }).events.map(({ text }) => text)).toEqual([
      "clock of this machine went back by 1 second",
    ]);
    history[Symbol.dispose]();
  });

  it("takes no events for the readings of its time when the size is reached", () => {
    let now = start;
    const { history } = openStore(dir, { now: () => now, mostBytes: 10 * 1024 * 1024 });
    const samples = Array.from({ length: 400 }, (_, port) => sampleOf(port + 1, { SymbolErrorCounter: 3 }, 1e12));
    const read = (at: number) => {
      now = at;
      history.counters(readingOf(at, ...samples));
    };
    // Readings of a clock that is a year ahead come first, and go first.
    for (let step = 0; step < 20; step++) read(start + year + step * 10_000);
    history.states({ at: start, ports: [stateOf(1, "Active")], portsLeft: 0, cables: [cableOf("healthy", "")] });
    history.states({ at: start + 1, ports: [stateOf(1, "Down")], portsLeft: 0, cables: [cableOf("down", "pulled")] });
    for (let step = 0; step < 240; step++) read(start + 2 + step * 10_000);
    expect(history.usage().readings).toBeLessThan(240);
    const { events } = history.events({ sinceMs: 2 * year, limit: 10, filter: {} });
    expect(events.map(({ kind }) => kind)).toEqual(["clock-back", "cable-state", "port-state"]);
    history[Symbol.dispose]();
  });
});

describe("the time that is believed", () => {
  it("never moves by more than two days but for a time that readings told step by step for a day", () => {
    const steps = fc.array(
      fc.oneof(fc.integer({ min: -2 * hour, max: 6 * hour }), fc.integer({ min: -year, max: year })),
      { minLength: 1, maxLength: 50 },
    );
    fc.assert(
      fc.property(steps, (all) => {
        let clock: Clock | null = null;
        let at = 100 * year;
        // Since when no reading lay more than two days from the one before, nor before the first of them.
        let since = at;
        for (const step of all) {
          at += step;
          if (Math.abs(step) > 2 * day || at < since) since = at;
          const next = clockAfter(clock, at);
          if (clock !== null && Math.abs(next.sureAt - clock.sureAt) > 2 * day) {
            expect(next.sureAt).toBe(at);
            expect(at - since).toBeGreaterThanOrEqual(day);
          }
          clock = next;
        }
      }),
    );
  });
});
