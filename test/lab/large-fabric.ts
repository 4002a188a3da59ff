/** Outputs of the real discovery tools over a simulated fabric that is far larger than the test lab. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, readFileSync } from "node:fs";
import { appendFile, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { until } from "../until.ts";
import type { Netlist } from "./fat-tree.ts";
import { guard, start, systemPath } from "./processes.ts";
import { simulatorLibrary } from "./simulator.ts";

/**
 * Runs `tools` (name of the file they are saved in, and their command line) over the fabric once its subnet manager has
 * made every link Active, and saves what they print in `dir`.
 */
export async function saveOutputs(
  netlist: Netlist,
  dir: string,
  tools: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  const library = simulatorLibrary();
  if (library === null) throw new Error("libumad2sim.so is missing (Debian package ibsim-utils)");
  const home = await mkdtemp(join(tmpdir(), "halfrack-fabric-"));
  const watchdog = guard(home);
  try {
    await writeFile(join(home, "fabric.net"), netlist.text);
    const log = join(home, "ibsim.log");
    await appendFile(log, "");
    const env = { IBSIM_SOCKNAME: basename(home) };
    const args = ["-oL", "ibsim", ...netlist.limits, "-s", "fabric.net"];
    const ibsim = start("stdbuf", args, { dir: home, log: "ibsim.log", env, console: true });
    await until("the InfiniBand simulator", async () => {
      const said = await readFile(log, "utf8");
      if (!ibsim.running()) throw new Error(`ibsim ended: ${said.slice(-2000)}`);
      return said.includes("simulator ready");
    });
    const client = { ...env, OSM_TMP_DIR: home, OSM_CACHE_DIR: home, LD_PRELOAD: library };
    start("opensm", ["-s", "0", "-f", join(home, "opensm.log")], { dir: home, log: "opensm.out", env: client });
    await until(
      "all links Active",
      async () => {
        const from = readFileSync(log).length;
        ibsim.child.stdin?.write("Dump\n");
        await until("the simulator's dump", async () => readFileSync(log).subarray(from).includes("sim> "), 60_000);
        return !/ (Init|Armed)\//.test(readFileSync(log).subarray(from).toString());
      },
      120_000,
    );
    for (const [file, [command = "", ...rest]] of Object.entries(tools)) {
      const tool = spawn(command, rest, {
        cwd: home,
        env: { ...process.env, ...client, PATH: `${systemPath}:${process.env.PATH ?? ""}` },
        stdio: ["ignore", "pipe", "ignore"],
      });
      const ended = once(tool, "exit");
      await pipeline(tool.stdout, createWriteStream(join(dir, file)));
      const [code] = await ended;
      if (code !== 0) throw new Error(`${command} ended with ${code}`);
    }
  } finally {
    await watchdog.release();
  }
}
