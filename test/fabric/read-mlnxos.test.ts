import { describe, expect, it } from "vitest";
import {
  readFans,
  readInventory,
  readPortTypes,
  readSupplies,
  readSwitchPorts,
  readSwitchSm,
  readSwitchVersion,
  readTemperatures,
  readTransceivers,
  splitSession,
} from "../../electron/fabric/read/mlnxos.ts";
import { fixture } from "./fixtures.ts";

const screen = (name: string) => fixture(`synthetic/mlnxos_${name}.txt`);
const speeds = ["SDR", "DDR", "QDR", "FDR10", "FDR"];

describe("the switch's answers", () => {
  it("show version", () => {
    expect(readSwitchVersion(screen("show_version"))).toEqual({
      value: {
        product: "MLNX-OS",
        release: "3.6.8012",
        model: "ppc",
        hostId: "0002C9C0FFE0",
        serialNumber: "MT0000X00000",
        uptime: "12d 3h 4m 5.678s",
      },
      refused: null,
      unread: [],
    });
  });

  it.each([
    ["3.2", 7, { line: 7, module: "CHASSIS", partNumber: "MSX6018F-1SFS", serialNumber: "MT0000X00001" }, 6],
    ["3.6", 1, { line: 1, module: "CHASSIS", partNumber: "MSX6018F-1SFS", serialNumber: "MT0000X00001" }, 5],
  ])("show inventory of %s, wrapped rules and all", (release, _line, chassis, count) => {
    const { value, refused, unread } = readInventory(screen(`show_inventory_${release}`));
    expect([value[0], value.length, refused, unread]).toEqual([chassis, count, null, []]);
    expect(value.at(release === "3.2" ? 4 : 4)).toMatchObject({ module: "PS2", partNumber: "MSX60-PF" });
  });

  it("show fan, with a supply that is not there", () => {
    const { value, unread } = readFans(screen("show_fan"));
    expect(value).toHaveLength(6);
    expect(value[0]).toEqual({ line: 5, module: "FAN", fan: "F1", speedRpm: 4920, status: "OK" });
    expect(value[5]).toEqual({ line: 10, module: "PS2", fan: "-", speedRpm: null, status: "NOT PRESENT" });
    expect(unread).toEqual([]);
  });

  it("show power: only rows that name a supply and end in a known word, whatever stands between", () => {
    const text =
      "---- x\nModule  Power  Status\nPS1     51.9   OK\nPS2     -      NOT PRESENT\nPS3  12\nTotal   52     OK\n";
    const { value, unread } = readSupplies(text);
    expect(value).toEqual([
      { line: 3, module: "PS1", status: "OK" },
      { line: 4, module: "PS2", status: "NOT PRESENT" },
    ]);
    expect(unread.map(({ line }) => line)).toEqual([1, 2, 5, 6]);
  });

  it("show temperature", () => {
    const { value, unread } = readTemperatures(screen("show_temperature"));
    expect(value).toHaveLength(6);
    expect(value[1]).toEqual({
      line: 6,
      module: "MGMT",
      component: "QSFP_TEMP1",
      sensor: "T1",
      celsius: 25.5,
      status: "OK",
    });
    expect(unread).toEqual([]);
  });

  it("show interfaces ib: a port that is up, and one that a transceiver keeps down", () => {
    expect(readSwitchPorts(screen("show_interfaces_ib"))).toEqual({
      value: [
        {
          line: 1,
          name: "1/1",
          port: 1,
          state: "Active",
          physState: "LinkUp",
          rateGbps: 56,
          width: "4X",
          speed: "FDR",
          widthsSupported: ["1X", "4X"],
          speedsSupported: speeds,
          description: "",
          warning: null,
        },
        {
          line: 17,
          name: "1/3",
          port: 3,
          state: "Down",
          physState: "Polling",
          rateGbps: null,
          width: null,
          speed: null,
          widthsSupported: [],
          speedsSupported: speeds,
          description: "",
          warning: "High power transceiver is not supported",
        },
      ],
      refused: null,
      unread: [],
    });
  });

  it("show interfaces ib transceiver", () => {
    expect(readTransceivers(screen("show_interfaces_ib_transceiver"))).toEqual({
      value: [
        {
          line: 1,
          port: 1,
          identifier: "QSFP+",
          type: "Passive copper, unequalized",
          speeds: ["SDR", "DDR", "QDR", "FDR"],
          vendor: "Mellanox",
          length: "2m",
          partNumber: "MC2207130-002",
          serialNumber: "MT0000VS00000",
        },
      ],
      refused: null,
      unread: [],
    });
  });

  it("a command the release does not have", () => {
    const answer = readTransceivers(screen("unrecognized"));
    expect(answer).toEqual({ value: [], refused: 'Unrecognized command "transceiver".', unread: [] });
  });

  it("a session, command by command", () => {
    const commands = splitSession(screen("session_transcript"));
    expect(commands.map(({ line, command }) => [line, command])).toEqual([
      [8, "enable"],
      [9, "no cli session paging enable"],
      [10, "show ports type"],
      [12, "show ib sm"],
      [14, "exit"],
    ]);
    expect(readPortTypes(commands[2]?.text ?? "").value.get("InfiniBand")?.size).toBe(18);
    expect(readSwitchSm(commands[3]?.text ?? "")).toEqual({ value: true, refused: null, unread: [] });
  });

  it.each([
    "switch-c0ffe0 [standalone: unknown] > show ib sm",
    "sw [my cluster: standby] # show ib sm",
    "CLI > show ib sm",
    "switch-c0ffe0 [standalone: master] (config interface ib 1/1) # show ib sm",
  ])("a prompt as releases differ: %s", (line) => {
    expect(splitSession(`${line}\r\ndisable\r\n`)).toEqual([{ line: 1, command: "show ib sm", text: "disable\n" }]);
  });
  it("takes a progress bar for no prompt, and what the pager left for no text", () => {
    const text = "sw [a: master] # show log\n[####      ] 40 %\nlines 1-24 first line\n";
    expect(splitSession(text)).toEqual([{ line: 1, command: "show log", text: "[####      ] 40 %\nfirst line\n" }]);
  });
  it("show ports type, wrapped at the terminal's width", () => {
    const { value, unread } = readPortTypes(
      "InfiniBand: 1/1 1/2\n            1/3 1/4\nEthernet:   1/5\n            1/6\n",
    );
    expect([...value]).toEqual([
      ["InfiniBand", new Set(["1/1", "1/2", "1/3", "1/4"])],
      ["Ethernet", new Set(["1/5", "1/6"])],
    ]);
    expect(unread).toEqual([]);
  });

  it("show ports type: ends, however often it wraps", () => {
    const { value } = readPortTypes(`InfiniBand:\n${" 1/1\n".repeat(300_000)}`);
    expect([...value]).toEqual([["InfiniBand", new Set(["1/1"])]]);
  });

  it("show interfaces ib: what stands under a port of another form is not the port's before it", () => {
    const port = (name: string, state: string) =>
      `IB${name} state:\n\tLogical port state          : ${state}\n\tPhysical port state         : LinkUp\n`;
    const { value, unread } = readSwitchPorts(
      `${port("1/1", "Active")}${port("1/2/1", "Initialize")}${port("1/3", "Armed")}`,
    );
    expect(value.map(({ name, state }) => [name, state])).toEqual([
      ["1/1", "Active"],
      ["1/3", "Armed"],
    ]);
    expect(unread).toMatchObject([{ line: 4, text: "IB1/2/1 state:" }, { line: 5 }, { line: 6 }]);
  });

  it("a VPI port that is Ethernet", () => {
    const { value } = readPortTypes("InfiniBand: 1/1 1/2\nEthernet: 1/3\n");
    expect([...value]).toEqual([
      ["InfiniBand", new Set(["1/1", "1/2"])],
      ["Ethernet", new Set(["1/3"])],
    ]);
  });
});
