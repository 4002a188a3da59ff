/** Questions in real logins: withdrawn by a hang-up, outliving their callers, and secrets that show nowhere. */
import { appendFile, readFile } from "node:fs/promises";
import type { Server } from "node:net";
import { join } from "node:path";
import ssh2 from "ssh2";
import { afterEach, describe, expect, test, vi } from "vitest";
import { FaultError } from "../../electron/contract/error.ts";
import { memorySecrets, type SecretStore } from "../../electron/secrets.ts";
import { type Bench, createBench, deviceFor, quick, rejectedWith, trustingBench } from "./bench.ts";
import { generateKey, startSshd, whyNoSshd } from "./sshd.ts";

const hostKey = ssh2.utils.generateKeyPairSync("ed25519").private;
const servers: ssh2.Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  vi.restoreAllMocks();
});

/** ssh2's own server with one method of login; `judge` decides on an answer. */
async function askingServer(
  method: "password" | "keyboard-interactive",
  judge: (answer: string, client: ssh2.Connection) => boolean | "hang up",
): Promise<{ port: number; clients: ssh2.Connection[] }> {
  const clients: ssh2.Connection[] = [];
  const server = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
    clients.push(client);
    client.on("error", () => undefined);
    client.on("authentication", (context) => {
      const decide = (answer: string) => {
        const verdict = judge(answer, client);
        if (verdict === "hang up") client.end();
        else if (verdict) context.accept();
        else context.reject([method]);
      };
      if (context.method !== method) context.reject([method]);
      else if (context.method === "password") decide(context.password);
      else if (context.method === "keyboard-interactive")
        context.prompt([{ prompt: "Token:", echo: false }], "", "", (answers) => decide(answers[0] ?? ""));
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as ReturnType<Server["address"]> & { port: number }).port, clients };
}

const benchFor = (port: number, timings: Partial<typeof quick.timings> & { readyTimeoutMs?: number } = {}) =>
  createBench({
    devices: [{ name: "node01", type: "server", ssh: { host: "127.0.0.1", port, user: "root" } }],
    deps: { timings: { ...quick.timings, ...timings } },
  });

/** Trusts the host key, so that what remains open is the secret. */
async function secretQuestion(bench: Bench) {
  const key = await bench.question((question) => question.kind === "new-host-key");
  await bench.ssh.answer({ id: key.id, answer: { kind: "trust", remember: true } });
  return bench.question((question) => question.kind === "secret");
}

describe("a question and its connection", () => {
  test("the server's own prompt is withdrawn when the server hangs up, and is not asked again by itself", async () => {
    const { port, clients } = await askingServer("keyboard-interactive", () => true);
    await using bench = await benchFor(port);
    const connecting = rejectedWith(bench.ssh.connect("node01"));
    const question = await secretQuestion(bench);
    for (const client of clients) client.end();
    expect(await connecting).toMatchObject({ code: "ssh.hung-up-asking", subject: "node01" });
    expect(bench.ssh.state.get()).toMatchObject({
      questions: [],
      connections: { node01: { status: "failed", retryAt: null, fault: { code: "ssh.hung-up-asking" } } },
    });
    const late = bench.ssh.answer({ id: question.id, answer: { kind: "secret", values: ["1"], remember: false } });
    expect((await rejectedWith(late)).code).toBe("ssh.no-question");
    const before = clients.length;
    expect((await rejectedWith(bench.ssh.run("node01", ["true"]))).code).toBe("ssh.hung-up-asking");
    expect(clients).toHaveLength(before);
    const again = bench.ssh.connect("node01");
    const { id } = await bench.question();
    await bench.ssh.answer({ id, answer: { kind: "secret", values: ["2"], remember: false } });
    expect((await again).status).toBe("connected");
  });

  test.each([
    ["password", "admin", "admin", true],
    ["keyboard-interactive", "admin", "admin", true],
    ["password", "admin", "another", undefined],
    ["password", "root", "admin", undefined],
  ] as const)("a login by %s as %s with %s: the factory's is known as such", async (method, user, word, factory) => {
    const { port } = await askingServer(method, () => true);
    await using bench = await createBench({
      devices: [{ name: "node01", type: "server", ssh: { host: "127.0.0.1", port, user } }],
      deps: { timings: quick.timings },
    });
    const connecting = bench.ssh.connect("node01");
    const { id } = await secretQuestion(bench);
    await bench.ssh.answer({ id, answer: { kind: "secret", values: [word], remember: false } });
    expect([(await connecting).status, (await connecting).factoryLogin]).toEqual(["connected", factory]);
  });

  test("who waits for an answer is told after a while; the question stays, and a late answer still counts", async () => {
    const { port } = await askingServer("password", () => true);
    await using bench = await benchFor(port, { readyTimeoutMs: 300 });
    const connecting = rejectedWith(bench.ssh.connect("node01"));
    const shell = rejectedWith(bench.ssh.shell("node01", { cols: 80, rows: 24 }));
    const copy = { device: "node01", remotePath: "/x", localPath: join(bench.home, "x"), overwrite: false };
    const transfer = rejectedWith(bench.ssh.download(copy));
    const run = rejectedWith(bench.ssh.run("node01", ["true"], { timeoutMs: 300 }));
    const { id } = await secretQuestion(bench);
    for (const fault of await Promise.all([connecting, shell, transfer, run]))
      expect(fault).toMatchObject({
        code: "ssh.not-ready",
        detail: "Nothing was started: a question to the admin is open.",
        retry: true,
        subject: "node01",
      });
    expect(bench.ssh.state.get()).toMatchObject({ questions: [{ id }], connections: { node01: { status: "asking" } } });
    await bench.ssh.answer({ id, answer: { kind: "secret", values: ["late"], remember: false } });
    await expect
      .poll(() => bench.ssh.state.get().connections.node01)
      .toMatchObject({ status: "connected", channels: 0 });
  });
});

