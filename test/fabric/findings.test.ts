/** What the rules find in captured outputs and in labs made up for what no capture shows. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DeviceLive, Finding, SubnetManagement } from "../../electron/contract/fabric.ts";
import { cablesOf } from "../../electron/fabric/cables.ts";
import { Evidence } from "../../electron/fabric/findings/evidence.ts";
import { findingsInSteps } from "../../electron/fabric/findings/findings.ts";
import { type FabricInput, joinFabric } from "../../electron/fabric/join.ts";
import { Places, type PlacesInputs } from "../../electron/fabric/places.ts";
import { readIblinkinfo } from "../../electron/fabric/read/iblinkinfo.ts";
import { atOnce } from "../../electron/steps.ts";
import { findingInputs } from "./finding-inputs.ts";
import { fixture } from "./fixtures.ts";
import { linkinfoText, type SceneFabric, type SceneLab, sceneLab, sceneTypes } from "./scene.ts";

const source = "iblinkinfo --line on node01";
const nodes = [1, 2, 3, 4, 5];
const cube: SceneLab = {
  hosts: nodes.map((n) => `node0${n}`),
  cables: nodes.map((n) => `node0${n} mlx4_0/1 - sw1 ${n}`),
};

type More = Partial<PlacesInputs> & {
  readonly live?: Readonly<Record<string, DeviceLive>>;
  readonly subnetManager?: SubnetManagement | null;
};

function find(lab: SceneLab, text: string, { live = {}, subnetManager = null, ...more }: More = {}): Finding[] {
  const inputs: readonly FabricInput[] = [{ kind: "iblinkinfo", source, reading: readIblinkinfo(text) }];
  const joined = joinFabric(inputs);
  const plan = more.lab ?? sceneLab(lab);
  const places = new Places({ types: sceneTypes, devices: live, joined, ...more, lab: plan });
  const cables = cablesOf({ places, observedAt: 1, observer: "node01", failure: null, previous: [], nowMs: 2 });
  const output = { device: "node01", argv: [], observedAt: 1, exitCode: 0, stdout: text, stderr: "" };
  const evidence = new Evidence(inputs, output);
  return atOnce(
    findingsInSteps(findingInputs({ lab: plan, devices: live, cables, joined, places, evidence, subnetManager })),
  );
}

const captured = (set: string) => find(cube, fixture(`${set}/iblinkinfo-line.out`));
const made = (lab: SceneLab, fabric: SceneFabric, more: More = {}) =>
  find(lab, linkinfoText({ ...(lab.switches && { switches: lab.switches }), ...fabric }), more);
const titles = (found: readonly Finding[]) => found.map(({ rule, severity, title }) => `${severity} ${rule}: ${title}`);

describe("in captured outputs", () => {
  it("nothing is found in a healthy fabric, nor by its links alone in one whose subnet manager stopped", () => {
    expect(captured("healthy")).toEqual([]);
    expect(captured("sm_stopped")).toEqual([]);
  });

  it("two swapped cables are one finding, with both ports' lines", () => {
    const lines = fixture("swapped/iblinkinfo-line.out").split("\n");
    const quoted = (start: RegExp) => {
      const at = lines.findIndex((line) => start.test(line));
      return { source, line: at + 1, text: (lines[at] ?? "").trim() };
    };
    const [two, three] = [/^0xf452140300a10021 /, /^0xf452140300a10031 /].map(quoted);
    const [port2, port3] = [/^0xf452140300c0ffe0 .* 6 +2\[/, /^0xf452140300c0ffe0 .* 6 +3\[/].map(quoted);
    expect(captured("swapped")).toEqual([
      {
        id: "plan.swapped node02 mlx4_0/1 -- sw1 2",
        rule: "plan.swapped",
        severity: "error",
        subject: { device: "node02", port: "mlx4_0/1", cable: "node02 mlx4_0/1 -- sw1 2" },
        title:
          "The cable from node02 mlx4_0/1 is in sw1 port 3, plan says 2; the cable from node03 mlx4_0/1 is in sw1 port 2, plan says 3: the two are swapped",
        detail:
          "The links themselves work; whoever trusts the plan unplugs the wrong cable. The GUIDs at both ends of each link prove where the cables are.",
        next: "Exchange the plugs so that each cable is where the plan has it, or write the places they are in now to the lab file.",
        evidence: [two, port2, three, port3],
      },
    ]);
  });

  it("a pulled cable and a host that is off look alike from the switch, and are told so", () => {
    for (const [set, n] of [
      ["cable_pulled", 3],
      ["node_missing", 4],
    ] as const) {
      const [finding, ...others] = captured(set);
      expect(others).toEqual([]);
      expect(finding).toMatchObject({
        id: `link.down node0${n} mlx4_0/1 -- sw1 ${n}`,
        severity: "error",
        title: `node0${n} mlx4_0/1 to sw1 port ${n} is down: sw1 port ${n} is Down (Polling); node0${n} was not seen in the fabric`,
        detail: expect.stringContaining("a pulled cable and a host that is off look alike"),
        next: `Look whether node0${n} is on; then reseat the cable at both ends.`,
        evidence: [{ source, text: expect.stringMatching(/Down\/ *Polling/) }],
      });
    }
  });

  it("a host that answers while its port is down is not off", () => {
    const live = { node03: alive() };
    const [finding] = find(cube, fixture("cable_pulled/iblinkinfo-line.out"), { live });
    expect(finding?.detail).toContain("node03 answers over SSH, so it is not off");
  });

  it("links below what both ends can are told, and what the simulator's hints are worth", () => {
    const found = captured("degraded");
    expect(titles(found)).toEqual([
      "warning link.slow: node02 mlx4_0/1 to sw1 port 2 runs at QDR, both ends can FDR",
      "warning link.narrow: node03 mlx4_0/1 to sw1 port 3 runs on 1X, cables of this kind have 4X",
      "warning link.slow: node04 mlx4_0/1 to sw1 port 4 runs at SDR, both ends can FDR",
      "warning link.slow: node05 mlx4_0/1 to sw1 port 5 runs at FDR10, both ends can FDR",
    ]);
    expect(found[2]?.detail).toContain("the hint is not to be trusted");
    const [hardware] = captured("derived/degraded");
    expect(hardware?.detail).toContain(
      "iblinkinfo's hint FDR is what both ports say they support; it does not know the cable.",
    );
  });

  it("two hosts back to back have a link that nobody has set up", () => {
    const lab = { switches: [], hosts: ["node01", "node02"], cables: ["node01 mlx4_0/1 - node02 mlx4_0/1"] };
    expect(titles(find(lab, fixture("back_to_back/iblinkinfo-line.out")))).toEqual([
      "error link.initialize: A link is in Initialize, not Active: node01 mlx4_0/1 to node02 mlx4_0/1",
    ]);
  });
});

describe("of links that are up", () => {
  it("all in Initialize are one finding, and without a subnet manager the cause", () => {
    const rate = "4X 14.0625 Gbps Initialize/ LinkUp";
    const [finding, ...others] = made(cube, { links: cube.cables, rate });
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      id: "link.initialize",
      severity: "error",
      title: expect.stringMatching(
        /^5 links are in Initialize, not Active: node01 mlx4_0\/1 to sw1 port 1; .*; and 2 more$/,
      ),
      detail: expect.stringContaining("Without a subnet manager it gets no LID"),
    });
    const armed = made(cube, { links: cube.cables, rate: "4X 14.0625 Gbps Armed/ LinkUp" });
    expect(titles(armed)).toEqual([expect.stringMatching(/^warning link\.armed: 5 links are in Armed/)]);
  });
});

describe("of subnet managers", () => {
  const manager = (lid: number, state: "master" | "standby") => ({
    lid,
    guid: null,
    at: { device: `node0${lid}`, port: "mlx4_0/1", inLab: true, at: null },
    state,
    priority: 0,
    activityCount: 7,
  });
  const text = fixture("sm_stopped/iblinkinfo-line.out");

  it("none is an error that says what the Active links prove", () => {
    const subnetManager = {
      status: "none",
      managers: [],
      reason: "none answered sminfo on node01",
      source: null,
    } as const;
    const [finding, ...others] = find(cube, text, { subnetManager: { ...subnetManager, managers: [] } });
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      id: "sm.none",
      severity: "error",
      title: "No subnet manager: none answered sminfo on node01",
      detail: expect.stringContaining(
        "5 links are still Active: they stay as they were set up, which proves no manager.",
      ),
    });
  });

  it("two masters are an error, a master with one that stands by is none", () => {
    const of = (managers: SubnetManagement["managers"]): SubnetManagement => ({
      status: "master",
      managers,
      reason: "",
      source: null,
    });
    expect(find(cube, text, { subnetManager: of([manager(1, "master"), manager(2, "standby")]) })).toEqual([]);
    expect(titles(find(cube, text, { subnetManager: of([manager(1, "master"), manager(2, "master")]) }))).toEqual([
      "error sm.two-masters: 2 subnet managers say they are master: node01 mlx4_0/1, node02 mlx4_0/1",
    ]);
    expect(
      titles(find(cube, text, { subnetManager: { ...of([manager(1, "standby")]), status: "no-master" } })),
    ).toEqual(["warning sm.no-master: The subnet manager at node01 mlx4_0/1 is not master: it says standby"]);
  });
});

describe("of what nodes call themselves", () => {
  it("two of one name are told by where they are plugged in", () => {
    const line = (n: number) =>
      `0x000000000000010${n} "node01 mlx4_0" ${n} 1[  ] ==( 4X 14.0625 Gbps Active/ LinkUp)==> 0x0000000000000a00 9 ${n}[  ] "MF0;sw1:SX6018/U1" ( )`;
    const found = find(cube, [line(1), line(2)].join("\n")).filter(({ rule }) => rule === "node.same-name");
    expect(titles(found)).toEqual([
      'warning node.same-name: 2 nodes call themselves "node01 mlx4_0": 0x0000000000000101 at sw1 port 1, 0x0000000000000102 at sw1 port 2',
    ]);
  });

  it("the two ports of one HCA are no twins", () => {
    const lab = { hosts: ["n1"], cables: ["n1 mlx4_0/1 - sw1 1", "n1 mlx4_0/2 - sw1 2"] };
    expect(made(lab, { links: lab.cables })).toEqual([]);
  });

  it("names as made are a note, LIDs held twice an error", () => {
    const line = (n: number) =>
      `0x000000000000010${n} "MT4099 ConnectX3 Mellanox Technologies" 4 1[  ] ==( 4X 14.0625 Gbps Active/ LinkUp)==> 0x0000000000000a00 9 ${n}[  ] "MF0;sw1:SX6018/U1" ( )`;
    const found = find({ hosts: [], cables: [] }, [line(1), line(2)].join("\n"));
    expect(titles(found.filter(({ rule }) => rule !== "plan.not-in-lab"))).toEqual([
      "error port.same-lid: LID 4 is held by 2 ports: MT4099 ConnectX3 Mellanox Technologies (0x0000000000000101) port 1, MT4099 ConnectX3 Mellanox Technologies (0x0000000000000102) port 1",
      'info node.default-name: 2 nodes have the name they were made with, such as "MT4099 ConnectX3 Mellanox Technologies": 0x0000000000000101 at sw1 port 1, 0x0000000000000102 at sw1 port 2',
    ]);
  });

  it("one GUID for two HCAs of the lab file is an error of the file", () => {
    const lab = sceneLab(cube);
    const devices = lab.devices.map((device) =>
      device.hcas && device.name < "node03"
        ? { ...device, hcas: device.hcas.map((hca) => ({ ...hca, guid: "0xF452140300a10010" })) }
        : device,
    );
    const found = find(cube, "", { lab: { ...lab, devices } });
    expect(titles(found)).toEqual([
      "error node.same-guid: node01 mlx4_0, node02 mlx4_0 have one GUID in the lab file: 0xf452140300a10010",
    ]);
  });
});

it("a planned port in Ethernet mode is told as that, not as a broken cable", () => {
  const live = { node03: alive("Ethernet") };
  const found = find(cube, fixture("cable_pulled/iblinkinfo-line.out"), { live });
  expect(titles(found)).toEqual([
    "error port.ethernet: node03 mlx4_0/1 is in Ethernet mode, and the plan has an InfiniBand cable there",
  ]);
  expect(found[0]?.subject).toEqual({ device: "node03", port: "mlx4_0/1", cable: "node03 mlx4_0/1 -- sw1 3" });
});

it("a fabric of strangers is counted, not listed", () => {
  const strange = Array.from({ length: 80 }, (_, at) => `x${at} mlx4_0/1 - y${at} mlx4_0/1`);
  const found = made(
    { hosts: ["n1"], cables: ["n1 mlx4_0/1 - sw1 1"] },
    { links: ["n1 mlx4_0/1 - sw1 1", ...strange] },
  );
  expect(titles(found)).toEqual([
    "info plan.strangers: 80 links join devices that the lab file does not name, and are left out of the rack",
  ]);
});

it("of one kind a bounded number is listed, and the rest counted", () => {
  const extra = Array.from({ length: 60 }, (_, at) => `n${at} mlx4_0/1 - sw1 ${at + 1}`);
  const lab = { hosts: extra.map((_, at) => `n${at}`), cables: [], switchType: "director" } as const;
  const found = made(lab, { links: extra }).filter(({ rule }) => rule === "plan.unexpected");
  expect(found).toHaveLength(51);
  expect(found.at(-1)?.title).toBe("10 more of the same kind");
});

it("every rule is total, and each finding has an id of its own, whatever the tools print", () => {
  const words = fc.constantFrom(
    "node01 mlx4_0",
    "node02 mlx4_0",
    "MF0;sw1:SX6018/U1",
    "",
    "x",
    "MT4099 ConnectX3 Mellanox Technologies",
  );
  const guid = fc.integer({ min: 1, max: 12 }).map((n) => `0x${n.toString(16).padStart(16, "0")}`);
  const end = fc.tuple(guid, words, fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 20 }));
  const rates = fc.constantFrom(
    "4X 14.0625 Gbps Active/ LinkUp",
    "1X 2.5 Gbps Initialize/ LinkUp",
    "4X 10.0 Gbps Down/ Polling",
  );
  const line = fc.tuple(end, rates, fc.option(end)).map(([[from, name, lid, port], rate, peer]) => {
    const far =
      peer === null ? '"Port not available"' : `${peer[0]} ${peer[2]} ${peer[3]}[  ] "${peer[1]}" ( Could be FDR10)`;
    return `${from} "${name}" ${lid} ${port}[  ] ==( ${rate})==> ${far}`;
  });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
      const ids = find(cube, lines.join("\n"), { live: { node01: alive(), node02: alive("Ethernet") } }).map(
        ({ id }) => id,
      );
      expect(new Set(ids).size).toBe(ids.length);
    }),
  );
});

describe("a slow PCIe slot", () => {
  const [gen1x8, gen3x8] = [
    { speed: "2.5 GT/s PCIe", width: 8 },
    { speed: "8.0 GT/s PCIe", width: 8 },
  ];
  const hostWith = (runs: typeof gen1x8): DeviceLive => {
    const live = alive();
    const above = { address: "0000:00:03.0", can: gen3x8 };
    const path = [{ address: "0000:03:00.0", runs, can: gen3x8, above }];
    const maxPayload = { bytes: 256, why: "", observedAt: 1 };
    const slot = { address: "0000:03:00.0", path, source: "sysfs" as const, maxPayload, atFault: runs === gen1x8 };
    return { ...live, hcas: live.hcas.map((hca) => ({ ...hca, nodeGuid: "0xf452140300a10030", slot })) };
  };
  const healthy = (runs: typeof gen1x8) =>
    find(cube, fixture("healthy/iblinkinfo-line.out"), { live: { node03: hostWith(runs) } });

  it("is a finding on its cable, with what every link on the way runs and can", () => {
    expect(healthy(gen1x8)).toEqual([
      {
        id: "slot.slow node03 mlx4_0",
        rule: "slot.slow",
        severity: "warning",
        subject: { device: "node03", cable: "node03 mlx4_0/1 -- sw1 3", node: "0xf452140300a10030" },
        title: "node03 mlx4_0: Slot runs PCIe gen1 x8, it can PCIe gen3 x8: 16 of 63 Gb/s",
        detail: expect.stringContaining("the cable is not at fault"),
        next: expect.stringContaining("reseat the card"),
        evidence: [
          {
            source: "sysfs on node03",
            line: 0,
            text: "0000:03:00.0: runs PCIe gen1 x8 (2.5 GT/s PCIe), can PCIe gen3 x8 (8.0 GT/s PCIe); 0000:00:03.0 can PCIe gen3 x8 (8.0 GT/s PCIe)",
          },
        ],
      },
    ]);
  });

  it("is none where card and slot run as well as they can", () => {
    expect(healthy(gen3x8)).toEqual([]);
  });
});

function alive(linkLayer = "InfiniBand"): DeviceLive {
  const port = { number: 1, state: "Down", physState: "Polling", rateGbps: 10, linkLayer } as const;
  return {
    reach: "reachable",
    how: "",
    since: 0,
    lastSeenAt: 0,
    observedAt: 0,
    roundTripMs: 0,
    fault: null,
    hcas: [{ name: "mlx4_0", model: "MT4099", firmware: "1", nodeGuid: null, slot: null, ports: [port] }],
    source: null,
  };
}
