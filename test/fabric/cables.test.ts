import { describe, expect, it } from "vitest";
import type { DeviceType } from "../../electron/contract/device-type.ts";
import { cableLiveSchema, type DeviceLive, type Slot } from "../../electron/contract/fabric.ts";
import { type Lab, labSchema } from "../../electron/contract/lab.ts";
import { fabricBounds } from "../../electron/fabric/bounds.ts";
import { type CableInputs, cablesOf } from "../../electron/fabric/cables.ts";
import { type FabricInput, joinFabric } from "../../electron/fabric/join.ts";
import { Places, type PlacesInputs } from "../../electron/fabric/places.ts";
import { readIblinkinfo } from "../../electron/fabric/read/iblinkinfo.ts";
import { readPaths, slotOf } from "../../electron/fabric/slot.ts";
import { strangersShown } from "../../electron/fabric/unplanned.ts";
import { fixture, hosts, ibstat, linkinfo, netdiscover, nodeGuid, portGuid, switchGuid } from "./fixtures.ts";

const type = (slug: string, kind: DeviceType["kind"], model: string): DeviceType => ({
  slug,
  manufacturer: "m",
  model,
  kind,
  heightU: 1,
  ports: [],
  face: [],
  shell: kind === "switch" ? "mlnx-os" : "posix",
  source: "",
});
const types = { sx6018: type("sx6018", "switch", "SX6018"), server: type("server", "server", "DL380 G7") };

const lab: Lab = labSchema.parse({
  halfrack: 1,
  name: "cube",
  devices: [
    { name: "sw1", type: "sx6018" },
    ...hosts.map((n) => ({
      name: `node0${n}`,
      type: "server",
      hcas: [{ name: "mlx4_0", model: "ConnectX-3", ports: 2 }],
    })),
  ],
  cables: hosts.map((n) => ({
    from: { device: `node0${n}`, port: "mlx4_0/1" },
    to: { device: "sw1", port: String(n) },
  })),
});

function see(inputs: readonly FabricInput[], more: Partial<CableInputs & PlacesInputs> = {}) {
  const known = { observedAt: 1000, observer: "node01", failure: null, previous: [], nowMs: 2000 };
  const places = new Places({ lab, types, devices: {}, joined: joinFabric(inputs), ...more });
  const cables = cablesOf({ places, ...known, ...more });
  for (const cable of cables) cableLiveSchema.parse(cable);
  return cables;
}
const said = (cables: ReturnType<typeof see>) =>
  cables.map(({ a, state, reason }) => `${a.device} ${state}: ${reason}`);
const line = (set: string) => linkinfo(`${set}/iblinkinfo-line.out`);

