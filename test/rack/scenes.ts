/** Named situations of the rack. */
import type { DeviceType } from "../../electron/contract/device-type.ts";
import type { CableLive, FabricState } from "../../electron/contract/fabric.ts";
import type { Lab, LabState } from "../../electron/contract/lab.ts";
import { cable, crossedFabric, cubeFabric, cubeLab, labState, live } from "./cube.ts";

interface Scene {
  readonly state: LabState;
  readonly fabric: FabricState;
}

const nothing: FabricState = { ...cubeFabric, devices: {}, cables: [], observer: null, observedAt: null };

/** Racks of 1U servers under a switch each, every server cabled, switches joined. */
function manyDevices(racks: number, perRack: number): { readonly lab: Lab; readonly fabric: FabricState } {
  const devices: Lab["devices"] = [];
  const cables: CableLive[] = [];
  for (let rack = 1; rack <= racks; rack++) {
    devices.push({ name: `sw${rack}`, type: "mellanox-sx6018", rack: `rack ${rack}`, unit: 40 });
    if (rack > 1) cables.push(cable(`u${rack}`, ["sw1", String(19 - rack)], [`sw${rack}`, "18"]));
    for (let slot = 1; slot <= perRack; slot++) {
      const name = `host${rack}-${slot}`;
      const type = slot % 3 === 0 ? "dell-r610" : "hp-dl360-g7";
      devices.push({ name, type, rack: `rack ${rack}`, unit: slot, hcas: [{ name: "mlx4_0", ports: 1 }] });
      if (slot <= 16)
        cables.push(
          cable(
            `c${rack}-${slot}`,
            [`sw${rack}`, String(slot)],
            [name, "mlx4_0/1"],
            slot % 7 === 0 ? { state: "degraded" } : {},
          ),
        );
    }
  }
  const lab: Lab = {
    halfrack: 1,
    name: "Many",
    racks: Array.from({ length: racks }, (_, index) => ({ name: `rack ${index + 1}`, units: 42 })),
    devices,
    cables: [],
  };
  return {
    lab,
    fabric: {
      ...cubeFabric,
      cables,
      devices: Object.fromEntries(devices.map(({ name }) => [name, live(name, { hcas: [] })])),
    },
  };
}

const hostile = `<img src=x onerror=alert(1)> "quoted" 'name' of 64 characters !!!!`.slice(0, 64);

export function scenes(types: Readonly<Record<string, DeviceType>>): Readonly<Record<string, Scene>> {
  const many = manyDevices(3, 32);
  const large = manyDevices(8, 25);
  const mixed: Lab = {
    ...cubeLab,
    racks: [
      { name: "cube", units: 24 },
      { name: "annex", units: 24 },
    ],
    devices: [
      ...cubeLab.devices,
      { name: "r910", type: "dell-r910", rack: "annex", unit: 1, hcas: [{ name: "mlx4_0", ports: 2 }] },
      {
        name: "dl585",
        type: "hp-dl585-g7",
        rack: "annex",
        unit: 6,
        hcas: [
          { name: "mlx4_0", ports: 1 },
          { name: "mlx4_1", ports: 2 },
        ],
      },
      { name: "pdu", type: "generic-pdu-1u", rack: "annex", unit: 24 },
      { name: "sw2", type: "mellanox-sx6018", rack: "annex", unit: 12 },
      { name: "what", type: "no-such-type", rack: "annex", unit: 15 },
      { name: "desk1", type: "generic-desktop", role: "desktop" },
      { name: "desk2", type: "generic-desktop", role: "desktop", hcas: [{ name: "mlx4_0", ports: 1 }] },
      { name: "loose", type: "hp-dl380-g7" },
      { name: hostile, type: "dell-r610", rack: "annex", unit: 18, hcas: [{ name: "mlx4_0", ports: 1 }] },
    ],
  };
  const mixedCables = [
    ...crossedFabric.cables,
    cable("i1", ["sw1", "18"], ["sw2", "1"]),
    cable("i2", ["sw1", "16"], ["sw2", "2"], { state: "degraded", logical: "Initialize", reason: "No subnet manager" }),
    cable("m1", ["sw2", "9"], ["r910", "mlx4_0/1"]),
    cable("m2", ["sw2", "10"], ["dl585", "mlx4_0/1"]),
    cable("m3", ["sw2", "11"], ["dl585", "mlx4_1/1"]),
    cable("m4", ["sw2", "13"], ["desk2", "mlx4_0/1"]),
    cable("m5", ["sw2", "15"], [hostile, "mlx4_0/1"]),
  ];
  return {
    cube: { state: labState(cubeLab, types), fabric: cubeFabric },
    crossed: { state: labState(cubeLab, types), fabric: crossedFabric },
    mixed: { state: labState(mixed, types), fabric: { ...crossedFabric, cables: mixedCables } },
    unseen: {
      state: labState(cubeLab, types),
      fabric: {
        ...nothing,
        cables: cubeFabric.cables.map((each) => ({
          ...each,
          state: "unknown",
          observedAt: null,
          width: null,
          speed: null,
          dataGbps: null,
          reason: "Not observed yet",
        })),
      },
    },
    "read-only": {
      state: labState(cubeLab, types, {
        readOnly: true,
        problems: [
          {
            code: "x",
            severity: "error",
            message: "unit 3 is taken twice",
            line: 3,
            column: 1,
            path: "devices[1].unit",
          },
        ],
      }),
      fabric: cubeFabric,
    },
    empty: { state: labState({ ...cubeLab, devices: [], cables: [] }, types), fabric: nothing },
    bare: { state: labState({ ...cubeLab, racks: [], devices: [], cables: [] }, types), fabric: nothing },
    none: { state: labState(null, types), fabric: nothing },
    many: { state: labState(many.lab, types), fabric: many.fabric },
    large: { state: labState(large.lab, types), fabric: large.fabric },
  };
}
