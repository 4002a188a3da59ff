import { expect, it, test } from "vitest";
import type { FabricNode } from "../../electron/contract/fabric.ts";
import { historyLimits } from "../../electron/contract/history.ts";
import { countersOf } from "../../electron/fabric/counting.ts";
import { Places } from "../../electron/fabric/places.ts";
import { readIbqueryerrors } from "../../electron/fabric/read/ibqueryerrors.ts";
import { statesOf } from "../../electron/fabric/states.ts";
import { cubeFabric, cubeLab } from "../rack/cube.ts";
import { scene } from "./scene.ts";

const guid = (number: number) => `0x${number.toString(16).padStart(16, "0")}`;
const node = (number: number): FabricNode => ({
  guid: guid(number),
  guidKind: "node",
  type: "hca",
  description: `stranger${number} mlx4_0`,
  ports: [{ number: 1, state: "Active", physState: "LinkUp", width: "4X", speed: "FDR" }],
});

test("of a fabric of strangers so many ports are kept as are counted, those of the lab before all others", () => {
  const strangers = Array.from({ length: historyLimits.ports + 100 }, (_, index) => node(index + 1));
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
  const places = new Places({ lab, types: {}, devices: {}, joined });
  const { ports } = statesOf(places, cubeFabric.cables, 1);
  expect(ports).toHaveLength(historyLimits.ports);
  expect(ports[0]).toMatchObject({ device: "node1", port: "mlx4_0/1", state: "Active" });
});

it.each([
  ["slotted", "1/3"],
  ["lettered", "IB1/3"],
] as const)("ports of a switch are kept by the names that the %s device type gives them", (switchType, port) => {
  const { places, cables } = scene(
    { hosts: ["n1"], cables: [`n1 mlx4_0/1 - sw1 ${port}`], switchType },
    { links: ["n1 mlx4_0/1 - sw1 3"] },
  );
  const node = places.nodes.find(({ type }) => type === "switch")?.guid;
  const named = { node, number: 3, device: "sw1", port };
  expect(statesOf(places, cables, 1).ports).toContainEqual(expect.objectContaining(named));
  const text = (counter: string) =>
    `Errors for ${node} "MF0;sw1:SX6018/U1"\n   GUID ${node} port 3: [${counter} == 7]\n## Summary: 2 nodes checked, 1 bad nodes found\n`;
  const [traffic, errors] = [text("PortXmitData"), text("SymbolErrorCounter")].map((each) => readIbqueryerrors(each));
  if (!traffic || !errors) throw new Error("both were read");
  const { ports } = countersOf({ traffic, errors, errorsStderr: "", places });
  expect(ports).toEqual([expect.objectContaining({ ...named, errors: { SymbolErrorCounter: 7 }, inLab: true })]);
});
