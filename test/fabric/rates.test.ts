import { describe, expect, it } from "vitest";
import { dataGbps, linkOfRate, pcieGbps, readPcieSpeed, signallingGbps } from "../../electron/contract/rates.ts";

describe("InfiniBand rates, Gb/s", () => {
  it.each([
    ["SDR", 10, 2, 8, 16, 24],
    ["DDR", 20, 4, 16, 32, 48],
    ["QDR", 40, 8, 32, 64, 96],
    ["FDR10", 41.25, 10, 40, 80, 120],
    ["FDR", 56.25, 13.636, 54.545, 109.091, 163.636],
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
