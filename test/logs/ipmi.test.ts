/** BMCs asked by the real ipmitool of a real simulator (OpenIPMI's ipmi_sim), whose every answer is its own. */
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createIpmiRunner } from "../../electron/logs/collect/ipmi.node.ts";
import { findCommand } from "../lab/packages.ts";
import { until } from "../until.ts";
import { entryOf } from "./collection-samples.ts";

const lacks = ["ipmitool", "ipmi_sim"].filter((command) => findCommand(command) === null);
const skipped = lacks.length > 0 ? `(skipped: ${lacks.join(" and ")} missing; Debian: ipmitool openipmi)` : "";

const freeUdpPort = () =>
  new Promise<number>((resolve, reject) => {
    const socket = createSocket("udp4");
    socket.once("error", reject);
    socket.bind(0, "127.0.0.1", () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });

describe.skipIf(skipped)(`a BMC ${skipped}`, () => {
  let dir: string;
  let port: number;
  let end: () => Promise<void>;
  const login = () => ({ host: "127.0.0.1", port, user: "admin", password: "labpass1", cipher: 3 });
  const options = { signal: new AbortController().signal, absence: undefined };
  const ask = (...argv: string[]) =>
    entryOf(0, { target: "node1 bmc", source: { how: "ipmi", argv }, timeoutMs: 40_000 });
  const text = async (content: NodeJS.ReadableStream | null) => {
    let all = "";
    for await (const chunk of content ?? []) all += Buffer.from(chunk as Uint8Array).toString();
    return all;
  };

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "halfrack-bmc-"));
    port = await freeUdpPort();
    const auths = ["callback", "user", "operator", "admin"].map(
      (level) => `allowed_auths_${level} none md2 md5 straight`,
    );
    const lan = [
      'name "bmc1"',
      "set_working_mc 0x20",
      "startlan 1",
      `addr 127.0.0.1 ${port}`,
      "priv_limit admin",
      ...auths,
      "endlan",
      'user 1 false "" "x" user 10 none md2 md5 straight',
      'user 2 true "admin" "labpass1" admin 10 none md2 md5 straight',
    ];
    const events = [
      "mc_setbmc 0x20",
      "mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x002a7c 0x0f02",
      "sel_enable 0x20 1000 0x0a",
      "mc_enable 0x20",
    ];
    await writeFile(join(dir, "lan.conf"), `${lan.join("\n")}\n`);
    await writeFile(join(dir, "bmc.emu"), `${events.join("\n")}\n`);
    const state = ["-s", dir];
    const sim = spawn("ipmi_sim", ["-n", "-c", join(dir, "lan.conf"), "-f", join(dir, "bmc.emu"), ...state], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    const ended = new Promise<void>((resolve) => sim.once("exit", () => resolve()));
    end = async () => {
      sim.kill("SIGKILL");
      await ended;
    };
    await until("the simulator to listen", async () =>
      (await readFile("/proc/net/udp", "latin1")).includes(`:${port.toString(16).toUpperCase().padStart(4, "0")} `),
    );
  });
  afterAll(async () => {
    await end?.();
    await rm(dir, { recursive: true, force: true });
  });

  test("its log and chassis are read, and a command it does not know is told with its exit code", {
    timeout: 60_000,
  }, async () => {
    const run = createIpmiRunner({ loginOf: async () => login() });
    const chassis = await run(ask("chassis", "status"), options);
    expect(chassis).toMatchObject({ state: "got", exitCode: 0 });
    expect(await text(chassis.content)).toMatch(/^System Power +: /);
    const log = await run(ask("sel", "info"), options);
    expect(await text(log.content)).toMatch(/^SEL Information/);
    expect(await run(ask("no-such-thing"), options)).toMatchObject({ exitCode: 1, state: "failed" });
  });

  test("the password stands in no argument, and a wrong one is refused", { timeout: 60_000 }, async () => {
    const run = createIpmiRunner({ loginOf: async () => ({ ...login(), password: "wrong" }) });
    expect(await run(ask("sel", "list"), options)).toMatchObject({
      state: "refused",
      reason: expect.stringContaining("the login may be wrong"),
      content: null,
    });
    const secret = "labpass1";
    const seen: string[] = [];
    const asked = createIpmiRunner({ loginOf: async () => login() })(ask("chassis", "status"), options);
    let over = false;
    asked.finally(() => {
      over = true;
    });
    while (!over) {
      const shown = await text(spawn("ps", ["-eo", "args"]).stdout);
      seen.push(...shown.split("\n").filter((line) => line.includes("ipmitool") && !line.startsWith("ps ")));
    }
    expect(await asked).toMatchObject({ state: "got" });
    expect(seen.filter((line) => line.includes(secret))).toEqual([]);
  });

  test("one that does not answer is lost, one without a login refused", { timeout: 90_000 }, async () => {
    const silent = createSocket("udp4");
    await new Promise<void>((resolve) => silent.bind(0, "127.0.0.1", resolve));
    const run = createIpmiRunner({ loginOf: async () => ({ ...login(), port: silent.address().port }) });
    expect(await run(ask("sel", "list"), options)).toMatchObject({ state: "lost", content: null, exitCode: null });
    silent.close();
    const none = createIpmiRunner({ loginOf: async () => null });
    expect(await none(ask("sel", "list"), options)).toMatchObject({ state: "refused" });
  });
});
