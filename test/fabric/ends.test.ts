/** Which port of the fabric a cable's end is, whatever lab file, host and switch call it: decided once, and right for all who ask. */
import { describe, expect, it } from "vitest";
import { type CableLive, type DeviceLive, deviceLiveSchema } from "../../electron/contract/fabric.ts";
import type { SwitchLive, SwitchPort } from "../../electron/contract/switch.ts";
import { cablesOf } from "../../electron/fabric/cables.ts";
import { hostEnd, inputOfCable } from "../../electron/fabric/explain/cable.ts";
import { explainCable } from "../../electron/fabric/explain/explain.ts";
import { counterRules } from "../../electron/fabric/findings/counters.ts";
import { slotRules } from "../../electron/fabric/findings/slot.ts";
import { switchRules } from "../../electron/fabric/findings/switch.ts";
import { joinFabric } from "../../electron/fabric/join.ts";
import { Places } from "../../electron/fabric/places.ts";
import { planChange } from "../../electron/switch/change.ts";
import { findingInputs } from "./finding-inputs.ts";
import { ibstat, linkinfo, nodeGuid, portGuid, switchGuid } from "./fixtures.ts";
import { scene, sceneLab, sceneTypes } from "./scene.ts";
import { switchPort } from "./switch-port.ts";

const portOf = (number: number, changes: Partial<SwitchPort> = {}) =>
  switchPort(number, { observedAt: 9000, since: 1, ...changes });
const liveSwitch = (ports: SwitchPort[]) =>
  ({ ports, temperatures: [], fans: [], supplies: [], sources: [] }) as unknown as SwitchLive;

describe.each([
  ["sx6018", "3"],
  ["slotted", "1/3"],
  ["lettered", "IB1/3"],
] as const)("a port of a switch that the %s type calls %s", (switchType, port) => {
  const lab = { hosts: ["n1"], cables: [`n1 mlx4_0/1 - sw1 ${port}`], switchType };
  const { cables, places } = scene(lab, { links: ["n1 mlx4_0/1 - sw1 3"] });
  const plan = sceneLab(lab);
  const node = cables[0]?.b.at?.node ?? "";
  const told = findingInputs({ lab: plan, devices: {}, cables, places });

  it("is published with where the fabric has it", () => {
    expect(cables).toMatchObject([{ state: "healthy", b: { device: "sw1", port, at: { node, port: 3 } } }]);
    expect(places.owners()[node]).toEqual({ device: "sw1", hca: null });
  });

  it("is shut with the word whose link goes down, seen or only planned", () => {
    const change = { kind: "shut", port: "1/3" } as const;
    const of = (changes: Partial<(typeof cables)[number]>) =>
      planChange({
        device: "sw1",
        change,
        live: null,
        cables: cables.map((cable) => ({ ...cable, ...changes })),
        observer: null,
      });
    expect(of({})).toMatchObject({
      effects: ["n1 loses the link of mlx4_0/1.", "What runs over it stops until the port is enabled again."],
      cables: [{ id: cables[0]?.id, device: "n1", port: "mlx4_0/1" }],
    });
    expect(of({ logical: "Unknown" }).effects).toEqual([
      "Whether a link is up there is not known yet; by the plan it is the one to n1 mlx4_0/1.",
    ]);
  });

  it("leads from what the switch says of it to the port of the lab file", () => {
    const found = (changes: Partial<SwitchPort>) =>
      switchRules({ ...told, switches: { sw1: liveSwitch([portOf(3, changes)]) } }).map(({ rule, subject }) => ({
        rule,
        ...subject,
      }));
    expect(found({ warning: "High power" })).toEqual([{ rule: "switch.port-warning", device: "sw1", port }]);
    expect(found({ type: "ethernet", logical: "Unknown" })).toEqual([
      { rule: "switch.ethernet-port", device: "sw1", port },
    ]);
    const again = cables.map((cable) => ({ ...cable, observedAt: 9000, since: 1 }));
    const down = liveSwitch([portOf(3, { logical: "Down", physical: "Polling" })]);
    expect(switchRules({ ...told, cables: again, switches: { sw1: down } })).toMatchObject([
      { rule: "switch.disagreement", subject: { device: "sw1", port, cable: cables[0]?.id } },
    ]);
  });

  it("has the counters of its cable and its own word in the explanation", () => {
    const now = { node, number: 3, device: "sw1", port, traffic: null, errors: { SymbolErrorCounter: 9 }, down: false };
    const trend = { now: { ...now, inLab: true, line: 1 }, at: 600_000, since: 0, rises: {}, waitPerSec: null };
    expect(counterRules({ ...told, trends: [trend] })).toMatchObject([
      { rule: "counters.standing", subject: { cable: cables[0]?.id } },
    ]);
    const view = { places, cables, devices: {}, switches: { sw1: liveSwitch([portOf(3)]) } };
    expect(inputOfCable(view, cables[0]?.id ?? "", null).switchPorts).toMatchObject([
      { device: "sw1", port, state: "Active", own: { state: "Active" } },
    ]);
  });
});

