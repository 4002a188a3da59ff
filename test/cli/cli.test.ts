import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { type FabricState, fabricStateSchema } from "../../electron/contract/fabric.ts";
import { faultSchema } from "../../electron/contract/fault-schema.ts";
import { commandResultSchema } from "../../electron/contract/ssh.ts";
import { startTestLab, type TestLab, whyNoTestLab } from "../lab/lab.ts";
import { outputOf } from "../process-output.ts";
import { startSshd, whyNoSshd } from "../ssh/sshd.ts";

const root = join(import.meta.dirname, "..", "..");
const reason = whyNoTestLab();
const timeoutMs = 60_000;

const checkSchema = z.object({
  path: z.string(),
  valid: z.boolean(),
  problems: z.array(z.unknown()),
  counts: z.object({ racks: z.number(), devices: z.number(), cables: z.number() }),
});

let profile: string;
beforeAll(async () => {
  profile = await mkdtemp(join(tmpdir(), "halfrack-cli-"));
});
afterAll(() => rm(profile, { recursive: true, force: true }));

test("methods are listed, one a line", { timeout: timeoutMs }, async () => {
  const { code, stdout } = await halfrack("methods");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^fabric\.observe +\S/m);
  expect(stdout).toMatch(/^ssh\.run +\S/m);
});

test("an unknown method is a typed error on stderr", { timeout: timeoutMs }, async () => {
  const { code, stdout, stderr } = await halfrack("call", "lab.explode");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(faultSchema.parse(JSON.parse(stderr)).code).toBe("method.unknown");
});

test("input that does not fit the contract is a typed error on stderr", { timeout: timeoutMs }, async () => {
  const { code, stdout, stderr } = await halfrack("call", "ssh.run", '{"device":"node01","argv":"ls"}');
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(faultSchema.parse(JSON.parse(stderr)).detail).toContain("argv");
});

test("a profile folder that cannot be made is named", { timeout: timeoutMs }, async () => {
  const path = join(profile, "occupied");
  await writeFile(path, "");
  const { code, stdout, stderr } = await halfrack("call", "app.info", "--profile", path);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(faultSchema.parse(JSON.parse(stderr))).toMatchObject({ code: "app.profile-unusable", subject: path });
});

test("a device without an open lab is answered with what is missing", { timeout: timeoutMs }, async () => {
  const { code, stderr } = await halfrack("call", "ssh.run", '{"device":"node01","argv":["true"]}');
  expect({ code, fault: faultSchema.parse(JSON.parse(stderr)).code }).toEqual({ code: 1, fault: "lab.none-open" });
});

describe.skipIf(whyNoSshd !== "")(`on a host never seen before${whyNoSshd && ` (skipped: ${whyNoSshd})`}`, () => {
  test("observing declines its key as a refusal, and records it with --accept-new", {
    timeout: timeoutMs,
  }, async () => {
    await using sshd = await startSshd();
    const lab = join(profile, "new-host.yaml");
    const ssh = `{ host: ${sshd.host}, port: ${sshd.port}, identityFile: ${sshd.identity} }`;
    await writeFile(lab, `halfrack: 1\nname: New\ndevices:\n  - { name: box, type: generic-desktop, ssh: ${ssh} }\n`);
    const declined = await observe({}, "--lab", lab);
    expect(declined.devices.box).toMatchObject({ reach: "refused", fault: { code: "ssh.dismissed" } });
    const accepted = await observe({}, "--lab", lab, "--accept-new");
    expect(accepted.devices.box).toMatchObject({ reach: "reachable" });
  });
});

test("a lab file that is wrong is said to be wrong, and where", { timeout: timeoutMs }, async () => {
  const path = join(profile, "wrong.yaml");
  await writeFile(path, "halfrack: 1\nname: Wrong\ndevices:\n  - name: a\n    type: mellanox-sx6018\n    unit: x\n");
  const check = await call(checkSchema, "lab.check", { path });
  expect(check.valid).toBe(false);
  expect(check.problems).toContainEqual(expect.objectContaining({ line: 6, path: "devices[0].unit" }));
});

