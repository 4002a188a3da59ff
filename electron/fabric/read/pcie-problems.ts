/** Decides what lspci, sysfs files or the kernel's log tell of HCAs that have less PCIe behind them than they can use. */
import type { Problem, Slot } from "../../contract/fabric.ts";
import { paceGbps, paceText } from "../../contract/rates.ts";
import { judgeSlot } from "../judge-slot.ts";
import { problem } from "../problems.ts";
import { paceOf, portOfLspci, readPaths, slotOf } from "../slot.ts";
import { readKernelLog } from "./kernel.ts";
import { bridgesAbove, type LspciDevice, readLspci } from "./lspci.ts";

const isHca = ({ description }: LspciDevice): boolean => /Mellanox|ConnectX/i.test(description);

/** Each HCA, by every link on its way to the processor that is in the text. Total. */
export function slotProblemsOfLspci(source: string, text: string): readonly Problem[] {
  const { devices, denied } = readLspci(text);
  return devices.filter(isHca).flatMap((card) => {
    const slot = slotOf([card, ...bridgesAbove(devices, card.address)].map(portOfLspci), null);
    if (slot !== null && card.able !== null) return slotProblems(slot, card.address, source, card.line);
    const words = denied ? "lspci may not read capabilities: only root may" : "no link capabilities in this output";
    return [problem("slot.unknown", "info", card.address, source, card.line, words)];
  });
}

/** Total. */
export function slotProblemsOfSysfs(source: string, text: string): readonly Problem[] {
  return [...readPaths(text).paths].flatMap(([hca, path]) => {
    const slot = slotOf(path, null);
    return slot === null ? [] : slotProblems(slot, hca, source, 1);
  });
}

/**
 * Slots, and modules that a driver has an error of. Total. The log tells what the card can, and nothing of what the link's
 * upper end can.
 */
export function kernelProblems(source: string, text: string): readonly Problem[] {
  return readKernelLog(text).events.flatMap((event, at, events) => {
    const { line, address } = event;
    // Older kernels tell both, one after the other.
    const before = events[at - 1];
    if (event.kind === "pcie-width" && before?.kind === "pcie-speed" && before.address === address) {
      const runs = paceOf({ gts: before.gts, lanes: event.lanes });
      const can = paceOf({ gts: before.capableGts, lanes: event.capableLanes });
      return slotProblems({ path: [{ address, runs, can, above: null }] }, address, source, line);
    }
    if (event.kind === "module" && event.error) {
      const subject = `${address} module ${event.module}`;
      return [problem("fabric.module-error", "warning", subject, source, line, event.text)];
    }
    if (event.kind !== "pcie-bandwidth" || event.limitedAt === null) return [];
    const { limitedAt, capable } = event;
    const runs = paceOf(event.link);
    const verdict = judgeSlot({ path: [{ address: limitedAt, runs, can: capable && paceOf(capable), above: null }] });
    const words = `${event.gbps} Gb/s, limited by ${paceText(runs)} at ${limitedAt}`;
    return [told(verdict?.atFault ?? false, address, source, line, words)];
  });
}

function slotProblems(slot: Pick<Slot, "path">, subject: string, source: string, line: number): readonly Problem[] {
  const verdict = judgeSlot(slot);
  if (verdict === null) return [];
  const { atFault, gbps, words } = verdict;
  if (atFault) return [told(true, subject, source, line, words)];
  const can = slot.path[0]?.can ?? null;
  return can !== null && gbps < (paceGbps(can) ?? 0)
    ? [told(false, subject, source, line, `${words}; the card can ${paceText(can)}`)]
    : [];
}

/** A slot that is at fault can be mended; one that is merely older or narrower than the card is what the server has. */
function told(atFault: boolean, subject: string, source: string, line: number, words: string): Problem {
  return atFault
    ? problem("slot.slow", "warning", subject, source, line, words)
    : problem("slot.limits", "info", subject, source, line, words);
}
