/** Asks one host for its HCAs and their PCIe paths: one command, so one round trip; at first and seldom lspci too. */
import type { Fault } from "../contract/error.ts";
import type { DeviceLive, Slot, Source } from "../contract/fabric.ts";
import type { Device } from "../contract/lab.ts";
import type { CommandResult } from "../contract/ssh.ts";
import { hostCommand, isMissingTool } from "./commands.ts";
import { tooLarge } from "./faults.ts";
import { judgeSlot } from "./judge-slot.ts";
import { type KnownPcie, readSlots } from "./pcie.node.ts";
import { type IbstatReading, readIbstat } from "./read/ibstat.ts";
import { readPaths } from "./slot.ts";
import { endOf, sourceOf } from "./source.ts";

/** Runs one command on one device; of each output that many bytes are taken. */
export type Run = (argv: readonly string[], maxBytes?: number) => Promise<CommandResult>;

export interface HostReading {
  readonly ibstat: IbstatReading;
  readonly hcas: DeviceLive["hcas"];
  /** To be given to the next reading of this host. */
  readonly pcie: KnownPcie | null;
  readonly source: Source;
  readonly observedAt: number;
  readonly roundTripMs: number;
  /** What the tools could not do; the host itself answered. */
  readonly fault: Fault | null;
}

/** Reads one host. Throws the FaultError of the command when the host could not be asked. */
export async function readHost(device: Device, run: Run, before: KnownPcie | null = null): Promise<HostReading> {
  const result = await run(hostCommand);
  const { paths, rest } = readPaths(result.stdout);
  const ibstat = readIbstat(rest);
  const { slots, known } = await readSlots(paths, before, run);
  return {
    ibstat,
    hcas: ibstat.hcas.map((hca) => liveHca(hca, slots.get(hca.name) ?? null)),
    pcie: known,
    source: sourceOf(result),
    observedAt: endOf(result),
    roundTripMs: Math.round(result.durationMs),
    fault: toolFault(device, result, ibstat),
  };
}

function liveHca(hca: IbstatReading["hcas"][number], slot: Slot | null): DeviceLive["hcas"][number] {
  const { name, model, firmware, nodeGuid } = hca;
  const ports = hca.ports.map(({ number, guid, lid, state, physState, width, speed, rateGbps, linkLayer }) => ({
    number,
    ...(guid === null ? {} : { guid }),
    ...(lid === null ? {} : { lid }),
    state,
    physState,
    ...(width === null ? {} : { width }),
    ...(speed === null ? {} : { speed }),
    rateGbps,
    linkLayer,
  }));
  const judged = slot && { ...slot, atFault: judgeSlot(slot)?.atFault ?? false };
  return { name, model, firmware, nodeGuid, slot: judged, ports };
}

/** ibstat ends with 0 and prints nothing where there is no device at all. */
function toolFault(device: Device, result: CommandResult, { hcas, beyond }: IbstatReading): Fault | null {
  const subject = device.name;
  const evidence = `${result.stderr}${result.stdout}`.trim().slice(0, 4000);
  if (isMissingTool(result.exitCode)) {
    return {
      code: "fabric.no-tool",
      title: `${device.name} has no ibstat`,
      detail: "The host answers, but the InfiniBand tools are not installed, so its ports cannot be read.",
      next: "Install infiniband-diags on it.",
      evidence,
      subject,
    };
  }
  if (result.exitCode !== 0) {
    return {
      code: "fabric.tool-failed",
      title: `ibstat failed on ${device.name}`,
      detail: `It ended with ${result.signal ?? `exit code ${result.exitCode ?? "unknown"}`}; its ports cannot be read.`,
      next: "Read its message; check that the drivers are loaded (mlx4_ib, ib_umad) and the login may use them.",
      evidence,
      retry: true,
      subject,
    };
  }
  if (beyond) return tooLarge(device.name, "ibstat", beyond);
  if (hcas.length > 0 || (device.hcas ?? []).length === 0) return null;
  return {
    code: "fabric.no-hca",
    title: `${device.name} shows no HCA`,
    detail: "ibstat found no InfiniBand device, and the lab file lists one.",
    next: "Check that the card is seated (lspci) and its driver is loaded (mlx4_ib or mlx5_ib).",
    evidence,
    subject,
  };
}