describe("cables against the plan", () => {
  it.each([["healthy"], ["sm_stopped"]])("are healthy in the %s set", (set) => {
    expect(see([line(set)])).toEqual(
      hosts.map((n) => ({
        id: `node0${n} mlx4_0/1 -- sw1 ${n}`,
        planned: n - 1,
        a: { device: `node0${n}`, port: "mlx4_0/1", inLab: true, at: { node: portGuid(n), port: 1 } },
        b: { device: "sw1", port: String(n), inLab: true, at: { node: switchGuid, port: n } },
        state: "healthy",
        difference: "as-planned",
        story: null,
        logical: "Active",
        physical: "LinkUp",
        width: "4X",
        speed: "FDR",
        dataGbps: 54.545,
        reason: "Active at 4X FDR, as planned",
        observedAt: 1000,
        since: null,
        observedBy: "node01",
      })),
    );
  });

  it("show a pulled cable as down with its physical state", () => {
    const cable = see([line("cable_pulled")])[2];
    expect(cable).toMatchObject({
      state: "down",
      logical: "Down",
      physical: "Polling",
      width: null,
      speed: null,
      dataGbps: null,
    });
    expect(cable?.reason).toBe("sw1 port 3 is Down (Polling); node03 was not seen in the fabric");
  });

  it("say that a port is shut, not that its cable is out", () => {
    const text = fixture("cable_pulled/iblinkinfo-line.out").replaceAll("Down/ Polling", "Down/Disabled");
    const cable = see([{ kind: "iblinkinfo", source: "x", reading: readIblinkinfo(text) }])[2];
    expect(cable).toMatchObject({ state: "down", logical: "Down", physical: "Disabled" });
    expect(cable?.reason).toBe("sw1 port 3 is shut (Disabled); node03 was not seen in the fabric");
  });

  it("name swapped cables port by port, and show where they are", () => {
    const cables = see([line("swapped")]);
    const swapped =
      "The cable from node02 mlx4_0/1 is in sw1 port 3, plan says 2; the cable from node03 mlx4_0/1 is in sw1 port 2, plan says 3: the two are swapped";
    const swappedBack =
      "The cable from node03 mlx4_0/1 is in sw1 port 2, plan says 3; the cable from node02 mlx4_0/1 is in sw1 port 3, plan says 2: the two are swapped";
    expect(said(cables)).toEqual([
      "node01 healthy: Active at 4X FDR, as planned",
      `node02 absent: ${swapped}`,
      `node03 absent: ${swappedBack}`,
      "node04 healthy: Active at 4X FDR, as planned",
      "node05 healthy: Active at 4X FDR, as planned",
      `node02 unexpected: ${swapped}`,
      `node03 unexpected: ${swappedBack}`,
    ]);
    expect(cables.map(({ difference }) => difference)).toEqual([
      "as-planned",
      "swapped",
      "swapped",
      "as-planned",
      "as-planned",
      "swapped",
      "swapped",
    ]);
    // What runs at its ports is another cable's.
    expect(cables[1]).toMatchObject({ logical: "Unknown", width: null, speed: null, dataGbps: null });
    expect(new Set([1, 2, 5, 6].map((at) => cables[at]?.story))).toEqual(new Set(["node02 mlx4_0/1 -- sw1 2"]));
    expect(cables.slice(5).map(({ id, planned }) => ({ id, planned }))).toEqual([
      { id: "node02 mlx4_0/1 -- sw1 3", planned: null },
      { id: "node03 mlx4_0/1 -- sw1 2", planned: null },
    ]);
  });

  it.each([
    ["iblinkinfo of the simulator", "degraded"],
    ["iblinkinfo of hardware", "derived/degraded"],
  ])("show links below what both ends can as degraded, by %s", (_, set) => {
    expect(said(see([line(set)]))).toEqual([
      "node01 healthy: Active at 4X FDR, as planned",
      "node02 degraded: The link runs 4X QDR, both ends can FDR",
      "node03 degraded: The link runs 1X FDR, expected width 4X",
      "node04 degraded: The link runs 4X SDR, both ends can FDR",
      "node05 degraded: The link runs 4X FDR10, both ends can FDR",
    ]);
  });

  it("take the plan's word on width and speed before any other", () => {
    const plan = [{}, { speed: "QDR" }, { width: "1X" }, { speed: "SDR" }, { speed: "FDR10" }] as const;
    const asCabled: Lab = { ...lab, cables: lab.cables.map((cable, index) => ({ ...cable, ...plan[index] })) };
    expect(see([line("degraded")], { lab: asCabled }).map(({ state }) => state)).toEqual(hosts.map(() => "healthy"));
  });

  it("say which port is down when a host is missing", () => {
    expect(see([line("node_missing")])[3]).toMatchObject({
      state: "down",
      reason: "sw1 port 4 is Down (Polling); node04 was not seen in the fabric",
    });
  });

  it("are not called healthy when no tool told the logical state", () => {
    const cables = see([netdiscover("healthy/ibnetdiscover.out"), ibstat("healthy/ibstat-node01.out")]);
    expect(cables.map(({ state }) => state)).toEqual(["healthy", "unknown", "unknown", "unknown", "unknown"]);
    expect(cables[1]?.reason).toBe("4X FDR and up; whether it is Active was not told");
  });

  it("say that a link in Initialize waits for a subnet manager", () => {
    const text = fixture("healthy/iblinkinfo-line.out").replaceAll("Active/", "Initialize/");
    const cables = see([{ kind: "iblinkinfo", source: "x", reading: readIblinkinfo(text) }]);
    expect(cables[0]).toMatchObject({
      state: "degraded",
      logical: "Initialize",
      reason: "The link is in Initialize: no subnet manager has configured it",
    });
  });

  it("keep last values as unknown, with their age, when nothing can be observed", () => {
    const before = see([line("swapped")]);
    const after = see([], { joined: null, failure: "node01 does not answer", previous: before, nowMs: 9000 });
    expect(after).toEqual(
      before.map((cable) => ({
        ...cable,
        a: { ...cable.a, at: null },
        b: { ...cable.b, at: null },
        state: "unknown",
        difference: "unobserved",
        story: null,
        reason: "Not observed: node01 does not answer",
        since: 9000,
      })),
    );
  });

  it("are unknown before the first observation, and keep since while the state holds", () => {
    const first = see([], { joined: null, observedAt: null, observer: null });
    expect(first.map(({ state, reason }) => `${state}: ${reason}`)).toEqual(
      hosts.map(() => "unknown: Not observed yet"),
    );
    const healthy = see([line("healthy")], { previous: first, nowMs: 3000 });
    const still = see([line("healthy")], { previous: healthy, nowMs: 4000, observedAt: 3500 });
    expect(still).toEqual(healthy.map((cable) => ({ ...cable, observedAt: 3500 })));
  });
});

