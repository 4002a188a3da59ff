/** Decides which HCAs have less PCIe behind them than they can use, by lspci, sysfs files or the kernel's log. */
import type { Problem } from "../../contract/fabric.ts";
import { paceText, pcieGbps } from "../../contract/rates.ts";
import { judgeSlot } from "../judge-slot.ts";
import { problem } from "../problems.ts";
import { readPaths, slotOf } from "../slot.ts";
import { readKernelLog } from "./kernel.ts";
import { bridgesAbove, type LspciDevice, type PcieLinkState, readLspci } from "./lspci.ts";

const isHca = ({ description }: LspciDevice): boolean => /Mellanox|ConnectX/i.test(description);

/** Each HCA by the link on its way to the processor that carries least. Total. */
export function slotProblemsOfLspci(source: string, text: string): readonly Problem[] {
  const { devices, denied } = readLspci(text);
  return devices.filter(isHca).flatMap((card) => {
    if (card.able === null || card.now === null) {
      const words = denied ? "lspci may not read capabilities: only root may" : "no link capabilities in this output";
      return [problem("slot.unknown", "info", card.address, source, card.line, words)];
    }
    const able = gbpsOf(card.able);
    const links = [card, ...bridgesAbove(devices, card.address)];
    const narrowest = links.reduce((least, link) => (gbpsOf(link.now) < gbpsOf(least.now) ? link : least), card);
    if (narrowest.now === null || gbpsOf(narrowest.now) >= able) return [];
    const at = narrowest === card ? "its link" : `the link of the bridge ${narrowest.address}`;
    const words = `${at} runs ${textOf(narrowest.now)} and carries ${gbpsOf(narrowest.now)} Gb/s, the card can ${textOf(card.able)}, ${able} Gb/s`;
    return [problem("slot.slow", "warning", card.address, source, card.line, words)];
  });
}

/** Total. */
export function slotProblemsOfSysfs(source: string, text: string): readonly Problem[] {
  return [...readPaths(text).paths].flatMap(([hca, path]) => {
    const slot = slotOf(path, null);
    const verdict = slot && judgeSlot(slot);
    return verdict?.atFault ? [problem("slot.slow", "warning", hca, source, 1, verdict.words)] : [];
  });
}

/** Total. */
export function slotProblemsOfKernel(source: string, text: string): readonly Problem[] {
  return readKernelLog(text).events.flatMap((event) => {
    if (event.kind !== "pcie-bandwidth" || event.limitedAt === null) return [];
    const words = `${event.gbps} Gb/s, limited by ${textOf(event.link)} at ${event.limitedAt}`;
    return [problem("slot.slow", "warning", event.address, source, event.line, words)];
  });
}

/** A link that is not told limits nothing. */
function gbpsOf(link: PcieLinkState | null): number {
  return (link && pcieGbps(link.gts, link.lanes)) ?? Number.POSITIVE_INFINITY;
}

function textOf({ gts, lanes }: PcieLinkState): string {
  return paceText({ speed: `${gts} GT/s`, width: lanes });
}
