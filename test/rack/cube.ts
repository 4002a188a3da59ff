/** The cube as the rack's tests see it: a lab, and what a fabric observation says of it. */
import type { DeviceType } from "../../electron/contract/device-type.ts";
import type { CableLive, DeviceLive, FabricState } from "../../electron/contract/fabric.ts";
import type { Device, Lab, LabState } from "../../electron/contract/lab.ts";

export const epochMs = Date.UTC(2026, 0, 15, 9, 30, 0);

const server = (name: string, type: string, unit: number, role: Device["role"]): Device => ({
  name,
  type,
  rack: "cube",
  unit,
  ...(role && { role }),
  ssh: { host: `${name}.example`, user: "root" },
  bmc: { host: `${name}-bmc.example`, kind: type.startsWith("hp") ? "ilo" : "drac" },
  hcas: [{ name: "mlx4_0", model: "ConnectX-3", ports: 2 }],
  expect: { sockets: 2, cores: 12, memoryGiB: 96 },
});

export const cubeLab: Lab = {
  halfrack: 1,
  name: "The cube",
  racks: [{ name: "cube", units: 18 }],
  devices: [
    { name: "sw1", type: "mellanox-sx6018", rack: "cube", unit: 18, ssh: { host: "sw1.example", user: "admin" } },
    { ...server("mgmt", "dell-r610", 16, "management"), hcas: [] },
    server("node5", "hp-dl360-g7", 14, "secondary"),
    server("node4", "dell-r710", 12, "secondary"),
    server("node3", "dell-r710", 10, "secondary"),
    server("node2", "hp-dl380-g7", 8, "secondary"),
    { ...server("node1", "hp-dl785-g5", 1, "primary"), expect: { sockets: 8, cores: 32, memoryGiB: 64 } },
  ],
  cables: [1, 2, 3, 4, 5].map((port) => ({
    from: { device: "sw1", port: String(port) },
    to: { device: `node${port}`, port: "mlx4_0/1" },
    width: "4X" as const,
    speed: "FDR" as const,
  })),
};

const port = (number: number, up: boolean) => ({
  number,
  state: up ? ("Active" as const) : ("Down" as const),
  physState: up ? ("LinkUp" as const) : ("Polling" as const),
  ...(up && { width: "4X" as const, speed: "FDR" as const, lid: number + 3 }),
  rateGbps: up ? 56 : null,
  linkLayer: "InfiniBand",
});

export function live(name: string, changes: Partial<DeviceLive> = {}): DeviceLive {
  const node = Number(name.replace(/\D/g, "")) || 0;
  return {
    reach: "reachable",
    how: `SSH root@${name}.example`,
    since: epochMs - 7_260_000,
    lastSeenAt: epochMs - 4000,
    observedAt: epochMs - 4000,
    roundTripMs: 0.6,
    fault: null,
    hcas: [
      {
        name: "mlx4_0",
        model: "MT4099",
        firmware: "2.42.5000",
        nodeGuid: `0x0002c9030000000${node}`,
        slot: {
          address: "0000:0b:00.0",
          path: [
            {
              address: "0000:0b:00.0",
              runs: { speed: node === 3 ? "2.5 GT/s" : "8.0 GT/s", width: 8 },
              can: { speed: "8.0 GT/s", width: 8 },
              above: { address: "0000:00:03.0", can: { speed: "8.0 GT/s", width: 8 } },
            },
          ],
          source: "sysfs",
          maxPayload: { bytes: 256, why: "", observedAt: epochMs - 4000 },
          atFault: node === 3,
        },
        ports: [port(1, node !== 5), port(2, false)],
      },
    ],
    source: {
      device: name,
      argv: ["ibstat"],
      observedAt: epochMs - 4000,
      exitCode: 0,
      stdout: "CA 'mlx4_0'\n\tCA type: MT4099\n\tNumber of ports: 2\n",
      stderr: "",
    },
    ...changes,
  };
}

const switchGuid = "0x0002c903000000ff";

/** In the lab, and where the fabric has it. */
const endOf = (device: string, port: string): CableLive["a"] => {
  const node = device === "sw1" ? switchGuid : `0x0002c9030000000${device.replace("node", "")}`;
  return { device, port, inLab: true, at: { node, port: Number(port.split("/").at(-1)) } };
};

export function cable(
  id: string,
  a: readonly [string, string],
  b: readonly [string, string],
  changes: Partial<CableLive> = {},
): CableLive {
  return {
    id,
    planned: 0,
    a: endOf(...a),
    b: endOf(...b),
    state: "healthy",
    difference: "as-planned",
    story: null,
    logical: "Active",
    physical: "LinkUp",
    width: "4X",
    speed: "FDR",
    dataGbps: 54.5,
    reason: "Active at 4X FDR, as planned",
    observedAt: epochMs - 4000,
    since: epochMs - 3_600_000,
    observedBy: "node1",
    ...changes,
  };
}