describe("which node is which device", () => {
  const renamed = (text: string) => text.replaceAll(/node0\d mlx4_0/g, "MT4099 ConnectX3 Mellanox Technologies");
  const anonymous: FabricInput = {
    kind: "iblinkinfo",
    source: "x",
    reading: readIblinkinfo(renamed(fixture("healthy/iblinkinfo-line.out"))),
  };
  const seen = hosts.map((n) => ibstat(`healthy/ibstat-node0${n}.out`));

  it("is told by the lab file's GUIDs where descriptions are all the same", () => {
    const devices = lab.devices.map((device, index) =>
      device.hcas
        ? { ...device, hcas: device.hcas.map((hca) => ({ ...hca, guid: `0xF452140300A100${index}0` })) }
        : device,
    );
    const cables = see([anonymous, ...seen], { lab: { ...lab, devices } });
    expect(cables.map(({ state }) => state)).toEqual(hosts.map(() => "healthy"));
  });

  it("is told by the description where the lab file's node GUIDs meet nothing but port GUIDs", () => {
    const withGuids = (guidOf: (n: number) => string) => ({
      ...lab,
      devices: lab.devices.map((device, index) =>
        device.hcas ? { ...device, hcas: device.hcas.map((hca) => ({ ...hca, guid: guidOf(index) })) } : device,
      ),
    });
    expect(see([line("healthy")], { lab: withGuids(nodeGuid) }).map(({ state }) => state)).toEqual(
      hosts.map(() => "healthy"),
    );
    // Node GUIDs that were seen and are others' stay the lab file's word.
    const shifted = withGuids((n) => nodeGuid((n % 5) + 1));
    expect(see([line("healthy"), ...seen], { lab: shifted }).some(({ state }) => state === "healthy")).toBe(false);
  });

  it("is told by port GUIDs that are counted from the lab file's node GUIDs, and by no GUID that two of its HCAs have", () => {
    const named = (guidOf: (n: number) => string) => ({
      ...lab,
      devices: lab.devices.map((device, index) =>
        device.hcas ? { ...device, hcas: device.hcas.map((hca) => ({ ...hca, guid: guidOf(index) })) } : device,
      ),
    });
    const states = (guidOf: (n: number) => string, inputs: readonly FabricInput[] = [anonymous]) =>
      see(inputs, { lab: named(guidOf) })
        .slice(0, 5)
        .map(({ state, reason }) => (state === "healthy" ? state : reason));
    const healthy = hosts.map(() => "healthy");
    expect(states(nodeGuid)).toEqual(healthy);
    expect(states((n) => nodeGuid(n === 2 ? 1 : n)).map((state) => state === "healthy")).toEqual([
      false,
      false,
      true,
      true,
      true,
    ]);
    // Written by one who took a port's GUID for the node's: it is the same card's.
    expect(states(portGuid)).toEqual(healthy);
    expect(states(portGuid, [anonymous, ...seen])).toEqual(healthy);
    // From ConnectX-4 on GUIDs are not counted so: mlx5_1 may have the GUID after that of mlx5_0.
    const fourth = fixture("healthy/iblinkinfo-line.out").replaceAll(/node0\d mlx4_0/g, "guest mlx5_1");
    const reading = readIblinkinfo(fourth);
    expect(states(nodeGuid, [{ kind: "iblinkinfo", source: "x", reading }])).not.toContain("healthy");
  });

  it("is told by what each host's ibstat showed, under another name", () => {
    const cables = see([anonymous, ...seen], {
      devices: Object.fromEntries(hosts.map((n) => [`node0${n}`, live(n, null)])),
    });
    expect(cables.map(({ state }) => state)).toEqual(hosts.map(() => "healthy"));
  });

  it("stays open where nothing tells: the links stand as unexpected, with what the fabric calls their ends", () => {
    const cables = see([anonymous]);
    expect(cables.slice(0, 5).map(({ state }) => state)).toEqual(hosts.map(() => "absent"));
    expect(cables[0]?.reason).toContain("sw1 port 1 holds the cable from MT4099 ConnectX3");
    expect(cables[5]?.a).toEqual({
      device: "MT4099 ConnectX3 Mellanox Technologies (0xf452140300a10011)",
      port: "1",
      inLab: false,
      at: { node: portGuid(1), port: 1 },
    });
    expect(new Set(cables.map(({ id }) => id)).size).toBe(10);
  });
});

