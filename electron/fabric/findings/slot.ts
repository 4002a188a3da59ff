/** Decides which HCAs are held back by their own host's PCIe path (`judge-slot.ts`). */
import type { CableEnd, Finding, PciePace, Slot } from "../../contract/fabric.ts";
import { paceText } from "../../contract/rates.ts";
import { judgeSlot } from "../judge-slot.ts";
import { cablesByDevice } from "./cables-by-device.ts";
import type { FindingInputs } from "./findings.ts";

export function slotRules({ lab, devices, cables }: FindingInputs): readonly Finding[] {
  const ofDevice = cablesByDevice(cables);
  return lab.devices.flatMap(({ name: device }) =>
    (devices[device]?.hcas ?? []).flatMap(({ name, nodeGuid, slot }): Finding[] => {
      const verdict = slot && judgeSlot(slot);
      if (!slot || !verdict?.atFault) return [];
      const cableWith = (is: (end: CableEnd) => boolean) =>
        ofDevice.get(device)?.find(({ a, b }) => [a, b].some((end) => end.device === device && is(end)));
      const others = (devices[device]?.hcas ?? []).filter((other) => other.name !== name);
      // A host may call its HCAs otherwise than the lab file: the name stands in only where no HCA's GUID tells.
      const cable =
        cableWith(({ at }) => at !== null && at.node === nodeGuid) ??
        cableWith(
          ({ at, port }) => port.startsWith(`${name}/`) && !others.some((other) => other.nodeGuid === at?.node),
        );
      return [
        {
          id: `slot.slow ${device} ${name}`,
          rule: "slot.slow",
          severity: "warning",
          subject: { device, ...(cable && { cable: cable.id }), ...(nodeGuid !== null && { node: nodeGuid }) },
          title: `${device} ${name}: ${verdict.words}`,
          detail:
            "What runs over this HCA is held to that, however fast its InfiniBand link is: the cable is not at fault. A PCIe link that runs below what its ends can was trained badly, by a card that sits badly, dirt, a riser, or a setting of the BIOS.",
          next: "With the host off, reseat the card, and look at its riser and at the slot's setting in the BIOS; then read LnkSta again (lspci -vv).",
          evidence: evidenceOf(device, slot),
        },
      ];
    }),
  );
}

/** Every PCIe link on the way, with its speeds as its source tells them. */
function evidenceOf(device: string, { path, source }: Slot): Finding["evidence"] {
  return path.map(({ address, runs, can, above }) => ({
    source: `${source} on ${device}`,
    line: 0,
    text: `${address || "its address was not told"}: runs ${toldText(runs)}, can ${toldText(can)}${above ? `; ${above.address || "the port above"} can ${toldText(above.can)}` : ""}`,
  }));
}

const toldText = (pace: PciePace | null): string =>
  pace === null ? "what was not told" : `${paceText(pace)} (${pace.speed})`;
