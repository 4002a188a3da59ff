/** Decides whether a link that is where the plan has it is healthy, and says why not. */
import type { CableLive, FabricLink, Slot, Speed, Width } from "../contract/fabric.ts";
import type { Cable } from "../contract/lab.ts";
import { laneCount, speedRank } from "../contract/rates.ts";
import { judgeSlot } from "./judge-slot.ts";
import { slower, topSpeed } from "./models.ts";

export interface JudgedEnd {
  /** Its name in the lab file, else what the fabric calls it. */
  readonly device: string;
  /** Everything known of the model's name; empty when nothing is. */
  readonly model: string;
  readonly slot: Slot | null;
}

/** Every cable of InfiniBand in this age is 4X unless the plan says otherwise. */
export const usualWidth: Width = "4X";

/** What a link should run at; null for a speed that nothing tells. */
export interface Expected {
  readonly width: Width;
  readonly speed: Speed | null;
}

/** As the plan says, else as cables and both ends' models are; `hint` is what the tools say that both ends support. */
export function expectedOf(
  plan: Pick<Cable, "width" | "speed">,
  ends: readonly Pick<JudgedEnd, "model">[],
  hint: Speed | null,
): Expected {
  return { width: plan.width ?? usualWidth, speed: plan.speed ?? supportedSpeed(ends, hint) };
}

/** What a link should run at and falls short of: null for what it reaches, and for what is not known. */
export function shortOf(
  runs: { readonly width: Width | null; readonly speed: Speed | null },
  { width, speed }: Expected,
): { readonly width: Width | null; readonly speed: Speed | null } {
  return {
    width: runs.width !== null && laneCount[runs.width] < laneCount[width] ? width : null,
    speed: runs.speed !== null && speed !== null && speedRank(runs.speed) < speedRank(speed) ? speed : null,
  };
}

/** Judges a link against the plan, else against what both ends can; a slot below its best counts as degraded. */
export function judgeLink(
  link: FabricLink,
  plan: Pick<Cable, "width" | "speed">,
  ends: readonly JudgedEnd[],
  hint: { readonly speed: Speed | null },
): Pick<CableLive, "state" | "reason"> {
  const runs = `${link.width} ${link.speed}`;
  if (link.state === "Down") return { state: "down", reason: `The link is Down (${link.physState})` };
  const faults: string[] = [];
  if (link.state === "Initialize") faults.push("The link is in Initialize: no subnet manager has configured it");
  if (link.state === "Armed") faults.push("The link is Armed: the subnet manager has not made it Active");
  const short = shortOf(link, expectedOf(plan, ends, hint.speed));
  if (short.width !== null) faults.push(`The link runs ${runs}, expected width ${short.width}`);
  if (short.speed !== null) {
    const by = plan.speed === undefined ? "both ends can" : "the plan says";
    faults.push(`The link runs ${runs}, ${by} ${short.speed}`);
  }
  const slots = ends.flatMap(({ device, slot }) => {
    const verdict = slot === null ? null : judgeSlot(slot);
    return verdict === null ? [] : [{ device, ...verdict }];
  });
  for (const { atFault, words } of slots) if (atFault) faults.push(`${words}; the link itself is ${runs}`);
  if (faults.length > 0) return { state: "degraded", reason: faults.join("; ") };
  if (link.state === "Unknown")
    return { state: "unknown", reason: `${runs} and up; whether it is Active was not told` };
  const narrow = slots.filter(({ gbps }) => gbps < link.dataGbps);
  const whose = (device: string) => (slots.length > 1 ? `the slot of ${device}` : "this server's slot");
  const limits = narrow.map(({ device, words }) => `; ${whose(device)} ${words}`);
  return { state: "healthy", reason: `Active at ${runs}, as planned${limits.join("")}` };
}

/** The slower of both models; where one is not known, the tool's hint, as far as it is possible for the known one. */
function supportedSpeed(ends: readonly Pick<JudgedEnd, "model">[], hint: Speed | null): Speed | null {
  const tops = ends.map(({ model }) => topSpeed(model)).filter((top) => top !== null);
  const [first] = tops;
  if (tops.length === ends.length && first !== undefined) return tops.reduce(slower, first);
  return hint !== null && tops.every((top) => speedRank(hint) <= speedRank(top)) ? hint : null;
}
