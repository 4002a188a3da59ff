/**
 * Measuring over real OpenSSH hosts. The programs named ib_write_bw there are ours and print the documented format:
 * perftest itself needs RDMA hardware.
 */
import { readdirSync, readFileSync } from "node:fs";
import { chmod, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Fault } from "../../electron/contract/error.ts";
import type { MeasurePlan } from "../../electron/contract/measure.ts";
import type { CommandResult } from "../../electron/contract/ssh.ts";
import type { CableView } from "../../electron/fabric/explain/cable.ts";
import { planOf, readCheck } from "../../electron/fabric/measure.ts";
import { Measuring } from "../../electron/fabric/measuring.node.ts";
import { Places } from "../../electron/fabric/places.ts";
import type { SshService } from "../../electron/ssh/types.ts";
import { startTestLab, type TestLab, whyNoTestLab } from "../lab/lab.ts";
import { until } from "../until.ts";
import { openStation, type Station } from "./station.ts";

const faultIn = (error: unknown): Fault => (error as { fault: Fault }).fault;
const nothing = { missing: [], address: null };

const device = (name: string, host: string) => ({
  name,
  type: "server",
  ssh: { host },
  hcas: [{ name: "mlx4_0", ports: 2 }],
});
const port = (name: string) => ({ device: name, port: "mlx4_0/1", inLab: true, at: null });
const live = { state: "healthy", logical: "Active", physical: "LinkUp", width: "4X", speed: "FDR" } as const;
const rest = {
  planned: 0,
  difference: "as-planned",
  story: null,
  dataGbps: 54.545,
  reason: "",
  observedAt: 1,
  since: 1,
  observedBy: "a",
} as const;
const view = (host = "10.0.0.12"): CableView => {
  const devices = [device("a", "10.0.0.11"), device("b", host)];
  const lab = { halfrack: 1 as const, name: "l", racks: [], devices, cables: [] };
  return {
    places: new Places({ lab, types: {}, devices: {}, joined: null }),
    cables: [{ id: "c", a: port("a"), b: port("b"), ...live, ...rest }],
    devices: {},
    switches: {},
  };
};
const request = { cable: "c", peer: "b", tool: "ib_write_bw", seconds: 8, tcpPort: 18_515 } as const;

describe("the plan of a measurement", () => {
  it("is two whole commands, each with an end of its own", () => {
    const plan = planOf(view(), request, { server: { missing: [], address: "10.9.0.12" }, client: nothing });
    const wrapper = ["sh", "-c", 'echo "halfrack-pid $$"; exec "$@"', "sh", "timeout"];
    const options = ["ib_write_bw", "-d", "mlx4_0", "-i", "1", "-p", "18515", "-D", "8", "--report_gbits", "-F"];
    expect(plan).toEqual({
      request: { ...request, address: "10.9.0.12" },
      server: {
        device: "b",
        hca: "mlx4_0",
        port: 1,
        limitSeconds: 38,
        missing: null,
        argv: [...wrapper, "38", ...options],
      },
      client: {
        device: "a",
        hca: "mlx4_0",
        port: 1,
        limitSeconds: 28,
        missing: null,
        argv: [...wrapper, "28", ...options, "10.9.0.12"],
      },
    });
  });

  it.each([
    ["where the host says it was reached", "10.0.0.12", "10.9.0.12", "10.9.0.12"],
    ["by the lab file where the host was reached through a tunnel", "10.0.0.12", "127.0.0.1", "10.0.0.12"],
    ["by the lab file where the host does not tell", "10.0.0.12", null, "10.0.0.12"],
    ["at loopback where both say so", "127.0.0.12", "127.0.0.12", "127.0.0.12"],
  ])("meets %s", (_, planned, told, address) => {
    const plan = planOf(view(planned), request, { server: { missing: [], address: told }, client: nothing });
    expect(plan.request.address).toBe(address);
    const asked = planOf(view(planned), { ...request, address: "ib-b" }, { server: nothing, client: nothing });
    expect(asked.client.argv.at(-1)).toBe("ib-b");
  });

  it("says what is not installed, and takes nothing else from a host's words", () => {
    expect(readCheck("missing ib_write_bw\nreached 10.0.0.1 50000 10.9.0.12 22\n")).toEqual({
      missing: ["ib_write_bw"],
      address: "10.9.0.12",
    });
    expect(readCheck("missing rm -rf\nreached 1 2 -oProxyCommand 22\nreached \n")).toEqual(nothing);
    const check = { missing: ["ib_write_bw"], address: null };
    expect(planOf(view(), request, { server: check, client: nothing }).server.missing).toBe(
      "b has no ib_write_bw: install perftest there.",
    );
  });

  it("is refused where an end is not known, or its HCA's name could be an option", () => {
    const plan = (of: CableView, peer = "b") => planOf(of, { ...request, peer }, { server: nothing, client: nothing });
    expect(() => plan(view(), "nobody")).toThrow(/No HCA port of nobody/);
    // The other end of the same cable sends then.
    expect(plan(view(), "a").client.device).toBe("b");
    const hostile = view();
    for (const each of hostile.places.lab.devices) for (const hca of each.hcas ?? []) hca.name = "-oEvil";
    for (const each of hostile.cables) for (const end of [each.a, each.b]) end.port = "-oEvil/1";
    expect(() => plan(hostile)).toThrow(/No HCA port/);
  });
});

