/** A connection that dies while something starts on it: told as such, never as an error of the library. */
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { FaultError } from "../../electron/contract/error.ts";
import { type Bench, deviceFor, trustingBench } from "./bench.ts";
import { type Sshd, startSshd, whyNoSshd } from "./sshd.ts";

describe.skipIf(whyNoSshd)(`connections that die at a start ${whyNoSshd}`, () => {
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

  const outcome = (work: Promise<unknown>) =>
    work.then(
      () => "done",
      (error: unknown) => (error instanceof FaultError ? error.fault.code : `not a fault: ${error}`),
    );

  test.each([
    ["a command", () => bench.ssh.run("node01", ["true"])],
    ["a shell", () => bench.ssh.shell("node01", { cols: 80, rows: 24 })],
  ])("before the server answered the request for %s", async (_, start) => {
    await bench.ssh.connect("node01");
    // Until then the server still starts and ends processes of its own for the login.
    await bench.ssh.run("node01", ["true"]);
    sshd.freezeSessions();
    const begun = outcome(start());
    await vi.waitFor(() => expect(bench.ssh.state.get().connections.node01?.channels).toBe(1), { timeout: 10_000 });
    await sshd.kill();
    expect(await begun).toBe("ssh.connection-lost");
    await sshd.start();
  });

  test("at any moment of forty starts", async () => {
    const outcomes: string[] = [];
    for (let round = 0; round < 10; round++) {
      await bench.ssh.connect("node01").catch(() => undefined);
      const begun = Array.from({ length: 4 }, () => outcome(bench.ssh.run("node01", ["true"])));
      // a different number of turns of the event loop each time
      for (let turn = 0; turn < round; turn++) await new Promise((resolve) => setImmediate(resolve));
      const dead = sshd.kill();
      begun.push(outcome(bench.ssh.run("node01", ["true"])));
      await dead;
      outcomes.push(...(await Promise.all(begun)));
      await sshd.start();
    }
    expect(outcomes.filter((code) => code !== "done" && !/^ssh\.[a-z-]+$/.test(code))).toEqual([]);
    expect(outcomes).toContain("ssh.connection-lost");
  });
});
