import { describe, expect, test } from "vitest";
import { labSchema } from "../../electron/contract/lab.ts";
import type { Sheet } from "../../electron/contract/sheet.ts";
import { type SeenCable, sheetOf } from "../../electron/sheet/rows.ts";
import { hostile, hostileNames, labState, madeAt, practice, unseen } from "./lab.ts";

const head = { madeAt, madeBy: "root" };
const node = (n: number, unit: number) => ({ device: `node${n}`, port: "mlx4_0/1", rack: "cube", unit, inLab: true });
const port = (n: number) => ({ device: "sw1", port: String(n), rack: "cube", unit: 18, inLab: true });

const live = (n: number, state: SeenCable["state"], reason: string, planned: number | null = n - 1): SeenCable => ({
  planned,
  a: { device: `node${n}`, port: "mlx4_0/1" },
  b: { device: "sw1", port: String(n) },
  state,
  difference: planned === null ? "moved" : "as-planned",
  width: "4X",
  speed: "FDR",
  reason,
  observedAt: madeAt - 1000,
});

describe("the practice lab", () => {
  const units = practice.devices.map(({ name, unit }) => [name, unit] as const);
  const unitOf = (name: string) => units.find(([other]) => other === name)?.[1] ?? 0;

  test("every planned cable stands once, from the bottom of the rack", () => {
    const sheet = sheetOf({ lab: labState(practice), fabric: unseen, content: "plan", ...head });
    const row = (n: number) => ({
      number: 0,
      label: `IB-${n}`,
      a: node(n, unitOf(`node${n}`)),
      b: { ...port(n), unit: unitOf("sw1") },
      planned: true,
      width: "4X" as const,
      speed: "FDR" as const,
      seen: null,
    });
    const byUnit = [1, 2, 3, 4, 5].sort((a, b) => unitOf(`node${a}`) - unitOf(`node${b}`));
    expect(sheet).toEqual({
      lab: "Practice lab (the cube)",
      path: "/labs/lab.yaml",
      ...head,
      content: "plan",
      observedAt: null,
      rows: byUnit.map((n, index) => ({ ...row(n), number: index + 1 })),
      open: {
        unlabelled: [],
        freePorts: [
          ...byUnit.flatMap((n) => {
            const ports = practice.devices.find(({ name }) => name === `node${n}`)?.hcas?.[0]?.ports ?? 0;
            return ports > 1 ? [{ device: `node${n}`, ports: ["mlx4_0/2"] }] : [];
          }),
          { device: "sw1", ports: Array.from({ length: 13 }, (_, index) => String(index + 6)) },
        ],
      },
    } satisfies Sheet);
  });

  test("what was seen stands beside its own cable where the lab was edited since", () => {
    const cables = practice.cables.map((_, at) => live(at + 1, at === 2 ? "down" : "healthy", "seen"));
    const lab = labState({ ...practice, cables: practice.cables.slice(1) });
    const { rows } = sheetOf({ lab, fabric: { cables, observedAt: madeAt }, content: "state", ...head });
    const told = rows.map(({ a, b, seen }) => [a.device, b.port, seen?.state]);
    expect(told.toSorted()).toEqual([2, 3, 4, 5].map((n) => [`node${n}`, String(n), n === 3 ? "down" : "healthy"]));
  });

  test("what was seen is told with its words and time; differences leave out what is as planned or was not observed", () => {
    const cables = [
      live(1, "healthy", "Active 4X FDR"),
      live(2, "absent", "the cable from node2 mlx4_0/1 is in sw1 port 9; the plan says 2"),
      live(3, "unknown", "not observed yet"),
      live(9, "unexpected", "not planned", null),
    ];
    const fabric = { cables, observedAt: madeAt - 1000 };
    const state = sheetOf({ lab: labState(practice), fabric, content: "state", ...head });
    const told = state.rows.map(({ a, b, planned, seen }) => [a.device, b.port, planned, seen?.state ?? null]);
    expect(told.toSorted()).toEqual(
      [
        ["node1", "1", true, "healthy"],
        ["node2", "2", true, "absent"],
        ["node3", "3", true, "unknown"],
        ["node4", "4", true, null],
        ["node5", "5", true, null],
        ["sw1", "mlx4_0/1", false, "unexpected"],
      ].toSorted(),
    );
    expect(state.observedAt).toBe(madeAt - 1000);
    const differences = sheetOf({ lab: labState(practice), fabric, content: "differences", ...head });
    expect(differences.rows.map(({ number, seen }) => [number, seen])).toEqual(
      state.rows
        .filter(({ seen }) => seen?.state === "absent" || seen?.state === "unexpected")
        .map(({ number, seen }) => [number, seen]),
    );
    expect(differences.rows[0]?.seen).toEqual({
      state: "absent",
      difference: "as-planned",
      reason: "the cable from node2 mlx4_0/1 is in sw1 port 9; the plan says 2",
      observedAt: madeAt - 1000,
    });
  });
});

test("racks from left to right, then what stands beside them; ports in counting order; unlabelled cables told", () => {
  const { rows, open } = sheetOf({ lab: labState(hostile), fabric: unseen, content: "plan", ...head });
  expect(rows.map(({ a, b }) => [a.rack, a.unit, a.device, b.rack, b.device, b.port])).toEqual([
    ['left, "rack"', 1, hostileNames.formula, "\u5bb6", hostileNames.switch, "2"],
    ['left, "rack"', 3, hostileNames.quoted, "\u5bb6", hostileNames.switch, "10"],
    ["\u5bb6", 1, hostileNames.long, "\u5bb6", hostileNames.switch, "18"],
    ["\u5bb6", 10, hostileNames.switch, null, hostileNames.rightToLeft, "mlx4_0/1"],
  ]);
  expect(open.unlabelled).toEqual([]);
  expect(open.freePorts.map(({ device, ports }) => [device, ports.length])).toEqual([
    [hostileNames.quoted, 1],
    [hostileNames.switch, 14],
  ]);
});

test("a cable without a label and a lab without anything", () => {
  const empty = labSchema.parse({ halfrack: 1, name: "Empty" });
  expect(sheetOf({ lab: labState(empty), fabric: unseen, content: "state", ...head })).toMatchObject({
    rows: [],
    open: { unlabelled: [], freePorts: [] },
  });
  const [first, ...others] = practice.cables;
  const cables = [...others, { from: first?.from, to: first?.to, label: "" }];
  const sheet = sheetOf({
    lab: labState(labSchema.parse({ ...practice, cables })),
    fabric: unseen,
    content: "plan",
    ...head,
  });
  expect(sheet.open.unlabelled).toEqual(sheet.rows.filter(({ label }) => label === null).map(({ number }) => number));
  expect(sheet.open.unlabelled).toHaveLength(1);
});
