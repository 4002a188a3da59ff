/**
 * A real test lab on loopback: five OpenSSH hosts on which the real InfiniBand tools answer from a simulated fabric,
 * each from its own node, and a lab file that describes them. It can be broken on purpose.
 */
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { basename, join } from "node:path";
import * as YAML from "yaml";
import { type HostsFiles, hostAddress, startHosts } from "./hosts.ts";
import { type Degraded, hcaGuid, hcaId, hex, hostName, hostNumbers, switchId } from "./netlist.ts";
import { whyNoTestLab } from "./packages.ts";
import { guard } from "./processes.ts";
import { startSimulator } from "./simulator.ts";

export { whyNoTestLab } from "./packages.ts";

export interface TestLabHost {
  readonly name: string;
  readonly address: string;
  readonly port: number;
}

export interface TestLab extends HostsFiles {
  /** Everything of this lab; gone after {@link stop}. */
  readonly dir: string;
  readonly hosts: readonly TestLabHost[];
  /** A valid lab file: node01 to node05, the switch sw1, five planned cables 4X FDR. */
  readonly labFile: string;
  /** Unplugs the cable of host `n` (1 to 5) at the switch. */
  pullCable(n: number): Promise<void>;
  /** Plugs it into a port of the switch, its own (`n`) by default; resolves when the subnet manager has made the link Active. */
  plugCable(n: number, port?: number): Promise<void>;
  /** Each of two hosts' cables in the other's port of the switch. */
  swapCables(one: number, other: number): Promise<void>;
  /** Starts the fabric anew with the links of these hosts below 4X FDR; of none when the map is empty. */
  degrade(links: ReadonlyMap<number, Degraded>): Promise<void>;
  /** Raises a counter of switch port `port`, e.g. `PortCounters.SymbolErrorCounter`, by the simulator's name for it. */
  setCounter(port: number, counter: string, value: number): Promise<void>;
  /** Loses every `percent` of 100 of the management packets to the HCA of host `n`, while its link stays up. */
  losePackets(n: number, percent: number): Promise<void>;
  /** The subnet manager ends; links that are Active stay so. */
  stopManager(): Promise<void>;
  startManager(): Promise<void>;
  /** Power loss: sessions die, the port refuses. */
  stopHost(n: number): Promise<void>;
  startHost(n: number): Promise<void>;
  /** A hung host: its port accepts and never greets; sessions that are open go on. */
  freezeHost(n: number): void;
  thawHost(n: number): void;
  /** Restarts host `n` with a new host key; {@link knownHosts} keeps the old one. */
  rekey(n: number): Promise<void>;
  /** Runs a command on the simulator's console, e.g. `Dump`, and returns what it printed. */
  console(command: string): Promise<string>;
  /** Ends every process of the lab and removes its folder. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts a lab in about a second. Several may run at once. Needs what {@link whyNoTestLab} asks for. */
export async function startTestLab(): Promise<TestLab> {
  const reason = whyNoTestLab();
  if (reason !== "") throw new Error(reason);
  const dir = await mkdtemp(join(tmpdir(), "halfrack-lab-"));
  const watchdog = guard(dir);
  try {
    const socketName = basename(dir);
    const [hosts, simulator] = await Promise.all([startHosts(dir, socketName), startSimulator(dir, socketName)]);
    const labFile = join(dir, "lab.yaml");
    await writeFile(labFile, labYaml(hosts.port, hosts.identityFile));
    const stop = (): Promise<void> => watchdog.release();
    return {
      dir,
      labFile,
      identityFile: hosts.identityFile,
      knownHosts: hosts.knownHosts,
      sshConfig: hosts.sshConfig,
      homeDir: hosts.homeDir,
      hosts: hostNumbers.map((n) => ({ name: hostName(n), address: hostAddress(n), port: hosts.port })),
      pullCable: (n) => simulator.pull(known(n)),
      plugCable: (n, port = n) => simulator.plug(known(n), port),
      async swapCables(one, other) {
        await simulator.pull(known(one));
        await simulator.pull(known(other));
        await simulator.plug(one, other);
        await simulator.plug(other, one);
      },
      degrade: simulator.degrade,
      async setCounter(port, counter, value) {
        await simulator.console(`PerformanceSet "${switchId}"[${port}] ${counter}=${value}`);
      },
      async losePackets(n, percent) {
        await simulator.console(`Error "${hcaId(known(n))}"[1] ${percent}`);
      },
      stopManager: simulator.stopManager,
      startManager: simulator.startManager,
      stopHost: (n) => hosts.stop(known(n)).then(simulator.reclaim),
      startHost: (n) => hosts.start(known(n)),
      freezeHost: (n) => hosts.freeze(known(n)),
      thawHost: (n) => hosts.thaw(known(n)),
      rekey: (n) => hosts.rekey(known(n)).then(simulator.reclaim),
      console: (command) => simulator.console(command),
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await watchdog.release();
    throw error;
  }
}

function known(n: number): number {
  if (!hostNumbers.includes(n)) throw new RangeError(`the test lab has hosts 1 to ${hostNumbers.length}, not ${n}`);
  return n;
}

/** Five second-hand servers from the bottom up, the DL785 lowest. */
const placement = [
  { type: "hp-dl785-g6", unit: 1 },
  { type: "hp-dl380-g7", unit: 8 },
  { type: "dell-r710", unit: 10 },
  { type: "dell-r610", unit: 12 },
  { type: "dell-r910", unit: 13 },
] as const;

function labYaml(port: number, identityFile: string): string {
  return YAML.stringify({
    halfrack: 1,
    name: "Test lab",
    racks: [{ name: "cube", units: 24 }],
    devices: [
      { name: "sw1", type: "mellanox-sx6018", rack: "cube", unit: 24 },
      ...hostNumbers.map((n) => ({
        name: hostName(n),
        ...placement[n - 1],
        rack: "cube",
        role: n === 1 ? "primary" : "secondary",
        ssh: { host: hostAddress(n), port, user: userInfo().username, identityFile },
        hcas: [{ name: "mlx4_0", model: "ConnectX-3", ports: 2, guid: `0x${hex(hcaGuid(n))}` }],
      })),
    ],
    cables: hostNumbers.map((n) => ({
      from: { device: hostName(n), port: "mlx4_0/1" },
      to: { device: "sw1", port: String(n) },
      width: "4X",
      speed: "FDR",
      label: `C${n}`,
    })),
  });
}
