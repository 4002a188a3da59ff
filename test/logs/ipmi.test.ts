/** BMCs asked by the real ipmitool of a real simulator (OpenIPMI's ipmi_sim), whose every answer is its own. */
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createIpmiRunner } from "../../electron/logs/collect/ipmi.node.ts";
import { entryOf } from "./collection-samples.ts";
import { type IpmiSim, startIpmiSim, whyNoIpmiSim } from "./ipmi-sim.ts";

describe.skipIf(whyNoIpmiSim)(`a BMC ${whyNoIpmiSim}`, () => {
  let sim: IpmiSim;
  const login = () => sim.login;
  const options = { signal: new AbortController().signal, absence: undefined };
  const ask = (...argv: string[]) =>
    entryOf(0, { target: "node1 bmc", source: { how: "ipmi", argv }, timeoutMs: 40_000 });
  const text = async (content: NodeJS.ReadableStream | null) => {
    let all = "";
    for await (const chunk of content ?? []) all += Buffer.from(chunk as Uint8Array).toString();
    return all;
  };

  beforeAll(async () => {
    sim = await startIpmiSim();
  });
  afterAll(() => sim?.[Symbol.asyncDispose]());

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
