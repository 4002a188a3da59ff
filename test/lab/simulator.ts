/** The InfiniBand simulator (ibsim) with a subnet manager (opensm): real tools see a fabric without hardware. */
import { globSync } from "node:fs";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { until } from "../until.ts";
import { hcaId, netlist, nodeDescription, switchId } from "./netlist.ts";
import { runs, type Started, start } from "./processes.ts";

/** The library that turns a tool's MAD device into the simulator; its folder depends on the machine's architecture. */
export function simulatorLibrary(): string | null {
  return globSync("/usr/lib{,64}{,/*}/umad2sim/libumad2sim.so")[0] ?? null;
}

export interface Simulator {
  /** Runs one console command and returns what the simulator printed. */
  console(command: string): Promise<string>;
  /** Frees the seats of tools that were killed half way; ibsim keeps them for ever by itself. */
  reclaim(): Promise<void>;
  pull(n: number): Promise<void>;
  /** Resolves when the subnet manager has made the link Active again. */
  plug(n: number): Promise<void>;
}

/** Starts ibsim and opensm in `dir`; resolves when all links are Active. `socketName` must be unique on the machine. */
export async function startSimulator(dir: string, socketName: string): Promise<Simulator> {
  const library = simulatorLibrary();
  if (library === null) throw new Error("libumad2sim.so is missing (Debian package ibsim-utils)");
  await writeFile(join(dir, "fabric.net"), netlist());
  const log = join(dir, "ibsim.log");
  await appendFile(log, "");
  const env = { IBSIM_SOCKNAME: socketName };
  const ibsim = start("stdbuf", ["-oL", "ibsim", "-s", "fabric.net"], { dir, log: "ibsim.log", env, console: true });
  await until("the InfiniBand simulator", async () => {
    await mustRun(ibsim, log);
    return (await readFile(log, "utf8")).includes("simulator ready");
  });

  let turn: Promise<unknown> = Promise.resolve();
  const ask = async (command: string): Promise<string> => {
    const before = (await readFile(log)).length;
    ibsim.child.stdin?.write(`${command}\n`);
    return until(`the simulator's answer to ${command}`, async () => {
      await mustRun(ibsim, log);
      const answer = (await readFile(log)).subarray(before).toString();
      const end = answer.indexOf("sim> ");
      return end >= 0 && answer.slice(0, end);
    });
  };
  const console = (command: string): Promise<string> => {
    const answer = turn.then(() => ask(command));
    turn = answer.catch(() => undefined);
    return answer;
  };

  const manager = start("opensm", ["-s", "2", "-f", join(dir, "opensm.log")], {
    dir,
    log: "opensm.out",
    env: { ...env, OSM_TMP_DIR: dir, OSM_CACHE_DIR: dir, LD_PRELOAD: library, SIM_HOST: nodeDescription(1) },
  });
  const settled = async (): Promise<boolean> => {
    await mustRun(manager, join(dir, "opensm.out"));
    return !/ (Init|Armed)\//.test(await console("Dump"));
  };
  await until("the subnet manager", async () =>
    /MASTER state|SUBNET UP/.test(await readFile(join(dir, "opensm.out"), "utf8")),
  );
  await until("all links Active", settled);

  return {
    console,
    async reclaim() {
      for (const [, seat, pid] of (await console("Attached")).matchAll(/^Client (\d+): pid (\d+) /gm))
        if (!(await runs(Number(pid)))) await console(`X ${seat}`);
    },
    async pull(n) {
      await console(`Unlink "${switchId}"[${n}]`);
    },
    async plug(n) {
      await console(`Link "${switchId}"[${n}] "${hcaId(n)}"[1]`);
      await until(`port ${n} Active again`, settled);
    },
  };
}

async function mustRun(process: Started, log: string): Promise<void> {
  if (process.running()) return;
  const said = await readFile(log, "utf8");
  throw new Error(`${process.child.spawnfile} ended: ${said.slice(-2000)}`);
}
