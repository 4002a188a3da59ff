/** A saved fabric of 5,832 hosts: read into one fabric and held against a plan, beside the tools' own runs. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { deviceTypeSchema } from "../../electron/contract/device-type.ts";
import type { Fabric } from "../../electron/contract/fabric.ts";
import { type Lab, labSchema } from "../../electron/contract/lab.ts";
import { cablesOf } from "../../electron/fabric/cables.ts";
import { Places } from "../../electron/fabric/places.ts";
import { readSavedPaths } from "../../electron/fabric/read/saved.node.ts";
import { fatTree } from "../lab/fat-tree.ts";
import { withLargeFabric } from "../lab/large-fabric.ts";
import { median, saveResult } from "./result.ts";

const run = promisify(execFile);
const rounds = 5;
const root = join(import.meta.dirname, "..", "..");

/** As large as a fat tree of 36-port switches takes them; faces are drawn nowhere here. */
const types = Object.fromEntries(
  ["switch", "server"].map((kind) => {
    const type = { slug: kind, manufacturer: "Any", model: kind, kind, heightU: 1 };
    return [kind, deviceTypeSchema.parse(type)];
  }),
);

const netlist = fatTree({ levels: 3, radix: 36, pods: 18 });
const work = await mkdtemp(join(tmpdir(), "halfrack-bench-"));
const file = join(work, "iblinkinfo.out");
const [now, plan] = [join(work, "now.cache"), join(work, "plan.cache")];
try {
  const taken: Record<"tool" | "first" | "following" | "values" | "difference" | "reconcile", number[]> = {
    tool: [],
    first: [],
    following: [],
    values: [],
    difference: [],
    reconcile: [],
  };
  await withLargeFabric(netlist, async (tool) => {
    await tool(["ibnetdiscover", "--cache", plan], join(work, "ignored.out"));
    await tool(["ibnetdiscover", "--cache", now], join(work, "ignored.out"));
    for (let round = 0; round <= rounds; round++) {
      const times = {
        tool: await timed(() => tool(["iblinkinfo", "--line"], file)),
        ...(await readings()),
        difference: await timed(() =>
          tool(["ibnetdiscover", "--load-cache", now, "--diff", plan], join(work, "ignored.out")),
        ),
      };
      // The first round warms the disk's cache and the code.
      if (round > 0) for (const [name, ms] of Object.entries(times)) taken[name as keyof typeof times].push(ms);
    }
  });
  const fabric = await readSavedPaths([file]);
  if (fabric.links.length !== netlist.links) throw new Error(`${fabric.links.length} links of ${netlist.links}`);
  const lab = labOf(fabric, 5000);
  for (let round = 0; round <= rounds; round++) {
    const ms = await timed(async () => {
      const places = new Places({ lab, types, devices: {}, joined: { fabric, hints: new Map(), silent: new Set() } });
      const seen = { observedAt: 1, observer: "bench", failure: null, previous: [], nowMs: 1 };
      const healthy = cablesOf({ places, ...seen }).filter(({ state }) => state === "healthy").length;
      if (healthy !== 5000) throw new Error(`${healthy} cables of 5000 are as planned`);
    });
    if (round > 0) taken.reconcile.push(ms);
  }
  const { size } = await stat(file);
  const of = (name: keyof typeof taken): number => median(taken[name]);
  saveResult("read", {
    title: "A saved fabric of 5,832 hosts",
    setting: `iblinkinfo --line of a simulated three-level fat tree of 810 switches and ${netlist.links} links, ${Math.round(size / 1e5) / 10} MB; medians of ${rounds} rounds, tools and Halfrack in turn. The simulator answers without the latency of hardware.`,
    rows: [
      {
        measure: "iblinkinfo --line",
        value: of("tool"),
        unit: "ms",
        how: "the tool's own run over the simulator, output to a file",
      },
      {
        measure: "a window opens it, first",
        value: of("first"),
        unit: "ms",
        how: "the same file by fabric.readParts, the first reading of a new process: a thread is started, nothing is warm",
      },
      {
        measure: "a window opens it, following",
        value: of("following"),
        unit: "ms",
        how: "the next three in that process, by the thread that stayed",
      },
      { measure: "a window opens it, rate", value: size / 1e6 / (of("following") / 1000), unit: "MB/s" },
      {
        measure: "first opening, of the tool's run",
        value: of("first") / of("tool"),
        unit: "x",
        goal: { atMost: 0.1 },
        how: "ratio of the medians",
      },
      {
        measure: "following openings, of the tool's run",
        value: of("following") / of("tool"),
        unit: "x",
        goal: { atMost: 0.1 },
        how: "ratio of the medians",
      },
      {
        measure: "the same as values",
        value: of("values"),
        unit: "ms",
        how: "by fabric.read in that process, in a new thread each time, as scripts and the command line get it",
      },
      {
        measure: "as values, of the tool's run",
        value: of("values") / of("tool"),
        unit: "x",
        goal: { atMost: 0.1 },
        how: "ratio of the medians",
      },
      {
        measure: "memory of a whole `halfrack call fabric.read`",
        value: await peakMb(),
        unit: "MB",
        goal: { atMost: 300 },
        how: "peak resident set of the process, Node itself included",
      },
      {
        measure: "ibnetdiscover --load-cache --diff",
        value: of("difference"),
        unit: "ms",
        how: "the tool's own comparison of the whole fabric with a cached one, without a network",
      },
      {
        measure: "5,000 planned cables reconciled",
        value: of("reconcile"),
        unit: "ms",
        how: `against all ${netlist.links} links: who is who, which cable is where, in words`,
      },
      {
        measure: "reconciling, of ibnetdiscover --diff",
        value: of("reconcile") / of("difference"),
        unit: "x",
        how: "ratio of the medians; the tool compares by GUID and knows no plan",
      },
    ],
  });
} finally {
  await rm(work, { recursive: true, force: true });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** What calls of a new process that runs the app take: medians of the round. */
async function readings(): Promise<{ readonly first: number; readonly following: number; readonly values: number }> {
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, "read", "host.ts"), file]);
  const { first, following, values } = JSON.parse(stdout) as { first: number; following: number[]; values: number[] };
  return { first, following: median(following), values: median(values) };
}

