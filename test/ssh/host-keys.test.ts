/** Host keys against real servers: asked once, remembered, changed ones refused and replaced on purpose only. */
import { execFileSync } from "node:child_process";
import { mkdir, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FaultError } from "../../electron/contract/error.ts";
import type { Question } from "../../electron/contract/ssh.ts";
import { createBench, deviceFor, knownHostsLines, rejectedWith } from "./bench.ts";
import { type Sshd, startSshd, whyNoSshd } from "./sshd.ts";

const trust = (remember: boolean) => () => ({ kind: "trust", remember }) as const;
const ed25519 = (sshd: Sshd) => sshd.hostKeys.find((line) => line.startsWith("ssh-ed25519")) ?? "";

describe.skipIf(whyNoSshd)(`host keys against OpenSSH ${whyNoSshd}`, () => {
  let sshd: Sshd;
  beforeAll(async () => {
    sshd = await startSshd({ hostKeyTypes: ["ed25519", "ecdsa", "rsa"] });
  });
  afterAll(() => sshd?.[Symbol.asyncDispose]());

  test("a new key is asked once for all who wait, shown as ssh-keygen shows it, and remembered in the own file", async () => {
    await using bench = await createBench({ devices: [deviceFor("node01", sshd), deviceFor("node02", sshd)] });
    const asked = bench.answerAll(trust(true));
    const names = ["node01", "node02", "node01"];
    const results = await Promise.all(names.map((name) => bench.ssh.run(name, ["echo", name])));
    expect(results.map((result) => result.stdout)).toEqual(["node01\n", "node02\n", "node01\n"]);
    const listed = execFileSync("ssh-keygen", ["-lv", "-f", `${sshd.dir}/host_ed25519.pub`], { encoding: "utf8" });
    const [first = "", ...art] = listed.trimEnd().split("\n");
    expect(asked).toEqual([
      {
        kind: "new-host-key",
        id: expect.any(String),
        device: expect.stringMatching(/^node0[12]$/),
        askedAt: expect.any(Number),
        address: expect.stringContaining(`@127.0.0.1:${sshd.port}`),
        key: { type: "ssh-ed25519", bits: 256, sha256: first.split(" ")[1], randomart: art.join("\n") },
      },
    ]);
    expect(await readFile(bench.own, "utf8")).toBe(`[127.0.0.1]:${sshd.port} ${ed25519(sshd)}\n`);
    expect((await stat(bench.own)).mode & 0o777).toBe(0o600);
    expect(bench.ssh.state.get().questions).toEqual([]);
  });

  test("a key accepted for this run only is not written, and not asked again", async () => {
    await using bench = await createBench({ devices: [deviceFor("node01", sshd)] });
    const asked = bench.answerAll(trust(false));
    await bench.ssh.run("node01", ["true"]);
    await bench.ssh.disconnect("node01");
    await bench.ssh.run("node01", ["true"]);
    expect(asked).toHaveLength(1);
    await expect(stat(bench.own)).rejects.toThrow(/ENOENT/);
  });

  test("while a key waits for an answer the device is asking; dismissed, it fails and is not tried again", async () => {
    await using bench = await createBench({ devices: [deviceFor("node01", sshd)] });
    const running = rejectedWith(bench.ssh.run("node01", ["true"]));
    const question = await bench.question();
    expect(bench.ssh.state.get().connections.node01?.status).toBe("asking");
    await bench.ssh.answer({ id: question.id, answer: null });
    expect((await running).code).toBe("ssh.dismissed");
    expect(bench.ssh.state.get().connections.node01).toMatchObject({ status: "failed", retryAt: null });
    expect((await rejectedWith(bench.ssh.run("node01", ["true"]))).code).toBe("ssh.dismissed");
    expect(bench.ssh.state.get().questions).toEqual([]);
  });

  test("a command gives up in time while nobody answers, and the question stays", async () => {
    await using bench = await createBench({ devices: [deviceFor("node01", sshd)] });
    const fault = await rejectedWith(bench.ssh.run("node01", ["true"], { timeoutMs: 400 }));
    expect(fault).toMatchObject({ code: "ssh.not-ready", detail: expect.stringContaining("question") });
    expect(bench.ssh.state.get().questions).toHaveLength(1);
  });

  test("the user's own file is honoured, hashed names too, and the type on record is asked for first", async () => {
    await using bench = await createBench({ devices: [deviceFor("node01", sshd)] });
    const rsa = sshd.hostKeys.find((line) => line.startsWith("ssh-rsa"));
    await writeFile(bench.userKnownHosts, `[127.0.0.1]:${sshd.port} ${rsa}\n`);
    execFileSync("ssh-keygen", ["-q", "-H", "-f", bench.userKnownHosts], { stdio: "ignore" });
    const before = await readFile(bench.userKnownHosts, "utf8");
    expect(before).toMatch(/^\|1\|/);
    await bench.ssh.run("node01", ["true"]);
    expect(bench.ssh.state.get().questions).toEqual([]);
    expect(await readFile(bench.userKnownHosts, "utf8")).toBe(before);
  });

  test("a key on record for the host without a port counts on another port, as in OpenSSH", async () => {
    await using bench = await createBench({ devices: [deviceFor("node01", sshd)] });
    await writeFile(bench.userKnownHosts, `127.0.0.1 ${ed25519(sshd)}\n`);
    expect((await bench.ssh.run("node01", ["echo", "in"])).stdout).toBe("in\n");
  });

  test("hostKeyAlias names the record", async () => {
    await using bench = await createBench({ devices: [deviceFor("node01", sshd, { hostKeyAlias: "cube-1" })] });
    await writeFile(bench.userKnownHosts, `cube-1 ${ed25519(sshd)}\n`);
    expect((await bench.ssh.run("node01", ["echo", "in"])).stdout).toBe("in\n");
  });

  test.each([
    ["@revoked *", "ssh.host-key-revoked"],
    ["@cert-authority *", "ssh.host-certificate"],
  ])("%s is refused with its own fault", async (marker, code) => {
    await using bench = await createBench({ devices: [deviceFor("node01", sshd)] });
    await writeFile(bench.userKnownHosts, `${marker} ${ed25519(sshd)}\n`);
    const fault = await rejectedWith(bench.ssh.connect("node01"));
    expect(fault).toMatchObject({ code, detail: expect.stringContaining(bench.userKnownHosts) });
    expect(bench.ssh.state.get().connections.node01?.status).toBe("failed");
  });
});

