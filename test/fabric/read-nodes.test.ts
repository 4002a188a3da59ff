import { describe, expect, it } from "vitest";
import { splitDiff } from "../../electron/fabric/read/diff.ts";
import { readIblinkinfo } from "../../electron/fabric/read/iblinkinfo.ts";
import { readIbnetdiscover } from "../../electron/fabric/read/ibnetdiscover.ts";
import { type PortReportEnd, readPortReport } from "../../electron/fabric/read/ibnetdiscover-ports.ts";
import { readNodeList } from "../../electron/fabric/read/ibnodes.ts";
import { guidOfGid, readIbstatus } from "../../electron/fabric/read/ibstatus.ts";
import { readSmpquery } from "../../electron/fabric/read/smpquery.ts";
import { readSysfsRate } from "../../electron/fabric/read/sysfs-words.ts";
import { fixture, hosts, nodeGuid, portGuid, rateOf, switchGuid } from "./fixtures.ts";

const switchName = "MF0;SX6018:SX6018/U1";

describe("readNodeList", () => {
  const hca = (n: number, line: number) => {
    const description = `node0${n} mlx4_0`;
    return { line, type: "hca", guid: nodeGuid(n), portCount: 2, description, lid: null };
  };
  const sw = { type: "switch", guid: switchGuid, portCount: 18, description: switchName };
  const hcas = [5, 4, 3, 2, 1].map((n, index) => hca(n, index + 1));

  it.each([
    ["ibhosts", hcas],
    ["ibswitches", [{ line: 1, ...sw, lid: 6 }]],
    ["ibnodes", [...hcas, { line: 6, ...sw, lid: 6 }]],
    ["ibnetdiscover-l", [...hcas, { line: 6, ...sw, lid: null }]],
  ])("reads %s", (name, nodes) => {
    expect(readNodeList(fixture(`errors/${name}.out`))).toEqual({ nodes, unread: [] });
  });
  it("takes a name with quotes and what looks like a LID", () => {
    const [node] = readNodeList('Ca\t: 0x2c9 ports 1 "x" lid 9 "y"\n').nodes;
    expect(node).toMatchObject({ description: 'x" lid 9 "y', lid: null });
  });
});

describe("readPortReport", () => {
  const end = (n: number): PortReportEnd => {
    return { type: "hca", lid: n, port: 1, guid: portGuid(n), description: `node0${n} mlx4_0` };
  };
  const switchEnd = (port: number): PortReportEnd => {
    return { type: "switch", lid: 6, port, guid: switchGuid, description: switchName };
  };

  it.each(["healthy", "degraded"] as const)("reads every port of %s, both directions", (set) => {
    const { ports, unread } = readPortReport(fixture(`${set}/ibnetdiscover-p.out`));
    expect(unread).toEqual([]);
    expect(ports).toHaveLength(23);
    for (const n of hosts) {
      const [width, speed] = rateOf(set, n);
      const found = ports.filter(({ guid, port }) => guid === portGuid(n) || (guid === switchGuid && port === n));
      expect(found.map(({ line, ...port }) => port)).toEqual(
        expect.arrayContaining([
          { ...end(n), width, speed, peer: switchEnd(n) },
          { ...switchEnd(n), width, speed, peer: end(n) },
        ]),
      );
    }
    // What hardware too prints of a port with nothing in it.
    const empty = ports.find(({ guid, port }) => guid === switchGuid && port === 18);
    expect(empty).toEqual({ line: expect.any(Number), ...switchEnd(18), width: "4X", speed: "SDR", peer: null });
  });
  it("reads a pulled port without its peer", () => {
    const { ports } = readPortReport(fixture("cable_pulled/ibnetdiscover-p.out"));
    expect(ports.find(({ guid, port }) => guid === switchGuid && port === 3)).toMatchObject({ peer: null });
  });
  it("reads speeds it does not know, and names with quotes", () => {
    const text = "SW  2052 37 0x506b4b03005c2740 4x ???      'it's 1x'\n";
    expect(readPortReport(text).ports).toEqual([
      {
        line: 1,
        type: "switch",
        lid: 2052,
        port: 37,
        guid: "0x506b4b03005c2740",
        description: "it's 1x",
        width: "4X",
        speed: null,
        peer: null,
      },
    ]);
  });
});

