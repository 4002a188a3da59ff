/** The real discovery tools over a simulated fabric that is far larger than the test lab. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { until } from "../until.ts";
import type { Netlist } from "./fat-tree.ts";
import { guard, start, systemPath } from "./processes.ts";
import { simulatorLibrary, startFabric } from "./simulator.ts";

/** Runs a tool and saves what it prints in a file; throws unless it ends with 0. */
export type SaveOutput = (argv: readonly string[], file: string) => Promise<void>;

/** The subnet manager routes some thousand nodes in seconds, on a machine that has nothing else to do. */
const patienceMs = 180_000;

/** Calls `work` while the fabric runs, every link Active; all of it is gone afterwards. */
export async function withLargeFabric(netlist: Netlist, work: (save: SaveOutput) => Promise<void>): Promise<void> {
  const library = simulatorLibrary();
  if (library === null) throw new Error("libumad2sim.so is missing (Debian package ibsim-utils)");
  const dir = await mkdtemp(join(tmpdir(), "halfrack-fabric-"));
  const watchdog = guard(dir);
  try {
    const env = { IBSIM_SOCKNAME: basename(dir) };
    const fabric = await startFabric(dir, env, netlist.text, netlist.limits);
    const client = { ...env, OSM_TMP_DIR: dir, OSM_CACHE_DIR: dir, LD_PRELOAD: library };
    start("opensm", ["-s", "0", "-f", join(dir, "opensm.log")], { dir, log: "opensm.out", env: client });
    await until(
      "the subnet manager",
      async () => /MASTER state|SUBNET UP/.test(await readFile(join(dir, "opensm.out"), "utf8")),
      patienceMs,
    );
    await until("all links Active", async () => !/ (Init|Armed)\//.test(await fabric.console("Dump")), patienceMs);
    await work(async ([command = "", ...rest], file) => {
      const tool = spawn(command, rest, {
        cwd: dir,
        env: { ...process.env, ...client, PATH: `${systemPath}:${process.env.PATH ?? ""}` },
        stdio: ["ignore", "pipe", "ignore"],
      });
      const ended = once(tool, "exit");
      await pipeline(tool.stdout, createWriteStream(file));
      const [code] = await ended;
      if (code !== 0) throw new Error(`${command} ended with ${code}`);
    });
  } finally {
    await watchdog.release();
  }
}

/** Saves what `tools` (by the name of their file) print of the fabric in `dir`. */
export function saveOutputs(
  netlist: Netlist,
  dir: string,
  tools: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  return withLargeFabric(netlist, async (save) => {
    for (const [file, argv] of Object.entries(tools)) await save(argv, join(dir, file));
  });
}
