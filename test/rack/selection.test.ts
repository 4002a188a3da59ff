import { describe, expect, test } from "vitest";
import type { Device, Lab } from "../../electron/contract/lab.ts";
import { followed } from "../../renderer/rack/selection.ts";
import { cubeLab } from "./cube.ts";

const changed = (name: string, change: Partial<Device> | null, lab: Lab = cubeLab): Lab => ({
  ...lab,
  devices: lab.devices.flatMap((device) =>
    device.name !== name ? [device] : change === null ? [] : [{ ...device, ...change }],
  ),
});
const node3 = { kind: "device", device: "node3" } as const;

describe("a selection and a lab that another hand changed", () => {
  test("follows the device, or its port, to its new name", () => {
    const after = changed("node3", { name: "storage", role: "hypervisor", note: "moved to other duties" });
    expect(followed(node3, cubeLab, after)).toEqual({ kind: "device", device: "storage" });
    expect(followed({ kind: "port", device: "node3", port: "mlx4_0/1" }, cubeLab, after)).toEqual({
      kind: "port",
      device: "storage",
      port: "mlx4_0/1",
    });
    const two = changed("node4", { name: "node3", unit: 12 }, changed("node3", { name: "storage" }));
    expect(followed({ kind: "device", device: "node4" }, cubeLab, two)).toEqual({ kind: "device", device: "node3" });
  });

  test.each([
    ["its unit", { name: "storage", unit: 17 }],
    ["its type", { name: "storage", type: "dell-r610" }],
    ["its address", { name: "storage", ssh: { host: "storage.example" } }],
    ["everything: it was removed", null],
  ])("is given up when with the name went %s", (_what, change) => {
    expect(followed(node3, cubeLab, changed("node3", change))).toBeNull();
  });

  test("is given up where two could be it", () => {
    const bench = (names: readonly string[]): Lab => ({
      ...cubeLab,
      devices: names.map((name) => ({ name, type: "generic-desktop", ssh: { host: "gate.example" } })),
    });
    expect(followed({ kind: "device", device: "a" }, bench(["a", "b"]), bench(["c", "b"]))).toBeNull();
    expect(followed({ kind: "device", device: "a" }, bench(["a"]), bench(["b", "c"]))).toBeNull();
    const bare = (name: string): Lab => ({ ...cubeLab, devices: [{ name, type: "generic-desktop" }] });
    expect(followed({ kind: "device", device: "a" }, bare("a"), bare("b"))).toBeNull();
  });

  test("stays where nothing of it changed, and where the lab never named it", () => {
    const moved = changed("node3", { unit: 17, type: "dell-r610" });
    expect(followed(node3, cubeLab, moved)).toBe(node3);
    const stranger = { kind: "device", device: "0x0002c90300a1b2c0" } as const;
    expect(followed(stranger, cubeLab, moved)).toBe(stranger);
    expect(followed(null, cubeLab, moved)).toBeNull();
  });
});
