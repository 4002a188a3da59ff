import { describe, expect, it } from "vitest";
import { counterKind, dataBytes, isSaturated } from "../../electron/fabric/read/counters.ts";
import { readIbqueryerrors } from "../../electron/fabric/read/ibqueryerrors.ts";
import { readPerfquery } from "../../electron/fabric/read/perfquery.ts";
import { readSminfo } from "../../electron/fabric/read/sminfo.ts";
import { fixture, portGuid, switchGuid } from "./fixtures.ts";

const switchName = "MF0;SX6018:SX6018/U1";
const ofNode03 = { SymbolErrorCounter: 65535, PortRcvRemotePhysicalErrors: 9, ExcessiveBufferOverrunErrors: 2 };
const ofPort1 = { PortRcvSwitchRelayErrors: 300, VL15Dropped: 11 };
const ofPort3 = {
  SymbolErrorCounter: 1234,
  LinkErrorRecoveryCounter: 5,
  LinkDownedCounter: 7,
  PortRcvErrors: 42,
  PortXmitDiscards: 17,
  LocalLinkIntegrityErrors: 3,
  PortXmitWait: 987654,
};
const summary = { nodes: 6, badNodes: 2, ports: 24, badPorts: 3 };
const host = { line: 2, guid: portGuid(3), nodeGuid: null, description: "node03 mlx4_0", port: 1 } as const;
const ofSwitch = { guid: switchGuid, nodeGuid: switchGuid, description: switchName, link: null } as const;

describe("readIbqueryerrors", () => {
  it("reads counters port by port, and the switch's sum as such", () => {
    expect(readIbqueryerrors(fixture("errors/ibqueryerrors.out"))).toEqual({
      ports: [
        { ...host, counters: ofNode03, link: null },
        { line: 4, ...ofSwitch, port: "ALL", counters: { ...ofPort3, ...ofPort1 } },
        { line: 5, ...ofSwitch, port: 1, counters: ofPort1 },
        { line: 6, ...ofSwitch, port: 3, counters: ofPort3 },
      ],
      summary,
      suppressed: [],
      unread: [],
    });
  });

  it("reads data counters in words of four bytes", () => {
    const { ports, unread } = readIbqueryerrors(fixture("errors/ibqueryerrors-data.out"));
    const port3 = {
      ...ofPort3,
      PortXmitData: 123456793764,
      PortRcvData: 98765436861,
      PortXmitPkts: 76,
      PortRcvPkts: 76,
      PortUnicastXmitPkts: 22334455,
    };
    expect(ports.at(-1)).toEqual({ line: 6, ...ofSwitch, port: 3, counters: port3 });
    // What the tool prints in brackets: 459.912GB, in steps of 1024.
    expect(dataBytes(port3.PortXmitData) / 1024 ** 3).toBeCloseTo(459.912, 3);
    expect(unread).toEqual([]);
  });

  it("reads the link of each port with --report-port", () => {
    const { ports, unread } = readIbqueryerrors(fixture("errors/ibqueryerrors-r.out"));
    expect(unread).toEqual([]);
    expect(ports.map(({ port, link }) => [port, link?.peer])).toEqual([
      [1, { guid: switchGuid, lid: 6, port: 3, description: switchName }],
      ["ALL", undefined],
      [1, { guid: portGuid(1), lid: 1, port: 1, description: "node01 mlx4_0" }],
      [3, { guid: portGuid(3), lid: 3, port: 1, description: "node03 mlx4_0" }],
    ]);
    expect(ports[0]?.link).toMatchObject({ line: 3, guid: portGuid(3), state: "Active", width: "4X", speed: "FDR" });
  });

  it("reads what was left out, and the detail counters", () => {
    const common = readIbqueryerrors(fixture("errors/ibqueryerrors-c.out"));
    expect([common.suppressed, common.unread, common.summary]).toEqual([["PortRcvSwitchRelayErrors"], [], summary]);
    const details = readIbqueryerrors(fixture("errors/ibqueryerrors-details.out"));
    expect([details.ports.at(-1)?.counters.PortInactiveDiscards, details.unread]).toEqual([40, []]);
  });

  it("takes nothing for an answer: without its summary the tool looked at nothing", () => {
    expect(fixture("sm_stopped/ibqueryerrors.out")).toBe("");
    expect(readIbqueryerrors("")).toEqual({ ports: [], summary: null, suppressed: [], unread: [] });
  });

  it("takes names that hold quotes, brackets and GUIDs, and keeps what a cut line still says", () => {
    const text = [
      `Errors for 0x2 "a "b" [X == 1] GUID 0x9 port 1: c"`,
      "   GUID 0x2 port 7: [SymbolErrorCounter == 5] [LinkDow",
    ].join("\n");
    const reading = readIbqueryerrors(text);
    const guid = "0x0000000000000002";
    expect(reading.ports).toEqual([
      {
        line: 2,
        guid,
        nodeGuid: guid,
        description: 'a "b" [X == 1] GUID 0x9 port 1: c',
        port: 7,
        counters: { SymbolErrorCounter: 5 },
        link: null,
      },
    ]);
    expect(reading.unread).toEqual([{ line: 2, text: "   GUID 0x2 port 7: [SymbolErrorCounter == 5] [LinkDow" }]);
  });
});