describe.skipIf(whyNoSshd)(`changed host keys ${whyNoSshd}`, () => {
  test("a changed key is refused with a comparison, and replaced only by its exact fingerprint", async () => {
    await using sshd = await startSshd();
    await using bench = await createBench({ devices: [deviceFor("node01", sshd)] });
    bench.answerAll(trust(true));
    await bench.ssh.run("node01", ["true"]);
    const other = `other.lab ${ed25519(sshd)}\n`;
    await writeFile(bench.own, `${await readFile(bench.own, "utf8")}${other}`);
    const oldKey = ed25519(sshd);
    await bench.ssh.disconnect("node01");
    await sshd.kill();
    await sshd.start({ newHostKeys: true });

    const fault = await rejectedWith(bench.ssh.connect("node01"));
    expect(fault).toMatchObject({ code: "ssh.host-key-changed", subject: "node01" });
    expect(bench.ssh.state.get().connections.node01).toMatchObject({ status: "failed", retryAt: null });
    const [change] = bench.ssh.state.get().changedKeys;
    const print = (line: string) =>
      execFileSync("ssh-keygen", ["-lf", "-"], { input: line, encoding: "utf8" }).split(" ")[1];
    expect(change).toEqual({
      device: "node01",
      address: expect.stringContaining(`127.0.0.1:${sshd.port}`),
      seenAt: expect.any(Number),
      known: [
        {
          type: "ssh-ed25519",
          bits: 256,
          sha256: print(oldKey),
          randomart: expect.any(String),
          file: bench.own,
          line: 1,
        },
      ],
      offered: { type: "ssh-ed25519", bits: 256, sha256: print(ed25519(sshd)), randomart: expect.any(String) },
      replaceable: true,
    });
    expect((await rejectedWith(bench.ssh.replaceHostKey({ device: "node01", sha256: "SHA256:x" }))).code).toBe(
      "ssh.fingerprint-differs",
    );
    await bench.ssh.replaceHostKey({ device: "node01", sha256: change?.offered.sha256 ?? "" });
    expect(await readFile(bench.own, "utf8")).toBe(`${other}[127.0.0.1]:${sshd.port} ${ed25519(sshd)}\n`);
    expect(bench.ssh.state.get().changedKeys).toEqual([]);
    expect((await bench.ssh.connect("node01")).status).toBe("connected");
  });

  test("a key that stands in the user's own file is not Halfrack's to replace; the command is named", async () => {
    await using sshd = await startSshd();
    await using bench = await createBench({ devices: [deviceFor("node01", sshd)] });
    await writeFile(bench.userKnownHosts, knownHostsLines(sshd));
    await sshd.kill();
    await sshd.start({ newHostKeys: true });
    await rejectedWith(bench.ssh.connect("node01"));
    const [change] = bench.ssh.state.get().changedKeys;
    expect(change?.replaceable).toBe(false);
    const fault = await rejectedWith(
      bench.ssh.replaceHostKey({ device: "node01", sha256: change?.offered.sha256 ?? "" }),
    );
    expect(fault).toMatchObject({
      code: "ssh.host-key-read-only",
      next: expect.stringContaining(`ssh-keygen -R '[127.0.0.1]:${sshd.port}' -f ${bench.userKnownHosts}`),
    });
    // the command as shown does what it says
    execFileSync("sh", ["-c", /ssh-keygen .*$/.exec(fault.next)?.[0] ?? "false"], { stdio: "ignore" });
    const asked: Question[] = bench.answerAll(trust(false));
    expect((await bench.ssh.connect("node01")).status).toBe("connected");
    expect(asked).toHaveLength(1);
  });

  test("a key accepted but not writable counts for now and says so", async () => {
    await using sshd = await startSshd();
    await using bench = await createBench({ devices: [deviceFor("node01", sshd)] });
    await mkdir(dirname(bench.own), { recursive: true });
    await mkdir(bench.own); // a folder stands where the file should be
    bench.answerAll(trust(true));
    expect((await rejectedWith(bench.ssh.connect("node01"))).code).toBe("ssh.known-hosts-not-written");
    expect((await bench.ssh.connect("node01")).status).toBe("connected");
  });
});

