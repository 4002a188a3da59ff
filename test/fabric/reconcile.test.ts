/** Plan and fabric as two pairings of the same ports: what is told of each difference, and that nothing is told twice. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PlannedPair, reconcile, type SeenPair, type Story } from "../../electron/fabric/reconcile.ts";

const cable = (near: string | null, far: string | null): PlannedPair => ({ near, far });
const link = (a: string, b: string): SeenPair => ({ a, b });

describe("a plan and what was seen", () => {
  it("of one cable in another port is a chain of one", () => {
    expect(reconcile([cable("a", "1"), cable("b", "2")], [link("a", "3"), link("2", "b")])).toEqual({
      asPlanned: [null, 1],
      stories: [{ planned: [0], instead: [0], intruder: null, ring: false }],
    });
  });

  it("of cables exchanged in a ring is one story, each cable in the place of the next", () => {
    const plan = [cable("a", "1"), cable("b", "2"), cable("c", "3")];
    expect(reconcile(plan, [link("2", "a"), link("3", "b"), link("1", "c")])).toEqual({
      asPlanned: [null, null, null],
      stories: [{ planned: [0, 1, 2], instead: [0, 1, 2], intruder: null, ring: true }],
    });
  });

  it("of cables that were all plugged one port on is one chain, whichever is planned first", () => {
    const plan = [cable("b", "2"), cable("a", "1"), cable("c", "3")];
    expect(reconcile(plan, [link("a", "2"), link("b", "3"), link("c", "4")]).stories).toEqual([
      { planned: [1, 0, 2], instead: [0, 1, 2], intruder: null, ring: false },
    ]);
  });

  it("of a stranger in a planned port tells of both in one story", () => {
    expect(reconcile([cable("a", "1")], [link("x", "1")]).stories).toEqual([
      { planned: [0], instead: [null], intruder: 0, ring: false },
    ]);
  });

  it("of nothing planned is a story for each link", () => {
    expect(reconcile([], [link("x", "1"), link("y", "y")]).stories).toEqual([
      { planned: [], instead: [], intruder: 0, ring: false },
      { planned: [], instead: [], intruder: 1, ring: false },
    ]);
  });
});

const linksOf = ({ instead, intruder }: Story) => [...instead, intruder].filter((at) => at !== null);

function toldOnce({ asPlanned, stories }: ReturnType<typeof reconcile>, cables: number, links: number): void {
  const planned = [
    ...asPlanned.flatMap((at, index) => (at === null ? [] : [index])),
    ...stories.flatMap((story) => story.planned),
  ];
  expect(planned.sort((a, b) => a - b)).toEqual(Array.from({ length: cables }, (_, at) => at));
  const seen = [...new Set(asPlanned.filter((at) => at !== null)), ...stories.flatMap(linksOf)];
  expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: links }, (_, at) => at));
}

describe("for any plan", () => {
  const hosts = fc.integer({ min: 1, max: 30 });

  it("a fabric that equals it is as planned, in whatever order and direction it is told", () => {
    fc.assert(
      fc.property(
        hosts.chain((n) => fc.tuple(fc.constant(n), fc.shuffledSubarray([...Array(n).keys()], { minLength: n }))),
        ([n, order]) => {
          const plan = Array.from({ length: n }, (_, at) => cable(`h${at}`, `s${at}`));
          const seen = order.map((at) => (at % 2 ? link(`h${at}`, `s${at}`) : link(`s${at}`, `h${at}`)));
          const found = reconcile(plan, seen);
          expect(found.stories).toEqual([]);
          expect(found.asPlanned.map((at) => (at === null ? null : order[at]))).toEqual(plan.map((_, at) => at));
        },
      ),
    );
  });

  it("any exchange of its cables is told as rings, each cable and each link once", () => {
    fc.assert(
      fc.property(
        hosts.chain((n) => fc.shuffledSubarray([...Array(n).keys()], { minLength: n })),
        (to) => {
          const plan = to.map((_, at) => cable(`h${at}`, `s${at}`));
          const found = reconcile(
            plan,
            to.map((port, at) => link(`h${at}`, `s${port}`)),
          );
          toldOnce(found, plan.length, to.length);
          for (const { planned, instead, ring } of found.stories) {
            expect(ring).toBe(true);
            expect(instead).toEqual(planned);
            expect(planned.map((at) => to[at])).toEqual([...planned.slice(1), planned[0]]);
          }
          expect(found.asPlanned).toEqual(to.map((port, at) => (port === at ? at : null)));
        },
      ),
    );
  });

  it("cables that are pulled, moved and strange are each told once", () => {
    const port = fc.integer({ min: 0, max: 25 }).map((at) => `p${at}`);
    const pairs = fc
      .uniqueArray(port, { maxLength: 26 })
      .map((ports) =>
        Array.from({ length: Math.floor(ports.length / 2) }, (_, at) => [ports[2 * at], ports[2 * at + 1]] as const),
      );
    fc.assert(
      fc.property(pairs, pairs, (planned, seen) => {
        const plan = planned.map(([a = "", b = ""]) => cable(a, b));
        const links = seen.map(([a = "", b = ""]) => link(a, b));
        toldOnce(reconcile(plan, links), plan.length, links.length);
      }),
    );
  });

  it("garbage (ports planned or linked twice, to themselves, or not at all) is told once too", () => {
    const key = fc.constantFrom("a", "b", "c", "d", "e");
    const end = fc.option(key);
    fc.assert(
      fc.property(fc.array(fc.tuple(end, end)), fc.array(fc.tuple(key, key)), (planned, seen) => {
        const plan = planned.map(([a, b]) => cable(a, b));
        const links = seen.map(([a, b]) => link(a, b));
        toldOnce(reconcile(plan, links), plan.length, links.length);
      }),
    );
  });
});