describe("splitDiff", () => {
  it("gives what ibnetdiscover's cache had and what is there, by the tool's own reader", () => {
    const sides = splitDiff(fixture("diff/ibnetdiscover-moved.out"));
    const ports = (text = "") =>
      readIbnetdiscover(text).nodes.flatMap(({ guid, ports }) =>
        ports.map(({ line, number, peer }) => [line, guid, number, peer.guid]),
      );
    expect(ports(sides?.before)).toEqual([[7, switchGuid, 3, nodeGuid(3)]]);
    expect(ports(sides?.after)).toEqual([[8, switchGuid, 9, nodeGuid(3)]]);
  });
  it("gives a node that went", () => {
    const sides = splitDiff(fixture("diff/ibnetdiscover-pulled.out"));
    const guids = (text = "") => readIbnetdiscover(text).nodes.map(({ guid }) => guid);
    expect([guids(sides?.before), guids(sides?.after)]).toEqual([[switchGuid, nodeGuid(3)], [switchGuid]]);
    expect(readIbnetdiscover(sides?.before ?? "").unread).toEqual([]);
  });
  it("gives iblinkinfo's sides", () => {
    const sides = splitDiff(fixture("diff/iblinkinfo-moved.out"));
    const states = (text = "") => readIblinkinfo(text).records.map(({ port, state }) => [port, state]);
    expect(states(sides?.before)).toEqual([
      [3, "Active"],
      [9, "Down"],
    ]);
    expect(states(sides?.after)).toEqual([
      [3, "Down"],
      [9, "Active"],
    ]);
  });
  it("is null for a text without differences", () => {
    expect(splitDiff(fixture("healthy/ibnetdiscover.out"))).toBeNull();
  });
});

describe("readSmpquery", () => {
  const asked = { line: 1, lid: 6, route: null };
  it("reads nodeinfo", () => {
    expect(readSmpquery(fixture("errors/smpquery-nodeinfo.out"))).toEqual({
      nodes: [
        {
          ...asked,
          type: "switch",
          guid: switchGuid,
          systemGuid: switchGuid,
          portGuid: switchGuid,
          portCount: 18,
          localPort: 0,
        },
      ],
      ports: [],
      descriptions: [],
      unread: [],
    });
  });
  it("reads portinfo, what is supported and what is enabled", () => {
    const port = {
      ...asked,
      port: 3,
      ownLid: 0,
      smLid: 0,
      state: "Active",
      physState: "LinkUp",
      width: "4X",
      speed: "FDR",
      widthsSupported: ["1X", "2X", "4X", "8X", "12X"],
      widthsEnabled: ["1X", "4X"],
      speedsSupported: ["SDR", "DDR", "QDR", "FDR", "EDR", "HDR"],
      speedsEnabled: ["SDR", "DDR", "QDR", "FDR"],
    };
    const reading = readSmpquery(fixture("errors/smpquery-portinfo.out"));
    expect(reading).toEqual({ nodes: [], ports: [port], descriptions: [], unread: [] });
  });
  it("reads a directed route and the names of set bits", () => {
    const { ports, unread } = readSmpquery(fixture("errors/smpquery-portinfo-self.out"));
    expect(ports).toMatchObject([{ lid: null, route: [0], port: 1, ownLid: 1, smLid: 1 }]);
    expect(unread).toEqual([]);
  });
  it("reads a description", () => {
    expect(readSmpquery(fixture("errors/smpquery-nodedesc.out")).descriptions).toEqual([switchName]);
  });
});

describe("readIbstatus", () => {
  it("reads a two-port ConnectX-3, and no speed of a port that is down", () => {
    const port1 = {
      line: 1,
      device: "mlx4_0",
      port: 1,
      guid: portGuid(1),
      lid: 1,
      smLid: 1,
      state: "Active",
      physState: "LinkUp",
      rateGbps: 56,
      width: "4X",
      speed: "FDR",
      linkLayer: "InfiniBand",
    };
    const port2 = {
      ...port1,
      line: 10,
      port: 2,
      guid: "0xf452140300a10012",
      lid: 0,
      smLid: 0,
      state: "Down",
      physState: "Polling",
      rateGbps: 10,
      width: null,
      speed: null,
    };
    const text = fixture("synthetic/ibstatus_cx3_fdr.txt");
    expect(readIbstatus(text)).toEqual({ ports: [port1, port2], noDevice: null, unread: [] });
  });
  it("reads that there is no device", () => {
    expect(readIbstatus("Fatal error:  No devices\n").noDevice).toEqual({ line: 1, text: "Fatal error:  No devices" });
  });
  it.each([
    ["fe80:0000:0000:0000:f452:1403:00a1:0011", portGuid(1)],
    ["fe80:0000:0000:0000:0000:0000:0000:0000", null],
    ["fe80::1", null],
  ])("GID %s holds GUID %s", (gid, guid) => expect(guidOfGid(gid)).toBe(guid));
});

describe("readSysfsRate", () => {
  it.each([
    ["56 Gb/sec (4X FDR)", { gbps: 56, width: "4X", speed: "FDR" }],
    ["40 Gb/sec (4X FDR10)", { gbps: 40, width: "4X", speed: "FDR10" }],
    ["40 Gb/sec (4X QDR)", { gbps: 40, width: "4X", speed: "QDR" }],
    ["10 Gb/sec (4X)", { gbps: 10, width: "4X", speed: "SDR" }],
    ["2.5 Gb/sec (1X)", { gbps: 2.5, width: "1X", speed: "SDR" }],
    ["1 Gb/sec", { gbps: 1, width: null, speed: null }],
    ["fast", null],
  ])("%s", (text, rate) => expect(readSysfsRate(text)).toEqual(rate));
});
