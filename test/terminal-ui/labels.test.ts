import { describe, expect, it } from "vitest";
import { labSchema } from "../../electron/contract/lab.ts";
import { sizeText } from "../../electron/contract/size-text.ts";
import type { Terminal } from "../../electron/contract/terminal.ts";
import { lengthText } from "../../renderer/kit/time.ts";
import { placeText, reachableDevices, terminalLabels } from "../../renderer/terminal/labels.ts";

const terminal = (id: string, device: string, openedAt: number): Terminal => ({
  id,
  device,
  title: "",
  status: "open",
  openedAt,
  cols: 80,
  rows: 24,
  exitCode: null,
  fault: null,
  recording: null,
  bells: 0,
});

const lab = labSchema.parse({
  halfrack: 1,
  name: "cube",
  racks: [{ name: "cube" }],
  devices: [
    {
      name: "node1",
      type: "dl785-g6",
      rack: "cube",
      unit: 3,
      role: "primary",
      ssh: { host: "n1" },
      bmc: { host: "10.0.1.1", kind: "ilo" },
    },
    { name: "bench", type: "desktop", role: "desktop", ssh: { host: "b" } },
    { name: "pdu", type: "pdu", rack: "cube" },
  ],
});

describe("labels", () => {
  it("numbers the terminals of one device in order of opening", () => {
    const labels = terminalLabels({
      z: terminal("z", "node1", 1),
      a: terminal("a", "node1", 2),
      m: terminal("m", "sw1", 3),
    });
    expect([...labels]).toEqual([
      ["z", "node1"],
      ["a", "node1 (2)"],
      ["m", "sw1"],
    ]);
  });

  it("tells where a device stands", () => {
    expect(["node1", "bench", "pdu", "gone"].map((device) => placeText(lab, device))).toEqual([
      "cube, unit 3 · primary · BMC 10.0.1.1",
      "beside the rack · desktop",
      "cube",
      "not in the lab file",
    ]);
  });

  it("offers devices that have an SSH address", () => {
    expect(reachableDevices(lab)).toEqual(["node1", "bench"]);
    expect(reachableDevices(null)).toEqual([]);
  });

  it("writes lengths as people read them", () => {
    expect([0, 7400, 754_000, 3_723_000].map(lengthText)).toEqual(["0:00", "0:07", "12:34", "1:02:03"]);
    expect([812, 812.4, 4301, 1_363_149, 1.5 * 2 ** 30, 3000 * 2 ** 40].map(sizeText)).toEqual([
      "812 B",
      "812 B",
      "4.2 KiB",
      "1.3 MiB",
      "1.5 GiB",
      "3000.0 TiB",
    ]);
  });
});
