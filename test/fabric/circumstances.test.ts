/** The fabric service where a host, the lab file or a switch is not as usual; against real hosts. */
import { chmod, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { invariant } from "../../electron/contract/error.ts";
import type { Device } from "../../electron/contract/lab.ts";
import { fabricBounds } from "../../electron/fabric/bounds.ts";
import { eventually } from "../eventually.ts";
import { startTestLab, type TestLab, whyNoTestLab } from "../lab/lab.ts";
import { localUser, startSshd } from "../ssh/sshd.ts";
import { openStation, type Station } from "./station.ts";

const reason = whyNoTestLab();
const names = ["node01", "node02", "node03", "node04", "node05"];

describe.skipIf(reason !== "")(`the fabric service in all circumstances${reason && `: skipped, ${reason}`}`, () => {
  let testLab: TestLab;
  beforeAll(async () => {
    testLab = await startTestLab();
  });
  afterAll(() => testLab?.stop());
  let asWritten: string;
  beforeEach(async () => {
    asWritten = await readFile(testLab.labFile, "utf8");
  });
  afterEach(() => writeFile(testLab.labFile, asWritten));

  const open = (knownHosts = testLab.knownHosts) => openStation({ ...testLab, knownHosts: [knownHosts] });
  const reaches = (station: Station) => names.map((name) => station.state().devices[name]?.reach);
  const healthy = names.map(() => "healthy");
  const cables = (station: Station) => station.state().cables.map(({ state }) => state);

  it("leaves a host with an unknown key to the admin and goes on with the others, until the key is accepted", async () => {
    const knownHosts = join(testLab.dir, "known_hosts_without_node03");
    const lines = (await readFile(testLab.knownHosts, "utf8")).split("\n");
    await writeFile(knownHosts, lines.filter((line) => !line.startsWith("[127.0.0.13]")).join("\n"));
    await using station = await open(knownHosts);
    await station.fabric.observe({ timeoutMs: 20_000 });
    const others = (third: string) => names.map((name) => (name === "node03" ? third : "reachable"));
    expect(reaches(station)).toEqual(others("asking"));
    expect(station.state().devices.node03).toMatchObject({ fault: null, hcas: [], lastSeenAt: null });
    expect(cables(station)).toEqual(healthy);
    const [question, ...more] = station.ssh.state.get().questions;
    expect(question).toMatchObject({ kind: "new-host-key", device: "node03" });
    expect(more).toEqual([]);
    invariant(question, "the admin is asked");
    const watching = station.watch();
    await station.ssh.answer({ id: question.id, answer: { kind: "trust", remember: true } });
    await eventually(() => expect(reaches(station)).toEqual(others("reachable")));
    await eventually(() => expect(station.state().devices.node03?.hcas).toHaveLength(1));
    await watching.end();
  });

  it("reads a part of what a host claims beyond all measure, says so, and shows the others as they are", async () => {
    const tool = join(testLab.dir, "bin", "iblinkinfo");
    const genuine = join(testLab.dir, "bin", "genuine");
    await mkdir(genuine);
    await symlink("../../fabric-tool", join(genuine, "iblinkinfo"));
    await rm(tool);
    const line = '0x%016x "evil" 9 1[  ] ==( 4X 14.0625 Gbps Active/ LinkUp)==> 0x%016x 8 1[  ] "more" ( )\\n';
    const claim = `BEGIN { for (i = 1; i <= 30000; i++) printf "${line.replaceAll('"', '\\"')}", i + 65536, i + 131072 }`;
    await writeFile(tool, `#!/bin/sh\n${genuine}/iblinkinfo "$@"\nexec awk '${claim}'\n`, { mode: 0o755 });
    try {
      await using station = await open();
      const state = await station.fabric.observe({ timeoutMs: 20_000 });
      expect(cables(station).slice(0, 5)).toEqual(healthy);
      expect(reaches(station)).toEqual(names.map(() => "reachable"));
      expect(state.fabric?.nodes.length).toBeLessThanOrEqual(fabricBounds.nodes + names.length);
      expect(state.fabric?.problems).toMatchObject([{ code: "fabric.too-large", severity: "error" }]);
      const faults = names.map((name) => state.devices[name]?.fault?.code ?? null);
      expect(faults).toEqual(names.map((name) => (name === state.observer ? "fabric.too-large" : null)));
    } finally {
      await rm(tool);
      await rm(genuine, { recursive: true });
      await symlink("../fabric-tool", tool);
    }
  });

  it("takes ibnetdiscover where a host has no iblinkinfo, and says what that does not tell", async () => {
    const tool = join(testLab.dir, "bin", "iblinkinfo");
    await rm(tool);
    // What sh itself says and does when there is no such program in any folder of PATH.
    await writeFile(tool, "#!/bin/sh\nexec no-such-iblinkinfo\n");
    await chmod(tool, 0o755);
    try {
      await using station = await open();
      const state = await station.fabric.observe({ timeoutMs: 20_000 });
      expect(state.sources.map(({ argv }) => argv.at(-1))).toEqual(["ibnetdiscover"]);
      expect(state.observer).toMatch(/^node0\d$/);
      // Each end's own ibstat tells the logical state, which ibnetdiscover does not.
      expect(cables(station)).toEqual(healthy);
      expect(state.fabric?.links).toHaveLength(5);
    } finally {
      await rm(tool);
      await symlink("../fabric-tool", tool);
    }
  });

  it("follows the lab file while it polls: a device that is removed, added again, and moved", async () => {
    await using station = await open();
    const watching = station.watch();
    await eventually(() => expect(cables(station)).toEqual(healthy));
    const device = station.lab.state.get().lab?.devices.find(({ name }) => name === "node02");
    const cable = station.lab.state.get().lab?.cables[1];
    invariant(device?.ssh && cable, "the lab has node02 and its cable");
    await station.lab.edit({
      edits: [
        { op: "remove-cable", cable },
        { op: "remove-device", device: "node02" },
      ],
    });
    await eventually(() => {
      expect(Object.keys(station.state().devices)).not.toContain("node02");
      // Its link is still there, and is now one that nobody planned.
      const { cables } = station.state();
      expect(cables.map(({ state }) => state).sort()).toEqual([
        "healthy",
        "healthy",
        "healthy",
        "healthy",
        "unexpected",
      ]);
      expect(cables.find(({ state }) => state === "unexpected")?.a).toMatchObject({ inLab: false });
    });
    await station.lab.edit({
      edits: [
        { op: "add-device", device },
        { op: "add-cable", cable },
      ],
    });
    await eventually(() => {
      expect(cables(station)).toEqual(healthy);
      expect(station.state().devices.node02?.reach).toBe("reachable");
    });
    const elsewhere: Device["ssh"] = { ...device.ssh, port: 1 };
    await station.lab.edit({ edits: [{ op: "change-device", device: "node02", changes: { ssh: elsewhere } }] });
    await eventually(() => expect(station.state().devices.node02).toMatchObject({ reach: "unreachable", hcas: [] }));
    await watching.end();
  });

  it("reaches a switch that speaks old algorithms only, by its device type, and asks it for nothing", async () => {
    await using sshd = await startSshd({
      hostKeyTypes: ["rsa"],
      config: ["KexAlgorithms diffie-hellman-group14-sha1", "HostKeyAlgorithms ssh-rsa"],
    });
    const knownHosts = join(testLab.dir, "known_hosts_with_switch");
    const key = `[${sshd.host}]:${sshd.port} ${sshd.hostKeys[0]}\n`;
    await writeFile(knownHosts, `${await readFile(testLab.knownHosts, "utf8")}${key}`);
    await using station = await open(knownHosts);
    const ssh = { host: sshd.host, port: sshd.port, user: localUser, identityFile: sshd.identity };
    await station.lab.edit({ edits: [{ op: "change-device", device: "sw1", changes: { ssh } }] });
    const state = await station.fabric.observe({ timeoutMs: 20_000 });
    expect(state.devices.sw1).toMatchObject({
      reach: "reachable",
      how: `SSH ${localUser}@${sshd.host}:${sshd.port}`,
      fault: null,
      hcas: [],
      source: null,
    });
    expect(state.devices.sw1?.lastSeenAt).not.toBeNull();
    expect(cables(station)).toEqual(healthy);
    expect(sshd.log()).not.toMatch(/Starting session/);
    await sshd.kill();
    await eventually(() => expect(station.state().devices.sw1?.reach).toBe("unreachable"));
  });

  it("ends an observation in the time it was given, with what the others showed", async () => {
    testLab.freezeHost(3);
    try {
      await using station = await open();
      const started = performance.now();
      const state = await station.fabric.observe({ timeoutMs: 4000 });
      expect(performance.now() - started).toBeLessThan(4000 + 1000);
      expect(state.devices.node03).toMatchObject({ reach: "unreachable", fault: { code: "ssh.not-ready" } });
      expect(cables(station)).toEqual(healthy);
      const short = performance.now();
      await Promise.all([1, 2, 3].map(() => station.fabric.observe({ timeoutMs: 500 })));
      expect(performance.now() - short).toBeLessThan(500 + 1000);
    } finally {
      testLab.thawHost(3);
    }
  });
});
