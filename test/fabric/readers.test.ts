import { describe, expect, it } from "vitest";
import { readGuid } from "../../electron/contract/guid.ts";
import { readIblinkinfo } from "../../electron/fabric/read/iblinkinfo.ts";
import { readIbnetdiscover } from "../../electron/fabric/read/ibnetdiscover.ts";
import { type IbstatPort, readIbstat } from "../../electron/fabric/read/ibstat.ts";
import { fixture, switchGuid } from "./fixtures.ts";

describe("readGuid", () => {
  it.each([
    ["0x2c90300a10011", "0x0002c90300a10011"],
    ["2c90300a10011", "0x0002c90300a10011"],
    ["0xF452140300C0FFE0", switchGuid],
    ["0x0000000000000000", null],
    ["0x12345678901234567", null],
    ["node01", null],
    ["", null],
  ])("%s is %s", (text, guid) => expect(readGuid(text)).toBe(guid));
});

describe("readIbstat", () => {
  const port1: IbstatPort = {
    number: 1,
    guid: "0xf452140300a10011",
    lid: 1,
    smLid: 1,
    state: "Active",
    physState: "LinkUp",
    rateGbps: 56,
    width: "4X",
    speed: "FDR",
    linkLayer: "InfiniBand",
  };
  const port2: IbstatPort = {
    number: 2,
    guid: "0xf452140300a10012",
    lid: 0,
    smLid: 0,
    state: "Down",
    physState: "Polling",
    rateGbps: 10,
    width: null,
    speed: null,
    linkLayer: "InfiniBand",
  };
  const hca = {
    name: "mlx4_0",
    model: "MT4099",
    firmware: "2.42.5000",
    nodeGuid: "0xf452140300a10010",
    systemGuid: "0xf452140300a10013",
  };

  it.each([
    ["fdr", port1],
    ["fdr10", { ...port1, rateGbps: 40, speed: "FDR10" }],
    ["qdr", { ...port1, rateGbps: 40, speed: "QDR" }],
    ["no_sm", { ...port1, state: "Initialize", lid: 0, smLid: 0 }],
  ])("reads a two-port ConnectX-3: %s", (name, first) => {
    const text = fixture(`synthetic/ibstat_cx3_${name}.txt`);
    expect(readIbstat(text)).toEqual({ hcas: [{ ...hca, ports: [first, port2] }], unread: [] });
  });

  it("reads several HCAs, an Ethernet port, Windows line ends, and names the lines it does not know", () => {
    const fdr = fixture("synthetic/ibstat_cx3_fdr.txt");
    const second = fdr
      .replace("CA 'mlx4_0'", "CA 'mlx5_bond_0'")
      .replace("\t\tRate: 56\n", "\t\tRate: 56\n\t\tEffective speed: 14.0625 (FDR)\n")
      .replace("Link layer: InfiniBand", "Link layer: Ethernet");
    const { hcas, unread } = readIbstat(`${fdr}${second}`.replaceAll("\n", "\r\n"));
    expect(hcas).toEqual([
      { ...hca, ports: [port1, port2] },
      { ...hca, name: "mlx5_bond_0", ports: [{ ...port1, linkLayer: "Ethernet", width: null, speed: null }, port2] },
    ]);
    expect(unread).toEqual([{ line: 39, text: "\t\tEffective speed: 14.0625 (FDR)" }]);
  });

  it("reads nothing as no device", () => expect(readIbstat("")).toEqual({ hcas: [], unread: [] }));

  it("does not deduce width and speed where a rate has two meanings", () => {
    const { hcas } = readIbstat(fixture("degraded/ibstat-node04.out"));
    expect(hcas[0]?.ports[0]).toMatchObject({ rateGbps: 10, width: null, speed: null });
  });
});

