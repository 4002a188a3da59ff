import { expect, test } from "vitest";
import { livePort } from "../../renderer/rack/ports.ts";
import { slotFault } from "../../renderer/rack/words.ts";
import { cubeFabric, live } from "./cube.ts";

test("a port is told by its host where that calls the HCA otherwise than the lab file", () => {
  const node3 = live("node3");
  const renamed = { ...node3, hcas: node3.hcas.map((hca) => ({ ...hca, name: "ibsim0" })) };
  const fabric = { ...cubeFabric, devices: { ...cubeFabric.devices, node3: renamed } };
  expect(livePort(fabric, "node3", "mlx4_0/2")).toMatchObject({
    port: { number: 2, state: "Down" },
    slot: { atFault: true },
  });
  expect(livePort(fabric, "node3", "mlx4_1/1")).toBeNull();
  const [cable] = fabric.cables.filter(({ id }) => id === "c3");
  expect(cable && slotFault(cable, fabric)).toEqual({ device: "node3", gbps: 16, atFault: true });
});