describe.skipIf(reason !== "")(
  `on the real test lab${reason && ` (skipped: ${reason})`}`,
  { timeout: timeoutMs },
  () => {
    let lab: TestLab;
    let options: string[];
    beforeAll(async () => {
      lab = await startTestLab();
      options = ["--lab", lab.labFile, "--known-hosts", lab.knownHosts];
    });
    afterAll(() => lab?.stop());

    test("lab.check finds nothing wrong", async () => {
      expect(await call(checkSchema, "lab.check", {}, ...options)).toEqual({
        path: lab.labFile,
        valid: true,
        problems: [],
        counts: { racks: 1, devices: 6, cables: 5 },
      });
    });

    test("fabric.observe sees five hosts and five healthy 4X FDR cables", async () => {
      const state = await observe({}, ...options);
      expect(reachable(state)).toEqual(["node01", "node02", "node03", "node04", "node05"]);
      expect(cables(state)).toEqual([1, 2, 3, 4, 5].map((n) => `node0${n} mlx4_0/1 - sw1 ${n}: healthy Active 4X FDR`));
    });

    test("fabric.observe sees a pulled cable", async () => {
      await lab.pullCable(4);
      const state = await observe({}, ...options);
      expect(cables(state)[3]).toMatch(/^node04 mlx4_0\/1 - sw1 4: (down|absent) Down/);
      await lab.plugCable(4);
    });

    test("ssh.run runs a command on the device it names", async () => {
      const result = await call(commandResultSchema, "ssh.run", { device: "node03", argv: ["hostname"] }, ...options);
      expect(result).toMatchObject({
        device: "node03",
        argv: ["hostname"],
        exitCode: 0,
        stdout: "node03\n",
        stderr: "",
      });
    });

    test("ssh.run passes arguments as they are and tells a failure as a result", async () => {
      const hostile = "a b'c\"d$HOME`id`;*\n&";
      const echoed = { device: "node02", argv: ["printf", "%s", hostile] };
      expect((await call(commandResultSchema, "ssh.run", echoed, ...options)).stdout).toBe(hostile);
      const failing = { device: "node02", argv: ["ls", "/nowhere"] };
      const failed = await call(commandResultSchema, "ssh.run", failing, ...options);
      expect(failed).toMatchObject({ exitCode: 2, stdout: "" });
      expect(failed.stderr).toContain("/nowhere");
    });

    test("a host key that is not known, and nobody to ask, is a fault", async () => {
      const { code, stderr } = await halfrack(
        ...["call", "ssh.run", '{"device":"node01","argv":["true"]}', "--lab", lab.labFile],
      );
      expect(code).toBe(1);
      expect(faultSchema.parse(JSON.parse(stderr)).code).toMatch(/^ssh\./);
    });

    test("a changed host key is refused with its own fault", async () => {
      await lab.rekey(5);
      const { code, stderr } = await halfrack("call", "ssh.run", '{"device":"node05","argv":["true"]}', ...options);
      expect(code).toBe(1);
      expect(faultSchema.parse(JSON.parse(stderr)).code).toBe("ssh.host-key-changed");
    });
  },
);

describe("on the practice lab", { timeout: timeoutMs }, () => {
  test("lab.check finds nothing wrong", async () => {
    const check = await call(checkSchema, "lab.check", {}, "--practice");
    expect(check).toMatchObject({ valid: true, problems: [] });
    expect(check.counts.cables).toBeGreaterThanOrEqual(5);
  });

  test("fabric.observe sees its cables, ssh.run reaches its hosts", async () => {
    const state = await observe({}, "--practice");
    expect(cables(state).filter((line) => line.endsWith("healthy Active 4X FDR"))).toHaveLength(5);
    const [device = ""] = reachable(state);
    const result = await call(commandResultSchema, "ssh.run", { device, argv: ["uname", "-s"] }, "--practice");
    expect(result).toMatchObject({ device, exitCode: 0, stdout: "Linux\n" });
  });
});

/** Runs the command line as a person would, in a profile of its own. */
async function halfrack(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn("npm", ["run", "-s", "halfrack", "--", ...args], {
    cwd: root,
    env: { ...process.env, HALFRACK_PROFILE: profile, HOME: profile, npm_config_update_notifier: "false" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return outputOf(child);
}

async function call<S extends z.ZodType>(
  schema: S,
  name: string,
  input: object,
  ...args: string[]
): Promise<z.output<S>> {
  const { code, stdout, stderr } = await halfrack("call", name, JSON.stringify(input), ...args);
  if (code !== 0) throw new Error(`${name} ended with ${code}: ${stderr}`);
  return schema.parse(JSON.parse(stdout));
}

/** What is observed goes out unchecked: here it must hold what the contract says, and nothing more. */
async function observe(input: object, ...args: string[]): Promise<FabricState> {
  const sent = await call(z.unknown(), "fabric.observe", input, ...args);
  const state = fabricStateSchema.parse(sent);
  expect(sent).toEqual(state);
  return state;
}

function reachable({ devices }: FabricState): string[] {
  return Object.entries(devices)
    .filter(([, { reach }]) => reach === "reachable")
    .map(([name]) => name)
    .sort();
}

function cables(state: FabricState): string[] {
  return state.cables
    .map(({ a, b, state: word, logical, width, speed }) => {
      const [near, far] = [a, b].sort((x, y) => (x.device < y.device ? -1 : 1));
      return `${near?.device} ${near?.port} - ${far?.device} ${far?.port}: ${word} ${logical} ${width} ${speed}`;
    })
    .sort();
}
