/**
 * Reads the kernel's InfiniBand files of a host (drivers/infiniband/core/sysfs.c, drivers/infiniband/hw/mlx4 and mlx5) as
 * lines `path:content`: what `grep -H "" /sys/class/infiniband/...` prints, and what `sysfs-tree.ts` makes of a copied tree.
 */

import { readGuid } from "../../contract/guid.ts";
import { Bounds } from "../bounds.ts";
import { boundedLines, readHex, readLogicalState, readPhysicalState, type Unread, UnreadLines } from "../reading.ts";
import { type Counters, counterValue } from "./counters.ts";
import type { IbstatHca, IbstatPort } from "./ibstat.ts";
import { guidOfGid } from "./ibstatus.ts";
import { readSysfsRate, stateWord } from "./sysfs-words.ts";

/** Counters of one port, by the names the other tools use where they have one. */
export interface SysfsCounters {
  readonly hca: string;
  readonly nodeGuid: string | null;
  readonly port: number;
  /** The first of its lines. */
  readonly line: number;
  readonly counters: Counters;
  /** The driver's own (`hw_counters`), by the kernel's names. */
  readonly driver: Counters;
}

export interface SysfsReading {
  readonly hcas: readonly (IbstatHca & { readonly description: string })[];
  readonly counters: readonly SysfsCounters[];
  readonly unread: readonly Unread[];
  readonly beyond?: Unread;
}

const fileLine = /^\/sys\/class\/infiniband\/([\w.-]{1,64})\/([\w./-]{1,128}):(.*)$/;
const portFile = /^ports\/(\d{1,3})\/(.+)$/;
const hostBounds = { nodes: 32, ports: 16_384 } as const;

/** The kernel's names (sysfs.c) by the tools' names of the same counters (IBA 1.3, 16.1.3.5 and 16.1.4.11). */
const counterNames: Readonly<Record<string, string>> = {
  symbol_error: "SymbolErrorCounter",
  link_error_recovery: "LinkErrorRecoveryCounter",
  link_downed: "LinkDownedCounter",
  port_rcv_errors: "PortRcvErrors",
  port_rcv_remote_physical_errors: "PortRcvRemotePhysicalErrors",
  port_rcv_switch_relay_errors: "PortRcvSwitchRelayErrors",
  port_xmit_discards: "PortXmitDiscards",
  port_xmit_constraint_errors: "PortXmitConstraintErrors",
  port_rcv_constraint_errors: "PortRcvConstraintErrors",
  local_link_integrity_errors: "LocalLinkIntegrityErrors",
  excessive_buffer_overrun_errors: "ExcessiveBufferOverrunErrors",
  VL15_dropped: "VL15Dropped",
  port_xmit_data: "PortXmitData",
  port_rcv_data: "PortRcvData",
  port_xmit_packets: "PortXmitPkts",
  port_rcv_packets: "PortRcvPkts",
  port_xmit_wait: "PortXmitWait",
  unicast_xmit_packets: "PortUnicastXmitPkts",
  unicast_rcv_packets: "PortUnicastRcvPkts",
  multicast_xmit_packets: "PortMulticastXmitPkts",
  multicast_rcv_packets: "PortMulticastRcvPkts",
};

/**
 * Counters of `hw_counters` that a fault raises, among other things (drivers/infiniband/hw/mlx5/counters.c and
 * mlx4/main.c; NVIDIA, "Understanding mlx5 Linux Counters and Status Parameters").
 */
export const driverErrors: ReadonlySet<string> = new Set([
  "out_of_buffer",
  "out_of_sequence",
  "duplicate_request",
  "rnr_nak_retry_err",
  "packet_seq_err",
  "implied_nak_seq_err",
  "local_ack_timeout_err",
  "resp_local_length_error",
  "resp_cqe_error",
  "resp_remote_access_errors",
  "req_cqe_error",
  "req_remote_invalid_request",
  "req_remote_access_errors",
  "rx_icrc_encapsulated",
  "sq_num_lle",
  "sq_num_lqpoe",
  "sq_num_leeoe",
  "sq_num_lpe",
  "sq_num_wrfe",
  "sq_num_lae",
  "sq_num_rre",
  "sq_num_rae",
  "sq_num_roe",
  "sq_num_tree",
  "sq_num_rree",
  "sq_num_oos",
  "sq_num_mce",
  "sq_num_to",
  "rq_num_lle",
  "rq_num_lqpoe",
  "rq_num_leeoe",
  "rq_num_lpe",
  "rq_num_wrfe",
  "rq_num_lae",
  "rq_num_rire",
  "rq_num_rae",
  "rq_num_oos",
  "rq_num_mce",
  "rq_num_udsdprd",
]);