describe("readIblinkinfo", () => {
  const read = (text: string) => readIblinkinfo(text).records[0];
  const ib7 = {
    line: 1,
    guid: "0xf452140300f55051",
    type: null,
    description: "ib-test-7 mlx4_0",
    lid: 37,
    port: 1,
    state: "Active",
    physState: "LinkUp",
    width: "4X",
    speed: "FDR",
    peer: { guid: "0xf45214030067c630", lid: 5, port: 16, description: "MF0;switch-e1be74:SX6036/U1" },
    couldBe: { width: null, speed: null },
  };
  const line =
    '0xf452140300f55051 "              ib-test-7 mlx4_0"     37    1[  ] ==( 4X       14.0625 Gbps Active/  LinkUp)==>  0xf45214030067c630      5   16[  ] "MF0;switch-e1be74:SX6036/U1" ( )';

  it("reads a line of hardware", () => expect(readIblinkinfo(line)).toEqual({ records: [ib7], unread: [] }));

  it("reads names that push the columns, hold quotes and brackets", () => {
    const name = 'a-host-"with" ==( everything )==> that 1[  ] goes';
    expect(read(line.replace("              ib-test-7 mlx4_0", name))).toEqual({ ...ib7, description: name });
    expect(read(line.replace("MF0;switch-e1be74:SX6036/U1", name))).toEqual({
      ...ib7,
      peer: { ...ib7.peer, description: name },
    });
  });

  it.each([
    ["(Could be 4X )", { width: "4X", speed: null }],
    ["( Could be 14.0625 Gbps)", { width: null, speed: "FDR" }],
    ["(Could be 12X Could be 53.125 Gbps)", { width: "12X", speed: "HDR" }],
    ["( Could be FDR10 (Found link at QDR but expected speed is FDR10))", { width: null, speed: "FDR10" }],
  ])("reads the hint %s", (hint, couldBe) => {
    expect(read(line.replace("( )", hint))).toEqual({ ...ib7, couldBe });
  });

  it("reads the pool settings of -p, ports that are down and peers that are silent", () => {
    const down = `${switchGuid} "MF0;sw:SX6018/U1"  6  6[12] ==(                Down/ Polling)==>             [  ] "" ( )`;
    const silent = `${switchGuid} "MF0;sw:SX6018/U1"  6  4[  ] ==( 4X  10.0 Gbps (FDR10) Active/  LinkUp) (HOQ:16 VL_Stall:7)==>      "Port not available"`;
    const common = { guid: switchGuid, type: null, description: "MF0;sw:SX6018/U1", lid: 6 };
    const couldBe = { width: null, speed: null };
    expect(readIblinkinfo(`${down}\n${silent}\n`)).toEqual({
      records: [
        {
          line: 1,
          ...common,
          port: 6,
          state: "Down",
          physState: "Polling",
          width: null,
          speed: null,
          peer: null,
          couldBe,
        },
        {
          line: 2,
          ...common,
          port: 4,
          state: "Active",
          physState: "LinkUp",
          width: "4X",
          speed: "FDR10",
          peer: "silent",
          couldBe,
        },
      ],
      unread: [],
    });
  });

  it("reads the plain form with its headers", () => {
    const { records, unread } = readIblinkinfo(fixture("healthy/iblinkinfo.out"));
    expect(unread).toEqual([]);
    expect(records).toHaveLength(23);
    expect(records[4]).toEqual({
      line: 10,
      guid: switchGuid,
      type: "switch",
      description: "MF0;SX6018:SX6018/U1",
      lid: 6,
      port: 1,
      state: "Active",
      physState: "LinkUp",
      width: "4X",
      speed: "FDR",
      peer: { guid: null, lid: 1, port: 1, description: "node01 mlx4_0" },
      couldBe: { width: "12X", speed: "HDR" },
    });
  });

  it("reads hints as hardware gives them", () => {
    const { records } = readIblinkinfo(fixture("derived/degraded/iblinkinfo-line.out"));
    const hints = records.filter(({ type, peer, guid }) => type === null && peer !== null && guid === switchGuid);
    expect(hints.map(({ couldBe }) => couldBe)).toEqual([
      { width: null, speed: null },
      { width: null, speed: "FDR" },
      { width: "4X", speed: null },
      { width: null, speed: "FDR" },
      { width: null, speed: "FDR" },
    ]);
  });
});

describe("readIbnetdiscover", () => {
  it("reads two hosts without a switch, GUIDs without leading zeros", () => {
    const rate = { width: "4X", speed: "FDR" };
    const one = { node: "0xf452140300a10010", port: "0xf452140300a10011" };
    const two = { node: "0x0002c90300a10020", port: "0x0002c90300a10021" };
    const ca = (line: number, own: typeof one, peer: typeof one, description: string, far: string) => ({
      line,
      type: "hca",
      guid: own.node,
      systemGuid: `${own.node.slice(0, -1)}3`,
      portCount: 2,
      description,
      lid: null,
      ports: [
        {
          line: line + 1,
          number: 1,
          guid: own.port,
          lid: 0,
          peer: { type: "hca", guid: peer.node, port: 1, portGuid: peer.port, lid: 0, description: far },
          ...rate,
        },
      ],
    });
    expect(readIbnetdiscover(fixture("back_to_back/ibnetdiscover.out"))).toEqual({
      origin: one.port,
      nodes: [ca(10, two, one, "node02 mlx4_0", "node01 mlx4_0"), ca(17, one, two, "node01 mlx4_0", "node02 mlx4_0")],
      unread: [],
    });
  });

  it("reads switches cabled to each other, a chassis port and a router", () => {
    const text = [
      "switchguid=0x2c9020(2c9020)",
      'Switch\t36 "S-00000000002c9020"\t\t# "spine "one" (a)" base port 0 lid 12 lmc 0',
      '[2][ext 14]\t"S-f452140300c0ffe0"[18][ext 3]\t\t# "MF0;SX6018:SX6018/U1" lid 6 4xQDR',
      "rtguid=0x1234",
      'Rt\t2 "R-0000000000001234"\t\t# "a router"',
      '[1](1235) \t"S-00000000002c9020"[3]\t\t# lid 7 lmc 0 "spine" lid 12 4xEDR',
      "garbage",
    ].join("\n");
    const base = { systemGuid: null, lid: null };
    expect(readIbnetdiscover(text)).toEqual({
      origin: null,
      nodes: [
        {
          ...base,
          line: 2,
          type: "switch",
          guid: "0x00000000002c9020",
          portCount: 36,
          description: 'spine "one" (a)',
          lid: 12,
          ports: [
            {
              line: 3,
              number: 2,
              guid: null,
              lid: null,
              peer: {
                type: "switch",
                guid: switchGuid,
                port: 18,
                portGuid: null,
                lid: 6,
                description: "MF0;SX6018:SX6018/U1",
              },
              width: "4X",
              speed: "QDR",
            },
          ],
        },
        {
          ...base,
          line: 5,
          type: "router",
          guid: "0x0000000000001234",
          portCount: 2,
          description: "a router",
          ports: [
            {
              line: 6,
              number: 1,
              guid: "0x0000000000001235",
              lid: 7,
              peer: {
                type: "switch",
                guid: "0x00000000002c9020",
                port: 3,
                portGuid: null,
                lid: 12,
                description: "spine",
              },
              width: "4X",
              speed: "EDR",
            },
          ],
        },
      ],
      unread: [{ line: 7, text: "garbage" }],
    });
  });

  it("reads the full form like the plain one", () => {
    const [plain, full] = ["ibnetdiscover", "ibnetdiscover-f"].map((file) =>
      readIbnetdiscover(fixture(`healthy/${file}.out`)),
    );
    expect(full).toEqual(plain);
  });
});
