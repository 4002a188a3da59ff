/** What a switch and a driver say themselves is out of order, in saved outputs. */
import { describe, expect, it } from "vitest";
import { readSaved } from "../../electron/fabric/read/saved.ts";
import { fixture } from "./fixtures.ts";

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
