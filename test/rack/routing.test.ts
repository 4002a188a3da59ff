import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Lab } from "../../electron/contract/lab.ts";
import { intersects, samplePath, sampleStretch, stretchesOf } from "../../renderer/rack/geometry.ts";
import { alongside } from "../../renderer/rack/occupancy.ts";
import { type CableShape, drawPicture, type Picture, shapeOf } from "../../renderer/rack/picture.ts";
import { obstaclesOf } from "../../renderer/rack/routing.ts";
import { crossedFabric, cubeFabric, cubeLab } from "./cube.ts";
import { scenes } from "./scenes.ts";
import { builtInTypes } from "./types.node.ts";

/** Every place where a drawn cable covers a name, or an opening that is not its own. */
function covered(picture: Picture): readonly string[] {
  const obstacles = obstaclesOf(picture.layout);
  const found = new Set<string>();
  for (const route of picture.routes.values()) {
    if (route.tucked) continue;
    const half = route.thicknessMm / 2;
    for (const at of samplePath(route.points, route.radii, 2, route.sags)) {
      const tube = { x: at.x - half, y: at.y - half, w: 2 * half, h: 2 * half };
      for (const obstacle of obstacles) {
        if (!intersects(tube, obstacle.rect)) continue;
        if (obstacle.part === "cage" && route.ends.includes(obstacle.port)) continue;
        found.add(`${route.id} over ${obstacle.part} of ${obstacle.port.replace("\u0000", " ")}`);
      }
    }
  }
  return [...found];
}

/** Pairs of cables of which one runs on top of the other. */
function overlapping(picture: Picture): readonly string[] {
  const runs = [...picture.routes.values()].flatMap((route) =>
    route.tucked
      ? []
      : route.points
          .slice(1)
          .map((b, index) => ({ cable: route.id, a: route.points[index] ?? b, b, thickness: route.thicknessMm })),
  );
  const found = new Set<string>();
  for (const one of runs) {
    for (const two of runs) {
      if (one.cable < two.cable && alongside(one, two.a, two.b, two.thickness - 0.01))
        found.add(`${one.cable} on ${two.cable}`);
    }
  }
  return [...found];
}

/** Pairs of cables of which one hangs into another that runs beside it. */
function touching(picture: Picture): readonly string[] {
  const level = [...picture.routes.values()].flatMap((route) =>
    route.tucked
      ? []
      : stretchesOf(route.points, route.radii).flatMap(({ from, to }, index) =>
          from.y === to.y && from.x !== to.x
            ? [{ route, at: sampleStretch(from, to, route.sags[index] ?? 0, 1.5) }]
            : [],
        ),
  );
  const found = new Set<string>();
  for (const one of level) {
    for (const two of level) {
      if (one.route.id >= two.route.id) continue;
      const need = (one.route.thicknessMm + two.route.thicknessMm) / 2;
      const apart = (one.at[0]?.y ?? 0) - (two.at[0]?.y ?? 0);
      if (Math.abs(apart) > need + 12) continue;
      for (const a of one.at) {
        // Also on the same side as they began: one must not have sunk through the other.
        if (two.at.some((b) => Math.abs(a.x - b.x) < 0.8 && (a.y - b.y) * Math.sign(apart) < need)) {
          found.add(`${one.route.id} on ${two.route.id}`);
        }
      }
    }
  }
  return [...found];
}

const cubePicture = (fabric = cubeFabric) => drawPicture(cubeLab, builtInTypes, fabric.cables.map(shapeOf));

describe("routing the cube", () => {
  test.each([
    ["as planned", cubeFabric],
    ["crossed, with ghosts and a stranger", crossedFabric],
  ])("%s: all cables find a clear way", (_name, fabric) => {
    const picture = cubePicture(fabric);
    expect([...picture.routes.keys()]).toEqual(fabric.cables.map((cable) => cable.id));
    expect([...picture.routes.values()].filter((route) => route.tucked)).toEqual([]);
    expect(covered(picture)).toEqual([]);
    expect(overlapping(picture)).toEqual([]);
    expect(touching(picture)).toEqual([]);
  });

  test("level stretches hang, the longer the lower, and upright ones do not", () => {
    const picture = cubePicture();
    const hanging = [...picture.routes.values()].filter((route) => Math.max(...route.sags) > 4);
    expect(hanging.length).toBeGreaterThanOrEqual(3);
    for (const { points, sags } of picture.routes.values()) {
      for (const [index, sag] of sags.entries()) {
        if (sag > 0) expect(points[index]?.y).toBe(points[index + 1]?.y);
      }
    }
  });

  test("ends lie in the openings they belong to", () => {
    const picture = cubePicture(crossedFabric);
    for (const route of picture.routes.values()) {
      for (const [key, point] of [
        [route.ends[0], route.points[0]],
        [route.ends[1], route.points.at(-1)],
      ] as const) {
        const cage = picture.layout.ports.get(key)?.cage;
        expect(
          cage &&
            point &&
            Math.abs(point.x - cage.x - cage.w / 2) <= cage.w / 2 &&
            Math.abs(point.y - cage.y - cage.h / 2) <= cage.h / 2 + 0.5,
        ).toBe(true);
      }
    }
  });

  test("a full switch of 18 cables fits", () => {
    const hosts = Array.from({ length: 18 }, (_, index) => `host${index + 1}`);
    const lab: Pick<Lab, "racks" | "devices"> = {
      racks: [{ name: "r", units: 42 }],
      devices: [
        { name: "sw", type: "mellanox-sx6018", rack: "r", unit: 30 },
        ...hosts.map((name, index) => ({
          name,
          type: "hp-dl360-g7",
          rack: "r",
          unit: index + 1,
          hcas: [{ name: "mlx4_0", ports: 1 }],
        })),
      ],
    };
    const picture = drawPicture(
      lab,
      builtInTypes,
      hosts.map((host, index) => plain(`c${index}`, "sw", String(index + 1), host)),
    );
    expect([...picture.routes.values()].filter((route) => route.tucked).map((route) => route.id)).toEqual([]);
    expect(covered(picture)).toEqual([]);
    expect(overlapping(picture)).toEqual([]);
    expect(touching(picture)).toEqual([]);
  });
});

