/** Texts of the fabric-wide tools (infiniband-diags): what one node sees of the fabric through its own port. */
import { switchFacts } from "../machines.ts";
import { type Cube, firstPort, type Server, serverNamed } from "../model.ts";

const sw = switchFacts;
const pad = (value: number, width: number) => String(value).padStart(width);
export const upText = "==( 4X       14.0625 Gbps Active/  LinkUp)==>";
const downText = "==(                Down/ Polling)==>";
const shutText = "==(                Down/Disabled)==>";
const downPeer = `             [  ] "" ( )`;

/** Servers that answer on the fabric as `from` discovers them: the farthest switch port first, itself last. */
export function reached(cube: Cube, from: string): { readonly self: Server; readonly others: readonly Server[] } {
  const self = serverNamed(cube, from);
  const others = firstPort(self).up
    ? cube.ports
        .toReversed()
        .flatMap((port) => (port.peer !== null && port.peer !== from ? [serverNamed(cube, port.peer)] : []))
    : [];
  return { self, others };
}

export type LinkFilter = "all" | "switches" | "hcas" | "down";

/** `iblinkinfo` in blocks per node, or one full line per port with `line`. */
export function iblinkinfo(
  cube: Cube,
  from: string,
  options: { readonly line: boolean; readonly show: LinkFilter; readonly downOnly: boolean; readonly guid?: string },
): string {
  const { self, others } = reached(cube, from);
  const out: string[] = [];
  const quoted = (name: string) => `"${name.padStart(30)}"`;
  const hca = (server: Server) => {
    const port = firstPort(server);
    if (options.downOnly && port.up) return;
    if (!options.line) out.push(`CA: ${server.hca.description}:`);
    const start = options.line
      ? `${port.guid} ${quoted(server.hca.description)} ${pad(port.lid, 6)} ${pad(1, 4)}[  ] `
      : `      ${port.guid} ${pad(port.lid, 6)} ${pad(1, 4)}[  ] `;
    const peerGuid = options.line ? `  ${sw.guid} ` : "  ";
    out.push(
      port.up
        ? `${start}${upText}${peerGuid}${pad(sw.lid, 6)} ${pad(server.switchPort ?? 0, 4)}[  ] "${sw.description}" ( )`
        : `${start}${downText}${downPeer}`,
    );
  };
  const isWanted = (guid: string) => options.guid === undefined || BigInt(options.guid) === BigInt(guid);
  const showsHca = (server: Server) => options.show !== "switches" && isWanted(server.hca.nodeGuid);
  for (const server of others) if (showsHca(server)) hca(server);
  if (firstPort(self).up && options.show !== "hcas" && isWanted(sw.guid)) {
    if (!options.line) out.push(`Switch: ${sw.guid} ${sw.description}:`);
    for (const port of cube.ports) {
      if (options.downOnly && port.up) continue;
      const start = options.line
        ? `${sw.guid} ${quoted(sw.description)} ${pad(sw.lid, 6)} ${pad(port.number, 4)}[  ] `
        : `      ${pad(sw.lid, 6)} ${pad(port.number, 4)}[  ] `;
      const peer = port.peer === null ? null : serverNamed(cube, port.peer);
      out.push(
        peer
          ? `${start}${upText}${options.line ? `  ${firstPort(peer).guid} ` : "  "}${pad(firstPort(peer).lid, 6)} ${pad(1, 4)}[  ] "${peer.hca.description}" ( )`
          : `${start}${port.shut ? shutText : downText}${downPeer}`,
      );
    }
  }
  if (showsHca(self)) hca(self);
  return out.map((line) => `${line}\n`).join("");
}

const bare = (guid: string) => guid.slice(2);

