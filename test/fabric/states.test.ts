import { expect, test } from "vitest";
import type { FabricNode } from "../../electron/contract/fabric.ts";
import { maxCountedPorts } from "../../electron/fabric/counting.ts";
import { statesOf } from "../../electron/fabric/states.ts";
import { cubeFabric, cubeLab } from "../rack/cube.ts";

const guid = (number: number) => `0x${number.toString(16).padStart(16, "0")}`;
const node = (number: number): FabricNode => ({
  guid: guid(number),
  guidKind: "node",
  type: "hca",
  description: `stranger${number} mlx4_0`,
  ports: [{ number: 1, state: "Active", physState: "LinkUp", width: "4X", speed: "FDR" }],
});

test("of a fabric of strangers so many ports are kept as are counted, those of the lab before all others", () => {
  const strangers = Array.from({ length: maxCountedPorts + 100 }, (_, index) => node(index + 1));
  const own = node(0x7000_0000);
  const lab = {
    ...cubeLab,
    devices: [{ name: "node1", type: "hp-dl380-g7", hcas: [{ name: "mlx4_0", ports: 1, guid: own.guid }] }],
  };
  const joined = {
    fabric: { nodes: [...strangers, own], links: [], problems: [] },
    hints: new Map(),
    silent: new Set<string>(),
  };
  const { ports } = statesOf({ lab, types: {}, devices: {}, joined, cables: cubeFabric.cables, at: 1 });
  expect(ports).toHaveLength(maxCountedPorts);
  expect(ports[0]).toMatchObject({ device: "node1", port: "mlx4_0/1", state: "Active" });
});
