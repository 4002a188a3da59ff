/** Commands and shells on shared connections: limits, output of any kind and size, back-pressure, speed. */
import { createRequire } from "node:module";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SshState } from "../../electron/contract/ssh.ts";
import { Published } from "../../electron/published.ts";
import { memorySecrets } from "../../electron/secrets.ts";
import { Secrets } from "../../electron/ssh/auth.node.ts";
import { openConnection } from "../../electron/ssh/connection.node.ts";
import { HostKeys } from "../../electron/ssh/host-keys.node.ts";
import { KeyRing } from "../../electron/ssh/key-ring.node.ts";
import { Questions } from "../../electron/ssh/questions.ts";
import { shellWindowBytes } from "../../electron/ssh/ssh2-inside.node.ts";
import { resolveTarget } from "../../electron/ssh/target.ts";
import type { ShellChannel } from "../../electron/ssh/types.ts";
import { findCommand } from "../lab/packages.ts";
import { type Bench, deviceFor, labState, rejectedWith, serverType, trustingBench } from "./bench.ts";
import { localUser, type Sshd, startSshd, whyNoSshd } from "./sshd.ts";

const require = createRequire(import.meta.url);
const size = { cols: 80, rows: 24 };

function collect(shell: ShellChannel): { text: () => string; bytes: () => number } {
  let tail = "";
  let bytes = 0;
  shell.onData((chunk) => {
    bytes += chunk.length;
    tail = `${tail}${Buffer.from(chunk).toString("latin1")}`.slice(-4000);
  });
  return { text: () => tail, bytes: () => bytes };
}

const ciphers = require("ssh2/lib/protocol/crypto.js");
const cannotBuild = !ciphers.bindingAvailable && findCommand("g++") === null;
test.skipIf(cannotBuild)(
  `ssh2 runs on its native ciphers${cannotBuild ? " (skipped: package g++ is missing)" : ""}`,
  () => {
    expect(ciphers.bindingAvailable).toBe(true);
  },
);

