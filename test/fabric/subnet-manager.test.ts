/** What is known of the fabric's subnet managers: from captured outputs, and from real tools over the simulator. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FaultError } from "../../electron/contract/error.ts";
import type { CommandResult } from "../../electron/contract/ssh.ts";
import { joinFabric } from "../../electron/fabric/join.ts";
import { Places } from "../../electron/fabric/places.ts";
import { askSubnetManager } from "../../electron/fabric/subnet-manager.node.ts";
import { readManagerPorts, subnetManagement } from "../../electron/fabric/subnet-manager.ts";
import { eventually } from "../eventually.ts";
import { startTestLab, type TestLab, whyNoTestLab } from "../lab/lab.ts";
import { fixture, ibstat, linkinfo, nodeGuid, portGuid } from "./fixtures.ts";
import { sceneLab, sceneTypes } from "./scene.ts";
import { openStation } from "./station.ts";

const nodes = [1, 2, 3, 4, 5];
const lab = sceneLab({
  hosts: nodes.map((n) => `node0${n}`),
  cables: nodes.map((n) => `node0${n} mlx4_0/1 - sw1 ${n}`),
});
const joined = joinFabric([linkinfo("healthy/iblinkinfo-line.out"), ibstat("healthy/ibstat-node01.out")]);
const places = new Places({ lab, types: sceneTypes, devices: {}, joined });

/** A host whose tools print what is given, by the last words of the command. */
function host(answers: Readonly<Record<string, Partial<CommandResult>>>) {
  return async (argv: readonly string[]): Promise<CommandResult> => {
    const key = Object.keys(answers).find((words) => argv.join(" ").includes(words)) ?? "";
    const result = {
      device: "node01",
      argv: [...argv],
      exitCode: 0,
      signal: null,
      stdout: "",
      stderr: "",
      truncated: false,
      startedAt: 5,
      durationMs: 1,
    };
    return { ...result, ...answers[key] };
  };
}

const manager = fixture("errors/sminfo.out");
const listed = (lid: number) =>
  `PortInfoRecord dump:\n\t\tEndPortLid..............${lid}\n\t\tPortNum.................1\n`;
const at = (n: number) => ({
  device: `node0${n}`,
  port: "mlx4_0/1",
  inLab: true,
  // Of node01 there is an ibstat, which names the node.
  at: { node: n === 1 ? nodeGuid(n) : portGuid(n), port: 1 },
});

describe("a subnet manager", () => {
  it("is told with the device it runs on", async () => {
    const reading = await askSubnetManager("node01", host({ saquery: { stdout: manager } }));
    expect(subnetManagement(reading, places)).toEqual({
      status: "master",
      managers: [{ lid: 1, guid: "0xf452140300a10011", at: at(1), state: "master", priority: 0, activityCount: 114 }],
      reason: "",
      source: expect.objectContaining({ device: "node01", stdout: manager }),
    });
  });

  it("that the master lists is asked what it is; one that is switched off is left out", async () => {
    const stdout = `${manager}IsSM ports\n${listed(1)}${listed(2)}${listed(3)}\nIsSMdisabled ports\n${listed(4)}`;
    expect(readManagerPorts(stdout)).toEqual([1, 2, 3]);
    const standby = "sminfo: sm lid 2 sm guid 0xf452140300a10021, activity count 9 priority 4 state 2 SMINFO_STANDBY\n";
    const run = host({
      saquery: { stdout },
      "sminfo -t 300 2": { stdout: standby },
      "sminfo -t 300 3": { exitCode: 255 },
    });
    const { status, managers } = subnetManagement(await askSubnetManager("node01", run), places);
    expect(status).toBe("master");
    expect(managers.slice(1)).toEqual([
      { lid: 2, guid: "0xf452140300a10021", at: at(2), state: "standby", priority: 4, activityCount: 9 },
      { lid: 3, guid: null, at: at(3), state: null, priority: null, activityCount: null },
    ]);
  });

  it("that does not answer is none; a host that cannot ask tells nothing", async () => {
    const { stdout, stderr } = { stdout: fixture("sm_stopped/sminfo.out"), stderr: fixture("sm_stopped/sminfo.err") };
    const ask = async (answer: Partial<CommandResult>) => {
      const reading = await askSubnetManager("node01", host({ saquery: answer }));
      const { status, reason } = subnetManagement(reading, places);
      return `${status}: ${reason}`;
    };
    expect(await ask({ exitCode: 255, stdout, stderr })).toBe(
      "none: no subnet manager answered sminfo on node01 (mad_rpc: _do_madrpc failed; dport (Lid 1))",
    );
    expect(await ask({ exitCode: 127 })).toBe("unknown: node01 has no sminfo");
    expect(await ask({ exitCode: 255, stderr: "ibwarn: [7] mad_rpc_open_port: can't open UMAD port ((null):0)" })).toBe(
      "unknown: sminfo failed on node01 (mad_rpc_open_port: can't open UMAD port ((null):0))",
    );
    const fault = new FaultError({ code: "x", title: "node01 does not answer", detail: "", next: "" });
    const reading = await askSubnetManager("node01", () => Promise.reject(fault));
    expect(subnetManagement(reading, places)).toMatchObject({ status: "unknown", reason: "node01 does not answer" });
  });
});

const reason = whyNoTestLab();
describe.skipIf(reason !== "")(`against real tools${reason && `: skipped, ${reason}`}`, () => {
  let testLab: TestLab;
  beforeAll(async () => {
    testLab = await startTestLab();
  });
  afterAll(() => testLab?.stop());

  it("a manager that stops is found missing while all links stay Active, and found again", async () => {
    await using station = await openStation({ ...testLab, knownHosts: [testLab.knownHosts] });
    const rules = () => station.state().findings.map(({ rule }) => rule);
    const observe = () => station.fabric.observe({ timeoutMs: 20_000 });
    await observe();
    expect(station.state().subnetManager).toMatchObject({
      status: "master",
      managers: [{ state: "master", at: at(1) }],
    });
    expect(rules()).not.toContain("sm.none");
    await testLab.stopManager();
    await observe();
    expect(station.state().cables.map(({ state }) => state)).toEqual(nodes.map(() => "healthy"));
    expect(rules()).toContain("sm.none");
    expect(station.state().findings[0]?.detail).toContain("5 links are still Active");
    await testLab.startManager();
    await eventually(async () => {
      await observe();
      expect(rules()).not.toContain("sm.none");
    });
  });
});
