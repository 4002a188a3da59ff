import { describe, expect, it } from "vitest";
import { dataGbps, linkOfRate, pcieGbps, readPcieSpeed, signallingGbps } from "../../electron/fabric/rates.ts";
import { readLspciSlot, readSlots, slowSlot } from "../../electron/fabric/slot.ts";
import { fixture } from "./fixtures.ts";

describe("InfiniBand rates, Gb/s", () => {
  it.each([
    ["SDR", 10, 2, 8, 16, 24],
    ["DDR", 20, 4, 16, 32, 48],
    ["QDR", 40, 8, 32, 64, 96],
    ["FDR10", 41.25, 10, 40, 80, 120],
    ["FDR", 56.25, 13.64, 54.55, 109.09, 163.64],
    ["EDR", 103.125, 25, 100, 200, 300],
  ] as const)("%s", (speed, signalling, ...data) => {
    expect(signallingGbps("4X", speed)).toBe(signalling);
    expect((["1X", "4X", "8X", "12X"] as const).map((width) => dataGbps(width, speed))).toEqual(data);
  });

  it("are deduced from ibstat's figure only where it has one meaning", () => {
    expect(["56", "40", "40 (FDR10)", "14", "10", "100"].map((rate) => linkOfRate(rate))).toEqual([
      { width: "4X", speed: "FDR" },
      { width: "4X", speed: "QDR" },
      { width: "4X", speed: "FDR10" },
      { width: "1X", speed: "FDR" },
      null,
      null,
    ]);
  });
});

describe("PCIe", () => {
  it.each([
    ["2.5 GT/s PCIe", 8, 16],
    ["5.0 GT/s PCIe", 4, 16],
    ["5 GT/s", 8, 32],
    ["8GT/s", 8, 63.008],
    ["8.0 GT/s PCIe", 2, 15.752],
  ])("%s x%d carries %d Gb/s", (speed, width, gbps) => {
    expect(pcieGbps(readPcieSpeed(speed) ?? 0, width)).toBe(gbps);
  });
  it("knows no speed called Unknown", () => expect(readPcieSpeed("Unknown")).toBeNull());
});

describe("slots", () => {
  it("are read from sysfs, the address from uevent", () => {
    const uevent = "/sys/class/infiniband/mlx4_0/device/uevent:";
    const text = `${fixture("synthetic/sysfs_pci_limited.txt")}${uevent}DRIVER=mlx4_core\n${uevent}PCI_SLOT_NAME=0000:03:00.0\n`;
    const slot = {
      address: "0000:03:00.0",
      currentSpeed: "5.0 GT/s PCIe",
      maxSpeed: "8.0 GT/s PCIe",
      currentWidth: 4,
      maxWidth: 8,
    };
    expect(readSlots(text)).toEqual({ slots: new Map([["mlx4_0", slot]]), unanswered: new Map() });
  });

  it("are left to lspci where the kernel has no link files", () => {
    const text = "/sys/class/infiniband/mlx4_0/device/uevent:PCI_SLOT_NAME=0000:03:00.0\n";
    expect(readSlots(text)).toEqual({ slots: new Map(), unanswered: new Map([["mlx4_0", "0000:03:00.0"]]) });
  });

  it.each([
    ["gen1x8_limited", "Slot runs 2.5 GT/s x8 of 8 GT/s x8: 16 of 63 Gb/s"],
    ["gen2x4_limited", "Slot runs 5 GT/s x4 of 8 GT/s x8: 16 of 63 Gb/s"],
    ["gen3x2_limited", "Slot runs 8 GT/s x2 of 8 GT/s x8: 16 of 63 Gb/s"],
    ["gen3x8_full", null],
  ])("are read from lspci and judged: %s", (name, words) => {
    const slot = readLspciSlot(fixture(`synthetic/lspci_vv_cx3_${name}.txt`), "0000:03:00.0");
    expect(slot).not.toBeNull();
    expect(slot && slowSlot(slot)).toBe(words);
  });
});
