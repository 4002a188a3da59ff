/** Texts of the tools that read counters (infiniband-diags): ibqueryerrors for the fabric, perfquery for a port. */
import type { PortCounts } from "../counters.ts";
import { switchFacts } from "../machines.ts";
import { type Cube, firstPort, type Server } from "../model.ts";
import { reached, upText } from "./fabric.ts";

const sw = switchFacts;

/** What each port has counted. */
export interface CountsOf {
  card(server: Server): PortCounts;
  port(number: number): PortCounts;
}

const none: PortCounts = { xmitData: 0, rcvData: 0, xmitPkts: 0, rcvPkts: 0, errors: {} };

/**
 * `ibqueryerrors`: ports with errors, with `data` their traffic too, with `links` what they are linked to; with
 * `counters` the traffic of every port.
 */
export function ibqueryerrors(
  cube: Cube,
  from: string,
  counts: CountsOf,
  show: { readonly counters: boolean; readonly data: boolean; readonly links?: boolean },
): { readonly text: string; readonly code: number } {
  const { self, others } = reached(cube, from);
  const seesSwitch = firstPort(self).up;
  const out: string[] = [];
  let [badNodes, badPorts] = [0, 0];
  const errorsOf = ({ errors }: PortCounts) => Object.entries(errors).map(([name, value]) => ` [${name} == ${value}]`);
  const hca = (server: Server) => {
    const card = counts.card(server);
    const { nodeGuid, description } = server.hca;
    if (show.counters) {
      out.push(`Data Counters for ${nodeGuid} "${description}"`, `   GUID ${nodeGuid} port 1:${traffic(card, true)}`);
      return;
    }
    const errors = errorsOf(card);
    if (errors.length === 0) return;
    badNodes++;
    badPorts++;
    const data = show.data ? traffic(card, false) : "";
    const port = firstPort(server);
    out.push(`Errors for "${description}"`, `   GUID ${port.guid} port 1:${errors.join("")}${data}`);
    if (show.links && port.up) out.push(linkInfo(port.lid, 1, sw.guid, sw.lid, server.switchPort ?? 0, sw.description));
  };
  for (const server of others) hca(server);
  const ports = cube.ports.map(({ number }) => ({ number, counted: counts.port(number) }));
  const bad = ports.filter(({ counted }) => errorsOf(counted).length > 0);
  if (seesSwitch && show.counters) {
    out.push(`Data Counters for ${sw.guid} "${sw.description}"`);
    for (const { number, counted } of [{ number: 0, counted: none }, ...ports]) {
      out.push(`   GUID ${sw.guid} port ${number}:${traffic(counted, true)}`);
    }
  } else if (seesSwitch && bad.length > 0) {
    badNodes++;
    badPorts += bad.length;
    const all = sumOf(ports.map(({ counted }) => counted));
    const line = (port: string, counted: PortCounts) =>
      `   GUID ${sw.guid} port ${port}:${errorsOf(counted).join("")}${show.data ? traffic(counted, false) : ""}`;
    out.push(`Errors for ${sw.guid} "${sw.description}"`, line("ALL", all));
    for (const { number, counted } of bad) {
      out.push(line(String(number), counted));
      const peer = others.concat(self).find(({ switchPort }) => switchPort === number);
      const port = peer && firstPort(peer);
      if (show.links && port?.up)
        out.push(linkInfo(sw.lid, number, port.guid, port.lid, 1, peer?.hca.description ?? ""));
    }
  }
  hca(self);
  const nodes = others.length + (seesSwitch ? 2 : 1);
  // The one port by which each HCA is seen, and all of the switch: with port 0 where it goes through them one by one.
  const checked = others.length + 1 + (seesSwitch ? sw.ports + (show.counters || bad.length > 0 ? 1 : 0) : 0);
  out.push(
    "",
    `## Summary: ${nodes} nodes checked, ${badNodes} bad nodes found`,
    `##          ${checked} ports checked, ${badPorts} ports have errors beyond threshold`,
    "## Thresholds: ",
    "## Suppressed:",
    "",
  );
  return { text: out.join("\n"), code: badPorts > 0 ? 1 : 0 };
}

function linkInfo(lid: number, port: number, guid: string, peerLid: number, peerPort: number, peer: string): string {
  const pad = (value: number, width: number) => String(value).padStart(width);
  return `       Link info: ${pad(lid, 6)} ${pad(port, 3)}[  ] ${upText}  ${guid} ${pad(peerLid, 6)} ${pad(peerPort, 4)}[  ] "${peer}" ( )`;
}

