import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Fabric } from "../../electron/contract/fabric.ts";
import { type Layout, layOut } from "../../renderer/graph/layout.ts";
import { size } from "../../renderer/graph/pods.ts";
import { topologyOf } from "../../renderer/graph/topology.ts";
import { fatTree } from "../lab/fat-tree.ts";
import { fabricOf, guidOf, leafSpine } from "./fabrics.ts";

function layoutOf(fabric: Fabric): {
  readonly layout: Layout;
  readonly at: (name: string) => { x: number; y: number; tier: number };
} {
  const { nodes, bundles, indexOf } = topologyOf(fabric);
  const layout = layOut({
    names: nodes.map(({ description }) => description),
    isSwitch: nodes.map(({ type }) => type !== "hca"),
    a: Int32Array.from(bundles, ({ a }) => a),
    b: Int32Array.from(bundles, ({ b }) => b),
  });
  return {
    layout,
    at: (name) => {
      const node = indexOf.get(guidOf(name)) ?? -1;
      return { x: layout.x[node] ?? Number.NaN, y: layout.y[node] ?? Number.NaN, tier: layout.tier[node] ?? -1 };
    },
  };
}

/** Boxes of one tier that lie on each other. */
function overlaps({ tier, x, y, groups }: Layout): string[] {
  const boxes = [
    ...[...tier].flatMap((each, node) =>
      each === 0
        ? []
        : [
            {
              name: `node ${node}`,
              x: (x[node] ?? 0) - size.switchW / 2,
              y: y[node] ?? 0,
              w: size.switchW,
              h: size.switchH,
            },
          ],
    ),
    ...groups.map((group, index) => ({ name: `group ${index}`, x: group.x, y: group.y, w: group.w, h: group.h })),
  ];
  return boxes.flatMap((one, n) =>
    boxes
      .slice(n + 1)
      .filter(
        (other) =>
          one.x + one.w > other.x + 0.5 &&
          other.x + other.w > one.x + 0.5 &&
          one.y + one.h > other.y &&
          other.y + other.h > one.y,
      )
      .map((other) => `${one.name} on ${other.name}`),
  );
}

describe("tiers", () => {
  test("hosts stand below their leaves, spines above them, cores on top", () => {
    const { at } = layoutOf(
      fabricOf(["h1-l1", "h2-l1", "h3-l2", "h4-l2", "l1-s1", "l2-s1", "s1-c1", "s2-c1", "l1-s2"]),
    );
    expect([at("h1"), at("l1"), at("s1"), at("c1")].map(({ tier }) => tier)).toEqual([0, 1, 2, 3]);
    expect(at("h1").y).toBeGreaterThan(at("l1").y);
    expect(at("l1").y).toBeGreaterThan(at("s1").y);
    expect(at("s1").y).toBeGreaterThan(at("c1").y);
  });

  test("the one host at a core makes no leaf of it", () => {
    const hosts = ["l1", "l2"].flatMap((leaf) => [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `h${leaf}${n}-${leaf}`));
    const { at } = layoutOf(fabricOf([...hosts, "l1-c1", "l2-c1", "hmanager-c1"]));
    expect([at("l1").tier, at("c1").tier, at("hmanager").tier]).toEqual([1, 2, 0]);
  });

  test("switches without any host stand by how few neighbours they have", () => {
    const { at } = layoutOf(fabricOf(["l1-s1", "l2-s1", "l3-s1", "l1-s2", "l2-s2", "l3-s2", "l4-s1", "l4-s2"]));
    expect([at("l1").tier, at("l4").tier, at("s1").tier]).toEqual([1, 1, 2]);
  });
});

