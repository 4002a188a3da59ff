/** One way to run an argv on a host and on this machine: both held back by a slow reader, ended as a whole, and told alike. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FaultError } from "../../electron/contract/error.ts";
import { hereReach, hostReach, type Reach, reachOf } from "../../electron/logs/far/reach.node.ts";
import { type Bench, deviceFor, rejectedWith, trustingBench } from "../ssh/bench.ts";
import { type Sshd, startSshd, whyNoSshd } from "../ssh/sshd.ts";

const mebibyte = 1024 * 1024;

describe.skipIf(whyNoSshd)(`reaching a host and this machine ${whyNoSshd}`, () => {
  let sshd: Sshd;
  let bench: Bench;
  const reaches: Record<string, Reach> = {};
  beforeAll(async () => {
    sshd = await startSshd();
    bench = await trustingBench([sshd], { devices: [deviceFor("node01", sshd)] });
    reaches["a host"] = hostReach(bench.ssh, "node01");
    reaches["this machine"] = hereReach;
  });
  afterAll(async () => {
    await bench?.[Symbol.asyncDispose]();
    await sshd?.[Symbol.asyncDispose]();
  });
  const of = (name: string): Reach => {
    const reach = reaches[name];
    if (!reach) throw new Error(`no ${name}`);
    return reach;
  };
  const alive = async (mark: string) =>
    (await hereReach.run(["pgrep", "-f", `^[a-z]+ ${mark}`], { timeoutMs: 5000 })).stdout;

  describe.each(["a host", "this machine"])("%s", (name) => {
    test("tells how it ended, takes standard input, and any argument arrives unchanged", async () => {
      const script = 'cat; printf "%s|" "$@"; echo odd >&2; exit 3';
      const odd = ["it's", "a\nb", "-x", ""];
      const result = await of(name).run(["sh", "-c", script, "sh", ...odd], { timeoutMs: 5000, stdin: "given " });
      expect(result).toMatchObject({
        exitCode: 3,
        signal: null,
        stdout: `given ${odd.map((text) => `${text}|`).join("")}`,
        stderr: "odd\n",
        truncated: false,
      });
      expect(await of(name).run(["no-such-program"], { timeoutMs: 5000 })).toMatchObject({ exitCode: 127 });
    });

    test("holds the far side back while what came is not taken, and gives every byte in order", async () => {
      // the far side notes how much it has written so far
      const script = 'i=0; while [ $i -lt 32 ]; do head -c 1048576 /dev/zero; i=$((i+1)); echo $i >>"$1"; done';
      const marks = `${bench.home}/written-${name.replace(" ", "-")}`;
      const written = async () =>
        Number((await hereReach.run(["tail", "-n", "1", marks], { timeoutMs: 5000 })).stdout || "0");
      const gate = Promise.withResolvers<void>();
      const first = Promise.withResolvers<void>();
      let bytes = 0;
      const running = of(name).run(["sh", "-c", script, "sh", marks], {
        timeoutMs: 60_000,
        onStdout: async (chunk) => {
          bytes += chunk.length;
          first.resolve();
          await gate.promise;
        },
      });
      await first.promise;
      // other work of the same connection and machine goes on meanwhile
      for (let round = 0; round < 20; round++) await of(name).run(["true"], { timeoutMs: 5000 });
      const heldAt = await written();
      expect(heldAt).toBeLessThanOrEqual(8);
      for (let round = 0; round < 20; round++) await of(name).run(["true"], { timeoutMs: 5000 });
      expect(await written()).toBe(heldAt);
      gate.resolve();
      expect(await running).toMatchObject({ exitCode: 0, truncated: true });
      expect(bytes).toBe(32 * mebibyte);
    });

    test("gives one chunk at a time, also when the program has ended meanwhile", async () => {
      const taken: string[] = [];
      let busy = false;
      await of(name).run(["sh", "-c", "echo one; sleep 0.1; echo two; sleep 0.1; echo three"], {
        timeoutMs: 10_000,
        onStdout: async (chunk) => {
          expect(busy).toBe(false);
          busy = true;
          await hereReach.run(["sleep", "0.5"], { timeoutMs: 10_000 });
          taken.push(new TextDecoder().decode(chunk));
          busy = false;
        },
      });
      expect(taken.join("")).toBe("one\ntwo\nthree\n");
    });

    test("keeps memory bounded while a slow reader takes a quarter of a gigabyte", { timeout: 120_000 }, async () => {
      const before = process.memoryUsage().rss;
      let peak = 0;
      let bytes = 0;
      await of(name).run(["head", "-c", "268435456", "/dev/zero"], {
        timeoutMs: 110_000,
        onStdout: async (chunk) => {
          bytes += chunk.length;
          peak = Math.max(peak, process.memoryUsage.rss());
          await new Promise((resolve) => setImmediate(resolve));
        },
      });
      expect(bytes).toBe(256 * mebibyte);
      expect((peak - before) / mebibyte).toBeLessThan(120);
    });

    test("what the reader rejects with ends the command and is what the caller gets", async () => {
      const mark = `reject-${process.pid}-${name.replace(" ", "-")}`;
      const full = new Error("the disk is full");
      const running = of(name).run(["yes", mark], {
        timeoutMs: 60_000,
        onStdout: () => Promise.reject(full),
      });
      await expect(running).rejects.toBe(full);
      await expect.poll(() => alive(mark), { timeout: 10_000 }).toBe("");
    });

    test("the time limit and the caller's signal end it at once", async () => {
      // a login as root gets no signals from OpenSSH; its program ends at its next write
      const timedOut = of(name).run(["sh", "-c", "sleep 1; exec yes"], { timeoutMs: 300 });
      expect((await rejectedWith(timedOut)).code).toBe("ssh.command-timeout");
      const abort = new AbortController();
      const taken = Promise.withResolvers<void>();
      const running = of(name).run(["yes"], {
        timeoutMs: 60_000,
        signal: abort.signal,
        onStdout: () => {
          taken.resolve();
          return new Promise<void>(() => undefined);
        },
      });
      await taken.promise;
      abort.abort();
      expect((await rejectedWith(running)).code).toBe("ssh.cancelled");
      expect((await rejectedWith(of(name).run(["true"], { timeoutMs: 5000, signal: abort.signal }))).code).toBe(
        "ssh.cancelled",
      );
      await expect.poll(() => bench.ssh.state.get().connections.node01?.channels ?? 0, { timeout: 10_000 }).toBe(0);
    });

    test("standard input that is held open closes when nobody waits any more", async () => {
      const script = "exec 7<&0; (while read -r _; do :; done; kill -KILL 0) <&7 >&- & echo $$; sleep 1000";
      let group = "";
      const abort = new AbortController();
      const running = of(name).run(["sh", "-c", script], {
        timeoutMs: 60_000,
        signal: abort.signal,
        holdStdin: true,
        onStdout: (chunk) => {
          group = new TextDecoder().decode(chunk).trim();
          abort.abort();
        },
      });
      expect((await rejectedWith(running)).code).toBe("ssh.cancelled");
      const left = async () => (await hereReach.run(["pgrep", "-g", group], { timeoutMs: 5000 })).stdout;
      await expect.poll(left, { timeout: 10_000 }).toBe("");
    });
  });

  test("a connection that dies while the reader is behind is told as lost, after what had come", async () => {
    await using own = await startSshd();
    await using its = await trustingBench([own], { devices: [deviceFor("node02", own)] });
    const gate = Promise.withResolvers<void>();
    const first = Promise.withResolvers<void>();
    const running = reachOf(its.ssh, "node02")
      .run(["yes"], {
        timeoutMs: 60_000,
        onStdout: async () => {
          first.resolve();
          await gate.promise;
        },
      })
      .catch((error: unknown) => error);
    await first.promise;
    await own.kill();
    gate.resolve();
    const error = await running;
    expect(error).toBeInstanceOf(FaultError);
    expect((error as FaultError).fault.code).toBe("ssh.connection-lost");
  });
});