/** Traffic in brackets; counters at zero are left out behind errors. */
function traffic(counted: PortCounts, zeros: boolean): string {
  const told: readonly (readonly [name: string, value: number, bytes: boolean])[] = [
    ["PortXmitData", counted.xmitData, true],
    ["PortRcvData", counted.rcvData, true],
    ["PortXmitPkts", counted.xmitPkts, false],
    ["PortRcvPkts", counted.rcvPkts, false],
    ["PortUnicastXmitPkts", counted.xmitPkts, false],
    ["PortUnicastRcvPkts", counted.rcvPkts, false],
    ["PortMulticastXmitPkts", 0, false],
    ["PortMulticastRcvPkts", 0, false],
  ];
  return told
    .filter(([, value]) => zeros || value > 0)
    .map(([name, value, bytes]) => ` [${name} == ${value} (${scaled(value, bytes)})]`)
    .join("");
}

/** In steps of 1024 by the count itself; data are four bytes a count, which may be one step more. */
function scaled(value: number, bytes: boolean): string {
  let steps = 0;
  for (let left = Math.floor(value / 1024); left > 0; left = Math.floor(left / 1024)) steps++;
  const whole = bytes ? value * 4 : value;
  if (bytes && whole / 1024 ** steps > 1024) steps++;
  return `${(whole / 1024 ** steps).toFixed(3)}${["", "K", "M", "G", "T", "P"][steps] ?? ""}${bytes ? "B" : ""}`;
}

function sumOf(all: readonly PortCounts[]): PortCounts {
  const sum = { ...none, errors: {} as Record<string, number> };
  for (const { xmitData, rcvData, xmitPkts, rcvPkts, errors } of all) {
    sum.xmitData += xmitData;
    sum.rcvData += rcvData;
    sum.xmitPkts += xmitPkts;
    sum.rcvPkts += rcvPkts;
    for (const [name, value] of Object.entries(errors)) sum.errors[name] = (sum.errors[name] ?? 0) + value;
  }
  return sum;
}

const counterNames = [
  "SymbolErrorCounter",
  "LinkErrorRecoveryCounter",
  "LinkDownedCounter",
  "PortRcvErrors",
  "PortRcvRemotePhysicalErrors",
  "PortRcvSwitchRelayErrors",
  "PortXmitDiscards",
  "PortXmitConstraintErrors",
  "PortRcvConstraintErrors",
];
const dotted = (name: string, value: string | number) => `${`${name}:`.padEnd(33, ".")}${value}\n`;
/** The data counters of the plain form have 32 bits and stop there. */
const narrow = (value: number) => Math.min(value, 2 ** 32 - 1);

/** `perfquery`: error counters and 32-bit data counters of one port. */
export function perfquery(lid: number, port: number, counted: PortCounts): string {
  return [
    `# Port counters: Lid ${lid} port ${port} (CapMask: 0x1200)\n`,
    dotted("PortSelect", port),
    dotted("CounterSelect", "0x0000"),
    ...counterNames.map((name) => dotted(name, counted.errors[name] ?? 0)),
    dotted("CounterSelect2", "0x00"),
    dotted("LocalLinkIntegrityErrors", 0),
    dotted("ExcessiveBufferOverrunErrors", 0),
    dotted("QP1Dropped", 0),
    dotted("VL15Dropped", 0),
    dotted("PortXmitData", narrow(counted.xmitData)),
    dotted("PortRcvData", narrow(counted.rcvData)),
    dotted("PortXmitPkts", narrow(counted.xmitPkts)),
    dotted("PortRcvPkts", narrow(counted.rcvPkts)),
    dotted("PortXmitWait", 0),
  ].join("");
}

/** `perfquery -x`: 64-bit data counters. */
export function perfqueryExtended(lid: number, port: number, counted: PortCounts): string {
  return [
    `# Port extended counters: Lid ${lid} port ${port} (CapMask: 0x1200 CapMask2: 0x0000000)\n`,
    dotted("PortSelect", port),
    dotted("CounterSelect", "0x0000"),
    dotted("PortXmitData", counted.xmitData),
    dotted("PortRcvData", counted.rcvData),
    dotted("PortXmitPkts", counted.xmitPkts),
    dotted("PortRcvPkts", counted.rcvPkts),
    dotted("PortUnicastXmitPkts", counted.xmitPkts),
    dotted("PortUnicastRcvPkts", counted.rcvPkts),
    dotted("PortMulticastXmitPkts", 0),
    dotted("PortMulticastRcvPkts", 0),
  ].join("");
}