/** Two hosts: what they print first, what `kill` comes to, and which process ids it was given. */
function hosts({ greeting, killed }: { readonly greeting: string; readonly killed: number }) {
  const kills: string[] = [];
  const running = new Map<string, () => void>();
  const ended = (argv: readonly string[], stdout: string, exitCode: number | null): CommandResult => ({
    ...{ device: "", argv: [...argv], exitCode, signal: exitCode === null ? "TERM" : null, stdout, stderr: "" },
    ...{ truncated: false, startedAt: 1, durationMs: 1 },
  });
  const run: SshService["run"] = async (device, argv, options = {}) => {
    if (argv[0] === "kill") {
      kills.push(`${device} ${argv[1]}`);
      if (killed === 0) running.get(device)?.();
      return ended(argv, "", killed);
    }
    if (!argv.includes("--report_gbits")) return ended(argv, "reached 10.0.0.1 1 10.9.0.12 22\n", 0);
    const over = Promise.withResolvers<CommandResult>();
    running.set(device, () => over.resolve(ended(argv, "", null)));
    options.signal?.addEventListener("abort", () => over.reject(new Error("closed")));
    options.onStdout?.(new TextEncoder().encode(`${greeting}halfrack-pid 4242\n`));
    return over.promise;
  };
  return { kills, run, started: () => running.size };
}

describe("a measurement that is cancelled", () => {
  it.each([
    ["names both ends as ended where that was seen", "", 0, "Both programs, on a and on b, were ended."],
    [
      "finds the process behind what a login shell prints first",
      "Welcome to b,\n2 users\n",
      0,
      "Both programs, on a and on b, were ended.",
    ],
    [
      "does not say so where it was not seen",
      "",
      1,
      "What runs on a and on b was not seen to end: it ends by itself within 38 s.",
    ],
  ])("%s", async (_what, greeting, killed, detail) => {
    const { kills, run, started } = hosts({ greeting, killed });
    const measuring = new Measuring({ run });
    const plan = await measuring.plan(view(), request);
    const stop = new AbortController();
    const shown = [plan.server.argv, plan.client.argv] as const;
    const outcome = measuring.measure(view(), { request: plan.request, shown }, stop.signal).catch(faultIn);
    await until("both to run", async () => started() === 2);
    stop.abort();
    expect(await outcome).toMatchObject({ code: "fabric.measure-cancelled", detail });
    expect(kills.toSorted()).toEqual(["a 4242", "b 4242"]);
  });
});

const reason = whyNoTestLab();

/** Prints what perftest prints, from its documented format; `-D 5` takes a second here. */
const stand = (dir: string) => `#!${process.execPath}
const { createServer, connect } = require("node:net");
const { readFileSync, existsSync } = require("node:fs");
const argv = process.argv.slice(2);
const after = (option) => argv[argv.indexOf(option) + 1];
const port = Number(after("-p"));
const address = /^\\d+\\.\\d+\\.\\d+\\.\\d+$/.test(argv.at(-1)) ? argv.at(-1) : null;
const text = (name) => readFileSync(${JSON.stringify(join(import.meta.dirname, "..", "fixtures", "perftest"))} + "/" + name + ".txt", "utf8");
const hang = existsSync(${JSON.stringify(join(dir, "hang"))});
const end = (name) => setTimeout(() => { process.stdout.write(text(name)); process.exit(0); }, hang ? 60_000 : Number(after("-D")) * 40);
if (existsSync(${JSON.stringify(join(dir, "broken"))})) { process.stderr.write(text("no-device")); process.exit(1); }
if (address === null) {
  const listen = () => createServer(() => end("server-gbits")).listen(port);
  setTimeout(listen, 700);
} else {
  connect(port, address, () => end("client-gbits")).on("error", () => {
    process.stderr.write(" Couldn't connect to " + address + ":" + port + "\\n");
    process.exit(1);
  });
}
`;

