import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { CableLive, FabricState } from "../../electron/contract/fabric.ts";
import type { SshState } from "../../electron/contract/ssh.ts";
import type { FabricService } from "../../electron/fabric/service.ts";
import type { SshService } from "../../electron/ssh/service.ts";
import { eventually } from "../eventually.ts";
import { startTestLab, type TestLab, whyNoTestLab } from "../lab/lab.ts";
import { nodeGuid, switchGuid } from "./fixtures.ts";
import { openStation, type Station } from "./station.ts";

const reason = whyNoTestLab();
const names = ["node01", "node02", "node03", "node04", "node05"];

describe.skipIf(reason !== "")(`the fabric service against real hosts${reason && `: skipped, ${reason}`}`, () => {
  let testLab: TestLab;
  let station: Station;
  let ssh: SshService;
  let fabric: FabricService;

  beforeAll(async () => {
    testLab = await startTestLab();
    station = await openStation({ ...testLab, knownHosts: [testLab.knownHosts] });
    ({ ssh, fabric } = station);
  });
  afterAll(async () => {
    await station?.[Symbol.asyncDispose]();
    await testLab?.stop();
  });

  const states = (state: FabricState) => state.cables.map((cable) => cable.state);
  let watching: ReturnType<Station["watch"]> | null = null;
  afterEach(async () => {
    await watching?.end();
    watching = null;
  });

  it("observes five hosts, the switch and five healthy cables in one call", async () => {
    const state = await fabric.observe({ timeoutMs: 20_000 });
    expect(state.observer).toMatch(/^node0\d$/);
    expect(
      state.cables.map(({ since, observedAt, ...cable }) => ({
        ...cable,
        dated: observedAt !== null,
        since,
      })),
    ).toEqual(
      names.map((name, index) => ({
        id: `${name} mlx4_0/1 -- sw1 ${index + 1}`,
        planned: index,
        a: { device: name, port: "mlx4_0/1", inLab: true, at: { node: nodeGuid(index + 1), port: 1 } },
        b: { device: "sw1", port: String(index + 1), inLab: true, at: { node: switchGuid, port: index + 1 } },
        state: "healthy",
        difference: "as-planned",
        story: null,
        logical: "Active",
        physical: "LinkUp",
        width: "4X",
        speed: "FDR",
        dataGbps: 54.545,
        reason: "Active at 4X FDR, as planned",
        observedBy: state.observer,
        dated: true,
        since: null,
      })),
    );
    for (const name of names) {
      expect(state.devices[name]).toMatchObject({
        reach: "reachable",
        how: expect.stringMatching(/^SSH .+@127\./),
        fault: null,
        hcas: [{ name: "ibsim0", slot: null, ports: [{ number: 1, state: "Active", width: "4X", speed: "FDR" }] }],
        source: { device: name, exitCode: 0 },
      });
    }
    expect(state.devices.sw1).toMatchObject({ reach: "unmanaged", fault: null });
    expect(state.fabric?.nodes.map(({ type, guidKind }) => `${type} ${guidKind}`)).toEqual([
      ...names.map(() => "hca node"),
      "switch node",
    ]);
    expect(state.fabric?.problems).toEqual([]);
    expect(state.paused).toBe(true);
  });

  it("polls only while watched and patches ages alone when nothing changed", async () => {
    const before = fabric.state.get().observedAt ?? 0;
    watching = station.watch();
    expect(fabric.state.get().paused).toBe(false);
    await eventually(() => expect(fabric.state.get().observedAt).toBeGreaterThan(before));
    watching.messages.length = 0;
    const after = fabric.state.get().observedAt ?? 0;
    await eventually(() => expect(fabric.state.get().observedAt).toBeGreaterThan(after));
    const paths = watching.messages.flatMap(
      (message) => (message as { patches?: { path: (string | number)[] }[] }).patches?.map(({ path }) => path) ?? [],
    );
    expect(paths.length).toBeGreaterThan(0);
    const moving = new Set(["observedAt", "lastSeenAt", "roundTripMs", "durationMs", "intervalMs", "stderr"]);
    // A subnet manager counts what it does, and that is in what sminfo prints.
    const counted = paths.filter((path) => path[0] === "subnetManager").map((path) => path.slice(1).join("."));
    expect(counted.every((path) => /^(managers\.\d+\.activityCount|source\.\w+)$/.test(path))).toBe(true);
    const others = paths.filter((path) => path[0] !== "subnetManager" && !moving.has(String(path.at(-1))));
    expect(others).toEqual([]);
    await watching.end();
    expect(fabric.state.get().paused).toBe(true);
  });

  it("shows a pulled cable as down, also when the observer's own is pulled, and sees it plugged in again", async () => {
    await fabric.observe({ timeoutMs: 20_000 });
    const observer = Number(fabric.state.get().observer?.slice(-1));
    watching = station.watch();
    await testLab.pullCable(observer);
    const expected = names.map((_, index): CableLive["state"] => (index + 1 === observer ? "down" : "healthy"));
    await eventually(() => {
      expect(states(fabric.state.get())).toEqual(expected);
      expect(fabric.state.get().observer).not.toBe(`node0${observer}`);
    });
    expect(fabric.state.get().cables[observer - 1]).toMatchObject({
      logical: "Down",
      physical: "Polling",
      width: null,
      reason: `node0${observer} mlx4_0/1 is Down (Polling); sw1 port ${observer} is Down (Polling)`,
    });
    await testLab.plugCable(observer);
    await eventually(() => expect(states(fabric.state.get())).toEqual(names.map(() => "healthy")));
  });

  it("backs off from a dead host, keeps its last values, and finds it again", async () => {
    await fabric.observe({ timeoutMs: 20_000 });
    watching = station.watch();
    await testLab.stopHost(4);
    await eventually(() => expect(fabric.state.get().devices.node04?.reach).toBe("unreachable"));
    const dead = fabric.state.get().devices.node04;
    expect(dead?.fault).toMatchObject({ code: expect.stringMatching(/^ssh\./), subject: "node04" });
    expect(dead?.hcas[0]?.ports[0]).toMatchObject({ state: "Active" });
    expect(dead?.lastSeenAt).toBeLessThanOrEqual(Date.now());
    // The others still see its cable: the card answers while its host's SSH does not.
    expect(fabric.state.get().cables[3]?.state).toBe("healthy");
    await testLab.startHost(4);
    await eventually(() => expect(fabric.state.get().devices.node04?.reach).toBe("reachable"));
  });

  it("reports a changed host key as refused and does not ask again by itself", async () => {
    await testLab.rekey(5);
    const attempts: number[] = [];
    const stopCounting = ssh.state.onChange((now: SshState, before: SshState) => {
      if (now.connections.node05?.status === "connecting" && before.connections.node05?.status !== "connecting") {
        attempts.push(Date.now());
      }
    });
    watching = station.watch();
    await eventually(() => expect(fabric.state.get().devices.node05?.reach).toBe("refused"));
    expect(fabric.state.get().devices.node05?.fault?.code).toBe("ssh.host-key-changed");
    const before = fabric.state.get().devices.node01?.observedAt ?? 0;
    attempts.length = 0;
    await eventually(() => expect(fabric.state.get().devices.node01?.observedAt).toBeGreaterThan(before + 1000));
    stopCounting();
    expect(attempts).toEqual([]);
    expect(states(fabric.state.get())).toEqual(names.map(() => "healthy"));
  });
});
