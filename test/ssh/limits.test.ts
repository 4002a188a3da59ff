/** Limits against a real server: many sessions on one host, a server that takes no more, a cipher that does not work. */
import { describe, expect, test } from "vitest";
import type { ShellChannel } from "../../electron/ssh/types.ts";
import { type Bench, deviceFor, rejectedWith, trustingBench } from "./bench.ts";
import { startSshd, whyNoSshd } from "./sshd.ts";

const size = { cols: 80, rows: 24 };
const connections = (bench: Bench) => bench.ssh.state.get().connections.node01?.connections;

/** Opens shells at one time and proves that each answers. */
async function openShells(bench: Bench, count: number): Promise<ShellChannel[]> {
  const shells = await Promise.all(Array.from({ length: count }, () => bench.ssh.shell("node01", size)));
  await Promise.all(
    shells.map((shell, index) => {
      const answered = new Promise<void>((resolve) => {
        let text = "";
        shell.onData((chunk) => {
          text = `${text}${Buffer.from(chunk).toString("latin1")}`.slice(-2000);
          if (text.includes(`shell-${index}-here`)) resolve();
        });
      });
      shell.write(`echo shell-${index}-he''re\n`);
      return answered;
    }),
  );
  return shells;
}

describe.skipIf(whyNoSshd)(`many sessions on one OpenSSH ${whyNoSshd}`, () => {
  test("two hundred shells at once and a command beside them, ten to a connection", { timeout: 180_000 }, async () => {
    await using sshd = await startSshd({ config: ["MaxSessions 10"] });
    await using bench = await trustingBench([sshd], { devices: [deviceFor("node01", sshd)] });
    await bench.ssh.connect("node01");
    const shells = await openShells(bench, 200);
    expect(shells).toHaveLength(200);
    expect((await bench.ssh.run("node01", ["echo", "beside"])).stdout).toBe("beside\n");
    expect(connections(bench)).toBeGreaterThanOrEqual(20);
    expect(connections(bench)).toBeLessThanOrEqual(25);
  });

  test("a server of two sessions to a connection carries forty shells, and commands too", {
    timeout: 180_000,
  }, async () => {
    await using sshd = await startSshd({ config: ["MaxSessions 2"] });
    await using bench = await trustingBench([sshd], { devices: [deviceFor("node01", sshd)] });
    await openShells(bench, 40);
    const results = await Promise.all([1, 2, 3].map(() => bench.ssh.run("node01", ["true"])));
    expect(results.map((result) => result.exitCode)).toEqual([0, 0, 0]);
    expect(connections(bench)).toBeGreaterThanOrEqual(20);
  });

  test("beyond the limit a shell is refused at once, and taken again when another was closed", async () => {
    await using sshd = await startSshd();
    await using bench = await trustingBench([sshd], {
      devices: [deviceFor("node01", sshd)],
      deps: { pool: { maxShells: 3 } },
    });
    const [first] = await openShells(bench, 3);
    const begun = performance.now();
    expect(await rejectedWith(bench.ssh.shell("node01", size))).toEqual({
      code: "ssh.too-many-sessions",
      title: "node01 has as many sessions as Halfrack opens",
      detail: "3 sessions on 1 connections are open.",
      next: "Close shells that are not needed, then try again.",
      retry: true,
      subject: "node01",
    });
    expect(performance.now() - begun).toBeLessThan(2000);
    first?.close();
    await first?.closed;
    await openShells(bench, 1);
  });

  test("a server that takes no further connection is named as the reason", async () => {
    await using sshd = await startSshd({ config: ["MaxSessions 2"] });
    await using bench = await trustingBench([sshd], {
      devices: [deviceFor("node01", sshd)],
      deps: { pool: { growRetryMs: 10 } },
    });
    await openShells(bench, 2);
    await sshd.refuse();
    expect(await rejectedWith(bench.ssh.shell("node01", size))).toMatchObject({
      code: "ssh.no-further-connection",
      detail: expect.stringContaining("node01 refuses the connection"),
      subject: "node01",
    });
    expect(connections(bench)).toBe(1);
  });
});

describe.skipIf(whyNoSshd)(`ciphers of OpenSSH ${whyNoSshd}`, () => {
  test("a server of ChaCha20-Poly1305 alone is told apart from an outdated one", async () => {
    await using sshd = await startSshd({ config: ["Ciphers chacha20-poly1305@openssh.com"] });
    await using bench = await trustingBench([sshd], { devices: [deviceFor("node01", sshd)] });
    expect(await rejectedWith(bench.ssh.connect("node01"))).toMatchObject({
      code: "ssh.no-common-algorithm",
      title: "node01 offers no encryption that works here",
      detail: expect.stringContaining("chacha20-poly1305@openssh.com fails in the library"),
      next: expect.stringContaining("aes128-gcm@openssh.com"),
    });
  });

  test("where it is preferred by the server, another cipher is agreed on", async () => {
    await using sshd = await startSshd({ config: ["Ciphers chacha20-poly1305@openssh.com,aes256-ctr"] });
    await using bench = await trustingBench([sshd], { devices: [deviceFor("node01", sshd)] });
    expect((await bench.ssh.run("node01", ["echo", "in"])).stdout).toBe("in\n");
  });
});