describe.skipIf(reason !== "")(`measuring over OpenSSH hosts${reason && `: skipped, ${reason}`}`, () => {
  let testLab: TestLab;
  let station: Station;
  const request = {
    cable: "node03 mlx4_0/1",
    peer: "node01",
    tool: "ib_write_bw",
    seconds: 5,
    tcpPort: 18_737,
  } as const;

  beforeAll(async () => {
    testLab = await startTestLab();
    station = await openStation({ ...testLab, knownHosts: [testLab.knownHosts] });
  });
  afterAll(async () => {
    await station?.[Symbol.asyncDispose]();
    await testLab?.stop();
  });

  /** Programs named ib_write_bw that run now, of this lab. */
  const running = () =>
    readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(join(testLab.dir, "bin", "ib_write_bw"));
        } catch {
          return false;
        }
      });
  const shownOf = (plan: MeasurePlan) => ({
    request: plan.request,
    shown: [plan.server.argv, plan.client.argv] as const,
  });
  const never = new AbortController().signal;

  it("explains a cable of hosts whose PCIe path nothing tells: it says so, and how to read it", async () => {
    const found = await station.fabric.explain({ cable: request.cable, measuredGbps: 15.2 });
    expect(found).toMatchObject({
      cable: "node03 mlx4_0/1 -- sw1 3",
      settled: false,
      ceilings: [{ kind: "link", figure: "4X FDR" }],
      sentence:
        "The InfiniBand link is 4X FDR and carries up to 54.5 Gb/s; the PCIe path of node03 was not read, so a lower ceiling may be there.",
      switchPorts: [{ device: "sw1", port: "3", state: "Active", width: "4X", speed: "FDR" }],
      measured: { matches: null },
    });
    expect(found.hosts[0]?.unread?.could.map(({ figure }) => figure)).toEqual([
      "PCIe gen1 x8",
      "PCIe gen2 x4",
      "PCIe gen3 x2",
    ]);
    const unknown = await station.fabric.explain({ cable: "node09 mlx4_0/1" }).catch(faultIn);
    expect(unknown).toMatchObject({ code: "fabric.no-such-cable" });
  });

  it("says that perftest is not there, and runs nothing", async () => {
    const plan = await station.fabric.planMeasurement(request);
    expect([plan.server.missing, plan.client.missing]).toEqual([
      "node01 has no ib_write_bw: install perftest there.",
      "node03 has no ib_write_bw: install perftest there.",
    ]);
    const refused = await station.fabric.measure(shownOf(plan), never).catch(faultIn);
    expect(refused).toMatchObject({ code: "fabric.no-perftest" });
  });

  describe("with programs that print its format", () => {
    beforeAll(async () => {
      const program = join(testLab.dir, "bin", "ib_write_bw");
      await writeFile(program, stand(testLab.dir));
      await chmod(program, 0o755);
    });

    it("starts the receiver, tries until it listens, and gives the sender's figure with both outputs", async () => {
      const plan = await station.fabric.planMeasurement(request);
      expect([plan.client.device, plan.server.device, plan.server.missing]).toEqual(["node03", "node01", null]);
      expect(plan.request.address).toBe("127.0.0.11");
      const measured = await station.fabric.measure(shownOf(plan), never);
      expect(measured).toMatchObject({
        from: "node03",
        to: "node01",
        gbps: 13.94,
        messageBytes: 65_536,
        iterations: 106_400,
      });
      expect(measured.sources.map(({ device, exitCode }) => [device, exitCode])).toEqual([
        ["node03", 0],
        ["node01", 0],
      ]);
      expect(running()).toEqual([]);
    });

    it("runs nothing but what was shown", async () => {
      const plan = await station.fabric.planMeasurement(request);
      const other = { ...shownOf(plan), request: { ...plan.request, seconds: 60 } };
      expect(await station.fabric.measure(other, never).catch(faultIn)).toMatchObject({ code: "fabric.plan-changed" });
    });

    it("tells a failure in the tool's own words and leaves nothing running", async () => {
      const plan = await station.fabric.planMeasurement(request);
      await writeFile(join(testLab.dir, "broken"), "");
      const fault = await station.fabric.measure(shownOf(plan), never).catch(faultIn);
      await rm(join(testLab.dir, "broken"));
      expect(fault).toMatchObject({
        code: "fabric.measure-failed",
        detail: expect.stringContaining("Unable to find the Infiniband/RoCE device"),
      });
      expect(running()).toEqual([]);
    });

    it("ends both programs when it is cancelled, and can be started again; two at a time are refused", async () => {
      await writeFile(join(testLab.dir, "hang"), "");
      const plan = await station.fabric.planMeasurement(request);
      const stop = new AbortController();
      const outcome = station.fabric.measure(shownOf(plan), stop.signal).catch(faultIn);
      await until("both programs to run", async () => running().length >= 2);
      const second = await station.fabric.measure(shownOf(plan), never).catch(faultIn);
      expect(second).toMatchObject({ code: "fabric.measure-busy" });
      stop.abort();
      expect(await outcome).toMatchObject({
        code: "fabric.measure-cancelled",
        detail: expect.stringMatching(/^Both programs, .* were ended\.$/),
      });
      await until("both programs to be gone", async () => running().length === 0);
    });
  });
});
