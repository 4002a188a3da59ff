/** Texts of ibstat, ibstatus and ibdev2netdev as infiniband-diags 2.x prints them for a ConnectX-3 (mlx4). */
import type { HcaPort, Server } from "../model.ts";

const hex = (value: number) => `0x${value.toString(16)}`;

/** Port 1 of the node that runs the subnet manager has the IsSM bit (2). */
export const capabilityMask = (server: Server, port: HcaPort) =>
  server.runsSubnetManager && port.number === 1 ? "0x0251486a" : "0x02514868";

function head(server: Server): string[] {
  const { hca } = server;
  return [
    `CA '${hca.name}'`,
    "\tCA type: MT4099",
    `\tNumber of ports: ${hca.ports.length}`,
    `\tFirmware version: ${hca.firmware}`,
    "\tHardware version: 1",
    `\tNode GUID: ${hca.nodeGuid}`,
    `\tSystem image GUID: ${hca.systemGuid}`,
  ];
}

function portFields(server: Server, port: HcaPort): string[] {
  return [
    `State: ${port.up ? "Active" : "Down"}`,
    `Physical state: ${port.up ? "LinkUp" : "Polling"}`,
    `Rate: ${port.up ? 56 : 10}`,
    `Base lid: ${port.lid}`,
    "LMC: 0",
    `SM lid: ${port.smLid}`,
    `Capability mask: ${capabilityMask(server, port)}`,
    `Port GUID: ${port.guid}`,
    "Link layer: InfiniBand",
  ];
}

export interface IbstatResult {
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

const usage = "Usage: ibstat [-l|--list_of_cas] [-s|--short] [-p|--port_list] [<ca_name> [portnum]]\n";

/** `ibstat [-l|-s|-p] [ca [port]]`. */
export function ibstat(server: Server, args: readonly string[]): IbstatResult {
  let mode: "full" | "list" | "short" | "ports" = "full";
  const words: string[] = [];
  for (const arg of args) {
    if (arg === "-l" || arg === "--list_of_cas") mode = "list";
    else if (arg === "-s" || arg === "--short") mode = "short";
    else if (arg === "-p" || arg === "--port_list") mode = "ports";
    else if (arg.startsWith("-")) return { out: "", err: usage, code: 1 };
    else words.push(arg);
  }
  const [name, portWord] = words;
  if (name !== undefined && name !== server.hca.name) {
    return {
      out: "",
      err: `ibpanic: [${pidOf(name)}] main: '${name}' IB device can't be found: No such device\n`,
      code: 255,
    };
  }
  const done = (lines: readonly string[]) => ({ out: `${lines.join("\n")}\n`, err: "", code: 0 });
  if (mode === "list") return done([server.hca.name]);
  if (mode === "ports") return done(server.hca.ports.map((port) => port.guid));
  if (mode === "short") return done(head(server));
  if (portWord !== undefined) {
    const port = server.hca.ports.find((one) => String(one.number) === portWord);
    if (!port)
      return { out: "", err: `ibpanic: [${pidOf(portWord)}] ca_stat: bad port number ${portWord}\n`, code: 255 };
    return done([`CA: '${server.hca.name}'`, `Port ${port.number}:`, ...portFields(server, port)]);
  }
  return done([
    ...head(server),
    ...server.hca.ports.flatMap((port) => [
      `\tPort ${port.number}:`,
      ...portFields(server, port).map((field) => `\t\t${field}`),
    ]),
  ]);
}

const pidOf = (word: string) => 4000 + (word.length % 90);

/** GUID as the last 64 bits of a GID: `f452:1403:00a1:0011`. */
const gidTail = (guid: string) => (guid.slice(2).match(/.{4}/g) ?? []).join(":");

export const gidOf = (guid: string) => `fe80:0000:0000:0000:${gidTail(guid)}`;

export const sysfsState = (port: HcaPort) => (port.up ? "4: ACTIVE" : "1: DOWN");
export const sysfsPhysState = (port: HcaPort) => (port.up ? "5: LinkUp" : "2: Polling");
export const sysfsRate = (port: HcaPort) => (port.up ? "56 Gb/sec (4X FDR)" : "10 Gb/sec (4X)");

export function ibstatus(server: Server): string {
  return server.hca.ports
    .map((port) =>
      [
        `Infiniband device '${server.hca.name}' port ${port.number} status:`,
        `\tdefault gid:\t ${gidOf(port.guid)}`,
        `\tbase lid:\t ${hex(port.lid)}`,
        `\tsm lid:\t\t ${hex(port.smLid)}`,
        `\tstate:\t\t ${sysfsState(port)}`,
        `\tphys state:\t ${sysfsPhysState(port)}`,
        `\trate:\t\t ${sysfsRate(port)}`,
        "\tlink_layer:\t InfiniBand",
        "\n",
      ].join("\n"),
    )
    .join("");
}

export function ibdev2netdev(server: Server): string {
  return server.hca.ports
    .map((port) => `${server.hca.name} port ${port.number} ==> ib${port.number - 1} (${port.up ? "Up" : "Down"})\n`)
    .join("");
}
