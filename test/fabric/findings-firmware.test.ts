import { expect, test } from "vitest";
import { firmwareRules } from "../../electron/fabric/findings/firmware.ts";
import { cubeFabric, cubeLab } from "../rack/cube.ts";
import { findingInputs } from "./finding-inputs.ts";

const inputs = findingInputs({ lab: cubeLab, devices: cubeFabric.devices });

function withFirmware(device: string, firmware: string): typeof cubeFabric.devices {
  const live = cubeFabric.devices[device];
  if (live === undefined) throw new Error(`no ${device}`);
  return { ...cubeFabric.devices, [device]: { ...live, hcas: live.hcas.map((hca) => ({ ...hca, firmware })) } };
}

test("HCAs of one model with one firmware are no finding", () => {
  expect(firmwareRules(inputs)).toEqual([]);
});

test("one finding names the HCA whose firmware differs from most of its model, with every HCA's as evidence", () => {
  const [finding, ...others] = firmwareRules({ ...inputs, devices: withFirmware("node3", "2.10.0") });
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    rule: "hca.firmware",
    severity: "warning",
    subject: { device: "node3" },
    title: expect.stringMatching(/on node5, node4, node2, node1, and others: node3 2\.10\.0$/),
  });
  expect(finding?.evidence).toHaveLength(5);
  expect(finding?.evidence[2]).toEqual({
    source: "ibstat on node3",
    line: 0,
    text: "mlx4_0: Firmware version: 2.10.0",
  });
});