const unlinked = { width: null, speed: null, dataGbps: null, logical: "Down" as const, physical: "Polling" as const };

export const cubeFabric: FabricState = {
  devices: {
    sw1: live("sw1", { how: "seen by node1", hcas: [] }),
    mgmt: live("mgmt", { hcas: [] }),
    node1: live("node1"),
    node2: live("node2"),
    node3: live("node3"),
    node4: live("node4"),
    node5: live("node5", {
      reach: "unreachable",
      fault: {
        code: "ssh.unreachable",
        title: "node5 does not answer",
        detail: "No route to host: the machine is off, or its network cable is out.",
        next: "Check its power light; then its BMC.",
      },
      lastSeenAt: epochMs - 720_000,
    }),
  },
  findings: [],
  cables: [
    cable("c1", ["sw1", "1"], ["node1", "mlx4_0/1"], { planned: 0 }),
    cable("c2", ["sw1", "2"], ["node2", "mlx4_0/1"], { planned: 1 }),
    cable("c3", ["sw1", "3"], ["node3", "mlx4_0/1"], {
      planned: 2,
      state: "degraded",
      dataGbps: 16,
      reason: "The PCIe slot trained at gen1 x8 and carries 16.0 Gb/s; the link could carry 54.5",
    }),
    cable("c4", ["sw1", "4"], ["node4", "mlx4_0/1"], { planned: 3 }),
    cable("c5", ["sw1", "5"], ["node5", "mlx4_0/1"], {
      ...unlinked,
      planned: 4,
      state: "down",
      reason: "The port is down and polling: nothing answers at the other end",
      since: epochMs - 720_000,
    }),
  ],
  fabric: null,
  owners: {
    [switchGuid]: { device: "sw1", hca: null },
    ...Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`0x0002c9030000000${n}`, { device: `node${n}`, hca: "mlx4_0" }])),
  },
  subnetManager: null,
  observer: "node1",
  observedAt: epochMs - 4000,
  sources: [],
  paused: false,
};

/** Two cables swapped, their plan as ghosts, a cable nobody planned to a machine nobody listed, one not observed. */
export const crossedFabric: FabricState = {
  ...cubeFabric,
  cables: [
    cable("c1", ["sw1", "1"], ["node1", "mlx4_0/1"], { planned: 0 }),
    cable("c2", ["sw1", "2"], ["node2", "mlx4_0/1"], {
      ...unlinked,
      planned: 1,
      state: "absent",
      reason: "node2 mlx4_0/1 is in switch port 4",
    }),
    cable("c4", ["sw1", "4"], ["node4", "mlx4_0/1"], {
      ...unlinked,
      planned: 3,
      state: "absent",
      reason: "node4 mlx4_0/1 is in switch port 2",
    }),
    cable("x1", ["sw1", "4"], ["node2", "mlx4_0/1"], {
      planned: null,
      state: "unexpected",
      reason: "Swapped with node4's cable",
    }),
    cable("x2", ["sw1", "2"], ["node4", "mlx4_0/1"], {
      planned: null,
      state: "unexpected",
      reason: "Swapped with node2's cable",
    }),
    cable("x3", ["sw1", "17"], ['stranger <b>"host"</b>', "mlx4_0/1"], {
      planned: null,
      state: "unexpected",
      b: { device: 'stranger <b>"host"</b>', port: "mlx4_0/1", inLab: false, at: null },
      reason: "The lab file has no such device",
    }),
    cable("c3", ["sw1", "3"], ["node3", "mlx4_0/1"], {
      planned: 2,
      state: "unknown",
      observedAt: epochMs - 900_000,
      reason: "Not observed for 15 minutes",
    }),
    cable("c5", ["sw1", "5"], ["node5", "mlx4_0/1"], {
      ...unlinked,
      planned: 4,
      state: "down",
      reason: "The port is down and polling",
    }),
  ],
};

export function labState(
  lab: Lab | null,
  types: Readonly<Record<string, DeviceType>>,
  changes: Partial<LabState> = {},
): LabState {
  return {
    path: lab ? "cube.yaml" : null,
    lab,
    problems: [],
    readOnly: false,
    practice: false,
    conflict: "none",
    dirty: false,
    saveFault: null,
    deviceTypes: { ...types },
    loadedAt: epochMs,
    canUndo: false,
    canRedo: false,
    ...changes,
  };
}