const plain = (id: string, sw: string, port: string, host: string, ghost = false): CableShape => ({
  id,
  a: { device: sw, port },
  b: { device: host, port: "mlx4_0/1" },
  width: "4X",
  ghost,
});

const types = Object.keys(builtInTypes);

const anyLab = fc
  .record({
    racks: fc.integer({ min: 0, max: 3 }),
    picks: fc.array(
      fc.record({
        type: fc.constantFrom(...types, "no-such-type"),
        rack: fc.integer({ min: 0, max: 3 }),
        gap: fc.integer({ min: 0, max: 2 }),
        ports: fc.integer({ min: 0, max: 3 }),
      }),
      { maxLength: 14 },
    ),
    links: fc.array(
      fc.record({ a: fc.nat(), b: fc.nat(), port: fc.integer({ min: 1, max: 20 }), ghost: fc.boolean() }),
      { maxLength: 24 },
    ),
  })
  .map(({ racks, picks, links }) => {
    const next = new Map<number, number>();
    const devices = picks.map((pick, index) => {
      const rack = racks === 0 ? 0 : pick.rack % (racks + 1);
      const unit = (next.get(rack) ?? 1) + pick.gap;
      next.set(rack, unit + Math.max(1, builtInTypes[pick.type]?.heightU ?? 1));
      const place = rack < racks && unit <= 42 ? { rack: `rack ${rack}`, unit } : {};
      return {
        name: `d${index}`,
        type: pick.type,
        ...place,
        hcas: pick.ports === 0 ? [] : [{ name: "mlx4_0", ports: pick.ports }],
      };
    });
    const cables: CableShape[] =
      devices.length === 0
        ? []
        : links.map((link, index) => {
            const a = devices[link.a % devices.length];
            const b = devices[link.b % devices.length];
            const portOf = (device: typeof a) =>
              device?.type === "mellanox-sx6018" ? String(link.port) : `mlx4_0/${(link.port % 2) + 1}`;
            return {
              id: `c${index}`,
              a: { device: a?.name ?? "", port: portOf(a) },
              b: { device: b?.name ?? "", port: portOf(b) },
              width: "4X",
              ghost: link.ghost,
            };
          });
    return {
      lab: { racks: Array.from({ length: racks }, (_, index) => ({ name: `rack ${index}`, units: 42 })), devices },
      cables,
    };
  });

describe("routing other scenes", () => {
  test.each(Object.entries(scenes(builtInTypes)))(
    "%s: nothing is covered, nothing is tucked away",
    (_name, { state, fabric }) => {
      const picture = drawPicture(
        state.lab ?? { racks: [], devices: [] },
        state.deviceTypes,
        fabric.cables.map(shapeOf),
      );
      expect([...picture.routes.values()].filter((route) => route.tucked)).toEqual([]);
      expect(covered(picture)).toEqual([]);
      expect(overlapping(picture)).toEqual([]);
      expect(touching(picture)).toEqual([]);
      expect(picture.layout.devices.length).toBeGreaterThanOrEqual(state.lab?.devices.length ?? 0);
    },
  );
});

describe("routing any lab", () => {
  test("no cable covers a name or another port, none lies on another, and all is drawn twice the same", () => {
    fc.assert(
      fc.property(anyLab, ({ lab, cables }) => {
        const picture = drawPicture(lab, builtInTypes, cables);
        expect(covered(picture)).toEqual([]);
        expect(overlapping(picture)).toEqual([]);
        expect(touching(picture)).toEqual([]);
        expect(picture.routes.size).toBe(cables.length);
        expect(drawPicture(lab, builtInTypes, cables).routes).toEqual(picture.routes);
      }),
      { numRuns: 80 },
    );
  });
});