describe("a slot that carries less than the link", () => {
  const seen = hosts.map((n) => ibstat(`healthy/ibstat-node0${n}.out`));
  const files = fixture("synthetic/sysfs_pci_limited.txt");
  const bridge = (lanes: number) =>
    [
      "/sys/class/infiniband/mlx4_0/device/../max_link_speed:5.0 GT/s PCIe",
      `/sys/class/infiniband/mlx4_0/device/../max_link_width:${lanes}\n`,
    ].join("\n");
  const second = (text: string) => {
    const devices = { node02: live(2, slotOf(readPaths(text).paths.get("mlx4_0") ?? [], null)) };
    const cables = see([line("healthy"), ...seen], { devices });
    expect(cables.filter((_, index) => index !== 1).map(({ state }) => state)).toEqual(Array(4).fill("healthy"));
    return `${cables[1]?.state}: ${cables[1]?.reason}`;
  };

  it("makes a cable degraded when the slot can more", () => {
    expect(second(files + bridge(8))).toBe(
      "degraded: Slot runs PCIe gen2 x4, it can PCIe gen2 x8: 16 of 32 Gb/s; the link itself is 4X FDR",
    );
  });

  it("is named, and leaves the cable healthy, when that is the slot's best", () => {
    expect(second(files + bridge(4))).toBe(
      "healthy: Active at 4X FDR, as planned; this server's slot carries at most 16 Gb/s",
    );
  });

  it("is compared with the card when the slot does not tell what it can", () => {
    expect(second(files)).toBe(
      "degraded: Slot runs PCIe gen2 x4, the card can PCIe gen3 x8: 16 of 63 Gb/s; what the slot can is not known; the link itself is 4X FDR",
    );
    expect(second(files.replace("current_link_width:4", "current_link_width:8"))).toBe(
      "healthy: Active at 4X FDR, as planned; this server's slot runs PCIe gen2 x8 and carries 32 Gb/s, what it can is not known",
    );
  });
});

function live(n: number, slot: Slot | null): DeviceLive {
  return {
    reach: "reachable",
    how: "",
    since: 0,
    lastSeenAt: 0,
    observedAt: 0,
    roundTripMs: 0,
    fault: null,
    hcas: [
      {
        name: "ibsim0",
        model: "simulator",
        firmware: "1",
        nodeGuid: nodeGuid(n),
        slot: slot && { ...slot, atFault: false },
        ports: [],
      },
    ],
    source: null,
  };
}

it("judges the largest fabric that is read in a moment, not in minutes", () => {
  const guid = (n: number) => `0x${n.toString(16).padStart(16, "0")}`;
  const rows = Array.from({ length: 10_000 }, (_, n) => {
    const end = `${guid(n + 1)} "claimed ${n}"`;
    return `${end} ${n + 1} 1[  ] ==( 4X 14.0625 Gbps Active/  LinkUp)==> ${guid(n + 20_001)} ${n + 20_001} 1[  ] "peer" ( )`;
  });
  const reading = readIblinkinfo(rows.join("\n"));
  expect(reading.records).toHaveLength(fabricBounds.nodes / 2);
  const begun = performance.now();
  const cables = see([{ kind: "iblinkinfo", source: "s", reading }]);
  // None touches the lab: a part is shown.
  expect(cables.filter(({ state }) => state === "unexpected")).toHaveLength(strangersShown);
  expect(performance.now() - begun).toBeLessThan(2000);
});