describe("readPerfquery", () => {
  const basic = {
    SymbolErrorCounter: 1234,
    LinkErrorRecoveryCounter: 5,
    LinkDownedCounter: 7,
    PortRcvErrors: 42,
    PortRcvRemotePhysicalErrors: 0,
    PortRcvSwitchRelayErrors: 0,
    PortXmitDiscards: 17,
    PortXmitConstraintErrors: 0,
    PortRcvConstraintErrors: 0,
    LocalLinkIntegrityErrors: 3,
    ExcessiveBufferOverrunErrors: 0,
    QP1Dropped: 0,
    VL15Dropped: 0,
    PortXmitData: 4176,
    PortRcvData: 4176,
    PortXmitPkts: 58,
    PortRcvPkts: 58,
    PortXmitWait: 987654,
  };
  const at = { line: 1, lid: 6, route: null, port: 3 } as const;

  it("reads a port's counters", () => {
    const ports = [{ ...at, attribute: "Port", counters: basic }];
    expect(readPerfquery(fixture("errors/perfquery-sw3.out"))).toEqual({ ports, unread: [] });
  });

  it("reads the 64-bit counters of -x", () => {
    const counters = {
      PortXmitData: 123456792468,
      PortRcvData: 98765435565,
      PortXmitPkts: 58,
      PortRcvPkts: 58,
      PortUnicastXmitPkts: 22334455,
      PortUnicastRcvPkts: 0,
      PortMulticastXmitPkts: 0,
      PortMulticastRcvPkts: 0,
    };
    const ports = [{ ...at, attribute: "Port extended", counters }];
    expect(readPerfquery(fixture("errors/perfquery-x-sw3.out"))).toEqual({ ports, unread: [] });
  });

  it("knows the sum over a switch's ports from a port", () => {
    const [all] = readPerfquery(fixture("errors/perfquery-a.out")).ports;
    expect([all?.port, all?.counters.PortRcvSwitchRelayErrors]).toEqual(["ALL", 300]);
  });

  it("reads several ports and the detail counters", () => {
    const { ports, unread } = readPerfquery(fixture("errors/perfquery-l.out"));
    expect(ports.map(({ lid, port, counters }) => [lid, port, counters.SymbolErrorCounter])).toEqual([
      [6, 1, 0],
      [6, 2, 0],
      [6, 3, 1234],
      [6, 4, 0],
      [6, 5, 0],
    ]);
    expect(unread).toEqual([]);
    expect(readPerfquery(fixture("errors/perfquery-E.out")).ports).toEqual([
      {
        ...at,
        attribute: "PortRcvErrorDetails",
        counters: {
          PortLocalPhysicalErrors: 40,
          PortMalformedPktErrors: 0,
          PortBufferOverrunErrors: 0,
          PortDLIDMappingErrors: 0,
          PortVLMappingErrors: 0,
          PortLoopingErrors: 0,
        },
      },
    ]);
  });
});

describe("counters", () => {
  it.each([
    ["SymbolErrorCounter", 65535, true],
    ["SymbolErrorCounter", 65534, false],
    ["LinkDownedCounter", 255, true],
    ["LocalLinkIntegrityErrors", 15, true],
    ["PortXmitWait", 4294967295, true],
    ["PortXmitData", 4294967295, false],
    ["constructor", 65535, false],
  ])("%s at %i is saturated: %s", (name, value, saturated) => expect(isSaturated(name, value)).toBe(saturated));
  it.each([
    ["PortXmitData", "traffic"],
    ["PortMulticastRcvPkts", "traffic"],
    ["PortXmitWait", "congestion"],
    ["SymbolErrorCounter", "error"],
  ])("%s tells of %s", (name, kind) => expect(counterKind(name)).toBe(kind));
});

describe("readSminfo", () => {
  it("reads the master", () => {
    const text = fixture("errors/sminfo.out");
    const manager = { lid: 1, guid: portGuid(1), activityCount: 114, priority: 0, state: "master" };
    expect(readSminfo(text)).toEqual({
      manager: { line: 1, text: text.trimEnd(), ...manager },
      failure: null,
      unread: [],
    });
  });
  it("reads that none answered", () => {
    expect(readSminfo(fixture("sm_stopped/sminfo.out"))).toEqual({
      manager: null,
      failure: { line: 1, text: "sminfo: iberror: failed: query" },
      unread: [],
    });
  });
});