describe("shapes of fabrics", () => {
  const shapes: Readonly<Record<string, Fabric>> = {
    "two hosts back to back": fabricOf(["h1-h2"]),
    "one switch": leafSpine(1, 0, 5),
    "a ring": fabricOf(["h1-l1", "h2-l2", "h3-l3", "h4-l4", "l1-l2", "l2-l3", "l3-l4", "l4-l1"]),
    "dual rail on two switches": fabricOf([1, 2, 3, 4].flatMap((n) => [`h${n}-l1`, `h${n}-l2`])),
    "two islands and what is alone": fabricOf(["h1-l1", "h2-l1", "h3-k1", "h4-k1"], ["h5", "h6", "lone"]),
    "a director of 300 ports": leafSpine(1, 0, 300),
    "a cable from a switch to itself": fabricOf(["h1-l1", "l1-l1"]),
    nothing: fabricOf([]),
    "leaves and spines": leafSpine(9, 4, 8),
  };
  for (const [name, fabric] of Object.entries(shapes))
    test(`${name}: everything has a place of its own`, () => {
      const { layout } = layoutOf(fabric);
      expect([...layout.x, ...layout.y].every(Number.isFinite)).toBe(true);
      expect(overlaps(layout)).toEqual([]);
      expect(layout.groups.flatMap(({ hosts }) => [...hosts]).length).toBe(
        fabric.nodes.filter(({ type }) => type === "hca").length,
      );
    });

  test("any fabric gets a picture, the same each time, with nothing on anything else", () => {
    const name = fc.oneof(
      fc.nat(12).map((n) => `h${n}`),
      fc.nat(12).map((n) => `sw${n}`),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(name, name), { maxLength: 60 }), (pairs) => {
        const fabric = fabricOf(pairs.map(([a, b]) => `${a}-${b}`));
        const { layout } = layoutOf(fabric);
        expect([...layout.x, ...layout.y].every(Number.isFinite)).toBe(true);
        expect(overlaps(layout)).toEqual([]);
        expect(layoutOf(fabric).layout).toEqual(layout);
      }),
      { numRuns: 150 },
    );
  });
});

describe("order", () => {
  test("names decide between equals, as people count", () => {
    const { at } = layoutOf(leafSpine(12, 3, 3));
    const xs = Array.from({ length: 12 }, (_, n) => at(`l${n + 1}`).x);
    expect(xs).toEqual(xs.toSorted((a, b) => a - b));
  });

  test("what only cores join stays together, whatever the names", () => {
    // Two pods whose names alternate.
    const pod = (leaves: readonly string[], spine: string) =>
      leaves.flatMap((leaf) => [...[1, 2, 3, 4, 5, 6, 7].map((n) => `h${leaf}${n}-${leaf}`), `${leaf}-${spine}`]);
    const { at } = layoutOf(
      fabricOf([...pod(["a1", "a3", "a5"], "s1"), ...pod(["a2", "a4", "a6"], "s2"), "s1-c1", "s2-c1"]),
    );
    const first = ["a1", "a3", "a5"].map((leaf) => at(leaf).x);
    const second = ["a2", "a4", "a6"].map((leaf) => at(leaf).x);
    expect(Math.max(...first) < Math.min(...second) || Math.max(...second) < Math.min(...first)).toBe(true);
  });

  test("spines turn so that cables run straight", () => {
    // Named crosswise: by name alone, every cable would cross the others.
    const hosts = ["l1", "l2", "l3"].flatMap((leaf) => Array.from({ length: 9 }, (_, n) => `h${leaf}${n}-${leaf}`));
    const { at } = layoutOf(fabricOf([...hosts, "l1-s3", "l2-s2", "l3-s1", "s1-c1", "s2-c1", "s3-c1"]));
    expect([at("s3").x < at("s2").x, at("s2").x < at("s1").x]).toEqual([
      at("l1").x < at("l2").x,
      at("l2").x < at("l3").x,
    ]);
  });
});

test("thousands of hosts are blocks of pods: one plate of cores, three for each pod", () => {
  const { hosts, switches } = fatTree({ levels: 3, radix: 36, pods: 7 });
  expect([hosts, switches]).toEqual([2268, 324]);
  const range = (count: number) => Array.from({ length: count }, (_, n) => n + 1);
  const cables = range(7).flatMap((pod) =>
    range(18).flatMap((leaf) => [
      ...range(18).map((host) => `h${pod}.${leaf}.${host}-l${pod}.${leaf}`),
      ...range(18).map((spine) => `l${pod}.${leaf}-s${pod}.${spine}`),
      ...range(18).map((up) => `s${pod}.${leaf}-c${leaf}.${up % 4}`),
    ]),
  );
  const { layout } = layoutOf(fabricOf(cables));
  const tiers = layout.blocks.map(({ tier, members }) => `${tier}: ${members.length}`).sort();
  expect(tiers).toEqual([...range(7).flatMap(() => ["0: 18", "1: 18", "2: 18"]), "3: 72"].sort());
});
