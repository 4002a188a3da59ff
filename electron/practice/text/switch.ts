/**
 * Screens of the SX6018's MLNX-OS 3.6 command line; only those whose layout is publicly documented. So `show power` and
 * `show interfaces ib status`, which the real one has, are not answered here.
 */
import { switchFacts } from "../machines.ts";
import type { Cube, SwitchPort } from "../model.ts";

const field = (name: string, value: string) => `        ${name.padEnd(28)}:${value === "" ? "" : ` ${value}`}\n`;

/** `show interfaces ib 1/N`. */
export function interfaceState(port: SwitchPort, description: string): string {
  return [
    `IB1/${port.number} state:\n`,
    field("Logical port state", port.up ? "Active" : "Down"),
    field("Physical port state", port.up ? "LinkUp" : port.shut ? "Disabled" : "Polling"),
    field("Current line rate", port.up ? "56.0 Gbps" : "-"),
    field("Supported speeds", "sdr, ddr, qdr, fdr10, fdr"),
    field("Speed", port.up ? "fdr" : "-"),
    ...(port.up ? [field("Supported widths", "1X, 4X")] : []),
    field("Width", port.up ? "4X" : "-"),
    ...(port.up
      ? [
          field("Max supported MTUs", "4096"),
          field("MTU", "4096"),
          field("VL capabilities", "VL0 - VL7"),
          field("Operational VLs", "VL0 - VL3"),
        ]
      : []),
    field("Description", description),
    field("IB Subnet", "infiniband-default"),
    field("Phy-profile", "high-speed-ber"),
  ].join("");
}

export const interfaceStates = (cube: Cube, descriptionOf: (port: number) => string) =>
  cube.ports.map((port) => interfaceState(port, descriptionOf(port.number))).join("\n");
export const capabilities = (port: number) => `IB1/${port}\nLLR: FDR10, FDR,\n`;

export const portTypes = () =>
  `InfiniBand: ${Array.from({ length: switchFacts.ports }, (_, index) => `1/${index + 1} `).join("")}\n`;

export function version(upMs: number): string {
  const seconds = Math.floor(upMs / 1000);
  const uptime = `${Math.floor(seconds / 86_400)}d ${Math.floor(seconds / 3600) % 24}h ${Math.floor(seconds / 60) % 60}m ${seconds % 60}.${String(upMs % 1000).padStart(3, "0")}s`;
  return `Product name:      MLNX-OS
Product release:   ${switchFacts.release}
Build ID:          #1-dev
Build date:        2019-02-22 12:00:00
Target arch:       ppc
Target hw:         m460ex
Built by:          jenkins@practice
Version summary:   PPC_M460EX ${switchFacts.release} 2019-02-22 12:00:00 ppc

Product model:     ppc
Host ID:           0002C9C0FFE0
System serial num: ${switchFacts.serial}

Uptime:            ${uptime}
CPU load averages: 0.10 / 0.12 / 0.09
Number of CPUs:    1
System memory:     512 MB used / 1515 MB free / 2027 MB total
Swap:              0 MB used / 0 MB free / 0 MB total
`;
}

export const inventory = `CHASSIS  MSX6018F-1SFS  ${switchFacts.serial}  N/A  AE
MGMT     MSX6018F-1SFS  ${switchFacts.serial}  2    AE
FAN      MSX60-FF       MT0000X00002  N/A  A1
PS1      MSX60-PF       MT0000X00003  N/A  A1
PS2      MSX60-PF       MT0000X00004  N/A  A1
`;

export const fan = `=====================================================
Module          Device          Fan  Speed     Status
                                     (RPM)           
=====================================================
FAN             FAN             F1   4920.00   OK
FAN             FAN             F2   4920.00   OK
FAN             FAN             F3   4920.00   OK
FAN             FAN             F4   4860.00   OK
PS1             FAN             F1   4050.00   OK
PS2             FAN             F1   4080.00   OK
`;

export const temperature = `---------------------------------------------------------
Module      Component              Reg  CurTemp    Status
                                        (Celsius)
---------------------------------------------------------
MGMT        SX                     T1   32.00      OK
MGMT        QSFP_TEMP1             T1   25.50      OK
MGMT        QSFP_TEMP2             T1   26.50      OK
MGMT        BOARD_MONITOR          T1   31.00      OK
MGMT        CPU_BOARD_MONITOR      T1   30.00      OK
MGMT        CPU_BOARD_MONITOR      T2   62.00      OK
`;
