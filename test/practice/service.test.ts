/** The practice lab's servers under the real OpenSSH client. */
import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type Lab, labSchema } from "../../electron/contract/lab.ts";
import { createLabService } from "../../electron/lab/service.ts";
import { createPracticeService, type PracticeService } from "../../electron/practice/service.ts";

let dir = "";
let practice: PracticeService;
let lab: Lab;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "practice-"));
  practice = createPracticeService({ dir });
  const { labPath } = await practice.start();
  lab = labSchema.parse(parse(await readFile(labPath, "utf8")));
});
afterAll(async () => {
  await practice[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});

const legacy = ["-oKexAlgorithms=diffie-hellman-group14-sha1", "-oHostKeyAlgorithms=ssh-rsa", "-oMACs=hmac-sha1"];

/** Runs ssh, sends `input` whenever the text before it was seen, and gives all output. */
function ssh(
  target: {
    readonly device: string;
    readonly bmc?: boolean;
    readonly options?: readonly string[];
    readonly command?: string;
    readonly env?: Readonly<Record<string, string>>;
  },
  steps: readonly { readonly after: string; readonly send: string }[] = [],
): Promise<{ readonly out: string; readonly code: number | null }> {
  const device = lab.devices.find(({ name }) => name === target.device);
  const address = target.bmc ? device?.bmc : device?.ssh;
  const args = [
    "-F",
    "/dev/null",
    ...(target.options ?? []),
    "-oBatchMode=yes",
    "-oStrictHostKeyChecking=yes",
    "-oIdentitiesOnly=yes",
    "-oGlobalKnownHostsFile=/dev/null",
    `-oUserKnownHostsFile=${practice.knownHostsFile}`,
    "-i",
    device?.ssh?.identityFile ?? "",
    "-p",
    String(address?.port),
    `${address?.user}@${address?.host}`,
    ...(target.command === undefined ? [] : [target.command]),
  ];
  return new Promise((resolve, reject) => {
    const child = spawn("ssh", args, { env: { ...process.env, ...target.env } });
    child.stdin.on("error", () => undefined); // it may end before all was sent; its output tells
    let out = "";
    const left = [...steps];
    let seen = 0;
    const take = (chunk: Buffer) => {
      out += chunk.toString();
      for (let step = left[0]; step && out.indexOf(step.after, seen) >= 0; step = left[0]) {
        seen = out.indexOf(step.after, seen) + step.after.length;
        child.stdin.write(step.send);
        left.shift();
      }
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.on("error", reject);
    child.on("close", (code) => resolve({ out, code }));
    if (steps.length === 0) child.stdin.end();
  });
}

test("starting is idempotent, keys are private, the state is published", async () => {
  const { labPath } = await practice.start();
  expect(practice.state.get()).toMatchObject({ running: true, labPath });
  expect((await stat(join(dir, "client_ed25519"))).mode & 0o777).toBe(0o600);
  expect(lab.devices.map(({ name }) => name)).toEqual(["node1", "node2", "node3", "node4", "node5", "sw1"]);
  expect(lab.cables).toHaveLength(5);
});

test("the lab file passes the lab feature's full check", async () => {
  const { labPath } = await practice.start();
  await using labs = createLabService({ homeDir: dir });
  expect(await labs.check({ path: labPath })).toEqual({
    path: labPath,
    valid: true,
    problems: [],
    counts: { racks: 1, devices: 6, cables: 5 },
  });
});

test("the password practice lets in, another does not", async () => {
  const askPass = join(dir, "askpass");
  await writeFile(askPass, '#!/bin/sh\necho "$PRACTICE_PASSWORD"\n', { mode: 0o700 });
  const login = (password: string) =>
    ssh({
      device: "node4",
      command: "hostname",
      options: ["-oBatchMode=no", "-oPreferredAuthentications=password", "-oNumberOfPasswordPrompts=1"],
      env: { SSH_ASKPASS: askPass, SSH_ASKPASS_REQUIRE: "force", PRACTICE_PASSWORD: password },
    });
  expect(await login("practice")).toEqual({ out: "node4\n", code: 0 });
  expect(await login("wrong")).toMatchObject({ out: expect.stringContaining("Permission denied"), code: 255 });
});

test("a command comes back with its output and exit code", async () => {
  expect(await ssh({ device: "node3", command: "hostname; ibstat -l; exit 3" })).toEqual({
    out: "node3\nmlx4_0\n",
    code: 3,
  });
});

test("an interactive shell has a prompt, stops a flood by Ctrl-C and exits", async () => {
  const { out, code } = await ssh({ device: "node2", options: ["-tt"] }, [
    { after: "[root@node2 ~]# ", send: "yes\r" },
    { after: "y\r\ny\r\n", send: "\x03" },
    { after: "[root@node2 ~]# ", send: "exit 4\r" },
  ]);
  expect(out).toContain("^C");
  expect(code).toBe(4);
});

test("the switch speaks its legacy algorithms only", async () => {
  const answer = await ssh({ device: "sw1", options: legacy, command: "show interfaces ib 1/3" });
  expect(answer.out).toContain("IB1/3 state:\n        Logical port state          : Active");
  const refused = await ssh({ device: "sw1", options: ["-oKexAlgorithms=curve25519-sha256"], command: "show version" });
  expect(refused.out).toContain("no matching key exchange method found");
});

describe("scenarios", () => {
  test("a node that is off refuses, its BMC says so, and it comes back", async () => {
    const open = ssh({ device: "node5", options: ["-tt"] }, [{ after: "[root@node5 ~]# ", send: "echo $((\r" }]);
    await expect.poll(async () => (await ssh({ device: "node5", command: "who | wc -l" })).out).toBe("1\n");
    await practice.set({ scenario: "node-down", active: true });
    expect((await open).code).toBe(255);
    expect((await ssh({ device: "node5", command: "true" })).out).toContain("Connection refused");
    expect((await ssh({ device: "node5", bmc: true, command: "racadm serveraction powerstatus" })).out).toBe(
      "Server power status: OFF\n",
    );
    expect((await ssh({ device: "node1", command: "ibhosts | grep -c node5" })).out).toBe("0\n");
    await practice.set({ scenario: "node-down", active: false });
    expect((await ssh({ device: "node5", command: "ibstat mlx4_0 1 | grep State" })).out).toBe("State: Active\n");
  });

  test("a changed host key is refused by the client, and mended", async () => {
    await practice.set({ scenario: "changed-host-key", active: true });
    expect((await ssh({ device: "node3", command: "true" })).out).toContain("REMOTE HOST IDENTIFICATION HAS CHANGED");
    await practice.set({ scenario: "changed-host-key", active: false });
    expect((await ssh({ device: "node3", command: "hostname" })).out).toBe("node3\n");
  });

  test("a pulled cable is seen on both ends", async () => {
    await practice.set({ scenario: "pull-cable", active: true });
    expect((await ssh({ device: "node4", command: "dmesg | tail -1" })).out).toContain("mlx4_0: Port: 1 Link DOWN");
    expect((await ssh({ device: "sw1", options: legacy, command: "show interfaces ib 1/4" })).out).toContain("Polling");
    await practice.set({ scenario: "pull-cable", active: false });
    expect((await ssh({ device: "node4", command: "dmesg | tail -1" })).out).toContain("mlx4_0: Port: 1 Link ACTIVE");
  });

  test("swapped cables show on each other's switch ports, active", async () => {
    const peers = async () => {
      const { out } = await ssh({ device: "node1", command: "iblinkinfo --line | grep SX6018" });
      return [...out.matchAll(/ ([23])\[ {2}\] ==\( 4X +14\.0625 Gbps Active.*"(node\d)/g)].map(([, ...ends]) => ends);
    };
    const straight = [
      ["2", "node2"],
      ["3", "node3"],
    ];
    expect(await peers()).toEqual(straight);
    await practice.set({ scenario: "swap-cables", active: true });
    expect(await peers()).toEqual([
      ["2", "node3"],
      ["3", "node2"],
    ]);
    await practice.set({ scenario: "swap-cables", active: false });
    expect(await peers()).toEqual(straight);
  });

  test("a slow slot is seen by lspci, sysfs and the kernel log", async () => {
    const command = [
      "lspci -vv -s 04:00.0 | grep -o 'Speed [0-9.]*GT/s (downgraded)'",
      "cat /sys/class/infiniband/mlx4_0/device/current_link_speed",
      "dmesg | grep -o 'PCIe link speed is [0-9.]*GT/s' | tail -1",
    ].join("; ");
    const slot = async () => (await ssh({ device: "node3", command })).out;
    const whole = "Speed 5GT/s (downgraded)\n5 GT/s\nPCIe link speed is 5.0GT/s\n";
    expect(await slot()).toBe(whole);
    await practice.set({ scenario: "slow-slot", active: true });
    expect(await slot()).toBe("Speed 2.5GT/s (downgraded)\n2.5 GT/s\nPCIe link speed is 2.5GT/s\n");
    await practice.set({ scenario: "slow-slot", active: false });
    expect(await slot()).toBe(whole);
  });

  test("an unknown scenario is a typed error", async () => {
    await expect(practice.set({ scenario: "flood", active: true })).rejects.toMatchObject({
      fault: { code: "practice.unknown-scenario" },
    });
  });
});

test("a BMC of each make answers its documented commands", async () => {
  expect((await ssh({ device: "node1", bmc: true, command: "show /system1" })).out).toContain("EnabledState=enabled");
  expect((await ssh({ device: "node3", bmc: true, command: "racadm serveraction powerstatus" })).out).toBe(
    "Server power status: ON\n",
  );
});

test("stopping removes the run and keeps the keys; starting again uses them", async () => {
  const other = createPracticeService({ dir });
  const { labPath } = await other.start();
  const knownHosts = await readFile(other.knownHostsFile ?? "", "utf8");
  const key = knownHosts.split(/\s/)[2];
  expect(await readFile(practice.knownHostsFile ?? "", "utf8")).toContain(key);
  await other.stop();
  expect(other.state.get()).toMatchObject({ running: false, labPath: null });
  await expect(stat(labPath)).rejects.toMatchObject({ code: "ENOENT" });
  expect((await readdir(dir)).filter((name) => name.startsWith("run-"))).toHaveLength(1);
  await expect(other.set({ scenario: "pull-cable", active: true })).rejects.toMatchObject({
    fault: { code: "practice.not-running" },
  });
});

test("a folder it cannot write is named", async () => {
  const occupied = join(dir, "occupied");
  await writeFile(occupied, "");
  const folder = join(occupied, "practice");
  const other = createPracticeService({ dir: folder });
  await expect(other.start()).rejects.toMatchObject({ fault: { code: "practice.not-started", subject: folder } });
  expect(other.state.get().running).toBe(false);
});
