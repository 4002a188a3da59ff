/** Owns what the practice lab can be broken with, as data; `model.ts` says what each one changes. */

export type ScenarioId =
  | "pull-cable"
  | "swap-cables"
  | "node-down"
  | "changed-host-key"
  | "slow-slot"
  | "failing-cable"
  | "failing-memory"
  | "wrong-clock"
  | "full-disk";

export const scenarios: readonly {
  readonly id: ScenarioId;
  readonly title: string;
  readonly description: string;
}[] = [
  {
    id: "pull-cable",
    title: "Pull a cable",
    description:
      "The cable between node4 and switch port 4 is pulled. Both ends go Down/Polling; the kernel of node4 notes it.",
  },
  {
    id: "swap-cables",
    title: "Swap two cables",
    description:
      "The cables of node2 and node3 are plugged into each other's switch ports. Both links stay Active at full speed, on the wrong ports.",
  },
  {
    id: "node-down",
    title: "Switch a node off",
    description:
      "node5 loses power. Its SSH sessions end, new ones are refused, switch port 5 goes Down, its BMC reports power off.",
  },
  {
    id: "changed-host-key",
    title: "Change a host key",
    description:
      "node3 answers with another SSH host key than the one on record. Its sessions end; new ones are refused.",
  },
  {
    id: "slow-slot",
    title: "Slow PCIe slot",
    description:
      "The HCA of node3 trains at PCIe gen1 x8 (2.5 GT/s). The link stays 4X FDR; lspci, sysfs and dmesg show the slot as the limit.",
  },
  {
    id: "failing-cable",
    title: "A failing cable",
    description:
      "The cable between node2 and the switch damages symbols: SymbolErrorCounter and LinkErrorRecoveryCounter rise at both ends. The link stays Active. Mended, the cable is a new one and the counters are cleared.",
  },
  {
    id: "failing-memory",
    title: "A failing memory module",
    description:
      "One DIMM of node4 has corrected errors, for an hour and a half already: the kernel's log names it, the counter in /sys grows, the BMC's event log notes it (ipmitool sel elist).",
  },
  {
    id: "wrong-clock",
    title: "A wrong clock",
    description: "The clock of node3 is 7 minutes behind. All that it logs carries the wrong time.",
  },
  {
    id: "full-disk",
    title: "A full disk",
    description:
      "The disk of node2 is full. Nothing can be written; /var/log/messages ends where it filled, the kernel's own buffer goes on.",
  },
];

export const isScenarioId = (id: string): id is ScenarioId => scenarios.some((scenario) => scenario.id === id);