/** Most memory a new process holds while it reads the file. */
async function peakMb(): Promise<number> {
  const tell = "data:text/javascript,process.on('exit',()=>console.error(process.resourceUsage().maxRSS))";
  const argv = ["--import", tell, "electron/cli.ts", "call", "fabric.read", JSON.stringify({ paths: [file] })];
  const { stderr } = await run(process.execPath, [...argv, "--profile", join(work, "cli")], {
    cwd: root,
    maxBuffer: 256 * 2 ** 20,
  });
  return Number(stderr.trim().split("\n").at(-1)) / 1000;
}

/** A plan of the first `count` links, every device by the name the fabric gives it. */
function labOf({ nodes, links }: Fabric, count: number): Lab {
  const named = new Map(
    nodes.map(({ guid, type, description }) => [
      guid,
      type === "switch" ? (description.split(/[;:]/)[1] ?? guid) : (description.split(" ")[0] ?? guid),
    ]),
  );
  const isSwitch = new Set(nodes.filter(({ type }) => type === "switch").map(({ guid }) => guid));
  const end = ({ node, port }: Fabric["links"][number]["a"]) => ({
    device: named.get(node) ?? node,
    port: isSwitch.has(node) ? String(port) : `mlx4_0/${port}`,
  });
  return labSchema.parse({
    halfrack: 1,
    name: "Large",
    racks: [],
    devices: nodes.map(({ guid }) => ({
      name: named.get(guid),
      type: isSwitch.has(guid) ? "switch" : "server",
      ...(isSwitch.has(guid) ? {} : { hcas: [{ name: "mlx4_0", model: "ConnectX-3", ports: 2 }] }),
    })),
    cables: links.slice(0, count).map(({ a, b }) => ({ from: end(a), to: end(b) })),
  });
}
