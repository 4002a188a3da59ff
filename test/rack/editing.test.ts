import { describe, expect, test } from "vitest";
import type { Lab } from "../../electron/contract/lab.ts";
import { planCable, plannedCable } from "../../renderer/rack/editing.ts";
import { layoutLab, unitMm } from "../../renderer/rack/layout.ts";
import { judgePlace, placeAt, stepPlace, targetRect } from "../../renderer/rack/place.ts";
import { readOnlyWhy } from "../../renderer/read-only.ts";
import { cable, cubeLab, labState } from "./cube.ts";
import { builtInTypes } from "./types.node.ts";

const layout = layoutLab(cubeLab, builtInTypes, {});

function device(name: string): Lab["devices"][number] {
  const found = cubeLab.devices.find((each) => each.name === name);
  if (!found) throw new Error(`no ${name}`);
  return found;
}

describe("placing a device", () => {
  test("a free unit is free, an occupied one names who is there", () => {
    expect(judgePlace(cubeLab, builtInTypes, device("node5"), "cube", 17)).toEqual({
      rack: "cube",
      unit: 17,
      free: true,
      why: null,
    });
    expect(judgePlace(cubeLab, builtInTypes, device("node5"), "cube", 7)).toEqual({
      rack: "cube",
      unit: 7,
      free: false,
      why: "occupied by node1",
    });
    expect(judgePlace(cubeLab, builtInTypes, device("node4"), "cube", 13)).toEqual({
      rack: "cube",
      unit: 13,
      free: false,
      why: "occupied by node5",
    });
    expect(judgePlace(cubeLab, builtInTypes, device("node1"), "cube", 13).why).toBe("needs 7 units inside the rack");
    expect(judgePlace(cubeLab, builtInTypes, device("node4"), null, null).free).toBe(true);
  });

  test("a device stands where it is already", () => {
    for (const each of cubeLab.devices) {
      expect(judgePlace(cubeLab, builtInTypes, each, each.rack ?? null, each.unit ?? null).free).toBe(true);
    }
  });

  test("the place under a face is the place it was drawn at", () => {
    for (const box of layout.devices) {
      expect(placeAt(layout, { x: box.face.x + 30, y: box.face.y + unitMm * 0.4 }, box.heightU)).toEqual({
        rack: "cube",
        unit: box.unit,
      });
      expect(targetRect(layout, { rack: "cube", unit: box.unit }, box.heightU)).toEqual(box.face);
    }
    expect(placeAt(layout, { x: -5000, y: 0 }, 1)).toBeNull();
  });

  test("arrows step through units and out beside the racks", () => {
    const at = (unit: number) => ({ rack: "cube", unit });
    expect(stepPlace(cubeLab, builtInTypes, device("node5"), at(14), "up")).toEqual({
      ...at(15),
      free: true,
      why: null,
    });
    expect(stepPlace(cubeLab, builtInTypes, device("node5"), at(14), "down")).toEqual({
      ...at(13),
      free: false,
      why: "occupied by node4",
    });
    expect(stepPlace(cubeLab, builtInTypes, device("node4"), at(17), "up").unit).toBe(17);
    expect(stepPlace(cubeLab, builtInTypes, device("node5"), at(14), "right")).toEqual({
      rack: null,
      unit: null,
      free: true,
      why: null,
    });
    expect(stepPlace(cubeLab, builtInTypes, device("node5"), { rack: null, unit: null }, "left")).toMatchObject({
      rack: "cube",
      unit: 18,
    });
  });
});

describe("planning a cable", () => {
  const to = { device: "node5", port: "mlx4_0/2" };

  test("two free ports make an edit", () => {
    const from = { device: "sw1", port: "6" };
    expect(planCable(cubeLab, from, to)).toEqual({ edit: { op: "add-cable", cable: { from, to } }, why: null });
  });

  test.each([
    [{ device: "sw1", port: "3" }, "sw1 port 3 already has a planned cable, to node3 mlx4_0/1"],
    [to, "A cable needs two different ports"],
    [{ device: "nobody", port: "1" }, "nobody is not in the lab file"],
  ])("%o is refused", (from, why) => {
    expect(planCable(cubeLab, from, to)).toEqual({ edit: null, why });
  });

  test("only a planned cable can be removed from the plan", () => {
    expect(plannedCable(cubeLab, cable("c", ["sw1", "2"], ["node2", "mlx4_0/1"], { planned: 1 }))).toEqual(
      cubeLab.cables[1],
    );
    expect(plannedCable(cubeLab, cable("c", ["sw1", "2"], ["node2", "mlx4_0/1"], { planned: null }))).toBeNull();
  });

  test("a cable is found by its ends where the lab was edited since it was published", () => {
    const second = cable("c", ["sw1", "2"], ["node2", "mlx4_0/1"], { planned: 1 });
    const [, ...left] = cubeLab.cables;
    expect(plannedCable({ cables: left }, second)).toEqual(cubeLab.cables[1]);
    expect(plannedCable({ cables: left }, cable("c", ["sw1", "1"], ["node1", "mlx4_0/1"], { planned: 0 }))).toBeNull();
  });
});

test("a lab that cannot be edited says why", () => {
  const problem = {
    code: "x",
    severity: "error" as const,
    message: "unit 3 is taken twice",
    line: 3,
    column: 1,
    path: "",
  };
  expect(readOnlyWhy(labState(cubeLab, builtInTypes))).toBeNull();
  expect(readOnlyWhy(labState(null, builtInTypes))).toBe("No lab is open");
  expect(readOnlyWhy(labState(cubeLab, builtInTypes, { readOnly: true, problems: [problem] }))).toBe(
    "The lab file is read-only until its errors are mended: unit 3 is taken twice",
  );
  expect(readOnlyWhy(labState(cubeLab, builtInTypes, { conflict: "changed-on-disk" }))).toBe(
    "The lab file changed on disk: choose a version first",
  );
  expect(readOnlyWhy(labState(cubeLab, builtInTypes, { conflict: "vanished" }))).toBe(
    "The lab file is gone: write it again or open another",
  );
});
