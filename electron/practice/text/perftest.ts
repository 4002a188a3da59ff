/** What ib_write_bw and ib_send_bw print, by the formats in perftest's source (perftest_parameters.h and .c). */
import { dataGbps, payloadGbps, pcieGbps } from "../../contract/rates.ts";
import { firstPort, type Server } from "../model.ts";

export type Perftest = "ib_write_bw" | "ib_send_bw";

const messageBytes = 65_536;
/** Two seconds at either end of a run by duration are not counted. */
const marginSeconds = 2;
/** What packets of this lab's root ports carry, in bytes. */
const maxPayloadBytes = 256;
/** Acknowledgements and flow control of PCIe; headers of InfiniBand's own packets. */
const left = { pcie: 0.953, infiniband: 0.965 } as const;

const rule = `${"-".repeat(87)}\n`;
export const waiting = `\n${"*".repeat(36)}\n* Waiting for client to connect... *\n${"*".repeat(36)}\n`;

/** Gb/s between two servers: the least that their slots and the link leave. */
export function throughputGbps(one: Server, other: Server): number {
  const slots = [one, other].map(({ slot }) => {
    const gbps = pcieGbps(slot.currentGts, slot.currentWidth) ?? 0;
    return payloadGbps(gbps, maxPayloadBytes) * left.pcie;
  });
  return Math.min(...slots, dataGbps("4X", "FDR") * left.infiniband);
}

export interface Run {
  readonly tool: Perftest;
  readonly own: Server;
  readonly peer: Server;
  readonly sends: boolean;
  readonly seconds: number;
  readonly gigabits: boolean;
}

/** Before the load: settings, and the addresses of both ends. */
export function opening({ tool, own, peer, sends }: Run): string {
  const end = (side: string, server: Server) =>
    ` ${side} address: LID 0x${firstPort(server).lid.toString(16).padStart(2, "0")} QPN 0x0${(0x210 + server.number).toString(16)} PSN 0x${(0x9fe000 + server.number).toString(16)} RKey 0x8010${server.number}00 VAddr 0x007f2d5a${server.number}b6000\n`;
  return [
    rule,
    `${" ".repeat(20)}${tool === "ib_write_bw" ? "RDMA_Write" : "Send"} BW Test\n`,
    ` Dual-port       : OFF\t\tDevice         : ${own.hca.name}\n`,
    " Number of qps   : 1\t\tTransport type : IB\n",
    " Connection type : RC\t\tUsing SRQ      : OFF\n",
    ...(sends ? [" TX depth        : 128\n"] : tool === "ib_send_bw" ? [" RX depth        : 512\n"] : []),
    " CQ Moderation   : 100\n",
    " Mtu             : 2048[B]\n",
    " Link type       : IB\n",
    " Max inline data : 0[B]\n",
    " rdma_cm QPs\t : OFF\n",
    " Data ex. method : Ethernet\n",
    rule,
    end("local", own),
    end("remote", peer),
    rule,
  ].join("");
}

/** After the load: one row. By duration no peak is taken. */
export function report({ own, peer, seconds, gigabits }: Run): string {
  const gbps = throughputGbps(own, peer);
  const unit = gigabits ? "Gb" : "MB";
  const figure = (gigabits ? gbps : (gbps * 1e9) / 8 / 2 ** 20).toFixed(2);
  const rate = (gbps * 1e9) / 8 / messageBytes;
  const iterations = Math.floor(rate * Math.max(1, seconds - 2 * marginSeconds));
  return [
    ` #bytes     #iterations    BW peak[${unit}/sec]    BW average[${unit}/sec]   MsgRate[Mpps]\n`,
    ` ${String(messageBytes).padEnd(7)}    ${String(iterations).padEnd(10)}       ${"0.00".padEnd(7)}            ${figure.padEnd(7)}\t\t   ${(rate / 1e6).toFixed(6)}\n`,
    rule,
  ].join("");
}