describe.skipIf(whyNoSshd)(`commands and shells against OpenSSH ${whyNoSshd}`, () => {
  let sshd: Sshd;
  let bench: Bench;
  beforeAll(async () => {
    sshd = await startSshd();
    bench = await trustingBench([sshd], { devices: [deviceFor("node01", sshd)] });
    await bench.ssh.connect("node01");
  });
  afterAll(async () => {
    await bench?.[Symbol.asyncDispose]();
    await sshd?.[Symbol.asyncDispose]();
  });

  test("the wanted cipher is negotiated", async () => {
    const state = new Published<SshState>({ connections: {}, questions: [], changedKeys: [] });
    const questions = new Questions(state);
    const target = resolveTarget("node01", {
      lab: labState([deviceFor("node01", sshd)], []),
      resolveAlias: (alias) => ({ hostName: alias, identityFiles: [], proxyJump: [], identitiesOnly: false }),
      homeDir: bench.home,
      localUser,
    });
    const connection = await openConnection(
      {
        target,
        device: "node01",
        hop: null,
        agentSocket: null,
        secrets: new Secrets(memorySecrets()),
        keyRing: new KeyRing(),
        questions,
        hostKeys: new HostKeys(() => ({ own: bench.own, readOnly: [bench.userKnownHosts] }), state, questions),
        timings: { stageTimeoutMs: 5000, keepaliveIntervalMs: 0, readyTimeoutMs: 5000, stallTimeoutMs: 5000 },
        signal: new AbortController().signal,
      },
      null,
    );
    expect(connection.cipher).toBe("aes128-gcm@openssh.com");
    connection.close();
    await connection.ended;
  });

  test("fifty short commands one after the other do not wait for delayed acknowledgements", async () => {
    let fastestMs = Number.POSITIVE_INFINITY;
    for (let index = 0; index < 50; index++) {
      const begun = performance.now();
      await bench.ssh.run("node01", ["true"]);
      fastestMs = Math.min(fastestMs, performance.now() - begun);
    }
    // with Nagle's algorithm even the fastest takes 40 ms beyond its own time
    expect(fastestMs).toBeLessThan(40);
  });

  test("any argument reaches the command unchanged, and binary output does not break the text", async () => {
    const odd = ["a b", "it's", "$HOME", "`id`", 'ü\n\t"', "", "*"];
    const result = await bench.ssh.run("node01", ["printf", "%s|", ...odd]);
    expect(result.stdout).toBe(odd.map((text) => `${text}|`).join(""));
    const binary = await bench.ssh.run("node01", ["head", "-c", "100000", "/dev/urandom"]);
    expect(binary.stdout.length).toBeGreaterThan(10_000);
    expect(binary).toMatchObject({ exitCode: 0, truncated: false });
  });

  test("the signal that ended a command is told", async () => {
    expect(await bench.ssh.run("node01", ["sh", "-c", "kill -TERM $$"])).toMatchObject({
      exitCode: null,
      signal: "SIGTERM",
    });
  });

  test("a gigabyte without a newline is read to its end, its head kept, and memory does not grow", {
    timeout: 120_000,
  }, async () => {
    const before = process.memoryUsage().rss;
    let peak = 0;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss);
    }, 20);
    const command = ["sh", "-c", "head -c 1073741824 /dev/zero | tr '\\0' x; echo done >&2"];
    const result = await bench.ssh.run("node01", command, { maxBytes: 1000, timeoutMs: 110_000 });
    clearInterval(watch);
    expect(result).toMatchObject({ stdout: "x".repeat(1000), stderr: "done\n", exitCode: 0, truncated: true });
    expect((peak - before) / 1024 / 1024).toBeLessThan(150);
  });

  test("a command that takes too long is ended at both ends; its output so far is the evidence", async () => {
    // a login as root gets no signals from OpenSSH; its program ends at its next write
    const mark = `halfrack-${process.pid}`;
    const command = ["sh", "-c", `echo so far; sleep 1; exec yes ${mark}`];
    expect(await rejectedWith(bench.ssh.run("node01", command, { timeoutMs: 700 }))).toMatchObject({
      code: "ssh.command-timeout",
      evidence: "so far\n",
      subject: "node01",
    });
    const alive = async () => (await bench.ssh.run("node01", ["pgrep", "-f", `^yes ${mark}`])).stdout;
    await expect.poll(alive, { timeout: 5000 }).toBe("");
    await expect.poll(() => bench.ssh.state.get().connections.node01?.channels).toBe(0);
  });

  test("a caller may give up", async () => {
    const abort = new AbortController();
    const running = rejectedWith(bench.ssh.run("node01", ["sleep", "100"], { signal: abort.signal }));
    await expect.poll(() => bench.ssh.state.get().connections.node01?.channels).toBe(1);
    abort.abort();
    expect((await running).code).toBe("ssh.cancelled");
    expect((await rejectedWith(bench.ssh.run("node01", ["true"], { signal: AbortSignal.abort() }))).code).toBe(
      "ssh.cancelled",
    );
  });

  test("a shell follows a resize", async () => {
    const shell = await bench.ssh.shell("node01", size);
    const out = collect(shell);
    shell.resize(132, 43);
    shell.write("stty size\n");
    await expect.poll(out.text).toContain("43 132");
    shell.close();
    expect(await shell.closed).toMatchObject({ lost: false });
  });

  test("a paused shell holds the server back: no more than one window is taken afterwards", async () => {
    const shell = await bench.ssh.shell("node01", size);
    const out = collect(shell);
    shell.write("yes hold-me-back\n");
    await expect.poll(out.bytes, { timeout: 10_000 }).toBeGreaterThan(4 * shellWindowBytes);
    shell.pause();
    const at = out.bytes();
    // another channel works meanwhile
    expect((await bench.ssh.run("node01", ["echo", "alive"])).stdout).toBe("alive\n");
    expect(out.bytes()).toBe(at);
    shell.write("\u0003");
    shell.write("echo pro''mpt\n");
    await bench.ssh.run("node01", ["true"]); // the server has taken the keystrokes by now
    shell.resume();
    await expect.poll(out.text, { timeout: 10_000 }).toContain("prompt\r\n");
    // what was in flight, and what the terminal's own queue held before the interrupt flushed it
    expect(out.bytes() - at).toBeLessThanOrEqual(shellWindowBytes + 128 * 1024);
    shell.close();
    await shell.closed;
  });

  test("a flood in one shell does not stop another, and Ctrl-C answers at once", async () => {
    const flooded = await bench.ssh.shell("node01", size);
    const flood = collect(flooded);
    const calm = await bench.ssh.shell("node01", size);
    const calmOut = collect(calm);
    flooded.write("yes\n");
    await expect.poll(flood.bytes, { timeout: 10_000 }).toBeGreaterThan(1024 * 1024);
    calm.write("echo ca''lm\n");
    await expect.poll(calmOut.text, { interval: 2 }).toContain("calm\r\n");
    const begun = performance.now();
    flooded.write("\u0003");
    flooded.write("echo st''opped\n");
    await expect.poll(flood.text, { interval: 2, timeout: 10_000 }).toContain("stopped\r\n");
    expect(performance.now() - begun).toBeLessThan(1500);
    flooded.close();
    calm.close();
    await Promise.all([flooded.closed, calm.closed]);
  });
});

