/** Decides when HCAs of one model run different firmware. */
import type { Finding } from "../../contract/fabric.ts";
import type { FindingInputs } from "./findings.ts";

interface Card {
  readonly device: string;
  readonly name: string;
  readonly firmware: string;
}

/** One finding a model: which of its HCAs differ from what most of them run. */
export function firmwareRules({ lab, devices }: FindingInputs): readonly Finding[] {
  const models = new Map<string, Card[]>();
  for (const { name: device } of lab.devices) {
    for (const { name, model, firmware } of devices[device]?.hcas ?? []) {
      if (model === "" || firmware === "") continue;
      models.set(model, [...(models.get(model) ?? []), { device, name, firmware }]);
    }
  }
  return [...models].flatMap(([model, cards]) => {
    const versions = Map.groupBy(cards, ({ firmware }) => firmware);
    if (versions.size < 2) return [];
    const [usual, ...others] = [...versions.values()].sort((a, b) => b.length - a.length);
    const first = others[0]?.[0];
    if (usual?.[0] === undefined || first === undefined) return [];
    const named = others.map((group) => `${group.map(({ device }) => device).join(", ")} ${group[0]?.firmware}`);
    return [
      {
        id: `hca.firmware ${model}`,
        rule: "hca.firmware",
        severity: "warning",
        subject: { device: first.device },
        title: `${model} runs firmware ${usual[0].firmware} on ${usual.map(({ device }) => device).join(", ")}, and others: ${named.join("; ")}`,
        detail:
          "HCAs of one model differ in firmware. That is not an error in itself; it makes their faults differ, and a vendor asks for one version first.",
        next: "Bring them to one firmware before looking for subtler causes.",
        evidence: cards.map(({ device, name, firmware }) => ({
          source: `ibstat on ${device}`,
          line: 0,
          text: `${name}: Firmware version: ${firmware}`,
        })),
      },
    ];
  });
}
