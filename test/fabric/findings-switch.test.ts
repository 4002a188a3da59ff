import { expect, test } from "vitest";
import type { CableLive } from "../../electron/contract/fabric.ts";
import type { SwitchLive, SwitchPort } from "../../electron/contract/switch.ts";
import { switchRules } from "../../electron/fabric/findings/switch.ts";
import { cubeFabric, cubeLab } from "../rack/cube.ts";
import { findingInputs } from "./finding-inputs.ts";
import { switchPort } from "./switch-port.ts";

const at = Date.UTC(2026, 0, 15, 9, 30, 0);

const portOf = (number: number, changes: Partial<SwitchPort> = {}) =>
  switchPort(number, { observedAt: at, since: at - 60_000, ...changes });

const healthy: SwitchLive = {
  fault: null,
  host: "sw1",
  role: "standalone: master",
  version: null,
  modules: [],
  temperatures: [{ module: "MGMT", component: "SX", sensor: "T1", celsius: 32, status: "OK", ok: true }],
  fans: [
    { module: "FAN", fan: "F1", speedRpm: 4920, status: "OK", ok: true },
    { module: "PS2", fan: "-", speedRpm: null, status: "NOT PRESENT", ok: null },
  ],
  supplies: [{ module: "PS2", status: "NOT PRESENT", ok: null }],
  sm: { running: false, why: null, observedAt: at },
  ports: [1, 2, 3, 4, 5].map((number) => portOf(number)),
  observedAt: at,
  sources: [],
};

const cables: readonly CableLive[] = cubeFabric.cables.map((cable) => ({
  ...cable,
  state: "healthy",
  logical: "Active",
  physical: "LinkUp",
  observedAt: at,
  since: at - 60_000,
}));

const judge = (changes: Partial<SwitchLive>, seen = cables) => {
  const switches = { sw1: { ...healthy, ...changes } };
  return switchRules(findingInputs({ lab: cubeLab, devices: cubeFabric.devices, cables: seen, switches }));
};

test("a switch that is well is no finding, nor is one that was not asked", () => {
  expect(judge({})).toEqual([]);
  expect(switchRules(findingInputs({ lab: cubeLab, cables }))).toEqual([]);
});

test("a module that takes too much power is named with what that does to the link", () => {
  const warning = "High power transceiver is not supported";
  expect(judge({ ports: [portOf(3, { warning, logical: "Down", physical: "Polling" })] }, [])).toEqual([
    {
      id: "switch.port-warning sw1 1/3",
      rule: "switch.port-warning",
      severity: "error",
      subject: { device: "sw1", port: "3" },
      title: "sw1 warns of port 1/3: High power transceiver is not supported",
      detail: expect.stringContaining("the link stays down"),
      next: expect.stringContaining("2 W"),
      evidence: [{ source: "show interfaces ib on sw1", line: 0, text: `Warning : ${warning}` }],
    },
  ]);
});

test("a port in Ethernet mode is a finding where the plan has a cable", () => {
  const ethernet = (number: number) => portOf(number, { type: "ethernet", logical: "Unknown", physical: "Unknown" });
  expect(judge({ ports: [ethernet(2), ethernet(17)] })).toMatchObject([
    { rule: "switch.ethernet-port", severity: "error", title: expect.stringContaining("node2 mlx4_0/1") },
  ]);
});

test("parts that say anything but OK are named; what is not fitted is not", () => {
  expect(
    judge({
      temperatures: [{ module: "MGMT", component: "SX", sensor: "T1", celsius: 95, status: "FAIL", ok: false }],
      fans: [{ module: "FAN", fan: "F2", speedRpm: 0, status: "FAIL", ok: false }],
      supplies: [{ module: "PS1", status: "FAIL", ok: false }],
    }).map(({ rule, title }) => [rule, title]),
  ).toEqual([
    ["switch.temperature", "sw1: MGMT SX T1 is FAIL"],
    ["switch.fan", "sw1: FAN fan F2 is FAIL"],
    ["switch.supply", "sw1: PS1 is FAIL"],
  ]);
});

test("the factory's login is a finding where it was seen to work, and only for a switch", () => {
  const inputs = findingInputs({ lab: cubeLab, devices: cubeFabric.devices, cables, switches: { sw1: healthy } });
  expect(switchRules({ ...inputs, factoryLogins: ["sw1", "node1"] })).toMatchObject([
    { rule: "switch.factory-login", severity: "warning", subject: { device: "sw1" } },
  ]);
});

test("switch and hosts disagree only once both looked again after the last change", () => {
  const down = { logical: "Down", physical: "Polling" } as const;
  const ports = (changes: Partial<SwitchPort>) => [portOf(1, { ...down, ...changes })];
  // The switch saw it go down just now, and the hosts have not looked since.
  expect(judge({ ports: ports({ observedAt: at + 5000, since: at + 5000 }) })).toEqual([]);
  // The hosts looked again and still say Active; the switch did not look again.
  const later = cables.map((cable) => ({ ...cable, observedAt: at + 9000 }));
  expect(judge({ ports: ports({ observedAt: at + 5000, since: at + 5000 }) }, later)).toEqual([]);
  const [finding, ...others] = judge({ ports: ports({ observedAt: at + 8000, since: at + 5000 }) }, later);
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    rule: "switch.disagreement",
    severity: "warning",
    subject: { device: "sw1", port: "1", cable: cables[0]?.id },
    title: "sw1 says Down of port 1/1, the hosts say Active of the same link",
  });
  expect(finding?.evidence.map(({ source }) => source)).toEqual([
    "show interfaces ib on sw1, 09:30:08 UTC",
    expect.stringMatching(/, 09:30:09 UTC$/),
  ]);
  const hostsDown = later.map((cable) => ({ ...cable, state: "down" as const, ...down }));
  expect(judge({ ports: [portOf(1, { observedAt: at + 8000 })] }, hostsDown)).toMatchObject([
    { title: "sw1 says Active of port 1/1, the hosts say Down of the same link" },
  ]);
});
