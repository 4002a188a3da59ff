/** Netlists of fat trees for ibsim: what a lab looks like that outgrew its racks. */
import { hex } from "./netlist.ts";

export interface FatTree {
  /** 2: leaves and spines. 3: pods of leaves and spines, and cores above all of them. */
  readonly levels: 2 | 3;
  /** Ports of every switch, even. Each leaf has half as many hosts. */
  readonly radix: number;
  /** Groups of leaves that only the top level joins; one leaf each in a tree of two levels. */
  readonly pods: number;
  /** Hosts (from 1) whose cable runs at 1X, as one with a bent pin does. */
  readonly narrowHosts?: readonly number[];
}

interface Node {
  readonly id: string;
  readonly guid: bigint;
  readonly name: string;
  readonly ports: (string | null)[];
}

export interface Netlist {
  readonly text: string;
  readonly hosts: number;
  readonly switches: number;
  readonly links: number;
  /** What ibsim must be told to hold it: its own limits are those of a small fabric. */
  readonly limits: readonly string[];
}

/** Every link at 4X FDR but those to `narrowHosts`. */
export function fatTree({ levels, radix, pods, narrowHosts = [] }: FatTree): Netlist {
  const half = radix / 2;
  const hosts: Node[] = [];
  const switches: Node[] = [];
  const addSwitch = (name: string): Node => {
    const guid = 0x0002c90300000000n + BigInt(switches.length) * 0x40n;
    const node = { id: `S-${hex(guid)}`, guid, name: `MF0;${name}:SX6036/U1`, ports: Array(radix).fill(null) };
    switches.push(node);
    return node;
  };
  const addHost = (leaf: Node, port: number): void => {
    const number = hosts.length + 1;
    const guid = 0x0002c90310000000n + BigInt(number) * 0x10n;
    const name = `node${String(number).padStart(5, "0")} mlx4_0`;
    const host: Node = { id: `H-${hex(guid)}`, guid, name, ports: [null, null] };
    hosts.push(host);
    join(host, 0, leaf, port, narrowHosts.includes(number) ? "w=1" : "");
  };
  let links = 0;
  const join = (a: Node, atA: number, b: Node, atB: number, limit = ""): void => {
    links += 1;
    a.ports[atA] = `"${b.id}"[${atB + 1}] ${limit}`.trimEnd();
    b.ports[atB] = `"${a.id}"[${atA + 1}] ${limit}`.trimEnd();
  };
  if (levels === 2) {
    const spines = Array.from({ length: half }, (_, n) => addSwitch(`spine${two(n)}`));
    for (let pod = 0; pod < pods; pod += 1) {
      const leaf = addSwitch(`leaf${two(pod)}`);
      for (let port = 0; port < half; port += 1) addHost(leaf, port);
      for (const [n, spine] of spines.entries()) join(leaf, half + n, spine, pod);
    }
  } else {
    // Spine n of every pod reaches the same cores: as many as one link of each pod to each core makes possible.
    const perPlane = Math.max(1, Math.ceil((half * pods) / radix));
    const cores = Array.from({ length: half * perPlane }, (_, n) => addSwitch(`core${two(n)}`));
    const taken = cores.map(() => 0);
    for (let pod = 0; pod < pods; pod += 1) {
      const spines = Array.from({ length: half }, (_, n) => addSwitch(`pod${two(pod)}-spine${two(n)}`));
      for (let n = 0; n < half; n += 1) {
        const leaf = addSwitch(`pod${two(pod)}-leaf${two(n)}`);
        for (let port = 0; port < half; port += 1) addHost(leaf, port);
        for (const [s, spine] of spines.entries()) join(leaf, half + s, spine, n);
      }
      for (const [plane, spine] of spines.entries())
        for (let up = 0; up < half; up += 1) {
          const core = plane * perPlane + (up % perPlane);
          const port = taken[core] ?? 0;
          taken[core] = port + 1;
          join(spine, half + up, cores[core] ?? spine, port);
        }
    }
  }
  const text = [
    "width=3\nspeed=7\nextspeed=1\n",
    ...hosts.map((node) => lines("Ca", node)),
    ...switches.map((node) => lines("Switch", node)),
  ].join("\n");
  const ports = switches.length * (radix + 1) + hosts.length * 2;
  return {
    text,
    hosts: hosts.length,
    switches: switches.length,
    links,
    limits: ["-N", `${hosts.length + switches.length + 8}`, "-S", `${switches.length + 8}`, "-P", `${ports + 64}`],
  };
}

function lines(kind: "Ca" | "Switch", { id, guid, name, ports }: Node): string {
  const cabled = ports.flatMap((peer, index) => (peer === null ? [] : [`[${index + 1}]\t${peer}`]));
  return `vendid=0x2c9\ndevid=0x${kind === "Ca" ? "1003" : "c738"}\n${kind === "Ca" ? "caguid" : "switchguid"}=0x${hex(guid)}\n${kind}\t${ports.length} "${id}"\t\t# "${name}"\n${cabled.join("\n")}\n`;
}

const two = (n: number): string => String(n + 1).padStart(2, "0");