describe.skipIf(whyNoSshd)(`two servers that go by one name ${whyNoSshd}`, () => {
  let first: Sshd;
  let second: Sshd;
  beforeAll(async () => {
    [first, second] = await Promise.all([startSshd(), startSshd()]);
  });
  afterAll(async () => {
    await Promise.all([first?.[Symbol.asyncDispose](), second?.[Symbol.asyncDispose]()]);
  });
  const devices = (hostKeyAlias: string) => [
    deviceFor("node01", first, { hostKeyAlias }),
    deviceFor("node02", second, { hostKeyAlias }),
  ];

  test("a replaced key is trusted no more, though it was accepted since the start", async () => {
    await using bench = await createBench({ devices: devices("cube") });
    bench.answerAll(trust(true));
    await bench.ssh.connect("node01");
    expect((await rejectedWith(bench.ssh.connect("node02"))).code).toBe("ssh.host-key-changed");
    const [change] = bench.ssh.state.get().changedKeys;
    await bench.ssh.replaceHostKey({ device: "node02", sha256: change?.offered.sha256 ?? "" });
    await bench.ssh.disconnect("node01");
    expect((await rejectedWith(bench.ssh.connect("node01"))).code).toBe("ssh.host-key-changed");
  });

  test("a key accepted for this run only is on record too: another one is refused, and can be put in its place", async () => {
    await using bench = await createBench({ devices: devices("cube") });
    const asked = bench.answerAll(trust(false));
    await bench.ssh.connect("node01");
    expect((await rejectedWith(bench.ssh.connect("node02"))).code).toBe("ssh.host-key-changed");
    expect(asked).toHaveLength(1);
    const [change] = bench.ssh.state.get().changedKeys;
    expect(change).toMatchObject({ device: "node02", replaceable: true });
    await bench.ssh.replaceHostKey({ device: "node02", sha256: change?.offered.sha256 ?? "" });
    expect((await bench.ssh.connect("node02")).status).toBe("connected");
  });

  test("of two keys asked about at one time the first accepted counts, the other is a changed one", async () => {
    await using bench = await createBench({ devices: devices("cube") });
    const outcomes = ["node01", "node02"].map((name) => bench.ssh.connect(name).then(() => "in", faultCode));
    const questions = [];
    for (const name of ["node01", "node02"]) questions.push(await bench.question(({ device }) => device === name));
    for (const { id } of questions) await bench.ssh.answer({ id, answer: { kind: "trust", remember: true } });
    expect(await Promise.all(outcomes)).toEqual(["in", "ssh.host-key-changed"]);
    expect(await readFile(bench.own, "utf8")).toBe(`cube ${ed25519(first)}\n`);
  });

  test.each(["*", "cube,other", "!cube", "|1|YQ==|YQ==", "#cube", "@revoked"])(
    "a name that would speak for other hosts in known_hosts is never written there: %s",
    async (hostKeyAlias) => {
      await using bench = await createBench({ devices: devices(hostKeyAlias).slice(0, 1) });
      bench.answerAll(trust(true));
      expect((await rejectedWith(bench.ssh.connect("node01"))).code).toBe("ssh.known-hosts-not-written");
      await expect(stat(bench.own)).rejects.toThrow(/ENOENT/);
      expect((await bench.ssh.connect("node01")).status).toBe("connected");
    },
  );

  test("a known_hosts file that cannot be read is no empty one: nobody is asked, nothing is sent", async () => {
    await using bench = await createBench({ devices: devices("cube") });
    await mkdir(dirname(bench.own), { recursive: true });
    await writeFile(bench.own, "");
    await truncate(bench.own, 33 * 1024 * 1024);
    const asked = bench.answerAll(trust(true));
    expect((await rejectedWith(bench.ssh.connect("node01"))).code).toBe("ssh.known-hosts-unreadable");
    expect(asked).toEqual([]);
  });
});

function faultCode(error: unknown): string {
  return error instanceof FaultError ? error.fault.code : String(error);
}