/** Everything that was published, thrown or printed while `work` ran. */
async function everythingSaid(bench: Bench, work: () => Promise<unknown>): Promise<string> {
  const said: string[] = [];
  const keep = (chunk: unknown) => {
    said.push(String(chunk));
    return true;
  };
  const printed = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, "write").mockImplementation(keep));
  const logged = (["log", "info", "warn", "error", "debug"] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation((...parts) => void keep(parts.map(String).join(" "))),
  );
  const stop = bench.ssh.state.onChange((now) => void said.push(JSON.stringify(now)));
  try {
    said.push(JSON.stringify(await work()));
  } catch (error) {
    said.push(String(error), error instanceof Error ? `${error.stack} ${String(error.cause)}` : "");
    if (error instanceof FaultError) said.push(JSON.stringify(error.fault));
  } finally {
    stop();
    for (const spy of [...printed, ...logged]) spy.mockRestore();
  }
  return said.join("\n");
}

/** Forms in which a secret may show: as it is, escaped in JSON, in base64 and hexadecimal. */
function forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    bytes.toString("base64").replace(/=+$/, ""),
    bytes.toString("hex"),
  ];
}

const wrong = 'wr0ng-s3cret "\\ü';
const right = "r1ght-s3cret 'ß\n$x";

describe("secrets show nowhere", () => {
  test.each([
    ["password", [wrong, right], "connected"],
    ["password", [wrong, wrong, wrong], "ssh.authentication-failed"],
    ["password", ["hang up"], "ssh.authentication-failed|ssh.closed"],
    ["keyboard-interactive", [wrong, right], "connected"],
    ["keyboard-interactive", [wrong, wrong, wrong], "ssh.authentication-failed"],
    ["keyboard-interactive", ["hang up"], "ssh.authentication-failed|ssh.closed|ssh.dismissed"],
  ] as const)("a %s: %j", async (method, answers, outcome) => {
    const { port } = await askingServer(method, (answer) => (answer === "hang up" ? "hang up" : answer === right));
    await using bench = await benchFor(port);
    const left: string[] = [...answers];
    bench.answerAll((question) => {
      if (question.kind === "new-host-key") return { kind: "trust", remember: true };
      const value = left.shift();
      return value === undefined ? null : { kind: "secret", values: [value], remember: true };
    });
    const said = await everythingSaid(bench, async () => {
      await bench.ssh.connect("node01");
      await bench.ssh.disconnect("node01");
      return bench.ssh.connect("node01");
    });
    expect(said).toMatch(new RegExp(outcome));
    for (const secret of answers.filter((answer) => answer !== "hang up"))
      for (const form of forms(secret)) expect(said).not.toContain(form);
  });

  test.skipIf(whyNoSshd)(`passphrases, and the key they unlock, which is unlocked once ${whyNoSshd}`, async () => {
    await using sshd = await startSshd();
    const identityFile = join(sshd.dir, "locked");
    await generateKey(identityFile, "ed25519", { passphrase: right });
    await appendFile(join(sshd.dir, "authorized_keys"), await readFile(`${identityFile}.pub`));
    await using bench = await trustingBench([sshd], { devices: [deviceFor("node01", sshd, { identityFile })] });
    const asked = bench.answerAll((question) => ({
      ...{ kind: "secret", values: [question.kind === "secret" && question.again ? right : wrong], remember: true },
      kind: "secret",
    }));
    const parse = vi.spyOn(ssh2.utils, "parseKey");
    const unlocking = () => parse.mock.calls.filter(([, passphrase]) => passphrase !== undefined).length;
    const said = await everythingSaid(bench, async () => {
      for (let round = 0; round < 3; round++) {
        await bench.ssh.connect("node01");
        await bench.ssh.disconnect("node01");
      }
    });
    expect(unlocking()).toBe(2); // the wrong answer and the right one
    for (const secret of [wrong, right]) for (const form of forms(secret)) expect(said).not.toContain(form);
    expect(said).not.toContain("PRIVATE KEY");
    expect(asked).toHaveLength(2);

    expect(await bench.secrets.get(`passphrase:${identityFile}`)).toBe(right);
    await bench.ssh.forgetSecrets();
    expect(await bench.secrets.get(`passphrase:${identityFile}`)).toBeNull();
    await bench.ssh.connect("node01");
    expect(asked).toHaveLength(4); // nothing was kept: asked as at the start
  });

  test("a key store that does not forget is reported, and this process forgets all the same", async () => {
    const { port } = await askingServer("password", (answer) => answer === right);
    const secrets: SecretStore = {
      ...memorySecrets(),
      delete: async () => Promise.reject(new Error("store is locked")),
    };
    await using bench = await createBench({
      devices: [deviceFor("node01", { host: "127.0.0.1", port, identity: "/nowhere" })],
      deps: { secrets },
    });
    const asked = bench.answerAll((question) =>
      question.kind === "secret"
        ? { kind: "secret", values: [right], remember: false }
        : { kind: "trust", remember: true },
    );
    await bench.ssh.connect("node01");
    await bench.ssh.disconnect("node01");
    const fault = await rejectedWith(bench.ssh.forgetSecrets());
    expect(fault).toMatchObject({ code: "ssh.secrets-kept", detail: expect.stringContaining("store is locked") });
    asked.length = 0;
    await bench.ssh.connect("node01");
    expect(asked.map(({ kind }) => kind)).toEqual(["secret"]);
  });
});
