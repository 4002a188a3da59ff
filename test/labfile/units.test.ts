/** Which units are taken: the check of the lab file, a drag in the rack and a new device's place must agree. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Device } from "../../electron/contract/lab.ts";
import { heightOf, lowestFreeUnit, occupantOf, unitsOf } from "../../electron/contract/units.ts";
import { layoutLab } from "../../renderer/rack/layout.ts";
import { serverType } from "../ssh/bench.ts";

const type = (slug: string, heightU: number) => ({ ...serverType, slug, heightU });
const types = { one: type("one", 1), half: type("half", 1.5), seven: type("seven", 7), beside: type("beside", 0) };
const racks = [{ name: "R", units: 12 }];
const at = (name: string, slug: string, unit: number): Device => ({ name, type: slug, rack: "R", unit });

test("a device takes whole units; what stands beside a rack takes none, and one of an unknown type takes one", () => {
  expect(unitsOf({ rack: "R", unit: 3 }, 1.5)).toEqual([3, 4]);
  expect(unitsOf({ rack: "R", unit: 3 }, 0)).toEqual([]);
  expect(unitsOf({ unit: 3 }, 2)).toEqual([]);
  const devices = [at("pdu", "beside", 5), at("odd", "not-known", 9)];
  const lab = { racks, devices };
  const over = { rack: "R", unit: 3, heightU: 7 };
  expect(occupantOf(lab, types, over, null)).toBe("odd");
  expect(occupantOf(lab, types, over, "odd")).toBeNull();
});

test("a type that is called as what every object has is not known, and is drawn as such", () => {
  const odd = { name: "odd", type: "constructor" };
  expect(heightOf(odd, types)).toBe(1);
  expect(layoutLab({ racks, devices: [odd] }, types, {}).devices).toMatchObject([{ name: "odd", type: null }]);
});

test("property: the lowest free place is free, and every lower one is not", () => {
  const device = fc.record({ slug: fc.constantFrom(...Object.keys(types)), unit: fc.integer({ min: 1, max: 12 }) });
  fc.assert(
    fc.property(fc.array(device, { maxLength: 6 }), fc.constantFrom(1, 1.5, 2, 7), (placed, heightU) => {
      const devices = placed.map(({ slug, unit }, index) => at(`d${index}`, slug, unit));
      const lab = { racks, devices };
      const found = lowestFreeUnit(lab, types, "R", heightU);
      const last = 12 - Math.ceil(heightU) + 1;
      for (let unit = 1; unit <= (found ?? last); unit++)
        expect(occupantOf(lab, types, { rack: "R", unit, heightU }, null) === null).toBe(unit === found);
    }),
  );
});