/** `ibnetdiscover`, the topology file form; `at` in ms since the epoch. */
export function ibnetdiscover(cube: Cube, from: string, date: string): string {
  const { self, others } = reached(cube, from);
  const out = [
    "#",
    `# Topology file: generated on ${date}`,
    "#",
    `# Initiated from node ${bare(self.hca.nodeGuid)} port ${bare(firstPort(self).guid)}`,
  ];
  if (firstPort(self).up) {
    out.push(
      "",
      "vendid=0x2c9",
      "devid=0xc738",
      `sysimgguid=${sw.guid}`,
      `switchguid=${sw.guid}(${bare(sw.guid)})`,
      `Switch\t${sw.ports} "S-${bare(sw.guid)}"\t\t# "${sw.description}" enhanced port 0 lid ${sw.lid} lmc 0`,
    );
    for (const port of cube.ports) {
      if (port.peer === null) continue;
      const { hca } = serverNamed(cube, port.peer);
      const peerPort = firstPort(serverNamed(cube, port.peer));
      out.push(
        `[${port.number}]\t"H-${bare(hca.nodeGuid)}"[1](${bare(peerPort.guid)}) \t\t# "${hca.description}" lid ${peerPort.lid} 4xFDR`,
      );
    }
  }
  for (const server of [...others, self]) {
    const port = firstPort(server);
    out.push(
      "",
      "vendid=0x2c9",
      "devid=0x1003",
      `sysimgguid=${server.hca.systemGuid}`,
      `caguid=${server.hca.nodeGuid}`,
      `Ca\t2 "H-${bare(server.hca.nodeGuid)}"\t\t# "${server.hca.description}"`,
    );
    if (port.up) {
      out.push(
        `[1](${bare(port.guid)}) \t"S-${bare(sw.guid)}"[${server.switchPort}]\t\t# lid ${port.lid} lmc 0 "${sw.description}" lid ${sw.lid} 4xFDR`,
      );
    }
  }
  return `${out.join("\n")}\n`;
}

/** `ibnetdiscover -p`: one line per port, unconnected ones too. */
export function ibnetdiscoverPorts(cube: Cube, from: string): string {
  const { self, others } = reached(cube, from);
  const hca = (server: Server) => {
    const port = firstPort(server);
    const start = `CA ${pad(port.lid, 5)} ${pad(1, 2)} ${port.guid} 4x `;
    return port.up
      ? `${start}FDR - SW ${pad(sw.lid, 5)} ${pad(server.switchPort ?? 0, 2)} ${sw.guid} ( '${server.hca.description}' - '${sw.description}' )`
      : `${start}SDR${" ".repeat(36)}'${server.hca.description}'`;
  };
  const out = others.map(hca);
  if (firstPort(self).up) {
    for (const port of cube.ports.toReversed()) {
      const start = `SW ${pad(sw.lid, 5)} ${pad(port.number, 2)} ${sw.guid} 4x `;
      if (port.peer === null) {
        out.push(`${start}SDR${" ".repeat(36)}'${sw.description}'`);
      } else {
        const peer = serverNamed(cube, port.peer);
        const peerPort = firstPort(peer);
        out.push(
          `${start}FDR - CA ${pad(peerPort.lid, 5)} ${pad(1, 2)} ${peerPort.guid} ( '${sw.description}' - '${peer.hca.description}' )`,
        );
      }
    }
  }
  out.push(hca(self));
  return `${out.join("\n")}\n`;
}

export function ibhosts(cube: Cube, from: string): string {
  const { self, others } = reached(cube, from);
  return [...others, self]
    .map(({ hca }) => `Ca\t: ${hca.nodeGuid} ports ${hca.ports.length} "${hca.description}"\n`)
    .join("");
}

export function ibswitches(cube: Cube, from: string): string {
  if (!firstPort(serverNamed(cube, from)).up) return "";
  return `Switch\t: ${sw.guid} ports ${sw.ports} "${sw.description}" enhanced port 0 lid ${sw.lid} lmc 0\n`;
}

/** `sminfo`; null where the subnet manager cannot be asked because the node's own link is down. */
export function sminfo(cube: Cube, from: string, activity: number): string | null {
  const manager = cube.servers.find((server) => server.runsSubnetManager);
  if (!manager || !firstPort(serverNamed(cube, from)).up || !firstPort(manager).up) return null;
  const port = firstPort(manager);
  return `sminfo: sm lid ${port.lid} sm guid ${port.guid}, activity count ${activity} priority 0 state 3 SMINFO_MASTER\n`;
}
