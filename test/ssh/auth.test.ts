/** Logins against a real OpenSSH server: every kind of key file, the agent, passwords, the server's own prompts. */
import { execFileSync, spawnSync } from "node:child_process";
import { appendFile, chmod, copyFile, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Question } from "../../electron/contract/ssh.ts";
import { startAgent } from "./agent.ts";
import { createBench, deviceFor, rejectedWith, trustingBench } from "./bench.ts";
import { generateKey, type Sshd, startSshd, whyNoSshd } from "./sshd.ts";

const passphrase = "correct horse 'ü\"";
const secret = (...values: string[]) => ({ kind: "secret", values, remember: false }) as const;
const authenticatedBy = (bench: {
  ssh: { state: { get(): { connections: Record<string, { authenticatedBy: string | null }> } } };
}) => bench.ssh.state.get().connections.node01?.authenticatedBy;

describe.skipIf(whyNoSshd)(`keys and agent against OpenSSH ${whyNoSshd}`, () => {
  let sshd: Sshd;
  beforeAll(async () => {
    sshd = await startSshd();
  });
  afterAll(() => sshd?.[Symbol.asyncDispose]());

  async function allowedKey(name: string, type: string, options: Parameters<typeof generateKey>[2]): Promise<string> {
    const path = join(sshd.dir, name);
    await generateKey(path, type, options);
    await appendFile(join(sshd.dir, "authorized_keys"), await readFile(`${path}.pub`));
    return path;
  }

  test.each([
    ["ed25519", false],
    ["ecdsa", false],
    ["rsa", false],
    ["ecdsa", true],
    ["rsa", true],
  ])("an encrypted %s key (PEM: %s) is asked for once per process", async (type, pem) => {
    const identityFile = await allowedKey(`enc-${type}-${pem}`, type, { passphrase, pem });
    const device = deviceFor("node01", sshd, { identityFile });
    await using bench = await trustingBench([sshd], { devices: [device, { ...device, name: "node02" }] });
    const asked = bench.answerAll((question) =>
      secret(question.kind === "secret" && question.again ? passphrase : "wrong"),
    );
    const results = await Promise.all(["node01", "node02"].map((name) => bench.ssh.run(name, ["echo", "in"])));
    expect(results.map((result) => result.stdout)).toEqual(["in\n", "in\n"]);
    await bench.ssh.disconnect("node01");
    await bench.ssh.connect("node01");
    expect(
      asked.map((question) => question.kind === "secret" && [question.secret, question.subject, question.again]),
    ).toEqual([
      ["passphrase", identityFile, false],
      ["passphrase", identityFile, true],
    ]);
    expect(authenticatedBy(bench)).toBe(identityFile);
    expect(JSON.stringify(bench.ssh.state.get())).not.toContain("horse");
  });

  test("an encrypted PEM key without its public half and a PKCS#8 key work too", async () => {
    const pem = await allowedKey("lone-pem", "rsa", { passphrase, pem: true });
    await rm(`${pem}.pub`);
    const pkcs8 = await allowedKey("pkcs8", "ecdsa", { passphrase: "", pem: true });
    execFileSync("ssh-keygen", ["-p", "-q", "-m", "PKCS8", "-P", "", "-N", passphrase, "-f", pkcs8]);
    for (const identityFile of [pem, pkcs8]) {
      await using bench = await trustingBench([sshd], { devices: [deviceFor("node01", sshd, { identityFile })] });
      bench.answerAll(() => secret(passphrase));
      await bench.ssh.connect("node01");
      expect(authenticatedBy(bench)).toBe(identityFile);
    }
  });

  test("three wrong passphrases end the login; the fault tells what was tried and holds no secret", async () => {
    const identityFile = await allowedKey("enc-never", "ed25519", { passphrase });
    await using bench = await trustingBench([sshd], { devices: [deviceFor("node01", sshd, { identityFile })] });
    const asked = bench.answerAll(() => secret("wrong-secret"));
    const fault = await rejectedWith(bench.ssh.connect("node01"));
    expect(fault).toMatchObject({ code: "ssh.authentication-failed", detail: expect.stringContaining(identityFile) });
    expect(JSON.stringify(fault)).not.toContain("wrong-secret");
    expect(asked).toHaveLength(3);
    expect(bench.ssh.state.get().connections.node01).toMatchObject({ status: "failed", retryAt: null });
  });

  test("a remembered passphrase goes to the secret store and serves the next start", async () => {
    const identityFile = await allowedKey("enc-kept", "ed25519", { passphrase });
    await using first = await trustingBench([sshd], { devices: [deviceFor("node01", sshd, { identityFile })] });
    first.answerAll(() => ({ ...secret(passphrase), remember: true }));
    await first.ssh.connect("node01");
    expect(await first.secrets.get(`passphrase:${identityFile}`)).toBe(passphrase);
    await using second = await trustingBench([sshd], {
      devices: [deviceFor("node01", sshd, { identityFile })],
      deps: { secrets: first.secrets },
    });
    await second.ssh.connect("node01");
    expect(second.ssh.state.get().questions).toEqual([]);
  });

  test("a key of the agent is used before files, without a question", async () => {
    await using agent = await startAgent();
    agent.add(sshd.identity);
    const identityFile = await allowedKey("enc-behind-agent", "ed25519", { passphrase });
    await using bench = await trustingBench([sshd], {
      devices: [deviceFor("node01", sshd, { identityFile })],
      agentSocket: agent.socket,
    });
    await bench.ssh.connect("node01");
    expect(authenticatedBy(bench)).toBe("agent");
  });

  test("IdentityAgent and IdentitiesOnly of ssh_config are followed", async () => {
    await using agent = await startAgent();
    agent.add(sshd.identity);
    const device = { name: "node01", type: "server", ssh: { host: "alias" } };
    const common = `Host alias\n HostName ${sshd.host}\n Port ${sshd.port}\n IdentityAgent ${agent.socket}\n`;
    await using open = await trustingBench([sshd], { devices: [device], sshConfig: common });
    await open.ssh.connect("node01");
    expect(authenticatedBy(open)).toBe("agent");
    await using only = await trustingBench([sshd], { devices: [device], sshConfig: `${common} IdentitiesOnly yes\n` });
    expect((await rejectedWith(only.ssh.connect("node01"))).code).toBe("ssh.authentication-failed");
  });

  test("a key file that is a pipe is told of, not waited for", async () => {
    const identityFile = join(sshd.dir, "pipe");
    execFileSync("mkfifo", ["-m", "600", identityFile]);
    await using bench = await trustingBench([sshd], { devices: [deviceFor("node01", sshd, { identityFile })] });
    expect(await rejectedWith(bench.ssh.connect("node01"))).toMatchObject({
      code: "ssh.authentication-failed",
      detail: expect.stringContaining(`${identityFile}: it is no regular file`),
    });
  });

  test("a dead agent and bad key files are told, and do not matter when another way works", async () => {
    const open = await allowedKey("open", "ed25519", {});
    await chmod(open, 0o644);
    const config = `Host alias\n HostName ${sshd.host}\n Port ${sshd.port}\n IdentityFile ${open}\n IdentityFile /nowhere/id\n IdentityFile /etc/hostname\n`;
    const device = { name: "node01", type: "server", ssh: { host: "alias" } };
    await using refused = await trustingBench([sshd], {
      devices: [device],
      sshConfig: config,
      agentSocket: "/nowhere/agent",
    });
    const fault = await rejectedWith(refused.ssh.connect("node01"));
    expect(fault.code).toBe("ssh.authentication-failed");
    expect(fault.detail).toMatch(/open: the permissions 0644 let others read it/);
    expect(fault.detail).toMatch(/\/nowhere\/id: the file does not exist/);
    expect(fault.detail).toMatch(/\/etc\/hostname: /);
    expect(fault.detail).toMatch(/agent: Failed to connect/);
    await using works = await trustingBench([sshd], {
      devices: [device],
      sshConfig: `${config} IdentityFile ${sshd.identity}\n`,
      agentSocket: "/nowhere/agent",
    });
    await works.ssh.connect("node01");
    expect(authenticatedBy(works)).toBe(sshd.identity);
  });

  test("the usual key files are tried when none is named", async () => {
    const device = { name: "node01", type: "server", ssh: { host: sshd.host, port: sshd.port } };
    await using bench = await trustingBench([sshd], { devices: [device] });
    await copyFile(sshd.identity, join(bench.home, ".ssh", "id_ed25519"));
    await bench.ssh.connect("node01");
    expect(authenticatedBy(bench)).toBe(join(bench.home, ".ssh", "id_ed25519"));
  });

  test("a refused login is never tried again by a poll, only by a person", async () => {
    const stranger = join(sshd.dir, "stranger");
    await generateKey(stranger, "ed25519");
    await using bench = await trustingBench([sshd], {
      devices: [deviceFor("node01", sshd, { identityFile: stranger })],
    });
    await rejectedWith(bench.ssh.connect("node01"));
    const logins = () => sshd.log().split("Connection from").length;
    const before = logins();
    for (let poll = 0; poll < 3; poll++)
      expect((await rejectedWith(bench.ssh.run("node01", ["true"]))).code).toBe("ssh.authentication-failed");
    expect(logins()).toBe(before);
    await appendFile(join(sshd.dir, "authorized_keys"), await readFile(`${stranger}.pub`));
    expect((await bench.ssh.connect("node01")).status).toBe("connected");
  });
});

