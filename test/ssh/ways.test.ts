/** Ways to a device: jump hosts of the lab file and of ssh_config, old algorithms, reconnects. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DeviceType } from "../../electron/contract/device-type.ts";
import { usualPool } from "../../electron/ssh/pool.ts";
import { createBench, deviceFor, rejectedWith, serverType, trustingBench } from "./bench.ts";
import { localUser, type Sshd, startSshd, whyNoSshd } from "./sshd.ts";

describe.skipIf(whyNoSshd)(`jump hosts against OpenSSH ${whyNoSshd}`, () => {
  let one: Sshd;
  let two: Sshd;
  let far: Sshd;
  beforeAll(async () => {
    [one, two, far] = await Promise.all([
      startSshd({ host: "127.0.0.21" }),
      startSshd({ host: "127.0.0.22" }),
      startSshd({ host: "127.0.0.23" }),
    ]);
  });
  afterAll(() => Promise.all([one, two, far].map((sshd) => sshd?.[Symbol.asyncDispose]())));
  const peer = ["sh", "-c", "echo $SSH_CONNECTION"];

  test("devices as hops: chained, each with its own key and host key, one connection per device", async () => {
    await using bench = await trustingBench([one, two, far], {
      devices: [
        deviceFor("hop1", one),
        deviceFor("hop2", two, { jump: ["hop1"] }),
        deviceFor("far", far, { jump: ["hop2"] }),
      ],
    });
    const before = one.log().split("Accepted publickey").length;
    expect((await bench.ssh.run("far", peer)).stdout).toContain(`127.0.0.23 ${far.port}`);
    await bench.ssh.run("hop1", ["true"]);
    await bench.ssh.run("hop2", ["true"]);
    expect(one.log().split("Accepted publickey").length - before).toBe(1);
    const { far: state, hop1 } = bench.ssh.state.get().connections;
    expect(state).toMatchObject({ status: "connected", via: ["hop1", "hop2"] });
    expect(hop1).toMatchObject({ status: "connected", connections: 1 });
  });

  test("ProxyJump of ssh_config, two hops, is followed and each hop's host key is asked for", async () => {
    const config = [
      `Host far\n HostName ${far.host}\n Port ${far.port}\n ProxyJump ${localUser}@first,${two.host}:${two.port}`,
      `Host first\n HostName ${one.host}\n Port ${one.port}`,
      `Match host 127.0.0.21\n IdentityFile ${one.identity}`,
      `Match host 127.0.0.22\n IdentityFile ${two.identity}`,
      `Match host 127.0.0.23\n IdentityFile ${far.identity}`,
    ].join("\n");
    await using bench = await createBench({
      devices: [{ name: "far", type: "server", ssh: { host: "far" } }],
      sshConfig: config,
    });
    const asked = bench.answerAll(() => ({ kind: "trust", remember: true }));
    expect((await bench.ssh.run("far", peer)).stdout).toContain(`127.0.0.23 ${far.port}`);
    expect(asked.map((question) => question.kind === "new-host-key" && question.address)).toEqual([
      `${localUser}@127.0.0.21:${one.port}`,
      `${localUser}@127.0.0.22:${two.port}`,
      `${localUser}@127.0.0.23:${far.port}`,
    ]);
    expect(asked.every((question) => question.device === "far")).toBe(true);
    expect(Object.keys(bench.ssh.state.get().connections)).toEqual(["far"]);
  });

  test("what is connected to another address than ssh_config says now ends when the address is asked for", async () => {
    const config = (to: Sshd) =>
      `Host moved\n HostName ${to.host}\n Port ${to.port}\n IdentityFile ${to.identity}\nHost *\n User ${localUser}\n`;
    await using bench = await trustingBench([one, two], {
      devices: [{ name: "moved", type: "server", ssh: { host: "moved" } }],
      sshConfig: config(one),
      deps: { pool: { ...usualPool, channelsPerConnection: 2, keptForShells: 1 } },
    });
    const shell = await bench.ssh.shell("moved", { cols: 80, rows: 24 });
    expect(await bench.ssh.address("moved")).toBe(`${localUser}@${one.host}:${one.port}`);
    expect(bench.ssh.state.get().connections.moved?.status).toBe("connected");
    await writeFile(join(bench.home, ".ssh", "config"), config(two));
    // Further connections of the session lead where the first does: none is mixed in.
    const places = await Promise.all([1, 2, 3].map(async () => (await bench.ssh.run("moved", peer)).stdout));
    expect(places.filter((place) => !place.includes(` ${one.host} ${one.port}`))).toEqual([]);
    expect(await bench.ssh.address("moved")).toBe(`${localUser}@${two.host}:${two.port}`);
    await shell.closed;
    expect((await bench.ssh.run("moved", peer)).stdout).toContain(` ${two.host} ${two.port}`);
  });

  test("a fault of the hop names the hop; a loop is refused", async () => {
    await using bench = await trustingBench([one, far], {
      devices: [
        { name: "dead", type: "server", ssh: { host: "127.0.0.24", port: 9 } },
        deviceFor("far", far, { jump: ["dead"] }),
        deviceFor("round", far, { jump: ["about"] }),
        deviceFor("about", far, { jump: ["round"] }),
        deviceFor("behind", { ...far, port: 9 }, { jump: ["hop1"] }),
        deviceFor("hop1", one),
      ],
    });
    expect(await rejectedWith(bench.ssh.connect("far"))).toMatchObject({
      code: "ssh.refused",
      subject: "far",
      title: expect.stringMatching(/^far cannot be reached through dead/),
    });
    expect((await rejectedWith(bench.ssh.connect("round"))).code).toBe("ssh.jump-loop");
    expect(await rejectedWith(bench.ssh.connect("behind"))).toMatchObject({
      code: "ssh.forward-refused",
      subject: "behind",
      retry: true,
    });
  });
});

describe.skipIf(whyNoSshd)(`old algorithms against OpenSSH ${whyNoSshd}`, () => {
  const oldSwitch: DeviceType = {
    ...serverType,
    slug: "old",
    legacySsh: { kex: ["diffie-hellman-group14-sha1", "no-such-kex"], hostKey: ["ssh-rsa"], cipher: [], hmac: [] },
  };

  test("are refused by name, and used where the device type declares them", async () => {
    await using sshd = await startSshd({
      hostKeyTypes: ["rsa"],
      config: ["KexAlgorithms diffie-hellman-group14-sha1", "HostKeyAlgorithms ssh-rsa"],
    });
    const device = deviceFor("sw", sshd);
    await using strict = await trustingBench([sshd], { devices: [device] });
    const fault = await rejectedWith(strict.ssh.connect("sw"));
    expect(fault).toMatchObject({ code: "ssh.no-common-algorithm", subject: "sw" });
    expect(fault.detail).toContain("for key exchange only diffie-hellman-group14-sha1");
    expect(fault.detail).toContain("for host keys only ssh-rsa");
    expect(fault.next).toContain("legacySsh: { kex: [diffie-hellman-group14-sha1], hostKey: [ssh-rsa] }");
    await using legacy = await trustingBench([sshd], { devices: [{ ...device, type: "old" }], types: [oldSwitch] });
    expect((await legacy.ssh.run("sw", ["echo", "in"])).stdout).toBe("in\n");
  });
});

describe.skipIf(whyNoSshd)(`lost connections against OpenSSH ${whyNoSshd}`, () => {
  test("a machine that comes back is connected again by itself; its shells are told lost", async () => {
    await using sshd = await startSshd();
    await using bench = await trustingBench([sshd], {
      devices: [deviceFor("node01", sshd)],
      deps: { backoff: { firstDelayMs: 20, maxDelayMs: 100, maxAttempts: 1000 } },
    });
    const seen: string[] = [];
    bench.ssh.state.onChange((now) => {
      const status = now.connections.node01?.status ?? "";
      if (seen.at(-1) !== status) seen.push(status);
    });
    const shell = await bench.ssh.shell("node01", { cols: 80, rows: 24 });
    shell.onData(() => undefined);
    const running = rejectedWith(bench.ssh.run("node01", ["sh", "-c", "echo begun; sleep 100"]));
    await expect.poll(() => bench.ssh.state.get().connections.node01?.channels).toBe(2);
    await sshd.kill();
    expect(await running).toMatchObject({ code: "ssh.connection-lost" });
    expect(await shell.closed).toMatchObject({ exitCode: null, lost: true, fault: { code: "ssh.connection-lost" } });
    await expect.poll(() => bench.ssh.state.get().connections.node01?.attempt, { timeout: 10_000 }).toBeGreaterThan(2);
    expect(bench.ssh.state.get().connections.node01?.channels).toBe(0);
    const again = bench.ssh.shell("node01", { cols: 80, rows: 24 }); // waits for the machine
    await sshd.start();
    (await again).close();
    expect((await bench.ssh.run("node01", ["echo", "back"])).stdout).toBe("back\n");
    expect(seen.slice(0, 4)).toEqual(["connecting", "connected", "waiting", "connecting"]);
    expect(seen.at(-1)).toBe("connected");
  });

  test("a shell asked for while an attempt is under way by itself waits for the machine too", async () => {
    await using sshd = await startSshd();
    await using bench = await trustingBench([sshd], {
      devices: [deviceFor("node01", sshd)],
      deps: { backoff: { firstDelayMs: 20, maxDelayMs: 100, maxAttempts: 1000 } },
    });
    await bench.ssh.connect("node01");
    const asked = new Promise<Awaited<ReturnType<typeof bench.ssh.shell>>>((resolve, reject) => {
      const stop = bench.ssh.state.onChange(({ connections: { node01 } }) => {
        if (node01?.status !== "connecting" || node01.attempt < 2) return;
        stop();
        bench.ssh.shell("node01", { cols: 80, rows: 24 }).then(resolve, reject);
      });
    });
    asked.catch(() => undefined);
    await sshd.kill();
    await expect.poll(() => bench.ssh.state.get().connections.node01?.attempt, { timeout: 10_000 }).toBeGreaterThan(3);
    await sshd.start();
    (await asked).close();
  });

  test("attempts are bounded and spaced, polls do not add to them, connect starts anew", async () => {
    await using sshd = await startSshd();
    await using bench = await trustingBench([sshd], {
      devices: [deviceFor("node01", sshd)],
      deps: { backoff: { firstDelayMs: 5, maxDelayMs: 60_000, maxAttempts: 4 } },
    });
    await bench.ssh.connect("node01");
    await sshd.kill();
    const state = () => bench.ssh.state.get().connections.node01;
    await expect.poll(() => state()?.status, { timeout: 10_000 }).toBe("failed");
    expect(state()).toMatchObject({ attempt: 4, retryAt: null, fault: { code: "ssh.refused" } });
    expect((await rejectedWith(bench.ssh.run("node01", ["true"]))).code).toBe("ssh.refused");
    expect(state()?.attempt).toBe(4);
    await sshd.start();
    expect((await bench.ssh.connect("node01")).attempt).toBe(0);
  });

  test("a machine that goes silent is noticed by keepalive", async () => {
    await using sshd = await startSshd();
    await using bench = await trustingBench([sshd], {
      devices: [deviceFor("node01", sshd)],
      deps: { timings: { stageTimeoutMs: 500, keepaliveIntervalMs: 50 }, backoff: { firstDelayMs: 60_000 } },
    });
    const shell = await bench.ssh.shell("node01", { cols: 80, rows: 24 });
    let text = "";
    shell.onData((chunk) => {
      text += Buffer.from(chunk).toString();
    });
    shell.write("echo pid=$PPID=\n");
    await expect.poll(() => /pid=(\d+)=/.exec(text)?.[1]).toBeTruthy();
    const session = Number(/pid=(\d+)=/.exec(text)?.[1]);
    process.kill(session, "SIGSTOP"); // the sshd process of this connection hangs
    try {
      expect(await shell.closed).toMatchObject({ lost: true });
      expect(bench.ssh.state.get().connections.node01).toMatchObject({
        status: "waiting",
        retryAt: expect.any(Number),
        fault: { code: "ssh.connection-lost", evidence: "Keepalive timeout" },
      });
    } finally {
      process.kill(session, "SIGCONT");
    }
  });

  test("disconnect ends what runs, and the device stays away until it is wanted", async () => {
    await using sshd = await startSshd();
    await using bench = await trustingBench([sshd], { devices: [deviceFor("node01", sshd)] });
    const shell = await bench.ssh.shell("node01", { cols: 80, rows: 24 });
    const running = rejectedWith(bench.ssh.run("node01", ["sleep", "100"]));
    await expect.poll(() => bench.ssh.state.get().connections.node01?.channels).toBe(2);
    await bench.ssh.disconnect("node01");
    expect((await running).code).toBe("ssh.disconnected");
    expect(await shell.closed).toMatchObject({ lost: true, fault: { code: "ssh.disconnected" } });
    expect(bench.ssh.state.get().connections.node01).toMatchObject({
      status: "idle",
      connections: 0,
      channels: 0,
      retryAt: null,
    });
  });

  test("a device whose address changes in the lab file is connected anew; one that is gone is forgotten", async () => {
    await using one = await startSshd();
    await using two = await startSshd();
    await using bench = await trustingBench([one, two], { devices: [deviceFor("node01", one)] });
    await bench.ssh.connect("node01");
    bench.lab.update((draft) => {
      if (draft.lab) draft.lab.devices = [deviceFor("node01", two)];
    });
    await expect.poll(() => bench.ssh.state.get().connections.node01?.status).toBe("idle");
    const result = await bench.ssh.run("node01", ["sh", "-c", "echo $SSH_CONNECTION"]);
    expect(result.stdout.trim()).toMatch(new RegExp(` ${two.port}$`));
    bench.lab.update((draft) => {
      if (draft.lab) draft.lab.devices = [];
    });
    await expect.poll(() => bench.ssh.state.get().connections).toEqual({});
    expect((await rejectedWith(bench.ssh.run("node01", ["true"]))).code).toBe("ssh.unknown-device");
  });

  test("a broken ssh_config does not stand in the way of a device that needs none", async () => {
    await using sshd = await startSshd();
    await using bench = await trustingBench([sshd], { devices: [deviceFor("node01", sshd)] });
    await writeFile(join(bench.home, ".ssh", "config"), Buffer.from([0, 255, 10, 34, 10]));
    expect((await bench.ssh.run("node01", ["echo", "in"])).stdout).toBe("in\n");
  });
});
