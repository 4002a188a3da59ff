/** What a switch and a driver say themselves is out of order, in saved outputs. */
import { describe, expect, it } from "vitest";
import { readSaved } from "../../electron/fabric/read/saved.ts";
import { fixture, portGuid } from "./fixtures.ts";

const read = (text: string) => readSaved([{ source: "t0", text }]);

describe("out of order", () => {
  it.each([
    ["show_fan", "F4   4860.00   OK", "F4   0.00      FATAL", "FAN fan F4 is FATAL"],
    ["show_temperature", "T2   62.00      OK", "T2   98.00      HOT", "MGMT CPU_BOARD_MONITOR T2, 98 °C, is HOT"],
  ])("is a part that the switch itself says is not OK: %s", (file, sound, broken, words) => {
    const text = fixture(`synthetic/mlnxos_${file}.txt`);
    expect(read(text).problems).toEqual([]);
    const line = text.split("\n").findIndex((each) => each.includes(sound)) + 1;
    expect(read(text.replace(sound, broken)).problems).toMatchObject([
      { code: "fabric.switch-part", severity: "error", subject: words, evidence: { source: "t0", line } },
    ]);
  });

  it("is a supply of a saved session, told at its line of the file", () => {
    const session =
      "switch-c0ffe0 [standalone: master] > show power\nPS1  1  OK\nPS2  0  FAIL\nswitch-c0ffe0 [standalone: master] > \n";
    expect(read(session).problems).toMatchObject([
      { code: "fabric.switch-part", subject: "PS2 is FAIL", evidence: { line: 3, text: "PS2  0  FAIL" } },
    ]);
  });

  it("is a slot, by the two lines of an older kernel", () => {
    const log = [
      "[ 1.0] mlx4_core 0000:86:00.0: PCIe BW is different than device's capability",
      "[ 1.0] mlx4_core 0000:86:00.0: PCIe link speed is 5.0GT/s, device supports 8.0GT/s",
      "[ 1.0] mlx4_core 0000:86:00.0: PCIe link width is x4, device supports x8",
      "[ 2.0] mlx4_core 0000:87:00.0: PCIe link speed is 5.0GT/s, device supports 8.0GT/s",
    ].join("\n");
    expect(read(log).problems).toEqual([
      {
        code: "slot.slow",
        severity: "warning",
        subject: "0000:86:00.0",
        evidence: {
          source: "t0",
          line: 3,
          text: "Slot runs PCIe gen2 x4, the card can PCIe gen3 x8: 16 of 63 Gb/s; what the slot can is not known",
        },
      },
    ]);
  });

  it("is a module that the driver refuses, as the kernel's log has it", () => {
    const log =
      "[ 12.3] mlx5_core 0000:01:00.0: Port module event[error]: module 0, Cable error, Power budget exceeded\n[ 13.3] mlx5_core 0000:01:00.0: Port module event: module 0, Cable plugged\n";
    expect(read(log).problems).toEqual([
      {
        code: "fabric.module-error",
        severity: "warning",
        subject: "0000:01:00.0 module 0",
        evidence: { source: "t0", line: 1, text: "Cable error, Power budget exceeded" },
      },
    ]);
  });
});

describe("the port a counter is of", () => {
  const errors = (lid: number) =>
    `# Port counters: Lid ${lid} port 1 (CapMask: 0x5A00)\nPortSelect:......................1\nSymbolErrorCounter:..............5\n`;
  const subjects = (...texts: readonly string[]) =>
    readSaved(texts.map((text, at) => ({ source: `t${at}`, text }))).problems.map(({ subject }) => subject);

  it("is not told where two nodes have its LID", () => {
    const fabric = fixture("healthy/ibnetdiscover.out");
    expect(subjects(fabric, errors(2))).toEqual(["node02 mlx4_0 port 1"]);
    expect(subjects(fabric.replaceAll("lid 2 ", "lid 3 "), errors(3))).toEqual(["LID 3 port 1"]);
  });

  it("is called what ibqueryerrors itself calls it, where no other output does", () => {
    const text = 'Errors for "node03 mlx4_0"\n   GUID 0xf452140300a10031 port 1: [SymbolErrorCounter == 5]\n';
    expect(subjects(`${text}\n## Summary: 6 nodes checked, 1 bad nodes found\n`)).toEqual([
      "node03 mlx4_0 (0xf452140300a10031) port 1",
    ]);
  });

  it("is another one's where two nodes have one name", () => {
    const twins = fixture("healthy/iblinkinfo-line.out").replaceAll("node02", "node03");
    const errors = [2, 3].map(
      (n) => `Errors for "node03 mlx4_0"\n   GUID ${portGuid(n)} port 1: [SymbolErrorCounter == 5]\n`,
    );
    const { problems } = readSaved(
      [twins, `${errors.join("")}\n## Summary: 6 nodes checked, 2 bad nodes found\n`].map((text, at) => ({
        source: `t${at}`,
        text,
      })),
    );
    expect(problems.map(({ node, subject }) => [node, subject])).toEqual([
      [portGuid(2), "node03 mlx4_0 port 1"],
      [portGuid(3), "node03 mlx4_0 port 1"],
    ]);
  });
});
