/** The service against a real OpenSSH server: keys, commands, shells. */
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Bench, deviceFor, trustingBench } from "./bench.ts";
import { localUser, type Sshd, startSshd, whyNoSshd } from "./sshd.ts";

describe.skipIf(whyNoSshd)(`SSH service against OpenSSH ${whyNoSshd}`, () => {
  let sshd: Sshd;
  let bench: Bench;
  beforeAll(async () => {
    sshd = await startSshd();
    bench = await trustingBench([sshd], { devices: [deviceFor("node01", sshd)] });
  });
  afterAll(async () => {
    await bench?.[Symbol.asyncDispose]();
    await sshd?.[Symbol.asyncDispose]();
  });

  test("runs a command and returns whole output, exit code and argv", async () => {
    const result = await bench.ssh.run("node01", ["sh", "-c", "echo out; echo err >&2; exit 3"]);
    expect(result).toEqual({
      device: "node01",
      argv: ["sh", "-c", "echo out; echo err >&2; exit 3"],
      exitCode: 3,
      signal: null,
      stdout: "out\n",
      stderr: "err\n",
      truncated: false,
      startedAt: expect.any(Number),
      durationMs: expect.any(Number),
    });
    expect(bench.ssh.state.get().connections.node01).toEqual({
      status: "connected",
      since: expect.any(Number),
      address: `${localUser}@127.0.0.1:${sshd.port}`,
      via: [],
      authenticatedBy: sshd.identity,
      connections: 1,
      channels: 0,
      attempt: 0,
      retryAt: null,
      fault: null,
    });
  });

  test("opens a shell that has the size asked for, takes input and tells its exit code", async () => {
    const shell = await bench.ssh.shell("node01", { cols: 91, rows: 27 });
    let text = "";
    shell.onData((chunk) => {
      text += Buffer.from(chunk).toString();
    });
    shell.write("stty size; echo $TERM; exit 7\n");
    expect(await shell.closed).toEqual({ exitCode: 7, signal: null, lost: false, fault: null });
    expect(text).toMatch(/27 91\r\n/);
    expect(text).toMatch(/xterm-256color\r\n/);
  });

  test("after a fault was mended every device that failed is tried again, and no other", async () => {
    await using server = await startSshd();
    await using ours = await trustingBench([server], {
      devices: [deviceFor("broken", server), deviceFor("idle", server)],
      deps: { backoff: { firstDelayMs: 60_000, maxDelayMs: 60_000 } },
    });
    const connections = () => ours.ssh.state.get().connections;
    await server.kill();
    await expect(ours.ssh.connect("broken")).rejects.toThrow();
    expect(connections().broken?.status).toBe("waiting");
    await ours.ssh.connect("idle").catch(() => undefined);
    await ours.ssh.disconnect("idle");
    await server.start();

    ours.ssh.tryAgain();
    await vi.waitFor(() => expect(connections().broken?.status).toBe("connected"), 20_000);
    expect(connections().idle?.status).toBe("idle");
  });
});