describe.skipIf(whyNoSshd)(`channel limits against OpenSSH ${whyNoSshd}`, () => {
  test("thirty commands at once are shared out over connections, in order, and extra ones close when idle", async () => {
    await using sshd = await startSshd({ config: ["MaxStartups 100"] });
    await using bench = await trustingBench([sshd], {
      devices: [deviceFor("node01", sshd)],
      deps: { pool: { idleMs: 50 } },
    });
    let most = 0;
    bench.ssh.state.onChange((now) => {
      most = Math.max(most, now.connections.node01?.connections ?? 0);
    });
    const results = await Promise.all(
      Array.from({ length: 30 }, (_, index) => bench.ssh.run("node01", ["sh", "-c", `sleep 0.3; echo ${index}`])),
    );
    expect(results.map((result) => result.stdout)).toEqual(Array.from({ length: 30 }, (_, index) => `${index}\n`));
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
    await expect.poll(() => bench.ssh.state.get().connections.node01?.connections).toBe(1);
  });

  test("a server with a lower limit teaches it: refused channels are opened elsewhere, none fails", async () => {
    await using sshd = await startSshd({ config: ["MaxSessions 2", "MaxStartups 100"] });
    await using bench = await trustingBench([sshd], { devices: [deviceFor("node01", sshd)] });
    const shells = await Promise.all([1, 2, 3].map(() => bench.ssh.shell("node01", size)));
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, index) => bench.ssh.run("node01", ["echo", `${index}`])),
    );
    expect(results.map((result) => result.exitCode)).toEqual(Array.from({ length: 10 }, () => 0));
    expect(bench.ssh.state.get().connections.node01?.connections).toBeGreaterThan(1);
    for (const shell of shells) shell.close();
    await Promise.all(shells.map((shell) => shell.closed));
  });

  test("a server that allows no sessions at all is told as such", async () => {
    await using sshd = await startSshd({ config: ["MaxSessions 0"] });
    await using bench = await trustingBench([sshd], { devices: [deviceFor("node01", sshd)] });
    expect((await rejectedWith(bench.ssh.run("node01", ["true"]))).code).toBe("ssh.channel-refused");
  });

  test("a device type without a shell runs nothing", async () => {
    await using sshd = await startSshd();
    await using bench = await trustingBench([sshd], {
      devices: [{ ...deviceFor("pdu", sshd), type: "pdu" }],
      types: [{ ...serverType, slug: "pdu", shell: "none" }],
    });
    expect((await rejectedWith(bench.ssh.run("pdu", ["true"]))).code).toBe("ssh.no-shell");
  });
});
