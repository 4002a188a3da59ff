/** How states, links and ages are said in words; one place, so that picture, table and inspector agree. */
import type { CableLive, DeviceLive, FabricState, Finding } from "../../electron/contract/fabric.ts";
import { narrowestLink } from "../../electron/contract/rates.ts";
import { cableWords, endText } from "../../electron/contract/words.ts";
import type { DeviceBox } from "./layout.ts";

export type CableState = CableLive["state"];
export type Reach = DeviceLive["reach"];

type Slot = NonNullable<DeviceLive["hcas"][number]["slot"]>;

/** What the PCIe path of a card carries: as much as its narrowest link; null when no words are understood. */
export function slotGbps({ path }: Pick<Slot, "path">): number | null {
  return narrowestLink(path)?.gbps ?? null;
}

/** Gb/s with as many digits as help: 54.5, 16, 100. */
export function gbpsText(value: number | null): string {
  if (value === null) return "\u2013";
  return (Math.round(value * 10) / 10).toLocaleString("en", { maximumFractionDigits: 1, useGrouping: false });
}

/** What is left of a link's signalling rate, which switches and `ibstat` print: `54.5 Gb/s of data` of 56. */
export const dataText = (gbps: number): string => `${gbpsText(gbps)} Gb/s of data`;

export function linkText(cable: Pick<CableLive, "width" | "speed">): string {
  return cable.width && cable.speed ? `${cable.width} ${cable.speed}` : "\u2013";
}

interface SlotLimit {
  readonly device: string;
  readonly gbps: number;
}

/** What the slots at both ends of a cable carry, the narrowest first. */
function slotsOf(cable: CableLive, fabric: FabricState): readonly (SlotLimit & { readonly atFault: boolean })[] {
  return [cable.a, cable.b]
    .flatMap(({ device, at }) =>
      (fabric.devices[device]?.hcas ?? []).flatMap(({ nodeGuid, slot }) => {
        const gbps = slot && at !== null && nodeGuid === at.node ? slotGbps(slot) : null;
        return gbps === null ? [] : [{ device, gbps, atFault: slot?.atFault ?? false }];
      }),
    )
    .sort((one, other) => one.gbps - other.gbps);
}

/** The narrowest slot at either end that runs below its best, or null: what is wrong with a cable of a fine link. */
export function slotFault(cable: CableLive, fabric: FabricState): SlotLimit | null {
  return slotsOf(cable, fabric).find(({ atFault }) => atFault) ?? null;
}

/**
 * Gb/s of data that the whole path of a cable carries: as much as its link or the narrowest slot at either end, as far
 * as slots are known; null while the link carries nothing.
 */
export function pathGbps(cable: CableLive, fabric: FabricState): number | null {
  const [narrowest] = slotsOf(cable, fabric);
  return cable.dataGbps === null ? null : Math.min(cable.dataGbps, narrowest?.gbps ?? Number.POSITIVE_INFINITY);
}

/** What findings add to the label of a cable whose link is as planned; null where none of them wants a look. */
export function findingNote(cable: CableLive, findings: readonly Finding[]): string | null {
  if (cable.state !== "healthy") return null;
  const rules = findings.flatMap(({ rule, severity, subject }) =>
    severity !== "info" && subject.cable === cable.id ? [rule] : [],
  );
  if (rules.length === 0) return null;
  return rules.includes("counters.rising") ? "errors rise" : "see findings";
}

/** The label on the cable: short, without its age. `slot` is the one at fault, if any; `note` as {@link findingNote} has it. */
export function pillText(cable: CableLive, slot: { readonly gbps: number } | null, note: string | null = null): string {
  switch (cable.state) {
    case "healthy":
      return note === null ? linkText(cable) : `${linkText(cable)}, ${note}`;
    case "degraded":
      if (cable.logical !== "Active") return `${linkText(cable)}, ${cable.logical}`;
      return slot ? `${linkText(cable)}, slot ${gbpsText(slot.gbps)} Gb/s` : linkText(cable);
    case "down":
      return `down, ${physicalWords(cable.physical)}`;
    case "absent":
      return "planned, absent";
    case "unexpected":
      return `${linkText(cable)}, ${cableWords(cable)}`;
    case "unknown":
      return "not observed";
  }
}

function physicalWords(physical: CableLive["physical"]): string {
  switch (physical) {
    case "PortConfigurationTraining":
      return "training";
    case "LinkErrorRecovery":
      return "recovering";
    case "LinkUp":
      return "link up";
    case "PhyTest":
      return "in test";
    case "Disabled":
      return "port shut";
    default:
      return physical.toLowerCase();
  }
}

export const reachWords: Readonly<Record<Reach, string>> = {
  unknown: "not observed yet",
  reaching: "being reached",
  reachable: "reachable",
  unreachable: "not reachable",
  refused: "refused",
  asking: "waits for an answer",
  unmanaged: "not managed",
};

/** Which state colour a reach takes. */
export function reachTone(reach: Reach | undefined): "healthy" | "degraded" | "down" | "unknown" {
  if (reach === "reachable") return "healthy";
  if (reach === "unreachable") return "down";
  if (reach === "refused" || reach === "asking") return "degraded";
  return "unknown";
}

/** `U10\u201311`, `U14`, or where else it stands. */
export function unitsText(box: Pick<DeviceBox, "unit" | "heightU" | "device">): string {
  if (box.unit === null) return box.device ? "beside the rack" : "not in the lab file";
  return box.heightU > 1 ? `U${box.unit}\u2013${box.unit + Math.ceil(box.heightU) - 1}` : `U${box.unit}`;
}

/** What a screen reader says of a port: `sw1 port 3, cable to node3 mlx4_0/1, as planned, 4X FDR`. */
export function portWords(device: string, port: string, cables: readonly CableLive[]): string {
  const name = endText({ device, port });
  if (cables.length === 0) return `${name}, no cable`;
  return `${name}, ${cables
    .map((cable) => {
      const far = cable.a.device === device && cable.a.port === port ? cable.b : cable.a;
      const link = linkText(cable);
      return `cable to ${endText(far)}, ${cableWords(cable)}${link === "\u2013" ? "" : `, ${link}`}`;
    })
    .join("; ")}`;
}

/** Cuts a long name for the picture; the whole one stands in its title. */
export const cut = (text: string, length: number) =>
  text.length > length ? `${text.slice(0, length - 1)}\u2026` : text;

/** Cut in its middle: names in a row are told apart by their ends. */
export const cutMiddle = (text: string, length: number) => {
  const kept = Math.max(0, length - 1) / 2;
  return text.length > length
    ? `${text.slice(0, Math.ceil(kept))}\u2026${text.slice(text.length - Math.floor(kept))}`
    : text;
};

/** `ProLiant DL785 G5` is `DL785 G5` to everybody in the room. */
export const shortModel = (model: string) => cut(model.replace(/^(ProLiant|PowerEdge)\s+/, ""), 22);

/** What a cable's label may say, the longest first: all, then the link or the state alone. */
export function pillForms(
  cable: CableLive,
  limit: { readonly gbps: number } | null,
  note: string | null = null,
): readonly string[] {
  const full = pillText(cable, limit, note);
  const link = linkText(cable);
  const short = link === "\u2013" ? cableWords(cable) : link;
  return full.length > short.length ? [full, short] : [full];
}