const whyNoUser = whyNoSshd || (process.getuid?.() === 0 ? "" : "needs root to make an account");

describe.skipIf(whyNoUser)(`passwords against OpenSSH ${whyNoUser}`, () => {
  const user = `halfrack${process.pid % 100_000}`;
  const password = "pa ss'wörd$";
  beforeAll(() => {
    execFileSync("useradd", ["--no-create-home", "--home-dir", "/", "--shell", "/bin/sh", user]);
    execFileSync("chpasswd", { input: `${user}:${password}\n` });
  });
  afterAll(() => void spawnSync("userdel", [user]));

  async function server(method: "password" | "keyboard-interactive"): Promise<Sshd> {
    const yes = method === "password" ? "PasswordAuthentication" : "KbdInteractiveAuthentication";
    return startSshd({ config: [`${yes} yes`, "UsePAM yes", "MaxAuthTries 20"] });
  }
  // PAM answers a wrong password after some seconds only
  const deps = { timings: { stageTimeoutMs: 15_000 } };
  const device = (sshd: Sshd) => ({ name: "node01", type: "server", ssh: { host: sshd.host, port: sshd.port, user } });

  test("a password is asked for, a wrong one asked again, and kept for the next connection", async () => {
    await using sshd = await server("password");
    await using bench = await trustingBench([sshd], { devices: [device(sshd)], deps });
    const asked = bench.answerAll((question) =>
      secret(question.kind === "secret" && question.again ? password : "wrong"),
    );
    expect((await bench.ssh.run("node01", ["id", "-un"])).stdout).toBe(`${user}\n`);
    await bench.ssh.disconnect("node01");
    await bench.ssh.connect("node01");
    expect(asked).toEqual([
      {
        kind: "secret",
        id: expect.any(String),
        device: "node01",
        askedAt: expect.any(Number),
        secret: "password",
        subject: `${user}@127.0.0.1:${sshd.port}`,
        instructions: "",
        prompts: [{ text: "Password", echo: false }],
        again: false,
      },
      expect.objectContaining({ again: true }),
    ]);
    expect(authenticatedBy(bench)).toBe("password");
    expect(JSON.stringify(bench.ssh.state.get())).not.toContain(password);
  });

  test("a password given to one host key name is not sent to what goes by another, though the address is the same", async () => {
    await using sshd = await server("password");
    const other = { ...device(sshd), name: "node02", ssh: { ...device(sshd).ssh, hostKeyAlias: "elsewhere" } };
    await using bench = await createBench({ devices: [device(sshd), other], deps });
    const asked = bench.answerAll((question) =>
      question.kind === "new-host-key" ? { kind: "trust", remember: false } : secret(password),
    );
    await bench.ssh.connect("node01");
    await bench.ssh.connect("node02");
    expect(asked.map(({ kind, device: name }) => `${kind} ${name}`)).toEqual([
      "new-host-key node01",
      "secret node01",
      "new-host-key node02",
      "secret node02",
    ]);
  });

  test("three wrong passwords end the login, and nothing is tried again", { timeout: 60_000 }, async () => {
    await using sshd = await server("password");
    await using bench = await trustingBench([sshd], { devices: [device(sshd)], deps });
    const asked = bench.answerAll(() => secret("wrong"));
    expect((await rejectedWith(bench.ssh.connect("node01"))).code).toBe("ssh.authentication-failed");
    expect(asked).toHaveLength(3);
    expect(bench.ssh.state.get().connections.node01).toMatchObject({ status: "failed", retryAt: null });
  });

  test("the server's own prompts are put to the admin as it words them", async () => {
    await using sshd = await server("keyboard-interactive");
    await using bench = await trustingBench([sshd], { devices: [device(sshd)], deps });
    const asked: Question[] = bench.answerAll(() => secret(password));
    await bench.ssh.connect("node01");
    expect(asked).toEqual([
      expect.objectContaining({
        kind: "secret",
        secret: "prompt",
        prompts: [{ text: "Password:", echo: false }],
        again: false,
      }),
    ]);
    expect(authenticatedBy(bench)).toBe("keyboard-interactive");
    await bench.ssh.disconnect("node01");
    await bench.ssh.connect("node01");
    expect(asked).toHaveLength(1);
  });

  test("a dismissed password ends the login at once", async () => {
    await using sshd = await server("password");
    await using bench = await createBench({ devices: [device(sshd)], deps });
    bench.answerAll((question) => (question.kind === "new-host-key" ? { kind: "trust", remember: false } : null));
    expect((await rejectedWith(bench.ssh.connect("node01"))).code).toBe("ssh.dismissed");
    expect(bench.ssh.state.get().connections.node01?.status).toBe("failed");
  });

  test("a server that hangs up while the admin thinks: the question stays, the answer is used", async () => {
    await using sshd = await startSshd({ config: ["PasswordAuthentication yes", "UsePAM yes", "LoginGraceTime 1"] });
    await using bench = await trustingBench([sshd], { devices: [device(sshd)], deps });
    const connecting = bench.ssh.connect("node01");
    const question = await bench.question();
    await expect.poll(() => sshd.sessions(), { timeout: 10_000 }).toBe(0);
    expect(bench.ssh.state.get().questions).toEqual([question]);
    await bench.ssh.answer({ id: question.id, answer: secret(password) });
    expect((await connecting).status).toBe("connected");
  });
});
