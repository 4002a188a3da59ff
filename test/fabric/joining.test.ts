import { expect, test } from "vitest";
import type { Fabric } from "../../electron/contract/fabric.ts";
import { type FabricInput, joinFabric } from "../../electron/fabric/join.ts";
import { Joining } from "../../electron/fabric/joining.ts";
import { readIblinkinfo } from "../../electron/fabric/read/iblinkinfo.ts";
import { atOnce } from "../../electron/steps.ts";
import { ibstat, linkinfo } from "./fixtures.ts";

/** What is joined beside `before`, without stopping. */
const join = (joining: Joining, inputs: readonly FabricInput[], before: Fabric | null = null) =>
  atOnce(joining.join(inputs, before));

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
  const first = join(joining, inputs);
  expect(first).toEqual(joinFabric(inputs));
  // A host says the same again in an object of its own.
  expect(join(joining, [host("Active"), inputs[1] ?? large])).toBe(first);
  const down = [host("Down"), inputs[1] ?? large];
  expect(join(joining, down)).toEqual(joinFabric(down));
});

test("of a small fabric the newest word counts at once, of a large one once there is news", () => {
  const joining = new Joining();
  const [older, newer] = [host("Down"), linkinfo("healthy/iblinkinfo-line.out")];
  expect(join(joining, [older, newer]).fabric).toEqual(joinFabric([older, newer]).fabric);
  expect(join(joining, [newer, older]).fabric).toEqual(joinFabric([newer, older]).fabric);
  const first = join(joining, [older, large]);
  expect(join(joining, [large, older])).toBe(first);
  expect(join(joining, [large, host("Active")])).not.toBe(first);
});

test("what was published and is still so is the same object, the rest as if nothing had been", () => {
  const before = joinFabric([linkinfo("healthy/iblinkinfo-line.out")]).fabric;
  expect(join(new Joining(), [linkinfo("healthy/iblinkinfo-line.out")], before).fabric).toBe(before);
  const inputs = [linkinfo("degraded/iblinkinfo-line.out")];
  const { fabric } = join(new Joining(), inputs, before);
  expect(fabric).toEqual(joinFabric(inputs).fabric);
  const kept = fabric.links.filter((link, index) => link === before.links[index]);
  expect(kept.map(({ width, speed }) => `${width} ${speed}`)).toEqual(["4X FDR"]);
});
