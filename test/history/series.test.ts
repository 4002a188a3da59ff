import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type StoredSample, seriesOf } from "../../electron/history/series.ts";
import { type OldReading, thin } from "../../electron/history/thin.ts";

const words = (at: number, xmit: number, follows: number | null): StoredSample => ({
  at,
  follows,
  traffic: { PortXmitData: xmit, PortRcvData: 0 },
  errors: {},
});

describe("seriesOf", () => {
  it("puts rates where they were, and draws nothing across a gap or a reset", () => {
    const samples = [
      words(0, 0, null),
      words(10_000, 10_000, 0),
      words(20_000, 15_000, 10_000),
      // Nobody looked for a while.
      words(60_000, 90_000, null),
      words(70_000, 90_000, 60_000),
      // Cleared.
      words(80_000, 1, 70_000),
      words(90_000, 10_001, 80_000),
    ];
    const { bucketMs, points, resets } = seriesOf(samples, { fromMs: 0, toMs: 100_000, points: 10 });
    expect(bucketMs).toBe(10_000);
    expect(points.map(({ at, xmit, errors }) => [at, xmit?.mean, errors?.mean])).toEqual([
      [0, 4000, 0],
      [10_000, 2000, 0],
      [60_000, 0, 0],
      [80_000, 4000, 0],
    ]);
    expect(resets).toEqual([80_000]);
  });

  it("fills every stretch of a slow reading, and sums up fast ones", () => {
    const slow = seriesOf([words(0, 0, null), words(40_000, 40_000, 0)], { fromMs: 10_000, toMs: 50_000, points: 4 });
    expect(slow.points.map(({ at, xmit }) => [at, xmit])).toEqual([
      [10_000, { min: 4000, max: 4000, mean: 4000, last: 4000 }],
      [20_000, { min: 4000, max: 4000, mean: 4000, last: 4000 }],
      [30_000, { min: 4000, max: 4000, mean: 4000, last: 4000 }],
    ]);
    const fast = [0, 1000, 5000, 6000].map((xmit, index) =>
      words(index * 1000, xmit, index === 0 ? null : (index - 1) * 1000),
    );
    expect(seriesOf(fast, { fromMs: 0, toMs: 6000, points: 2 }).points).toEqual([
      expect.objectContaining({ at: 0, xmit: { min: 4000, max: 16_000, mean: 8000, last: 4000 } }),
    ]);
  });

  it("holds any samples in bounds", () => {
    const any = fc.record({
      at: fc.nat(200_000),
      follows: fc.option(fc.nat(200_000)),
      traffic: fc.option(fc.record({ PortXmitData: fc.nat() })),
      errors: fc.option(fc.record({ SymbolErrorCounter: fc.nat(65_535) })),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 60 }), fc.integer({ min: 2, max: 30 }), (samples, points) => {
        // Each follows the one before, so that rates are told at all.
        const chained = samples.map((sample, index) => ({ ...sample, follows: samples[index - 1]?.at ?? null }));
        const series = seriesOf(chained, { fromMs: 50_000, toMs: 150_000, points });
        expect(series.points.length).toBeLessThanOrEqual(points);
        for (const { at, xmit, errors } of series.points) {
          expect(at >= 50_000 && at <= 150_000).toBe(true);
          for (const span of [xmit, errors]) {
            if (span === null) continue;
            expect(0 <= span.min && span.min <= span.mean && span.mean <= span.max).toBe(true);
          }
        }
      }),
    );
  });
});

describe("thin", () => {
  it("loses no count: what stays follows what stays, and gaps and resets are kept", () => {
    const reading = fc.record({ wait: fc.integer({ min: 1, max: 50 }), gap: fc.boolean(), edge: fc.boolean() });
    fc.assert(
      fc.property(fc.array(reading, { minLength: 1, maxLength: 80 }), (steps) => {
        const all: OldReading[] = [];
        for (const [index, { wait, gap, edge }] of steps.entries()) {
          const before = all.at(-1);
          all.push({ id: index + 1, at: (before?.at ?? 0) + wait, follows: gap || !before ? null : before.at, edge });
        }
        const { doomed, follows } = thin(all, 100);
        const changed = new Map(follows.map((each) => [each.id, each.follows]));
        const kept = all
          .filter(({ id }) => !doomed.includes(id))
          .map((each) => ({ ...each, follows: changed.get(each.id) ?? each.follows }));
        expect([kept[0]?.id, kept.at(-1)?.id]).toEqual([all[0]?.id, all.at(-1)?.id]);
        for (const each of all) if (each.edge) expect(doomed).not.toContain(each.id);
        for (const [index, each] of kept.entries()) {
          const before = kept[index - 1];
          if (before === undefined) continue;
          // Followed, exactly when no reading between them followed nothing.
          const between = all.filter(({ id }) => id > before.id && id <= each.id);
          expect(each.follows).toBe(between.every(({ follows: at }) => at !== null) ? before.at : null);
        }
        // One in each stretch, beside edges and gaps.
        const plain = kept
          .slice(1, -1)
          .filter(({ id, edge, follows: at }) => !edge && at !== null && all[id]?.follows !== null);
        const stretches = plain.map(({ at }) => Math.floor(at / 100));
        expect(new Set(stretches).size).toBe(stretches.length);
      }),
    );
  });
});
