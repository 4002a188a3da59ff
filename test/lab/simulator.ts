/** The InfiniBand simulator (ibsim) with a subnet manager (opensm): real tools see a fabric without hardware. */
import { createReadStream, globSync } from "node:fs";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { until } from "../until.ts";
import { type Degraded, hcaId, netlist, nodeDescription, switchId } from "./netlist.ts";
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
  /** Plugs host n's cable into a port of the switch; resolves when the subnet manager has made the link Active. */
  plug(n: number, port: number): Promise<void>;
  /** Starts the fabric anew with these links held below 4X FDR, by host number; all cables are plugged again. */
  degrade(links: ReadonlyMap<number, Degraded>): Promise<void>;
  stopManager(): Promise<void>;
  /** Resolves when all links are Active. */
  startManager(): Promise<void>;
}

/** Starts ibsim and opensm in `dir`; resolves when all links are Active. `socketName` must be unique on the machine. */
export async function startSimulator(dir: string, socketName: string): Promise<Simulator> {
  const library = simulatorLibrary();
  if (library === null) throw new Error("libumad2sim.so is missing (Debian package ibsim-utils)");
  const env = { IBSIM_SOCKNAME: socketName };
  let fabric = await startFabric(dir, env, netlist());
  let manager: Started | null = null;
  const console = (command: string): Promise<string> => fabric.console(command);

  const settled = async (): Promise<boolean> => {
    if (manager !== null) await mustRun(manager, join(dir, "opensm.out"));
    return !/ (Init|Armed)\//.test(await console("Dump"));
  };
  const startManager = async (): Promise<void> => {
    if (manager !== null) return;
    const log = join(dir, "opensm.out");
    await writeFile(log, "");
    manager = start("opensm", ["-s", "2", "-f", join(dir, "opensm.log")], {
      dir,
      log: "opensm.out",
      env: { ...env, OSM_TMP_DIR: dir, OSM_CACHE_DIR: dir, LD_PRELOAD: library, SIM_HOST: nodeDescription(1) },
    });
    await until("the subnet manager", async () => /MASTER state|SUBNET UP/.test(await readFile(log, "utf8")));
    await until("all links Active", settled);
  };
  const reclaim = async (): Promise<void> => {
    for (const [, seat, pid] of (await console("Attached")).matchAll(/^Client (\d+): pid (\d+) /gm))
      if (!(await runs(Number(pid)))) await console(`X ${seat}`);
  };
  const stopManager = async (): Promise<void> => {
    if (manager === null) return;
    const { child, ended } = manager;
    manager = null;
    child.kill("SIGKILL");
    await ended;
    await reclaim();
  };
  await startManager();

  return {
    console,
    reclaim,
    startManager,
    stopManager,
    async pull(n) {
      await console(`Unlink "${hcaId(n)}"[1]`);
    },
    async plug(n, port) {
      await console(`Link "${switchId}"[${port}] "${hcaId(n)}"[1]`);
      await until(`port ${port} Active again`, settled);
    },
    async degrade(links) {
      const managed = manager !== null;
      await stopManager();
      await fabric.stop();
      fabric = await startFabric(dir, env, netlist(links));
      if (managed) await startManager();
    },
  };
}

export interface RunningFabric {
  console(command: string): Promise<string>;
  stop(): Promise<void>;
}

/** The state of thousands of ports takes a moment to print. */
const answerMs = 60_000;

/** One ibsim with its console; commands take turns. `limits` are ibsim's options for what it must hold beyond its own. */
export async function startFabric(
  dir: string,
  env: Record<string, string>,
  wiring: string,
  limits: readonly string[] = [],
): Promise<RunningFabric> {
  await writeFile(join(dir, "fabric.net"), wiring);
  const log = join(dir, "ibsim.log");
  await writeFile(log, "");
  const ibsim = start("stdbuf", ["-oL", "ibsim", ...limits, "-s", "fabric.net"], {
    dir,
    log: "ibsim.log",
    env,
    console: true,
  });
  await until("the InfiniBand simulator", async () => {
    await mustRun(ibsim, log);
    return (await readFile(log, "utf8")).includes("simulator ready");
  });

  let turn: Promise<unknown> = Promise.resolve();
  const ask = async (command: string): Promise<string> => {
    const { size: before } = await stat(log);
    ibsim.child.stdin?.write(`${command}\n`);
    return until(
      `the simulator's answer to ${command}`,
      async () => {
        await mustRun(ibsim, log);
        const answer = await textFrom(log, before);
        const end = answer.indexOf("sim> ");
        return end >= 0 && answer.slice(0, end);
      },
      answerMs,
    );
  };
  return {
    console(command) {
      const answer = turn.then(() => ask(command));
      turn = answer.catch(() => undefined);
      return answer;
    },
    async stop() {
      await turn;
      ibsim.child.kill("SIGKILL");
      await ibsim.ended;
    },
  };
}

/** What was appended to a file since it had `offset` bytes. */
async function textFrom(path: string, offset: number): Promise<string> {
  let text = "";
  for await (const chunk of createReadStream(path, { start: offset, encoding: "utf8" })) text += chunk;
  return text;
}

async function mustRun(process: Started, log: string): Promise<void> {
  if (process.running()) return;
  const said = await readFile(log, "utf8");
  throw new Error(`${process.child.spawnfile} ended: ${said.slice(-2000)}`);
}
