/** What a script sees when a device cannot be reached: one fault as JSON on stderr, exit code 1, in bounded time. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Fault, faultSchema } from "../../electron/contract/fault-schema.ts";
import { transferResultSchema } from "../../electron/contract/ssh.ts";
import { knownHostsLines } from "../ssh/bench.ts";
import { generateKey, type Sshd, startSshd, whyNoSshd } from "../ssh/sshd.ts";

const root = join(import.meta.dirname, "..", "..");
/** Start-up of the command line on a loaded machine, beside what the call itself may take. */
const boundMs = 30_000;

describe.skipIf(whyNoSshd)(`ssh.run from the command line ${whyNoSshd}`, { timeout: 2 * boundMs }, () => {
  let profile: string;
  let sshd: Sshd;
  let knownHosts: string;
  beforeAll(async () => {
    profile = await mkdtemp(join(tmpdir(), "halfrack-cli-"));
    sshd = await startSshd({ config: ["PasswordAuthentication yes"] });
    knownHosts = join(profile, "trusted");
    await writeFile(knownHosts, knownHostsLines(sshd));
  });
  afterAll(async () => {
    await sshd?.[Symbol.asyncDispose]();
    if (profile) await rm(profile, { recursive: true, force: true });
  });

  /** Calls one method on node01, reached as `ssh` says. */
  async function call(method: string, ssh: object, input: object, ...options: string[]) {
    const lab = join(profile, `${crypto.randomUUID()}.yaml`);
    const device = { name: "node01", type: "dell-r610", ssh };
    await writeFile(lab, JSON.stringify({ halfrack: 1, name: "Test", devices: [device] }));
    const args = ["call", method, JSON.stringify({ device: "node01", ...input }), "--lab", lab, ...options];
    const child = spawn("npm", ["run", "-s", "halfrack", "--", ...args], {
      cwd: root,
      env: {
        ...process.env,
        HALFRACK_PROFILE: profile,
        HOME: profile,
        SSH_AUTH_SOCK: "",
        npm_config_update_notifier: "false",
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const begun = performance.now();
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const [code] = (await once(child, "close")) as [number | null];
    return { code, stdout, stderr, durationMs: performance.now() - begun };
  }

  async function fault(ssh: object, input: object = {}, ...options: string[]): Promise<Fault> {
    const { code, stdout, stderr, durationMs } = await call("ssh.run", ssh, { argv: ["true"], ...input }, ...options);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(durationMs).toBeLessThan(boundMs);
    return faultSchema.parse(JSON.parse(stderr));
  }

  const address = () => ({ host: sshd.host, port: sshd.port });

  test("a new host key is not accepted by itself", async () => {
    expect(await fault({ ...address(), identityFile: sshd.identity })).toMatchObject({
      code: "ssh.dismissed",
      detail: "Its host key was not accepted, so there is no connection.",
      subject: "node01",
    });
  });

  test("a host that asks for a password gets none", async () => {
    expect(await fault({ ...address(), user: "nobody" }, {}, "--known-hosts", knownHosts)).toMatchObject({
      code: "ssh.dismissed",
      detail: "Without an answer there is no login.",
      subject: "node01",
    });
  });

  test("a key file with a passphrase stays locked", async () => {
    const identityFile = join(profile, "locked");
    await generateKey(identityFile, "ed25519", { passphrase: "never told" });
    const authorized = join(sshd.dir, "authorized_keys");
    await writeFile(
      authorized,
      `${await readFile(authorized, "utf8")}${await readFile(`${identityFile}.pub`, "utf8")}`,
    );
    expect(await fault({ ...address(), identityFile }, {}, "--known-hosts", knownHosts)).toMatchObject({
      code: "ssh.dismissed",
      subject: "node01",
    });
  });

  test("a changed host key is refused, also where new keys are accepted", async () => {
    const other = join(profile, "other");
    await generateKey(other, "ed25519");
    const [type, key] = (await readFile(`${other}.pub`, "utf8")).split(" ");
    const changed = join(profile, "changed");
    await writeFile(changed, `[${sshd.host}]:${sshd.port} ${type} ${key}\n`);
    const options = ["--known-hosts", changed, "--accept-new"];
    expect(await fault({ ...address(), identityFile: sshd.identity }, {}, ...options)).toMatchObject({
      code: "ssh.host-key-changed",
      evidence: expect.stringContaining("SHA256:"),
      subject: "node01",
    });
  });

  test("a host where nothing listens, and one that never greets, are told apart in time", async () => {
    await using other = await startSshd();
    const ssh = { host: other.host, port: other.port, identityFile: other.identity };
    other.freeze();
    expect(await fault(ssh, { timeoutMs: 1500 })).toMatchObject({
      code: "ssh.not-ready",
      detail: "Nothing was started: the connection is being made.",
      subject: "node01",
    });
    other.thaw();
    await other.kill();
    expect(await fault(ssh)).toMatchObject({ code: "ssh.refused", subject: "node01" });
  });

  test("files are copied by a script, or refused with a fault", async () => {
    const localPath = join(profile, "copy");
    const remotePath = join(sshd.dir, "sshd_config");
    const ssh = { ...address(), identityFile: sshd.identity };
    const copy = () => call("ssh.download", ssh, { remotePath, localPath }, "--known-hosts", knownHosts);
    const done = await copy();
    expect(done).toMatchObject({ code: 0, stderr: "" });
    const expected = await readFile(remotePath);
    expect(transferResultSchema.parse(JSON.parse(done.stdout)).sizeBytes).toBe(expected.length);
    expect(await readFile(localPath, "utf8")).toBe(expected.toString());
    const again = await copy();
    expect([again.code, faultSchema.parse(JSON.parse(again.stderr)).code]).toEqual([1, "ssh.file-exists"]);
  });
});
