import { expect, test } from "vitest";
import { readIblinkinfo } from "../../electron/fabric/iblinkinfo.ts";
import { type FabricInput, joinFabric } from "../../electron/fabric/join.ts";
import { Joining } from "../../electron/fabric/joining.ts";
import { ibstat, linkinfo } from "./fixtures.ts";

const host = (state: string): FabricInput => {
  const input = ibstat("healthy/ibstat-node01.out");
  return JSON.parse(JSON.stringify(input).replaceAll('"Active"', `"${state}"`)) as FabricInput;
};

/** As many records as make an output large; every other one tells of the link's other end. */
const large: FabricInput = {
  kind: "iblinkinfo",
  source: "s",
  reading: readIblinkinfo(
    Array.from({ length: 1200 }, (_, n) => {
      const guid = (of: number) => `0x${of.toString(16).padStart(16, "0")}`;
      return `${guid(n + 1)} "n${n}" ${n + 1} 1[  ] ==( 4X 14.0625 Gbps Active/  LinkUp)==> ${guid(5000)} 9 ${(n % 200) + 1}[  ] "sw" ( )`;
    }).join("\n"),
  ),
};

test("the same words are joined once, other words anew", () => {
  const joining = new Joining();
  const inputs = [host("Active"), linkinfo("healthy/iblinkinfo-line.out")];
  const first = joining.join(inputs);
  expect(first).toEqual(joinFabric(inputs));
  // A host says the same again in an object of its own.
  expect(joining.join([host("Active"), inputs[1] ?? large])).toBe(first);
  const down = [host("Down"), inputs[1] ?? large];
  expect(joining.join(down)).toEqual(joinFabric(down));
});

test("what was joined is published as it is: immer looks into nothing that is frozen", () => {
  const { fabric } = new Joining().join([large]);
  expect([fabric, fabric.nodes, fabric.links].every((part) => Object.isFrozen(part))).toBe(true);
});

test("of a small fabric the newest word counts at once, of a large one once there is news", () => {
  const joining = new Joining();
  const [older, newer] = [host("Down"), linkinfo("healthy/iblinkinfo-line.out")];
  expect(joining.join([older, newer]).fabric).toEqual(joinFabric([older, newer]).fabric);
  expect(joining.join([newer, older]).fabric).toEqual(joinFabric([newer, older]).fabric);
  const first = joining.join([older, large]);
  expect(joining.join([large, older])).toBe(first);
  expect(joining.join([large, host("Active")])).not.toBe(first);
});

test("an equal fabric that was published takes the place of its own", () => {
  const joining = new Joining();
  const inputs = [linkinfo("healthy/iblinkinfo-line.out")];
  const published = structuredClone(joining.join(inputs).fabric);
  joining.adopt(published);
  expect(joining.join(inputs).fabric).toBe(published);
});