describe("an HCA that its host calls otherwise than the plan", () => {
  const lab = { ...sceneLab({ hosts: ["node01"], cables: ["node01 mlx4_0/1 - sw1 1"] }), deviceTypes: [] };
  const pace = { speed: "2.5 GT/s", width: 8 };
  const slot = {
    address: "0000:03:00.0",
    path: [{ address: "0000:03:00.0", runs: pace, can: { speed: "8.0 GT/s", width: 8 }, above: null }],
    source: "sysfs" as const,
    maxPayload: { bytes: 512, why: "", observedAt: 1 },
    atFault: true,
  };
  const host: DeviceLive = deviceLiveSchema.parse({
    reach: "reachable",
    how: "",
    since: 1,
    lastSeenAt: 1,
    observedAt: 1,
    roundTripMs: 1,
    fault: null,
    hcas: [{ name: "ibsim0", model: "simulator", firmware: "", nodeGuid: nodeGuid(1), slot, ports: [] }],
    source: null,
  });
  const devices = { node01: host };
  const joined = joinFabric([linkinfo("healthy/iblinkinfo-line.out"), ibstat("healthy/ibstat-node01.out")]);
  const places = new Places({ lab, types: sceneTypes, devices, joined });
  const known = { observedAt: 1000, observer: "node01", failure: null, previous: [], nowMs: 2000 };
  const cables = cablesOf({ places, ...known });
  const [cable] = cables;
  const view = { places, cables, devices, switches: {} };

  it("is the end of the planned cable", () => {
    expect(cable).toMatchObject({
      state: "degraded",
      a: { port: "mlx4_0/1", at: { node: nodeGuid(1), port: 1 } },
      b: { at: { node: switchGuid, port: 1 } },
    });
    expect(places.owners()).toMatchObject({ [nodeGuid(1)]: { device: "node01", hca: "mlx4_0" } });
    expect(places.nodeOf(portGuid(1))?.guid).toBe(nodeGuid(1));
  });

  it("has its slot in the explanation, and is measured by the name its host has for it", () => {
    const { hosts, sentence } = explainCable(inputOfCable(view, cable?.id ?? "", null));
    expect(hosts).toMatchObject([{ device: "node01", hca: "ibsim0", port: 1, unread: null }]);
    expect(sentence).toContain("the slot of node01 runs PCIe gen1 x8");
    expect(hostEnd(view, cable?.id ?? "", "node01", "node02")).toEqual({ device: "node01", hca: "ibsim0", port: 1 });
  });
});

it("a device type that no lab file has is unknown, also one called as what every object has", () => {
  const plan = sceneLab({ hosts: ["n1"], cables: [] });
  const devices = plan.devices.map((device) => (device.name === "sw1" ? { ...device, type: "constructor" } : device));
  const places = new Places({ lab: { ...plan, devices }, types: sceneTypes, devices: {}, joined: null });
  expect(devices.some(({ type }) => type === "constructor")).toBe(true);
  expect(places.switchPort("sw1", "1/3")).toBe("3");
});

it("a slow slot is told of its own HCA's cable, where host and lab file name two HCAs crosswise", () => {
  const plan = sceneLab({ hosts: ["n1"], cables: [] });
  const cable = (id: string, port: string, guid: string) =>
    ({
      id,
      a: { device: "n1", port, at: { node: guid, port: 1 } },
      b: { device: "sw1", port: "1", at: null },
    }) as CableLive;
  const [slow, fast] = [
    { speed: "2.5 GT/s PCIe", width: 8 },
    { speed: "8.0 GT/s PCIe", width: 8 },
  ];
  const path = [{ address: "0000:03:00.0", runs: slow, can: fast, above: { address: "0000:00:03.0", can: fast } }];
  const hca = (nodeGuid: string | null) => ({ name: "mlx4_0", nodeGuid, slot: { path, source: "sysfs" } });
  const found = (nodeGuid: string | null) =>
    slotRules(
      findingInputs({
        lab: plan,
        devices: {
          n1: { hcas: [hca(nodeGuid), { name: "mlx4_1", nodeGuid: "0x2", slot: null }] } as unknown as DeviceLive,
        },
        cables: [cable("other", "mlx4_0/1", "0x2"), cable("own", "mlx4_1/1", "0x1")],
        places: new Places({ lab: plan, types: sceneTypes, devices: {}, joined: null }),
      }),
    ).map(({ subject }) => subject.cable);
  expect(found("0x1")).toEqual(["own"]);
  expect(found("0x3")).toEqual([undefined]);
  expect(found(null)).toEqual([undefined]);
});
