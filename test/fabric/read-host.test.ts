import { describe, expect, it } from "vitest";
import { readKernelLog } from "../../electron/fabric/read/kernel.ts";
import { bridgesAbove, readLspci } from "../../electron/fabric/read/lspci.ts";
import { fixture } from "./fixtures.ts";

describe("readKernelLog", () => {
  const at = { atSeconds: null, driver: "mlx4_core", address: "0000:03:00.0" };
  const full = { gts: 8, lanes: 8 };
  it("reads PCIe bandwidth of newer and older kernels, and links that come", () => {
    expect(readKernelLog(fixture("synthetic/dmesg_mlx4.txt"))).toEqual({
      events: [
        { line: 2, ...at, kind: "pcie-bandwidth", gbps: 63.008, link: full, limitedAt: null, capable: null },
        {
          line: 4,
          ...at,
          kind: "pcie-bandwidth",
          gbps: 16,
          link: { gts: 5, lanes: 4 },
          limitedAt: "0000:00:1c.0",
          capable: full,
        },
        {
          line: 5,
          ...at,
          kind: "pcie-bandwidth",
          gbps: 16,
          link: { gts: 2.5, lanes: 8 },
          limitedAt: "0000:00:01.0",
          capable: full,
        },
        {
          line: 6,
          ...at,
          kind: "pcie-bandwidth",
          gbps: 15.752,
          link: { gts: 8, lanes: 2 },
          limitedAt: "0000:00:01.0",
          capable: full,
        },
        {
          line: 8,
          ...at,
          driver: "pci",
          kind: "pcie-bandwidth",
          gbps: 16,
          link: { gts: 5, lanes: 4 },
          limitedAt: "0000:00:1c.0",
          capable: full,
        },
        { line: 11, ...at, kind: "pcie-speed", gts: 5, capableGts: 8 },
        { line: 12, ...at, kind: "pcie-width", lanes: 4, capableLanes: 8 },
        { line: 14, ...at, kind: "link", hca: "mlx4_0", port: 1, up: false },
        { line: 15, ...at, kind: "link", hca: "mlx4_0", port: 1, up: true },
      ],
      unread: [],
      cut: false,
    });
  });

  it("reads through what dmesg and the journal put in front, and passes over other drivers", () => {
    const text = [
      "[    4.123456] mlx4_core 0001:86:00.0: 63.008 Gb/s available PCIe bandwidth (8 GT/s x8 link)",
      "Nov 21 20:01:02 node01 kernel: mlx5_core 0000:86:00.1: Port module event: module 0, Cable unplugged",
      "[    5.0] usb 1-1: new high-speed USB device",
      "[    6.5] mlx4_core 0000:86:00.0: something nobody knows",
    ].join("\n");
    expect(readKernelLog(text)).toEqual({
      events: [
        {
          line: 1,
          atSeconds: 4.123456,
          driver: "mlx4_core",
          address: "0001:86:00.0",
          kind: "pcie-bandwidth",
          gbps: 63.008,
          link: full,
          limitedAt: null,
          capable: null,
        },
        {
          line: 2,
          atSeconds: null,
          driver: "mlx5_core",
          address: "0000:86:00.1",
          kind: "module",
          module: 0,
          text: "Cable unplugged",
          error: false,
        },
      ],
      unread: [{ line: 4, text: "[    6.5] mlx4_core 0000:86:00.0: something nobody knows" }],
      cut: false,
    });
  });

  it("keeps the newest of a link that flaps for weeks", () => {
    const flap = (up: boolean) => `mlx4_core 0000:03:00.0 mlx4_0: Port: 1 Link ${up ? "ACTIVE" : "INIT"}`;
    const { events, cut } = readKernelLog(Array.from({ length: 5000 }, (_, i) => flap(i % 2 === 0)).join("\n"));
    expect([events.length, events.at(-1)?.line, cut]).toEqual([2000, 5000, true]);
  });
});

describe("readLspci", () => {
  const card = {
    line: 1,
    address: "0000:03:00.0",
    description: "Network controller: Mellanox Technologies MT27500 Family [ConnectX-3]",
    able: { gts: 8, lanes: 8 },
    maxPayloadAble: 512,
    maxPayload: 256,
    maxReadRequest: 512,
    secondaryBus: null,
    subordinateBus: null,
  };
  it.each([
    ["gen3x8_full", { gts: 8, lanes: 8 }],
    ["gen1x8_limited", { gts: 2.5, lanes: 8 }],
    ["gen2x4_limited", { gts: 5, lanes: 4 }],
    ["gen3x2_limited", { gts: 8, lanes: 2 }],
  ])("reads what a card can and what its link runs at: %s", (name, now) => {
    const reading = readLspci(fixture(`synthetic/lspci_vv_cx3_${name}.txt`));
    expect(reading).toEqual({ devices: [{ ...card, now }], denied: false, unread: [] });
  });

  const tree = [
    "00:02.0 PCI bridge: Root Port",
    "\tBus: primary=00, secondary=02, subordinate=05, sec-latency=0",
    "\t\tLnkCap:\tPort #2, Speed 8GT/s, Width x16, ASPM L1",
    "\t\tLnkSta:\tSpeed 8GT/s, Width x8 (downgraded)",
    "02:00.0 PCI bridge: Switch, upstream",
    "\tBus: primary=02, secondary=03, subordinate=05, sec-latency=0",
    "03:08.0 PCI bridge: Switch, downstream",
    "\tBus: primary=03, secondary=05, subordinate=05, sec-latency=0",
    "05:00.0 Network controller: ConnectX-3",
  ].join("\n");
  it("finds the bridges above a card, the nearest first", () => {
    const { devices } = readLspci(tree);
    const addresses = bridgesAbove(devices, "0000:05:00.0").map(({ address }) => address);
    expect(addresses).toEqual(["0000:03:08.0", "0000:02:00.0", "0000:00:02.0"]);
    expect(devices[0]).toMatchObject({ able: { gts: 8, lanes: 16 }, now: { gts: 8, lanes: 8 }, subordinateBus: 5 });
  });
  it("follows no circle", () => {
    const circle = "00:01.0 a\n\tBus: primary=00, secondary=00, subordinate=00\n";
    expect(bridgesAbove(readLspci(circle).devices, "0000:00:01.0")).toHaveLength(1);
  });
  it("says that it was denied", () => {
    const text = "03:00.0 Network controller: x\n\tCapabilities: <access denied>\n";
    expect(readLspci(text)).toMatchObject({ denied: true, devices: [{ able: null, now: null }] });
  });
});
