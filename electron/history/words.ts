/** Decides how what changed is told: one short sentence without its subject. */
import type { CableLive } from "../contract/fabric.ts";
import { cableWords, insteadWords } from "../contract/words.ts";
import type { PortState } from "./types.ts";

export type KeptState = Pick<PortState, "state" | "physState" | "width" | "speed">;

/** True where two states differ in what is worth an event: while a port is Down its physical state wanders by itself. */
export function isNews(before: KeptState, now: KeptState): boolean {
  if (before.state !== now.state || before.width !== now.width || before.speed !== now.speed) return true;
  const disabled = (before.physState === "Disabled") !== (now.physState === "Disabled");
  return disabled || (now.state !== "Down" && before.physState !== now.physState);
}

/** `Active 4X FDR`, `Down (Polling)`. */
export function stateText({ state, physState, width, speed }: KeptState): string {
  const link = [width, speed].filter((word) => word !== null).join(" ");
  const phys = physState === "LinkUp" || physState === "Unknown" ? "" : ` (${physState})`;
  return `${state}${link === "" ? "" : ` ${link}`}${phys}`;
}

export function portText(before: KeptState, now: KeptState): string {
  if (now.state === "Down" && before.state !== "Down") return `went ${stateText(now)}`;
  if (before.state === "Down" && now.state !== "Down") return `came up: ${stateText(now)}`;
  return `is ${stateText(now)}, was ${stateText(before)}`;
}

/** As everywhere else; and a planned cable that was found elsewhere is `swapped` or `moved`, where another row tells that it is absent. */
export function cableStateText(cable: Pick<CableLive, "state" | "difference">): string {
  const { state, difference } = cable;
  return (state === "absent" ? insteadWords[difference] : undefined) ?? cableWords(cable);
}

/** Names with figures, the first few. */
export function countersText(counters: Readonly<Record<string, number>>): string {
  const named = Object.entries(counters).map(([name, value]) => `${name} ${value}`);
  return named.length <= 4 ? named.join(", ") : `${named.slice(0, 4).join(", ")} and ${named.length - 4} more`;
}