interface DraftHca {
  readonly files: Map<string, string>;
  readonly ports: Map<number, Map<string, { readonly line: number; readonly value: string }>>;
}

/** Total: never throws, whatever the text. Files of no interest here are passed over. */
export function readSysfs(text: string): SysfsReading {
  const unread = new UnreadLines();
  const bounds = new Bounds(hostBounds);
  const drafts = new Map<string, DraftHca>();
  let beyond: Unread | undefined;
  for (const { line, text: content } of boundedLines(text, unread)) {
    const [, name, file = "", value = ""] = fileLine.exec(content) ?? [];
    if (name === undefined) {
      unread.add(line, content);
      continue;
    }
    if (!bounds.admitsPort(name)) {
      beyond = { line, text: content.slice(0, 200) };
      break;
    }
    const draft = drafts.get(name) ?? { files: new Map(), ports: new Map() };
    drafts.set(name, draft);
    const [, number, ofPort] = portFile.exec(file) ?? [];
    if (number === undefined || ofPort === undefined) {
      if (!draft.files.has(file)) draft.files.set(file, value.trim());
      continue;
    }
    const port = draft.ports.get(Number(number)) ?? new Map();
    draft.ports.set(Number(number), port);
    if (!port.has(ofPort)) port.set(ofPort, { line, value: value.trim() });
  }
  const found = [...drafts].filter(([, { files, ports }]) => files.has("node_guid") || ports.size > 0);
  return {
    hcas: found.map(([name, draft]) => hcaOf(name, draft)),
    counters: found.flatMap(([name, draft]) => countersOf(name, draft)),
    unread: unread.get(),
    ...(beyond ? { beyond } : {}),
  };
}

function hcaOf(name: string, { files, ports }: DraftHca): SysfsReading["hcas"][number] {
  return {
    name,
    model: files.get("hca_type") ?? "",
    firmware: files.get("fw_ver") ?? "",
    description: files.get("node_desc") ?? "",
    nodeGuid: readKernelGuid(files.get("node_guid")),
    systemGuid: readKernelGuid(files.get("sys_image_guid")),
    ports: [...ports].sort(([a], [b]) => a - b).map(([number, port]) => portOf(number, port)),
  };
}

function portOf(
  number: number,
  files: ReadonlyMap<string, { readonly line: number; readonly value: string }>,
): IbstatPort {
  const word = (file: string): string => files.get(file)?.value ?? "";
  const physState = readPhysicalState(stateWord(word("phys_state")));
  const rate = readSysfsRate(word("rate"));
  const up = physState === "LinkUp" || physState === "LinkErrorRecovery";
  const linkLayer = word("link_layer");
  return {
    number,
    guid: linkLayer === "Ethernet" ? null : guidOfGid(word("gids/0")),
    lid: readHex(word("lid")),
    smLid: readHex(word("sm_lid")),
    state: readLogicalState(stateWord(word("state"))),
    physState,
    rateGbps: rate?.gbps ?? null,
    width: up ? (rate?.width ?? null) : null,
    speed: up ? (rate?.speed ?? null) : null,
    linkLayer,
  };
}

function countersOf(hca: string, { files, ports }: DraftHca): readonly SysfsCounters[] {
  const nodeGuid = readKernelGuid(files.get("node_guid"));
  return [...ports].flatMap(([port, ofPort]) => {
    const counters: Record<string, number> = {};
    const driver: Record<string, number> = {};
    let first = Number.POSITIVE_INFINITY;
    for (const [file, { line, value }] of ofPort) {
      const [, folder, name = ""] = /^(counters|counters_ext|hw_counters)\/(\w{1,64})$/.exec(file) ?? [];
      if (folder === undefined || !/^\d{1,20}$/.test(value)) continue;
      first = Math.min(first, line);
      const known = Object.hasOwn(counterNames, name) ? counterNames[name] : undefined;
      if (folder === "hw_counters") driver[name] = counterValue(value);
      else counters[known ?? name] = counterValue(value);
    }
    return first === Number.POSITIVE_INFINITY ? [] : [{ hca, nodeGuid, port, line: first, counters, driver }];
  });
}

/** `f452:1403:00a1:0010`. All zeros is no GUID. */
function readKernelGuid(text = ""): string | null {
  if (!/^[0-9a-f]{4}(?::[0-9a-f]{4}){3}$/i.test(text)) return null;
  const guid = readGuid(text.replaceAll(":", ""));
  return guid === "0x0000000000000000" ? null : guid;
}
