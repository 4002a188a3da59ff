import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSaturated } from "../../electron/fabric/read/counters.ts";
import { between, type CounterSample, totalErrorsPerMin } from "../../electron/history/rates.ts";

const sample = (
  at: number,
  errors: CounterSample["errors"],
  traffic: CounterSample["traffic"] = null,
): CounterSample => ({
  at,
  errors,
  traffic,
});

describe("between", () => {
  it("gives bytes of four a word, errors a minute and ticks a second", () => {
    const before = sample(0, { SymbolErrorCounter: 10, PortXmitWait: 100 }, { PortXmitData: 1000, PortRcvData: 0 });
    const after = sample(
      30_000,
      { SymbolErrorCounter: 15, PortXmitWait: 400, PortRcvSwitchRelayErrors: 7 },
      { PortXmitData: 4000, PortRcvData: 30 },
    );
    const { rates, rises, fell } = between(before, after);
    expect(fell).toEqual([]);
    expect(rises).toEqual({ SymbolErrorCounter: 5, PortRcvSwitchRelayErrors: 7 });
    expect(rates).toEqual({
      durationMs: 30_000,
      xmitBytesPerSec: 400,
      rcvBytesPerSec: 4,
      errorsPerMin: { SymbolErrorCounter: 10, PortRcvSwitchRelayErrors: 14 },
      waitPerSec: 10,
      full: [],
    });
    // What a healthy fabric counts too is told, and not added.
    expect(rates && totalErrorsPerMin(rates)).toBe(10);
  });

  it("knows nothing of a time in which a counter fell", () => {
    const before = sample(0, { SymbolErrorCounter: 10, VL15Dropped: 1 });
    expect(between(before, sample(60_000, { VL15Dropped: 9 }))).toEqual({
      rates: null,
      rises: null,
      fell: ["SymbolErrorCounter"],
    });
  });

  it("knows no rate of a counter at its end", () => {
    const { rates } = between(
      sample(0, { SymbolErrorCounter: 65_000 }),
      sample(60_000, { SymbolErrorCounter: 65_535 }),
    );
    expect([rates?.errorsPerMin, rates?.full]).toEqual([{}, ["SymbolErrorCounter"]]);
    const end = { PortXmitData: 2 ** 32 - 1, PortRcvData: 5 };
    const narrow = between(sample(0, null, { PortXmitData: 9, PortRcvData: 5 }), sample(1000, null, end));
    expect([narrow.rates?.xmitBytesPerSec, narrow.rates?.rcvBytesPerSec]).toEqual([null, 0]);
  });

  it("tells unknown from none", () => {
    const silent = between(sample(0, {}), sample(1000, null));
    expect(silent.rates).toMatchObject({ errorsPerMin: null, waitPerSec: null, xmitBytesPerSec: null });
    expect(between(sample(0, {}), sample(1000, {})).rates).toMatchObject({ errorsPerMin: {}, waitPerSec: 0 });
    expect(between(sample(1000, {}), sample(1000, {})).rates).toBeNull();
  });
});

/** What really happened to a counter from one reading to the next. */
const step = fc.oneof(
  { weight: 8, arbitrary: fc.nat(5000).map((by) => ({ by, reset: false })) },
  { weight: 1, arbitrary: fc.nat(5000).map((by) => ({ by, reset: true })) },
);
const names = ["SymbolErrorCounter", "LinkDownedCounter", "PortRcvErrors"] as const;
const ends: Readonly<Record<string, number>> = {
  SymbolErrorCounter: 65_535,
  LinkDownedCounter: 255,
  PortRcvErrors: 65_535,
};

describe("rates of counters that really rise, stop at their ends and are cleared", () => {
  it("are never negative, and never more than what really happened", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(step, step, step), { minLength: 2, maxLength: 40 }),
        fc.integer({ min: 1, max: 1e6 }),
        (steps, ms) => {
          const shown: Record<string, number> = { SymbolErrorCounter: 0, LinkDownedCounter: 0, PortRcvErrors: 0 };
          let before = sample(0, {}, { PortXmitData: 0 });
          for (const [index, each] of steps.entries()) {
            const happened: Record<string, number> = {};
            for (const [at, name] of names.entries()) {
              const { by, reset } = each[at] ?? { by: 0, reset: false };
              happened[name] = by;
              shown[name] = Math.min(ends[name] ?? 0, (reset ? 0 : (shown[name] ?? 0)) + by);
            }
            const told = Object.fromEntries(Object.entries(shown).filter(([, value]) => value > 0));
            const after = sample((index + 1) * ms, told, { PortXmitData: 0 });
            const { rates } = between(before, after);
            for (const [name, perMin] of Object.entries(rates?.errorsPerMin ?? {})) {
              expect(perMin).toBeGreaterThan(0);
              // A counter that was cleared and rose past where it stood looks as if it had risen by less.
              expect(perMin).toBeLessThanOrEqual(((happened[name] ?? 0) * 60_000) / ms + 1e-6);
              expect(isSaturated(name, shown[name] ?? 0)).toBe(false);
            }
            for (const value of [rates?.xmitBytesPerSec, rates?.waitPerSec])
              expect(value ?? 0).toBeGreaterThanOrEqual(0);
            before = after;
          }
        },
      ),
    );
  });

  it("are told of any two samples whatever, or not told, and never negative", () => {
    const counters = fc.option(
      fc.dictionary(fc.constantFrom(...names, "PortXmitData", "PortXmitWait"), fc.maxSafeNat()),
    );
    const any = fc.record({ at: fc.maxSafeNat(), traffic: counters, errors: counters });
    fc.assert(
      fc.property(any, any, (before, after) => {
        const { rates, fell } = between(before, after);
        if (fell.length > 0 || after.at <= before.at) expect(rates).toBeNull();
        const told = [
          rates?.xmitBytesPerSec,
          rates?.rcvBytesPerSec,
          rates?.waitPerSec,
          ...Object.values(rates?.errorsPerMin ?? {}),
        ];
        for (const value of told) {
          expect(value ?? 0).toBeGreaterThanOrEqual(0);
          expect(value ?? 0).toBeLessThan(Number.POSITIVE_INFINITY);
        }
      }),
    );
  });
});
